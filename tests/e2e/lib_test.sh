#!/usr/bin/env bash
# The tests' own tools hold what they promise; a tool that never fails would hide every fault.
# shellcheck disable=SC2016 # dollars of inner shells and of what is typed
. "${abs_srcdir:?run it by make check}/tests/e2e/lib.sh"

# fails COMMAND...: true when it fails, as a test would, within a second.
fails() {
	! (
		await_limit=1
		"$@"
	) 2>/dev/null
}

a_screen_has_the_size_that_was_asked_for() {
	screen_start 132x40 bash -c 'stty size; read -r _; stty size'
	await_screen '^40 132$'
	screen_resize 40x10
	screen_keys Enter
	await_screen '^10 40$'
	await_end 0
}

keys_reach_the_program() {
	screen_start 80x24 bash -c 'read -r words; echo "got <$words>"'
	screen_type 'q; $x F10'
	screen_keys Enter
	await_screen 'got <q; \$x F10>'
	await_screen_without 'nothing like this'
	await_end 0
}

what_is_never_shown_fails() {
	screen_start 80x24 cat
	fails await_screen 'never'
	screen_type 'always'
	await_screen 'always'
	fails await_screen_without 'always'
}

an_exit_status_is_told() {
	screen_start 80x24 bash -c 'exit 3'
	await_end 3
	fails await_end 0
}

what_was_written_last_is_seen_when_the_program_has_ended() {
	screen_start 80x24 bash -c 'seq 1 200000; echo last'
	await_end 0
	screen_shows '^last$' || fail 'not all of it is there'
}

a_program_killed_by_ctrl_c_ends_with_130() {
	screen_start 80x24 cat
	screen_type 'ready'
	await_screen 'ready'
	await 'the program itself runs' screen_runs cat
	screen_keys C-c
	await_end 130
}

a_terminal_left_raw_fails() {
	screen_start 80x24 stty -echo
	fails await_end 0
}

an_alternate_screen_that_is_not_left_fails() {
	screen_start 80x24 printf '\033[?1049h'
	fails await_end 0
	screen_start 80x24 printf '\033[?1049h\033[?1049l'
	await_end 0
}

a_value_is_read_from_json() {
	printf '{\n "items": { "found": 12, "ok": 11 },\n "name": "a b", "rate": 1.5e3 }\n' >"$scratch/j"
	expect_json "$scratch/j" found 12
	expect_json "$scratch/j" ok 11
	expect_json "$scratch/j" name 'a b'
	expect_json "$scratch/j" rate 1.5e3
	fails expect_json "$scratch/j" ok 12
	fails expect_json "$scratch/j" absent 1
}

folders_that_differ_are_told_apart() {
	mkdir "$scratch/a" "$scratch/b"
	echo 1 | tee "$scratch/a/x" >"$scratch/b/x"
	same_tree "$scratch/a" "$scratch/b"
	echo 2 >"$scratch/b/x"
	fails same_tree "$scratch/a" "$scratch/b"
}

only_processes_of_this_test_are_its_own() {
	local other
	IMGTOP=$(command -v sleep)
	expect_no_trace "$scratch"
	env IMGTOP_TEST_SCRATCH=/elsewhere sleep 600 &
	other=$!
	expect_no_trace "$scratch"
	sleep 600 &
	await 'it is seen' own_process "$!"
	fails expect_no_trace "$scratch"
	kill "$!" "$other"
	expect_no_trace "$scratch"
	touch "$scratch/.imgtop-1-1"
	fails expect_no_trace "$scratch"
}

run_tests \
	a_screen_has_the_size_that_was_asked_for \
	keys_reach_the_program \
	what_is_never_shown_fails \
	an_exit_status_is_told \
	what_was_written_last_is_seen_when_the_program_has_ended \
	a_program_killed_by_ctrl_c_ends_with_130 \
	a_terminal_left_raw_fails \
	an_alternate_screen_that_is_not_left_fails \
	a_value_is_read_from_json \
	folders_that_differ_are_told_apart \
	only_processes_of_this_test_are_its_own
