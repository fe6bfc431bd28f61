#!/usr/bin/env bash
# The merge workload: of each key the latest record, the same bytes for every plan and chunk.
. "${abs_srcdir:?run it by make check}/tests/e2e/lib.sh"

# merge OUTPUT OPTION...: a run that must succeed.
merge() {
	local output=$1
	shift
	imgtop run merge --batch --report "$scratch/report" -o "$output" "$@"
	expect_status 0
}

result() {
	jq -c .result "$scratch/report/summary.json"
}

# What jq makes of the records in its arguments: the latest of each id, ordered by id.
by_jq() {
	jq -cnS '[inputs | if type == "array" then .[] else . end]
		| group_by(.id)[] | max_by(.updated_at)' "$@"
}

every_plan_and_chunk_size_leaves_the_same_bytes() {
	need jq
	local plan chunk format
	cd "$scratch"
	for format in json jsonl; do
		imgtop samples --records 3000 "in.$format"
		merge "reference.$format" "in.$format" --plan sequential
		[[ $(result) = '{"records":3000,"keys":738,"broken":0}' ]] || fail "$(result)"
		for plan in threads:3 processes:2 hybrid:2+2 'read:1p | map:2t | store:1p' \
			'read-map:2p | store:1t'; do
			for chunk in 5k 100k; do
				merge "out.$format" "in.$format" --plan "$plan" --chunk "$chunk"
				cmp "reference.$format" "out.$format" || fail "$plan, $chunk, $format"
			done
		done
		diff <(jq -cnS '[inputs | if type == "array" then .[] else . end] | sort_by(.id)[]' \
			"reference.$format") <(by_jq "in.$format") >&2 || fail 'jq sees it otherwise'
	done
	cmp <(jq -c '.[]' reference.json) <(jq -c . reference.jsonl) || fail 'formats differ'
	expect_no_trace "$scratch"
}

one_file_and_the_same_records_in_several_merge_to_the_same() {
	cd "$scratch"
	imgtop samples --records 2000 one.jsonl
	split -l 300 --additional-suffix=.jsonl one.jsonl part-
	merge one.out one.jsonl
	merge several.out part-*.jsonl
	cmp one.out several.out
}

keys_and_times_of_all_kinds_are_compared_by_what_they_mean() {
	cd "$scratch"
	cat >in.jsonl <<-'END'
		{"k":1,"when":"2024-01-01T12:00:00+02:00","n":"a"}
		{"k":"1","when":5,"n":"b"}
		{"k":1.0,"when":"2024-01-01T10:00:00Z","n":"c"}
		{"k":"\u0031","when":6,"n":"d"}
		{"k":10e-1,"when":1704103199,"n":"e"}
	END
	merge out.jsonl in.jsonl --key k --time when
	diff - out.jsonl <<-'END' || fail "$(cat out.jsonl)"
		{"k":1.0,"when":"2024-01-01T10:00:00Z","n":"c"}
		{"k":"\u0031","when":6,"n":"d"}
	END
}

broken_records_are_told_with_file_line_and_column() {
	need jq
	cd "$scratch"
	imgtop samples --records 500 good.jsonl
	{
		head -n 200 good.jsonl
		echo '{"id":1,"updated_at":"2024-01-01"'
		echo '{"id":1,"updated_at":"2999-01-01",}'
		tail -n 300 good.jsonl
		echo 'null'
	} >in.jsonl
	merge expected.jsonl good.jsonl
	merge out.jsonl in.jsonl --chunk 10k
	cmp expected.jsonl out.jsonl || fail 'a broken record was not skipped'
	[[ $(jq -c '[.result.records, .result.broken]' report/summary.json) = '[500,3]' ]] ||
		fail "$(result)"
	expect_text report/joblog.tsv \
		'in\.jsonl @ [0-9]+.*line 201, column 34: a comma or } was expected; line 202, column 35: a field'
	expect_text report/joblog.tsv 'line 503, column 1: a record must be an object'
	expect_text err 'in\.jsonl @ [0-9]+: line 503, column 1'
}

the_output_is_written_at_once_or_not_at_all() {
	cd "$scratch"
	mkdir folder
	imgtop samples --records 50 in.jsonl
	echo old >out.jsonl
	merge out.jsonl in.jsonl
	[[ $(head -c 6 out.jsonl) = '{"id":' ]]
	imgtop run merge --batch in.jsonl missing.jsonl -o other.jsonl
	expect_status 2
	expect_text err '^imgtop: missing.jsonl: No such file'
	imgtop run merge --batch in.jsonl -o in.jsonl
	expect_status 2
	expect_text err 'in.jsonl: is the output as well'
	imgtop run merge --batch in.jsonl -o folder
	expect_status 2
	expect_text err 'folder: is a folder; name a file'
	imgtop run merge --batch folder -o other.jsonl
	expect_status 2
	expect_text err 'folder: is a folder; name its files, as in folder/\*.json'
	imgtop run merge --batch in.jsonl
	expect_status 2
	expect_text err 'no output file: name one with -o'
	imgtop run merge --batch -o other.jsonl
	expect_status 2
	expect_text err 'no input: name files of JSON records'
	[[ ! -e other.jsonl ]] || fail 'an output is left of nothing'
	: >nothing
	merge empty.jsonl nothing
	[[ -f empty.jsonl && ! -s empty.jsonl ]] || fail 'nothing should merge to an empty file'
	merge empty.json nothing --format array
	[[ $(cat empty.json) = '[]' ]]
}

a_run_that_is_stopped_leaves_the_old_output() {
	cd "$scratch"
	local front
	imgtop samples --records 2000 in.jsonl
	echo old >out.jsonl
	"$IMGTOP" run merge --batch --no-report in.jsonl -o out.jsonl --chunk 1k --plan threads:1 \
		--delay map=200 </dev/null >out 2>err &
	front=$!
	await 'chunks are done' grep -qE 'merge [1-9][0-9]*/' err
	kill -INT "$front"
	status=0
	wait "$front" || status=$?
	expect_status 130
	[[ $(cat out.jsonl) = old ]] || fail 'half an output'
	expect_text err 'not all of the input was merged'
	expect_no_trace "$scratch"
}

samples_are_the_same_for_the_same_seed() {
	cd "$scratch"
	imgtop samples --records 100 a.jsonl
	imgtop samples --records 100 b.jsonl --seed 1
	imgtop samples --records 100 c.jsonl --seed 2
	cmp a.jsonl b.jsonl
	! cmp -s a.jsonl c.jsonl || fail 'another seed, the same records'
	mkdir folder
	imgtop samples --records 100 folder
	cmp a.jsonl folder/records.jsonl
	need jq
	imgtop samples --records 100 a.json
	cmp <(jq -c '.[]' a.json) <(jq -c . a.jsonl)
	[[ $(jq -s 'length, (map(.id) | unique | length < 50)' a.jsonl | tr '\n' ' ') = '100 true ' ]]
	imgtop samples --records 100 folder/none/
	expect_status 2
}

run_tests \
	every_plan_and_chunk_size_leaves_the_same_bytes \
	one_file_and_the_same_records_in_several_merge_to_the_same \
	keys_and_times_of_all_kinds_are_compared_by_what_they_mean \
	broken_records_are_told_with_file_line_and_column \
	the_output_is_written_at_once_or_not_at_all \
	a_run_that_is_stopped_leaves_the_old_output \
	samples_are_the_same_for_the_same_seed
