#!/usr/bin/env bash
# container_recipe.sh - tries data/container/Containerfile line by line, without a container engine.
#
#   tests/e2e/container_recipe.sh [MIRROR]
#
# Not part of make check: it needs root, debootstrap, the network and some minutes. Each stage gets a fresh
# Debian root; RUN, COPY and ENV lines are taken from the recipe itself and done there in order. Then the
# recipe's own command runs as somebody else than root, on an input that it may not write to.
# Exit: 0; 1 something is wrong; 77 it cannot be tried here.
set -euo pipefail

top=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
recipe=$top/data/container/Containerfile
runner=12345
. "$top/tests/e2e/roots.sh"

suite() {
	sed -nE 's/^ARG BASE=.*debian:([a-z]+).*/\1/p' "$recipe"
}

# ---- the recipe ---------------------------------------------------------------------------------------
# Its instructions, one a line: comments out, continued lines joined.
instructions() {
	sed '/^[[:space:]]*#/d' "$recipe" | sed -e ':a' -e '/\\$/N; s/\\\n[[:space:]]*//; ta' | sed '/^[[:space:]]*$/d'
}

# in_stage COMMAND...: in the present stage, with its variables, from its folder.
in_stage() {
	in_root "$stage" "$folder" "${variables[@]}" -- "$@"
}

# words JSON_LIST: ["a", "b"] as lines.
words() {
	grep -oE '"[^"]*"' <<<"$1" | tr -d '"'
}

copy() {
	local from=$1 to=$2
	case $from in
	--from=*)
		from=${from#--from=}
		read -r source to <<<"$2"
		if [[ -d $work/$from$source ]]; then
			mkdir -p "$work/$stage$to"
			cp -a "$work/$from$source/." "$work/$stage$to/"
		else
			cp -a "$work/$from$source" "$work/$stage$to"
		fi
		;;
	.) copy_checkout "$stage" "$to" ;;
	*) fail "COPY $from: this script cannot do that" ;;
	esac
}

# do_instruction LINE
do_instruction() {
	local verb=${1%% *} rest=${1#* } first second
	say "$1"
	case $verb in
	ARG) ;;
	FROM)
		stage=final variables=() folder=/
		[[ $rest != *' AS '* ]] || stage=${rest##* }
		new_root "$stage"
		;;
	ENV) variables+=("$rest") ;;
	WORKDIR) folder=$rest && mkdir -p "$work/$stage$rest" ;;
	COPY)
		first=${rest%% *} second=${rest#* }
		copy "$first" "$second"
		;;
	RUN) in_stage sh -c "$rest" || fail "this line failed: $1" ;;
	ENTRYPOINT) mapfile -t entry < <(words "$rest") ;;
	CMD) mapfile -t command < <(words "$rest") ;;
	*) fail "$verb: this script does not know that instruction" ;;
	esac
}

# ---- the use ------------------------------------------------------------------------------------------
# run_image EXIT_STATUS: the image's own command as another user, without a terminal; its log in $work/log.
run_image() {
	local status=0
	(in_stage chroot --userspec="$runner:$runner" / "${entry[@]}" "${command[@]}") </dev/null \
		>"$work/log" 2>&1 || status=$?
	[[ $status -eq $1 ]] || fail "ended with $status instead of $1: $(cat "$work/log")"
}

try_it() {
	local data=$work/final/data before
	in_stage imgtop samples /data/input --count 5 --size 320x240 >/dev/null 2>&1
	mkdir -p "$data/input/sub"
	cp "$top/README.md" "$data/input/sub/notes.txt"
	chown "$runner:$runner" "$data/output" "$data/state"
	mount --bind -o ro "$data/input" "$data/input"
	before=$(cd "$data/input" && find . -type f -exec sha256sum {} + | sort)

	run_image 0
	[[ $(find "$data/output" -type f -name '*.jpg' | wc -l) -eq 5 ]] || fail "not five outputs: $(cat "$work/log")"
	grep -q '5 ok\|ok 5' "$work/log" || fail "the log does not tell: $(cat "$work/log")"
	! grep -q $'\e' "$work/log" || fail 'the log has escape sequences'
	[[ -s $(find "$data/state" -name summary.json) ]] || fail 'no report in the state folder'
	[[ $(cd "$data/input" && find . -type f -exec sha256sum {} + | sort) = "$before" ]] || fail 'the input changed'

	run_image 0
	grep -q 'skipped: done in an earlier run' "$work/log" || fail "a second run did all again: $(cat "$work/log")"
	rm -rf "${data:?}/output"/*
	variables+=("OUTPUT_DIR=/data/state/elsewhere")
	run_image 0
	[[ $(find "$data/state/elsewhere" -type f -name '*.jpg' | wc -l) -eq 5 ]] || fail 'OUTPUT_DIR is not heeded'
	umount "$data/input"
}

roots_begin "$(suite)" "$@"
while IFS= read -r line <&3; do
	do_instruction "$line"
done 3< <(instructions)
try_it
say 'all of it works'
