#!/usr/bin/env bash
# sum_test.sh - workers that die while they make or add up numbers change no result.
. "${abs_srcdir:?run it by make check}/tests/faults/lib.sh"

# sum_by PLAN: leaves the result without its times in $result.
sum_by() {
	rm -rf "$scratch/report"
	imgtop run sum --count 100003 --parts 9 --plan "$1" --report "$scratch/report" --batch
	expect_status 0
	expect_counts 9 ok 9
	result=$(jq -cS '.result | del(.times)' "$scratch/report/summary.json")
	await 'every process of the run ends' no_process_is_left
}

killed_workers_change_no_result() {
	need jq
	local plan stage expected
	sum_by sequential
	expected=$result
	for plan in threads:2 processes:2 hybrid:2+2 'fill:2p | sum:1t'; do
		for stage in fill sum; do
			IMGTOP_FAILPOINT="stage=$stage;action=kill;attempts=1;name=part 4" sum_by "$plan"
			[[ $result = "$expected" ]] || fail "$plan, $stage: $result"
			expect_text "$scratch/err" 'was killed by SIGKILL'
			[[ $(count_of retried) -ge 1 ]] || fail "$plan, $stage: nothing was retried"
		done
	done
}

run_tests \
	killed_workers_change_no_result
