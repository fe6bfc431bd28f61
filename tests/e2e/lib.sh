# shellcheck shell=bash
# lib.sh - what the scripts of tests/e2e share: sentences that are counted, the real program on a
# terminal of a stated size, waiting for what is seen instead of sleeping, and inputs of every kind.
#
#   . "${abs_srcdir:?run it by make check}/tests/e2e/lib.sh"
#   a_run_ends_with_its_report() { ... }
#   run_tests a_run_ends_with_its_report ...
#
# Each test function runs in a subshell with `set -e`, in a $scratch folder of its own that holds its
# home and all XDG folders; what it starts there is ended with it. It fails by a failing command or
# by `fail TEXT`, and skips by `skip REASON`.

set -euo pipefail

# Seconds that a screen or a condition may take before the test fails. Nothing waits that long when
# all is well; sanitizers and busy machines need it.
await_limit=${IMGTOP_TEST_AWAIT:-60}

# What is looked at again and again is looked at without starting a process where the shell can do it: a few hundred
# looks a test, at several processes each, would cost more than what they watch.

# Pictures are made by the program as it was built, even where a script tries another one; or by one that is named, for
# a program under a sanitizer takes ten times as long.
photographer=${IMGTOP_TEST_PHOTOGRAPHER:-${IMGTOP:-}}

# ---- tests --------------------------------------------------------------------------------------

fail() {
	printf 'failed: %s\n' "$*" >&2
	if screen_exists; then
		printf '%s\n' '---- the screen:' >&2
		screen_text >&2
		printf '%s\n' '----' >&2
	fi
	exit 1
}

skip() {
	printf '%s\n' "$*" >"$scratch/skipped"
	exit 77
}

# need COMMAND...: skips where one of them is missing.
need() {
	local command
	for command; do
		command -v "$command" >/dev/null || skip "$command is not installed"
	done
}

# traced: in this script stacks are taken of processes that may just be ending. A process has one tracer at a time,
# and AddressSanitizer looks for leaks at its end by tracing itself: here it does not. All other scripts look.
traced() {
	export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
}

# Ends what the test has left running, with the folder it ran in.
scratch_leave() {
	screen_stop
	find_own_processes
	[[ ${#own_pids[@]} -eq 0 ]] || kill -KILL "${own_pids[@]}" 2>/dev/null || true
	chmod -R u+rwx "$scratch" 2>/dev/null || true
	rm -rf "$scratch"
}

scratch_enter() {
	scratch=$(mktemp -d "${TMPDIR:-/tmp}/imgtop-test.XXXXXX")
	export IMGTOP_TEST_SCRATCH=$scratch
	mkdir -m 700 "$scratch"/{cache,config,data,run,state}
	export HOME=$scratch
	export XDG_CACHE_HOME=$scratch/cache XDG_CONFIG_HOME=$scratch/config
	export XDG_DATA_HOME=$scratch/data XDG_RUNTIME_DIR=$scratch/run XDG_STATE_HOME=$scratch/state
}

# run_tests FUNCTION...: runs each as one test and tells Automake's TAP driver.
run_tests() {
	local number=0 status name reason failures=0
	echo "1..$#"
	for name; do
		number=$((number + 1))
		scratch_enter
		set +e
		(
			set -e
			"$name"
		) >&2
		status=$?
		set -e
		reason=
		[[ ! -e $scratch/skipped ]] || reason=$(<"$scratch/skipped")
		scratch_leave
		if [[ $status -eq 0 ]]; then
			echo "ok $number - $name"
		elif [[ $status -eq 77 && -n $reason ]]; then
			echo "ok $number - $name # SKIP $reason"
		else
			echo "not ok $number - $name"
			failures=1
		fi
	done
	return "$failures"
}

# ---- waiting ------------------------------------------------------------------------------------

# What is never written to: a shell that reads it with a limit sleeps without another process.
exec {silence}<> <(:)

# Between two looks.
pause() {
	read -rt 0.05 -u "$silence" || true
}

# await TEXT COMMAND...: until COMMAND succeeds; fails saying TEXT when it does not in time.
await() {
	local text=$1 deadline=$((SECONDS + await_limit))
	shift
	until "$@"; do
		if ((SECONDS >= deadline)); then
			fail "waited $await_limit s in vain: $text"
		fi
		pause
	done
}

# ---- the program without a terminal -----------------------------------------------------------------

# imgtop ARGS: runs it to its end; leaves $status, $scratch/out and $scratch/err.
imgtop() {
	status=0
	"${IMGTOP:?run it by make check}" "$@" </dev/null >"$scratch/out" 2>"$scratch/err" || status=$?
}

# expect_status N: the last run ended with it.
expect_status() {
	if [[ $status -ne $1 ]]; then
		tail -n 50 "$scratch/err" >&2
		fail "exit status $status instead of $1"
	fi
}

# expect_text FILE PATTERN (extended regular expression)
expect_text() {
	if ! grep -qE -- "$2" "$1"; then
		head -n 100 "$1" >&2
		fail "$1 does not say: $2"
	fi
}

# json_value FILE KEY: the first value of that name, a number or a string without its quotes.
json_value() {
	sed -nE "s/.*\"$2\": *(\"([^\"]*)\"|([-+0-9.eE]+|true|false|null)).*/\2\3/;T;p;q" "$1"
}

# expect_json FILE KEY VALUE
expect_json() {
	local value
	value=$(json_value "$1" "$2")
	if [[ $value != "$3" ]]; then
		fail "$1: \"$2\" is ${value:-missing} instead of $3"
	fi
}

# find_own_processes: leaves in own_pids the program's processes that belong to this test, whoever their parent is
# by now.
find_own_processes() {
	local link pid
	own_pids=()
	for link in /proc/[0-9]*/exe; do
		pid=${link#/proc/}
		pid=${pid%/exe}
		if [[ $link -ef ${IMGTOP:-/nonexistent} ]] && own_process "$pid"; then
			own_pids+=("$pid")
		fi
	done
}

# A dead process that nobody has waited for has no environment and counts no more.
own_process() {
	local variable
	local -a environment=()
	{ mapfile -d '' -t environment <"/proc/$1/environ"; } 2>/dev/null || return
	for variable in "${environment[@]}"; do
		[[ $variable != "IMGTOP_TEST_SCRATCH=$scratch" ]] || return 0
	done
	return 1
}

# find_host NAME: leaves in $pid_found the process of this test that bears the name; false where there is none.
# shellcheck disable=SC2034 # pid_found is the caller's
find_host() {
	local pid name
	find_own_processes
	for pid in "${own_pids[@]}"; do
		{ read -r name <"/proc/$pid/comm"; } 2>/dev/null || continue
		if [[ $name = "$1" ]]; then
			pid_found=$pid
			return
		fi
	done
	pid_found=
	return 1
}

no_process_is_left() {
	find_own_processes
	[[ ${#own_pids[@]} -eq 0 ]]
}

# expect_no_trace OUTPUT: no process and no half-written file outlives a run.
expect_no_trace() {
	local left
	await 'every process of the run ends' no_process_is_left
	left=$(find "$1" -name '.imgtop-*')
	[[ -z $left ]] || fail "temporary files are left: $left"
}

# same_tree A B: the same names with the same bytes.
same_tree() {
	diff -r "$1" "$2" >&2 || fail "$1 and $2 differ"
}

# ---- the program on a terminal --------------------------------------------------------------------

# A server that is told to end needs a moment, so that every screen has a server of its own.
screen_number=0

screen_tmux() {
	tmux -S "$scratch/tmux.$screen_number" "$@"
}

screen_exists() {
	[[ -S $scratch/tmux.$screen_number ]] && screen_tmux has-session 2>/dev/null
}

# screen_start WIDTHxHEIGHT COMMAND...: the command on a terminal of that size. One at a time.
#   The shell around it survives Ctrl-C, to tell the exit status and the terminal's settings. What it writes last, a
#   title, comes to the terminal after all that the command has written.
screen_start() {
	local size=$1
	shift
	need tmux stty
	screen_stop
	(: <>/dev/ptmx) 2>/dev/null || skip 'there are no pseudo terminals here'
	screen_number=$((screen_number + 1))
	rm -f "$scratch/status"
	printf 'set-option -g %s\n' 'status off' 'default-terminal tmux-256color' \
		>"$scratch/tmux.conf"
	# shellcheck disable=SC2016 # the inner shell's dollars
	env -u TMUX tmux -S "$scratch/tmux.$screen_number" -u -f "$scratch/tmux.conf" \
		new-session -d -x "${size%x*}" -y "${size#*x}" -- bash -c '
			trap : INT QUIT TSTP
			folder=$1
			shift
			stty -g >"$folder/stty.before"
			"$@"
			status=$?
			stty -g >"$folder/stty.after"
			printf "\033]2;ended\033\\\\"
			echo "$status" >"$folder/status.new"
			mv "$folder/status.new" "$folder/status"
			trap - INT
			exec cat >/dev/null' screen "$scratch" "$@"
}

# All that is visible, one line per row.
screen_text() {
	screen_tmux capture-pane -p
}

# The same with the escape sequences of colours and attributes.
screen_attributes() {
	screen_tmux capture-pane -p -e
}

# screen_keys KEY...: as tmux names them: F10, Enter, C-c, Up, q.
screen_keys() {
	screen_tmux send-keys "$@"
}

# screen_type TEXT: each character as it is.
screen_type() {
	screen_tmux send-keys -l -- "$1"
}

# screen_shell WIDTHxHEIGHT: a shell on a terminal of that size, for screen_command.
screen_shell() {
	screen_start "$1" env PS1='ready> ' bash --norc -i
}

# screen_command TEXT: typed and entered when the shell asks for it. What is typed a moment before the program in front
# of it has ended is that program's, and lost.
screen_command() {
	await 'the shell asks for a command' shell_is_ready
	screen_type "$1"
	screen_keys Enter
}

shell_is_ready() {
	look && [[ ${seen##*$'\n'} = 'ready>' ]]
}

screen_resize() {
	screen_tmux resize-window -x "${1%x*}" -y "${1#*x}"
}

# look: leaves in $seen all that is visible.
look() {
	seen=$(exec tmux -S "$scratch/tmux.$screen_number" capture-pane -p)
}

# screen_shows PATTERN: a row, but an empty one, matches the extended regular expression.
screen_shows() {
	local row
	local - IFS=$'\n'
	set -o noglob
	look || return
	for row in $seen; do
		[[ ! $row =~ $1 ]] || return 0
	done
	return 1
}

screen_lacks() {
	! screen_shows "$1"
}

# await_screen PATTERN: until a row matches the extended regular expression.
await_screen() {
	await "the screen shows: $1" screen_shows "$1"
}

# await_screen_without PATTERN: until no row matches it.
await_screen_without() {
	await "the screen no longer shows: $1" screen_lacks "$1"
}

# await_end N: until the command has ended, with exit status N and the terminal as it was.
await_end() {
	await 'the program ends' test -f "$scratch/status"
	status=$(<"$scratch/status")
	[[ $status -eq $1 ]] || fail "exit status $status instead of $1"
	cmp -s "$scratch/stty.before" "$scratch/stty.after" ||
		fail 'the terminal is not as it was before'
	await 'screen, cursor, mouse and keypad are as they were' terminal_is_plain
}

# No alternate screen, a visible cursor, no mouse reports, the keypad for itself; and the terminal, which reads what the
# program wrote last a moment after its end, has read all of it.
terminal_is_plain() {
	local modes
	modes=$(screen_tmux display-message -p \
		'#{alternate_on} #{cursor_flag} #{mouse_any_flag} #{keypad_flag} #{keypad_cursor_flag} #{pane_title}')
	[[ $modes = '0 1 0 0 0 ended' ]]
}

# The process of the command, while it runs.
screen_pid() {
	local shell
	shell=$(screen_tmux display-message -p '#{pane_pid}')
	tr -d ' \n' <"/proc/$shell/task/$shell/children"
}

# screen_runs NAME: the command has been started, so that keys no longer reach the shell around it.
screen_runs() {
	[[ $(cat "/proc/$(screen_pid)/comm" 2>/dev/null) = "$1" ]]
}

# Takes the terminal away, as when its window is closed.
screen_stop() {
	local server
	for server in "$scratch"/tmux.[0-9]*; do
		if [[ -S $server ]]; then
			tmux -S "$server" kill-server 2>/dev/null || true
		fi
	done
}

# ---- inputs -------------------------------------------------------------------------------------

# kept_folder NAME FUNCTION ARGS: leaves in $kept a folder that the function has filled, called with the folder before
# its arguments. It is made once per build, not once per test: what takes a tenth of a second takes a second under a
# sanitizer. Nothing may be changed in it.
kept_folder() {
	local folder made stamp old
	stamp=$(stat -c %Y -- "$photographer")
	folder=${abs_builddir:?run it by make check}/tests/kept/$1-$stamp
	if [[ ! -d $folder ]]; then
		mkdir -p "${folder%/*}"
		made=$(mktemp -d "${folder%/*}/XXXXXX")
		chmod 755 "$made"
		"$2" "$made" "${@:3}"
		# That of a program as it was before serves nobody.
		for old in "${folder%/*}/$1"-*; do
			[[ $old = "$folder" ]] || rm -rf "$old"
		done
		# Another test may have been quicker.
		mv -T "$made" "$folder" 2>/dev/null || rm -rf "$made"
	fi
	kept=$folder
}

# make_photos FOLDER COUNT [WxH]: deterministic photographs, made by the program itself.
make_photos() {
	local size=${3:-640x480}
	kept_folder "photos-$2-$size" photograph "$2" "$size"
	cp -rT -- "$kept" "$1"
}

photograph() {
	"$photographer" samples "$1" --count "$2" --size "$3" --seed 1 >"$scratch/samples.err" 2>&1 ||
		fail "no photographs: $(<"$scratch/samples.err")"
}

# have_samples: the program's own sample photographs are there, as after its first demonstration.
have_samples() {
	kept_folder samples first_demonstration
	cp -rT -- "$kept" "$XDG_CACHE_HOME/imgtop"
}

first_demonstration() {
	XDG_CACHE_HOME=$1/cache "$photographer" demo --no-report --delay read=0 --max 16 </dev/null \
		>"$scratch/samples.err" 2>&1 || fail "no samples: $(<"$scratch/samples.err")"
	mv "$1"/cache/imgtop/* "$1"
	rm -rf "$1/cache"
}

# one_of FOLDER: its first JPEG.
one_of() {
	find "$1" -type f -name '*.jpg' | LC_ALL=C sort | sed -n 1p
}

# make_damaged FOLDER JPEG: files that are images by their first bytes and cannot be decoded.
make_damaged() {
	local size
	mkdir -p "$1"
	size=$(stat -c %s "$2")
	head -c 400 "$2" >"$1/only-the-start.jpg"
	head -c $((size / 2)) "$2" >"$1/half.jpg"
	head -c 3 "$2" >"$1/three-bytes.jpg"
}

# make_strangers FOLDER: regular files that are no images, whatever they are called.
make_strangers() {
	mkdir -p "$1"
	: >"$1/empty.jpg"
	echo 'dear diary' >"$1/text.jpg"
	echo 'dear diary' >"$1/notes.txt"
	head -c 2000 /dev/zero >"$1/zeros.png"
}

# make_odd_names FOLDER JPEG: good images whose names are hard to print, to quote or to store.
make_odd_names() {
	local long
	mkdir -p "$1"
	long=$(printf 'x%.0s' {1..251})
	cp "$2" "$1/two words (1).jpg"
	cp "$2" "$1/-rf.jpg"
	cp "$2" "$1/"$'new\nline.jpg'
	cp "$2" "$1/"$'esc\e[31mred.jpg'
	cp "$2" "$1/"$'latin1-\xe9.jpg'
	cp "$2" "$1/"$'right-to-left-\u202egpj.jpg'
	cp "$2" "$1/日本語.jpg"
	cp "$2" "$1/$long.jpg"
	cp "$2" "$1/no-suffix"
}

# make_no_files FOLDER: what stands in a folder and is no regular file: opening it must not block.
make_no_files() {
	mkdir -p "$1/folder.jpg"
	mkfifo "$1/pipe.jpg"
	ln -s loop.jpg "$1/loop.jpg"
	ln -s nowhere.jpg "$1/dangling.jpg"
}
