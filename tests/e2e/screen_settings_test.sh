#!/usr/bin/env bash
# What the user arranges: settings that stay, the run to watch, a strategy to compare with; windows
# that are resized without end; and a run told in sentences.
. "${abs_srcdir:?run it by make check}/tests/e2e/lib.sh"

settings() {
	echo "$XDG_CONFIG_HOME/imgtop/imgtop.ini"
}

# A report to replay.
save_run() {
	cd "$scratch"
	export XDG_CONFIG_HOME=$scratch/config
	make_photos photos 12
	imgtop run images photos -o small --plan hybrid:2+2 --delay write=50 --report report
	expect_status 0
}

# replay SIZE [OPTION...]: the saved run at its end, stopped; always by the same way.
replay() {
	local size=$1
	shift
	screen_start "$size" "$IMGTOP" replay report "$@"
	await_screen 'REPLAY'
	screen_keys Space
	await_screen 'REPLAY stopped'
	screen_keys End
	await_screen 'end of the recording'
}

settings_stay_and_overrides_do_not() {
	save_run
	replay 80x24 --mono -M
	await_screen '^ID'
	screen_keys C
	await_screen 'mono now: --mono or NO_COLOR asks for it'
	screen_keys Down Down Down Space
	await 'the file is there' test -s "$(settings)"
	grep -qx 'large = yes' "$(settings)" || fail 'the change is not in the file'
	grep -qx 'scheme = default' "$(settings)" || fail '--mono was kept'
	grep -qx 'mouse = yes' "$(settings)" || fail '-M was kept'
	screen_keys Escape
	await_screen '^NAME'
	screen_keys q
	await_end 0
	replay 80x24
	await_screen '^NAME'
	screen_keys q
	await_end 0
}

a_broken_file_is_explained() {
	save_run
	mkdir -p "$XDG_CONFIG_HOME/imgtop"
	printf '[screen]\nscheme = purple\n' >"$(settings)"
	screen_start 132x24 "$IMGTOP" replay report
	await_screen "imgtop.ini:2: 'purple' is not a choice here; the settings in it are ignored"
	screen_keys q
	await_end 0
}

# What the screen itself costs is no part of the recording.
without_own_cost() {
	screen_text | sed 's/self [0-9.]* %/self/'
}

a_storm_of_sizes_leaves_the_screen_as_a_fresh_one() {
	local i
	save_run
	replay 100x30
	# Drawn once more, from the first line to the last, so that it is seen when all of it is there.
	screen_keys F1
	await_screen 'imgtop help'
	await 'the help is drawn' last_line_has 'F1Help F10Quit'
	screen_keys Escape
	await 'the fresh one is drawn' last_line_has F5Tree
	without_own_cost >"$scratch/fresh"
	screen_keys q
	await_end 0
	replay 80x24
	RANDOM=4711
	for ((i = 0; i < 60; i++)); do
		screen_resize "$((RANDOM % 400 + 1))x$((RANDOM % 120 + 1))"
	done
	screen_resize 100x30
	# The last frame may still be on its way.
	await 'the screen is as a fresh one' is_as_the_fresh_one
	screen_keys q
	await_end 0
}

is_as_the_fresh_one() {
	without_own_cost | cmp -s - "$scratch/fresh"
}

# last_line_has TEXT
last_line_has() {
	look && [[ ${seen##*$'\n'} = *"$1"* ]]
}

a_run_lives_through_a_storm_of_sizes() {
	local i
	cd "$scratch"
	make_photos photos 24
	screen_start 80x24 "$IMGTOP" run images photos -o small --plan hybrid:2+2 \
		--delay write=600000
	await_screen 'write-1'
	RANDOM=815
	for ((i = 0; i < 60; i++)); do
		screen_resize "$((RANDOM % 400 + 1))x$((RANDOM % 120 + 1))"
	done
	screen_resize 80x24
	await_screen 'RUNNING'
	await_screen 'write-1'
	screen_keys C-c
	await_screen 'DRAINING'
	screen_keys C-c
	await_end 130
}

with_several_runs_attach_asks_which() {
	local first second run
	cd "$scratch"
	make_photos photos 12
	imgtop run images photos -o one --plan threads:2 --delay write=600000 --detach
	expect_status 0
	first=$(cat "$scratch/out")
	imgtop run images photos -o two --plan sequential --delay write=600000 --detach
	expect_status 0
	second=$(cat "$scratch/out")
	screen_start 132x24 "$IMGTOP" attach
	await_screen "$first .*threads:2"
	await_screen "$second .*sequential"
	screen_keys Home Down Enter
	await_screen 'imgtop +threads:2 '
	screen_keys q
	await_end 0
	for run in "$first" "$first" "$second" "$second"; do
		imgtop ctl "$run" cancel
		expect_status 0
	done
	await 'both have ended' no_process_is_left
}

another_strategy_is_compared_with_the_last() {
	cd "$scratch"
	make_photos photos 12
	screen_start 80x30 "$IMGTOP" run images photos -o small --strategy threads \
		--delay write=400 --no-report
	await_screen '\[End\]'
	screen_keys R
	await_screen 'Run again with'
	screen_keys 1 # the slower one comes second, since it is to be seen at work
	await_screen 'RUNNING'
	await_screen '^ *last .*threads'
	await_screen '\[End\]'
	await_screen 'Compared +threads.* before'
	screen_keys q
	await_end 0
}

sentences_tell_of_a_run() {
	cd "$scratch"
	make_photos photos 10
	imgtop run images photos -o small --plan threads:2 --accessible --no-report
	expect_status 0
	grep -q '^Run .*: workload images, plan threads:2' "$scratch/out" || fail 'no beginning'
	grep -q '^100 percent: 10 of 10 items, 0 failed' "$scratch/out" || fail 'no progress'
	grep -q '^The run has ended after .*: 10 ok, 0 failed\.$' "$scratch/out" || fail 'no end'
	! grep -q $'[\033\r]' "$scratch/out" "$scratch/err" || fail 'the cursor is moved'
}

run_tests \
	settings_stay_and_overrides_do_not \
	a_broken_file_is_explained \
	a_storm_of_sizes_leaves_the_screen_as_a_fresh_one \
	a_run_lives_through_a_storm_of_sizes \
	with_several_runs_attach_asks_which \
	another_strategy_is_compared_with_the_last \
	sentences_tell_of_a_run
