#!/usr/bin/env bash
# takeout_test.sh - a sample Takeout library under all its names, scanned under every strategy: each
# file has the JSON that the library's manifest says, by the rule that it says.

. "${abs_srcdir:?run it by make check}/tests/e2e/lib.sh"

files=600

# expect_catalogue PLAN: scan under that plan into a fresh catalogue and compare.
expect_catalogue() {
	local said
	rm -f "$scratch"/catalogue*
	imgtop run scan "$scratch/library" -o "$scratch/catalogue" --batch --no-report --plan "$1"
	expect_status 0
	said=$(python3 "$abs_srcdir/tests/e2e/takeout.py" "$scratch/catalogue" "$scratch/manifest")
	[[ -z $said ]] || fail "--plan $1: $said"
}

every_strategy_finds_what_the_manifest_says() {
	local plan
	need python3
	imgtop samples "$scratch/library" --takeout --count "$files" --seed 11 \
		--manifest "$scratch/manifest"
	expect_status 0
	for plan in sequential threads:3 processes:2 hybrid:2+2; do
		expect_catalogue "$plan"
	done
}

a_difference_from_the_manifest_is_told() {
	local said
	need python3
	imgtop samples "$scratch/library" --takeout --count 60 --seed 12 --manifest "$scratch/manifest"
	imgtop run scan "$scratch/library" -o "$scratch/catalogue" --batch --no-report
	sed -i '0,/\tP1\t/s//\tP2\t/' "$scratch/manifest"
	said=$(python3 "$abs_srcdir/tests/e2e/takeout.py" "$scratch/catalogue" "$scratch/manifest")
	[[ $(wc -l <<<"$said") -eq 1 && $said = *P2* ]] || fail "one rule was changed: $said"
}

run_tests \
	every_strategy_finds_what_the_manifest_says \
	a_difference_from_the_manifest_is_told
