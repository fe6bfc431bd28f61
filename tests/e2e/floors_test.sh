#!/usr/bin/env bash
# The floors hold: a file includes only from its own floor or below, foreign libraries stay in the
# folder that wraps them, no library calls upward, every source is in Makefile.am, and no file grows
# past its bound. Each finding names file and line. The checker is first shown a tree with every
# kind of fault, so that it cannot pass by seeing nothing.
. "${abs_srcdir:?run it by make check}/tests/e2e/lib.sh"

# Each folder and the folders whose headers it may include. "." is src/*.c and may all.
floors='
base      base
image     image base
media     media base
record    record base
stack     stack base
view      view stack record base
workload  workload media image base
report    report view stack record base
engine    engine report workload view stack record media image base
tui       tui view stack record base
.         . tui engine report workload view stack record media image base
'

# Prefixes of foreign headers and the folders that wrap that library.
wrappers='
curses.h    tui
ncurses     tui
panel.h     tui
jpeglib.h   image
turbojpeg.h image
png.h       image
tiff        image
webp/       image
lcms2       image
libexif/    image media
sqlite3.h   media
jansson.h   media report tui .
utf8proc.h  media
libdeflate  media
libheif/    media
ini.h       tui workload .
seccomp.h   view
elfutils/   stack
dwarf.h     stack
cmocka.h    -
'

max_lines=500
many_lines=400

# check_includes ROOT: one line per finding.
check_includes() {
	# shellcheck disable=SC2016 # awk's dollars
	(cd "$1" && find src tui -name '*.[ch]' | LC_ALL=C sort | floors=$floors wrappers=$wrappers xargs awk '
		function folder_of(path) {
			sub(/^src\//, "", path)
			if (path !~ /\//)
				return "."
			sub(/\/.*/, "", path)
			return path
		}
		function fault(text) {
			printf "%s:%d: %s\n", FILENAME, FNR, text
		}
		function check_project(name, from) {
			if (name == "config.h")
				return
			if (name ~ /(^|\/)\.\.?\//)
				fault("\"" name "\": name the folder, as in \"base/err.h\"")
			else if (index(allowed[from], " " folder_of(name) " ") == 0)
				fault("\"" name "\": floor " from " may not include from " folder_of(name))
		}
		function check_foreign(name, from, prefix) {
			for (prefix in wrapper)
				if (index(name, prefix) == 1 && index(wrapper[prefix], " " from " ") == 0)
					fault("<" name ">: belongs to" wrapper[prefix] "only")
		}
		BEGIN {
			count = split(ENVIRON["floors"], lines, "\n")
			for (i = 1; i <= count; i++)
				if (split(lines[i], words, " ") > 1) {
					allowed[words[1]] = " "
					for (j = 2; j in words; j++)
						allowed[words[1]] = allowed[words[1]] words[j] " "
				}
			count = split(ENVIRON["wrappers"], lines, "\n")
			for (i = 1; i <= count; i++)
				if (split(lines[i], words, " ") > 1) {
					wrapper[words[1]] = " "
					for (j = 2; j in words; j++)
						wrapper[words[1]] = wrapper[words[1]] words[j] " "
				}
		}
		FNR == 1 {
			first = 1
			from = folder_of(FILENAME)
			if (!(from in allowed))
				fault("folder " from " is on no floor: give it one in floors_test.sh")
		}
		/^[ \t]*#[ \t]*include[ \t]*["<]/ {
			name = $0
			sub(/^[^"<]*["<]/, "", name)
			sub(/[">].*/, "", name)
			if (first && FILENAME ~ /\.c$/ && name != "config.h")
				fault("config.h comes first")
			first = 0
			if ($0 ~ /include[ \t]*"/)
				check_project(name, from)
			else
				check_foreign(name, from)
		}')
}

# check_size ROOT: files that are too long are findings; long ones are only told.
check_size() {
	local lines file
	while read -r lines file; do
		if ((lines > max_lines)); then
			echo "$file:$lines: more than $max_lines lines; one subject per file"
		elif ((lines > many_lines)); then
			echo "note: $file has $lines lines" >&2
		fi
	done < <(cd "$1" && find src tui -name '*.[ch]' -exec wc -l {} + | grep -v ' total$')
}

# check_listed ROOT: what is not in Makefile.am is in no tarball. (Headers of a folder without any
# source are an agreement on something that is not built yet.)
check_listed() {
	local file
	while read -r file; do
		if [[ $file = *.h && -z $(find "$1/${file%/*}" -maxdepth 1 -name '*.c') ]]; then
			continue
		fi
		if ! grep -qE "(^|[[:space:]])${file//./\\.}([[:space:]]|\\\\|\$)" "$1/Makefile.am"; then
			echo "$file:1: not listed in Makefile.am"
		fi
	done < <(cd "$1" && find src tui tests -name '*.[ch]' -o -path 'tests/*_test.sh')
}

# check_calls FOLDER: no libFLOOR.a needs a symbol that only a floor above it defines.
check_calls() {
	local floor may
	while read -r floor may; do
		if [[ -z $floor || $floor = . || ! -f $1/lib$floor.a ]]; then
			continue
		fi
		nm -A "$1"/lib*.a 2>/dev/null | awk -v floor="$floor" -v may=" $may " '
			NF < 3 { next }
			{
				library = $1
				sub(/:.*/, "", library)
				sub(/.*\/lib/, "", library)
				sub(/\.a$/, "", library)
				object = $1
				sub(/^[^:]*:/, "", object)
				sub(/:.*/, "", object)
			}
			$(NF - 1) ~ /^[TDBRVWC]$/ { home[$NF] = library }
			$(NF - 1) == "U" && library == floor { user[$NF] = object }
			END {
				for (symbol in user)
					if (symbol in home && index(may, " " home[symbol] " ") == 0)
						printf "lib%s.a(%s): calls %s of lib%s.a above it\n",
							floor, user[symbol], symbol, home[symbol]
			}'
	done <<<"$floors"
}

findings() {
	check_includes "$1"
	check_size "$1"
	check_listed "$1"
}

# expect TEXT FINDINGS: the checker must have said TEXT.
expect() {
	[[ $2 = *"$1"* ]] || fail "the checker overlooked: $1"$'\n'"it said: $2"
}

a_faulty_tree_is_found_out() {
	local said tree=$scratch/tree
	mkdir -p "$tree/src/base" "$tree/src/image" "$tree/src/cellar" "$tree/tui" "$tree/tests"
	printf '#include "config.h"\n#include "image/codec.h"\n#include <jpeglib.h>\n' >"$tree/src/base/up.c"
	printf '\n' >"$tree/src/base/up.h"
	printf '#include <stdio.h>\n#include "../base/err.h"\n' >"$tree/src/image/order.c"
	printf '#include "engine/plan.h"\n#include <curses.h>\n' >"$tree/tui/screen.h"
	printf '\n' >"$tree/src/cellar/odd.h"
	printf '/* long */\n%.0s' $(seq $((max_lines + 1))) >"$tree/src/main.c"
	printf 'libimage_a_SOURCES = src/image/order.c src/main.c \\\n\ttui/screen.h\n' >"$tree/Makefile.am"
	said=$(findings "$tree")
	expect 'src/base/up.c:2: "image/codec.h": floor base may not include from image' "$said"
	expect 'src/base/up.c:3: <jpeglib.h>: belongs to image only' "$said"
	expect 'src/image/order.c:1: config.h comes first' "$said"
	expect 'src/image/order.c:2: "../base/err.h": name the folder' "$said"
	expect 'tui/screen.h:1: "engine/plan.h": floor tui may not include from engine' "$said"
	expect 'src/cellar/odd.h:1: folder cellar is on no floor' "$said"
	expect "src/main.c:$((max_lines + 1)): more than" "$said"
	expect 'src/base/up.c:1: not listed' "$said"
	expect 'src/base/up.h:1: not listed' "$said"
	if [[ $said = *'<curses.h>'* || $said = *'order.c:1: not listed'* ]]; then
		fail "the checker blames the innocent: $said"
	fi
}

a_call_upward_is_found_out() {
	need cc ar nm
	cd "$scratch"
	printf 'void codec_find(void);\nvoid err_set(void);\nvoid err_set(void) { codec_find(); }\n' >base.c
	printf 'void codec_find(void);\nvoid err_set(void);\nvoid codec_find(void) { err_set(); }\n' >image.c
	cc -c base.c image.c
	ar cr libbase.a base.o
	ar cr libimage.a image.o
	[[ $(check_calls .) = 'libbase.a(base.o): calls codec_find of libimage.a above it' ]] ||
		fail "the checker said: $(check_calls .)"
}

# The tables of tests/golden/README are for those who add a kind of file: a name that is gone misleads.
the_tests_that_the_readme_of_golden_files_names_exist() {
	local -i count=0
	local file name path
	while read -r file name; do
		count+=1
		path=$(find "$abs_srcdir/tests" \( -name "$file" -o -name "$file.c" \) \
			-exec grep -qw -- "$name" {} \; -print)
		[[ -n $path ]] || fail "there is no $file with a test $name"
	done < <(sed -nE 's/^ +([a-z_]+_test(\.sh)?): ([a-z_0-9]+)$/\1 \3/p' "$abs_srcdir/tests/golden/README")
	[[ $count -gt 60 ]] || fail "only $count tests are named"
}

# They are loaded with the first file that needs them: linked, every start of the program would pay for them.
what_is_loaded_when_needed_is_not_linked() {
	need nm
	local used
	used=$(nm --dynamic --undefined-only "${abs_builddir:?}/imgtop" | grep -E ' (TIFF|heif_|dwfl_|dwarf_)' || true)
	[[ -z $used ]] || fail "$used"
}

this_tree_is_clean() {
	local said
	said=$(
		findings "$abs_srcdir"
		check_calls "${abs_builddir:?}"
	)
	[[ -z $said ]] || fail "$said"
}

run_tests \
	a_faulty_tree_is_found_out \
	a_call_upward_is_found_out \
	the_tests_that_the_readme_of_golden_files_names_exist \
	what_is_loaded_when_needed_is_not_linked \
	this_tree_is_clean
