#!/usr/bin/env bash
# imgtop demo: the menu of demonstrations, and each of them by its name.
. "${abs_srcdir:?run it by make check}/tests/e2e/lib.sh"

a_demonstration_is_started_by_its_name() {
	cd "$scratch"
	imgtop demo tiny-tasks --report report
	expect_status 0
	expect_json report/summary.json workload drill
	expect_text report/summary.json '"scenario": "tiny-tasks"'
	imgtop demo crash --no-report
	expect_status 1
	expect_text err 'quarantined'
	imgtop demo crash-fixed --report cured
	expect_status 0
	expect_text cured/summary.json '"--fixed"'
	imgtop demo hang --no-report --hang-after 2
	expect_status 3
}

one_under_the_lock_has_it() {
	cd "$scratch"
	imgtop demo cpu-chunks-gil --report report
	expect_status 0
	expect_text report/summary.json '"--gil"'
}

options_of_ones_own_come_first() {
	cd "$scratch"
	have_samples
	imgtop demo images --plan threads:3 --delay read=0 --max 64 --report report -o small
	expect_status 0
	expect_json report/summary.json plan threads:3
	[[ $(find small -name '*.jpg' | wc -l) -eq 60 ]] || fail 'not sixty outputs'
	imgtop demo tiny-tasks --max 64
	expect_status 2
	expect_text err '^imgtop: --max: there is no such option here'
	imgtop demo gil --strategy hybrid --layout 'read-write:1t'
	expect_status 2
}

comparisons_print_their_table_and_leave_nothing() {
	cd "$scratch"
	imgtop demo sum --count 100000
	expect_status 0
	expect_text out '^sum: '
	[[ $(grep -c 'yes$' out) -eq 4 ]] || fail "$(cat out)"
	[[ -z $(find cache -name 'scratch-*') ]] || fail 'a folder is left'
}

an_unknown_name_is_refused_with_those_that_there_are() {
	cd "$scratch"
	imgtop demo lock-ordr
	expect_status 2
	expect_text err "no demonstration 'lock-ordr'; the nearest is lock-order\."
	expect_text err 'There are images, .* web-requests'
	imgtop demo images more
	expect_status 2
	expect_text err '^imgtop: more: one word too many'
}

# The sentences stand in the setup screen and in the menu.
every_scenario_has_a_title_two_sentences_and_what_to_watch() {
	local file text count=0
	for file in "$abs_srcdir"/data/scenarios/*.ini; do
		count=$((count + 1))
		grep -qE '^title = [A-Z].{8,}' "$file" || fail "$file has no title"
		grep -qE '^watch = .{20,}' "$file" || fail "$file does not say what to watch"
		text=$(awk '/^\[/ { part = $0 } part != "[scenario]" { next }
			/^[a-z]+ =/ { inside = /^text =/ } inside { sub(/^text = /, ""); printf "%s ", $0 }' "$file")
		[[ $(grep -oE '[.:;] +[A-Z]|\. *$' <<<"$text" | wc -l) -ge 2 ]] || fail "$file: \"$text\" is not two sentences"
	done
	[[ $count -ge 19 ]] || fail "only $count scenarios"
}

the_menu_is_shown_at_every_size() {
	local size
	screen_start 80x24 "$IMGTOP" demo
	await_screen 'imgtop demonstrations   Enter starts one, q leaves'
	await_screen '▸ images +Photographs through a pipeline'
	await_screen 'Shows +Sixty sample photographs'
	await_screen 'Command +imgtop demo images'
	screen_resize 132x40
	await_screen 'web-requests +Requests to slow servers'
	await_screen '│ Watch +which queue is full'
	screen_resize 40x10
	await_screen '^ Photographs through a pipeline'
	for size in 20x3 10x2 80x24; do
		screen_resize "$size"
	done
	await_screen 'Watch +which queue is full'
	screen_keys q
	await_end 0
}

enter_starts_one_and_q_returns_to_the_menu() {
	# One worker: what is left before it has ended takes seven seconds then.
	screen_start 80x24 "$IMGTOP" demo --no-report --plan threads:1
	await_screen '▸ images'
	screen_keys End Up Up Up Up Up
	await_screen '▸ tiny-tasks'
	screen_keys Enter
	await_screen 'drill 14/14'
	await_screen '\[End\]'
	screen_keys q
	await_screen '▸ tiny-tasks'
	await_screen 'imgtop demonstrations'
	# Another one, which is left before it has ended.
	screen_keys Home
	await_screen '▸ images'
	screen_keys Down Down Down Down Down
	await_screen '▸ assembly-line'
	screen_keys Enter
	await_screen 'RUNNING'
	screen_keys q
	await_screen 'The run is still going on'
	screen_keys c
	await_screen '▸ assembly-line'
	# Ctrl-C is meant for it alone.
	screen_keys Enter
	await_screen 'RUNNING'
	screen_keys C-c
	await_screen '▸ assembly-line'
	screen_keys q
	await_end 0
	await 'every process ends' no_process_is_left
}

what_only_prints_waits_for_enter() {
	screen_start 80x24 "$IMGTOP" demo --no-report --plan threads:1
	await_screen '▸ images'
	screen_keys Down Down Down Down
	await_screen '▸ sum'
	screen_keys Enter
	await_screen 'Enter goes back to the menu'
	screen_keys Enter
	await_screen '▸ sum'
	screen_keys q
	await_end 0
}

run_tests \
	a_demonstration_is_started_by_its_name \
	one_under_the_lock_has_it \
	options_of_ones_own_come_first \
	comparisons_print_their_table_and_leave_nothing \
	an_unknown_name_is_refused_with_those_that_there_are \
	every_scenario_has_a_title_two_sentences_and_what_to_watch \
	the_menu_is_shown_at_every_size \
	enter_starts_one_and_q_returns_to_the_menu \
	what_only_prints_waits_for_enter
