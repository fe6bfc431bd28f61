#!/usr/bin/env bash
# imgtop advise: what it measures of each workload, what it recommends, and that it leaves nothing behind.
. "${abs_srcdir:?run it by make check}/tests/e2e/lib.sh"

# advice FILTER: a value of the last advice, which was JSON.
advice() {
	jq -r "$1" "$scratch/out"
}

# expect_advice FILTER VALUE
expect_advice() {
	local value
	value=$(advice "$1")
	[[ $value == "$2" ]] || fail "$1 is $value instead of $2: $(cat "$scratch/out")"
}

# The trial's folder lies among what is made anew at any time.
nothing_is_left() {
	local left
	left=$(find "$scratch/cache" -name 'scratch-*')
	[[ -z $left ]] || fail "left behind: $left"
	await 'the trial ends' no_process_is_left
}

images_are_measured_stage_by_stage() {
	need jq
	cd "$scratch"
	make_photos photos 6 160x120 # all of them within the time of a trial, whatever else the machine does
	echo "dear diary" >photos/notes.txt
	mkdir small
	echo mine >small/mine.txt
	imgtop advise images photos -o small --json
	expect_status 0
	expect_advice .schema 1
	expect_advice .items 6
	expect_advice .skipped 1
	expect_advice .sample.items 6
	expect_advice '[.sample.stages[].stage] | join(" ")' 'read decode resize thumb patch encode write'
	expect_advice '.sample.stages | all(.cpu_ms <= .ms and .cpu_share <= 1)' true
	expect_advice '.sample.stages[1].ms > 0 and .sample.memory_bytes > 0' true
	[[ $(ls small) == mine.txt ]] || fail "the output folder has $(ls small)"
	nothing_is_left
	# The command line that is recommended does it.
	mapfile -t words < <(advice '.command[]')
	[[ ${words[0]} == imgtop ]] || fail "${words[*]}"
	imgtop "${words[@]:1}" --batch --no-report
	expect_status 0
	[[ $(find small -name '*.jpg' | wc -l) -eq 6 ]] || fail 'not six outputs'
	# Those are done now, so that the rest is a different job.
	imgtop advise images photos -o small --skip-existing newer
	expect_status 2
	expect_text err 'nothing is left to share out: 7 '
}

advice_in_words_says_what_was_seen_and_which_rule() {
	cd "$scratch"
	make_photos photos 3 320x240
	imgtop advise images photos
	expect_status 0
	expect_text out '^Found: 3 images, '
	expect_text out '^Measured: 3 of them, one after the other by one worker, in '
	expect_text out '^  decode  .* %$'
	expect_text out '^  all  .* %$'
	expect_text out '^Machine: '
	expect_text out '^Rules:$'
	expect_text out '^    Here: '
	expect_text out '^Recommended: '
	expect_text out '^Expected: about .*; one worker takes about '
	expect_text out '^Run it: \(no -o was given: this one is an example\)$'
	expect_text out '^  imgtop run images photos --plan .* --output imgtop-output$'
	[[ ! -e imgtop-output ]]
}

simulated_latency_makes_work_that_waits() {
	need jq
	cd "$scratch"
	make_photos photos 60 64x48
	imgtop advise images photos -o small --delay thumb=300 --json
	expect_status 0
	expect_advice '.rules[0].rule' waiting-work
	expect_advice '.sample.stages[3].ms >= 300' true
	expect_advice '(.plan | startswith("threads:")) and ((.plan[8:] | tonumber) == ([5 * .cpus, 60] | min))' true
	expect_advice '.queue == 2 * (.plan[8:] | tonumber)' true
	expect_advice '.sequential_s >= 18 and .expected_s < .sequential_s / 2' true
	expect_advice '.command | index("thumb=300") > 0' true
}

scans_sums_and_merges_are_measured() {
	need jq
	cd "$scratch"
	imgtop samples library --takeout --count 20 # little work, also where a file system is slow
	imgtop advise scan library --json
	expect_status 0
	expect_advice .items 20
	expect_advice .sample.items 20
	expect_advice '[.sample.stages[].stage] | join(" ")' 'stat sidecar read exif crc mime store'
	expect_advice '.rules[0].rule' little-work
	expect_advice .plan sequential
	expect_advice .note null
	[[ ! -e catalog.sqlite ]] || fail 'the catalogue has been made'
	imgtop run scan library --no-report
	expect_status 0
	cp catalog.sqlite before.sqlite
	imgtop advise scan library
	expect_status 0
	expect_text out '^Note: measured as if catalog.sqlite were not there'
	cmp catalog.sqlite before.sqlite
	imgtop advise sum --count 1000 --json
	expect_status 0
	expect_advice .plan sequential
	expect_advice '[.sample.stages[].stage] | join(" ")' 'fill sum'
	imgtop advise sum --count 1000 --delay sum=200 --json
	expect_advice '.rules[0].rule' own-latency
	expect_advice '.plan == "sequential" and .expected_s == .sequential_s and .sequential_s < 0.3' true
	imgtop samples records.jsonl --records 2000
	imgtop advise merge records.jsonl -o merged.jsonl --json
	expect_status 0
	expect_advice .sample.items 1
	expect_advice '[.sample.stages[].stage] | join(" ")' 'read map store'
	[[ ! -e merged.jsonl ]]
	nothing_is_left
}

drills_are_advised_by_what_they_cost() {
	need jq
	cd "$scratch"
	imgtop advise drill health-check --json
	expect_status 0
	expect_advice '.rules[0].rule' waiting-work
	expect_advice '.plan | startswith("threads:")' true
	expect_advice '.sequential_s > 2' true
	imgtop advise drill tiny-tasks --json
	expect_advice '.rules[0].rule' little-work
	expect_advice .plan sequential
	imgtop advise drill cpu-chunks --gil --json
	expect_advice '.rules[0].rule == (if .cpus > 1 then "one-lock" else "one-cpu" end)' true
	expect_advice '.plan == (if .cpus > 1 then "processes:\([.cpus, 4] | min)" else "sequential" end)' true
	nothing_is_left
}

# Measuring one worker would say nothing, or never end.
drills_whose_layout_is_the_point_keep_it() {
	need jq
	cd "$scratch"
	local name
	for name in hang crash lock-order ways-to-stop join-order; do
		imgtop advise drill "$name" --json
		expect_status 0
		expect_advice '.rules[0].rule' own-layout
		expect_advice '.sample.items' 0
		expect_advice '.note | length > 20' true
		grep -qxF "layout = $(advice .plan)" "$abs_srcdir/data/scenarios/$name.ini" ||
			fail "$name: $(advice .plan) is not its own layout"
	done
	imgtop advise drill hang --fixed --json
	expect_advice '.rules[0].rule' waiting-work
}

one_cpu_computes_for_itself() {
	need jq taskset
	cd "$scratch"
	local cpu
	cpu=$(taskset -pc $$ | sed -E 's/.*: *([0-9]+).*/\1/')
	status=0
	taskset -c "$cpu" "$IMGTOP" advise drill cpu-chunks --json >out 2>err || status=$?
	expect_status 0
	expect_advice .cpus 1
	expect_advice '.rules[0].rule' one-cpu
	expect_advice .plan sequential
}

memory_limits_how_many_work_at_a_time() {
	need jq
	cd "$scratch"
	make_photos photos 12 2000x1500
	imgtop advise images photos -o small --memory 1M --json
	expect_status 0
	expect_advice '.plan' sequential
	expect_advice '.rules | map(.rule) | (index("memory-brake") != null) or (index("one-cpu") != null) or
		(index("little-work") != null)' true
}

# slow_advice: in the background, with its items' waits; $advising is its process.
slow_advice() {
	cat >slow.ini <<'INI'
[scenario]
title = Slow
items = 1000
[stages]
work = wait 200ms
INI
	"$IMGTOP" advise drill ./slow.ini >out 2>err </dev/null &
	advising=$!
	await 'the trial goes on' trial_goes_on
}

trial_begins() {
	trial=$(tr -d ' \n' <"/proc/$advising/task/$advising/children" 2>/dev/null)
	[[ -n $trial ]] && [[ -n $(find cache -name 'scratch-*') ]]
}

# It sleeps, which it does where an item makes it wait: it has come so far.
trial_goes_on() {
	local stat
	trial_begins && { stat=$(<"/proc/$trial/stat"); } 2>/dev/null || return
	[[ ${stat##*) } = S* ]]
}

an_interrupt_leaves_nothing_behind() {
	cd "$scratch"
	local name
	for name in INT TERM HUP; do
		# In the background a shell lets interrupts be ignored, and whoever ignores them may not catch them.
		slow_advice
		kill "-$name" "$advising"
		status=0
		wait "$advising" || status=$?
		expect_status $((128 + $(kill -l "$name")))
		[[ ! -s out ]] || fail "$(cat out)"
		nothing_is_left
	done
}

a_trial_that_dies_is_told_and_advice_does_without() {
	cd "$scratch"
	slow_advice
	kill -SEGV "$trial"
	status=0
	wait "$advising" || status=$?
	expect_status 0
	expect_text out 'the trial died by SIGSEGV of item-'
	expect_text out '^Recommended: '
	nothing_is_left
}

# long_listing NAME: in the background, of a list in which there is nothing to do for many seconds; $advising is its
# process.
long_listing() {
	if [[ ! -e list ]]; then
		echo 'dear diary' >n
		awk 'BEGIN { for (i = 0; i < 5000000; i++) print "n" }' >list
	fi
	"$IMGTOP" advise images --from list -o "small-$1" >"out-$1" 2>"err-$1" </dev/null &
	advising=$!
	await 'the list is read' trial_begins
}

a_listing_that_dies_is_not_taken_for_one_without_items() {
	cd "$scratch"
	long_listing dies
	kill -SEGV "$trial"
	status=0
	wait "$advising" || status=$?
	expect_status 2
	expect_text err-dies '^imgtop: advise: what listed the input died by SIGSEGV before it found'
	[[ ! -s out-dies ]] || fail "$(cat out-dies)"
	nothing_is_left
}

a_trial_that_never_comes_back_is_ended() {
	local listing
	cd "$scratch"
	long_listing ends
	listing=$advising
	kill -STOP "$trial"
	slow_advice
	kill -STOP "$trial"
	status=0
	wait "$advising" || status=$?
	expect_status 0
	expect_text out 'the trial was ended because item-.* did not come back'
	status=0
	wait "$listing" || status=$?
	expect_status 2
	expect_text err-ends '^imgtop: advise: listing the input took too long'
	nothing_is_left
}

a_description_is_enough_for_the_rules() {
	need jq
	cd "$scratch"
	imgtop advise --task 'download 5000 pages' --json
	expect_status 0
	expect_advice .kind waiting
	expect_advice '.waiting_words | join(" ")' download
	expect_advice '.plan == "threads:\([4 * .cpus, 240] | min)"' true
	expect_advice '.rules | map(.rule) | index("many-items") != null' true
	imgtop advise --task 'compress a film' --gil --json
	expect_advice '.plan == (if .cpus > 1 then "processes:\([.cpus, 240] | min)" else "sequential" end)' true
	imgtop advise --task 'compress a film' --duration 0.05 --json
	expect_advice '.rules[0].rule' little-work
	imgtop advise --task 'fetch and parse' --data large
	expect_status 0
	expect_text out '^Described, not measured: waiting \(fetch\) computing \(parse\)$'
	expect_text out 'large data: threads or pieces'
	expect_text out '^Options: --plan threads:'
	imgtop advise --task 'fetch and parse' --data small
	expect_status 0
	! grep data out || fail 'small data has a rule'
	imgtop advise --help
	expect_text out 'only large has'
	imgtop advise --task 'debugging the parser' --json
	expect_advice .plan sequential
	imgtop advise --task 'make the bed'
	expect_status 2
	expect_text err '"make the bed" tells neither of waiting nor of computing'
	expect_text err 'imgtop advise images FILE'
}

the_setup_screen_measures_in_the_background_and_takes_the_advice() {
	cd "$scratch"
	make_photos photos 12 1200x900
	screen_start 80x24 "$IMGTOP"
	await_screen 'Advice +'
	screen_keys m
	await_screen 'nothing to measure yet: give an input'
	screen_keys Tab Down
	screen_type photos
	await_screen 'imgtop run images photos'
	screen_keys F5
	await_screen 'Measured: [0-9]+ of 12 images'
	await_screen 'Rule: '
	screen_keys F6
	await_screen 'Command +imgtop run images photos --strategy (threads|sequential)'
	screen_keys F10
	await_end 0
	# Leaving does not wait for a measurement.
	screen_start 80x24 "$IMGTOP"
	await_screen 'Advice +'
	screen_keys Tab Down
	screen_type photos
	await_screen 'imgtop run images photos'
	screen_keys F5 F10
	await_end 0
	nothing_is_left
}

what_cannot_be_advised_on_is_refused() {
	cd "$scratch"
	mkdir empty
	imgtop advise images empty
	expect_status 2
	expect_text err 'JPEG, PNG'
	imgtop advise images missing
	expect_status 2
	imgtop advise images empty --plan threads:2
	expect_status 2
	expect_text err 'advise: says itself how'
	imgtop advise images empty --task 'download'
	expect_status 2
	expect_text err '^imgtop: --task: '
	imgtop advise images empty --duration 3
	expect_status 2
	expect_text err '^imgtop: --duration: belongs to a description'
	imgtop advise
	expect_status 2
	expect_text err 'advise: needs the name of a workload'
	imgtop advise drill no-such
	expect_status 2
}

run_tests \
	images_are_measured_stage_by_stage \
	advice_in_words_says_what_was_seen_and_which_rule \
	simulated_latency_makes_work_that_waits \
	scans_sums_and_merges_are_measured \
	drills_are_advised_by_what_they_cost \
	drills_whose_layout_is_the_point_keep_it \
	one_cpu_computes_for_itself \
	memory_limits_how_many_work_at_a_time \
	an_interrupt_leaves_nothing_behind \
	a_trial_that_dies_is_told_and_advice_does_without \
	a_listing_that_dies_is_not_taken_for_one_without_items \
	a_trial_that_never_comes_back_is_ended \
	a_description_is_enough_for_the_rules \
	the_setup_screen_measures_in_the_background_and_takes_the_advice \
	what_cannot_be_advised_on_is_refused
