#!/usr/bin/env bash
# The manual and the completions know every command, option, choice, verb and key that the program's
# own tables list, and the manual knows no other option or key.
. "${abs_srcdir:?run it by make check}/tests/e2e/lib.sh"

manual=$abs_srcdir/man/imgtop.1
completions=$abs_srcdir/data/completions

# rows SCOPE-PATTERN: the tables' rows of these scopes.
rows() {
	imgtop --dump-options
	expect_status 0
	awk -F '\t' -v scope="^($1)\$" '$1 ~ scope' "$scratch/out"
}

# Rows of options, whatever their scope.
option_rows() {
	imgtop --dump-options
	expect_status 0
	awk -F '\t' '$2 ~ /^--/' "$scratch/out"
}

the_tables_have_six_columns_and_no_empty_one() {
	imgtop --dump-options
	expect_status 0
	awk -F '\t' 'NF != 6 { bad = 1 } { for (i = 1; i <= 6; i++) if ($i == "") bad = 1 }
		END { exit bad || NR < 50 }' "$scratch/out" || fail 'a row is not six full columns'
}

the_manual_lists_every_option_with_its_letter_and_argument() {
	local name letter argument missing=0
	while IFS=$'\t' read -r _ name letter argument _ _; do
		name=${name#--}
		# ".It Fl s , -strategy Ar name" or ".It Fl -fsync"
		if [[ $letter != - ]]; then
			grep -qE "^\.It Fl ${letter#-} , -$name( |\$)" "$manual" || {
				echo "not in the manual: $letter, --$name" >&2
				missing=1
			}
		fi
		grep -qE "^\.It Fl (. , )?-$name( |\$)" "$manual" || {
			echo "not in the manual: --$name" >&2
			missing=1
		}
		if [[ $argument != - ]]; then
			grep -qE "^\.It Fl (. , )?-$name (Ar|Cm) " "$manual" || {
				echo "without its argument in the manual: --$name" >&2
				missing=1
			}
		fi
	done < <(option_rows)
	[[ $missing -eq 0 ]]
}

the_manual_lists_no_option_that_does_not_exist() {
	local name
	option_rows | cut -f 2 >"$scratch/names"
	while read -r name; do
		grep -qxF -- "--$name" "$scratch/names" || fail "the manual invents --$name"
	done < <(sed -nE 's/^\.It Fl (. , )?-([a-z][a-z-]*).*/\2/p' "$manual")
}

the_manual_lists_every_choice() {
	local scope name choices choice
	while IFS=$'\t' read -r scope name _ _ choices _; do
		[[ $choices != - ]] || continue
		for choice in $choices; do
			grep -qE "^\.It .*Cm (.*[ |])?$choice( |\$)" "$manual" ||
				fail "not in the manual: $choice of $scope $name"
		done
	done < <(option_rows)
}

the_manual_lists_every_command_workload_and_verb() {
	local scope name
	while IFS=$'\t' read -r scope name _; do
		case $scope in
		input)
			grep -qx "\.It Cm $name" "$manual" || fail "not in the manual: $name"
			;;
		workload)
			grep -qx "\.Ss Options of the workload $name" "$manual" ||
				fail "no section of workload $name"
			;;
		*)
			grep -qE "^\.It (Cm|Ic) $name( |\$)" "$manual" ||
				fail "not in the manual: $scope $name"
			;;
		esac
	done < <(rows 'command|workload|verb|input')
}

the_manual_lists_exactly_the_keys_of_the_screens() {
	rows key | cut -f 2 | tr ' ' '\n' | sort -u >"$scratch/keys"
	[[ $(wc -l <"$scratch/keys") -gt 20 ]] || fail 'there are hardly any keys'
	sed -n '/^\.Ss Keys/,/^\.Sh VERBS/s/^\.It Ic //p' "$manual" | sed 's/ , /\n/g' |
		sed 's/^\\&//; s/^\\-$/-/; s/^\\e$/\\/' | sort -u >"$scratch/listed"
	diff "$scratch/keys" "$scratch/listed" >&2 || fail 'keys (<) and the manual (>) differ'
}

# listed FROM TO MACRO: what the list between two headings has as its items.
listed() {
	sed -n "/^\\.$1/,/^\\.$2/s/^\\.It $3 //p" "$manual" | sed 's/^\\&//' | sort
}

the_manual_lists_exactly_the_states_and_columns_of_the_screens() {
	rows state | cut -f 2 | sort >"$scratch/states"
	[[ $(wc -l <"$scratch/states") -gt 12 ]] || fail 'there are hardly any states'
	listed 'Ss States' 'Ss Keys' Em | diff "$scratch/states" - >&2 ||
		fail 'states (<) and the manual (>) differ'
	rows column | cut -f 2 | sort >"$scratch/columns"
	[[ $(wc -l <"$scratch/columns") -gt 15 ]] || fail 'there are hardly any columns'
	listed 'Sh SETTINGS' 'Sh VERBS' Cm | diff "$scratch/columns" - >&2 ||
		fail 'columns (<) and the manual (>) differ'
}

the_manual_tells_every_rule_of_scan() {
	local rule count=0
	while read -r rule; do
		grep -qxF ".It $rule" "$manual" || fail "the manual does not tell of $rule"
		count=$((count + 1))
	done < <(sed -nE 's/^\tSIDECAR_(P[0-9]+),$/\1/p' "$abs_srcdir/src/media/sidecar.h")
	[[ $count -eq 10 ]] || fail "found $count rules in sidecar.h"
}

# paragraph NAME: what the manual says of a demonstration or drill.
paragraph() {
	awk -v name="$1" '
		/^\.(It|El|S[hs])/ { inside = 0 }
		/^\.It Cm / {
			for (i = 3; i <= NF; i++)
				if ($i == name)
					inside = 1
			next
		}
		inside' "$manual"
}

the_manual_has_a_paragraph_for_every_demonstration() {
	local name said count=0
	while read -r name; do
		count=$((count + 1))
		said=$(paragraph "$name")
		if [[ -z $said && $name == *-fixed ]]; then
			said=$(paragraph "${name%-fixed}")
			grep -qE 'cure' <<<"$said" || fail "the manual does not tell of the cure of ${name%-fixed}"
		fi
		grep -qx 'Look at:' <<<"$said" || fail "not in the manual: what to look at in $name"
	done < <(rows demo | cut -f 2)
	[[ $count -gt 25 ]] || fail "only $count demonstrations"
	[[ -z $(paragraph no-such-thing) ]]
}

the_manual_is_good_mdoc() {
	need mandoc
	mandoc -Tlint "$manual" 2>/dev/null |
		grep -v 'referenced manual not found' >"$scratch/lint" || true
	[[ ! -s $scratch/lint ]] || fail "$(cat "$scratch/lint")"
}

# complete_bash WORD...: what bash offers for the last word.
complete_bash() {
	bash -c '
		. "$1/imgtop.bash"
		shift
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
		_imgtop
		printf "%s\n" "${COMPREPLY[@]}"
	' complete "$completions" "$IMGTOP" "$@" 2>/dev/null
}

# Words, however they are separated, sorted on one line.
in_order() {
	tr -s '[:space:]' '\n' | sort | tr '\n' ' ' | sed 's/^ *//; s/ *$//'
}

# expect_offers EXPECTED WORD...: exactly these words, in any order.
expect_offers() {
	local expected=$1 offered
	shift
	offered=$(complete_bash "$@" | in_order)
	expected=$(in_order <<<"$expected")
	[[ $offered == "$expected" ]] ||
		fail "for '$*' bash is offered '$offered' instead of '$expected'"
}

bash_completes_commands_workloads_verbs_and_choices() {
	expect_offers "$(rows command | cut -f 2)" ''
	expect_offers "$(rows workload | cut -f 2)" run ''
	expect_offers "$(rows verb | cut -f 2)" ctl ''
	expect_offers "$(rows demo | cut -f 2)" demo ''
	expect_offers "$(rows strategy | cut -f 2)" run images -s ''
	expect_offers "$(rows strategy | cut -f 2)" run --strategy = ''
	expect_offers 'replay run' r
	cd "$scratch"
	expect_offers "$(rows input | cut -f 2 | grep ^l)" run drill l
}

bash_completes_exactly_the_options_of_a_command() {
	local command scopes
	while IFS=$'\t' read -r _ command _ _ scopes _; do
		scopes=${scopes/workload/images}
		if [[ $command == run ]]; then
			expect_offers "$(rows "${scopes// /|}" | cut -f 2)" run images --
		else
			expect_offers "$(rows "${scopes// /|}" | cut -f 2)" "$command" --
		fi
	done < <(rows command)
}

bash_completes_files_where_files_are_meant() {
	mkdir "$scratch/photos"
	cd "$scratch"
	expect_offers 'photos' run images pho
	expect_offers 'photos' run images -o pho
	expect_offers 'photos' replay pho
	expect_offers '' run images -j pho
}

fish_completes_the_same() {
	need fish
	local offered
	offered=$(PATH=$(dirname "$IMGTOP"):$PATH fish --no-config -c \
		"source '$completions/imgtop.fish'; complete -C 'imgtop run images --strat'")
	[[ $offered == --strategy* ]] || fail "fish is offered '$offered'"
}

zsh_reads_its_completion() {
	need zsh
	zsh -n "$completions/_imgtop"
}

run_tests \
	the_tables_have_six_columns_and_no_empty_one \
	the_manual_lists_every_option_with_its_letter_and_argument \
	the_manual_lists_no_option_that_does_not_exist \
	the_manual_lists_every_choice \
	the_manual_lists_every_command_workload_and_verb \
	the_manual_lists_exactly_the_keys_of_the_screens \
	the_manual_lists_exactly_the_states_and_columns_of_the_screens \
	the_manual_tells_every_rule_of_scan \
	the_manual_has_a_paragraph_for_every_demonstration \
	the_manual_is_good_mdoc \
	bash_completes_commands_workloads_verbs_and_choices \
	bash_completes_exactly_the_options_of_a_command \
	bash_completes_files_where_files_are_meant \
	fish_completes_the_same \
	zsh_reads_its_completion
