#!/usr/bin/env bash
# strategies_test.sh - every strategy, worker count and cut makes the same bytes as a sequential run.
. "${abs_srcdir:?run it by make check}/tests/faults/lib.sh"

options=(--max 100x100 --patch '10,10,40x30' --thumb 32)
stages='read decode resize thumb patch encode write'

# Each plan into a folder of its own; the reference is made with the same options.
same_bytes_by() {
	local plan
	for plan; do
		rm -rf "$scratch/small" "$scratch/report"
		run "$plan" "${options[@]}"
		expect_status 0
		expect_counts "$(find "$scratch/in" -type f | wc -l)" ok "$(find "$scratch/in" -type f | wc -l)"
		same_tree "$scratch/reference" "$scratch/small"
		expect_joblog
		expect_nothing_left
	done
}

inputs() {
	make_inputs 12
	rm -rf "$scratch/reference"
	imgtop run images "$scratch/in" -o "$scratch/reference" --plan sequential --no-report --batch \
		"${options[@]}"
	expect_status 0
	[[ $(find "$scratch/reference" -type f | wc -l) -eq 24 ]] || fail 'no thumbs'
}

threads_make_the_same_bytes() {
	inputs
	same_bytes_by threads:1 threads:2 threads:3 threads:4 threads:5 threads:6 threads:7 threads:8
}

processes_make_the_same_bytes() {
	inputs
	same_bytes_by processes:1 processes:2 processes:3 processes:5 processes:8
}

hybrids_make_the_same_bytes() {
	inputs
	same_bytes_by hybrid:2+1 hybrid:2+2 hybrid:3+4 hybrid:6+2
}

cuts_at_every_stage_make_the_same_bytes() {
	inputs
	same_bytes_by "${stages// /:2t | }:2t" "${stages// /:2p | }:2p"
}

one_cut_anywhere_makes_the_same_bytes() {
	local before=read after
	inputs
	for after in decode resize thumb patch encode; do
		same_bytes_by "read-$before:1p | $after-write:2t"
		before=$after
	done
	same_bytes_by 'read-encode:2t | write:1p'
}

threads_spread_over_hosts_make_the_same_bytes() {
	inputs
	same_bytes_by 'read-write:4t@2' 'read:2t | decode-encode:4t@2 | write:1t'
}

short_queues_make_the_same_bytes() {
	inputs
	options+=(-q 1)
	same_bytes_by threads:4 hybrid:4+3 "${stages// /:1p | }:1p" \
		"${stages// /:1t | }:1t"
}

data_that_are_copied_between_processes_make_the_same_bytes() {
	inputs
	options+=(--transfer copy)
	same_bytes_by threads:2 hybrid:3+2 "${stages// /:2p | }:2p" 'read-decode:2t | resize-write:2p'
}

run_tests \
	threads_make_the_same_bytes \
	processes_make_the_same_bytes \
	hybrids_make_the_same_bytes \
	cuts_at_every_stage_make_the_same_bytes \
	one_cut_anywhere_makes_the_same_bytes \
	threads_spread_over_hosts_make_the_same_bytes \
	short_queues_make_the_same_bytes \
	data_that_are_copied_between_processes_make_the_same_bytes
