#!/usr/bin/env bash
# scan_test.sh - scans that are disturbed: workers, the writer and the supervisor killed, a disk that
# is full, an interrupt. The catalogue is that of an undisturbed scan, at the latest after the next.

. "${abs_srcdir:?run it by make check}/tests/faults/lib.sh"

# ---- what the tests share -------------------------------------------------------------------------

dump() {
	python3 "$abs_srcdir/tests/e2e/scan.py" dump "$1"
}

sql() {
	python3 "$abs_srcdir/tests/e2e/scan.py" sql "$scratch/catalogue" "$1"
}

# $scratch/library, and in $scratch/reference what an undisturbed scan makes of it.
make_library() {
	need python3
	imgtop samples "$scratch/photo" --count 1 --size 64x48
	expect_status 0
	python3 "$abs_srcdir/tests/e2e/scan.py" make "$scratch/library" \
		"$(find "$scratch/photo" -type f -name '*.[jJ][pP][gG]' | head -n 1)"
	imgtop run scan "$scratch/library" -o "$scratch/undisturbed" --plan sequential --batch \
		--report "$scratch/report"
	expect_status 0
	dump "$scratch/undisturbed" >"$scratch/reference"
	files=$(count_of found)
}

# scan PLAN [OPTION...]
scan() {
	imgtop run scan "$scratch/library" -o "$scratch/catalogue" --plan "$1" --batch \
		--report "$scratch/report" "${@:2}"
}

# start_scan PLAN: the same beside the test; leaves $front and $supervisor.
start_scan() {
	"$IMGTOP" run scan "$scratch/library" -o "$scratch/catalogue" --plan "$1" --batch \
		--report "$scratch/report" </dev/null >"$scratch/out" 2>"$scratch/err" &
	front=$!
	await 'the run begins' supervisor_is_there
}

expect_whole() {
	dump "$scratch/catalogue" >"$scratch/other"
	cmp "$scratch/reference" "$scratch/other" >&2 ||
		fail "$1: $(diff "$scratch/reference" "$scratch/other" | head -n 20)"
	[[ -z $(find "$XDG_RUNTIME_DIR" -type f -o -type s) ]] || fail 'the page or the socket is left'
	[[ ! -s $scratch/report/stderr.log ]] ||
		fail "a host complains: $(cat "$scratch/report/stderr.log")"
}

# ---- tests ------------------------------------------------------------------------------------------

a_worker_killed_at_any_stage_changes_nothing() {
	local plan stage
	make_library
	for plan in sequential threads:2 processes:2 hybrid:2+2; do
		for stage in stat sidecar read exif crc mime store; do
			rm -f "$scratch/catalogue"*
			IMGTOP_FAILPOINT="stage=$stage;action=kill;attempts=1;name=IMG_00" scan "$plan"
			expect_status 0
			expect_counts "$files" ok $((files - 1)) skipped 1
			[[ $(count_of retried) -ge 1 ]] || fail "$plan: nobody died in $stage"
			expect_whole "$plan, killed in $stage"
		done
	done
}

a_writer_killed_again_and_again_changes_nothing() {
	local plan
	make_library
	for plan in threads:2 'stat-mime:2p | store:1p'; do
		rm -f "$scratch/catalogue"*
		IMGTOP_FAILPOINT='stage=store;action=kill;attempts=2' scan "$plan" --retries 3
		expect_status 0
		expect_counts "$files" ok $((files - 1)) skipped 1
		expect_whole "$plan"
	done
}

a_writer_that_crashes_has_a_successor() {
	make_library
	IMGTOP_FAILPOINT='stage=store;action=segv;attempts=1' scan 'stat-mime:2t | store:1p'
	expect_status 0
	expect_counts "$files" ok $((files - 1)) skipped 1
	[[ $(sql 'SELECT count(*), min(status) FROM run') = '1|complete' ]] ||
		fail "the run is not one: $(sql 'SELECT * FROM run')"
}

a_killed_supervisor_loses_only_what_was_not_committed() {
	local before
	make_library
	gated 'stage=read;name=Urlaub'
	start_scan 'stat-sidecar:1t | read-mime:1t | store:1t'
	await_mark
	await 'there is a catalogue' test -e "$scratch/catalogue"
	kill -KILL "$supervisor"
	await 'all processes end' no_process_is_left
	wait "$front" 2>/dev/null || true
	unset IMGTOP_FAILPOINT
	before=$(sql 'SELECT count(*) FROM media' 2>/dev/null || echo 0)
	rm -rf "$scratch/report" "${XDG_RUNTIME_DIR:?}"/* # what a killed supervisor cannot tidy up
	scan threads:2
	expect_status 0
	expect_disjoint
	[[ $(count_of unchanged) = "$before" ]] || fail "$before rows were there, $(count_of unchanged) counted"
	expect_whole 'after a killed supervisor'
	[[ $(sql "SELECT status FROM run ORDER BY id DESC LIMIT 1") = complete ]] || fail 'not complete'
}

rows_of_the_second_run() {
	[[ $(sql 'SELECT count(*) FROM media WHERE seen_run = 2' 2>/dev/null) -ge 1 ]]
}

# What an ended run has counted holds only until somebody changes a row.
what_a_killed_scan_has_changed_is_counted_again() {
	make_library
	scan sequential
	expect_status 0
	[[ $(sql 'SELECT count(*) FROM total') = 1 ]] || fail 'nothing is counted'
	find "$scratch/library" -name '*.jpg' -exec touch {} +
	gated 'stage=read;name=Urlaub'
	start_scan 'stat-sidecar:1t | read-mime:1t | store:1t'
	await_mark
	await 'a row is committed' rows_of_the_second_run
	kill -KILL "$supervisor"
	await 'all processes end' no_process_is_left
	wait "$front" 2>/dev/null || true
	[[ $(sql 'SELECT count(*) FROM total') = 0 ]] || fail 'what was counted still stands'
	rm -rf "${XDG_RUNTIME_DIR:?}"/*
}

an_interrupted_scan_marks_nothing_missing_and_goes_on_later() {
	make_library
	scan sequential
	expect_status 0
	rm "$scratch/library/Photos from 2017/IMG_0100.jpg"
	touch "$scratch/library/Photos from 2017/"IMG_*.jpg
	gated 'stage=read;name=IMG_00'
	start_scan sequential
	await_mark
	kill -INT "$front"
	await 'it drains' grep -q 'finishing the items begun' "$scratch/err"
	open_gate
	finish 130
	unset IMGTOP_FAILPOINT
	expect_disjoint
	[[ $(sql "SELECT count(*) FROM media WHERE status = 'missing'") = 0 ]] || fail 'marked missing'
	[[ $(sql "SELECT status FROM run ORDER BY id DESC LIMIT 1") = incomplete ]] ||
		fail "the run is $(sql "SELECT status FROM run ORDER BY id DESC LIMIT 1")"
	scan threads:2
	expect_status 0
	[[ $(sql "SELECT name FROM media WHERE status = 'missing'") = IMG_0100.jpg ]] ||
		fail 'not marked missing'
}

# What lies in it may be there, or not.
a_folder_that_may_not_be_read_marks_nothing_missing() {
	local missing="SELECT name FROM media WHERE status = 'missing'"
	make_library
	scan threads:2
	rm "$scratch/library/Photos from 2017/IMG_0100.jpg"
	chmod 0 "$scratch/library/Urlaub"
	without_rights scan threads:2
	chmod 755 "$scratch/library/Urlaub"
	expect_status 1
	expect_text "$scratch/err" 'folders could not be read: nothing is marked missing'
	[[ -z $(sql "$missing") ]] || fail "missing are $(sql "$missing")"
	[[ $(sql 'SELECT group_concat(status) FROM run') = complete,incomplete ]] || fail 'it counts as complete'
	scan threads:2
	expect_status 0
	[[ $(sql "$missing") = IMG_0100.jpg ]] || fail "missing are $(sql "$missing")"
}

# Neither its size nor its time changes when it may be read at last; one that is no JSON stays so.
a_json_that_could_not_be_opened_is_read_when_it_can_be() {
	local row="SELECT status, description IS NOT NULL FROM media WHERE name = CAST('Feier.jpg' AS BLOB)"
	make_library
	chmod 0 "$scratch/library/Photos from 2017/Feier.jpg.json"
	without_rights scan threads:2
	expect_status 0
	[[ $(sql "$row") = 'damaged|0' ]] || fail "without its JSON it is $(sql "$row")"
	chmod 644 "$scratch/library/Photos from 2017/Feier.jpg.json"
	scan threads:2
	expect_status 0
	expect_counts "$files" ok 2 skipped $((files - 2)) # an edited one shares it
	[[ $(sql "$row") = 'ok|1' ]] || fail "with it, it is $(sql "$row")"
	scan threads:2
	expect_counts "$files" skipped "$files"
}

# What a writer has seen of an unchanged library dies with it; what one that did an item alone has seen, too.
a_writer_killed_in_a_second_scan_loses_sight_of_nothing() {
	local plan gone='Photos from 2017/IMG_0100.jpg'
	make_library
	scan sequential
	expect_status 0
	mv "$scratch/library/$gone" "$scratch/gone.jpg"
	mv "$scratch/library/Doppelt" "$scratch/elsewhere"
	ln -s ../elsewhere "$scratch/library/Doppelt"
	for plan in sequential threads:2 'stat-mime:2p | store:1p'; do
		IMGTOP_FAILPOINT='stage=store;action=kill;attempts=1;name=Urlaub' scan "$plan"
		[[ $(count_of retried) -ge 1 ]] || fail "$plan: nobody died"
		[[ $(sql "SELECT name FROM media WHERE status = 'missing' ORDER BY 1") = $'IMG_0100.jpg\ncopy.jpg' ]] ||
			fail "$plan: missing are $(sql "SELECT name FROM media WHERE status = 'missing'")"
		sql "UPDATE media SET status = 'ok' WHERE status = 'missing'"
		sql 'DELETE FROM total'
	done
	scan threads:2
	rm "$scratch/library/Doppelt"
	mv "$scratch/elsewhere" "$scratch/library/Doppelt"
	mv "$scratch/gone.jpg" "$scratch/library/$gone"
	scan threads:2
	expect_status 0
	expect_whole 'after the second scan'
}

# The writer may let files grow to so many bytes, which the schema does not fit into.
a_full_disk_convicts_nobody() {
	need prlimit
	make_library
	gated stage=store
	start_scan 'stat-mime:1p | store:1p'
	await_mark
	await_all_found
	prlimit --pid "$(host_pid store-1)" --fsize=20000
	open_gate
	finish 1
	unset IMGTOP_FAILPOINT
	expect_counts "$files" pending "$files"
	expect_text "$scratch/err" 'catalogue: .*(full|I/O)'
	rm -rf "$scratch/report"
	scan threads:2
	expect_status 0
	expect_counts "$files" ok $((files - 1)) skipped 1
	expect_whole 'after a full disk'
}

an_item_that_kills_every_worker_costs_itself_only() {
	make_library
	IMGTOP_FAILPOINT='stage=exif;action=segv;name=copy.jpg' scan processes:2 --retries 1
	expect_status 1
	expect_counts "$files" ok $((files - 2)) skipped 1 quarantined 1
	[[ $(sql 'SELECT count(*) FROM media') = $((files - 2)) ]] || fail 'rows are missing'
	[[ $(sql 'SELECT status FROM run') = incomplete ]] || fail 'the run counts as complete'
	scan processes:2
	expect_status 0
	dump "$scratch/catalogue" >"$scratch/other"
	cmp "$scratch/reference" "$scratch/other" >&2 || fail 'it was not done later'
}

run_tests \
	a_worker_killed_at_any_stage_changes_nothing \
	a_writer_killed_again_and_again_changes_nothing \
	a_writer_that_crashes_has_a_successor \
	a_killed_supervisor_loses_only_what_was_not_committed \
	what_a_killed_scan_has_changed_is_counted_again \
	an_interrupted_scan_marks_nothing_missing_and_goes_on_later \
	a_folder_that_may_not_be_read_marks_nothing_missing \
	a_json_that_could_not_be_opened_is_read_when_it_can_be \
	a_writer_killed_in_a_second_scan_loses_sight_of_nothing \
	a_full_disk_convicts_nobody \
	an_item_that_kills_every_worker_costs_itself_only
