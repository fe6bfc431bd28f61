"""The tables of the parts that measure the workloads sum and merge and a drill, from what lessons.sh noted: sum.tsv
holds who (read, sum), workers, round, and GB/s with the share of time on a CPU, or the path of summary.json; merge.tsv who, round, wall time in
microseconds and the path of summary.json, "-" where there is none; merge.sums a checksum of each output that must be
the same; lessons.tsv plan, "gil" or "free", round and the path of summary.json."""

import json
import os
from collections import defaultdict

from tables import median, print_least, print_mark, print_table

PARTS = ("sum", "merge", "lessons")
HELPS, HELPS_NOT = 1.6, 1.2  # speed-up of two workers that do help each other, and of two that do not
SUM_SHARE = 0.8  # of a plain read's speed
AT_ONCE = 0.9  # of the time on a CPU: less, and two threads were often alone
JQ_TIMES = 5
NUMBER_BYTES = 4
MEMORY_GROWTH = 1.2


def lines(folder, name):
    path = os.path.join(folder, name)
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as file:
        return [line.rstrip("\n").split("\t") for line in file]


def summary(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def adding(run, workers):
    """GB/s of so many workers that add, by their CPU time, and the share of that stage's time they were on a CPU. A
    stage's time on the clock is nobody's speed: on a busy machine it is mostly waiting for a CPU."""
    cpu_s = sum(times["add_cpu_s"] for times in run["result"]["times"])
    wall_s = sum(w["stages"]["sum"]["total_s"] for w in run["workers"] if "sum" in w["stages"])
    return run["result"]["count"] * NUMBER_BYTES / 1e9 / cpu_s * workers, cpu_s / wall_s


def sum_figures(folder):
    speeds = defaultdict(list)
    for who, workers, _round, *values in lines(folder, "sum.tsv"):
        speed = tuple(map(float, values)) if who == "read" else adding(summary(values[0]), int(workers))
        speeds[who, int(workers)].append(speed)
    figures = {}
    for workers in (1, 2):
        read, add = ([median([speed[i] for speed in speeds[who, workers]]) for i in (0, 1)] for who in ("read", "sum"))
        figures[str(workers)] = {"read_gb_s": read[0], "read_on_cpu": read[1], "sum_gb_s": add[0], "sum_on_cpu": add[1],
                                 "share": add[0] / read[0]}
    # as fast as two readers can be: twice one, or what the bus lets through
    most = min(2 * figures["1"]["read_gb_s"], figures["2"]["read_gb_s"])
    figures["two_of_most"] = figures["2"]["sum_gb_s"] / most
    return figures


def sum_table(folder):
    figures = sum_figures(folder)
    rows = [(threads, figures[threads]) for threads in ("1", "2")]
    print_table("sum: numbers read once from memory, a thread or two at it, by CPU time",
                ["threads", "plain read GB/s", "on CPU %", "sum GB/s", "on CPU %", "share"],
                [[threads, f["read_gb_s"], 100 * f["read_on_cpu"], f["sum_gb_s"], 100 * f["sum_on_cpu"], f["share"]]
                 for threads, f in rows])
    print_least("sum by one worker, of a plain read", figures["1"]["share"], "times", SUM_SHARE)
    print_least("sum by two workers, of twice one reader or of two at a time, whichever is less",
                figures["two_of_most"], "times", SUM_SHARE)
    if min(figures["2"]["read_on_cpu"], figures["2"]["sum_on_cpu"]) < AT_ONCE:
        print("  note: others were on the CPUs as well, so that two were not at it at the same time all along: what the "
              "bus lets through was not tried")
    return []


def merge_figures(folder):
    times, peaks, sizes = defaultdict(list), {}, {}
    for who, _round, wall, path in lines(folder, "merge.tsv"):
        times[who].append(int(wall) / 1e6)
        if path != "-":
            run = summary(path)
            peaks[who] = max(peaks.get(who, 0), run["peak_memory_bytes"] / 1e6)
            sizes[who] = run["bytes_in"] / 1e6
    figures = {who: {"median_s": median(values), "peak_mb": peaks.get(who), "input_mb": sizes.get(who)}
               for who, values in times.items()}
    if "jq" in figures:
        figures["times_jq"] = figures["jq"]["median_s"] / figures["threads:2"]["median_s"]
    figures["growth"] = figures["3 times"]["peak_mb"] / figures["threads:2"]["peak_mb"]
    return figures


def merge_table(folder):
    figures = merge_figures(folder)
    rows = [[who, f["input_mb"], f["median_s"], f["peak_mb"]] for who, f in figures.items() if isinstance(f, dict)]
    print_table("merge: of each key the latest record", ["who", "MB", "seconds", "peak MB"], rows)
    if "times_jq" in figures:
        print_least("speed of two workers, of jq's", figures["times_jq"], "times", JQ_TIMES)
    print_least("memory for a file, of that for three times as much with the same keys", 1 / figures["growth"],
                "times", 1 / MEMORY_GROWTH)
    sums = {tuple(line) for line in lines(folder, "merge.sums")}
    print(f"  outputs of all plans equal: {'yes' if len(sums) <= 1 else 'NO'}")
    return [] if len(sums) <= 1 else ["outputs differ"]


def lessons_figures(folder):
    spans = defaultdict(lambda: {"wait": [], "sum": []})
    for plan, lock, _round, path in lines(folder, "lessons.tsv"):
        for kind in summary(path)["result"]["kinds"]:
            spans[plan, lock][kind["name"]].append(kind["span_s"])
    figures = {}
    for (plan, lock), times in spans.items():
        figures[f"{plan}, {lock}"] = {
            "waits_s": median(times["wait"]), "sums_s": median(times["sum"]),
            "waits_speedup": median(spans["sequential", lock]["wait"]) / median(times["wait"]),
            "sums_speedup": median(spans["sequential", lock]["sum"]) / median(times["sum"])}
    return figures


def lessons_table(folder):
    figures = lessons_figures(folder)
    print_table("lessons: two waits of 1 s and two sums, with and without one lock around computing",
                ["plan, lock", "waits s", "times", "sums s", "times"],
                [[who, f["waits_s"], f["waits_speedup"], f["sums_s"], f["sums_speedup"]]
                 for who, f in figures.items()])
    print_least("two threads at waits under --gil", figures["threads:2, gil"]["waits_speedup"], "times", HELPS)
    print_mark("two threads at sums under --gil", figures["threads:2, gil"]["sums_speedup"], "times", HELPS_NOT)
    print_least("two threads at sums without it", figures["threads:2, free"]["sums_speedup"], "times", HELPS)
    print_least("two processes at sums under --gil", figures["processes:2, gil"]["sums_speedup"], "times", HELPS)
    return []


FIGURES = {"sum": sum_figures, "merge": merge_figures, "lessons": lessons_figures}
TABLES = {"sum": sum_table, "merge": merge_table, "lessons": lessons_table}


def figures_of(part, folder):
    return FIGURES[part](folder)


def table(part, folder):
    return TABLES[part](folder)
