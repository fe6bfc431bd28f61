#!/usr/bin/env bash
# input_test.sh - inputs that vanish, cannot be read or are no files, and outputs that cannot be
# written: a reason for each, nothing blocks, nobody is convicted of a full disk.
. "${abs_srcdir:?run it by make check}/tests/faults/lib.sh"

plans=(threads:2 processes:2 hybrid:2+2)

an_input_that_vanishes_fails_alone() {
	local plan
	for plan in "${plans[@]}"; do
		rm -rf "$scratch"/{in,photos,reference,small,report,gate,mark}
		make_inputs 6
		gated 'stage=read;name=a03'
		start "$plan"
		await_mark
		rm "$scratch/in/a03.jpg"
		open_gate
		finish 1
		expect_counts 6 ok 5 failed 1
		expect_survived
		expect_text "$scratch/report/joblog.tsv" $'/a03\.jpg\tfailed\t.*No such file'
	done
}

an_input_that_is_cut_short_while_it_waits_fails_alone() {
	make_inputs 6
	gated 'stage=read;name=a03'
	start processes:2
	await_mark
	truncate -s 200 "$scratch/in/a03.jpg"
	open_gate
	finish 1
	expect_counts 6 ok 5 failed 1
	expect_survived
}

# As somebody who may not read everything; others must find the program and the scratch folder.
an_input_that_may_not_be_read_fails_alone() {
	make_inputs 6
	chmod 0 "$scratch/in/a03.jpg"
	without_rights run threads:2
	expect_status 1
	expect_counts 6 ok 5 failed 1
	expect_survived
	expect_text "$scratch/report/joblog.tsv" $'/a03\.jpg\tfailed\t.*Permission denied'
}

what_is_no_file_does_not_block() {
	local plan
	for plan in "${plans[@]}"; do
		rm -rf "$scratch"/{in,photos,reference,small,report}
		make_inputs 4
		make_no_files "$scratch/in"
		if mknod "$scratch/in/device.jpg" c 1 5 2>/dev/null; then
			: # as root only
		fi
		run "$plan"
		expect_disjoint
		expect_joblog
		expect_nothing_left
		[[ $(count_of ok) -eq 4 ]] || fail "$(count_of ok) ok"
		[[ $(outputs) -eq 4 ]] || fail 'outputs of what is no file'
	done
}

# Named on the command line it is not passed over but fails, and what does not exist is refused.
what_is_no_file_is_told_when_it_is_named() {
	local name
	make_inputs 2
	make_no_files "$scratch/odd"
	mv "$scratch/odd/pipe.jpg" "$scratch/pipe.jpg"
	mv "$scratch/reference" "$scratch/made" # of several inputs each has a folder of its own
	mkdir "$scratch/reference"
	mv "$scratch/made" "$scratch/reference/in"
	imgtop run images "$scratch/in" "$scratch/pipe.jpg" -o "$scratch/small" --plan threads:2 \
		--report "$scratch/report" --batch
	expect_status 1
	expect_counts 3 ok 2 failed 1
	expect_survived
	expect_text "$scratch/report/joblog.tsv" $'/pipe\.jpg\tfailed\t.*FIFO'
	for name in loop dangling absent; do
		imgtop run images "$scratch/in" "$scratch/odd/$name.jpg" -o "$scratch/small" --no-report \
			--batch
		expect_status 2
		expect_text "$scratch/err" "^imgtop: .*$name\.jpg"
	done
}

odd_names_are_processed_and_told_harmlessly() {
	local plan
	make_inputs 1
	rm "$scratch"/in/*
	make_odd_names "$scratch/in" "$(one_of "$scratch/reference")"
	rm -rf "$scratch/reference"
	make_reference
	for plan in "${plans[@]}"; do
		rm -rf "$scratch/small" "$scratch/report"
		run "$plan"
		expect_all_done "$(find "$scratch/in" -type f -print0 | tr -dc '\0' | wc -c)"
		reports_are_utf_8
	done
}

odd_names_that_fail_are_told_harmlessly() {
	make_inputs 1
	make_odd_names "$scratch/odd" "$(one_of "$scratch/in")"
	find "$scratch/odd" -type f -exec truncate -s 300 {} +
	mv "$scratch/odd" "$scratch/in/odd"
	run processes:2
	expect_status 1
	expect_survived
	[[ $(count_of failed) -ge 8 ]] || fail "$(count_of failed) failed"
	reports_are_utf_8
	! grep -q $'\e' "$scratch/out" "$scratch/err" || fail 'an escape sequence is told'
}

reports_are_utf_8() {
	local file
	while IFS= read -r file; do
		iconv -f UTF-8 -t UTF-8 "$file" >/dev/null || fail "$file is no UTF-8"
		! grep -q $'\e' "$file" || fail "$file holds an escape character"
	done < <(find "$scratch/report" -name '*.json' -o -name '*.txt' -o -name '*.tsv')
}

# The workers may let files grow to so many bytes, which no output fits into: as on a full disk.
a_limit_on_files_convicts_no_item() {
	local pid
	need prlimit
	make_inputs 12
	gated stage=read
	start processes:2
	await_marks 2
	await_all_found
	for pid in $(host_pid read-1) $(host_pid read-2); do
		prlimit --pid "$pid" --fsize=1000
	done
	open_gate
	finish 1
	expect_counts 12 pending 12
	expect_survived
	expect_text "$scratch/err" 'stopped: .*File too large'
}

# Too few to stop the run for it, but each says why it is left.
a_few_items_that_could_not_be_written_say_why() {
	make_inputs 3
	need prlimit
	gated stage=read
	start threads:1
	await_mark
	await_all_found
	prlimit --pid "$(host_pid read)" --fsize=1000
	open_gate
	finish 1
	expect_counts 3 pending 3
	expect_survived
	expect_text "$scratch/err" 'a02\.jpg: .*File too large'
	expect_text "$scratch/report/joblog.tsv" $'/a02\\.jpg\tpending\t.*File too large'
}

a_full_disk_convicts_no_item() {
	local plan
	[[ $EUID -eq 0 ]] || skip 'mounting a small file system takes root'
	make_inputs 24 480x360
	mkdir "$scratch/small"
	mount -t tmpfs -o size=256k tmpfs "$scratch/small" 2>/dev/null || skip 'nothing can be mounted here'
	trap 'umount -l "$scratch/small"' EXIT
	for plan in threads:2 processes:2; do
		rm -rf "${scratch:?}/small"/* "$scratch/report"
		run "$plan"
		expect_status 1
		[[ $(count_of failed) -eq 0 && $(count_of quarantined) -eq 0 ]] ||
			fail "failed $(count_of failed), quarantined $(count_of quarantined)"
		[[ $(count_of ok) -ge 1 && $(count_of pending) -ge 1 ]] ||
			fail "ok $(count_of ok), pending $(count_of pending)"
		expect_survived
		expect_text "$scratch/err" 'No space left on device'
	done
}

an_output_folder_that_cannot_be_written_is_refused() {
	make_inputs 2
	: >"$scratch/file"
	imgtop run images "$scratch/in" -o "$scratch/file" --no-report --batch
	expect_status 2
	expect_text "$scratch/err" '^imgtop: .*file'
	if [[ $EUID -ne 0 ]]; then
		mkdir -m 500 "$scratch/small"
		run threads:1
	else
		need setpriv
		mkdir "$scratch/small"
		chmod 500 "$scratch/small"
		as_nobody_else run threads:1
	fi
	expect_status 2
	expect_text "$scratch/err" '^imgtop: .*small.*cannot be written'
}

run_tests \
	an_input_that_vanishes_fails_alone \
	an_input_that_is_cut_short_while_it_waits_fails_alone \
	an_input_that_may_not_be_read_fails_alone \
	what_is_no_file_does_not_block \
	what_is_no_file_is_told_when_it_is_named \
	odd_names_are_processed_and_told_harmlessly \
	odd_names_that_fail_are_told_harmlessly \
	a_limit_on_files_convicts_no_item \
	a_few_items_that_could_not_be_written_say_why \
	a_full_disk_convicts_no_item \
	an_output_folder_that_cannot_be_written_is_refused
