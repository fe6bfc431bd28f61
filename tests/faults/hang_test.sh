#!/usr/bin/env bash
# hang_test.sh - a run that stands still is told from one that is slow: which worker, why, with what
# evidence, and how it ends. The verdict is read from what the program says; where a fault was put is
# known to the test alone.
. "${abs_srcdir:?run it by make check}/tests/faults/lib.sh"
traced

# expect_hang PATTERN: it ended with 3, said this of itself, in the log, in the summary and in
# hang.txt, and left nothing behind.
expect_hang() {
	expect_status 3
	grep -Eq "^imgtop: HUNG: nothing has moved for .*; $1" "$scratch/err" ||
		fail "no verdict '$1': $(cat "$scratch/err")"
	grep -Eq "$1" "$scratch/report/hang.txt" || fail "hang.txt: $(cat "$scratch/report/hang.txt")"
	[[ $(stat -c %a "$scratch/report/hang.txt" "$scratch/report/hang.json") = $'600\n600' ]] ||
		fail 'others may read hang.txt'
	python3 - "$scratch/report/hang.json" <<-'END' || fail 'hang.json does not say that it hung'
		import json, sys
		verdict = json.load(open(sys.argv[1]))["verdict"]
		sys.exit(not (verdict["hung"] and verdict["sentence"].startswith("HUNG: ")))
	END
	[[ $(json_value "$scratch/report/summary.json" message) = 'HUNG: '* ]] ||
		fail 'the summary does not say that it hung'
	expect_json "$scratch/report/summary.json" exit_code 3
	expect_disjoint
	expect_nothing_left
}

expect_calm() {
	! grep -Eq 'HUNG|DEADLOCK| is (hung|spinning|stopped)|never started|exited silently' "$scratch/err" ||
		fail "a false alarm: $(cat "$scratch/err")"
	[[ ! -e $scratch/report/hang.txt ]] || fail "a false alarm: $(cat "$scratch/report/hang.txt")"
}

a_stage_that_never_returns_is_hung_with_its_call_and_its_item() {
	local plan
	make_inputs 6
	for plan in processes:2 threads:2 hybrid:2+2; do
		run_with 'stage=decode;action=hang;name=a04' "$plan" --hang-after 1
		expect_hang '(read|decode)-[12] is hung: decode for .*S, no CPU, no bytes.*; item .*/a04\.jpg'
	done
}

a_stage_that_spins_is_spinning_by_its_cpu_time() {
	make_inputs 6
	run_with 'stage=resize;action=spin;name=a04' processes:2 --hang-after 1
	expect_hang 'read-[12] is spinning: resize for .* of CPU in it, no bytes.*; item .*/a04\.jpg'
	run_with 'stage=resize;action=spin;name=a04' threads:2 --hang-after 1
	expect_hang 'read-[12] is spinning: resize for .* of CPU in it, no bytes.*; item .*/a04\.jpg'
}

a_stopped_worker_is_stopped_whatever_it_was_doing() {
	make_inputs 6
	run_with 'stage=encode;action=stop;name=a04' processes:2 --hang-after 1
	expect_hang 'read-[12] is stopped: T, in state run'
}

a_worker_that_waits_for_a_job_and_is_stopped_is_found_too() {
	make_inputs 4
	gated 'stage=decode;name=a02'
	start 'read:1p | decode-encode:1p | write:1p' --hang-after 4
	await_mark
	await 'the writer is there' process_is_there write-1
	kill -STOP "$pid_found"
	open_gate
	finish 3
	expect_hang 'write-1 is stopped: T, in state '
}

an_exit_in_mid_item_is_silent_and_named() {
	make_inputs 6
	run_with 'stage=decode;action=exit0;attempts=1;name=a04' processes:2
	expect_all_done 6
	grep -Eq 'read-[12] exited silently: exited with 0, with an item in hand' "$scratch/err" ||
		fail "no verdict: $(cat "$scratch/err")"
}

a_worker_that_never_starts_is_named() {
	make_inputs 6
	run_with 'host=read-2;action=hang' processes:2 --hang-after 1
	expect_hang 'read-2 has never started: its process is .* old and does nothing'
}

a_full_queue_before_a_slow_writer_is_back_pressure_and_no_alarm() {
	make_inputs 4
	run_with '' 'read-encode:2t | write:1t' --queue 1 --delay write=2500 --hang-after 2
	expect_all_done 4
	expect_calm
}

a_starved_station_is_no_alarm() {
	make_inputs 3
	run_with '' 'read:1t | decode-encode:4p | write:2t' --delay read=2500 --hang-after 2
	expect_all_done 3
	expect_calm
}

# One that computes is given longer than one that does nothing, and both longer than the others took.
an_item_that_takes_a_hundred_times_as_long_is_no_alarm() {
	make_inputs 6
	make_photos "$scratch/big" 1 3000x2400
	find "$scratch/big" -type f -exec mv {} "$scratch/in/z.jpg" \;
	rm -rf "$scratch/reference"
	make_reference
	run_with '' threads:2
	expect_all_done 7
	expect_calm
}

sixty_four_workers_on_few_cores_raise_no_alarm() {
	local plan
	make_inputs 96 64x48
	for plan in threads:64 processes:32 'read:8t | decode-encode:16p | write:8t'; do
		run_with '' "$plan"
		expect_all_done 96
		expect_calm
	done
}

healthy_runs_of_every_kind_raise_no_alarm() {
	local plan
	make_inputs 24 320x240
	for plan in sequential threads:2 processes:3 hybrid:3+2 'read:1p | decode-encode:2t | write:1p' \
		'read:1t | decode:2p | resize-encode:1t | write:1p'; do
		run_with '' "$plan" --queue 1
		expect_all_done 24
		expect_calm
	done
	run_with '' threads:8 --gil
	expect_all_done 24
	expect_calm
	run_with '' processes:4 --memory 1M --delay decode=30,write=50 --fsync
	expect_all_done 24
	expect_calm
}

# No event tells that nothing has happened for a while; that is the one thing to be seen here.
is_past() {
	((SECONDS > $1))
}

a_pause_that_is_longer_than_the_threshold_raises_no_alarm() {
	make_inputs 6
	gated 'stage=resize;name=a03'
	start threads:2 --hang-after 4
	await_mark
	ctl pause
	await 'more than the threshold is over' is_past $((SECONDS + 5))
	open_gate
	ctl resume
	finish 0
	expect_all_done 6
	expect_calm
}

is_told() {
	grep -Eq "$1" "$scratch/err"
}

# What was suspected is taken back where the suspicion was told.
a_run_that_goes_on_after_all_is_told_to_do_so() {
	make_inputs 4
	gated 'stage=decode;name=a02'
	IMGTOP_FAILPOINT+="|stage=write;name=a04;action=gate;gate=$scratch/last"
	start 'read:1p | decode-encode:1p | write:1p'
	await_mark
	kill -STOP "$(host_pid write-1)"
	open_gate
	await 'the hang is told' is_told '^imgtop: HUNG: nothing has moved for .*; write-1 is stopped: T'
	kill -CONT "$(host_pid write-1)"
	await 'its end is told' is_told '^imgtop: write-1 is no longer stopped$'
	await 'the end of the hang is told' is_told '^imgtop: the run goes on again$'
	: >"$scratch/last"
	finish 0
	expect_all_done 4
}

# Every item is over when the one that writes the report has been stopped: its successor does that.
a_recorder_that_is_stopped_is_found_at_the_end_and_the_report_is_there() {
	make_inputs 4
	gated 'stage=decode;name=a02'
	start processes:2 --hang-after 1
	await_mark
	kill -STOP "$(host_pid recorder)"
	open_gate
	finish 3
	expect_hang 'recorder is stopped: T, in state '
	expect_counts 4 ok 4
	expect_joblog
}

a_recorder_that_never_starts_is_named_and_its_successor_reports() {
	make_inputs 4
	run_with 'host=recorder;action=hang;attempts=1' threads:2 --hang-after 1
	expect_hang 'recorder has never started: its process is .* old and does nothing'
	expect_counts 4 ok 4
}

a_walk_that_never_starts_is_named() {
	make_inputs 4
	run_with 'host=walk-1;action=hang' threads:2 --hang-after 1
	expect_hang 'walk-1 has never started: its process is .* old and does nothing'
	run_with 'host=walk-1;action=spin' threads:2 --hang-after 1
	expect_hang 'walk-1 has never started: its process is .* old and only computes'
}

# Who looks after the run cannot say that it is stopped itself: the front does.
a_stopped_supervisor_is_named() {
	make_inputs 4
	gated 'stage=resize;name=a03'
	start threads:2 --hang-after 1
	await_mark
	kill -STOP "$supervisor"
	open_gate
	await 'the hang is told' is_told '^imgtop: HUNG: nothing has moved for .*; the supervisor \(process [0-9]+\) is stopped: T'
	kill -CONT "$supervisor"
	finish 0
	expect_all_done 4
}

the_killed_supervisor_is_named() {
	make_inputs 4
	gated 'stage=resize;name=a03'
	start threads:2
	await_mark
	kill -KILL "$supervisor"
	finish 4
	expect_text "$scratch/err" 'the supervisor died before the run was over; run it again to'
}

run_tests \
	a_stage_that_never_returns_is_hung_with_its_call_and_its_item \
	a_stage_that_spins_is_spinning_by_its_cpu_time \
	a_stopped_worker_is_stopped_whatever_it_was_doing \
	a_worker_that_waits_for_a_job_and_is_stopped_is_found_too \
	an_exit_in_mid_item_is_silent_and_named \
	a_worker_that_never_starts_is_named \
	a_full_queue_before_a_slow_writer_is_back_pressure_and_no_alarm \
	a_starved_station_is_no_alarm \
	an_item_that_takes_a_hundred_times_as_long_is_no_alarm \
	sixty_four_workers_on_few_cores_raise_no_alarm \
	healthy_runs_of_every_kind_raise_no_alarm \
	a_pause_that_is_longer_than_the_threshold_raises_no_alarm \
	a_run_that_goes_on_after_all_is_told_to_do_so \
	a_recorder_that_is_stopped_is_found_at_the_end_and_the_report_is_there \
	a_recorder_that_never_starts_is_named_and_its_successor_reports \
	a_walk_that_never_starts_is_named \
	a_stopped_supervisor_is_named \
	the_killed_supervisor_is_named
