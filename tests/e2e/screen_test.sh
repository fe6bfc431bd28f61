#!/usr/bin/env bash
# The live screen, driven as a user drives it: setup, a run with its keys, its end, attach, replay.
. "${abs_srcdir:?run it by make check}/tests/e2e/lib.sh"

# start_run SIZE ARGS: a run of few photographs that takes its time.
#   How long a test takes to press its keys is the machine's business: a run that must not be over before is paused, or
#   endless, and then stopped by two Ctrl-C.
endless=(--delay write=600000)

start_run() {
	local size=$1
	shift
	cd "$scratch"
	make_photos photos 24
	screen_start "$size" "$IMGTOP" run images photos -o small --plan hybrid:2+2 \
		--delay write=300 "$@"
	await_screen 'RUNNING'
	await_screen 'write-1'
}

# stop_at_once: by two Ctrl-C; the second is one of its own when the first has been seen.
stop_at_once() {
	screen_keys C-c
	await_screen 'DRAINING'
	screen_keys C-c
	await_end 130
}

# through_tabs NAME...: Tab again and again, each time to the tab of that name.
through_tabs() {
	local name
	for name; do
		screen_keys Tab
		await_screen "\\[$name"
	done
}

the_first_enter_on_a_fresh_machine_starts_a_real_run() {
	cd "$scratch"
	screen_start 80x24 "$IMGTOP"
	await_screen 'none given: Enter makes the built-in sample photos'
	await_screen 'Command +imgtop run images'
	screen_keys Enter
	await_screen '\[End\]'
	await_screen 'Verdict'
	screen_keys q
	await_end 0
	screen_shows '^Items .* 0 failed' || fail 'no summary after the screen was left'
	[[ -n $(find imgtop-output -name '*.jpg' -print -quit) ]] || fail 'nothing was written'
}

every_size_shows_what_fits() {
	start_run 80x24 "${endless[@]}"
	await_screen '^ID. NAME +ST +STAGE +ITEM'
	screen_resize 132x40
	await_screen 'PID/TID'
	screen_resize 40x10
	await_screen '^NAME +ST +STAGE +FOR'
	screen_resize 30x6
	await_screen '^decode-1 +[A-Z] '
	screen_resize 60x2
	await_screen_without 'decode-1'
	await_screen 'RUNNING'
	screen_resize 1x1
	screen_resize 80x24
	await_screen 'decode-1'
	stop_at_once
}

ctrl_c_drains_saves_and_sums_up() {
	start_run 80x24
	find_host write || fail 'nobody writes'
	kill -STOP "$pid_found" # what was begun cannot be finished until this has been seen
	screen_keys C-c
	await_screen 'DRAINING'
	kill -CONT "$pid_found"
	await_end 130
	screen_resize 100x50
	await_screen '^Items .*pending'
	expect_no_trace small
}

a_second_ctrl_c_stops_at_once() {
	start_run 80x24 "${endless[@]}"
	stop_at_once
	expect_no_trace small
}

live_keys_act_on_the_run() {
	start_run 132x40 "${endless[@]}"
	screen_keys Down
	screen_keys ']'
	await_screen 'decode-3 '
	screen_keys +
	await_screen 'q decode .*/5'
	screen_keys p
	await_screen 'PIPELINE PAUSED'
	screen_keys Z
	await_screen 'VIEW FROZEN'
	screen_keys Z
	screen_keys p
	await_screen 'RUNNING'
	stop_at_once
}

a_worker_is_retired_and_an_item_abandoned_live() {
	start_run 132x40 "${endless[@]}"
	screen_keys Down
	screen_keys ']'
	await_screen 'decode-3 .*queue write \(full\)'
	screen_keys '['
	await_screen 'decode-3 .*retiring: q'
	screen_keys /
	screen_type decode-3
	screen_keys Enter k
	await_screen 'decode-3, worker [0-9]+, incarnation 1'
	screen_keys a
	await_screen 'Abandon decode-3\?'
	screen_keys y
	await_screen 'decode-3 .* F .*retired'
	await_screen 'failed 1'
	await_screen 'Log 1!'
	stop_at_once
}

a_killed_worker_comes_back_under_its_name() {
	start_run 80x24
	screen_keys p
	await_screen 'PIPELINE PAUSED'
	screen_keys Down
	screen_keys k
	await_screen 'decode-1, worker [0-9]+, incarnation 1'
	screen_keys k
	await_screen 'Kill decode-1\?'
	screen_keys y
	await_screen 'Log 1!'
	through_tabs Queues Timeline Log
	await_screen 'decode-1 .*killed'
	screen_keys p
	await_screen '\[End\]'
	screen_keys q
	await_end 0
	[[ $(find small -name '*.jpg' | wc -l) -eq 24 ]] || fail 'an output is missing'
}

the_tabs_show_the_same_run() {
	start_run 100x30 "${endless[@]}"
	through_tabs Queues
	await_screen '^QUEUE +DEPTH +USED'
	await_screen '(Bottleneck|No bottleneck|One station|Balanced)'
	screen_keys Down
	await_screen 'From read, pushing blocked'
	screen_keys +
	await_screen '^decode .* [0-9]/5 '
	through_tabs Timeline
	await_screen '^write-1 .*d{2}'
	screen_keys Down Down Down Down
	screen_keys Left Enter
	await_screen 'Duration: '
	await_screen 'Item: '
	screen_keys d
	await_screen '^ Worker +(read|decode|write)-[0-9]'
	await_screen 'States in the last 10 s'
	screen_keys Escape
	await_screen '\[Timeline'
	through_tabs Log
	stop_at_once
}

quitting_asks_and_detaching_leaves_the_run_to_itself() {
	start_run 80x24
	screen_keys p
	await_screen 'PIPELINE PAUSED'
	screen_keys q
	await_screen 'detach: the run goes on alone'
	screen_keys d
	await_end 0
	screen_start 80x24 "$IMGTOP" attach
	await_screen 'PIPELINE PAUSED'
	screen_keys p
	await_screen 'RUNNING'
	screen_keys q
	await_end 0
	imgtop attach
	expect_status 2
	await 'the run ends by itself' no_process_is_left
	[[ $(find small -name '*.jpg' | wc -l) -eq 24 ]] || fail 'an output is missing'
}

a_stopped_program_gives_the_terminal_back_and_draws_again() {
	cd "$scratch"
	make_photos photos 24
	screen_shell 80x24
	screen_command "$IMGTOP run images photos -o small ${endless[*]}"
	await_screen 'RUNNING'
	screen_keys C-z
	await_screen 'Stopped'
	await_screen_without 'RUNNING'
	screen_command 'stty -a | grep -o "[-]*icanon"; fg'
	await_screen 'F10Quit'
	screen_keys C-c
	await_screen 'DRAINING'
	screen_keys C-c
	await_screen '^Items '
	screen_command 'exit $?'
	await_end 130
}

a_dead_supervisor_ends_the_run_and_not_the_terminal() {
	local front supervisor
	start_run 80x24 "${endless[@]}"
	front=$(screen_pid)
	supervisor=$(tr -d ' \n' <"/proc/$front/task/$front/children")
	kill -KILL "$supervisor"
	await_screen 'SUPERVISOR DIED'
	screen_keys q
	await_end 4
	await 'the workers end too' no_process_is_left
}

# What is said of the cell under the cursor, in $cell.
look_at_cell() {
	look
	cell=$(grep -E '^ *decode-1 at ' <<<"$seen" || true)
}

cell_changes() {
	local before=$cell
	look_at_cell
	[[ $cell != "$before" ]]
}

# go_right_to PATTERN: the cursor moves on until the cell under it is described so.
go_right_to() {
	await_screen '^ *decode-1 at '
	look_at_cell
	until [[ $cell =~ $1 ]]; do
		screen_keys Right
		await "there is a cell of '$1'" cell_changes
	done
}

a_terminal_that_takes_only_lines_gets_lines() {
	cd "$scratch"
	make_photos photos 2
	screen_start 100x50 env TERM=dumb "$IMGTOP" run images photos -o small --no-report
	await_end 0
	screen_shows 'TERM=dumb cannot be drawn on' || fail 'not said why'
	screen_shows '^Items +2 found: 2 ok' || fail 'no summary'
}

what_is_no_report_is_refused_in_a_sentence() {
	cd "$scratch"
	mkdir folder
	screen_start 132x24 "$IMGTOP" replay folder
	await_end 2
	screen_shows "^imgtop: replay: 'folder' is not the report folder of a run" || fail 'not said'
}

a_saved_run_is_replayed() {
	cd "$scratch"
	make_photos photos 12
	imgtop run images photos -o small --plan hybrid:2+2 --delay write=100 --report report
	expect_status 0
	screen_start 80x24 "$IMGTOP" replay report
	await_screen 'REPLAY.*images [0-9]+/'
	await_screen 'decode-1'
	screen_keys Space
	await_screen 'REPLAY stopped'
	screen_keys ']'
	await_screen 'this is a saved run'
	screen_keys End
	await_screen 'end of the recording'
	# the first picture is long gone, and its name stands in the joblog
	screen_keys Tab Tab
	await_screen '\[Timeline'
	screen_keys Home Down Down Down
	go_right_to 'decode-1 at 0:0.*, photos/'
	screen_keys BTab BTab
	await_screen '\[Workers'
	screen_keys Down Down Down Enter
	await_screen 'Percentiles are those of the whole run'
	screen_keys q
	await_end 0
}

an_ascii_locale_gets_ascii() {
	cd "$scratch"
	make_photos photos 12
	screen_start 132x40 env LC_ALL=C "$IMGTOP" run images photos -o small --plan threads:2 "${endless[@]}"
	await_screen 'read-2'
	look
	! LC_ALL=C grep -q '[^ -~]' <<<"$seen" || fail 'something is not ASCII'
	stop_at_once
}

names_with_escape_sequences_are_harmless() {
	cd "$scratch"
	make_photos photos 4
	make_odd_names odd "$(one_of photos)"
	screen_start 132x40 "$IMGTOP" run images odd -o small --plan threads:2 --delay write=800
	await_screen 'esc\?\[31mred'
	await_screen '\[End\]'
	screen_keys q
	await_end 0
}

run_tests \
	the_first_enter_on_a_fresh_machine_starts_a_real_run \
	every_size_shows_what_fits \
	ctrl_c_drains_saves_and_sums_up \
	a_second_ctrl_c_stops_at_once \
	live_keys_act_on_the_run \
	a_worker_is_retired_and_an_item_abandoned_live \
	the_tabs_show_the_same_run \
	a_killed_worker_comes_back_under_its_name \
	quitting_asks_and_detaching_leaves_the_run_to_itself \
	a_stopped_program_gives_the_terminal_back_and_draws_again \
	a_dead_supervisor_ends_the_run_and_not_the_terminal \
	a_terminal_that_takes_only_lines_gets_lines \
	what_is_no_report_is_refused_in_a_sentence \
	a_saved_run_is_replayed \
	an_ascii_locale_gets_ascii \
	names_with_escape_sequences_are_harmless
