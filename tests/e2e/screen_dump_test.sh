#!/usr/bin/env bash
# The keys that write down what is known of a run, and its trace: of one that goes on, of one that has ended, of a
# saved one, and of somebody else's.
. "${abs_srcdir:?run it by make check}/tests/e2e/lib.sh"
traced

# One that goes on for longer than two dumps take on any machine.
start_run() {
	cd "$scratch"
	make_photos photos 100 64x48
	screen_start 80x24 "$IMGTOP" run images photos -o small --report report --plan hybrid:2+2 \
		--delay write=300
	await_screen 'RUNNING'
	await_screen 'write-1'
	await_screen '[1-9]/'
}

is_json() {
	python3 -c 'import json, sys; json.load(open(sys.argv[1]))' "$1" || fail "$1 is no JSON"
}

a_live_run_is_dumped_and_traced_by_a_key() {
	need python3
	start_run
	screen_keys D
	await_screen 'written: .*report/dump-.*\.txt'
	[[ $(stat -c %a report/dump-*.txt report/dump-*.json) = $'600\n600' ]] || fail 'others may read it'
	is_json report/dump-*.json
	screen_keys e
	await_screen 'written so far: .*report/trace\.json'
	is_json report/trace.json
	grep -q '"ph":"X"' report/trace.json || fail 'the trace has no slices'
	screen_keys q c
	await_end 130
	is_json report/trace.json
	[[ -z $(find report -name '.imgtop-*') ]] || fail "left over: $(find report)"
}

b_shows_where_the_workers_stand() {
	grep -q 'HAVE_LIBDW 1' "${abs_builddir:?}/config.h" || skip 'built without libdw'
	start_run
	screen_keys / w r i t e - 1 Enter b
	await_screen 'Stack of write-1, pid '
	await_screen 'taken .* ago; the thread stood still for at most'
	await_screen 'worker_main at src/engine/worker\.c:'
	screen_keys Escape Enter
	await_screen 'Stack     of .* ago; b takes it again'
	screen_keys q c
	await_end 130
}

a_run_that_is_attached_to_is_dumped_too() {
	cd "$scratch"
	make_photos photos 100 64x48
	imgtop run images photos -o small --report report --plan threads:1 --delay write=300 --detach
	expect_status 0
	screen_start 80x24 "$IMGTOP" attach
	await_screen 'RUNNING'
	screen_keys D
	await_screen 'written: .*report/dump-.*\.txt'
	imgtop ctl cancel
	expect_status 0
	await 'the run ends' no_process_is_left
}

of_a_saved_run_it_is_said_where_the_trace_is() {
	cd "$scratch"
	make_photos photos 3
	imgtop run images photos -o small --report report --plan threads:1
	expect_status 0
	mv report moved
	screen_start 80x24 "$IMGTOP" replay moved
	await_screen REPLAY
	screen_keys e
	await_screen 'ui\.perfetto\.dev opens: moved/trace\.json'
	rm moved/trace.json
	screen_keys e
	await_screen 'moved/trace\.json: No such file'
	screen_keys q
	await_end 0
}

run_tests \
	a_live_run_is_dumped_and_traced_by_a_key \
	b_shows_where_the_workers_stand \
	a_run_that_is_attached_to_is_dumped_too \
	of_a_saved_run_it_is_said_where_the_trace_is
