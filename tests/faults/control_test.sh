#!/usr/bin/env bash
# control_test.sh - commands to a run, by their effect: what its JSON Lines, processes and report show.
. "${abs_srcdir:?run it by make check}/tests/faults/lib.sh"

# held PLAN [OPTION...]: a run whose workers, all that read, are held at their first item's read.
held() {
	local readers=1
	[[ $1 = *'|'* ]] || readers=${1#*:}
	make_inputs 12
	gated stage=read
	start "$@" --json
	await_marks "$readers"
}

# refused PATTERN VERB [ARGUMENT...]
refused() {
	local pattern=$1
	shift
	IMGTOP_FAILPOINT='' imgtop_beside ctl "$@"
	[[ $status -eq 1 ]] || fail "ctl $*: exit status $status"
	expect_text "$scratch/ctl" "$pattern"
}

# shown PATTERN: a line of the last second's says so.
shown() {
	grep -qE -- "$1" <<<"$(tail -n 40 "$scratch/out")"
}

await_shown() {
	await "the run shows $1" shown "$1"
}

worker_is() {
	await_shown "\"type\":\"worker\".*\"name\":\"$1\".*\"state\":\"$2\""
}

a_paused_run_stops_at_a_stage_border_and_goes_on_when_it_is_resumed() {
	local plan
	for plan in processes:2 threads:2; do
		rm -rf "$scratch"/{in,photos,reference,small,report,gate,mark}
		held "$plan"
		ctl pause
		await_shown '"type":"interval","state":"PAUSED"'
		open_gate
		worker_is read-1 paused
		worker_is read-2 paused
		[[ $(outputs) -eq 0 ]] || fail 'it went on'
		ctl resume
		finish 0
		expect_all_done 12
		[[ $(worker_json read-1 paused_s) != 0.0 ]] || fail 'no pause in the report'
	done
}

a_paused_run_can_be_cancelled() {
	held processes:1
	await_all_found
	ctl pause
	await_shown '"type":"interval","state":"PAUSED"'
	ctl cancel
	open_gate
	finish 130
	expect_survived
	[[ $(count_of pending) -ge 1 && $(count_of ok) -ge 1 ]] || fail 'it was not drained'
}

an_added_process_works() {
	held processes:1
	ctl add read
	await 'it is started' process_is_there read-2
	open_gate
	finish 0
	expect_all_done 12
	[[ $(worker_json read-2 ended) = finished ]] || fail 'no report of it'
}

an_added_thread_works() {
	held threads:1
	ctl add read
	await 'it is started' has_thread read read-2
	open_gate
	finish 0
	expect_all_done 12
	[[ $(worker_json read-2 ended) = finished ]] || fail 'no report of it'
}

# It ends after its item; what was sent to it goes to the others.
a_retired_worker_finishes_its_item_and_ends() {
	local plan
	for plan in processes:2 threads:2; do
		rm -rf "$scratch"/{in,photos,reference,small,report,gate,mark}
		held "$plan"
		ctl retire read-2
		refused 'last worker' retire read-1
		open_gate
		finish 0
		expect_all_done 12
		[[ $(worker_json read-2 ended) = retired ]] || fail "$(worker_json read-2 ended)"
		expect_json "$scratch/report/summary.json" retried 0
	done
}

a_station_in_the_middle_grows_and_shrinks() {
	make_inputs 12
	gated stage=decode
	start hybrid:2+2 --json
	await_mark
	ctl add decode
	await 'it is started' process_is_there decode-3
	ctl retire decode
	ctl retire decode
	refused 'last worker' retire decode
	ctl add write
	await 'it is started' has_thread write write-2
	open_gate
	finish 0
	expect_all_done 12
}

a_capacity_changes_the_queue() {
	make_inputs 12
	gated stage=decode
	start hybrid:2+2 --json
	await_mark
	ctl capacity decode 1
	await_shown '"name":"decode","depth":[0-9]+,"capacity":1,'
	ctl capacity intake 2
	await_shown '"name":"intake","depth":[0-9]+,"capacity":2,'
	refused 'no queue' capacity encode 3
	open_gate
	finish 0
	expect_all_done 12
}

a_queue_inside_a_host_changes_too() {
	make_inputs 12
	gated stage=decode
	start 'read:1t | decode-write:2t' --json
	await_mark
	ctl capacity decode 9
	await_shown '"name":"decode","depth":[0-9]+,"capacity":9,'
	open_gate
	finish 0
	expect_all_done 12
}

a_worker_killed_on_request_is_replaced_and_its_item_tried_again() {
	local pid
	held processes:2
	pid=$(host_pid read-1)
	ctl kill read-1
	await 'it is replaced' another_pid read-1 "$pid"
	refused 'incarnation' kill read-1 1
	open_gate
	finish 0
	expect_all_done 12
	expect_json "$scratch/report/summary.json" retried 1
	[[ $(worker_json read-1 incarnation) = 2 ]] || fail 'no second incarnation'
}

an_item_abandoned_while_it_waits_for_room_costs_no_worker() {
	make_inputs 5
	start 'read-decode:1p | resize-write:1p' --json -q 1 --delay resize=600000
	await_shown '"name":"read-1".*"state":"put".*"item":"[^"]*a03\.jpg"'
	ctl abandon read-1
	await_shown '"name":"read-1".*"item":"[^"]*a04\.jpg"'
	ctl cancel
	ctl cancel
	finish 130
	expect_counts 5 failed 1 pending 4
	expect_survived
	expect_text "$scratch/report/joblog.tsv" $'a03\.jpg\tfailed\t.*abandoned while waiting'
	[[ $(worker_json read-1 incarnation) = 1 ]] || fail 'a worker died'
}

# The gate stays shut for the item that is abandoned: its worker must be ended for it.
an_abandoned_item_fails_and_is_not_tried_again() {
	make_inputs 6
	gated 'stage=resize;name=a02'
	start processes:2 --json
	await_mark
	await_shown '"item":"[^"]*a02\.jpg"'
	ctl abandon "$(holder_of a02)"
	finish 1
	expect_counts 6 ok 5 failed 1
	expect_survived
	expect_text "$scratch/report/joblog.tsv" $'a02\.jpg\tfailed\t.*abandoned'
	[[ $(attempts_of a02.jpg) = 1 ]] || fail "$(attempts_of a02.jpg) attempts"
}

# holder_of ITEM: the worker that has it in hand.
holder_of() {
	grep -E "\"type\":\"worker\".*\"item\":\"[^\"]*$1\.jpg\"" "$scratch/out" | tail -n 1 |
		sed -E 's/.*"name":"([^"]*)".*/\1/'
}

# A simulated latency polls the wish, so nobody has to die for it.
an_item_abandoned_in_a_delay_costs_no_worker() {
	make_inputs 4
	start processes:1 --json --delay decode=600000
	await_shown '"state":"delay".*"item":"[^"]*a01\.jpg"'
	ctl abandon read-1
	await_shown '"item":"[^"]*a02\.jpg"'
	ctl abandon read-1
	await_shown '"item":"[^"]*a03\.jpg"'
	ctl cancel
	ctl cancel
	finish 130
	expect_counts 4 failed 2 pending 2
	expect_survived
	[[ $(worker_json read-1 incarnation) = 1 ]] || fail 'a worker died'
}

every_process_and_thread_says_its_name() {
	local name
	held 'read:1t | decode-encode:2p | write:1t'
	for name in recorder read decode-1 decode-2 write; do
		await "a process is called $name" is_titled "$name"
	done
	await 'the reading thread has its name' has_thread read read-1
	await 'the writing thread has its name' has_thread write write-1
	open_gate
	finish 0
	expect_all_done 12
}

nonsense_is_refused() {
	held processes:1
	refused "^imgtop: ctl add: 'lunch' is no station of this run; there are read$" add lunch
	refused "^imgtop: ctl capacity: 'lunch' is no queue of this run; there are intake$" \
		capacity lunch 4
	refused 'from 1 to 65536$' capacity intake 65537
	refused "no worker 'read-7' is alive$" kill read-7
	refused "no worker 'read-1' is alive in that incarnation" kill read-1 9
	refused 'neither' retire lunch
	imgtop_beside ctl frobnicate
	[[ $status -eq 2 ]] || fail "exit status $status"
	imgtop_beside ctl capacity intake 0
	[[ $status -eq 2 ]] || fail "exit status $status"
	open_gate
	finish 0
	expect_all_done 12
}

run_tests \
	a_paused_run_stops_at_a_stage_border_and_goes_on_when_it_is_resumed \
	a_paused_run_can_be_cancelled \
	an_added_process_works \
	an_added_thread_works \
	a_retired_worker_finishes_its_item_and_ends \
	a_station_in_the_middle_grows_and_shrinks \
	a_capacity_changes_the_queue \
	a_queue_inside_a_host_changes_too \
	a_worker_killed_on_request_is_replaced_and_its_item_tried_again \
	an_abandoned_item_fails_and_is_not_tried_again \
	an_item_abandoned_in_a_delay_costs_no_worker \
	an_item_abandoned_while_it_waits_for_room_costs_no_worker \
	every_process_and_thread_says_its_name \
	nonsense_is_refused
