"""What the tables of the benchmark share: medians, quotients within a round, columns."""

import statistics


def median(values):
    return statistics.median(values)


def spread(times):
    """Distance of the extremes in % of the median."""
    return 100 * (max(times) - min(times)) / median(times)


def paired(over, under, value):
    """Median over the rounds of the quotient within a round: what drifts over minutes drops out."""
    of_round = {run.round: value(run) for run in under}
    return median([value(run) / of_round[run.round] for run in over if run.round in of_round])


def cell(value):
    if value is None:
        return "-"
    if isinstance(value, str):
        return value
    return f"{value:.3g}" if abs(value) < 100 else f"{value:.0f}"


def print_table(title, head, rows):
    cells = [head] + [[cell(value) for value in row] for row in rows]
    widths = [max(len(row[i]) for row in cells) for i in range(len(head))]
    print(f"\n{title}")
    for row in cells:
        first = row[0].ljust(widths[0])
        print("  " + "  ".join([first] + [c.rjust(w) for c, w in zip(row[1:], widths[1:])]))


def print_mark(what, reached, unit, below):
    """One line: what was promised, what was reached, and whether that holds."""
    holds = "holds" if reached < below else "MISSED"
    print(f"  mark: {what} below {below} {unit}; reached: {cell(reached)} {unit}; {holds}")


def print_least(what, reached, unit, least):
    """The same where more is better."""
    holds = "holds" if reached >= least else "MISSED"
    print(f"  mark: {what} at least {cell(least)} {unit}; reached: {cell(reached)} {unit}; {holds}")
