#!/usr/bin/env bash
# scan_test.sh - a library scanned into a catalogue by the whole program: its rows, every strategy,
# a second scan, what is refused.

. "${abs_srcdir:?run it by make check}/tests/e2e/lib.sh"

# ---- what the tests share -------------------------------------------------------------------------

# $scratch/library, as scan.py makes it.
make_library() {
	need python3
	imgtop samples "$scratch/photo" --count 1 --size 64x48
	expect_status 0
	python3 "$abs_srcdir/tests/e2e/scan.py" make "$scratch/library" \
		"$(find "$scratch/photo" -type f -name '*.[jJ][pP][gG]' | head -n 1)"
}

# scan [OPTION...]: the library into $scratch/catalogue.
scan() {
	imgtop run scan "$scratch/library" -o "$scratch/catalogue" --batch --report "$scratch/report" "$@"
}

sql() {
	python3 "$abs_srcdir/tests/e2e/scan.py" sql "$scratch/catalogue" "$1"
}

# expect_sql QUERY TEXT
expect_sql() {
	local got
	got=$(sql "$1")
	[[ $got = "$2" ]] || fail "$1: $got"$'\n'"instead of: $2"
}

dump() {
	python3 "$abs_srcdir/tests/e2e/scan.py" dump "$1"
}

count_of() {
	json_value "$scratch/report/summary.json" "$1"
}

# expect_count KEY N
expect_count() {
	[[ $(count_of "$1") = "$2" ]] || fail "$1 is $(count_of "$1") instead of $2"
}

expect_sum() {
	local sum=0 key
	for key in ok failed skipped quarantined pending; do
		sum=$((sum + $(count_of "$key")))
	done
	[[ $sum = "$(count_of found)" ]] || fail "outcomes sum up to $sum of $(count_of found)"
}

# of NAME: a condition for the row of that file
of() {
	printf "m.name = CAST('%s' AS BLOB)" "$1"
}

# ---- tests ------------------------------------------------------------------------------------------

a_row_says_what_file_and_json_say() {
	make_library
	scan
	expect_status 0
	expect_count found 163
	expect_count ok 162
	expect_count skipped 1
	expect_sum
	expect_sql 'SELECT count(*) FROM media' 162
	expect_sql "SELECT rule, confidence, taken_utc, taken_source, flags, lat, lon, alt, gps_source,
		description, origin, sidecar, status FROM media m WHERE $(of Feier.jpg)" \
		'P1|high|1500000000|json|3|48.5|-11.25|500.0|geoData|Alle 🎉 da|mobileUpload|Feier.jpg.json|ok'
	expect_sql "SELECT p.name FROM person p JOIN media_person x ON x.person_id = p.id
		JOIN media m ON m.id = x.media_id WHERE $(of Feier.jpg) ORDER BY 1" $'Anna\nZoë'
	expect_sql "SELECT rule, title FROM media m WHERE $(of Feier-bearbeitet.jpg)" 'P4|Feier.jpg'
	expect_sql "SELECT sidecar, rule, confidence, taken_utc FROM media m WHERE $(of lonely.jpg)" '|||'
	expect_sql "SELECT mime, width, height, mtime_ns FROM media m WHERE $(of lonely.jpg)" \
		'image/jpeg|64|48|1600000000123456789'
	expect_sql "SELECT p.name, p.pair_id = m.id, p.mime FROM media m JOIN media p ON p.id = m.pair_id
		WHERE $(of live.jpg)" 'live.mov|1|video/quicktime'
	expect_sql "SELECT rule, sidecar FROM media m JOIN dir d ON d.id = m.dir_id
		WHERE $(of IMG_0007.jpg) AND d.kind = 'album'" \
		'P10|IMG_0007.jpg.supplemental-metadata.json'
	expect_sql 'SELECT path, kind, year, title FROM dir ORDER BY path' \
		$'Doppelt/Tief|folder||\nPhotos from 2017|year|2017|\nUrlaub|album||Urlaub am Meer'
}

checksums_are_those_of_other_programs() {
	make_library
	scan
	expect_status 0
	python3 - "$scratch/catalogue" "$scratch/library" <<-'PYTHON' || fail 'a checksum differs'
		import os, sqlite3, sys, zlib
		rows = sqlite3.connect(sys.argv[1]).execute(
		    "SELECT d.path, m.name, m.crc32 FROM media m JOIN dir d ON d.id = m.dir_id").fetchall()
		assert len(rows) == 162
		for folder, name, crc in rows:
		    with open(os.path.join(os.fsencode(sys.argv[2]), folder, name), "rb") as file:
		        assert zlib.crc32(file.read()) == crc, name
	PYTHON
}

the_tables_are_those_that_are_promised() {
	local table
	make_library
	scan
	while read -r table columns; do
		expect_sql "SELECT group_concat(name, ',') FROM pragma_table_info('$table')" "$columns"
	done <<-'TABLES'
		run id,root,started,ended,status
		dir id,path,kind,year,title
		media id,dir_id,name,size,mtime_ns,crc32,mime,width,height,orientation,make,model,taken_local,subsec,offset_min,taken_utc,taken_source,lat,lon,alt,gps_source,sidecar,rule,confidence,title,description,url,origin,flags,pair_id,status,seen_run
		person id,name
		media_person media_id,person_id
		error run,dir_id,name,stage,message
	TABLES
	expect_sql 'PRAGMA journal_mode' wal
	expect_sql 'SELECT count(*), min(typeof(name)), max(typeof(name)) FROM media' '162|blob|blob'
	expect_sql 'SELECT status, ended >= started FROM run' 'complete|1'
}

every_strategy_writes_the_same_catalogue() {
	local plan
	make_library
	scan --plan sequential
	expect_status 0
	dump "$scratch/catalogue" >"$scratch/reference"
	for plan in threads:1 threads:4 processes:1 processes:3 hybrid:2+2 hybrid:16+8 \
		'stat:1t | sidecar:1p | read:2t | exif:1p | crc:2p | mime:1t | store:1p' \
		'stat-read:2p | exif-store:1t'; do
		rm -f "$scratch/catalogue"*
		scan --plan "$plan"
		expect_status 0
		dump "$scratch/catalogue" >"$scratch/other"
		cmp "$scratch/reference" "$scratch/other" >&2 ||
			fail "$plan: $(diff "$scratch/reference" "$scratch/other" | head -n 20)"
		expect_count found 163
		expect_sum
	done
}

a_second_scan_opens_nothing_that_is_unchanged() {
	local file
	make_library
	scan
	expect_status 0
	dump "$scratch/catalogue" >"$scratch/reference"
	# other bytes of the same size and time: who opened them would see that
	for file in 'Photos from 2017/IMG_0003.jpg' 'Photos from 2017/Feier.jpg.json' Urlaub/strand.jpg.json; do
		touch -r "$scratch/library/$file" "$scratch/stamp"
		tr '0-9' '1-90' <"$scratch/library/$file" >"$scratch/changed"
		cat "$scratch/changed" >"$scratch/library/$file"
		touch -r "$scratch/stamp" "$scratch/library/$file"
	done
	scan
	expect_status 0
	expect_count ok 0
	expect_count skipped 163
	dump "$scratch/catalogue" >"$scratch/other"
	cmp "$scratch/reference" "$scratch/other" >&2 || fail 'rows have changed'
	expect_sql 'SELECT count(*), min(seen_run), max(seen_run) FROM media' '162|1|1'
	expect_sql 'SELECT group_concat(status) FROM run' 'complete,complete'
}

# The second time the lists are not sought again: they must be what they were, until a row changes.
reports_of_an_unchanged_library_are_those_of_the_first_scan() {
	local list
	make_library
	scan
	mkdir "$scratch/first"
	cp "$scratch/report/unmatched.tsv" "$scratch/report/duplicates.tsv" "$scratch/first"
	scan
	expect_count ok 0
	expect_count duplicates 2
	for list in unmatched duplicates; do
		cmp "$scratch/first/$list.tsv" "$scratch/report/$list.tsv" >&2 || fail "$list.tsv differs"
	done
	cp -p "$scratch/library/Photos from 2017/lonely.jpg" "$scratch/library/Urlaub/twin.jpg"
	scan
	expect_count ok 1
	expect_count duplicates 3
	grep -q $'^Urlaub\ttwin.jpg\t' "$scratch/report/unmatched.tsv" || fail 'a new file is not on the list'
	[[ $(grep -cE $'\t(lonely|twin).jpg\t' "$scratch/report/duplicates.tsv") = 2 ]] || fail 'nor its double'
	rm "$scratch/library/Urlaub/twin.jpg"
	scan
	expect_count missing 1
	expect_count duplicates 2
	cmp "$scratch/first/unmatched.tsv" "$scratch/report/unmatched.tsv" >&2 || fail 'it stays on the list'
	# a catalogue that lacks them is none that cannot be read
	sql 'DROP TABLE total'
	sql 'DROP TABLE duplicate'
	scan
	expect_status 0
	expect_count duplicates 2
	cmp "$scratch/first/duplicates.tsv" "$scratch/report/duplicates.tsv" >&2 || fail 'they are not made again'
}

what_has_changed_is_read_again() {
	make_library
	scan
	touch "$scratch/library/Photos from 2017/IMG_0003.jpg"
	touch "$scratch/library/Photos from 2017/IMG_0004.jpg.supplemental-metadata.json"
	rm "$scratch/library/Photos from 2017/IMG_0005.jpg.supplemental-metadata.json"
	cp -p "$scratch/library/Photos from 2017/live.jpg.json" \
		"$scratch/library/Photos from 2017/lonely.jpg.json"
	cp -p "$scratch/library/Urlaub/strand.jpg" "$scratch/library/Urlaub/neu.jpg"
	scan
	expect_status 0
	expect_count ok 5
	expect_sum
	expect_sql "SELECT rule FROM media m WHERE $(of lonely.jpg)" P1
	expect_sql "SELECT rule FROM media m WHERE $(of IMG_0005.jpg)" ''
	dump "$scratch/catalogue" >"$scratch/other"
	rm -f "$scratch/catalogue"*
	scan
	dump "$scratch/catalogue" >"$scratch/reference"
	cmp "$scratch/reference" "$scratch/other" >&2 ||
		fail "a second scan is not a first one: $(diff "$scratch/reference" "$scratch/other")"
}

what_is_gone_is_marked_missing_and_comes_back() {
	make_library
	scan
	mv "$scratch/library/Photos from 2017/live.mov" "$scratch/library/Urlaub/strand.jpg" "$scratch"
	scan
	expect_status 0
	expect_sql "SELECT name FROM media WHERE status = 'missing' ORDER BY 1" $'live.mov\nstrand.jpg'
	expect_sql "SELECT pair_id IS NULL FROM media m WHERE $(of live.jpg)" 1
	expect_count missing 2
	mv "$scratch/live.mov" "$scratch/library/Photos from 2017"
	mv "$scratch/strand.jpg" "$scratch/library/Urlaub"
	scan
	expect_status 0
	expect_sql "SELECT count(*) FROM media WHERE status = 'missing'" 0
	expect_sql "SELECT count(*) FROM media WHERE pair_id IS NOT NULL" 2
}

# A pair follows from the files that are there, whichever of them a scan has found changed.
a_live_photograph_is_what_a_first_scan_would_make_of_its_files() {
	local year="$scratch/library/Photos from 2017"
	local pairs="SELECT count(*) FROM media WHERE pair_id IS NOT NULL"
	make_library
	scan
	expect_sql "$pairs" 2
	cp -p "$year/lonely.jpg" "$year/live.heic"
	scan
	expect_count ok 1
	expect_sql "$pairs" 0 # which of the two stills is not known
	touch "$year/live.mov"
	scan
	expect_count ok 1
	expect_sql "$pairs" 0
	rm "$year/live.heic"
	scan
	expect_count ok 0
	expect_sql "$pairs" 2
	expect_sql "SELECT p.name FROM media m JOIN media p ON p.id = m.pair_id AND m.id = p.pair_id
		WHERE $(of live.jpg)" live.mov
	touch "$year/live.mov"
	scan
	expect_count ok 1
	expect_sql "$pairs" 2
	sql 'UPDATE total SET files = 1000'
	scan
	expect_sql 'SELECT files FROM total' 1000 # nothing is written where nothing has changed
	expect_sql "$pairs" 2
}

# It has been read, and is none: that is no matter of who has seen what.
a_row_whose_file_is_no_photograph_any_more_is_dropped() {
	make_library
	cp "$scratch/library/Photos from 2017/lonely.jpg" "$scratch/library/Urlaub/strange.txt"
	scan
	expect_sql "SELECT status FROM media m WHERE $(of strange.txt)" ok
	echo 'a letter' >"$scratch/library/Urlaub/strange.txt"
	scan
	expect_status 0
	expect_sum
	expect_sql "SELECT status FROM media m WHERE $(of strange.txt)" missing
	expect_count missing 1
	expect_count unchanged 162
	# Once: the next scan has nothing to write.
	expect_sql "SELECT seen_run FROM media m WHERE $(of strange.txt)" 2
	sql 'UPDATE total SET files = 1000'
	scan
	expect_status 0
	expect_count unchanged 162
	expect_sql "SELECT seen_run FROM media m WHERE $(of strange.txt)" 2
	expect_sql 'SELECT files, missing FROM total' '1000|1'
	cp "$scratch/library/Photos from 2017/lonely.jpg" "$scratch/library/Urlaub/strange.txt"
	scan
	expect_status 0
	expect_sql "SELECT count(*), min(status) FROM media m WHERE $(of strange.txt)" '1|ok'
	expect_sql 'SELECT files, missing FROM total' '163|0'
}

a_bad_file_costs_its_fields_and_never_the_scan() {
	make_library
	mkfifo "$scratch/library/Urlaub/pipe.jpg"
	scan
	expect_status 1
	expect_count failed 1
	expect_sum
	expect_sql "SELECT status, mime FROM media m WHERE $(of empty.jpg)" 'damaged|'
	expect_sql "SELECT mime, crc32 IS NOT NULL FROM media m WHERE $(of torn.jpg)" 'image/jpeg|1'
	expect_sql "SELECT status, sidecar, title FROM media m WHERE $(of kaputt.jpg)" \
		'damaged|kaputt.jpg.json|'
	expect_sql "SELECT stage FROM error m WHERE $(of kaputt.jpg)" sidecar
	expect_sql "SELECT status FROM media m WHERE $(of pipe.jpg)" unreadable
	expect_sql "SELECT message FROM error m WHERE $(of pipe.jpg)" 'not a regular file'
	expect_sql "SELECT count(*) FROM media WHERE status IN ('ok', 'damaged')" 162
}

links_are_no_part_of_a_library() {
	make_library
	ln -s .. "$scratch/library/Urlaub/up"
	ln -s nowhere "$scratch/library/Urlaub/none.jpg"
	ln -s "../Photos from 2017" "$scratch/library/Urlaub/across"
	scan
	expect_status 0
	expect_count ok 162
	expect_count skipped 4
	expect_sum
	[[ $(cut -f 2-4 "$scratch/report/joblog.tsv" | grep -c $'/Urlaub/\(up\|none.jpg\|across\)\tskipped\ta link$') = 3 ]] ||
		fail "not all are told: $(cat "$scratch/report/joblog.tsv")"
}

reports_name_what_is_unmatched_and_what_is_double() {
	local unmatched=$scratch/report/unmatched.tsv duplicates=$scratch/report/duplicates.tsv
	make_library
	scan
	expect_status 0
	expect_text "$unmatched" $'^Photos from 2017\tlonely.jpg\t[0-9]+\timage/jpeg$'
	grep -qxF $'Photos from 2017\tline\\nbreak \\xFF\\x1B[31m.jpg\t'"$(stat -c %s "$scratch/library/Photos from 2017/lonely.jpg")"$'\timage/jpeg' \
		"$unmatched" || fail "a strange name is not shown harmless: $(cat -v "$unmatched")"
	[[ $(sed 1d "$unmatched" | wc -l) = "$(sql 'SELECT count(*) FROM media WHERE sidecar IS NULL')" ]] ||
		fail "not all that are unmatched: $(cat -v "$unmatched")"
	[[ $(sed 1d "$duplicates" | cut -f 1,2 | sort) = $'Doppelt/Tief\tcopy.jpg\nPhotos from 2017\tIMG_0000.jpg\nPhotos from 2017\tIMG_0007.jpg\nUrlaub\tIMG_0007.jpg' ]] ||
		fail "not the duplicates: $(cat -v "$duplicates")"
	expect_count duplicates 2
	expect_count rows_written 162
}

# The manifest is what the maker of the tree meant; rows must say the same, whoever found it.
every_file_of_a_takeout_tree_has_the_json_that_was_meant() {
	need python3
	imgtop samples "$scratch/tree" --takeout --count 1500 --manifest "$scratch/manifest"
	expect_status 0
	imgtop run scan "$scratch/tree" -o "$scratch/catalogue" --batch --report "$scratch/report"
	expect_status 0
	python3 - "$scratch/catalogue" "$scratch/manifest" <<-'PYTHON' || fail 'rows differ from the manifest'
		import sqlite3, sys
		rows = sqlite3.connect(sys.argv[1]).execute(
		    "SELECT d.path, m.name, coalesce(m.rule, '-'), coalesce(m.sidecar, x'2d') FROM media m"
		    " JOIN dir d ON d.id = m.dir_id")
		found = {(folder, name, rule.encode(), json) for folder, name, rule, json in rows}
		with open(sys.argv[2], "rb") as file:
		    meant = {tuple(line.split(b"\t")[:4]) for line in file.read().splitlines()[1:]}
		print(sorted(found ^ meant)[:10], file=sys.stderr)
		assert found == meant and len(meant) == 1500
	PYTHON
	expect_count found 1500
}

a_comparison_puts_what_scans_cost_beside_the_model() {
	make_library
	imgtop compare scan "$scratch/library" --plan threads:2 --plan sequential --repeat 1 -o "$scratch/compared" \
		--report "$scratch/report"
	expect_status 0
	# the plan of the fewest workers stands first, whichever was named first
	expect_text "$scratch/out" '^Model, one file after the other +ms +Measured \(sequential\)'
	expect_text "$scratch/out" '^  start-up ms +10\.0 +216\.0 +[0-9.]+ +[0-9.]+$'
	expect_text "$scratch/out" '^  100 k files s +3400 +500\.3 +6\.8x( +[0-9.]+){2} +[0-9.]+x +[0-9.]+$'
	expect_text "$scratch/out" '^  Measured on 162 files of [0-9.]+ kB on average; parallel: threads:2\.$'
	expect_text "$scratch/out" 'at 500 MB/s, which is assumed'
	expect_text "$scratch/out" 'A thread starts in 1 to 5 ms and takes 2 MB by the model; here in [0-9.]+ ms\.$'
	expect_text "$scratch/report/compare.txt" '^  500 k files s +17000 +2500 '
	imgtop compare sum --count 1000 --plan threads:1 --plan threads:2 --repeat 1 --report "$scratch/other"
	expect_status 0
	! grep -q '^Model' "$scratch/out" "$scratch/other/compare.txt" || fail 'a sum is no scan'
}

the_end_page_says_by_which_rules_files_were_matched() {
	make_library
	screen_start 132x40 "$IMGTOP" run scan "$scratch/library" -o "$scratch/catalogue" --report "$scratch/report"
	await_screen 'Result +rows_written 162, .*matched \(P1 [0-9]+, P2 0, '
	screen_keys q
}

a_catalogue_within_the_library_is_no_part_of_it() {
	make_library
	imgtop run scan "$scratch/library" -o "$scratch/library/here.sqlite" --batch --report "$scratch/report"
	expect_status 0
	expect_count found 163
	imgtop run scan "$scratch/library" -o "$scratch/library/here.sqlite" --batch --report "$scratch/report"
	expect_status 0
	expect_count found 163
	expect_count ok 0
}

what_is_no_catalogue_of_this_library_is_refused() {
	make_library
	printf 'a letter to nobody, long enough to be read as a header or whatever it may be\n%.0s' {1..20} \
		>"$scratch/letter"
	imgtop run scan "$scratch/library" -o "$scratch/letter" --batch
	expect_status 2
	expect_text "$scratch/err" 'no catalogue: it is not an SQLite database'
	python3 -c "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('CREATE TABLE t(a)')" \
		"$scratch/foreign"
	cp "$scratch/foreign" "$scratch/before"
	imgtop run scan "$scratch/library" -o "$scratch/foreign" --batch
	expect_status 2
	expect_text "$scratch/err" 'a database of another program'
	cmp "$scratch/foreign" "$scratch/before" >&2 || fail 'it was written into'
	scan
	imgtop run scan "$scratch/library/Urlaub" -o "$scratch/catalogue" --batch
	expect_status 2
	expect_text "$scratch/err" "the catalogue of another library, '.*/library'"
	sql 'PRAGMA user_version = 99'
	scan
	expect_status 2
	expect_text "$scratch/err" 'another schema \(99'
	imgtop run scan "$scratch/library" -o "$scratch/library" --batch
	expect_status 2
	imgtop run scan "$scratch/library" "$scratch/photo" -o "$scratch/other" --batch
	expect_status 2
	expect_text "$scratch/err" 'takes one folder'
	imgtop run scan "$scratch/library" -o "$scratch/none/other" --batch
	expect_status 2
	expect_text "$scratch/err" 'cannot be written'
}

a_catalogue_that_is_in_use_is_refused() {
	make_library
	scan
	need flock
	exec 8<"$scratch/catalogue"
	flock 8
	scan
	expect_status 2
	expect_text "$scratch/err" 'in use by another run'
	exec 8<&-
	scan
	expect_status 0
}

a_folder_without_files_leaves_no_catalogue() {
	mkdir "$scratch/library"
	scan
	expect_status 2
	expect_text "$scratch/err" "nothing to do: no files found in .*library"
	[[ ! -e $scratch/catalogue ]] || fail 'an empty catalogue is left'
}

run_tests \
	a_row_says_what_file_and_json_say \
	checksums_are_those_of_other_programs \
	the_tables_are_those_that_are_promised \
	every_strategy_writes_the_same_catalogue \
	a_second_scan_opens_nothing_that_is_unchanged \
	reports_of_an_unchanged_library_are_those_of_the_first_scan \
	what_has_changed_is_read_again \
	what_is_gone_is_marked_missing_and_comes_back \
	a_live_photograph_is_what_a_first_scan_would_make_of_its_files \
	a_row_whose_file_is_no_photograph_any_more_is_dropped \
	a_bad_file_costs_its_fields_and_never_the_scan \
	links_are_no_part_of_a_library \
	reports_name_what_is_unmatched_and_what_is_double \
	every_file_of_a_takeout_tree_has_the_json_that_was_meant \
	a_comparison_puts_what_scans_cost_beside_the_model \
	the_end_page_says_by_which_rules_files_were_matched \
	a_catalogue_within_the_library_is_no_part_of_it \
	what_is_no_catalogue_of_this_library_is_refused \
	a_catalogue_that_is_in_use_is_refused \
	a_folder_without_files_leaves_no_catalogue
