#!/usr/bin/env bash
# dump_test.sh - what is known of a live run is written down: for the command, the signal and a hang
# alike, and also of a run that answers nobody any more.
. "${abs_srcdir:?run it by make check}/tests/faults/lib.sh"
traced

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
	# the helper that takes stacks has let go of all of them
	said 'all((worker["kernel"] or {}).get("state") != "t" for worker in workers.values())'
	said 'any(queue["name"] == "decode" for queue in dump["queues"])'
	said 'dump["supervisor"]["alive"] and dump["supervisor"]["silent_s"] < 5'
	said 'dump["run"]["layout"].startswith("read:1t") and "run images" in dump["run"]["command"]'
	grep -Eq '^  decode-1 \(pid [0-9]+, tid [0-9]+, incarnation 1\): ' "$text" || fail "$(cat "$text")"
	dump "$(find "$XDG_RUNTIME_DIR" -name '*.page')"
	expect_stacks "$json" decode-1 worker_main
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
	start threads:1 --hang-after 8
	await 'the items before are done' some_outputs 2
	kill -STOP "$front" "$supervisor"
	await 'nothing has moved for long' is_past $((SECONDS + 9))
	dump
	said 'dump["supervisor"]["state"] == "T" and dump["supervisor"]["silent_s"] > 1'
	said 'dump["verdict"]["hung"] and workers["read-1"]["finding"] == "hung"'
	said '"a03" in dump["verdict"]["sentence"]'
	expect_stacks "$json" read-1 worker_main
	! has_stacks || said 'any(thread["pid"] == dump["supervisor"]["pid"] and "watch_wait" in [
		frame["function"] for frame in thread["stacks"][0]["frames"]] for thread in dump["threads"])'
	grep -q '^State:.T' "/proc/$supervisor/status" || fail 'the supervisor was woken up'
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

# has_dumps N: so many are there, whole.
has_dumps() {
	local -a files
	mapfile -t files < <(find "$scratch/report" -name 'dump-*.json' -size +0)
	((${#files[@]} >= $1)) && python3 -c 'import json, sys
for name in sys.argv[1:]:
    json.load(open(name))' "${files[@]}" 2>/dev/null
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
		expect_stacks "$json" read-1 worker_main
	done
	await 'the front says where' grep -q '^imgtop: dump: .*/report/dump-' "$scratch/err"
	go_on
}

# A dump takes a second or two: what is asked for meanwhile is done afterwards.
two_signals_make_two_dumps() {
	held processes:1
	kill -USR1 "$supervisor"
	await 'the signal is taken' no_signal_is_pending
	kill -USR1 "$supervisor"
	await 'both dumps' has_dumps 2
	go_on
}

what_cannot_be_written_is_told_with_the_reason() {
	held processes:1
	mv "$scratch/report" "$scratch/moved"
	kill -USR1 "$supervisor"
	await 'the reason' grep -Eq '^imgtop: what is known of the run could not be written down: create .*/report/dump-.*: No such file or directory$' "$scratch/err"
	mv "$scratch/moved" "$scratch/report"
	go_on
}

no_signal_is_pending() {
	grep -Eq '^ShdPnd:.0000000000000000$' "/proc/$supervisor/status"
}

# As it does with kill -USR1 of a whole group, or with the wrong line of ps.
a_signal_that_was_meant_for_the_supervisor_harms_no_host() {
	local host
	make_inputs 12
	gated 'stage=resize;name=a03'
	start 'read:1t | decode-encode:1p | write:1t' -q 1 # so that the walk is still there as well
	await_mark
	for host in walk-1 recorder read decode-1 write; do
		await "$host is there" process_is_there "$host"
		kill -USR1 "$pid_found"
	done
	open_gate
	finish 0
	expect_all_done 12
	expect_json "$scratch/report/workers/decode-1.json" incarnation 1
	! grep -Eq 'killed|died' "$scratch/err" || fail "somebody died: $(cat "$scratch/err")"
}

# Who looks is nobody's debugger: what is refused is told with the reason, and what is known takes its place.
a_tracer_in_the_way_is_named_and_the_fallback_told() {
	held threads:1
	python3 - "$(host_pid read)" >"$scratch/traces" <<-'END' &
		import ctypes, os, sys, time
		libc = ctypes.CDLL(None, use_errno=True)
		libc.ptrace.argtypes = [ctypes.c_long] + [ctypes.c_void_p] * 3
		for tid in os.listdir(f"/proc/{sys.argv[1]}/task"):
		    if libc.ptrace(0x4206, int(tid), None, None):  # PTRACE_SEIZE: it runs on
		        sys.exit(os.strerror(ctypes.get_errno()))
		print("yes", flush=True)
		time.sleep(600)
	END
	tracer=$!
	await 'it is traced' grep -q yes "$scratch/traces"
	dump
	kill "$tracer"
	said 'workers["read-1"]["fallback"]["instead"].startswith("resize of ")'
	! has_stacks || said "'process $tracer traces it' in workers['read-1']['fallback']['reason']"
	grep -q '^    fallback: resize of .*a03' "$text" || fail "$(cat "$text")"
	go_on
}

run_tests \
	a_dump_tells_workers_queues_events_and_plan_of_a_live_run \
	without_a_report_folder_it_lies_in_the_current_one \
	a_run_whose_front_and_supervisor_are_stopped_can_be_dumped_and_is_found_hung \
	a_page_whose_supervisor_was_killed_can_still_be_dumped \
	a_signal_to_the_supervisor_or_to_the_front_makes_one \
	two_signals_make_two_dumps \
	what_cannot_be_written_is_told_with_the_reason \
	a_signal_that_was_meant_for_the_supervisor_harms_no_host \
	a_tracer_in_the_way_is_named_and_the_fallback_told
