# shellcheck shell=bash disable=SC2154 # what run.sh sets
# scan.sh - the part of run.sh that measures the workload scan: against reading the same bytes, over many small
# files, again over an unchanged library, through the writer alone, and beside other programs. Sourced by run.sh.
#
# Noted in scan.tsv, tab-separated: what, label, round, wall time in microseconds, summary.json or a number.

# scan_note WHAT LABEL ROUND WALL_US REST
scan_note() {
	printf '%s\t%s\t%s\t%s\t%s\n' "$@" >>"$work/scan.tsv"
}

# scan_run WHAT PLAN ROUND LIBRARY: into $work/catalogue, which is begun anew unless it is to be scanned AGAIN.
scan_run() {
	local what=$1 plan=$2 round=$3 library=$4 from to status=0
	prepare_run scan "$what $plan" "$round"
	[[ -n ${AGAIN:-} ]] || rm -f "$work/catalogue"*
	from=$EPOCHREALTIME
	"$IMGTOP" run scan --batch -o "$work/catalogue" --report "$last_report" --plan "$plan" -- "$library" \
		</dev/null >"$work/log" 2>&1 || status=$?
	to=$EPOCHREALTIME
	check_exit "$status" "scan of $library"
	scan_note "$what" "$plan" "$round" "$((${to/[.,]/} - ${from/[.,]/}))" "$last_report/summary.json"
}

# scan_timed WHAT LABEL ROUND COMMAND...: another program; what it says is not of interest.
scan_timed() {
	local what=$1 label=$2 round=$3 from to
	shift 3
	from=$EPOCHREALTIME
	"$@" >/dev/null 2>&1 || die "$label ended with status $?"
	to=$EPOCHREALTIME
	scan_note "$what" "$label" "$round" "$((${to/[.,]/} - ${from/[.,]/}))" -
}

read_all() {
	find "$1" -type f -print0 | xargs -0 cat
}

# It ends with 1 when one of the files tells it nothing.
read_exif() {
	local status=0
	exiftool -q -q -fast2 -r -csv "$1" || status=$?
	[[ $status -le 1 ]]
}

# Photographs repeated to so many bytes: against cat, which only reads them.
scan_large() {
	local round plan bytes
	bytes=$(du -sb "$work/photos" | cut -f 1)
	repeated "$work/photos" "$((scan_bytes / bytes + 1))" "$work/albums"
	for ((round = 1; round <= long_rounds; round++)); do
		for plan in $(rotated "$round" cat sequential threads:2 processes:2 hybrid:2+2); do
			say "scan: round $round of $long_rounds, large files, $plan"
			if [[ $plan = cat ]]; then
				scan_timed large cat "$round" read_all "$work/albums"
			else
				scan_run large "$plan" "$round" "$work/albums"
			fi
		done
	done
}

# So many small files, and a tenth of them for the memory; then the same again, unchanged.
scan_small() {
	local round plan
	say "scan: making libraries of $scan_files and $((scan_files / 10)) files"
	[[ -d $work/library ]] || "$IMGTOP" samples "$work/library" --takeout --count "$scan_files" --seed 1 >&2
	[[ -d $work/tenth ]] || "$IMGTOP" samples "$work/tenth" --takeout --count "$((scan_files / 10))" --seed 1 >&2
	for ((round = 1; round <= long_rounds; round++)); do
		for plan in $(rotated "$round" sequential threads:2 processes:2 hybrid:2+2); do
			say "scan: round $round of $long_rounds, small files, $plan"
			scan_run tenth "$plan" "$round" "$work/tenth"
			scan_run small "$plan" "$round" "$work/library"
			AGAIN=1 scan_run again "$plan" "$round" "$work/library"
		done
	done
}

scan_rows() {
	local round
	for ((round = 1; round <= long_rounds; round++)); do
		say "scan: round $round of $long_rounds, rows through the writer"
		rm -f "$work/catalogue"*
		scan_note rows "one writer" "$round" - \
			"$("${BENCH_TOOLS:?}/scan_rows" "$work/catalogue" "$((scan_files * 2))")"
	done
}

# What people use otherwise, on the photographs as they are.
scan_anchors() {
	local round
	for ((round = 1; round <= long_rounds; round++)); do
		say "scan: round $round of $long_rounds, other programs"
		scan_run anchor threads:2 "$round" "$work/photos"
		! command -v exiftool >/dev/null ||
			scan_timed anchor 'exiftool -fast2' "$round" read_exif "$work/photos"
		scan_timed anchor 'Python' "$round" python3 "$here/scan_python.py" "$work/photos" "$work/python.sqlite"
	done
}

part_scan() {
	need_photos
	scan_large
	scan_small
	scan_rows
	scan_anchors
}
