"""The table of the part that times keys, from what keys.py noted: keys.tsv in the benchmark's folder holds plan,
key and microseconds, tab-separated."""

import math
import os
from collections import defaultdict

from tables import print_mark, print_table

MOST_MS = 50


def read(folder):
    plans = defaultdict(lambda: defaultdict(list))
    path = os.path.join(folder, "keys.tsv")
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            for line in file:
                plan, key, took_us = line.rstrip("\n").split("\t")
                plans[plan][key].append(float(took_us) / 1000)
    return plans


def percentile(values, percent):
    """The smallest value that so many percent do not exceed."""
    return sorted(values)[max(0, math.ceil(len(values) * percent / 100) - 1)]


def summed_up(values):
    return {"keys": len(values), "p50_ms": percentile(values, 50), "p95_ms": percentile(values, 95),
            "max_ms": max(values)}


def figures_of(_part, folder):
    figures = {}
    for plan, keys in read(folder).items():
        figures[plan] = {"all": summed_up([took for key in keys.values() for took in key])}
        figures[plan].update((name, summed_up(key)) for name, key in keys.items())
    return figures


def table(part, folder):
    figures = figures_of(part, folder)
    if not figures:
        return ["no key was timed"]
    rows = [[plan, name, str(f["keys"]), f["p50_ms"], f["p95_ms"], f["max_ms"]]
            for plan, names in figures.items() for name, f in names.items()]
    print_table("keys: from the press to the answer on the terminal, screen of 120 x 70",
                ["plan", "key", "presses", "p50 ms", "p95 ms", "max ms"], rows)
    print_mark("p95 of all keys", max(f["all"]["p95_ms"] for f in figures.values()), "ms", MOST_MS)
    return []


PARTS = {"keys"}
