#!/usr/bin/env python3
"""Turns the runs that run.sh noted into tables and into one JSON record.

    figures.py elapsed SUMMARY_JSON                  the run's seconds
    figures.py advised ADVISE_JSON                   the options that were advised, a word on each line
    figures.py table PART RUNS_TSV                   a part's table; status 1 when it shows a defect
    figures.py record RUNS_TSV RECORD PROGRAM PART...   everything, with machine and versions, as JSON

RUNS_TSV has a line per run: part, label, round, path of summary.json, wall time in microseconds, CPU time
of the screen in microseconds, sum of the outputs; "-" where there is none. Python's own library only.
"""

import datetime
import json
import os
import platform
import subprocess
import sys
from collections import defaultdict

sys.dont_write_bytecode = True  # the folder of the sources is not ours to write to

import keys_table
import lessons
import marks
import peers
import scan_table
import tables
from tables import median, print_mark, print_table

# Parts whose figures do not come from summaries of runs.
OTHERS = {part: module for module in (peers, keys_table, lessons, scan_table) for part in module.PARTS}


class Run:
    """One line of RUNS_TSV with the summary it points to."""

    def __init__(self, line):
        part, label, number, path, wall, screen, outputs = line.rstrip("\n").split("\t")
        with open(path, encoding="utf-8") as file:
            summary = json.load(file)
        items = summary["items"]
        self.part, self.label, self.round = part, label, int(number)
        self.elapsed_s = summary["elapsed_s"]
        self.wall_s = None if wall == "-" else int(wall) / 1e6
        self.screen_cpu_s = None if screen == "-" else int(screen) / 1e6
        self.outputs = None if outputs == "-" else outputs
        self.found, self.ok, self.failed = items["found"], items["ok"], items["failed"]
        self.lost = items["quarantined"] + items["pending"]
        self.exit_code = summary["exit_code"]
        self.plan = summary.get("plan")
        self.peak_bytes = summary["peak_memory_bytes"]
        self.startup_s = summary["startup_s"]
        self.efficiency = summary["efficiency"]
        self.cpu_s = summary["cpu_s"]
        workers = [w for w in summary["workers"] if not is_helper(w["name"])]
        self.workers = len(workers)
        self.worker_wall_s = sum(w["wall_s"] for w in workers)
        self.stages_s = sum(s["total_s"] for w in workers for s in w["stages"].values())
        self.switches = sum(w["ctx_involuntary"] for w in workers)

    def record(self):
        return dict(sorted(vars(self).items()))


def is_helper(name):
    """Shown among the workers, but counted in no N."""
    return name == "recorder" or name.startswith("walk")


def read_runs(path):
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as file:
        return [Run(line) for line in file]


def by_label(runs):
    groups = defaultdict(list)
    for run in runs:
        groups[run.label].append(run)
    return groups


def took(run):
    """What a user waits, start and end of the program included; of a live run what the run took."""
    return run.elapsed_s if run.wall_s is None else run.wall_s


def median_took(runs):
    return median([took(run) for run in runs])


def spread(runs):
    return tables.spread([took(run) for run in runs])


def rate(runs):
    return median([run.ok / took(run) for run in runs])


def peak_mb(runs):
    """The highest of all runs: a mean would hide a peak."""
    return max(run.peak_bytes for run in runs) / 1e6


def paired(over, under, value=took):
    return tables.paired(over, under, value)


def equal_outputs(runs):
    return len({run.outputs for run in runs if run.outputs is not None}) <= 1


# ---- the parts: each prints its table and returns the figures for the record --------------------------


def part_strategies(runs):
    groups = by_label(runs)
    one = groups["sequential"]
    rows, figures = [], {}
    for label, group in groups.items():
        speed = paired(one, group)
        rows.append([label, median_took(group), spread(group), rate(group), speed,
                     median([r.startup_s for r in group]), peak_mb(group)])
        figures[label] = {"median_s": median_took(group), "spread_percent": spread(group),
                          "items_per_s": rate(group), "speedup": speed,
                          "peak_mb": peak_mb(group)}
    print_table(f"strategies: {one[0].found} pictures",
                ["plan", "seconds", "±%", "images/s", "× sequential", "start s", "peak MB"], rows)
    print(f"  outputs of all plans and rounds equal: {'yes' if equal_outputs(runs) else 'NO'}")
    return figures


ADVISED_MOST = 1.1  # times of the best plan


def part_advise(runs):
    groups = by_label(runs)
    advised = groups.pop("advised")
    best = min(groups, key=lambda label: median_took(groups[label]))
    ratio = paired(advised, groups[best])
    rows = [[label, median_took(group), spread(group), rate(group), paired(group, groups[best])]
            for label, group in groups.items()]
    rows.append([f"advised: {advised[0].plan}", median_took(advised), spread(advised), rate(advised), ratio])
    print_table(f"what is advised for {advised[0].found} pictures, against other plans",
                ["plan", "seconds", "±%", "images/s", "× best"], rows)
    print_mark(f"the advised plan's time by that of the best, {best},", ratio, "times", ADVISED_MOST)
    return {"plan": advised[0].plan, "best": best, "ratio": ratio}


def part_speedup(runs):
    groups = by_label(runs)
    rows, figures = [], {}
    for kind in ("threads", "processes"):
        one, two = groups[f"{kind}:1"], groups[f"{kind}:2"]
        gain = paired(one, two)
        cpu = paired(two, one, lambda run: run.cpu_s)
        rows.append([kind, median_took(one), median_took(two), gain, 100 * gain / 2, cpu,
                     max(spread(one), spread(two))])
        figures[kind] = {"one_s": median_took(one), "two_s": median_took(two), "speedup": gain,
                         "cpu_ratio": cpu}
    print_table(f"speed-up of the second worker: {runs[0].found} pictures a run",
                ["workers", "1: s", "2: s", "speed-up", "% of 2", "CPU 2:1", "±%"], rows)
    return figures


def part_watching(runs):
    groups = by_label(runs)
    batch, live = groups["batch"], groups["live"]
    # both by the run's own clock: a live run has no other
    cost = 100 * (paired(live, batch, lambda run: run.elapsed_s) - 1)
    own = median([100 * run.screen_cpu_s / run.elapsed_s for run in live])
    rows = [[label, median([r.elapsed_s for r in group]), median([r.ok / r.elapsed_s for r in group])]
            for label, group in groups.items()]
    print_table(f"watching: {runs[0].found} pictures a run, screen of 120 x 40",
                ["way", "seconds", "images/s"], rows)
    print(f"  the screen costs {cost:+.2f} % of the time; it uses {own:.2f} % of one core itself")
    return {"cost_percent": cost, "screen_cpu_percent": own}


def part_diagnosis(runs):
    groups = by_label(runs)
    without, watched = groups["without"], groups["with"]
    slower = 100 * (paired(watched, without, lambda run: run.elapsed_s) - 1)
    cost = 100 * (paired(watched, without, lambda run: run.screen_cpu_s) - 1)
    rows = [[label, median([r.elapsed_s for r in group]), median([r.ok / r.elapsed_s for r in group]),
             median([r.screen_cpu_s for r in group]), spread(group)] for label, group in groups.items()]
    print_table(f"looking for hangs: {without[0].found} pictures a run",
                ["way", "seconds", "images/s", "CPU s", "±%"], rows)
    print(f"  with it a run takes {slower:+.2f} % more time")
    print_mark("what looking for hangs costs", cost, "% of the CPU time of all processes", 1)
    figures = {"cost_percent": cost, "slower_percent": slower}
    for dumped in (label for label in groups if label.startswith("dumped-")):
        tens = int(dumped.removeprefix("dumped-")) / 10
        dumps = 100 * (paired(groups[dumped], groups["undumped"], lambda run: run.screen_cpu_s) - 1) / tens
        longer = 100 * (paired(groups[dumped], groups["undumped"], lambda run: run.elapsed_s) - 1) / tens
        print(f"  with ten dumps a run takes {longer:+.2f} % more time")
        print_mark("what ten dumps cost", dumps, "% of the CPU time of all processes", 1)
        figures |= {"dumps_percent": dumps, "dumps_slower_percent": longer}
    return figures


def part_memory(runs):
    groups = by_label(runs)
    rows, figures = [], {}
    for plan in dict.fromkeys(label.rsplit(" ", 1)[0] for label in groups):
        few, many = groups[f"{plan} few"], groups[f"{plan} many"]
        growth = peak_mb(many) / peak_mb(few)
        rows.append([plan, peak_mb(few), peak_mb(many), growth])
        figures[plan] = {"few_mb": peak_mb(few), "many_mb": peak_mb(many), "growth": growth}
    few, many = (groups[f"{plan} {size}"][0].found for size in ("few", "many"))
    print_table("memory: highest sum of PSS over all processes",
                ["plan", f"{few} inputs: MB", f"{many} inputs: MB", "growth"], rows)
    return figures


def handover_share(run):
    return 1 - run.stages_s / run.worker_wall_s


def part_handover(runs):
    rows, figures = [], {}
    for label, group in by_label(runs).items():
        share = median([handover_share(run) for run in group])
        work = median([1e6 * run.stages_s / run.ok for run in group])
        rest = median([1e6 * (run.worker_wall_s - run.stages_s) / run.ok for run in group])
        rows.append([label, rate(group), work, rest, 100 * share, spread(group)])
        figures[label] = {"items_per_s": rate(group), "stage_us_per_item": work,
                          "other_us_per_item": rest, "handover_share": share}
    print_table(f"hand-over: {runs[0].found} pictures of 64 x 64",
                ["plan", "items/s", "in stages µs", "else µs", "hand-over %", "±%"], rows)
    print("  hand-over % = 1 - (sum of all stages' time) ÷ (sum of the workers' wall time), times 100;\n"
          "  both µs columns are worker time per item, start and end of the workers included in 'else'")
    return figures


def part_oversubscribe(runs):
    groups = by_label(runs)
    base = groups["threads:2"]
    rows, figures = [], {}
    for label, group in groups.items():
        speed = paired(base, group)
        rows.append([label, median_took(group), speed, peak_mb(group),
                     median([float(r.switches) for r in group]), spread(group)])
        figures[label] = {"median_s": median_took(group), "against_two": speed,
                          "peak_mb": peak_mb(group)}
    print_table(f"64 workers on 2 cores: {runs[0].found} pictures",
                ["plan", "seconds", "× threads:2", "peak MB", "preempted", "±%"], rows)
    print(f"  outputs of all plans and rounds equal: {'yes' if equal_outputs(runs) else 'NO'}")
    return figures


def part_screen(runs):
    rows, figures = [], {}
    for run in runs:
        own = 100 * run.screen_cpu_s / run.elapsed_s
        rows.append([run.label, run.elapsed_s, run.screen_cpu_s, own])
        figures[run.label] = {"screen_cpu_percent": own, "elapsed_s": run.elapsed_s}
    print_table("the screen's own CPU time, 120 x 70", ["plan", "seconds", "CPU s", "% of a core"], rows)
    print_mark("the screen's CPU time", max(row[3] for row in rows), "% of a core", 1)
    return figures


def defects(runs):
    """What makes the figures worthless, whatever they are."""
    found = []
    for run in runs:
        where = f"{run.label}, round {run.round}"
        if run.exit_code not in (0, 1) or run.lost or run.ok == 0:
            found.append(f"{where}: exit status {run.exit_code}, {run.ok} of {run.found} done")
        elif run.failed:
            print(f"  note: {where}: {run.failed} of {run.found} failed")
    if not equal_outputs(runs):
        found.append("outputs differ")
    return found


def part_mixed(runs):
    hourly = 3600 * rate(runs)
    print_table(f"mixed: {runs[0].found} photographs and drawings",
                ["plan", "seconds", "±%", "images/s", "images/hour", "peak MB"],
                [[runs[0].label, median_took(runs), spread(runs), rate(runs), hourly, peak_mb(runs)]])
    return {"images_per_hour": hourly, "median_s": median_took(runs), "peak_mb": peak_mb(runs)}


def part_worker(runs):
    """Memory of a worker: what all processes take together, supervisor and recorder too, shared out."""
    rows, figures = [], {}
    for label, group in by_label(runs).items():
        figures[label] = {"all_mb": peak_mb(group), "worker_mb": peak_mb(group) / group[0].workers}
        rows.append([label, figures[label]["all_mb"], figures[label]["worker_mb"]])
    print_table(f"worker: {runs[0].found} baseline JPEG files of 12 megapixels, highest sum of PSS",
                ["plan", "MB", "MB a worker"], rows)
    return figures


def figures_of(part, path):
    """A part's figures; its table goes to standard output."""
    if part in OTHERS:
        return OTHERS[part].figures_of(part, os.path.dirname(path))
    return globals()[f"part_{part}"]([run for run in read_runs(path) if run.part == part])


def table(part, path):
    runs = [run for run in read_runs(path) if run.part == part]
    if part in OTHERS:
        found = defects(runs) + OTHERS[part].table(part, os.path.dirname(path))
    else:
        globals()[f"part_{part}"](runs)
        found = defects(runs)
    for text in found:
        print(f"  DEFECT: {text}")
    return 1 if found else 0


# ---- the record ---------------------------------------------------------------------------------------


def first_line(*command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=20)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.split("\n", 1)[0].strip()


def first_field(path, name):
    try:
        with open(path, encoding="utf-8") as file:
            for line in file:
                if line.startswith(name):
                    return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return None


def machine(directory):
    return {
        "cpu": first_field("/proc/cpuinfo", "model name") or platform.processor(),
        "cores_usable": len(os.sched_getaffinity(0)),
        "cores_online": os.cpu_count(),
        "memory": first_field("/proc/meminfo", "MemTotal"),
        "kernel": platform.release(),
        "system": platform.freedesktop_os_release().get("PRETTY_NAME")
        if hasattr(platform, "freedesktop_os_release") else platform.platform(),
        "file_system": first_line("stat", "-f", "-c", "%T", directory),
    }


def versions(program):
    libraries = ("libjpeg", "libpng", "libwebp", "libtiff-4", "lcms2", "ncursesw")
    found = {name: first_line("pkg-config", "--modversion", name) for name in libraries}
    found["imgtop"] = first_line(program, "--version")
    found["cc"] = first_line(os.environ.get("CC", "cc").split()[0], "--version")
    found["tmux"] = first_line("tmux", "-V")
    return {name: version for name, version in found.items() if version}


def record(path, target, program, parts):
    runs = read_runs(path)
    figures = {}
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        shown, sys.stdout = sys.stdout, nowhere
        for part in parts:
            figures[part] = figures_of(part, path)
        sys.stdout = shown
    now = datetime.datetime.now(datetime.timezone.utc)
    content = {
        "schema": 1,
        "made": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "inputs": "photos" if os.environ.get("PHOTOS") else "samples",
        "quick": bool(os.environ.get("QUICK")),
        "machine": machine(os.path.dirname(os.path.abspath(path))),
        "versions": dict(versions(program), **(peers.versions() if set(parts) & set(peers.PARTS) else {})),
        "figures": figures,
        "runs": [run.record() for run in runs],
    }
    with open(target, "w", encoding="utf-8") as file:
        json.dump(content, file, indent=1, ensure_ascii=False)
        file.write("\n")
    if not content["quick"]:
        marks.show(figures)
    if content["inputs"] == "samples":
        print("  marks are meant for photographs (PHOTOS=): samples only show trends")
    print(f"\nrecord: {target}")


def main(words):
    if len(words) == 2 and words[0] == "elapsed":
        with open(words[1], encoding="utf-8") as file:
            print(json.load(file)["elapsed_s"])
        return 0
    if len(words) == 2 and words[0] == "advised":
        with open(words[1], encoding="utf-8") as file:
            advice = json.load(file)
        print("--plan", advice["plan"], *(["--queue", advice["queue"]] if advice["queue"] else []), sep="\n")
        return 0
    if len(words) == 3 and words[0] == "table":
        return table(words[1], words[2])
    if len(words) >= 5 and words[0] == "record":
        record(words[1], words[2], words[3], words[4:])
        return 0
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
