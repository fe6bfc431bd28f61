#!/usr/bin/env bash
# merge_test.sh - workers that die at any stage, the one that holds the table among them, change no
# byte of what is merged.
. "${abs_srcdir:?run it by make check}/tests/faults/lib.sh"

make_records() {
	imgtop samples --records 4000 "$scratch/in.jsonl"
	expect_status 0
	mkdir "$scratch/small"
	imgtop run merge "$scratch/in.jsonl" -o "$scratch/reference.jsonl" --plan sequential \
		--no-report --batch
	expect_status 0
}

# merge_with FAILPOINT PLAN: some 14 chunks.
merge_with() {
	rm -rf "$scratch/report" "$scratch/small/out.jsonl"
	IMGTOP_FAILPOINT=$1 imgtop run merge "$scratch/in.jsonl" -o "$scratch/small/out.jsonl" \
		--chunk 52k --plan "$2" --report "$scratch/report" --batch
}

expect_merged() {
	expect_status 0
	cmp "$scratch/reference.jsonl" "$scratch/small/out.jsonl" || fail "$1: other bytes"
	[[ $(jq -c .result "$scratch/report/summary.json") = "$expected" ]] ||
		fail "$1: $(jq -c .result "$scratch/report/summary.json")"
	expect_text "$scratch/err" 'was killed by SIGKILL'
	expect_disjoint
	expect_nothing_left
	[[ ! -s $scratch/report/stderr.log ]] || fail "a host complains: $(cat "$scratch/report/stderr.log")"
}

expected='{"records":4000,"keys":980,"broken":0}'

# The chunk at 0 is among the first: the writer that dies at one further on takes others with it.
a_worker_killed_at_any_stage_changes_nothing() {
	need jq
	local plan stage
	make_records
	for plan in processes:2 threads:2 hybrid:2+2 sequential; do
		for stage in read map store; do
			merge_with "stage=$stage;action=kill;attempts=1;name=@ 5" "$plan"
			expect_merged "$plan, $stage"
		done
	done
}

the_only_writer_killed_at_every_chunk_changes_nothing() {
	need jq
	make_records
	merge_with 'stage=store;action=kill;attempts=1' processes:2
	expect_merged 'every chunk'
}

# The chunk that always kills is set aside; half a result is none.
a_chunk_that_cannot_be_merged_leaves_no_output() {
	make_records
	echo old >"$scratch/small/old.jsonl"
	merge_with 'stage=map;action=kill;name=@ 0' processes:2
	expect_status 1
	[[ ! -e $scratch/small/out.jsonl ]] || fail 'an incomplete output was written'
	expect_text "$scratch/err" 'not all of the input was merged'
	expect_nothing_left
}

a_file_that_changes_while_it_is_merged_is_refused() {
	make_records
	rm -rf "$scratch/report"
	gated 'stage=map;name=jsonl @ 0' # the writer has the file open by then
	"$IMGTOP" run merge "$scratch/in.jsonl" -o "$scratch/small/out.jsonl" --chunk 52k \
		--plan processes:1 --report "$scratch/report" --batch </dev/null \
		>"$scratch/out" 2>"$scratch/err" &
	front=$!
	await_mark
	echo '{"id":1,"updated_at":"2999-01-01"}' >>"$scratch/in.jsonl"
	touch -d '2001-01-01' "$scratch/in.jsonl"
	open_gate
	finish 1
	[[ ! -e $scratch/small/out.jsonl ]] || fail 'an output of two inputs was written'
	expect_text "$scratch/err" 'has changed since the run began'
}

run_tests \
	a_worker_killed_at_any_stage_changes_nothing \
	the_only_writer_killed_at_every_chunk_changes_nothing \
	a_chunk_that_cannot_be_merged_leaves_no_output \
	a_file_that_changes_while_it_is_merged_is_refused
