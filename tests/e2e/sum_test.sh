#!/usr/bin/env bash
# The sum workload: one exact result, whoever adds up which part.
. "${abs_srcdir:?run it by make check}/tests/e2e/lib.sh"

# result_by PLAN OPTION...: the run's result on one line, without what depends on the plan.
result_by() {
	local plan=$1
	shift
	imgtop run sum --json --report "$scratch/report" --plan "$plan" "$@"
	expect_status 0
	jq -c '.result | del(.parts, .times)' "$scratch/report/summary.json"
}

every_plan_has_the_same_exact_result() {
	need jq
	local plan expected result
	expected=$(result_by sequential --count 300007 --seed 9)
	[[ $(jq .count <<<"$expected") = 300007 ]] || fail "$expected"
	for plan in threads:1 threads:2 threads:24 processes:2 processes:5 hybrid:1+2 hybrid:4+3 \
		'fill:2p | sum:1t' 'fill:1t | sum:3p' 'fill-sum:4t@2'; do
		result=$(result_by "$plan" --count 300007 --seed 9)
		[[ $result = "$expected" ]] || fail "$plan: $result instead of $expected"
	done
	[[ $(result_by threads:2 --count 300007 --seed 10) != "$expected" ]] ||
		fail 'another seed has the same numbers'
}

# The array of a seed is a promise: a result that was written down can be checked later.
a_million_numbers_of_seed_1_have_this_sum() {
	need jq
	[[ $(result_by threads:3) = \
		'{"count":1000000,"sum":499720022194,"mean":499720.022194,"min":1,"max":999999}' ]] ||
		fail "$(result_by threads:3)"
}

each_worker_takes_an_equal_part() {
	need jq
	imgtop run sum --count 1000 --plan threads:24 --batch --report "$scratch/report"
	expect_status 0
	[[ $(jq -c '[.items.ok, (.result.parts | length), (.result.parts | map(.count) | add),
		(.result.parts | map(.sum) | add) == .result.sum]' "$scratch/report/summary.json") = \
		'[24,24,1000,true]' ]] || fail "$(jq -c .result "$scratch/report/summary.json")"
	expect_text "$scratch/report/summary.txt" '^Result +count 1000, sum [0-9]+, mean '
	expect_text "$scratch/report/summary.txt" '^ +parts 24: count 41, sum '
	[[ $(sed 1d "$scratch/report/joblog.tsv" | wc -l) -eq 24 ]]
}

# One to 24 workers of either kind: the parts are as many as workers, and come to the whole.
every_number_of_workers_has_the_same_sum_from_its_own_parts() {
	need jq
	local plan whole expected
	expected='{"count":1000000,"sum":499720022194,"mean":499720.022194,"min":1,"max":999999}'
	for plan in {threads,processes}:{2,4,8,16,24}; do
		whole=$(result_by "$plan")
		[[ $whole = "$expected" ]] || fail "$plan: $whole"
		[[ $(jq -c '.result.parts | [length, (map(.count) | add), (map(.sum) | add), (map(.min) | min),
			(map(.max) | max), (map((.mean * .count - .sum) | fabs < .1) | all)]' "$scratch/report/summary.json") = \
			"[${plan#*:},1000000,499720022194,1,999999,true]" ]] || fail "$plan: $(jq -c .result.parts "$scratch/report/summary.json")"
	done
	for plan in threads:1 processes:1; do
		whole=$(result_by "$plan")
		[[ $whole = "$expected" ]] || fail "$plan: $whole"
	done
}

a_sweep_has_a_line_for_each_count() {
	need jq
	local alone
	imgtop run sum --count 10,20000,300 --batch --report "$scratch/report" --plan processes:2
	expect_status 0
	[[ $(jq -c '.result.counts | map(.count)' "$scratch/report/summary.json") = '[10,20000,300]' ]]
	# and the time that adding it up took
	[[ $(jq -c '.result.times | [map(.count), map(.parts), (map(.add_cpu_s > 0 and .add_span_s > 0) | all)]' \
		"$scratch/report/summary.json") = '[[10,20000,300],[2,2,2],true]' ]] ||
		fail "$(jq -c .result.times "$scratch/report/summary.json")"
	expect_text "$scratch/report/summary.txt" '^ +times 2: count 20000, parts 2, add_cpu_s [0-9]'
	alone=$(result_by sequential --count 20000)
	[[ $(imgtop run sum --count 10,20000,300 --batch --report "$scratch/report" &&
		jq -c '.result.counts[1]' "$scratch/report/summary.json") = "$alone" ]]
}

# Folders from the environment, as a container has them, are for workloads that read and write.
what_a_sum_has_no_use_for_is_refused_or_passed_over() {
	cd "$scratch"
	INPUT_DIR=$scratch OUTPUT_DIR=$scratch/out-dir imgtop run sum --batch --no-report
	expect_status 0
	imgtop run sum --batch file
	expect_status 2
	expect_text err '^imgtop: sum: takes no input'
	imgtop run sum --batch -o folder
	expect_status 2
	expect_text err '^imgtop: sum: writes no output'
	[[ ! -e folder && ! -e out-dir ]] || fail 'a folder was made'
	imgtop run sum --count 1e6
	expect_status 2
	expect_text err '^imgtop: --count: "1e6" is no count; give whole numbers'
}

a_slot_that_is_too_small_says_which_option_helps() {
	imgtop run sum --count 3000000 --parts 1 --slot-size 1M --batch --no-report
	expect_status 1
	expect_text "$scratch/err" 'a larger --slot-size makes room'
}

# The line of the choice, in $workload.
find_workload() {
	look
	workload=$(grep -E 'Workload' <<<"$seen" || true)
}

another_workload() {
	find_workload
	[[ $workload != "$before" ]]
}

the_setup_screen_offers_sum_without_input_and_output() {
	screen_start 80x24 "$IMGTOP"
	await_screen 'Workload.*images'
	screen_keys Right # to the form
	# One choice after the other: two that are sent at once may pass it.
	until screen_shows 'Workload.*sum'; do
		find_workload
		before=$workload
		screen_keys Right
		await 'the choice moves' another_workload
	done
	await_screen 'Workload.*sum'
	await_screen 'Count.*1000000'
	await_screen_without 'Output'
	await_screen 'Command +imgtop run sum'
	screen_keys Enter
	await_screen 'Result +count 1000000, sum 499720022194'
	screen_keys q
}

run_tests \
	every_plan_has_the_same_exact_result \
	a_million_numbers_of_seed_1_have_this_sum \
	each_worker_takes_an_equal_part \
	every_number_of_workers_has_the_same_sum_from_its_own_parts \
	a_sweep_has_a_line_for_each_count \
	what_a_sum_has_no_use_for_is_refused_or_passed_over \
	a_slot_that_is_too_small_says_which_option_helps \
	the_setup_screen_offers_sum_without_input_and_output
