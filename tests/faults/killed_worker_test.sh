#!/usr/bin/env bash
# killed_worker_test.sh - a worker that is killed at any stage costs one retry and nothing else.
. "${abs_srcdir:?run it by make check}/tests/faults/lib.sh"

stages='read decode resize thumb patch encode write'

# expect_one_death PLAN STAGE: the worker is named with its signal and its item, replaced by one of
# the same name, and the item was tried once more.
expect_one_death() {
	local line worker
	line=$(grep -E 'was killed by SIGKILL while it worked on .*/a05\.jpg$' "$scratch/err") ||
		fail "$1, $2: the death is not named: $(cat "$scratch/err")"
	[[ $(wc -l <<<"$line") -eq 1 ]] || fail "$1, $2: more than one death: $line"
	worker=$(sed -E 's/^imgtop: ([^ ]+) .*/\1/' <<<"$line")
	[[ $(worker_json "$worker" incarnation) = 2 ]] || fail "$1, $2: $worker was not replaced"
	[[ $(attempts_of a05.jpg) = 2 ]] || fail "$1, $2: $(attempts_of a05.jpg) attempts"
	expect_json "$scratch/report/summary.json" retried 1
}

# at_every_stage PLAN [OPTION...]
at_every_stage() {
	local stage
	make_inputs 8
	for stage in $stages; do
		run_with "stage=$stage;action=kill;attempts=1;name=a05" "$@"
		expect_all_done 8
		expect_one_death "$1" "$stage"
	done
}

a_process_killed_at_any_stage_costs_one_retry() {
	at_every_stage processes:2
}

a_process_of_a_hybrid_or_its_threads_killed_at_any_stage_cost_one_retry() {
	at_every_stage hybrid:2+2
}

a_worker_of_a_layout_cut_at_every_stage_killed_costs_one_retry() {
	at_every_stage "${stages// /:1p | }:1p"
}

# Which of the threads did it cannot be known: whoever had an item in hand is a suspect.
threads_killed_at_any_stage_cost_one_retry_for_each_suspect() {
	local stage retried
	make_inputs 8
	for stage in $stages; do
		run_with "stage=$stage;action=kill;attempts=1;name=a05" threads:2
		expect_all_done 8
		expect_text "$scratch/err" 'was killed by SIGKILL'
		[[ $(attempts_of a05.jpg) = 2 ]] || fail "$stage: $(attempts_of a05.jpg) attempts"
		retried=$(count_of retried)
		((retried == 1 || retried == 2)) || fail "$stage: $retried retried"
		[[ $(worker_json read-1 incarnation) = 2 ]] || fail "$stage: no new threads"
		[[ $(worker_json read-2 incarnation) = 2 ]] || fail "$stage: no new threads"
	done
}

a_host_of_threads_cut_at_every_stage_survives_a_kill() {
	local stage
	make_inputs 8
	for stage in $stages; do
		run_with "stage=$stage;action=kill;attempts=1;name=a05" \
			"${stages// /:1t | }:1t"
		expect_all_done 8
		expect_text "$scratch/err" 'was killed by SIGKILL'
		[[ $(attempts_of a05.jpg) = 2 ]] || fail "$stage: $(attempts_of a05.jpg) attempts"
	done
}

every_item_may_cost_one_worker() {
	make_inputs 6
	run_with 'stage=encode;action=kill;attempts=1' processes:2
	expect_all_done 6
	expect_json "$scratch/report/summary.json" retried 6
	run_with 'stage=encode;action=kill;attempts=1' threads:3
	expect_all_done 6
}

run_tests \
	a_process_killed_at_any_stage_costs_one_retry \
	a_process_of_a_hybrid_or_its_threads_killed_at_any_stage_cost_one_retry \
	a_worker_of_a_layout_cut_at_every_stage_killed_costs_one_retry \
	threads_killed_at_any_stage_cost_one_retry_for_each_suspect \
	a_host_of_threads_cut_at_every_stage_survives_a_kill \
	every_item_may_cost_one_worker
