#!/usr/bin/env python3
"""How long a key takes to be seen: drives a program on a terminal of its own, presses keys at random moments and
times each until what it calls for has come out.

    keys.py ROWSxCOLUMNS SAMPLES OUT COMMAND...

OUT gets a line per key: its name and the microseconds. The program must be showing a run that goes on for as
long as this takes; it is left with Ctrl-C twice, and its exit status is not looked at. Exit: 0, 1 when a key was
never answered. Python's own library only.

A terminal is sent differences, so each key is known by a text that is in another colour, or in another place,
than what stood there before, and therefore comes out in one piece. Between two keys passes a random time of up to
four pictures: a fixed one would always meet the screen at the same point of its rhythm.
"""

import fcntl
import os
import pty
import random
import select
import struct
import sys
import termios
import time

PATIENCE_S = 20
QUIET_S = (0.05, 0.4)
# key, what comes out; None: it only leads back, and what that looks like is not looked for
ROUND = [("settings", b"C", b"imgtop settings"), ("back", b"C", b"[Workers"),
         ("freeze", b"Z", b"VIEW FROZEN"), (None, b"Z", None),
         ("help", b"?", b"imgtop help"), (None, b"\x1b", None),
         ("sort", b"<", b"Sort by"), (None, b"\x1b", None)]


class Terminal:
    """The far end of the program's terminal."""

    def __init__(self, rows, columns, command):
        self.seen = b""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ["TERM"] = "xterm-256color"
            # wait until the size is set, or curses takes another
            sys.stdin.readline()
            os.execvp(command[0], command)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        os.write(self.fd, b"\n")

    def read(self, until):
        """What comes next; b'' when nothing does by then."""
        left = until - time.monotonic()
        if left <= 0 or not select.select([self.fd], [], [], left)[0]:
            return b""
        try:
            return os.read(self.fd, 65536)
        except OSError:  # nobody holds the other end any more
            raise EOFError from None

    def rest(self, seconds):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.read(until)

    def await_text(self, text):
        """The time at which the last byte of it was there."""
        until = time.monotonic() + PATIENCE_S
        seen = b""
        while time.monotonic() < until:
            seen = seen[-len(text):] + self.read(until)
            if text in seen:
                return time.monotonic()
        raise TimeoutError(text.decode())

    def press(self, key):
        os.write(self.fd, key)
        return time.monotonic()

    def close(self):
        try:
            for _ in range(2):
                self.press(b"\x03")
                self.rest(0.5)
            while True:
                self.read(time.monotonic() + PATIENCE_S)
        except (EOFError, OSError):
            pass
        os.waitpid(self.pid, 0)


def measure(terminal, samples, out):
    count = 0
    while count < samples:
        for name, key, answer in ROUND:
            terminal.rest(random.uniform(*QUIET_S))
            pressed = terminal.press(key)
            if answer is not None:
                took = terminal.await_text(answer) - pressed
                out.write(f"{name}\t{took * 1e6:.0f}\n")
                count += 1


def main(words):
    if len(words) < 4:
        print(__doc__, file=sys.stderr)
        return 2
    rows, columns = (int(part) for part in words[0].split("x"))
    random.seed(1)
    terminal = Terminal(rows, columns, words[3:])
    try:
        terminal.await_text(b"RUNNING")
        terminal.rest(1)
        with open(words[2], "w", encoding="utf-8") as out:
            measure(terminal, int(words[1]), out)
    except (TimeoutError, EOFError) as error:
        print(f"keys.py: the program ended or never showed: {error}", file=sys.stderr)
        return 1
    finally:
        terminal.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
