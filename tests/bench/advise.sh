# shellcheck shell=bash disable=SC2154 # what run.sh sets
# advise.sh - is what `imgtop advise` recommends as fast as the best plan? Sourced by run.sh.

# The plans that it is held against.
advise_plans=(sequential threads:1 threads:2 threads:4 threads:8 processes:1 processes:2 processes:4 hybrid:2+2 hybrid:4+2)

# Ask for advice once, then run what it says beside all the others, in turn.
part_advise() {
	local round plan
	local -a advised
	need_photos
	"$IMGTOP" advise images "$work/photos" -o "$work/out" --json >"$work/advise.json" || die "no advice was given"
	mapfile -t advised < <(python3 "$here/figures.py" advised "$work/advise.json")
	say "advise: ${advised[*]}"
	for ((round = 1; round <= rounds; round++)); do
		for plan in $(rotated "$round" advised "${advise_plans[@]}"); do
			say "advise: round $round of $rounds, $plan"
			if [[ $plan = advised ]]; then
				batch advise advised "$round" "$work/photos" "${advised[@]}"
			else
				batch advise "$plan" "$round" "$work/photos" --plan "$plan"
			fi
		done
	done
}
