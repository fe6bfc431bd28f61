#!/usr/bin/env bash
# signal_test.sh - interrupts, a closed terminal, stopped workers and items that never end.
. "${abs_srcdir:?run it by make check}/tests/faults/lib.sh"

# gated_run PLAN [OPTION...]: a run whose workers, all that write, are held at their first item's write. There is more
# to come.
gated_run() {
	local writers=1
	[[ $1 = hybrid:* ]] || writers=${1#*:}
	make_inputs 12
	gated 'stage=write'
	start "$@" -q 1 --json
	await_marks "$writers"
	await_found $((writers + 1))
}

# A drain has begun when the walk, which the full intake holds, has been sent home.
await_drain() {
	await 'nothing more is looked for' process_is_gone walk-1
}

# await_given_back N: N items are finished by those who have begun them, all that was handed out beyond is given back.
await_given_back() {
	await_drain
	await 'what was not begun is pending' \
		grep -qE "\"state\":\"DRAINING\".*\"pending\":[1-9].*\"in_flight\":$1[,}]" "$scratch/out"
}

# one_signal NAME STATUS: what was begun is finished, the rest is pending.
one_signal() {
	gated_run processes:1
	kill -"$1" "$front"
	await_given_back 1
	open_gate
	finish "$2"
	[[ $(count_of ok) = 1 && $(count_of pending) -ge 1 ]] ||
		fail "ok $(count_of ok), pending $(count_of pending)"
	expect_survived
	expect_json "$scratch/report/summary.json" exit_code "$2"
}

an_interrupt_finishes_what_was_begun_and_ends_with_130() {
	one_signal INT 130
}

a_termination_finishes_what_was_begun_and_ends_with_143() {
	one_signal TERM 143
}

a_hangup_finishes_what_was_begun_and_ends_with_129() {
	one_signal HUP 129
}

threads_that_are_interrupted_finish_what_was_begun() {
	gated_run threads:2
	kill -INT "$front"
	await_given_back 2
	open_gate
	finish 130
	expect_survived
	[[ $(count_of ok) = 2 && $(count_of pending) -ge 1 ]] || fail "$(count_of ok) ok"
}

# The gate stays shut: only a stop can end this run. What is promised is 2 s; the limit here is that
# of a busy machine, but no patience of the program may add up to it.
a_second_interrupt_stops_at_once() {
	local plan
	for plan in processes:2 threads:2 hybrid:2+2; do
		rm -rf "$scratch"/{in,photos,reference,small,report,mark}
		gated_run "$plan"
		kill -INT "$front"
		await_drain
		kill -INT "$front"
		finish 130
		expect_survived
		[[ $(count_of pending) -ge 1 ]] || fail 'nothing is pending'
	done
}

a_signal_of_the_supervisor_itself_is_no_different() {
	gated_run processes:1
	kill -TERM "$supervisor"
	await_drain
	open_gate
	finish 143
	expect_survived
}

a_finished_part_stays_when_the_rest_is_done_by_another_run() {
	gated_run processes:1
	kill -INT "$front"
	await_drain
	open_gate
	finish 130
	unset IMGTOP_FAILPOINT
	rm -rf "$scratch/report"
	run threads:2
	expect_status 0
	same_tree "$scratch/reference" "$scratch/small"
}

a_terminal_that_is_closed_stops_the_run() {
	need tmux
	make_inputs 12
	gated 'stage=write'
	screen_start 80x24 "$IMGTOP" run images "$scratch/in" -o "$scratch/small" \
		--plan processes:1 --report "$scratch/report" -q 1
	await_mark
	await_screen 'images 0/([2-9]|1[0-9])'
	screen_stop
	await_drain
	open_gate
	await 'every process of the run ends' no_process_is_left
	expect_disjoint
	expect_joblog
	expect_nothing_left
	expect_json "$scratch/report/summary.json" exit_code 129
	[[ $(count_of pending) -ge 1 ]] || fail 'nothing is pending'
}

# The limits of this part hold for all items, also on a machine that does much else: they are far above what such small
# ones take.
small_inputs() {
	make_inputs 6 64x48
}

# never_ends ACTION PLAN: killed by the time limit, named with its stage, tried again.
never_ends() {
	small_inputs
	run_with "stage=resize;action=$1;attempts=1;name=a04" "$2" --item-timeout 2
	expect_all_done 6
	expect_text "$scratch/err" 'killed: longer than 2 s .*in resize while .*a04\.jpg'
	[[ $(attempts_of a04.jpg) = 2 ]] || fail "$(attempts_of a04.jpg) attempts"
	expect_json "$scratch/report/summary.json" retried 1
}

a_stage_that_waits_for_ever_is_killed_and_tried_again() {
	never_ends hang processes:2
}

a_stage_that_computes_for_ever_is_killed_and_tried_again() {
	never_ends spin processes:2
}

# The limit of CPU time: what comes back late says so itself, what does not is ended with its process.
a_decoder_that_never_asks_is_ended_by_its_cpu_time() {
	small_inputs
	run_with 'stage=decode;action=spin;attempts=1;name=a04' processes:2 --max-seconds 0.2
	expect_all_done 6
	expect_text "$scratch/err" 'killed: more than 0\.2 s of computing .*--max-seconds.*in decode while .*a04\.jpg'
	expect_json "$scratch/report/summary.json" retried 1
}

a_stopped_process_is_killed_and_its_item_tried_again() {
	never_ends stop processes:2
}

# It has taken nothing, but the next items may be on their way to it.
a_process_that_is_stopped_while_it_is_idle_is_replaced() {
	local pid
	small_inputs
	gated host=walk-1
	start processes:2 --item-timeout 2
	await 'the worker is there' process_is_there read-2
	pid=$(host_pid read-2)
	kill -STOP "$pid"
	open_gate
	finish 0
	expect_all_done 6
	expect_text "$scratch/err" "read-2 \\(pid $pid\\) was stopped by a signal"
	expect_text "$scratch/err" "read-2 \\(pid $pid\\) was killed: stopped by a signal for more"
}

a_process_that_is_stopped_and_continued_goes_on() {
	local pid
	make_inputs 6
	gated host=walk-1
	start processes:2
	await 'the worker is there' process_is_there read-2
	pid=$(host_pid read-2)
	kill -STOP "$pid"
	open_gate
	await 'the others are done' some_outputs 3
	kill -CONT "$pid"
	finish 0
	expect_all_done 6
	expect_json "$scratch/report/summary.json" retried 0
}

a_thread_that_never_ends_costs_only_its_item() {
	never_ends hang threads:2
}

an_item_that_never_ends_is_quarantined() {
	small_inputs
	run_with 'stage=encode;action=hang;name=a04' hybrid:2+2 --item-timeout 1
	expect_status 1
	expect_counts 6 ok 5 quarantined 1
	expect_survived
	expect_text "$scratch/report/joblog.tsv" 'a04\.jpg	quarantined	.*item-timeout'
}

run_tests \
	an_interrupt_finishes_what_was_begun_and_ends_with_130 \
	a_termination_finishes_what_was_begun_and_ends_with_143 \
	a_hangup_finishes_what_was_begun_and_ends_with_129 \
	threads_that_are_interrupted_finish_what_was_begun \
	a_second_interrupt_stops_at_once \
	a_signal_of_the_supervisor_itself_is_no_different \
	a_finished_part_stays_when_the_rest_is_done_by_another_run \
	a_terminal_that_is_closed_stops_the_run \
	a_stage_that_waits_for_ever_is_killed_and_tried_again \
	a_stage_that_computes_for_ever_is_killed_and_tried_again \
	a_decoder_that_never_asks_is_ended_by_its_cpu_time \
	a_stopped_process_is_killed_and_its_item_tried_again \
	a_process_that_is_stopped_while_it_is_idle_is_replaced \
	a_process_that_is_stopped_and_continued_goes_on \
	a_thread_that_never_ends_costs_only_its_item \
	an_item_that_never_ends_is_quarantined
