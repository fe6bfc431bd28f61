#!/usr/bin/env bash
# Measures imgtop against its own promises; `make bench` runs it, `make check` never does.
#
#   make bench                               everything; takes about half an hour
#   make bench BENCH='strategies memory'     only these parts
#   make bench PHOTOS=~/Pictures             these pictures instead of samples
#   make bench QUICK=1                       seconds a part: shows that all of it works, figures mean nothing
#
# Parts (the functions part_NAME say what each does):
#   strategies speedup watching diagnosis memory handover oversubscribe screen keys     imgtop against its promises
#   peers quality small mixed size worker                                            and against others; see peers.sh
#   sum merge lessons                                         adding up numbers, merging records, a drill; see lessons.sh
#   advise                                                    what is recommended against all plans; see advise.sh
#   scan                                                                             the workload scan; see scan.sh
#
# Also read from the environment: IMGTOP (the program), BENCH_TOOLS (folder of the tools that were built for
# this), ROUNDS, SECONDS_A_RUN, BENCH_DIR (where inputs and outputs go; on the disk that is to be measured),
# BENCH_RECORD (the JSON record), KEEP=1 (leave everything there).
#
# Plans that are compared alternate within a round and change places from round to round, so that a
# machine that grows warm or busy treats them alike. All figures are medians over the rounds. Tables go to
# standard output, progress to standard error. Exit: 0, 1 when a run failed or outputs differ, 2 usage.
set -euo pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
all_parts=(strategies speedup watching diagnosis memory handover oversubscribe screen keys peers quality small mixed size worker sum merge lessons advise scan)

say() {
	printf 'bench: %s\n' "$*" >&2
}

die() {
	printf 'bench: %s\n' "$*" >&2
	exit "${2:-1}"
}

usage() {
	sed -n '2,/^set -/p' "${BASH_SOURCE[0]}" | sed -n 's/^# \{0,1\}//p'
}

# ---- inputs -----------------------------------------------------------------------------------------
# The pictures that most parts run over, made once.
need_photos() {
	[[ ! -d $work/photos ]] || return 0
	if [[ -n ${PHOTOS:-} ]]; then
		say "copying $PHOTOS"
		cp -rL -- "$PHOTOS" "$work/photos"
	else
		say "making $photo_count sample photos"
		"$IMGTOP" samples "$work/photos" --count "$photo_count" --seed 1 "${photo_size[@]}" >&2
	fi
	# once through the page cache: the disk's speed on the first reading is not ours
	find "$work/photos" -type f -exec cat {} + >/dev/null
}

# need_samples NAME COUNT SIZE: a folder of samples of one size.
need_samples() {
	[[ -d $work/$1 ]] || "$IMGTOP" samples "$work/$1" --count "$2" --size "$3" --seed 1 >&2
}

# repeated FROM COPIES TO: the folder so many times, as hard links (symbolic where those are not allowed).
repeated() {
	local from=$1 copies=$2 to=$3 i
	rm -rf "$to"
	mkdir -p "$to"
	for ((i = 1; i <= copies; i++)); do
		cp -al -- "$from" "$to/$i" 2>/dev/null || { rm -rf "${to:?}/$i" && cp -as -- "$from" "$to/$i"; }
	done
}

# need_lasting NAME SECONDS: photos repeated until two workers are busy for so long.
need_lasting() {
	local took copies
	[[ ! -d $work/$1 ]] || return 0
	need_photos
	say "finding out how often the photos must be repeated for $2 s"
	batch calibrate threads:2 1 "$work/photos" --plan threads:2
	took=$(python3 "$here/figures.py" elapsed "$last_report/summary.json")
	copies=$(python3 -c 'import math, sys; t, s = map(float, sys.argv[1:])
print(max(1, math.ceil(1.1 * s / max(t, 0.01))))' "$took" "$2")
	repeated "$work/photos" "$copies" "$work/$1"
	say "$copies times"
}

need_long() {
	need_lasting long "$seconds_a_run"
}

# ---- one run ----------------------------------------------------------------------------------------
# note PART LABEL ROUND WALL UI_CPU OUTPUTS: a line for figures.py; "-" where there is nothing.
note() {
	printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "$last_report/summary.json" "$4" "$5" "$6" >>"$work/runs.tsv"
}

prepare_run() {
	last_report=$work/reports/$1-${2//[^A-Za-z0-9]/_}-$3
	rm -rf "$work/out" "$last_report" "$work/state"
	mkdir -p "$work/reports" "$work/state"
	sync -f "$work" # what the run before wrote must not be written out during this one
}

# A collection of people's own pictures may hold broken ones; samples may not fail.
check_exit() {
	[[ $1 -eq 0 || ($1 -eq 1 && -n ${PHOTOS:-}) ]] || {
		tail -n 20 "$work/log" >&2
		die "$2 ended with status $1"
	}
	[[ -s $last_report/summary.json ]] || die "$2 left no $last_report/summary.json"
}

# One number for all outputs: names and bytes.
outputs_sum() {
	(cd "$work/out" && find . -type f -print0 | LC_ALL=C sort -z | xargs -0 -r sha256sum | sha256sum | cut -c1-16)
}

# CPU time in clock ticks of all processes that this shell, and those it waited for, have waited for: fields 16, 17.
children_ticks() {
	local stat
	read -r stat <"/proc/$$/stat"
	stat=${stat##*) }
	# shellcheck disable=SC2086 # words are wanted
	set -- $stat
	echo $((${14} + ${15}))
}

# batch PART LABEL ROUND INPUT [OPTION...]: a run without a screen. SUM_OUTPUTS=1 notes what it wrote, COUNT_CPU=1
# the CPU time of all its processes in place of a screen's, and of what begin_beside has started.
batch() {
	local part=$1 label=$2 round=$3 input=$4 from to status=0 sum=- cpu=- before
	shift 4
	before=$(children_ticks)
	prepare_run "$part" "$label" "$round"
	from=$EPOCHREALTIME
	"${pinned[@]}" "$IMGTOP" run images --batch -o "$work/out" --report "$last_report" "$@" -- "$input" \
		</dev/null >"$work/log" 2>&1 || status=$?
	to=$EPOCHREALTIME
	if [[ -n ${beside:-} ]]; then
		wait "$beside" || true
		beside=
	fi
	check_exit "$status" "$label"
	[[ -z ${SUM_OUTPUTS:-} ]] || sum=$(outputs_sum)
	[[ -z ${COUNT_CPU:-} ]] || cpu=$((($(children_ticks) - before) * 1000000 / $(getconf CLK_TCK)))
	note "$part" "$label" "$round" "$((${to/[.,]/} - ${from/[.,]/}))" "$cpu" "$sum"
}

# begin_beside SECONDS TIMES COMMAND...: so often in so many seconds, each time without waiting for the time before.
begin_beside() {
	local pause times=$2
	pause=$(python3 -c 'import sys; s, n = map(float, sys.argv[1:]); print(s / (n + 1))' "$1" "$times")
	shift 2
	(
		# The last, too, is to have its second before the run is over.
		for ((i = 0; i < times; i++)); do
			sleep "$pause"
			"$@" >>"$work/beside.log" 2>&1 &
		done
		wait
	) &
	beside=$!
}

# read_ticks PID: leaves in $ticks the CPU time in clock ticks that a process (not its children) has used: fields 14 and
# 15 of stat. false: it is gone, and $ticks stays.
read_ticks() {
	local stat
	read -r stat 2>/dev/null <"/proc/$1/stat" || return 1
	stat=${stat##*) }
	# shellcheck disable=SC2086 # words are wanted
	set -- $stat
	ticks=$((${12} + ${13}))
}

# What is never written to: looking twice a second how a run is getting on must not start a process each time, which
# would cost the run more than its screen does.
exec {silence}<> <(:)

pause() {
	read -rt 0.5 -u "$silence" || true
}

# live PART LABEL ROUND INPUT [OPTION...]: the same under the live screen in a terminal of 120 columns and screen_rows
# (40) rows. The pane's process is the screen's: its CPU time is what watching takes by itself.
live() {
	local part=$1 label=$2 round=$3 input=$4 command pane ticks=0
	local deadline=$((SECONDS + 60 + 20 * seconds_a_run))
	shift 4
	prepare_run "$part" "$label" "$round"
	printf -v command '%q ' "${pinned[@]}" "$IMGTOP" run images -o "$work/out" --report "$last_report" "$@" -- "$input"
	"${tmux[@]}" new-session -d -x 120 -y "${screen_rows:-40}" -s bench "exec $command 2>$(printf %q "$work/log")"
	pane=$("${tmux[@]}" display-message -p -t bench '#{pane_pid}')
	while [[ ! -s $last_report/summary.json ]]; do
		read_ticks "$pane" || break
		[[ $SECONDS -lt $deadline ]] || die "$label under the screen did not end; see $work/log (KEEP=1)"
		pause
	done
	# The end page waits for a key.
	deadline=$((SECONDS + 10))
	while [[ $SECONDS -lt $deadline ]] && "${tmux[@]}" send-keys -t bench q 2>/dev/null; do
		sleep 0.2
	done
	"${tmux[@]}" kill-server 2>/dev/null || true
	check_exit 0 "$label under the screen"
	note "$part" "$label" "$round" - "$((ticks * 1000000 / $(getconf CLK_TCK)))" -
}

# rotated ROUND WORD...: the words, begun at another one in each round.
rotated() {
	local turn=$((($1 - 1) % ($# - 1)))
	shift
	printf '%s\n' "${@:turn+1}" "${@:1:turn}"
}

# ---- the parts --------------------------------------------------------------------------------------
# What two workers make of the same pictures under each strategy; outputs must be equal.
part_strategies() {
	local round plan
	need_photos
	for ((round = 1; round <= rounds; round++)); do
		for plan in $(rotated "$round" sequential threads:2 processes:2 hybrid:2+2); do
			say "strategies: round $round of $rounds, $plan"
			SUM_OUTPUTS=1 batch strategies "$plan" "$round" "$work/photos" --plan "$plan"
		done
	done
}

# What the second worker brings, on runs so long that starting does not count.
part_speedup() {
	local round plan
	need_long
	for ((round = 1; round <= long_rounds; round++)); do
		for plan in $(rotated "$round" threads:1 threads:2 processes:1 processes:2); do
			say "speedup: round $round of $long_rounds, $plan"
			batch speedup "$plan" "$round" "$work/long" --plan "$plan"
		done
	done
}

# What being watched costs: the live screen (10 pictures a second) against none.
part_watching() {
	local round way
	need_tmux
	need_long
	for ((round = 1; round <= long_rounds; round++)); do
		for way in $(rotated "$round" batch live); do
			say "watching: round $round of $long_rounds, $way"
			"$way" watching "$way" "$round" "$work/long" --plan threads:2
		done
	done
}

# What looking for hangs costs with everything on: the watchdog in the supervisor, the same judgements ten times
# a second for JSON Lines, and what the kernel says; against a program that was linked without a watchdog. Then what
# ten dumps cost in a run of ten seconds, each with two stacks of every thread, against a run beside which as many
# processes are started that do nothing. Runs differ by more than ten of them cost, so there are five times as many,
# and a fifth is told. The marks are held against CPU time: two workers use all of two cores, so what is added is
# taken from them, and a machine that does something else at the same time moves it less than the clock on the wall.
# The CPU time of the dumps themselves is in it.
part_diagnosis() {
	local round way unwatched=${BENCH_TOOLS:-}/imgtop-unwatched
	[[ -x $unwatched ]] || die "this part needs imgtop-unwatched: run it by make bench, or set BENCH_TOOLS" 2
	need_long
	for ((round = 1; round <= long_rounds; round++)); do
		for way in $(rotated "$round" without with); do
			say "diagnosis: round $round of $long_rounds, $way"
			if [[ $way = with ]]; then
				COUNT_CPU=1 batch diagnosis with "$round" "$work/long" --plan threads:2 --json --hang-after 60
			else
				COUNT_CPU=1 IMGTOP=$unwatched batch diagnosis without "$round" "$work/long" --plan threads:2
			fi
		done
	done
	need_lasting dumped "$dump_seconds"
	for ((round = 1; round <= rounds; round++)); do
		for way in $(rotated "$round" undumped "dumped-$dumps"); do
			say "diagnosis: round $round of $rounds, $way"
			if [[ $way = dumped-* ]]; then
				begin_beside "$dump_seconds" "$dumps" "$IMGTOP" dump
			else
				begin_beside "$dump_seconds" "$dumps" sleep 0
			fi
			COUNT_CPU=1 batch diagnosis "$way" "$round" "$work/dumped" --plan threads:2 --hang-after 60
			check_dumps "$way"
		done
	done
}

# What was to be measured has happened: stacks of the workers were taken.
check_dumps() {
	local -a made
	mapfile -t made < <(find "$last_report" -name 'dump-*.json')
	[[ $1 = dumped-* ]] || { [[ ${#made[@]} -eq 0 ]] || die 'a run that was not to be dumped was'; return 0; }
	say "${#made[@]} dumps"
	[[ ${#made[@]} -ge $least_dumps ]] || die "only ${#made[@]} dumps were made: $(cat "$work/beside.log")"
	grep -q '"worker_main"' "${made[@]}" || say 'note: none of them has stacks of workers (too short a run, or built without libdw?)'
}

# Memory must not grow with the number of inputs.
part_memory() {
	local plan
	need_samples middling 100 1600x1200
	repeated "$work/middling" 1 "$work/few"
	repeated "$work/middling" "$many_copies" "$work/many"
	for plan in threads:2 processes:2; do
		say "memory: $plan"
		batch memory "$plan few" 1 "$work/few" --plan "$plan"
		batch memory "$plan many" 1 "$work/many" --plan "$plan"
	done
}

# What is left of the workers' time when the work itself is next to nothing. What a round has written stays: ext4 looks
# at every file that was deleted in the last seconds before it makes another.
part_handover() {
	local round
	say "handover: making $tiny_count tiny pictures"
	need_samples tiny "$tiny_count" 64x64
	for ((round = 1; round <= rounds; round++)); do
		say "handover: round $round of $rounds"
		batch handover processes:2 "$round" "$work/tiny" --plan processes:2
		mv -- "$work/out" "$work/tiny-$round"
	done
}

# Far more workers than cores: it may gain nothing, but must not lose much either, nor fail.
part_oversubscribe() {
	local round plan
	need_photos
	repeated "$work/photos" 4 "$work/crowd"
	mapfile -t pinned < <(printf '%s\n' taskset -c "$(python3 -c 'import os
print(*sorted(os.sched_getaffinity(0))[:2], sep=",")')")
	for ((round = 1; round <= long_rounds; round++)); do
		for plan in $(rotated "$round" threads:2 threads:64 processes:64); do
			say "oversubscribe: round $round of $long_rounds, $plan"
			SUM_OUTPUTS=1 batch oversubscribe "$plan" "$round" "$work/crowd" --plan "$plan"
		done
	done
	pinned=()
}

# The screen's own CPU time while it shows 64 workers, a row each. They mostly sleep (a delay in decode), so that it is
# the screen that is measured and not the fight for the cores.
part_screen() {
	need_tmux
	need_samples small "$screen_items" 320x240
	say "screen: 64 workers"
	screen_rows=70 live screen "threads:64" 1 "$work/small" --plan threads:64 --delay decode=1000
}

# How soon a key is answered while 64 workers fight for the cores.
part_keys() {
	local plan
	need_samples middling 100 1600x1200
	repeated "$work/middling" "$keys_copies" "$work/endless" # it is stopped when all keys were pressed
	for plan in threads:64 processes:64; do
		say "keys: $plan"
		prepare_run keys "$plan" 1
		python3 "$here/keys.py" 70x120 "$keys_count" "$work/keys.new" "$IMGTOP" run images -o "$work/out" \
			--report "$last_report" --plan "$plan" -- "$work/endless" || die "no key was answered under $plan"
		sed "s/^/$plan\t/" "$work/keys.new" >>"$work/keys.tsv"
	done
}

# shellcheck source-path=SCRIPTDIR
. "$here/peers.sh"
# shellcheck source-path=SCRIPTDIR
. "$here/lessons.sh"
# shellcheck source-path=SCRIPTDIR
. "$here/scan.sh"
# shellcheck source-path=SCRIPTDIR
. "$here/advise.sh"

# ---- main -------------------------------------------------------------------------------------------
need_tmux() {
	command -v tmux >/dev/null || die "this part needs tmux: install it or leave the part out" 2
}

# shellcheck disable=SC2034 # peers.sh uses the rest
set_scale() {
	photo_count=24 photo_size=() rounds=${ROUNDS:-5} long_rounds=${ROUNDS:-3}
	seconds_a_run=${SECONDS_A_RUN:-30} many_copies=20 tiny_count=10000 screen_items=2560
	keys_count=200 keys_copies=200 photo_box=1920 small_count=2000 large_size=4000x3000 mixed_count=500 quality_count=${QUALITY_COUNT:-40}
	dump_seconds=10 dumps=50 least_dumps=45
	sum_megabytes=400 merge_records=5400000 jq_rounds=1 scan_files=100000 scan_bytes=2000000000
	if [[ -n ${QUICK:-} ]]; then
		dump_seconds=3 dumps=10 least_dumps=2
		sum_megabytes=8 merge_records=20000 scan_files=2000 scan_bytes=20000000
		photo_count=6 photo_size=(--size 640x480) rounds=2 long_rounds=2
		seconds_a_run=2 many_copies=2 tiny_count=500 screen_items=256
		keys_count=10 keys_copies=20 photo_box=320 small_count=100 large_size=640x480 mixed_count=20 quality_count=${QUALITY_COUNT:-4}
	fi
}

finish() {
	"${tmux[@]}" kill-server 2>/dev/null || true
	[[ -n ${KEEP:-} ]] || rm -rf "$work"
	[[ -z ${pages:-} ]] || rm -rf "$pages"
}

main() {
	local -a parts=("$@")
	local part bad=0
	[[ ${1:-} != --help && ${1:-} != -h ]] || { usage; exit 0; }
	[[ $# -gt 0 ]] || read -ra parts <<<"${BENCH:-}"
	[[ ${#parts[@]} -gt 0 ]] || parts=("${all_parts[@]}")
	for part in "${parts[@]}"; do
		[[ " ${all_parts[*]} " == *" $part "* ]] || die "no part $part; there are: ${all_parts[*]}" 2
	done
	command -v python3 >/dev/null || die "needs python3 for its arithmetic" 2
	IMGTOP=${IMGTOP:-$(command -v imgtop)} || die "set IMGTOP to the program to be measured" 2
	[[ -x $IMGTOP ]] || die "$IMGTOP is no program" 2

	mkdir -p "${BENCH_DIR:-.}"
	work=$(mktemp -d "$(cd "${BENCH_DIR:-.}" && pwd)/bench-XXXXXX")
	tmux=(tmux -L "imgtop-bench-$$" -f /dev/null)
	pinned=()
	trap finish EXIT
	trap 'exit 130' INT TERM
	export XDG_STATE_HOME=$work/state XDG_CONFIG_HOME=$work/config
	# Pages lie in memory as ever, but apart from those of other runs: "imgtop dump" takes the newest.
	if pages=$(mktemp -d /dev/shm/imgtop-bench-XXXXXX 2>/dev/null); then
		export XDG_RUNTIME_DIR=$pages
	fi
	set_scale
	for part in "${parts[@]}"; do
		"part_$part"
		python3 "$here/figures.py" table "$part" "$work/runs.tsv" || bad=1
	done
	python3 "$here/figures.py" record "$work/runs.tsv" "${BENCH_RECORD:-bench.json}" "$IMGTOP" "${parts[@]}"
	return "$bad"
}

main "$@"
