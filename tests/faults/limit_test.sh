#!/usr/bin/env bash
# limit_test.sh - where processes, threads or descriptors are few, a run goes on with fewer workers
# and says so, or is refused with a sentence; it neither hangs nor crashes.
. "${abs_srcdir:?run it by make check}/tests/faults/lib.sh"

# A leak checker needs a process of its own at the end.
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0

# under LIMIT RUN...: the program under that limit of prlimit(1), as a user that it binds.
under() {
	local limit=$1
	shift
	need prlimit setpriv
	chmod 755 "$scratch"
	if [[ $EUID -eq 0 ]]; then
		chown -R "$other_user:$other_user" "$scratch"
		as_other_user test -x "$IMGTOP" -a -w "$scratch" ||
			skip 'another user cannot reach the program'
		set -- setpriv --reuid "$other_user" --regid "$other_user" --clear-groups \
			prlimit "$limit" "$@"
	else
		set -- prlimit "$limit" "$@"
	fi
	status=0
	timeout --signal=KILL "$await_limit" "$@" </dev/null >"$scratch/out" 2>"$scratch/err" || status=$?
	[[ $status -ne 137 ]] || fail "it does not end: $(cat "$scratch/err")"
	if [[ $EUID -eq 0 ]]; then
		chown -R 0 "$scratch"
	fi
}

# limited LIMIT PLAN; what the last run left must be gone, as it counts too.
limited() {
	await 'every process of the last run ends' no_process_is_left
	rm -rf "$scratch/small" "$scratch/report"
	mkdir "$scratch/small"
	under "$1" "$IMGTOP" run images "$scratch/in" -o "$scratch/small" --plan "$2" \
		--report "$scratch/report" --batch
}

# Whatever the limit: done with fewer, or given up with a sentence and nothing lost.
expect_sane() {
	if [[ $status -eq 0 ]]; then
		expect_all_done 8
	elif [[ -e $scratch/report/summary.json ]]; then
		[[ $status -eq 4 ]] || fail "exit status $status: $(cat "$scratch/err")"
		expect_survived
	else
		[[ $status =~ ^[245]$ ]] || fail "exit status $status: $(cat "$scratch/err")"
		expect_text "$scratch/err" '^imgtop: '
		expect_nothing_left
	fi
}

few_processes_are_done_with() {
	local limit done=0
	[[ $EUID -eq 0 ]] || skip 'this user has other processes, which count too'
	make_inputs 8
	# front, supervisor, walk, recorder; two threads for each process worker
	for limit in 4 6 7 8 14; do
		limited "--nproc=$limit" processes:8
		expect_sane
		[[ $status -ne 0 ]] || done=1
	done
	[[ $done = 1 ]] || fail 'no limit was enough'
	expect_text "$scratch/err" 'read-[1-8].* could (not )?be started'
}

few_threads_are_done_with() {
	local limit done=0
	[[ $EUID -eq 0 ]] || skip 'this user has other processes, which count too'
	make_inputs 8
	for limit in 5 7 8; do
		limited "--nproc=$limit" threads:8
		expect_sane
		[[ $status -ne 0 ]] || done=1
	done
	[[ $done = 1 ]] || fail 'no limit was enough'
	expect_text "$scratch/err" 'going on with'
}

few_descriptors_are_done_with() {
	local limit plan
	make_inputs 8
	for limit in 14 24 64; do
		for plan in processes:8 threads:4; do
			limited "--nofile=$limit" "$plan"
			expect_sane
		done
	done
	expect_status 0
}

# The run page and the arena are files, too, although sparse ones in memory.
files_that_may_not_be_large_enough_are_told() {
	local limit
	make_inputs 8
	for limit in 100000 100000000; do
		limited --fsize=$limit threads:2
		[[ $status -eq 2 ]] || fail "exit status $status: $(<"$scratch/err")"
		expect_text "$scratch/err" '^imgtop: .*; a higher limit on the size of files \(ulimit -f\) is needed: File too large'
		expect_nothing_left
	done
}

run_tests \
	few_processes_are_done_with \
	few_threads_are_done_with \
	few_descriptors_are_done_with \
	files_that_may_not_be_large_enough_are_told
