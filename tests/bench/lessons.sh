# shellcheck shell=bash
# The parts of run.sh that measure the workloads sum and merge and what the drill io-vs-cpu shows; sourced by it. Each
# leaves lines for lessons.py in $work/sum.tsv, $work/merge.tsv or $work/lessons.tsv: who, round, and figures.
# shellcheck disable=SC2154 # run.sh sets them

# What adding up numbers takes of the time that merely reading them takes (read_speed, the same kind of memory). Parts
# of a size that no cache holds; one worker against one reader, two against two at the same time, whom the bus may
# hold up. All by CPU time, and with the share of the time that they were on a CPU.
part_sum() {
	local round workers
	[[ -x ${BENCH_TOOLS:-}/read_speed ]] || die "needs BENCH_TOOLS/read_speed: run it by make bench" 2
	for ((round = 1; round <= rounds; round++)); do
		for workers in $(rotated "$round" 1 2); do
			say "sum: round $round of $rounds, threads:$workers"
			"$BENCH_TOOLS/read_speed" "$sum_megabytes" "$workers" |
				sed "s/^/read\t$workers\t$round\t/" >>"$work/sum.tsv"
			prepare_run sum "threads:$workers" "$round"
			"$IMGTOP" run sum --batch --report "$last_report" --plan "threads:$workers" \
				--count "$((sum_megabytes * 250000))" </dev/null >"$work/log" 2>&1 || die "sum failed: $(cat "$work/log")"
			printf 'sum\t%s\t%s\t%s\n' "$workers" "$round" "$last_report/summary.json" >>"$work/sum.tsv"
		done
	done
}

# merge_by LABEL ROUND OPTION...: a merge by imgtop, timed from start to end.
merge_by() {
	local label=$1 round=$2 from to
	shift 2
	prepare_run merge "$label" "$round"
	from=$EPOCHREALTIME
	"$IMGTOP" run merge --batch --report "$last_report" -o "$work/merged.jsonl" "$@" </dev/null >"$work/log" 2>&1 ||
		die "merge failed: $(cat "$work/log")"
	to=$EPOCHREALTIME
	printf '%s\t%s\t%s\t%s\n' "$label" "$round" "$((${to/[.,]/} - ${from/[.,]/}))" "$last_report/summary.json" \
		>>"$work/merge.tsv"
}

# A file of JSON Lines (1 GB unless QUICK) by two workers against jq doing the same, the same records three times over
# (more bytes, no more keys) for the memory, and one file against the same records in sixteen.
part_merge() {
	local round from to program
	# ties go to the later, and an object keeps one value of each key
	# shellcheck disable=SC2016 # dollars of jq
	program='reduce inputs as $r ({}; ($r.id | tostring) as $k
		| if .[$k] == null or $r.updated_at >= .[$k].updated_at then .[$k] = $r else . end) | .[]'
	command -v jq >/dev/null || die "this part needs jq: install it or leave the part out" 2
	say "merge: making $merge_records records"
	"$IMGTOP" samples --records "$merge_records" "$work/records.jsonl"
	mkdir -p "$work/pieces"
	split -n l/16 "$work/records.jsonl" "$work/pieces/"
	for ((round = 1; round <= long_rounds; round++)); do
		say "merge: round $round of $long_rounds"
		merge_by "threads:2" "$round" --plan threads:2 "$work/records.jsonl"
		cksum <"$work/merged.jsonl" >>"$work/merge.sums"
		merge_by "processes:2" "$round" --plan processes:2 "$work/records.jsonl"
		cksum <"$work/merged.jsonl" >>"$work/merge.sums"
		merge_by "16 files" "$round" --plan threads:2 "$work"/pieces/*
		cksum <"$work/merged.jsonl" >>"$work/merge.sums"
		merge_by "3 times" "$round" --plan threads:2 "$work/records.jsonl" "$work/records.jsonl" "$work/records.jsonl"
		[[ $round -le $jq_rounds ]] || continue
		say "merge: round $round, jq"
		from=$EPOCHREALTIME
		jq -cn "$program" "$work/records.jsonl" >"$work/by-jq.jsonl"
		to=$EPOCHREALTIME
		printf 'jq\t%s\t%s\t-\n' "$round" "$((${to/[.,]/} - ${from/[.,]/}))" >>"$work/merge.tsv"
		# the same records, in whichever order, numbers as jq writes them
		[[ $(jq -cS . "$work/merged.jsonl" | sort | cksum) = $(jq -cS . "$work/by-jq.jsonl" | sort | cksum) ]] ||
			echo "jq merges to something else" >>"$work/merge.sums"
	done
}

# Waiting work and computing work, one worker against two of either kind, with and without one lock around computing.
part_lessons() {
	local round plan lock
	for ((round = 1; round <= long_rounds; round++)); do
		for plan in $(rotated "$round" sequential threads:2 processes:2); do
			for lock in $(rotated "$round" free gil); do
				say "lessons: round $round of $long_rounds, $plan, $lock"
				prepare_run lessons "$plan-$lock" "$round"
				if [[ $lock = gil ]]; then set -- --gil; else set --; fi
				"$IMGTOP" run drill io-vs-cpu --batch --report "$last_report" --plan "$plan" "$@" </dev/null \
					>"$work/log" 2>&1 || die "the drill failed: $(cat "$work/log")"
				printf '%s\t%s\t%s\t%s\n' "$plan" "$lock" "$round" "$last_report/summary.json" \
					>>"$work/lessons.tsv"
			done
		done
	done
}
