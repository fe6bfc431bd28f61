"""The table of the part that measures the workload scan, from what scan.sh noted in scan.tsv."""

import json
import os
from collections import defaultdict

from tables import median, paired, print_table

# What a scan may take of the time that reading the same bytes takes; files and rows a second; seconds for an
# unchanged library; MB of all processes together, and what ten times the files may add to them.
MOST_TIMES_CAT = 1.25
LEAST_FILES_PER_S = 20000
LEAST_ROWS_PER_S = 100000
MOST_AGAIN_S = 1
MOST_MEMORY_MB = 64
MOST_GROWTH = 1.25


class Run:
    def __init__(self, words):
        self.what, self.label = words[:2]
        self.round = int(words[2])
        self.wall_s = None if words[3] == "-" else int(words[3]) / 1e6
        self.rate = self.found = self.peak_mb = self.cpu_s = None
        self.ok = True
        if self.what == "rows":
            self.rate = float(words[4])
        elif words[4] != "-":
            with open(words[4], encoding="utf-8") as file:
                summary = json.load(file)
            items = summary["items"]
            self.found, self.peak_mb = items["found"], summary["peak_memory_bytes"] / 1e6
            self.cpu_s = summary["cpu_s"]
            self.rate = self.found / self.wall_s
            self.ok = items["pending"] == 0 and items["quarantined"] == 0
            # the second time, nothing may be read again
            if self.what == "again" and items["ok"] != 0:
                self.ok = False


def read(folder):
    runs = defaultdict(lambda: defaultdict(list))
    path = os.path.join(folder, "scan.tsv")
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            for line in file:
                run = Run(line.rstrip("\n").split("\t"))
                runs[run.what][run.label].append(run)
    return runs


def middle(runs, of):
    values = [of(run) for run in runs if of(run) is not None]
    return median(values) if values else None


def summed_up(runs):
    return {"wall_s": middle(runs, lambda run: run.wall_s), "cpu_s": middle(runs, lambda run: run.cpu_s),
            "files": middle(runs, lambda run: run.found), "per_s": middle(runs, lambda run: run.rate),
            "peak_mb": max((run.peak_mb for run in runs if run.peak_mb is not None), default=None)}


def figures_of(_part, folder):
    runs = read(folder)
    figures = {what: {label: summed_up(found) for label, found in labels.items()} for what, labels in runs.items()}
    for label, found in runs["large"].items():
        if label != "cat" and "cat" in runs["large"]:
            figures["large"][label]["times_cat"] = paired(found, runs["large"]["cat"], lambda run: run.wall_s)
    for label in figures.get("small", {}):
        tenth = figures.get("tenth", {}).get(label)
        if tenth and tenth["peak_mb"]:
            figures["small"][label]["growth"] = figures["small"][label]["peak_mb"] / tenth["peak_mb"]
    return figures


def best(rows, key, least=True):
    values = [row[key] for row in rows.values() if row.get(key) is not None]
    return (min if least else max)(values) if values else None


def marks_of(figures):
    """What, the mark, "at most"?, what was reached."""
    small, large = figures.get("small", {}), figures.get("large", {})
    return [
        ("scan: time against reading the same bytes, best plan", MOST_TIMES_CAT, "×", True,
         best(large, "times_cat")),
        ("scan: small files a second, best plan", LEAST_FILES_PER_S, "/s", False, best(small, "per_s", False)),
        ("scan: unchanged library again, best plan", MOST_AGAIN_S, "s", True,
         best(figures.get("again", {}), "wall_s")),
        ("scan: rows a second through the writer", LEAST_ROWS_PER_S, "/s", False,
         best(figures.get("rows", {}), "per_s", False)),
        ("scan: peak memory of all processes, worst plan", MOST_MEMORY_MB, "MB", True,
         best(small, "peak_mb", False)),
        ("scan: memory for ten times the files, worst plan", MOST_GROWTH, "×", True, best(small, "growth", False)),
    ]


def table(part, folder):
    figures = figures_of(part, folder)
    if not figures:
        return ["no scan was measured"]
    rows = [[what, label, f["files"], f["wall_s"], f["cpu_s"], f["per_s"], f["peak_mb"], f.get("times_cat")]
            for what in ("large", "small", "again", "tenth", "rows", "anchor")
            for label, f in figures.get(what, {}).items()]
    print_table("scan: medians; peak memory is the highest", ["what", "plan or program", "files", "s", "CPU s", "a second",
                                                          "MB", "× cat"], rows)
    for what, wanted, unit, most, reached in marks_of(figures):
        if reached is None:
            print(f"  mark: {what}: not measured")
            continue
        holds = reached <= wanted if most else reached >= wanted
        print(f"  mark: {what} {'at most' if most else 'at least'} {wanted:g} {unit}; reached: {reached:.3g} {unit}; "
              f"{'holds' if holds else 'MISSED'}")
    return [f"{run.what} under {run.label}: not all files were scanned, or some were read again"
            for labels in read(folder).values() for found in labels.values() for run in found if not run.ok]


PARTS = {"scan"}
