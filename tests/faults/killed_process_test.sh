#!/usr/bin/env bash
# killed_process_test.sh - any other process of a run may be killed: an idle worker, a host of
# threads, the walk, the recorder, the supervisor, the front. Nothing hangs, nothing is left.
. "${abs_srcdir:?run it by make check}/tests/faults/lib.sh"

an_idle_process_that_is_killed_is_replaced() {
	local pid
	make_inputs 6
	gated host=walk-1
	start processes:2
	await 'the worker is there, and ps names it' is_titled read-2
	pid=$pid_found
	kill -KILL "$pid"
	await 'it is replaced' another_pid read-2 "$pid"
	open_gate
	finish 0
	expect_all_done 6
	expect_json "$scratch/report/summary.json" retried 0
	[[ $(worker_json read-2 incarnation) = 2 ]] || fail 'no second incarnation'
	expect_text "$scratch/err" "read-2 \(pid $pid\) was killed by SIGKILL"
}

a_host_of_threads_that_is_killed_is_replaced() {
	local pid
	make_inputs 6
	gated 'stage=encode;name=a01'
	start threads:3
	await_mark
	pid=$(host_pid read)
	kill -KILL "$pid"
	await 'it is replaced' another_pid read "$pid"
	open_gate
	finish 0
	expect_all_done 6
}

a_walk_that_is_killed_is_replaced() {
	local pid
	make_inputs 12
	gated 'stage=read;name=a01'
	start processes:1 -q 1
	await_mark
	pid=$(host_pid walk-1)
	kill -KILL "$pid"
	await 'it is replaced' another_pid walk-1 "$pid"
	open_gate
	finish 0
	expect_all_done 12
	expect_text "$scratch/err" "walk-1 \(pid $pid\) was killed by SIGKILL"
}

the_joblog_is_whole_when_the_recorder_is_killed() {
	local pid kills
	make_inputs 12
	gated 'stage=write;name=a07'
	start processes:2
	await_mark
	for kills in 1 2 3; do
		pid=$(host_pid recorder)
		kill -KILL "$pid"
		await "it is replaced ($kills)" another_pid recorder "$pid"
	done
	open_gate
	finish 0
	expect_all_done 12
}

a_recorder_that_is_killed_at_its_start_is_replaced() {
	make_inputs 4
	run_with 'host=recorder;action=kill;attempts=2' threads:2
	expect_all_done 4
}

workers_that_die_at_their_start_end_the_run_with_4() {
	local plan pattern
	make_inputs 4
	while read -r plan pattern; do
		run_with "host=$pattern;action=kill" "$plan"
		expect_status 4
		expect_counts "$(count_of found)" pending "$(count_of found)"
		expect_survived
		expect_text "$scratch/err" 'SIGKILL'
	done <<-'PLANS'
		threads:2 read
		processes:2 read-*
		hybrid:2+2 decode-*
	PLANS
}

a_worker_that_dies_at_its_start_once_is_no_loss() {
	make_inputs 4
	run_with 'host=decode-*;action=segv;attempts=2' hybrid:2+2
	expect_all_done 4
}

one_worker_that_cannot_live_does_not_stop_the_others() {
	make_inputs 6
	run_with 'host=read-2;action=exit0' processes:3
	expect_all_done 6
}

no_host_outlives_the_supervisor() {
	local plan
	make_inputs 6
	for plan in processes:2 threads:2 hybrid:2+2; do
		rm -rf "$scratch/gate" "$scratch/mark" "$scratch/small"
		gated 'stage=decode;name=a02'
		start "$plan"
		await_mark
		kill -KILL "$supervisor"
		# well within the second that is promised; the limit is that of a busy machine
		await 'all processes end' no_process_is_left
		status=0
		wait "$front" || status=$?
		expect_status 4
		expect_text "$scratch/err" '^imgtop: '
	done
}

# It would not even notice that the supervisor's end of its socket is gone.
a_host_that_hears_nothing_does_not_outlive_the_supervisor() {
	make_inputs 2
	gated host=walk-1
	start threads:1
	await_mark
	kill -KILL "$supervisor"
	await 'all processes end' no_process_is_left
	status=0
	wait "$front" || status=$?
	expect_status 4
}

the_lock_and_the_folder_are_free_after_the_supervisor_was_killed() {
	make_inputs 6
	gated 'stage=write;name=a02'
	start threads:2
	await_mark
	kill -KILL "$supervisor"
	await 'all processes end' no_process_is_left
	wait "$front" || true
	unset IMGTOP_FAILPOINT
	rm -rf "$scratch/report"
	run processes:2
	expect_status 0
	same_tree "$scratch/reference" "$scratch/small"
}

a_second_run_into_the_same_folder_is_refused() {
	make_inputs 4
	gated 'stage=write;name=a02'
	start threads:2
	await_mark
	unset IMGTOP_FAILPOINT
	imgtop run images "$scratch/in" -o "$scratch/small" --plan threads:1 --no-report --batch
	expect_status 2
	expect_text "$scratch/err" '^imgtop: .*small.*another run'
	open_gate
	finish 0
	same_tree "$scratch/reference" "$scratch/small"
	expect_nothing_left
}

a_run_stops_cleanly_when_its_front_is_killed() {
	make_inputs 12
	gated 'stage=write;name=a02'
	start processes:1 -q 1 --json
	await_mark
	await_found 3
	kill -KILL "$front"
	wait "$front" 2>/dev/null || true
	await 'nothing more is looked for' process_is_gone walk-1
	open_gate
	await 'all processes end' no_process_is_left
	expect_disjoint
	expect_joblog
	[[ $(count_of ok) -ge 1 && $(count_of pending) -ge 1 ]] || fail 'it was not drained'
	expect_json "$scratch/report/summary.json" exit_code 129
	expect_nothing_left
}

a_detached_run_goes_on_by_itself() {
	make_inputs 6
	gated 'stage=write;name=a02'
	imgtop run images "$scratch/in" -o "$scratch/small" --plan processes:2 \
		--report "$scratch/report" --detach
	expect_status 0
	await_mark
	open_gate
	await 'all processes end' no_process_is_left
	expect_all_done 6
}

run_tests \
	an_idle_process_that_is_killed_is_replaced \
	a_host_of_threads_that_is_killed_is_replaced \
	a_walk_that_is_killed_is_replaced \
	the_joblog_is_whole_when_the_recorder_is_killed \
	a_recorder_that_is_killed_at_its_start_is_replaced \
	workers_that_die_at_their_start_end_the_run_with_4 \
	a_worker_that_dies_at_its_start_once_is_no_loss \
	one_worker_that_cannot_live_does_not_stop_the_others \
	no_host_outlives_the_supervisor \
	a_host_that_hears_nothing_does_not_outlive_the_supervisor \
	the_lock_and_the_folder_are_free_after_the_supervisor_was_killed \
	a_second_run_into_the_same_folder_is_refused \
	a_run_stops_cleanly_when_its_front_is_killed \
	a_detached_run_goes_on_by_itself
