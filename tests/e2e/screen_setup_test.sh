#!/usr/bin/env bash
# The setup screen: the options of the workload images are there, take a value on every size of
# screen, and are what the run then does.
. "${abs_srcdir:?run it by make check}/tests/e2e/lib.sh"

# What each option is set to, in the order of the screen; "more" opens those beyond the first page.
options='
max 640x400
quality 77
more yes
progressive yes
subsampling 444
kernel bicubic
icc srgb
metadata keep
background 102030
thumb 96
patch centre
suffix -s
skip-existing newer
tolerate yes
max-bytes 100M
max-pixels 5000000
max-side 5000
max-scans 50
jpeg-memory 256M
png-chunk 4M
png-chunks 500
tiff-memory 60M
max-seconds 20
'

# The program's tables, by option: the argument it takes, the words it has, and the beginning of its sentence, as far as
# the narrowest screen shows it.
declare -A argument_of=() words_of=() said_of=() settings=()

while IFS=$'\t' read -r -a row; do
	if [[ ${row[0]} = run || ${row[0]} = images ]]; then
		name=${row[1]#--}
		argument_of[$name]=${row[3]}
		words_of[$name]=${row[4]}
		said_of[$name]=${row[-1]:0:24}
		settings[${said_of[$name]}]=$name
	fi
done < <("${IMGTOP:?run it by make check}" --dump-options)

changed() {
	look
	[[ $seen != "$before" ]]
}

# press KEY: and wait until it is seen.
press() {
	look
	before=$seen
	screen_keys "$1"
	await "$1 is answered" changed
}

settings['Turns pictures upright, ']=workload # what that of the workload does
settings['workers share one proces']=strategy # the one that is chosen, which only a narrow screen has among them
settings['Files and folders, with ']=input
settings['Space shows or hides the']='more'

# find_focus: the setting that has the focus, in $focus, by the beginning of its sentence; empty while the sentence is
# only partly on the screen. It stands on the last one or two rows above the line, which are drawn after the settings.
find_focus() {
	local row last='' before=''
	local -a rows
	look
	mapfile -t rows <<<"$seen"
	for row in "${rows[@]}"; do
		[[ $row != ─* && $row != F1* ]] || break
		before=$last
		last=${row# }
		last=${last:0:24}
	done
	focus=${settings[${last:--}]:-${settings[${before:--}]:-}}
}

moved() {
	find_focus
	[[ -n $focus && $focus != "$from" ]]
}

# go_to SETTING: the focus goes down to it, one step after the other.
go_to() {
	local from='' i
	await 'a setting has the focus' moved
	for ((i = 0; i < 80; i++)); do
		[[ $focus != "$1" ]] || return 0
		from=$focus
		screen_keys Down
		await "the focus moves on from $from" moved
	done
	fail "never came to: $1"
}

# focus_has VALUE: of the fields of the screen one has it; a choice with the focus stands in < >.
focus_has() {
	look
	[[ $seen = *"< $1 >"* ]]
}

# set_option OPTION VALUE
set_option() {
	go_to "$1"
	if [[ ${argument_of[$1]} = - || ${words_of[$1]} != - ]]; then
		until focus_has "$2"; do
			press Right
		done
		return
	fi
	screen_keys BSpace BSpace BSpace BSpace BSpace BSpace BSpace BSpace BSpace BSpace BSpace BSpace
	screen_type "$2"
	await_screen " $2 *\$"
}

# set_all SIZE: from the start to the options set, on a screen of that size.
set_all() {
	local name value
	cd "$scratch"
	make_photos photos 6
	screen_start "$1" "$IMGTOP"
	await_screen '^F1' # the last row: the others are there
	if screen_shows 'Tab goes to the settings'; then
		press Tab
	fi
	go_to input
	screen_type photos
	await_screen ' photos *$'
	go_to output
	screen_type -set
	await_screen 'imgtop-output-set *$'
	while read -r name value; do
		case $name in
		'') ;;
		more)
			go_to more
			press Space
			;;
		*) set_option "$name" "$value" ;;
		esac
	done <<<"$options"
}

# The same options as words of a command line.
words() {
	local name value
	while read -r name value; do
		case $name in
		'' | more) ;;
		*)
			printf '%s\n' "--$name"
			[[ ${argument_of[$name]} = - ]] || printf '%s\n' "$value"
			;;
		esac
	done <<<"$options"
}

expect_run_as_set() {
	local -a same
	screen_keys Enter
	await_screen '\[End\]'
	screen_keys r
	await_screen 'nothing was done'
	screen_keys q
	await_end 0
	mapfile -t same < <(words)
	imgtop run images photos -o expected --no-report "${same[@]}"
	expect_status 0
	same_tree imgtop-output-set expected
	[[ $(find expected -name '*-s.jpg' | wc -l) -eq 6 ]] || fail 'the suffix is not there'
	[[ $(find expected -name '*-s.thumb.jpg' | wc -l) -eq 6 ]] || fail 'the thumbs are not there'
}

every_option_is_set_at_80x24_and_the_run_obeys() {
	set_all 80x24
	expect_run_as_set
}

every_option_is_set_at_40x10_and_the_run_obeys() {
	set_all 40x10
	expect_run_as_set
}

the_command_line_that_does_the_same_is_shown() {
	cd "$scratch"
	make_photos photos 6
	screen_start 132x40 "$IMGTOP"
	await_screen 'imgtop setup'
	press Tab
	go_to input
	screen_type photos
	go_to more
	press Space
	set_option progressive yes
	await_screen 'Command +imgtop run images photos .*--progressive'
	set_option thumb 96
	await_screen 'Command .*--progressive --thumb 96'
	set_option thumb 'many'
	await_screen '"many" cannot be used'
	screen_keys BSpace BSpace BSpace BSpace
	await_screen_without 'cannot be used'
	await_screen_without 'Command .*--thumb'
	screen_keys F10
	await_end 0
}

a_dry_run_leaves_the_screen_and_says_what_would_be_done() {
	cd "$scratch"
	make_photos photos 6
	screen_start 80x24 "$IMGTOP"
	await_screen 'imgtop setup'
	press Tab
	go_to input
	screen_type photos
	go_to more
	press Space
	set_option dry-run yes
	screen_keys Enter
	await_end 0
	screen_shows '^photos/.* -> imgtop-output/' || fail 'it is not said what would be done'
	screen_shows 'dry run: 6 would be done' || fail 'there is no sum'
	[[ ! -e imgtop-output ]] || fail 'something was written'
}

run_tests \
	every_option_is_set_at_80x24_and_the_run_obeys \
	every_option_is_set_at_40x10_and_the_run_obeys \
	the_command_line_that_does_the_same_is_shown \
	a_dry_run_leaves_the_screen_and_says_what_would_be_done
