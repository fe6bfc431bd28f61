"""The last table: each mark that the figures are held against, what was reached, and whether that holds.

A mark is a promise of the README. Those of parts that did not run, or whose peer is not installed, are left open.
What is a quotient of times is given by the CPU time as well, which other work on the machine disturbs less.
"""

import scan_table
from tables import cell, print_table


def find(figures, start):
    """A program's line in a part that held programs against each other."""
    return next((row for label, row in figures.items() if label.startswith(start)), None)


def our_best(figures):
    rows = [row for label, row in figures.items() if label.startswith("imgtop")]
    return min(rows, key=lambda row: row["times_imgtop"], default=None)


def quotient(over, under, key):
    if over is None or under is None or not over[key] or not under[key]:
        return None
    return over[key] / under[key]


class Mark:
    """reached is None when it was not measured; ratio is what was reached in terms of the mark, above 1 = better."""

    def __init__(self, what, wanted, unit, reached, by_cpu=None, most=False):
        self.what, self.wanted, self.unit, self.reached = what, wanted, unit, reached
        self.by_cpu, self.most = by_cpu, most

    def holds(self):
        if self.reached is None:
            return None
        return self.reached <= self.wanted if self.most else self.reached >= self.wanted

    def ratio(self):
        if self.reached is None or self.wanted <= 0:
            return None
        if self.most:
            return self.wanted / self.reached if self.reached > 0 else None
        return self.reached / self.wanted

    def row(self):
        sign = "≤" if self.most else "≥"
        verdict = {True: "yes", False: "NO", None: "open"}[self.holds()]
        return [self.what, f"{sign} {self.wanted:g} {self.unit}", cell(self.reached), cell(self.by_cpu),
                cell(self.ratio()), verdict]


def throughput(part, figures, start, what, wanted):
    ours, theirs = our_best(figures.get(part, {})), find(figures.get(part, {}), start)
    return Mark(f"{part}: throughput against {what}", wanted, "×", quotient(theirs, ours, "times_imgtop"),
                quotient(theirs, ours, "cpu_s"))


def above(figures, start):
    means = figures.get("quality", {}).get("mean_psnr_db", {})
    ours = means.get(figures.get("quality", {}).get("ours"))
    theirs = next((value for label, value in means.items() if label.startswith(start)), None)
    return None if None in (ours, theirs) else ours - theirs


def get(figures, *names):
    for name in names:
        figures = figures.get(name) if figures is not None else None
    return figures


def memory(figures):
    rows = [row["peak_mb"] for label, row in figures.get("peers", {}).items()
            if label.startswith("imgtop") and row["peak_mb"] is not None]
    return max(rows, default=None)


def per_worker(figures):
    return max((row["worker_mb"] for row in figures.get("worker", {}).values()), default=None)


def marks(figures):
    return [
        throughput("peers", figures, "sharp", "sharp", 2.2),
        throughput("peers", figures, "Pillow", "the Pillow script", 3.3),
        throughput("peers", figures, "vipsthumbnail, xargs", "vipsthumbnail", 2.6),
        throughput("peers", figures, "libjpeg-turbo", "libjpeg-turbo alone", 0.75),
        throughput("small", figures, "vipsthumbnail, all", "vipsthumbnail, all files at once", 3),
        Mark("mixed: images an hour", 10000, "", get(figures, "mixed", "images_per_hour")),
        Mark("size: above the best Huffman tables", 0.5, "%", get(figures, "size", "excess_percent"), most=True),
        Mark("quality: the worst picture against Pillow's", -0.4, "dB",
             get(figures, "quality", "worst_against_pillow_db")),
        Mark("quality: the mean against Pillow's", 0, "dB", above(figures, "Pillow")),
        Mark("quality: the mean against vipsthumbnail's", 0, "dB", above(figures, "vipsthumbnail")),
        Mark("worker: peak memory of each, 12 megapixels", 24, "MB", per_worker(figures), most=True),
        Mark("peers: peak memory of all processes", 60, "MB", memory(figures), most=True),
        Mark("advise: time of what it advises, of the best plan's", 1.1, "×", get(figures, "advise", "ratio"), most=True),
        *(Mark(what, wanted, unit, reached, most=most)
          for what, wanted, unit, most, reached in scan_table.marks_of(figures.get("scan", {}))),
    ]


def show(figures):
    measured = [mark for mark in marks(figures) if mark.reached is not None]
    if not measured:
        return
    rows = [mark.row() for mark in marks(figures)]
    print_table("marks", ["what", "mark", "reached", "by CPU time", "÷ mark", "holds"], rows)
    missed = [mark.what for mark in measured if not mark.holds()]
    print(f"  {len(measured) - len(missed)} hold, {len(missed)} do not, {len(rows) - len(measured)} were not measured")
