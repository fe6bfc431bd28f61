#!/usr/bin/env bash
# newcomer.sh - does what the README tells a newcomer, on a fresh Debian: ./bootstrap demo, ./bootstrap check.
#
#   tests/e2e/newcomer.sh [MIRROR]
#
# Not part of make check: it needs root, debootstrap, the network and some minutes. Nothing is installed in
# the fresh system beforehand, so that a package which bootstrap forgets is missed.
# Exit: 0; 1 something is wrong; 77 it cannot be tried here.
set -euo pipefail

top=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
. "$top/tests/e2e/roots.sh"

# bootstrap NAME: ./bootstrap NAME in the root; its output in $work/NAME.log.
bootstrap() {
	local started=$SECONDS
	in_root newcomer /imgtop -- ./bootstrap "$1" </dev/null >"$work/$1.log" 2>&1 || {
		tail -n 60 "$work/$1.log" >&2
		fail "./bootstrap $1 failed"
	}
	say "./bootstrap $1: $((SECONDS - started)) s"
}

roots_begin bookworm "$@"
new_root newcomer
copy_checkout newcomer /imgtop
bootstrap demo
grep -E '^images|ok ' "$work/demo.log" | tail -n 3 >&2
bootstrap check
grep -E '^# (TOTAL|PASS|SKIP|FAIL|ERROR)' "$work/check.log" >&2
say 'both commands work'
