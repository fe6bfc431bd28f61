#!/usr/bin/env bash
# dump_test.sh - what is known of a live run is written down: for the command, the signal and a hang
# alike, and also of a run that answers nobody any more.
. "${abs_srcdir:?run it by make check}/tests/faults/lib.sh"

# dump [RUN]: leaves $text and $json, the files of the dump.
dump() {
	IMGTOP_FAILPOINT='' imgtop_beside dump "$@"
	[[ $status -eq 0 ]] || fail "dump $*: $(cat "$scratch/ctl")"
	text=$(cat "$scratch/ctl")
	json=${text%.txt}.json
	expect_private
}

expect_private() {
	[[ $(stat -c %a "$text" "$json") = $'600\n600' ]] || fail "others may read $text"
}

# said CODE: python that sees the JSON as `dump`.
said() {
	python3 -c "import json, sys
dump = json.load(open(sys.argv[1]))
workers = {worker['name']: worker for worker in dump['workers']}
sys.exit(not ($1))" "$json" || fail "not so: $1: $(cat "$text")"
}

# held PLAN [OPTION...]: a run that stands in resize with a03 in hand.
held() {
	make_inputs 6
	gated 'stage=resize;name=a03'
	start "$@"
	await_mark
}

go_on() {
	open_gate
	finish 0
	expect_all_done 6
}

a_dump_tells_workers_queues_events_and_plan_of_a_live_run() {
	held 'read:1t | decode-encode:1p | write:1t'
	dump
	[[ $text = "$scratch"/report/dump-*.txt ]] || fail "it lies in $text"
	said 'dump["schema"] == 1 and dump["run"]["state"] == "RUNNING"'
	said 'workers["decode-1"]["stage"] == "resize" and "a03" in workers["decode-1"]["item"]'
	said 'workers["decode-1"]["kernel"]["state"] in "RS" and workers["decode-1"]["events"]'
	said 'any(queue["name"] == "decode" for queue in dump["queues"])'
	said 'dump["supervisor"]["alive"] and dump["supervisor"]["silent_s"] < 5'
	said 'dump["run"]["layout"].startswith("read:1t") and "run images" in dump["run"]["command"]'
	grep -Eq '^  decode-1 \(pid [0-9]+, tid [0-9]+, incarnation 1\): ' "$text" || fail "$(cat "$text")"
	dump "$(find "$XDG_RUNTIME_DIR" -name '*.page')"
	go_on
}

without_a_report_folder_it_lies_in_the_current_one() {
	make_inputs 6
	gated 'stage=resize;name=a03'
	"$IMGTOP" run images "$scratch/in" -o "$scratch/small" --plan threads:1 --no-report --batch \
		</dev/null >"$scratch/out" 2>"$scratch/err" &
	front=$!
	await_mark
	cd "$scratch"
	dump
	[[ $text = ./dump-*.txt ]] || fail "it lies in $text"
	open_gate
	finish 0
}

# A cold look: the time that nothing has moved is taken from the page.
a_run_whose_front_and_supervisor_are_stopped_can_be_dumped_and_is_found_hung() {
	make_inputs 6
	export IMGTOP_FAILPOINT='stage=resize;action=hang;name=a03'
	start threads:1 --hang-after 4
	await 'the items before are done' some_outputs 2
	kill -STOP "$front" "$supervisor"
	await 'nothing has moved for long' is_past $((SECONDS + 5))
	dump
	said 'dump["supervisor"]["state"] == "T" and dump["supervisor"]["silent_s"] > 1'
	said 'dump["verdict"]["hung"] and workers["read-1"]["finding"] == "hung"'
	said '"a03" in dump["verdict"]["sentence"]'
	kill -CONT "$supervisor" "$front"
	finish 3
}

# No event tells that nothing has happened for a while.
is_past() {
	((SECONDS > $1))
}

a_page_whose_supervisor_was_killed_can_still_be_dumped() {
	held threads:1
	kill -STOP "$front"
	kill -KILL "$supervisor"
	await 'the worker is gone' process_is_gone read
	dump
	said 'not dump["supervisor"]["alive"] and workers["read-1"]["stage"] == "resize"'
	kill -CONT "$front"
	finish 4
}

dumps() {
	find "$scratch/report" -name 'dump-*.json' -size +0 | wc -l
}

has_dumps() {
	[[ $(dumps) -ge $1 ]]
}

a_signal_to_the_supervisor_or_to_the_front_makes_one() {
	held processes:1
	kill -USR1 "$supervisor"
	await 'the dump of the supervisor' has_dumps 1
	kill -USR1 "$front"
	await 'the dump of the front' has_dumps 2
	for json in "$scratch"/report/dump-*.json; do
		text=${json%.json}.txt
		expect_private
	done
	expect_text "$scratch/err" '^imgtop: dump: .*/report/dump-'
	go_on
}

run_tests \
	a_dump_tells_workers_queues_events_and_plan_of_a_live_run \
	without_a_report_folder_it_lies_in_the_current_one \
	a_run_whose_front_and_supervisor_are_stopped_can_be_dumped_and_is_found_hung \
	a_page_whose_supervisor_was_killed_can_still_be_dumped \
	a_signal_to_the_supervisor_or_to_the_front_makes_one
