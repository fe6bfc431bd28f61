#!/usr/bin/env bash
# imgtop compare: plans on the same input, outputs and results held against each other.
. "${abs_srcdir:?run it by make check}/tests/e2e/lib.sh"

pictures_are_compared_by_their_bytes() {
	need jq
	cd "$scratch"
	make_photos photos 4 320x240
	imgtop compare images photos --plan sequential --plan threads:2 \
		--plan 'read:1t | decode-encode:2p | write:1t' --repeat 2 --report report --max 100
	expect_status 0
	expect_text out '^images: 4 images, 2 rounds, '
	[[ $(grep -c 'yes$' out) -eq 3 ]] || fail "$(cat out)"
	expect_text err 'warming up with sequential'
	# rounds begin at another plan
	grep -o 'round [12] of 2, [a-z]*' err | tr '\n' ';' >order
	[[ $(cat order) = 'round 1 of 2, sequential;round 1 of 2, threads;round 1 of 2, read;round 2 of 2, threads;round 2 of 2, read;round 2 of 2, sequential;' ]] ||
		fail "$(cat order)"
	cmp out report/compare.txt
	[[ $(jq -c '[.schema, .equal, (.plans | length), .plans[2].layout, .plans[2].workers,
		(.plans[0].runs | length), .plans[0].runs[0].output_hash == .plans[2].runs[1].output_hash]' \
		report/compare.json) = \
		'[1,true,3,"read:1t | decode-encode:2p | write:1t",4,2,true]' ]] ||
		fail "$(cat report/compare.json)"
	[[ $(jq -r .command report/compare.json) = \
		"imgtop compare images --plan sequential --plan threads:2 --plan 'read:1t | decode-encode:2p | write:1t' --repeat 2 photos --report report --max 100x100" ]] ||
		fail "$(jq -r .command report/compare.json)"
	[[ $(wc -l <report/compare.tsv) -eq 7 && -s report/compare.svg ]]
	[[ $(find report/runs -name summary.json | wc -l) -eq 7 ]] # the one that does not count
	[[ ! -e report/output ]] || fail 'outputs are left'
	expect_no_trace "$scratch"
}

# The hash sees names and bytes: an input that changes between the rounds is an unequal output.
outputs_that_differ_are_told() {
	cd "$scratch"
	make_photos photos 2 200x150
	make_photos others 3 100x100
	(
		await 'the first round is over' grep -q 'round 2 of 2' err
		cp -r others photos/
	) &
	imgtop compare images photos --plan sequential --plan threads:1 --repeat 2 --no-report \
		--delay read=300
	wait
	expect_status 1
	expect_text out ' NO$'
}

sums_merges_and_drills_are_compared_by_their_results() {
	need jq
	cd "$scratch"
	imgtop compare sum --count 50000 --plan threads:1 --plan threads:3 --plan processes:2 \
		--repeat 1 --json --no-report
	expect_status 0
	[[ $(jq -c '[.equal, .plans[1].runs[0].result.count, .plans[1].ideal_speedup]' out) = \
		'[true,50000,3]' ]] || fail "$(cat out)"
	! grep -q 'warming' err || fail 'there is nothing to warm'
	imgtop samples --records 500 in.jsonl
	imgtop compare merge in.jsonl --plan sequential --plan hybrid:1+2 --repeat 1 --no-report \
		-o "$scratch/place"
	expect_status 0
	[[ ! -e place ]] || fail 'the output is left'
	imgtop compare drill tiny-tasks --plan threads:1 --plan threads:2 --repeat 1 --no-report
	expect_status 0
}

what_cannot_be_compared_is_refused_before_anything_runs() {
	cd "$scratch"
	mkdir there
	make_photos photos 1 100x100
	imgtop compare images photos --plan sequential --plan threads:2 -o there
	expect_status 2
	expect_text err 'there: is there already'
	imgtop compare images photos --plan sequential --plan threads:x
	expect_status 2
	expect_text err '^imgtop: --plan: '
	imgtop compare images missing --plan sequential --plan threads:2
	expect_status 2
	expect_text err '^imgtop: missing: '
	imgtop compare images photos --plan sequential --plan threads:2 --dry-run
	expect_status 2
	expect_text err 'dry-run: has no meaning for a comparison'
	[[ -z $(find "$XDG_STATE_HOME" -name summary.json) ]] || fail 'something ran'
}

a_signal_ends_the_comparison_with_its_run() {
	cd "$scratch"
	make_photos photos 4 100x100
	"$IMGTOP" compare images photos --plan sequential --plan threads:1 --delay read=2000 \
		--report report </dev/null >out 2>err &
	front=$!
	await 'it runs' test -d report/runs
	await 'a run has begun' process_is_reading
	kill -TERM "$front"
	status=0
	wait "$front" || status=$?
	expect_status 143
	[[ ! -e report/output && ! -e report/compare.json ]] || fail 'half a comparison'
	await 'every process ends' no_process_is_left
}

process_is_reading() {
	[[ $(own_processes | wc -l) -gt 3 ]]
}

run_tests \
	pictures_are_compared_by_their_bytes \
	outputs_that_differ_are_told \
	sums_merges_and_drills_are_compared_by_their_results \
	what_cannot_be_compared_is_refused_before_anything_runs \
	a_signal_ends_the_comparison_with_its_run
