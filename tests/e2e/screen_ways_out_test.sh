#!/usr/bin/env bash
# Every way out of the screen gives the terminal back as it was: modes, alternate screen, cursor, mouse. await_end
# compares them; here stand the ways.
. "${abs_srcdir:?run it by make check}/tests/e2e/lib.sh"

# start_run [OPTION...]: one that goes on until it is told to end, with the mouse in use.
start_run() {
	cd "$scratch"
	make_photos photos "${photos:-100}" 64x48
	screen_start 80x24 "$IMGTOP" run images photos -o small --report report --plan hybrid:2+2 \
		--delay write=300 "$@"
	await_screen 'RUNNING'
	await_screen 'write-1'
	[[ $(screen_tmux display-message -p '#{alternate_on} #{cursor_flag} #{mouse_any_flag}') = '1 0 1' ]] ||
		fail 'the terminal is not in use as expected: this test could not fail'
}

supervisor_of() {
	tr -d ' \n' <"/proc/$1/task/$1/children"
}

q_leaves_the_setup() {
	cd "$scratch"
	screen_start 80x24 "$IMGTOP"
	await_screen 'imgtop setup'
	screen_keys F10
	await_end 0
}

q_and_c_drain_and_leave() {
	start_run
	screen_keys q
	await_screen 'cancel: finish begun items'
	screen_keys c
	await_end 130
	expect_no_trace small
}

q_and_d_leave_the_run_to_itself() {
	photos=24 start_run
	screen_keys q d
	await_end 0
	await 'the run ends by itself' no_process_is_left
}

q_works_on_every_screen_and_at_every_size() {
	local size key
	cd "$scratch"
	make_photos photos 12
	imgtop run images photos -o small --plan threads:2 --report report
	expect_status 0
	for size in 80x24 40x10 19x2 1x1; do
		for key in '' Tab C F1; do
			screen_start 80x24 "$IMGTOP" replay report
			await_screen REPLAY
			screen_resize "$size"
			[[ -z $key ]] || screen_keys "$key"
			screen_keys q
			await_end 0
		done
	done
}

ctrl_c_drains_and_leaves() {
	start_run
	screen_keys C-c
	await_end 130
	expect_no_trace small
}

sigterm_drains_and_leaves() {
	start_run
	kill -TERM "$(screen_pid)"
	await_end 143
	expect_no_trace small
}

sighup_drains_and_leaves() {
	start_run
	kill -HUP "$(screen_pid)"
	await_end 129
	expect_no_trace small
}

a_segmentation_fault_of_the_screen_leaves_no_trace() {
	start_run
	kill -SEGV "$(screen_pid)"
	await_end 139
	await 'the run ends with its screen' no_process_is_left
}

a_segmentation_fault_of_the_supervisor_ends_the_run_only() {
	local front
	start_run
	front=$(screen_pid)
	kill -SEGV "$(supervisor_of "$front")"
	await_screen 'SUPERVISOR DIED'
	screen_keys q
	await_end 4
	await 'the workers end too' no_process_is_left
}

a_segmentation_fault_of_a_worker_costs_no_screen() {
	local host
	start_run --retries 5
	host=$(process_of decode-1)
	kill -SEGV "$host"
	await_screen 'Log 1!'
	screen_keys C-c
	await_end 130
}

# process_of NAME: the process of that worker, from its row.
process_of() {
	local row
	screen_resize 132x40
	await_screen "$1 +[0-9]+/"
	row=$(screen_text | grep -E "^ *[0-9]+ $1 ")
	sed -E "s|.* $1 +([0-9]+)/.*|\1|" <<<"$row"
}

a_terminal_that_is_closed_ends_and_saves_the_run() {
	start_run
	screen_stop
	expect_no_trace small
	[[ -s report/summary.json ]] || fail 'no report was saved'
	expect_json report/summary.json exit_code 129
}

run_tests \
	q_leaves_the_setup \
	q_and_c_drain_and_leave \
	q_and_d_leave_the_run_to_itself \
	q_works_on_every_screen_and_at_every_size \
	ctrl_c_drains_and_leaves \
	sigterm_drains_and_leaves \
	sighup_drains_and_leaves \
	a_segmentation_fault_of_the_screen_leaves_no_trace \
	a_segmentation_fault_of_the_supervisor_ends_the_run_only \
	a_segmentation_fault_of_a_worker_costs_no_screen \
	a_terminal_that_is_closed_ends_and_saves_the_run
