#!/usr/bin/env bash
# Drills: every supplied scenario does what it says, its bug is there, and its cure helps.
#
# Nothing here depends on how long something takes: results tell how many items were under way at
# once, and what waits for what is read from the run itself.
. "${abs_srcdir:?run it by make check}/tests/e2e/lib.sh"

declare -A drill_pid=()

# start_drill NAME ARGS: in the background; its JSON lines go to $scratch/NAME.json.
start_drill() {
	local name=$1
	shift
	: >"$scratch/$name.json"
	"$IMGTOP" run drill "$@" --json --no-report >"$scratch/$name.json" 2>"$scratch/$name.err" \
		</dev/null &
	drill_pid[$name]=$!
}

# end_drill NAME STATUS: await its end.
end_drill() {
	local status=0
	wait "${drill_pid[$1]}" || status=$?
	[[ $status -eq $2 ]] || {
		tail -n 3 "$scratch/$1.json" "$scratch/$1.err" >&2
		fail "$1 ended with $status instead of $2"
	}
}

# stop_drill NAME: as one that hangs is stopped, by two interrupts; the first may be enough.
stop_drill() {
	kill -INT "${drill_pid[$1]}"
	await "$1 says how to stop it at once" grep -q 'stops at once' "$scratch/$1.err"
	kill -INT "${drill_pid[$1]}" 2>/dev/null || true
	end_drill "$1" 130
}

# brief NAME: a copy with hardly any computing, $scratch/NAME.ini, for what does not depend on how much there is.
brief() {
	sed -E 's/\bcpu [0-9]+ms/cpu 2ms/' "$IMGTOP_SCENARIOS/$1.ini" >"$scratch/$1.ini"
}

# start_supplied NAME [OPTION...]: as it is; where computing takes ten times as long, under a sanitizer, its brief copy.
start_supplied() {
	if [[ -n ${IMGTOP_TEST_BRIEF:-} ]]; then
		brief "$1"
		start_drill "$1" "$scratch/$1.ini" "${@:2}"
	else
		start_drill "$1" "$@"
	fi
}

# final NAME PATTERN: its last line says so.
final() {
	tail -n 1 "$scratch/$1.json" | grep -qE -- "$2" || {
		tail -n 1 "$scratch/$1.json" >&2
		fail "$1 does not end with: $2"
	}
}

# at_once NAME KIND: how many items of a kind were under way at once.
at_once() {
	tail -n 1 "$scratch/$1.json" |
		sed -nE "s/.*\"name\": ?\"$2\", ?\"items\": ?[0-9]+, ?\"at_once\": ?([0-9]+).*/\1/p"
}

# expect_at_once NAME KIND N
expect_at_once() {
	local count
	count=$(at_once "$1" "$2")
	[[ $count == "$3" ]] || fail "$1: ${count:-no} items of $2 were under way at once, not $3"
}

# A worker's row says so: in a state, waiting on something (extended regular expressions).
row_says() {
	grep -qE "\"type\": ?\"worker\".*\"name\": ?\"$2\".*\"state\": ?\"$3\".*\"waiting_on\": ?\"$4\"" \
		"$scratch/$1.json"
}

await_row() {
	await "$1: $2 is in state $3, waiting on $4" row_says "$@"
}

scenarios_are_listed_with_their_titles() {
	local file name
	imgtop run drill --help
	expect_status 0
	for file in "$IMGTOP_SCENARIOS"/*.ini; do
		name=${file##*/}
		expect_text "$scratch/out" "^  ${name%.ini} +[A-Z]"
	done
	imgtop run drill
	expect_status 2
	expect_text "$scratch/err" 'which scenario\? name one of .*hang.*ways-to-stop'
	imgtop run drill nonesuch
	expect_status 2
	expect_text "$scratch/err" "there is no scenario 'nonesuch'; there are "
}

sound_drills_end_well_and_say_what_they_found() {
	local name
	for name in assembly-line batch-files health-check non-blocking producer-consumer \
		shared-work tiny-tasks backpressure; do
		start_supplied "$name"
	done
	for name in "${!drill_pid[@]}"; do
		end_drill "$name" 0
	done
	final health-check '"healthy": ?"4/5"'
	final assembly-line '"ok": ?8'
	expect_at_once shared-work task 3
	final non-blocking '"waits": ?20'
	final tiny-tasks '"name": ?"batch".*"tasks": ?100'
	final backpressure '"name": ?"write".*"high_water": ?3'
}

computing_drills_end_well() {
	local name
	for name in cpu-chunks too-many-workers starvation; do
		start_supplied "$name"
		end_drill "$name" 0
	done
	final cpu-chunks '"tasks": ?80'
	final too-many-workers '"ok": ?100'
}

a_failed_request_is_recorded_and_the_rest_goes_on() {
	start_drill web web-requests
	end_drill web 1
	final web '"ok": ?4, ?"failed": ?1'
	expect_at_once web page 3
	grep -q 'quick-error INJECTED: fetch: INJECTED failure' "$scratch/web.json" ||
		fail 'the failure is not told'
}

results_do_not_depend_on_the_plan() {
	local plan
	for plan in sequential threads:3 processes:2 hybrid:2+2; do
		start_drill "${plan%:*}" health-check --plan "$plan"
	done
	start_drill layout health-check --layout 'ask:4t@2'
	for plan in sequential threads processes hybrid layout; do
		end_drill "$plan" 0
		final "$plan" '"healthy": ?"4/5"'
	done
	brief assembly-line
	start_drill line "$scratch/assembly-line.ini" --layout 'prepare-assemble:2p | inspect:1t'
	start_drill mixed "$scratch/assembly-line.ini" --plan hybrid:2+2
	end_drill line 0
	end_drill mixed 0
}

under_gil_threads_help_waits_and_processes_help_sums_too() {
	start_drill one io-vs-cpu --plan sequential
	end_drill one 0
	expect_at_once one wait 1
	expect_at_once one sum 1
	start_drill threads io-vs-cpu --plan threads:2 --gil
	end_drill threads 0
	expect_at_once threads wait 2
	expect_at_once threads sum 1
	tail -n 1 "$scratch/threads.json" | grep -qE '"lock_wait_s": ?[0-9.]*[1-9]' ||
		fail 'no thread has waited for the lock'
	start_drill processes io-vs-cpu --plan processes:2 --gil
	end_drill processes 0
	expect_at_once processes wait 2
	expect_at_once processes sum 2
	! tail -n 1 "$scratch/processes.json" | grep -qE '"lock_wait_s": ?[0-9.]*[1-9]' ||
		fail 'a process has waited for a lock that is its own'
	start_drill free io-vs-cpu --plan threads:2
	end_drill free 0
	expect_at_once free sum 2
}

a_delay_holds_every_item_and_not_the_lock() {
	# The delays overlap although the lock lets one stage compute at a time.
	sed 's/^items = .*/items = 4/' "$IMGTOP_SCENARIOS/tiny-tasks.ini" >"$scratch/d.ini"
	start_drill delay "$scratch/d.ini" --plan threads:2 --gil --delay work=300
	await 'two delays at once' both_delayed
	end_drill delay 0
}

both_delayed() {
	local id
	for id in work-1 work-2; do
		row_says delay "$id" delay '' || return 1
	done
}

what_the_command_line_says_wins_over_the_scenario() {
	start_drill own shared-work --plan threads:5 -q 7
	end_drill own 0
	final own '"plan": ?"threads:5"'
	final own '"capacity": ?7'
	expect_at_once own task 5
	brief assembly-line
	start_drill layout "$scratch/assembly-line.ini" -j 2
	end_drill layout 0
	final layout '"plan": ?"threads:2"'
}

two_locks_in_opposite_order_are_a_deadlock() {
	start_drill lock lock-order
	await_row lock transfer-1 lock 'lock [a-z]+ of transfer-2'
	await_row lock transfer-2 lock 'lock [a-z]+ of transfer-1'
	stop_drill lock
	final lock '"ok": ?0'
	grep -q 'deposit-a INJECTED' "$scratch/lock.json" || fail 'the fault is not marked'
	# Each process has its own locks.
	start_drill apart lock-order --plan processes:2
	end_drill apart 0
}

workers_joined_before_their_results_are_taken_are_a_deadlock() {
	start_drill join join-order
	await_row join collect-1 join 'the end of produce'
	await_row join 'produce-[12]' put 'queue collect \(full\)'
	stop_drill join
}

one_sentinel_for_all_leaves_workers_hanging() {
	start_drill stop ways-to-stop
	await 'a worker has ended' grep -qE '"(waiting_on|ended)": ?"finished: it got a sentinel"' \
		"$scratch/stop.json"
	await_row stop walk-1 join 'the end of work'
	stop_drill stop
	final stop '"ok": ?13'
}

every_other_way_to_stop_ends_all_workers() {
	local way
	for way in close count sentinels timeout; do
		"$IMGTOP" run drill ways-to-stop --end "$way" --batch --report "$scratch/$way" \
			2>/dev/null >/dev/null </dev/null || fail "--end $way ends with $?"
	done
	[[ $(grep -c '"finished: its share is done"' "$scratch/count/summary.json") -eq 3 ]] ||
		fail 'not each of three workers knew its share'
	[[ $(grep -c '"finished: it got a sentinel"' "$scratch/sentinels/summary.json") -eq 3 ]] ||
		fail 'not each of three workers got a sentinel'
	[[ $(grep -c '"finished: nothing came for 1 s"' "$scratch/timeout/summary.json") -eq 3 ]] ||
		fail 'not each of three workers lost patience'
	start_drill apart ways-to-stop --end sentinels --plan processes:3
	end_drill apart 0
}

a_stage_that_never_returns_keeps_the_run_from_ending() {
	start_drill hang hang
	await 'five parts are done' grep -qE '"ok": ?5' "$scratch/hang.json"
	stop_drill hang
	final hang '"ok": ?5.*"pending": ?1'
	grep -q 'part-3 INJECTED' "$scratch/hang.json" || fail 'the fault is not marked'
}

a_hung_run_does_not_outlive_its_front() {
	start_drill hang hang
	await 'five parts are done' grep -qE '"ok": ?5' "$scratch/hang.json"
	kill -KILL "${drill_pid[hang]}"
	await 'no process is left' no_process_is_left
}

the_last_element_is_lost_to_one_of_two() {
	local i
	for i in 1 2 3 4 5; do
		start_drill "lost$i" lost-last-element
	done
	for i in 1 2 3 4 5; do
		end_drill "lost$i" 1
		final "lost$i" '"ok": ?7, ?"failed": ?1'
	done
	# Alone, nobody comes in between.
	start_drill alone lost-last-element --plan sequential
	end_drill alone 0
}

an_item_that_kills_its_worker_is_set_aside() {
	start_drill crash crash
	end_drill crash 1
	final crash '"ok": ?7.*"quarantined": ?1'
	start_drill threads crash --plan threads:2
	end_drill threads 1
	final threads '"ok": ?7.*"quarantined": ?1'
}

every_cure_ends_well_and_injects_nothing() {
	local file name
	while read -r file; do
		name=${file##*/}
		name=${name%.ini}
		start_supplied "$name" --fixed
	done < <(grep -l '^\[fixed' "$IMGTOP_SCENARIOS"/*.ini)
	[[ ${#drill_pid[@]} -ge 8 ]] || fail 'there are hardly any cures'
	for name in "${!drill_pid[@]}"; do
		end_drill "$name" 0
		! grep -q INJECTED "$scratch/$name.json" || fail "$name --fixed injects something"
	done
	imgtop run drill shared-work --fixed
	expect_status 2
	expect_text "$scratch/err" 'shared-work.ini has no cure'
}

faults_of_every_kind_can_be_written() {
	local fault
	for fault in spin 'exit 0' stop fifo; do
		printf '[scenario]\nitems = 3\nlayout = work:1p\n[stages]\nwork = wait 50ms, at 2 %s\n' "$fault" \
			>"$scratch/${fault% *}.ini"
	done
	start_drill exit "$scratch/exit.ini"
	end_drill exit 1
	final exit '"quarantined": ?1'
	grep -q 'exited with 0' "$scratch/exit.json" || fail 'how it ended is not told'
	for fault in spin stop fifo; do
		start_drill "$fault" "$scratch/$fault.ini"
		await "$fault: one item is done" grep -qE '"ok": ?1' "$scratch/$fault.json"
		await "$fault: its worker has the second" \
			grep -q "item-2 INJECTED" "$scratch/$fault.json"
		stop_drill "$fault"
	done
	printf '[scenario]\nitems = 3\nlayout = work:2t\nnever = work-2\n[stages]\nwork = wait 1ms\n' \
		>"$scratch/never.ini"
	start_drill never "$scratch/never.ini"
	await_row never work-2 never ''
	await 'the other has done all of them' grep -qE '"ok": ?3' "$scratch/never.json"
	stop_drill never
	final never '"ok": ?3'
}

a_changed_copy_is_a_scenario_of_its_own() {
	brief assembly-line
	sed -e 's/^items = .*/items = 3/' -e 's/^item = .*/item = nut/' "$scratch/assembly-line.ini" >"$scratch/mine.ini"
	start_drill file "$scratch/mine.ini"
	mkdir -p "$XDG_DATA_HOME/imgtop/scenarios"
	cp "$scratch/mine.ini" "$XDG_DATA_HOME/imgtop/scenarios"
	start_drill name mine
	end_drill file 0
	end_drill name 0
	final file '"ok": ?3'
	final name '"scenario": ?"mine".*"name": ?"nut"'
}

a_bad_file_is_refused_with_its_line() {
	sed 's/^prepare = .*/prepare = wiat 300ms/' "$IMGTOP_SCENARIOS/assembly-line.ini" \
		>"$scratch/bad.ini"
	imgtop run drill "$scratch/bad.ini"
	expect_status 2
	expect_text "$scratch/err" "bad.ini:[0-9]+: 'wiat' is no step; there are wait, "
	imgtop run drill "$scratch/nowhere.ini"
	expect_status 2
	expect_text "$scratch/err" 'nowhere.ini: No such file'
	imgtop run drill hang lock-order
	expect_status 2
}

a_dry_run_lists_the_items_and_what_is_injected() {
	imgtop run drill crash --dry-run
	expect_status 0
	expect_text "$scratch/out" '^part-1$'
	expect_text "$scratch/out" 'part-3 INJECTED'
}

a_report_says_that_faults_were_injected() {
	imgtop run drill crash --batch --report "$scratch/report"
	expect_status 1
	expect_text "$scratch/report/summary.txt" 'faults INJECTED'
	expect_text "$scratch/report/joblog.tsv" 'part-3 INJECTED'
}

scenarios_are_installed() {
	local installed
	[[ -f ${abs_builddir:=.}/Makefile ]] || skip 'there is no build folder'
	make -C "$abs_builddir" install-dist_scenariosDATA DESTDIR="$scratch/root" >/dev/null
	installed=$(find "$scratch/root" -name '*.ini' | wc -l)
	[[ $installed -eq $(find "$IMGTOP_SCENARIOS" -name '*.ini' | wc -l) ]] ||
		fail "$installed scenarios were installed"
}

run_tests \
	scenarios_are_listed_with_their_titles \
	sound_drills_end_well_and_say_what_they_found \
	computing_drills_end_well \
	a_failed_request_is_recorded_and_the_rest_goes_on \
	results_do_not_depend_on_the_plan \
	under_gil_threads_help_waits_and_processes_help_sums_too \
	a_delay_holds_every_item_and_not_the_lock \
	what_the_command_line_says_wins_over_the_scenario \
	two_locks_in_opposite_order_are_a_deadlock \
	workers_joined_before_their_results_are_taken_are_a_deadlock \
	one_sentinel_for_all_leaves_workers_hanging \
	every_other_way_to_stop_ends_all_workers \
	a_stage_that_never_returns_keeps_the_run_from_ending \
	a_hung_run_does_not_outlive_its_front \
	the_last_element_is_lost_to_one_of_two \
	an_item_that_kills_its_worker_is_set_aside \
	every_cure_ends_well_and_injects_nothing \
	faults_of_every_kind_can_be_written \
	a_changed_copy_is_a_scenario_of_its_own \
	a_bad_file_is_refused_with_its_line \
	a_dry_run_lists_the_items_and_what_is_injected \
	a_report_says_that_faults_were_injected \
	scenarios_are_installed
