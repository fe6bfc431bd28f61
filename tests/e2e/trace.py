#!/usr/bin/env python3
"""Holds a report folder's trace.json against the Trace Event Format, and states.folded against the summary.

    trace.py REPORT_DIR

Whatever viewers would draw wrong is an error: slices of a thread that overlap, arrows that do not begin, do not end, or
end outside a slice, threads and processes without a name, queues without a counter, time before the start.
"""

import collections
import json
import sys

HALF_US = 0.0006  # times are rounded to a thousandth of a microsecond


def slices_of(events):
    threads = collections.defaultdict(list)
    for event in events:
        if event["ph"] == "X":
            assert event["dur"] >= 0, event
            threads[event["pid"], event["tid"]].append(event)
    for events_of in threads.values():
        events_of.sort(key=lambda event: event["ts"])
        for one, following in zip(events_of, events_of[1:]):
            assert one["ts"] + one["dur"] <= following["ts"] + HALF_US, (one, following)
    return threads


def check_arrows(events, threads):
    arrows = collections.defaultdict(list)
    for event in events:
        if event["ph"] in "stf":
            arrows[event["cat"], event["id"]].append(event)
    for places in arrows.values():
        places.sort(key=lambda event: event["ts"])
        phases = "".join(event["ph"] for event in places)
        assert phases == "s" + "t" * (len(phases) - 2) + "f", places
        for place in places:
            assert any(
                abs(slice["ts"] - place["ts"]) <= HALF_US for slice in threads[place["pid"], place["tid"]]
            ), place
    return len(arrows)


def check_names(events, threads):
    threads_named, processes_named = {}, {}
    for event in events:
        if event["ph"] == "M" and event["name"] == "thread_name":
            threads_named[event["pid"], event["tid"]] = event["args"]["name"]
        if event["ph"] == "M" and event["name"] == "process_name":
            assert event["pid"] > 0 and event["pid"] not in processes_named, event
            processes_named[event["pid"]] = event["args"]["name"]
    for pid, tid in threads:
        assert threads_named[pid, tid] and processes_named[pid], (pid, tid)


def check_folded(folder, summary):
    sums = collections.Counter()
    for line in open(f"{folder}/states.folded", encoding="utf-8"):
        stack, number = line.rsplit(" ", 1)
        sums[stack.split(";")[1]] += int(number) / 1e6
    for worker in summary["workers"]:
        wall = worker["wall_s"]
        # each line is cut to whole microseconds
        assert abs(sums[worker["name"]] - wall) < 1e-4, (worker["name"], sums[worker["name"]], wall)


def main(folder):
    summary = json.load(open(f"{folder}/summary.json", encoding="utf-8"))
    events = json.load(open(f"{folder}/trace.json", encoding="utf-8"))["traceEvents"]
    open_items = collections.Counter()
    assert all(event["ph"] == "M" or event["ts"] >= 0 for event in events)
    threads = slices_of(events)
    check_names(events, threads)
    arrows = check_arrows(events, threads)
    for event in events:
        if event["ph"] in "be":
            open_items[event["id"]] += 1 if event["ph"] == "b" else -1
    assert not any(open_items.values()), open_items
    counters = {event["name"] for event in events if event["ph"] == "C"}
    assert counters == {"queue " + queue["name"] for queue in summary["queues"]}, counters
    check_folded(folder, summary)
    print(f"{arrows} arrows")


if __name__ == "__main__":
    main(sys.argv[1])
