# shellcheck shell=bash
# lib.sh - what the scripts of tests/faults share beyond tests/e2e/lib.sh: the program with
# failpoints, runs in the foreground and beside the test, and the invariant that holds after every
# fault: each item is counted once, outputs are those of a sequential run, and nothing is left.
#
#   . "${abs_srcdir:?run it by make check}/tests/faults/lib.sh"

. "${abs_srcdir:?run it by make check}/tests/e2e/lib.sh"

IMGTOP=${abs_builddir:?run it by make check}/tests/faults/imgtop-faults
export IMGTOP
unset IMGTOP_FAILPOINT

# As in lib.sh, but one that hangs is ended.
imgtop() {
	status=0
	timeout --signal=KILL "$await_limit" "$IMGTOP" "$@" </dev/null >"$scratch/out" \
		2>"$scratch/err" || status=$?
	[[ $status -ne 137 ]] || fail "it does not end: imgtop $*: $(cat "$scratch/err")"
}

# A user that nobody else is: limits count all processes of a user, and tests run side by side.
other_user=$((10000 + $$ % 50000))

as_other_user() {
	setpriv --reuid "$other_user" --regid "$other_user" --clear-groups "$@"
}

# as_nobody_else COMMAND...: a test's function, as a user without rights that owns its scratch folder.
as_nobody_else() {
	chown -R "$other_user:$other_user" "$scratch"
	as_other_user test -x "$IMGTOP" -a -w "$scratch" ||
		skip 'another user cannot reach the program'
	printf '#!/bin/sh\nexec setpriv --reuid %d --regid %d --clear-groups "%s" "$@"\n' \
		"$other_user" "$other_user" "$IMGTOP" >"$scratch/imgtop"
	chmod +x "$scratch/imgtop"
	IMGTOP=$scratch/imgtop "$@"
	chown -R "$EUID" "$scratch"
}

# without_rights COMMAND...: a test's function as a user to whom permissions apply.
without_rights() {
	if [[ $EUID -ne 0 ]]; then
		"$@"
	else
		need setpriv
		as_nobody_else "$@"
	fi
}

# ---- inputs and what they should become -----------------------------------------------------------

# make_inputs COUNT [WxH]: $scratch/in/a01.jpg, a02.jpg ..., and in $scratch/reference what a
# sequential run makes of them.
make_inputs() {
	local size=${2:-160x120}
	kept_folder "inputs-$1-$size" fill_inputs "$1" "$size"
	cp -rT -- "$kept/in" "$scratch/in"
	kept_folder "reference-$1-$size" fill_reference
	cp -rT -- "$kept" "$scratch/reference"
}

# fill_inputs FOLDER COUNT WxH
fill_inputs() {
	local number=0 photo
	make_photos "$1/photos" "$2" "$3"
	mkdir "$1/in"
	while IFS= read -r -d '' photo; do
		number=$((number + 1))
		mv "$photo" "$1/in/$(printf 'a%02d.jpg' "$number")"
	done < <(find "$1/photos" -type f -print0 | sort -z)
	rm -rf "$1/photos"
}

# fill_reference FOLDER: of $scratch/in
fill_reference() {
	make_reference
	cp -rT -- "$scratch/reference" "$1"
}

# For inputs that have been changed since they were made.
make_reference() {
	IMGTOP_FAILPOINT='' imgtop run images "$scratch/in" -o "$scratch/reference" --plan sequential --no-report --batch
	expect_status 0
}

# ---- runs -------------------------------------------------------------------------------------------

# run PLAN [OPTION...]: over $scratch/in into $scratch/small, with $scratch/report, to its end.
run() {
	local plan=$1
	shift
	imgtop run images "$scratch/in" -o "$scratch/small" --plan "$plan" --report "$scratch/report" \
		--batch "$@"
}

# The same from a clean start, with failpoints: run_with FAILPOINT PLAN [OPTION...]
run_with() {
	rm -rf "$scratch/small" "$scratch/report"
	IMGTOP_FAILPOINT=$1 run "${@:2}"
}

# start PLAN [OPTION...]: the same beside the test; leaves $front and, once it exists, $supervisor.
start() {
	local plan=$1
	shift
	"$IMGTOP" run images "$scratch/in" -o "$scratch/small" --plan "$plan" \
		--report "$scratch/report" --batch "$@" </dev/null >"$scratch/out" \
		2>"$scratch/err" &
	front=$!
	await 'the run begins' supervisor_is_there
}

supervisor_is_there() {
	supervisor=
	{ read -r supervisor _ <"/proc/$front/task/$front/children"; } 2>/dev/null || true
	[[ -n $supervisor ]] && find_host recorder
}

# finish STATUS: await the end of what start began.
finish() {
	local limit=$((SECONDS + await_limit))
	while kill -0 "$front" 2>/dev/null; do
		((SECONDS < limit)) || fail "the run does not end: $(cat "$scratch/err")"
		pause
	done
	status=0
	wait "$front" || status=$?
	expect_status "$1"
}

# host_pid NAME: the same, said; "" when there is none.
host_pid() {
	find_host "$1" || return 0
	echo "$pid_found"
}

# another_pid NAME OLD: a successor of that process is there.
another_pid() {
	find_host "$1" && [[ $pid_found != "$2" ]]
}

# is_titled NAME: the host of that name is there, and ps calls it so.
is_titled() {
	local words
	find_host "$1" || return
	{ words=$(tr -d '\0' <"/proc/$pid_found/cmdline"); } 2>/dev/null || return
	[[ $words = "imgtop: $1" ]]
}

# has_thread HOST NAME: the host has a worker thread of that name.
has_thread() {
	local thread name
	find_host "$1" || return
	for thread in /proc/"$pid_found"/task/*/comm; do
		{ read -r name <"$thread"; } 2>/dev/null || continue
		[[ $name != "$2" ]] || return 0
	done
	return 1
}

outputs() {
	find "$scratch/small" -type f -print0 2>/dev/null | tr -dc '\0' | wc -c
}

# some_outputs N: at least so many are there.
some_outputs() {
	(($(outputs) >= $1))
}

# ---- failpoints that hold a run still --------------------------------------------------------------

# gated POINT: the point holds until open_gate; leaves IMGTOP_FAILPOINT for the run.
gated() {
	export IMGTOP_FAILPOINT="$1;action=gate;gate=$scratch/gate;mark=$scratch/mark"
}

await_mark() {
	await_marks 1
}

# await_marks N: so many workers have come there.
await_marks() {
	await "the failpoint is reached by $1" has_marks "$1"
}

has_marks() {
	local -a marks=()
	{ mapfile -t marks <"$scratch/mark"; } 2>/dev/null || return
	((${#marks[@]} >= $1))
}

# await_found N: so many items are known, by the JSON Lines of the run; for one whose intake holds the walk up.
await_found() {
	await "$1 items are found" has_found "$1"
}

has_found() {
	local line
	line=$(grep -o '"type":"interval".*"found":[0-9]*' "$scratch/out" | tail -n 1)
	[[ -n $line ]] && ((${line##*:} >= $1))
}

# The walk, which was there before, has ended.
await_all_found() {
	await 'all items are found' process_is_gone walk-1
}

open_gate() {
	: >"$scratch/gate"
}

process_is_there() {
	find_host "$1"
}

process_is_gone() {
	! process_is_there "$1"
}

# ---- commands to a run ------------------------------------------------------------------------------

# ctl VERB [ARGUMENT...]: accepted.
ctl() {
	IMGTOP_FAILPOINT='' imgtop_beside ctl "$@"
	[[ $status -eq 0 ]] || fail "ctl $*: $(cat "$scratch/ctl")"
}

# The run's own output must stay.
imgtop_beside() {
	status=0
	timeout --signal=KILL "$await_limit" "$IMGTOP" "$@" </dev/null >"$scratch/ctl" 2>&1 || status=$?
}

# ---- what must hold after every fault ----------------------------------------------------------------

count_of() {
	json_value "$scratch/report/summary.json" "$1"
}

# expect_counts FOUND [KEY VALUE]...: these, and all other outcomes are 0; their sum is FOUND.
expect_counts() {
	local found=$1 key sum=0 value
	declare -A wanted=()
	shift
	while (($# > 0)); do
		wanted[$1]=$2
		shift 2
	done
	expect_json "$scratch/report/summary.json" found "$found"
	for key in ok failed skipped quarantined pending; do
		value=$(count_of "$key")
		sum=$((sum + value))
		[[ $value = "${wanted[$key]:-0}" ]] ||
			fail "$key is $value instead of ${wanted[$key]:-0}: $(cat "$scratch/err")"
	done
	[[ $sum = "$found" ]] || fail "outcomes sum up to $sum of $found"
}

# expect_disjoint: without knowing how many of each: they sum up to what was found.
expect_disjoint() {
	local sum=0 key
	for key in ok failed skipped quarantined pending; do
		sum=$((sum + $(count_of "$key")))
	done
	[[ $sum = "$(count_of found)" ]] || fail "outcomes sum up to $sum of $(count_of found)"
}

# expect_joblog: each item found has one line, and every output is named by a line that says ok.
expect_joblog() {
	local lines=$scratch/report/joblog.tsv count finished twice output
	iconv -f UTF-8 -t UTF-8 "$lines" >/dev/null || fail 'the joblog is no UTF-8'
	read -r count finished twice < <(awk -F '\t' -v named="$scratch/named" '
		BEGIN { printf "" >named }
		NR == 1 { next }
		seen[$1]++ { twice = $1 }
		$3 == "ok" || $3 == "damaged" { done++ }
		$11 != "" { print $11 >named }
		END { print NR - 1, done + 0, twice }' "$lines")
	[[ $count = "$(count_of found)" ]] || fail "not one line per item: $(cat "$lines")"
	[[ -z $twice ]] || fail "an item twice: $(cat "$lines")"
	[[ $finished = "$(count_of ok)" ]] || fail "joblog and summary differ: $(cat "$lines")"
	# the joblog's escapes
	while IFS= read -r output; do
		printf '%b\0' "$output"
	done <"$scratch/named" >"$scratch/names"
	expect_as_in_reference
}

# Each output that a line names is what a sequential run makes.
expect_as_in_reference() {
	local tree
	for tree in reference small; do
		(cd "$scratch/$tree" && xargs -0 -r sha256sum -z -- <"$scratch/names") >"$scratch/$tree.sums" ||
			fail "an output is missing in $tree"
	done
	cmp "$scratch/reference.sums" "$scratch/small.sums" >&2 || fail 'an output is not what a sequential run makes'
}

# expect_survived: the whole invariant, after expect_counts or a status.
expect_survived() {
	expect_disjoint
	expect_joblog
	[[ $(outputs) -eq $(count_of ok) ]] ||
		fail "$(outputs) outputs of $(count_of ok) items: $(find "$scratch/small" -type f)"
	expect_nothing_left
	# what sanitizers and failed assertions say stands there
	[[ ! -s $scratch/report/stderr.log ]] || fail "a host complains: $(cat "$scratch/report/stderr.log")"
}

# No process, no temporary file, no page, no socket.
expect_nothing_left() {
	expect_no_trace "$scratch/small"
	[[ -z $(find "$XDG_RUNTIME_DIR" -type f -o -type s) ]] ||
		fail "the page or the socket is left: $(find "$XDG_RUNTIME_DIR")"
}

# expect_all_done FOUND: nothing was lost, whatever happened on the way.
expect_all_done() {
	expect_status 0
	expect_counts "$1" ok "$1"
	expect_survived
	same_tree "$scratch/reference" "$scratch/small"
}

# attempts_of NAME: how often the item was tried, by the joblog.
attempts_of() {
	awk -F '\t' -v name="/$1" 'index($2, name) { print $6 }' "$scratch/report/joblog.tsv"
}

# ---- stacks ----------------------------------------------------------------------------------------
# Built without libdw there are none.
has_stacks() {
	grep -q 'HAVE_LIBDW 1' "$abs_builddir/config.h"
}

# expect_stacks DUMP.json WORKER FUNCTION...: the worker was looked at twice, a second apart, and stood in these
# functions both times. `a|b`: in one of them. The tables of a build without -g name no functions that were inlined.
expect_stacks() {
	local dump=$1 worker=$2
	shift 2
	has_stacks || return 0
	python3 - "$dump" "$worker" "$@" <<-'END' || fail "stacks of $worker: $(sed -n '/^stacks/,/^last events/p' "${dump%.json}.txt")"
		import json, re, sys
		dump, pattern, wanted = json.load(open(sys.argv[1])), sys.argv[2], sys.argv[3:]
		worker = next(w for w in dump["workers"] if re.fullmatch(pattern, w["name"]) and w["stacks"])
		looks = worker["stacks"]
		assert len(looks) == 2 and looks[1]["at_s"] - looks[0]["at_s"] > 0.9, looks
		assert worker["fallback"] is None
		for look in looks:
		    functions = {frame["function"] for frame in look["frames"]}
		    for names in wanted:
		        assert functions & set(names.split("|")), (names, functions)
		    assert any(f["file"] == "src/engine/worker.c" and f["line"] > 0 for f in look["frames"]), look
	END
}

# worker_json NAME KEY
worker_json() {
	json_value "$scratch/report/workers/$1.json" "$2"
}
