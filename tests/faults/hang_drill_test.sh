#!/usr/bin/env bash
# hang_drill_test.sh - the faults that a drill can have are found out by what they do: scenarios here
# bear names that say nothing, and the verdict is read from the log, hang.txt and the JSON Lines.
. "${abs_srcdir:?run it by make check}/tests/faults/lib.sh"
traced

# scenario LAYOUT 'NAME = STEPS' [LINE...]: six items through these stages (separated by '|'), in
# $scratch/x.ini; further lines are of the section [scenario].
scenario() {
	local layout=$1 stages=$2
	shift 2
	{
		printf '%s\n' '[scenario]' 'title = Six things' 'text = Six things.' \
			'watch = nothing.' 'items = 6' 'item = thing' "layout = $layout" "$@" \
			'[stages]'
		tr '|' '\n' <<<"$stages"
		if [[ -n ${queues:-} ]]; then
			printf '%s\n' '[queues]' "$queues"
		fi
	} >"$scratch/x.ini"
}

# drill [OPTION...]: run it.
drill() {
	rm -rf "$scratch/report"
	imgtop run drill "$scratch/x.ini" --batch --report "$scratch/report" "$@"
}

expect_hang() {
	expect_status 3
	grep -Eq "^imgtop: HUNG: nothing has moved for .*; $1" "$scratch/err" ||
		fail "no verdict '$1': $(cat "$scratch/err")"
	grep -Eq "$1" "$scratch/report/hang.txt" ||
		fail "hang.txt lacks '$1': $(cat "$scratch/report/hang.txt")"
	expect_json "$scratch/report/summary.json" exit_code 3
	expect_disjoint
	await 'every process of the run ends' no_process_is_left
}

expect_calm() {
	! grep -Eq 'HUNG|DEADLOCK| is (hung|spinning|stopped)|never started|exited silently' "$scratch/err" ||
		fail "a false alarm: $(cat "$scratch/err")"
	[[ ! -e $scratch/report/hang.txt ]] || fail "a false alarm: $(cat "$scratch/report/hang.txt")"
}

# stands WORKER FUNCTION...: hang.json has two stacks of it, in these functions both times.
stands() {
	expect_stacks "$scratch/report/hang.json" "$@"
}

# under PATTERN STAGES [LINE...]: as threads and as processes, it is found to hang like this.
under() {
	local layout pattern=$1 stages=$2
	shift 2
	for layout in make:2t make:2p; do
		scenario "$layout" "$stages" "$@"
		drill --hang-after 1
		expect_hang "$pattern"
	done
}

a_stage_that_never_returns_is_hung_in_its_call() {
	local worker
	under 'make-[12] is hung: make for .*S, no CPU, no bytes.*; item thing-3' 'make = wait 20ms, at 3 hang'
	worker=$(grep -Eo 'make-[12] is hung' "$scratch/err" | head -n 1)
	stands "${worker% is hung}" pause drill_fault drill_stage worker_main
}

a_stage_that_spins_is_spinning() {
	local worker
	under 'make-[12] is spinning: make for .* of CPU in it' 'make = wait 20ms, at 3 spin'
	worker=$(grep -Eo 'make-[12] is spinning' "$scratch/err" | head -n 1)
	stands "${worker% is spinning}" drill_fault drill_stage worker_main
}

a_read_of_a_fifo_is_hung_with_the_name_of_the_file() {
	local what='\.fifo'
	grep -q 'HAVE_LIBSECCOMP 1' "$abs_builddir/config.h" || what=''
	local worker
	under "make-[12] is hung: make for .*S, no CPU, no bytes.*$what" 'make = wait 20ms, at 3 fifo'
	worker=$(grep -Eo 'make-[12] is hung' "$scratch/err" | head -n 1)
	stands "${worker% is hung}" 'read|__read|__libc_read' drill_fault drill_stage worker_main
}

a_stopped_process_is_stopped() {
	under 'make-[12] is stopped: T' 'make = wait 20ms, at 3 stop'
}

a_worker_that_never_starts_is_named() {
	scenario make:2p 'make = wait 20ms' 'never = make-2'
	drill --hang-after 1
	expect_hang 'make-2 has never started: its process is .* old and does nothing'
}

an_exit_in_mid_item_is_silent() {
	scenario make:2p 'make = wait 20ms, at 3 exit 0'
	drill --retries 0
	expect_status 1
	expect_text "$scratch/err" 'make-[12] exited silently: exited with 0, with an item in hand'
}

two_locks_in_opposite_order_are_named_with_holders_and_places() {
	scenario 'left:1t | right:1t' 'left = lock a, wait 400ms, lock b, unlock b, unlock a|right = lock b, wait 600ms, lock a, unlock a, unlock b'
	drill --hang-after 1
	expect_hang 'DEADLOCK: left-1 holds a, wants b; right-1 holds b, wants a \(a taken in left, b taken in right\)'
	stands left-1 worker_lock drill_stage worker_main
	stands right-1 worker_lock drill_stage worker_main
}

a_join_in_the_wrong_order_is_a_circle_through_a_queue() {
	queues='take = 2' scenario 'make:1t | take:1t' 'make = wait 20ms|take = first join make, wait 20ms'
	drill --hang-after 1
	expect_hang 'DEADLOCK: make-[12] wants room in queue take; take-1 waits for the end of make'
	stands 'make-[12]' queue_push worker_main
	stands take-1 worker_join drill_stage worker_main
}

a_join_of_those_that_wait_for_the_joiners_own_item_is_a_circle_too() {
	queues='take = 6' scenario 'make:2t | take:1t' 'make = wait 20ms|take = first join make, wait 20ms'
	drill --hang-after 1
	expect_hang 'DEADLOCK: make-[12] wants an item of queue intake; take-1 waits for the end of make'
}

who_stops_when_nothing_comes_for_a_while_is_in_no_circle() {
	cp "$abs_srcdir/data/scenarios/ways-to-stop.ini" "$scratch/x.ini"
	drill --end timeout
	expect_status 0
	expect_calm
}

a_sentinel_for_one_leaves_the_others_waiting_and_that_is_told() {
	scenario make:3t 'make = wait 20ms' 'end = sentinel'
	drill --hang-after 1
	expect_hang 'DEADLOCK: walk-1 waits for the end of make; make-[123] wants an item of queue intake'
}

the_supplied_faulty_drills_are_told_by_their_watchdog_and_cured_ones_are_calm() {
	local name
	for name in hang lock-order join-order; do
		cp "$abs_srcdir/data/scenarios/$name.ini" "$scratch/x.ini"
		drill --hang-after 1
		expect_status 3
		drill --hang-after 3 --fixed
		expect_status 0
		expect_calm
	done
}

a_full_queue_before_a_slow_station_and_a_starved_one_are_no_alarm() {
	queues='slow = 1' scenario 'fast:2t | slow:1t' 'fast = wait 1ms|slow = wait 1500ms'
	drill --hang-after 1
	expect_status 0
	expect_calm
	scenario 'slow:1t | fast:3p' 'slow = wait 1500ms|fast = wait 1ms'
	drill --hang-after 1
	expect_status 0
	expect_calm
}

json_lines_carry_the_finding_the_evidence_and_the_chain() {
	queues='take = 2' scenario 'make:1t | take:1t' 'make = wait 20ms|take = first join make, wait 20ms'
	drill --hang-after 3 --json
	expect_status 3
	expect_text "$scratch/out" '"type":"interval".*"hung":.*"diagnosis":"(HUNG: .*)?DEADLOCK: make-'
	expect_text "$scratch/out" '"name":"take-1".*"finding":"in a deadlock","evidence":"since '
	expect_text "$scratch/out" '"name":"make-.".*"chain":"make-. waits for queue take \(full\) <- take-1 waits for the end of make'
}

# The same with nothing asked for: the run is left alone, and what is wrong is told all the same.
without_a_threshold_a_deadlock_is_told_and_the_run_goes_on() {
	scenario 'left:1t | right:1t' 'left = lock a, wait 400ms, lock b, unlock b, unlock a|right = lock b, wait 600ms, lock a, unlock a, unlock b'
	"$IMGTOP" run drill "$scratch/x.ini" --batch --report "$scratch/report" </dev/null \
		>"$scratch/out" 2>"$scratch/err" &
	front=$!
	await 'the verdict' grep -q '^imgtop: HUNG: .*DEADLOCK: left-1 holds a, wants b' "$scratch/err"
	await 'what is known' test -s "$scratch/report/hang.txt"
	kill -INT "$front"
	await 'the drain' grep -q 'finishing the items begun' "$scratch/err"
	kill -INT "$front"
	finish 130
}

run_tests \
	a_stage_that_never_returns_is_hung_in_its_call \
	a_stage_that_spins_is_spinning \
	a_read_of_a_fifo_is_hung_with_the_name_of_the_file \
	a_stopped_process_is_stopped \
	a_worker_that_never_starts_is_named \
	an_exit_in_mid_item_is_silent \
	two_locks_in_opposite_order_are_named_with_holders_and_places \
	a_join_in_the_wrong_order_is_a_circle_through_a_queue \
	a_join_of_those_that_wait_for_the_joiners_own_item_is_a_circle_too \
	who_stops_when_nothing_comes_for_a_while_is_in_no_circle \
	a_sentinel_for_one_leaves_the_others_waiting_and_that_is_told \
	the_supplied_faulty_drills_are_told_by_their_watchdog_and_cured_ones_are_calm \
	a_full_queue_before_a_slow_station_and_a_starved_one_are_no_alarm \
	json_lines_carry_the_finding_the_evidence_and_the_chain \
	without_a_threshold_a_deadlock_is_told_and_the_run_goes_on
