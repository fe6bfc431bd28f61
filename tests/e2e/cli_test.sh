#!/usr/bin/env bash
# The command line: what is refused and how, what is printed where, and the exit status of each end.
. "${abs_srcdir:?run it by make check}/tests/e2e/lib.sh"

# expect_usage PATTERN ARGS: refused with 2, one line on standard error that says so, nothing else.
expect_usage() {
	local pattern=$1
	shift
	imgtop "$@"
	expect_status 2
	[[ $(wc -l <"$scratch/err") -eq 1 ]] || fail "not one line: $(cat "$scratch/err")"
	expect_text "$scratch/err" "^imgtop: $pattern"
	[[ ! -s $scratch/out ]] || fail "something on standard output: $(cat "$scratch/out")"
}

usage_errors_end_with_2_and_say_what_to_do() {
	cd "$scratch"
	expect_usage 'bogus: there is no such command; the nearest is ' bogus
	expect_usage 'compare: needs the name of a workload: ' compare
	expect_usage 'compare: needs two plans at least' compare images in --plan sequential
	expect_usage 'compare: each plan says how the work is shared out' \
		compare images in --plan sequential --plan threads:2 -j 3
	expect_usage 'dump: no run is going on: ' dump
	expect_usage 'dump: .*no-page: ' dump ./no-page
	expect_usage 'run: needs the name of a workload: images(, [a-z]+)*; ' run
	expect_usage "run: there is no workload 'photos' in this version, only: images(, [a-z]+)*; " run photos
	expect_usage '--qualty: there is no such option here; the nearest is --quality ' \
		run images in --qualty 5
	expect_usage '--resume: there is no such option here; the nearest is ' run images in --resume
	expect_usage '--quality: "101" cannot be used; allowed: a whole number from 1 to 100' \
		run images in --quality 101
	expect_usage '--strat: there is no such option here; the nearest is --strategy ' \
		run images in --strat threads
	expect_usage '--plan: cannot stand together with --strategy' \
		run images in --plan threads:2 --strategy threads
	expect_usage '--layout: cannot stand together with --strategy' \
		run images in --layout read-write:1t --strategy threads
	expect_usage '-0: says how a list is written' run images in -0
	expect_usage '-j: |--workers: needs a value behind it' run images in -j
	expect_usage 'replay: needs more words' replay
	expect_usage 'ctl: ' ctl bogus-run bogus-verb
	expect_usage 'ctl: .*capacity' ctl capacity read
}

what_only_the_plan_can_tell_is_refused_with_2_too() {
	cd "$scratch"
	mkdir in
	expect_usage '--plan: ' run images in -o small --plan threads:0
	expect_usage '--layout: .*decode' run images in -o small --layout 'read:1t | write:1t'
	expect_usage '--delay: "thmb=5" cannot be used; give STAGE=MS' \
		run images in -o small --delay thmb=5
	expect_usage '--delay: "thumb=-5" cannot be used' run images in -o small --delay thumb=-5
	expect_usage '.*-o' run images in
}

names_in_messages_are_harmless() {
	imgtop run images $'--\e[2Jx'
	expect_status 2
	! grep -q $'\e' "$scratch/err" || fail 'an escape sequence came through'
}

help_and_version_go_to_standard_output() {
	imgtop --help
	expect_status 0
	expect_text "$scratch/out" '^  imgtop run WORKLOAD'
	[[ ! -s $scratch/err ]]
	imgtop run images --help
	expect_status 0
	expect_text "$scratch/out" '--strategy NAME'
	expect_text "$scratch/out" '--max WxH'
	imgtop --help run
	expect_status 0
	imgtop --version
	expect_status 0
	expect_text "$scratch/out" '^imgtop [0-9]+\.[0-9]'
}

help_shows_no_option_of_later_versions() {
	imgtop run images --help
	! grep -qE -- '--(resume|sandbox)' "$scratch/out" ||
		fail 'a later option is shown'
}

a_full_disk_behind_standard_output_is_no_success() {
	[[ -w /dev/full ]] || skip 'no /dev/full here'
	local command words
	for command in --help 'advise --task download' 'advise --task download --json'; do
		read -ra words <<<"$command"
		status=0
		"$IMGTOP" "${words[@]}" >/dev/full 2>"$scratch/err" || status=$?
		expect_status 1
		expect_text "$scratch/err" '^imgtop: standard output'
	done
}

json_lines_that_nobody_reads_end_the_run_with_5() {
	[[ -w /dev/full ]] || skip 'no /dev/full here'
	cd "$scratch"
	make_photos photos 3
	status=0
	"$IMGTOP" run images photos -o small --json --report report >/dev/full 2>"$scratch/err" || status=$?
	expect_status 5
	[[ $(grep -c '^imgtop: standard output: cannot be written: ' "$scratch/err") -eq 1 ]] ||
		fail "not told once: $(<"$scratch/err")"
	[[ $(wc -l <"$scratch/err") -eq 1 ]] || fail "more than that: $(<"$scratch/err")"
	[[ -s report/summary.json ]] || fail 'no report'
	expect_no_trace small
}

a_report_that_cannot_be_saved_ends_a_run_with_5() {
	cd "$scratch"
	make_photos photos 2
	: >file
	XDG_STATE_HOME=$PWD/file imgtop run images photos -o small --batch
	expect_status 5
	expect_text "$scratch/err" '^imgtop: the report could not be saved: .*Not a directory; name another folder'
	expect_text "$scratch/err" '^Report +could not be saved$'
	[[ $(find small -type f | wc -l) -eq 2 ]] || fail 'the images were not made'
	mkdir report report/summary.txt
	imgtop run images photos -o small --json --report report
	expect_status 5
	expect_text "$scratch/err" '^imgtop: the report could not be saved: .*summary\.txt'
	tail -n 1 "$scratch/out" >last
	expect_json last exit_code 5
}

screens_without_a_terminal_are_refused() {
	expect_usage '.*needs a terminal'
	expect_usage 'replay: needs a terminal' replay .
	expect_usage 'attach: needs a terminal' attach
}

nothing_found_and_outputs_that_cannot_be_written_are_refused_with_2() {
	cd "$scratch"
	mkdir empty
	imgtop run images empty -o small --batch
	expect_status 2
	expect_text "$scratch/err" '^imgtop: .*JPEG'
	imgtop run images missing -o small --batch
	expect_status 2
	expect_text "$scratch/err" '^imgtop: .*missing'
	make_photos photos 1
	: >file
	imgtop run images photos -o file --batch
	expect_status 2
	expect_text "$scratch/err" '^imgtop: .*file'
}

what_is_refused_says_what_to_do_and_leaves_no_folder() {
	cd "$scratch"
	mkdir empty there
	make_photos photos 1
	: >file
	expect_usage 'missing: .*; name files and folders' run images missing -o small/new
	expect_usage "output folder 'file/new' cannot be made; choose another with -o: " \
		run images photos -o file/new
	expect_usage "report folder '.*/file' cannot be made; choose another with --report: " \
		run images photos -o small/new --report file
	imgtop run images --from empty -o small/new --batch
	expect_status 2
	expect_text "$scratch/err" "^imgtop: list 'empty': cannot be read: "
	imgtop run images --from missing -o small/new --batch
	expect_status 2
	expect_text "$scratch/err" "^imgtop: list 'missing' cannot be opened; give --from"
	imgtop run images empty -o small/new/ --batch --no-report
	expect_status 2
	[[ ! -e small ]] || fail 'an output folder is left'
	imgtop run images empty -o there --batch --no-report
	expect_status 2
	[[ -d there ]] || fail 'a folder that was there before is gone'
}

# In the folder that is walked, as in "imgtop run images . -o out --report report".
reports_are_no_input() {
	cd "$scratch"
	mkdir work
	cd work
	make_photos photos 2
	imgtop run images . -o out --batch --report report
	expect_status 0
	imgtop run images . -o out --batch --report report
	expect_status 0
	expect_json report/summary.json found 2
	[[ $(wc -l <report/joblog.tsv) -eq 3 ]] || fail "the joblog: $(<report/joblog.tsv)"
	imgtop run images . -o out --batch --report other
	expect_status 0
	expect_json other/summary.json found 2
	imgtop compare images . --plan sequential --plan threads:2 --repeat 1 --report compared
	expect_status 0
	expect_text "$scratch/out" '^threads:2 .* yes$'
	rm -r report other compared
	XDG_STATE_HOME=$PWD/state imgtop run images . -o out --batch
	expect_status 0
	XDG_STATE_HOME=$PWD/state imgtop run images . -o out --batch
	expect_status 0
	expect_usage '. is the folder of the report, too: ' run images . -o out --report .
}

report_is_begun() {
	[[ -s report/joblog.tsv && ! -e report/summary.json ]]
}

a_report_folder_that_is_used_again_holds_one_run() {
	cd "$scratch"
	make_photos photos 3
	imgtop run images photos -o small --batch --plan processes:3 --report report
	expect_status 0
	: >report/workers/notes
	: >report/hang.txt
	imgtop run images photos -o small --batch --plan sequential --report report
	expect_status 0
	[[ $(wc -l <report/joblog.tsv) -eq 4 ]] || fail "the joblog: $(<report/joblog.tsv)"
	[[ $(cd report/workers && echo *) = \
	'notes read-1.json read-1.txt recorder.json recorder.txt walk-1.json walk-1.txt' ]] ||
		fail "profiles: $(ls report/workers)"
	[[ ! -e report/hang.txt ]] || fail 'what the earlier run has left is still there'
	imgtop run images photos -o small --batch --report small
	expect_status 0
	"$IMGTOP" run images photos -o small --report report --batch --delay read=1000 </dev/null 2>/dev/null &
	await 'the run has begun' report_is_begun
	expect_usage "report folder '.*/report' is in use by another run; wait for it or choose another with --report" \
		run images photos -o third --report report
	kill -INT %1
	wait %1 || true
	expect_text report/joblog.tsv $'\tok\t'
	mkdir other
	: >other/summary.txt
	imgtop run images missing -o small --batch --report other
	[[ -e other/summary.txt ]] || fail 'a file that is no report was removed'
}

a_run_of_good_images_ends_with_0_and_one_with_bad_ones_with_1() {
	cd "$scratch"
	make_photos photos 3
	imgtop run images photos -o small --batch
	expect_status 0
	[[ $(find small -name '*.jpg' | wc -l) -eq 3 ]]
	make_damaged photos/damaged "$(one_of photos)"
	imgtop run images photos -o second --batch
	expect_status 1
	expect_no_trace second
}

options_may_follow_operands_and_every_way_to_name_a_plan_makes_the_same() {
	cd "$scratch"
	make_photos photos 3
	imgtop run images photos -o a --batch -s sequential
	expect_status 0
	imgtop run --batch --plan threads:2 images -o b photos
	expect_status 0
	imgtop run images --strategy=hybrid --io 2 --cpu=1 photos -ob --batch -oc
	expect_status 0
	imgtop run images -o d --batch --layout 'read:1t | decode-encode:2p | write:1t' -- photos
	expect_status 0
	same_tree a b
	same_tree a c
	same_tree a d
}

the_environment_names_input_and_output() {
	cd "$scratch"
	make_photos photos 2
	export INPUT_DIR=photos OUTPUT_DIR=small
	imgtop run images --batch
	expect_status 0
	[[ $(find small -name '*.jpg' | wc -l) -eq 2 ]]
	imgtop run images --batch -o elsewhere
	expect_status 0
	same_tree small elsewhere
}

a_list_may_come_from_standard_input() {
	cd "$scratch"
	make_photos photos 3
	find photos -type f | sort | head -n 2 >list
	imgtop run images --from list -o a --batch
	expect_status 0
	tr '\n' '\0' <list | "$IMGTOP" run images --from - -0 -o b --batch 2>"$scratch/err"
	[[ $(find a -type f | wc -l) -eq 2 ]]
	same_tree a b
}

what_can_be_read_once_is_a_list_like_standard_input() {
	cd "$scratch"
	make_photos photos 3
	find photos -type f | sort | head -n 2 >list
	imgtop run images --from <(cat list) -o a --batch
	expect_status 0
	[[ $(find a -type f | wc -l) -eq 2 ]]
	sort list | "$IMGTOP" run images --from /dev/stdin -o b --batch 2>"$scratch/err"
	same_tree a b
	"$IMGTOP" run images --from /dev/stdin -o c --batch <list 2>"$scratch/err"
	same_tree a c
	mkfifo fifo
	cat list >fifo &
	imgtop run images --from fifo -o d --batch
	expect_status 0
	same_tree a d
	wait
	imgtop compare images --from <(cat list) --plan threads:1 --plan threads:2
	expect_status 2
	expect_text "$scratch/err" '^imgtop: --from: a list from standard input can be read once'
}

a_dry_run_lists_what_a_run_then_does_and_writes_nothing() {
	cd "$scratch"
	make_photos photos 3
	cp "$(one_of photos)" 'photos/two words.jpg'
	echo 'dear diary' >photos/notes.txt
	imgtop run images photos -o small --dry-run
	expect_status 0
	expect_text "$scratch/out" "^'photos/two words.jpg' -> 'small/two words.jpg'\$"
	expect_text "$scratch/out" '^photos/notes.txt: would be skipped: not an image'
	expect_text "$scratch/err" '^imgtop: dry run: 4 would be done, 1 skipped, 0 would fail'
	sed -n 's/.* -> //p' "$scratch/out" | xargs -n 1 | LC_ALL=C sort >listed
	[[ ! -e small ]] || fail 'the output folder was made'
	[[ -z $(find "$XDG_STATE_HOME" -type f) ]] || fail 'a report was left'
	imgtop run images photos -o small --batch
	expect_status 0
	find small -type f | LC_ALL=C sort | diff - listed || fail 'the run did something else'
}

a_dry_run_ends_as_the_run_would() {
	cd "$scratch"
	mkdir empty
	expect_usage 'nothing to do: .*JPEG' run images empty -o small --dry-run
	expect_usage 'missing: ' run images missing -o small --dry-run
	expect_usage '--dry-run: cannot stand together with --detach' \
		run images empty -o small --dry-run --detach
	expect_usage '--dry-run: the demo' demo --dry-run
	make_photos photos 1
	: >photos/empty.jpg
	find photos -type f | "$IMGTOP" run images --from - -o small --dry-run \
		>"$scratch/out" 2>"$scratch/err" && fail 'success with a file that must fail'
	expect_text "$scratch/out" '^photos/empty.jpg: would fail: empty file$'
	expect_text "$scratch/err" '1 would be done, 0 skipped, 1 would fail'
}

a_report_holds_the_run_as_a_trace() {
	cd "$scratch"
	need python3
	make_photos photos 4
	imgtop run images photos -o small --batch --plan hybrid:2+2 --report report
	expect_status 0
	python3 - report/trace.json <<-'PYTHON' || fail 'the trace is not as it should be'
		import json, sys
		events = json.load(open(sys.argv[1]))["traceEvents"]
		names = {e["args"]["name"] for e in events if e["name"] == "thread_name"}
		decoded = {e["args"]["job"] for e in events if e["ph"] == "X" and e["name"] == "decode"}
		assert {"walk-1", "read-1", "decode-1", "decode-2", "write-1"} <= names, names
		assert len(decoded) == 4, decoded
		assert all(e["dur"] >= 0 and e["ts"] >= 0 for e in events if e["ph"] == "X")
		for phase in "stf":  # from the reader to the decoder to the writer
		    assert {e["id"] for e in events if e["ph"] == phase} == decoded, phase
		assert all(e["pid"] > 0 for e in events)
	PYTHON
	expect_text report/states.folded '^decode-1;decode-1;wait;get [0-9]+$'
}

every_worker_says_in_the_report_that_it_ended() {
	cd "$scratch"
	local profile
	make_photos photos 4
	imgtop run images photos -o small --batch --plan hybrid:2+2 --report report
	expect_status 0
	[[ $(grep -c '"ended": "finished"' report/summary.json) -eq 6 ]] ||
		fail "not all: $(grep '"ended"' report/summary.json)"
	for profile in report/workers/*.json; do
		expect_json "$profile" ended finished
	done
}

what_an_earlier_run_did_is_skipped_when_that_is_asked_for() {
	cd "$scratch"
	local first
	make_photos photos 3
	find photos -type f -exec touch -d '2020-01-01' {} +
	imgtop run images photos -o small --batch
	expect_status 0
	first=$(one_of small)
	rm "$first"
	imgtop run images photos -o small --batch --skip-existing newer --report report
	expect_status 0
	expect_json report/summary.json ok 1
	expect_json report/summary.json skipped 2
	expect_text report/joblog.tsv 'skipped.done in an earlier run'
	[[ -s $first ]]
	find photos -type f -exec touch -d '2120-01-01' {} +
	imgtop run images photos -o small --batch --skip-existing newer --report again
	expect_json again/summary.json ok 3
}

json_lines_end_with_a_final_one() {
	cd "$scratch"
	make_photos photos 2
	imgtop run images photos -o small --json --report report
	expect_status 0
	tail -n 1 "$scratch/out" >last
	expect_json last schema 1
	expect_json last type final
	expect_text report/summary.json '"command":'
	expect_text report/summary.json '"--report"'
	mkdir empty
	imgtop run images empty -o small --json --no-report
	expect_status 2
	tail -n 1 "$scratch/out" >last
	expect_json last type final
	expect_json last exit_code 2
	expect_json last message "nothing to do: no images found in 'empty' (looked for JPEG, PNG, BMP, TIFF and WebP files)"
}

a_detached_run_is_named_and_can_be_commanded() {
	cd "$scratch"
	local run
	make_photos photos 100 64x48
	imgtop run images photos -o small --detach --plan threads:1 --delay read=1000
	expect_status 0
	run=$(cat "$scratch/out")
	[[ $run =~ ^[0-9]{8}-[0-9]{6}-[0-9]+$ ]] || fail "no name of a run: $run"
	imgtop ctl pause
	expect_status 0
	imgtop ctl "$run" resume
	expect_status 0
	imgtop ctl retire read
	expect_status 1
	expect_text "$scratch/err" '^imgtop: '
	imgtop ctl no-such-run pause
	expect_status 2
	imgtop ctl cancel
	expect_status 0
	await 'the run ends' no_process_is_left
	imgtop ctl pause
	expect_status 2
}

the_demo_runs_without_a_terminal_and_leaves_only_its_photos() {
	cd "$scratch"
	imgtop demo --no-report --delay read=0
	expect_status 0
	expect_text "$scratch/err" '60'
	[[ $(find "$XDG_CACHE_HOME/imgtop" -mindepth 1 -maxdepth 1 | wc -l) -eq 1 ]]
	imgtop demo --from list
	expect_status 2
}

samples_are_made_by_count_size_and_seed() {
	cd "$scratch"
	imgtop samples a --count 2 --size 64x48 --seed 7
	expect_status 0
	imgtop samples b --count 2 --size=64x48 --seed=7
	same_tree a b
	imgtop samples c --count 0
	expect_status 2
	: >file
	imgtop samples file --count 1 --size 16
	expect_status 2
	expect_text "$scratch/err" '^imgtop: .*file'
}

a_takeout_library_is_made_by_count_and_seed_and_told_by_its_manifest() {
	cd "$scratch"
	imgtop samples takeout-a --takeout --count 70 --seed 7 --manifest a.tsv
	expect_status 0
	imgtop samples takeout-b --takeout --count=70 --seed=7 --manifest b.tsv
	same_tree takeout-a takeout-b
	cmp a.tsv b.tsv
	[[ $(grep -vc '^#' a.tsv) -eq 70 ]]
	[[ $(find takeout-a -type f ! -iname '*.json' | wc -l) -eq 70 ]]
	imgtop samples takeout-c --takeout --count 70 --seed 8
	expect_status 0
	! diff -rq takeout-a takeout-c >/dev/null || fail 'another seed, the same files'
	imgtop samples takeout-d --manifest d.tsv
	expect_status 2
	expect_text "$scratch/err" '--takeout'
	imgtop samples takeout-d --takeout --size 64
	expect_status 2
	imgtop samples takeout-d --takeout --manifest takeout-d/list.tsv
	expect_status 2
	[[ ! -e takeout-d ]] || fail 'a refused library was begun'
}

run_tests \
	usage_errors_end_with_2_and_say_what_to_do \
	what_only_the_plan_can_tell_is_refused_with_2_too \
	names_in_messages_are_harmless \
	help_and_version_go_to_standard_output \
	help_shows_no_option_of_later_versions \
	a_full_disk_behind_standard_output_is_no_success \
	json_lines_that_nobody_reads_end_the_run_with_5 \
	a_report_that_cannot_be_saved_ends_a_run_with_5 \
	screens_without_a_terminal_are_refused \
	nothing_found_and_outputs_that_cannot_be_written_are_refused_with_2 \
	what_is_refused_says_what_to_do_and_leaves_no_folder \
	reports_are_no_input \
	a_report_folder_that_is_used_again_holds_one_run \
	a_run_of_good_images_ends_with_0_and_one_with_bad_ones_with_1 \
	options_may_follow_operands_and_every_way_to_name_a_plan_makes_the_same \
	the_environment_names_input_and_output \
	a_list_may_come_from_standard_input \
	what_can_be_read_once_is_a_list_like_standard_input \
	a_dry_run_lists_what_a_run_then_does_and_writes_nothing \
	a_dry_run_ends_as_the_run_would \
	a_report_holds_the_run_as_a_trace \
	every_worker_says_in_the_report_that_it_ended \
	what_an_earlier_run_did_is_skipped_when_that_is_asked_for \
	json_lines_end_with_a_final_one \
	a_detached_run_is_named_and_can_be_commanded \
	the_demo_runs_without_a_terminal_and_leaves_only_its_photos \
	samples_are_made_by_count_size_and_seed \
	a_takeout_library_is_made_by_count_and_seed_and_told_by_its_manifest
