#!/usr/bin/env bash
# crash_test.sh - crashes are named with their cause; what always kills its worker is quarantined,
# and nothing else is.
. "${abs_srcdir:?run it by make check}/tests/faults/lib.sh"

# one_crash ACTION CAUSE: in one worker of each kind, at one item.
one_crash() {
	local plan
	make_inputs 8
	for plan in processes:2 threads:3 hybrid:2+2; do
		run_with "stage=resize;action=$1;attempts=1;name=a04" "$plan"
		expect_all_done 8
		expect_text "$scratch/err" "$2"
		[[ $(attempts_of a04.jpg) = 2 ]] || fail "$plan: $(attempts_of a04.jpg) attempts"
	done
}

a_segmentation_fault_is_named() {
	one_crash segv '^imgtop: [a-z]+-[0-9] \(pid [0-9]+\) was killed by SIGSEGV while .*a04.jpg'
}

an_abort_is_named() {
	one_crash abort '^imgtop: [a-z]+-[0-9] \(pid [0-9]+\) was killed by SIGABRT while .*a04.jpg'
}

an_exit_in_the_middle_of_an_item_is_a_death() {
	one_crash exit0 'exited with 0'
}

# A crash marks its thread, so that bystanders need not even be tried again.
the_guilty_thread_of_a_crash_is_known() {
	make_inputs 8
	run_with 'stage=resize;action=segv;attempts=1;name=a04' threads:4
	expect_all_done 8
	expect_json "$scratch/report/summary.json" retried 1
}

# poisoned PLAN [OPTION...]: a03 always kills; all others are done.
poisoned() {
	run_with "stage=decode;action=${action:-kill};name=a03" "$@"
	expect_status 1
	expect_counts 8 ok 7 quarantined 1
	expect_survived
	expect_text "$scratch/err" 'a03.jpg: quarantined: .*SIG(KILL|SEGV)'
	expect_text "$scratch/report/joblog.tsv" $'/a03\.jpg\tquarantined\t.*SIG(KILL|SEGV)'
}

an_item_that_always_kills_its_process_is_quarantined() {
	make_inputs 8
	poisoned processes:2 --retries 2
	[[ $(attempts_of a03.jpg) = 3 ]] || fail "$(attempts_of a03.jpg) attempts"
	poisoned processes:1 --retries 0
	[[ $(attempts_of a03.jpg) = 1 ]] || fail "$(attempts_of a03.jpg) attempts"
	poisoned hybrid:2+2 --retries 1
	[[ $(attempts_of a03.jpg) = 2 ]] || fail "$(attempts_of a03.jpg) attempts"
}

many_retries_are_made_as_asked() {
	make_inputs 8
	poisoned processes:1 --retries 7
	[[ $(attempts_of a03.jpg) = 8 ]] || fail "$(attempts_of a03.jpg) attempts"
}

# Retried alone, the innocent live and only the guilty one is convicted.
innocent_threads_are_not_convicted() {
	make_inputs 8
	poisoned threads:4
	poisoned threads:4 --retries 0
	action=segv
	poisoned threads:4
	poisoned threads:4 --retries 0
}

several_poisoned_items_in_a_row_are_quarantined_one_by_one() {
	local plan
	make_inputs 8
	for plan in processes:1 threads:2; do
		run_with "stage=encode;action=kill;name=a02|stage=encode;action=kill;name=a03|\
stage=encode;action=segv;name=a04" "$plan"
		expect_status 1
		expect_counts 8 ok 5 quarantined 3
		expect_survived
	done
}

a_crash_leaves_no_half_written_output() {
	make_inputs 6
	run_with 'stage=write;action=segv' processes:2 --retries 1
	expect_status 1
	expect_counts 6 quarantined 6
	expect_survived
}

run_tests \
	a_segmentation_fault_is_named \
	an_abort_is_named \
	an_exit_in_the_middle_of_an_item_is_a_death \
	the_guilty_thread_of_a_crash_is_known \
	an_item_that_always_kills_its_process_is_quarantined \
	many_retries_are_made_as_asked \
	innocent_threads_are_not_convicted \
	several_poisoned_items_in_a_row_are_quarantined_one_by_one \
	a_crash_leaves_no_half_written_output
