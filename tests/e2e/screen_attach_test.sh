#!/usr/bin/env bash
# Watching runs that others have started: the choice among several, and a run that is told in
# sentences and commanded with keys.
. "${abs_srcdir:?run it by make check}/tests/e2e/lib.sh"

# detached OUTPUT ARGS: a run by itself that has no end of its own; prints its name.
detached() {
	local output=$1
	shift
	"$IMGTOP" run images "$scratch/photos" -o "$scratch/$output" --detach --no-report \
		--delay write=600000 "$@" 2>/dev/null </dev/null
}

# stop_run RUN: at once, which is what a second cancel does.
stop_run() {
	"$IMGTOP" ctl "$1" cancel
	"$IMGTOP" ctl "$1" cancel
}

stop_all() {
	local run
	for run; do
		stop_run "$run"
	done
	await 'the runs end' no_process_is_left
}

# chosen PATTERN: the row that is marked matches it.
chosen() {
	screen_text | grep -E '^ (▸|>) ' | grep -E -- "$1" >/dev/null
}

attach_offers_the_runs_that_go_on() {
	local first second
	cd "$scratch"
	make_photos photos 24
	first=$(detached small-1 --plan threads:2)
	second=$(detached small-2 --plan hybrid:2+1)
	screen_start 80x24 "$IMGTOP" attach
	await_screen '^ imgtop: runs going on; Enter watches one'
	await_screen '^ +RUN +STATE +TIME +ITEMS'
	await_screen "$first +RUNNING .*threads:2"
	await_screen "$second +RUNNING .*hybrid:2"
	await 'the newest is marked' chosen "$second"
	screen_resize 132x40
	await_screen "$second .* images +hybrid:2.1 .*small-2$"
	screen_resize 40x10
	await_screen "$first +RUNNING"
	await_screen 'EnterWatch$'
	screen_resize 20x3
	screen_resize 1x1
	screen_resize 80x24
	await_screen "$first +RUNNING .*threads:2"
	screen_keys F1
	await_screen 'imgtop help'
	screen_keys Escape
	await 'the choice is kept' chosen "$second"
	screen_keys Down
	await 'the other one is marked' chosen "$first"
	screen_keys Enter
	await_screen '^ imgtop +threads:2 +RUNNING'
	screen_keys q
	await_end 0
	stop_all "$first" "$second"
}

a_run_that_ends_leaves_the_choice_to_the_others() {
	local first second third
	cd "$scratch"
	make_photos photos 24
	first=$(detached small-1 --plan threads:2)
	second=$(detached small-2 --plan threads:2)
	third=$(detached small-3 --plan processes:1)
	screen_start 80x24 "$IMGTOP" attach
	await_screen "$first"
	screen_keys Down Down
	await 'the oldest is marked' chosen "$first"
	stop_run "$third"
	await_screen_without "$third"
	await 'and stays so when another ends' chosen "$first"
	screen_keys q
	await_end 0
	stop_all "$first" "$second"
}

# say KEY PATTERN: what the key is answered with.
say() {
	screen_keys "$1"
	await_screen "$2"
}

# Asked again and again: at its very beginning a run is still starting.
is_told_to_run() {
	screen_keys Space
	screen_shows '^RUNNING for .* of [0-9]+ items'
}

sentences_have_keys_and_questions() {
	cd "$scratch"
	make_photos photos 100 64x48
	screen_start 100x250 "$IMGTOP" run images photos -o small --plan hybrid:2+2 \
		--delay write=2000 --accessible
	await_screen '^Press h to hear the keys'
	say h '^F9 k: act on the selected worker'
	await 'the run goes on' is_told_to_run
	say Down '^read-1, worker [0-9]+: '
	say Down '^decode-1, worker [0-9]+: '
	say b "^the stacks of decode-1's process are being taken"
	await_screen '^(.* ago decode-1 stood still|There is no stack of decode-1)'
	say ']' '^asked for one worker more at decode'
	await_screen '^Worker decode-3 has joined'
	say k '^decode-1, worker [0-9]+, incarnation 1$'
	say k '^Kill decode-1\?$'
	say n '^nothing was done'
	screen_keys k k
	say y '^asked the run to kill decode-1 \(incarnation 1\)'
	await_screen '^Worker decode-1 was started again, incarnation 2'
	say '[' '^asked for one worker less at decode'
	await_screen '^Worker decode-[0-9] has ended: retired'
	say p '^The run is paused'
	screen_keys p
	await_screen '^the pipeline goes on'
	say q '^c: cancel: finish begun items$'
	screen_keys c
	await_end 130
	# nothing was drawn: no cursor movement, no alternate screen, nothing taken back
	screen_shows '^Press h to hear the keys' || fail 'what was said first is gone'
}

ctrl_c_and_ctrl_z_work_without_a_screen() {
	cd "$scratch"
	make_photos photos 100 64x48
	screen_shell 100x60
	screen_command "$IMGTOP run images photos -o small --plan threads:2 --delay write=2000 --accessible"
	await_screen '^Press h to hear the keys'
	screen_keys C-z
	await_screen 'Stopped'
	screen_command 'stty -a | grep -o "[-]*icanon"; fg'
	await_screen '^icanon'
	say w '^read-2, worker [0-9]+: '
	screen_keys C-c
	await_screen 'finishing the items begun'
	await_screen '^The run has ended after'
	screen_command 'exit $?'
	await_end 130
}

a_run_in_sentences_is_let_go_and_attached_to() {
	local run
	cd "$scratch"
	make_photos photos 24
	screen_start 100x60 "$IMGTOP" run images photos -o small --plan threads:2 \
		--delay write=1000 --no-report --accessible
	await_screen '^Press h'
	await 'the run goes on' is_told_to_run
	say p '^The run is paused' # it must not end before it is attached to
	screen_keys q
	await_screen '^d: detach'
	screen_keys d
	await_screen '^The run goes on; watch it with: imgtop attach'
	await_end 0
	run=$(screen_text | sed -n 's/.*imgtop attach //p')
	screen_start 100x60 "$IMGTOP" attach "$run" --accessible
	await_screen '^Press h'
	say w '^read-1, worker [0-9]+: '
	say p '^the pipeline goes on'
	screen_keys q
	await_screen '^The run goes on'
	await_end 0
	await 'the run ends by itself' no_process_is_left
	[[ $(find small -name '*.jpg' | wc -l) -eq 24 ]] || fail 'an output is missing'
}

# Keys of a terminal in whose background it is would stop the program.
in_the_background_there_are_no_keys() {
	cd "$scratch"
	make_photos photos 6
	screen_shell 100x60
	screen_command "$IMGTOP run images photos -o small --plan threads:2 --accessible & wait"
	await_screen '^The run has ended after'
	screen_lacks '^Press h' || fail 'it took keys in the background'
	screen_command 'exit 7'
	await_end 7
}

run_tests \
	attach_offers_the_runs_that_go_on \
	a_run_that_ends_leaves_the_choice_to_the_others \
	sentences_have_keys_and_questions \
	ctrl_c_and_ctrl_z_work_without_a_screen \
	a_run_in_sentences_is_let_go_and_attached_to \
	in_the_background_there_are_no_keys
