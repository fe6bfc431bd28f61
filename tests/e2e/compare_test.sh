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

# compare_with_a_change FUNCTION ARGS...: a comparison whose input the function changes between two of its runs: the
# first that counts ends while what would begin the next stands still. It is told before it begins.
compare_with_a_change() {
	local change=$1
	shift
	"$IMGTOP" compare "$@" </dev/null >out 2>err &
	front=$!
	await 'the first round begins' grep -q 'round 1 of 2' err
	await 'its run has begun' find_host supervisor
	kill -STOP "$front"
	await 'its run is over' only_the_front_is_left
	"$change"
	kill -CONT "$front"
	status=0
	wait "$front" || status=$?
}

only_the_front_is_left() {
	find_own_processes
	[[ ${own_pids[*]} = "$front" ]]
}

add_photos() {
	cp -r others photos/
}

# The hash sees names and bytes: an input that changes between the rounds is an unequal output.
outputs_that_differ_are_told() {
	cd "$scratch"
	make_photos photos 2 200x150
	make_photos others 3 100x100
	compare_with_a_change add_photos images photos --plan sequential --plan threads:1 --repeat 2 --no-report \
		--delay read=500
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

change_a_byte() {
	cp "$photo" changed
	printf Z | dd of=changed bs=1 seek=300 conv=notrunc 2>dd-says
	touch -r "$photo" changed
	cp -p changed "$photo"
}

# Two catalogues of the same library differ in their bytes; what counts is what they say. One file has other bytes in
# the second round, of the same length and date.
catalogues_are_compared_by_what_they_say() {
	need jq
	local photo
	cd "$scratch"
	make_photos library 3 80x60
	photo=$(find library -name '*.jpg' | LC_ALL=C sort | sed -n 1p)
	imgtop compare scan library --plan sequential --plan threads:2 --plan processes:2 --repeat 1 --report report
	expect_status 0
	[[ $(jq -c '[.equal, (.plans | map(.runs[0].output_hash) | unique | map(type))]' report/compare.json) = \
		'[true,["string"]]' ]] || fail "$(jq -c . report/compare.json)"
	compare_with_a_change change_a_byte scan library --plan sequential --plan threads:2 --repeat 2 --no-report \
		--delay read=500
	expect_status 1
	expect_text out ' NO$'
}

# The same records in one file and in several are the same to every plan; others are not.
one_input_is_held_against_another() {
	need jq
	cd "$scratch"
	imgtop samples --records 3000 records.jsonl
	mkdir pieces
	split -n l/5 records.jsonl pieces/
	imgtop compare merge records.jsonl --against 'pieces/*' --plan threads:2 --repeat 2 --report report
	expect_status 0
	[[ $(jq -c '[.equal, (.plans | map(.input)), (.plans | map(.runs[0].result.records)),
		(.plans | map(.runs[].output_hash) | unique | length)]' report/compare.json) = \
		'[true,[null,"pieces/*"],[3000,3000],1]' ]] || fail "$(jq -c . report/compare.json)"
	[[ $(jq -r .command report/compare.json) = \
		"imgtop compare merge --against 'pieces/*' --plan threads:2 --repeat 2 records.jsonl --report report" ]]
	[[ $(jq -r '.command | join(" ")' report/runs/01-2-*/summary.json) = *' pieces/aa pieces/ab pieces/ac pieces/ad pieces/ae '* ]] ||
		fail "$(jq -c .command report/runs/01-2-*/summary.json)"
	expect_text out '^threads:2 on pieces/\*$'
	expect_text err 'warming up with threads:2 on pieces/\*, which does not count'
	head -n 2000 records.jsonl >fewer.jsonl
	imgtop compare merge records.jsonl --against fewer.jsonl --plan threads:1 --repeat 1 --no-report
	expect_status 1
	expect_text out ' NO$'
	imgtop compare merge records.jsonl --against 'missing/*' --plan threads:1
	expect_status 2
	expect_text err '^imgtop: missing/\*: '
	imgtop compare sum --against records.jsonl --plan threads:1
	expect_status 2
	expect_text err '^imgtop: --against: sum has no input'
	imgtop compare images . --ladder --against records.jsonl
	expect_status 2
	expect_text err '^imgtop: --against: cannot stand together with --ladder'
}

# The rungs as they are documented, with all that they imply.
the_ladder_has_nine_rungs_with_equal_outputs() {
	need jq
	cd "$scratch"
	make_photos photos 3 640x480
	imgtop compare images photos --ladder --repeat 1 --report report
	expect_status 0
	jq -r '.plans[] | "\(.layout)\t\(.workers)\t\(.title)"' report/compare.json >rungs
	diff - rungs <<-'END' || fail 'other rungs'
		read-write:1t	1	one worker does everything
		read-decode:1t | resize-write:1t	2	a reading thread + the rest
		read-decode:1t | resize-patch:1t | encode-write:1t	3	a reading and a writing thread + the rest
		read-decode:1t | resize-thumb:1t | patch:1t | encode-write:1t	4	four threads: read, write, thumbnail, patch
		read-decode:1p | resize-thumb:1p | patch:1p | encode-write:1p	4	four processes: the same
		read:1p | decode-encode:5p | write:2p	8	8 processes: 1 read, 2 write, 5 do-all
		read:4p | decode-encode:7p | write:5p	16	16 processes: 4 read, 5 write, 7 do-all
		read-encode:10p | write:9p	19	19 processes: 9 write, 10 do-all
		read:1t | decode-write:10p	11	10 do-all processes + a reading thread over one shared list
	END
	[[ $(jq -c '[.equal, (.plans | map(.runs[0].output_hash) | unique | length),
		(.plans | map(.runs[0].ok) | unique), (.plans | map(.ideal_speedup))]' report/compare.json) = \
		'[true,1,[3],[1,2,3,4,4,8,16,19,11]]' ]] || fail "$(jq -c . report/compare.json)"
	[[ $(jq -r .command report/compare.json) = \
		'imgtop compare images --ladder --repeat 1 photos --report report --thumb 256 --patch centre' ]] ||
		fail "$(jq -r .command report/compare.json)"
	expect_text out '^2\. a reading thread \+ the rest: read-decode:1t \| resize-write:1t$'
	expect_text err 'round 1 of 1, 9\. 10 do-all processes \+ a reading thread over one shared list: [0-9.]+ s$'
	[[ $(grep -c ' yes$' out) -eq 9 ]] || fail "$(cat out)"
	# each run made the small copy and the patch
	[[ $(jq -r '[.workers[].stages | keys[]] | unique | join(" ")' report/runs/01-9-*/summary.json) = \
		*patch*thumb* ]]
}

# What the user says goes before what the ladder implies; so it also runs with data copied between processes.
a_ladder_keeps_what_the_user_asks_for() {
	need jq
	cd "$scratch"
	make_photos photos 2 320x240
	imgtop compare images photos --ladder --repeat 1 --json --no-report --thumb 100 --patch 1,2,30x40 \
		--transfer copy --delay thumb=5 --delay patch=5
	expect_status 0
	[[ $(jq -r '[.equal, (.plans | length), .command] | join(" ")' out) = \
		'true 9 imgtop compare images --ladder --repeat 1 photos --delay thumb=5,patch=5 --transfer copy --no-report --json --thumb 100 --patch 1,2,30x40' ]] ||
		fail "$(cat out)"
}

# Six numbers of workers have both laws; plans that differ in more are named, and have bars.
times_are_charted_against_workers_with_the_law_they_follow() {
	need jq
	cd "$scratch"
	imgtop compare sum --count 20000 --plan sequential --plan threads:2 --plan threads:3 --plan threads:4 \
		--plan threads:6 --plan threads:8 --plan 'fill:1t | sum:1p' --repeat 1 --report report
	expect_status 0
	[[ $(jq -c '[.curves[] | .family, (.points | map(.workers)), (.usl.coherence | type),
		(.amdahl.serial_share >= 0 and .amdahl.serial_share <= 1)]' report/compare.json) = \
		'["threads",[1,2,3,4,6,8],"number",true]' ]] || fail "$(jq -c .curves report/compare.json)"
	[[ $(cut -f 16 report/compare.tsv | sort | uniq -c | tr -s ' \n' ' ') = ' 1 - 1 curve 6 threads ' ]] ||
		fail "$(cat report/compare.tsv)"
	expect_text out '^threads, Amdahl: '
	expect_text out '^threads, USL: contention '
	expect_text out '^In no curve: fill:1t \| sum:1p\.$'
	expect_text out '^fill:1t \| sum:1p +[█▒]'
	expect_text report/compare.svg 'class="law"'
	! grep -q $'\e' out || fail 'colours without a terminal'
	cmp out report/compare.txt
}

a_terminal_has_the_chart_in_its_width_and_colours_unless_told_otherwise() {
	local -a comparison=("$IMGTOP" compare sum --count 2000 --plan threads:1 --plan threads:2 --repeat 1 --no-report)
	screen_start 50x60 "${comparison[@]}"
	await_end 0
	screen_shows 'threads, Amdahl: ' || fail "$(screen_text)"
	screen_shows '●' || fail "$(screen_text)"
	grep -q $'\e\\[31m·' <<<"$(screen_attributes)" || fail 'no colours'
	screen_start 50x60 env NO_COLOR=1 LC_ALL=C "${comparison[@]}"
	await_end 0
	screen_shows 'A threads, \. ideal, - law' || screen_shows 'A threads, small letter' || fail "$(screen_text)"
	! grep -q $'\e' <<<"$(screen_attributes)" || fail 'colours in spite of NO_COLOR'
	! grep -q '[^ -~]' <<<"$(screen_text)" || fail 'not all ASCII'
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
	imgtop compare images photos --ladder --plan sequential
	expect_status 2
	expect_text err '^imgtop: --ladder: cannot stand together with --plan'
	imgtop compare sum --ladder
	expect_status 2
	expect_text err '^imgtop: --ladder: its rungs cut the stages of images, and sum has others'
	mkdir -p "$XDG_CONFIG_HOME/imgtop"
	echo 'bogus' >"$XDG_CONFIG_HOME/imgtop/options.ini"
	imgtop compare images photos --plan sequential --plan threads:2
	rm "$XDG_CONFIG_HOME/imgtop/options.ini"
	expect_status 2
	expect_text err 'options\.ini:1: '
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
	find_own_processes
	[[ ${#own_pids[@]} -gt 3 ]]
}

run_tests \
	pictures_are_compared_by_their_bytes \
	outputs_that_differ_are_told \
	sums_merges_and_drills_are_compared_by_their_results \
	catalogues_are_compared_by_what_they_say \
	one_input_is_held_against_another \
	the_ladder_has_nine_rungs_with_equal_outputs \
	a_ladder_keeps_what_the_user_asks_for \
	times_are_charted_against_workers_with_the_law_they_follow \
	a_terminal_has_the_chart_in_its_width_and_colours_unless_told_otherwise \
	what_cannot_be_compared_is_refused_before_anything_runs \
	a_signal_ends_the_comparison_with_its_run
