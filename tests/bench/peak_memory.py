#!/usr/bin/env python3
"""Runs a command and writes the most memory that it and all its descendants took together.

    peak_memory.py RESULT_FILE COMMAND [ARGUMENT...]

What is summed is PSS (/proc/PID/smaps_rollup), so that pages which processes share count once. RESULT_FILE
gets the highest sum in kB. Looking costs time: do not measure the duration of the same run. Exit: the command's.
"""

import ctypes
import os
import subprocess
import sys
import time

PR_SET_CHILD_SUBREAPER = 36
EVERY_S = 0.02


def children_of(pid):
    found = []
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/children", encoding="ascii") as file:
                found += [int(word) for word in file.read().split()]
    except (OSError, ValueError):
        pass  # it has just ended
    return found


def descendants(pid):
    found = []
    waiting = children_of(pid)
    while waiting:
        found.append(waiting.pop())
        waiting += children_of(found[-1])
    return found


def pss_kb(pid):
    try:
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
            for line in file:
                if line.startswith("Pss:"):
                    return int(line.split()[1])
    except (OSError, ValueError):
        pass
    return 0


def main(result, *command):
    # What loses its parent becomes our child and still counts.
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    peak = 0
    with subprocess.Popen(command) as child:
        while child.poll() is None:
            peak = max(peak, sum(pss_kb(pid) for pid in descendants(os.getpid())))
            time.sleep(EVERY_S)
    with open(result, "w", encoding="ascii") as file:
        print(peak, file=file)
    return child.returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
