#!/usr/bin/env bash
# trace_test.sh - what viewers of traces and flame graphs are given of runs of every kind: trace.py says what must
# hold.
. "${abs_srcdir:?run it by make check}/tests/e2e/lib.sh"

# run_traced ARGS...: into $scratch/report.
run_traced() {
	rm -rf "$scratch/report" "$scratch/small"
	imgtop run "$@" --batch --report "$scratch/report"
}

# expect_arrows N: the report's trace is sound, and so many items went through more than one worker.
expect_arrows() {
	local said
	said=$(python3 "$abs_srcdir/tests/e2e/trace.py" "$scratch/report") || fail 'the trace is unsound'
	[[ $said = "$1 arrows" ]] || fail "$said instead of $1"
}

every_strategy_leaves_a_sound_trace() {
	local plan arrows
	need python3
	make_photos "$scratch/photos" 6 160x120
	while read -r arrows plan; do
		run_traced images "$scratch/photos" -o "$scratch/small" --plan "$plan" --delay decode=5
		expect_status 0
		expect_arrows "$arrows"
	done <<-'END'
		0 sequential
		0 threads:3
		0 processes:2
		6 hybrid:2+2
		6 read:1p | decode-encode:3p | write:1p
		6 read:2t | decode-encode:4t@2 | write:1t
	END
}

every_workload_leaves_a_sound_trace() {
	need python3
	make_photos "$scratch/photos" 6 160x120
	run_traced scan "$scratch/photos" -o "$scratch/c.sqlite" --plan threads:2
	expect_status 0
	python3 "$abs_srcdir/tests/e2e/trace.py" "$scratch/report" >/dev/null || fail 'the trace of a scan is unsound'
	run_traced sum --count 300000 --plan processes:2
	expect_status 0
	expect_arrows 0
	run_traced drill assembly-line
	expect_status 0
	expect_arrows 8
	# workers die in mid-item and are replaced
	run_traced drill crash
	python3 "$abs_srcdir/tests/e2e/trace.py" "$scratch/report" >/dev/null || fail 'the trace of deaths is unsound'
}

run_tests \
	every_strategy_leaves_a_sound_trace \
	every_workload_leaves_a_sound_trace
