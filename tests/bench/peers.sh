# shellcheck shell=bash
# peers.sh - the parts of run.sh that hold imgtop against other programs; sourced by it.
#
# Every program gets the same JPEG files in one folder, the same box, quality 85, 4:2:0, optimised Huffman
# tables, no metadata, and the same CORES (2) cores. A first run of each is watched for its memory and leaves
# its outputs; the timed ones follow. What is not installed is left out and said so. The floor is what
# libjpeg-turbo alone takes to decode and encode, without reading, resizing and writing.
#
# Programs that convert colours to sRGB (sharp) differ from the reference where a picture has a profile: their
# PSNR says nothing of those.
#
#   CORES=2            how many cores and workers everybody has
#   BENCH_INSTALL=1    install sharp with npm, below $XDG_CACHE_HOME/imgtop-bench
#   BENCH_PYTHON       a python3 that can import PIL, if that on the path cannot
#   QUALITY_COUNT=40   how many pictures are judged, spread over all

# shellcheck disable=SC2154 # work, rounds, box and counts are set by run.sh

every_peer=(imgtop-threads imgtop-processes vips-xargs vips-all pillow sharp imagemagick graphicsmagick floor)

# ---- who is here ----------------------------------------------------------------------------------------
sharp_home=${XDG_CACHE_HOME:-$HOME/.cache}/imgtop-bench/sharp

install_sharp() {
	[[ -n ${BENCH_INSTALL:-} && ! -d $sharp_home/node_modules/sharp ]] || return 0
	command -v npm >/dev/null || { say "no npm: sharp cannot be installed"; return 0; }
	say "installing sharp in $sharp_home"
	mkdir -p "$sharp_home"
	npm install --silent --no-audit --no-fund --prefix "$sharp_home" sharp >&2 || say "npm failed; no sharp"
}

find_python() {
	local python
	for python in "${BENCH_PYTHON:-}" python3 /usr/bin/python3; do
		if [[ -n $python ]] && "$python" -c 'import PIL' 2>/dev/null; then
			pillow_python=$python
			return 0
		fi
	done
	return 1
}

find_magick() {
	if command -v magick >/dev/null; then
		magick='magick mogrify'
	elif mogrify -version 2>/dev/null | grep -q ImageMagick; then
		magick=mogrify
	else
		return 1
	fi
}

# is_here PEER
is_here() {
	case $1 in
	imgtop-*) ;;
	vips-*) command -v vipsthumbnail >/dev/null ;;
	pillow) find_python ;;
	sharp) command -v node >/dev/null && [[ -d $sharp_home/node_modules/sharp ]] ;;
	imagemagick) find_magick ;;
	graphicsmagick) command -v gm >/dev/null ;;
	floor) [[ -x ${BENCH_TOOLS:-}/floor ]] ;;
	esac
}

# choose_peers PEER...: those of them that are here, in $peers.
choose_peers() {
	local peer
	peers=()
	for peer; do
		if is_here "$peer"; then
			peers+=("$peer")
		else
			say "$peer is not here and left out"
		fi
	done
}

# ---- what they are asked -----------------------------------------------------------------------------------
# Enough pictures for a process that its start does not count, few enough that none is left alone at the end.
chunk_of() {
	local chunk=$((peer_count / (cores * 6)))
	echo $((chunk < 1 ? 1 : chunk > 50 ? 50 : chunk))
}

# many_at_once COMMAND...: sets argv to run it by xargs on all files of the folder, one process per core.
# Names are given without their folder: GraphicsMagick puts whatever it is given below its output folder.
many_at_once() {
	# shellcheck disable=SC2016 # the inner shell's dollars
	argv=(bash -c 'cd "$1" && cores=$2 chunk=$3 && shift 3 &&
		find . -type f -printf "%P\0" | xargs -0 -P "$cores" -n "$chunk" "$@"' peers "$in" "$cores" "$(chunk_of)" "$@")
}

# all_at_once COMMAND...: the same with all files on one command line.
all_at_once() {
	# shellcheck disable=SC2016 # the inner shell's dollars
	argv=(bash -c 'in=$1; shift; exec "$@" "$in"/*' peers "$in" "$@")
}

# command_of PEER: sets argv, for the folders $in and $out and the box $box.
command_of() {
	local vips=(vipsthumbnail --size "${box}x$box>" -o "$out/%s.jpg[Q=85,optimize-coding,strip,subsample-mode=on]")
	case $1 in
	imgtop-*)
		argv=("$IMGTOP" run images --batch --no-report --max "${box}x$box" --plan "${1#imgtop-}:$cores"
			-o "$out" -- "$in")
		;;
	vips-xargs) many_at_once env VIPS_CONCURRENCY=1 "${vips[@]}" ;;
	vips-all) all_at_once "${vips[@]}" ;;
	pillow) argv=("$pillow_python" "$here/pillow_resize.py" "$in" "$out" "$box" "$cores") ;;
	sharp) argv=(node "$here/sharp_resize.mjs" "$sharp_home" "$in" "$out" "$box" "$cores") ;;
	imagemagick)
		# shellcheck disable=SC2086 # two words with version 7
		many_at_once env MAGICK_THREAD_LIMIT=1 $magick -format jpg -path "$out" -auto-orient \
			-resize "${box}x$box>" -strip -quality 85 -sampling-factor 4:2:0
		;;
	graphicsmagick)
		many_at_once env OMP_NUM_THREADS=1 gm mogrify -format jpg -output-directory "$out" -auto-orient \
			-resize "${box}x$box>" -strip -quality 85 -sampling-factor 2x2
		;;
	floor) all_at_once "$BENCH_TOOLS/floor" "$cores" "$box" ;;
	esac
}

label_of() {
	case $1 in
	imgtop-*) echo "imgtop ${1#imgtop-}:$cores" ;;
	vips-xargs) echo "vipsthumbnail, xargs -P$cores" ;;
	vips-all) echo "vipsthumbnail, all files" ;;
	pillow) echo "Pillow, $cores processes" ;;
	sharp) echo "sharp, $cores at a time" ;;
	imagemagick) echo "ImageMagick, xargs -P$cores" ;;
	graphicsmagick) echo "GraphicsMagick, xargs -P$cores" ;;
	floor) echo "libjpeg-turbo alone (the floor)" ;;
	esac
}

# ---- runs ----------------------------------------------------------------------------------------------------
# note_peer PART PEER ROUND WALL_US CPU_US PEAK_KB: a line for peers.py, with what lies in $out.
note_peer() {
	local files bytes wall=$4
	files=$(find "$out" -type f | wc -l)
	bytes=$(find "$out" -type f -printf '%s\n' | awk '{ sum += $1 } END { print sum + 0 }')
	# It writes nothing, and its own clock leaves out the reading.
	# "8 files, 2 threads: 1.234 s, 50 megapixels in, 123456 bytes out"
	if [[ $2 = floor && $(cat "$work/log") =~ ([0-9]+)\ files.*:\ ([0-9.]+)\ s,.*\ ([0-9]+)\ bytes ]]; then
		files=${BASH_REMATCH[1]} bytes=${BASH_REMATCH[3]}
		[[ $wall = - ]] || wall=$(awk -v s="${BASH_REMATCH[2]}" 'BEGIN { printf "%d", s * 1e6 }')
	fi
	printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$1" "$(label_of "$2")" "$3" "$wall" "$5" "$6" \
		"$peer_count" "$files" "$bytes" >>"$work/peers.tsv"
}

fresh_out() {
	out=$1
	rm -rf "$out" "$work/state"
	mkdir -p "$out" "$work/state"
	sync -f "$work"
}

# A program may be unable to read one of the pictures and still be worth its line; the count shows it.
complain() {
	say "$1 ended with status $2; its last words:"
	tail -n 5 "$work/log" >&2
}

# watched_run PART PEER: untimed; its memory is noted and its outputs stay in $work/kept/PEER.
watched_run() {
	local status=0
	mkdir -p "$work/kept"
	fresh_out "$work/kept/$2"
	command_of "$2"
	"${pinned[@]}" python3 "$here/peak_memory.py" "$work/peak" "${argv[@]}" </dev/null >"$work/log" 2>&1 ||
		status=$?
	[[ $status -eq 0 ]] || complain "$2" "$status"
	note_peer "$1" "$2" 0 - - "$(cat "$work/peak")"
}

# timed_run PART PEER ROUND
timed_run() {
	local from to cpu status=0 TIMEFORMAT='%U %S'
	fresh_out "$work/out"
	command_of "$2"
	from=$EPOCHREALTIME
	{ time "${pinned[@]}" "${argv[@]}" </dev/null >"$work/log" 2>&1; } 2>"$work/times" || status=$?
	to=$EPOCHREALTIME
	[[ $status -eq 0 ]] || complain "$2" "$status"
	cpu=$(awk 'END { printf "%d", ($1 + $2) * 1e6 }' "$work/times")
	note_peer "$1" "$2" "$3" "$((${to/[.,]/} - ${from/[.,]/}))" "$cpu" -
}

# all_runs PART: $peers on $in, in another order each round.
all_runs() {
	local round peer
	for peer in "${peers[@]}"; do
		say "$1: $peer, for its memory and outputs"
		watched_run "$1" "$peer"
	done
	for ((round = 1; round <= rounds; round++)); do
		for peer in $(rotated "$round" "${peers[@]}"); do
			say "$1: round $round of $rounds, $peer"
			timed_run "$1" "$peer" "$round"
		done
	done
}

# need_jpegs FROM TO [MOST]: the JPEG files of a folder under plain numbers, as every program can name them.
need_jpegs() {
	rm -rf "$2"
	mkdir -p "$2"
	peer_count=$(python3 - "$1" "$2" "${3:-}" <<'PYTHON'
import os, shutil, sys
source, target, most = sys.argv[1:]
paths = sorted(os.path.join(folder, name) for folder, _, names in os.walk(source) for name in names)
count = 0
for path in paths:
    with open(path, "rb") as file:
        wanted = file.read(3) == b"\xff\xd8\xff"
    if wanted and (not most or count < int(most)):
        count += 1
        copy = os.path.join(target, f"{count:05}.jpg")
        try:
            os.link(os.path.realpath(path), copy)
        except OSError:
            shutil.copyfile(path, copy)
print(count)
PYTHON
	)
	((peer_count > 0)) || die "there is no JPEG file in $1"
}

prepare_peers() {
	cores=${CORES:-2}
	mapfile -t pinned < <(printf '%s\n' taskset -c "$(python3 -c 'import os, sys
print(*sorted(os.sched_getaffinity(0))[:int(sys.argv[1])], sep=",")' "$cores")")
	install_sharp
	if find_python; then
		export BENCH_PILLOW_PYTHON=$pillow_python
	fi
	export BENCH_SHARP=$sharp_home
}

# ---- quality -------------------------------------------------------------------------------------------------
# judge PART PEER...: the outputs that these left in $work/kept, against the ideal reduction.
judge() {
	local part=$1 peer name
	local -a names outputs labels
	shift
	[[ -x ${BENCH_TOOLS:-}/quality ]] || { say "no quality tool (set BENCH_TOOLS): nothing is judged"; return 0; }
	mapfile -t names < <(find "$in" -type f -printf '%f\n' | LC_ALL=C sort |
		awk -v most="$quality_count" '{ name[NR] = $0 }
			END { n = NR < most ? NR : most; for (i = 0; i < n; i++) print name[int(i * NR / n) + 1] }')
	for name in "${names[@]}"; do
		outputs=() labels=()
		for peer; do
			if [[ -s $work/kept/$peer/$name ]]; then
				outputs+=("$work/kept/$peer/$name")
				labels+=("$(label_of "$peer")")
			fi
		done
		say "$part: judging $name"
		"$BENCH_TOOLS/quality" "$in/$name" "${outputs[@]}" >"$work/judged" 2>"$work/log" || {
			say "$name cannot be judged: $(tail -n 1 "$work/log")"
			continue
		}
		paste <(printf '%s\n' "${labels[@]}") "$work/judged" |
			sed "s/^/$part\t$name\t/" >>"$work/quality.tsv"
	done
}

# ---- the parts -------------------------------------------------------------------------------------------------
# Photographs made to fit 1920 x 1920: time, memory, size and quality side by side.
part_peers() {
	prepare_peers
	need_photos
	in=$work/jpegs box=$photo_box
	need_jpegs "$work/photos" "$in"
	choose_peers "${every_peer[@]}"
	all_runs peers
	judge peers "${peers[@]}"
	pinned=()
}

# The same picture by picture, for the three whose quality is the measure.
part_quality() {
	local peer
	prepare_peers
	need_photos
	in=$work/jpegs box=$photo_box
	need_jpegs "$work/photos" "$in"
	choose_peers imgtop-threads pillow vips-xargs
	for peer in "${peers[@]}"; do
		say "quality: $peer"
		watched_run quality "$peer"
	done
	judge quality "${peers[@]}"
	pinned=()
}

# Many small pictures: starting, naming and handing over count here.
part_small() {
	prepare_peers
	say "small: making $small_count pictures of 640 x 480"
	need_samples fifty 50 640x480
	need_jpegs "$work/fifty" "$work/fifty-jpegs"
	repeated "$work/fifty-jpegs" "$((small_count / peer_count + 1))" "$work/small-tree"
	in=$work/small-jpegs box=320
	need_jpegs "$work/small-tree" "$in" "$small_count"
	choose_peers imgtop-threads imgtop-processes vips-all vips-xargs pillow sharp
	all_runs small
	pinned=()
}

# How many photographs an hour of this machine is good for: photos and samples, JPEG and PNG, mixed.
part_mixed() {
	local round count drawn=$((mixed_count / 5))
	need_photos
	need_samples drawn "$drawn" 1600x1200
	count=$(find "$work/photos" -type f | wc -l)
	repeated "$work/photos" "$(((mixed_count - drawn + count - 1) / count))" "$work/mixed"
	find "$work/mixed" -mindepth 1 ! -type d -print0 | LC_ALL=C sort -z | tail -zn +"$((mixed_count - drawn + 1))" |
		xargs -0 -r rm --
	cp -al -- "$work/drawn" "$work/mixed/drawn" 2>/dev/null || cp -as -- "$work/drawn" "$work/mixed/drawn"
	for ((round = 1; round <= long_rounds; round++)); do
		say "mixed: round $round of $long_rounds"
		batch mixed threads:2 "$round" "$work/mixed" --plan threads:2
	done
}

# need_baseline FROM TO: the baseline JPEG files of a folder, by their first frame header.
need_baseline() {
	rm -rf "$2"
	mkdir -p "$2"
	python3 - "$1" "$2" <<'PYTHON'
import os, shutil, sys
source, target = sys.argv[1:]
def frame(path):
    """The first frame header's marker; 0 = no JPEG file."""
    with open(path, "rb") as file:
        if file.read(2) != b"\xff\xd8":
            return 0
        while len(head := file.read(4)) == 4 and head[0] == 0xff:
            if 0xc0 <= head[1] <= 0xcf and head[1] not in (0xc4, 0xc8, 0xcc):
                return head[1]
            file.seek(int.from_bytes(head[2:], "big") - 2, os.SEEK_CUR)
    return 0
for folder, _, names in os.walk(source):
    for name in names:
        if frame(os.path.join(folder, name)) in (0xc0, 0xc1):
            shutil.copyfile(os.path.join(folder, name), os.path.join(target, name))
PYTHON
}

# What a worker of its own takes at most for photographs of 12 megapixels.
part_worker() {
	local plan
	need_samples large 12 "$large_size"
	need_baseline "$work/large" "$work/baseline"
	[[ -n $(find "$work/baseline" -type f) ]] || die "there is no baseline JPEG file among the samples"
	repeated "$work/baseline" 4 "$work/twelve"
	for plan in threads:2 processes:2; do
		say "worker: $plan"
		batch worker "$plan" 1 "$work/twelve" --plan "$plan"
	done
}

# Output size against what the best Huffman tables would give, found by jpegtran.
part_size() {
	local file
	command -v jpegtran >/dev/null || { say "size: jpegtran is not here, so nothing is measured"; return 0; }
	need_photos
	batch size threads:2 1 "$work/photos" --plan threads:2
	while IFS= read -r -d '' file; do
		jpegtran -optimize -copy all -outfile "$work/optimum.jpg" "$file"
		printf '%s\t%s\t%s\n' "${file#"$work/out/"}" "$(stat -c %s -- "$file")" \
			"$(stat -c %s "$work/optimum.jpg")" >>"$work/size.tsv"
	done < <(find "$work/out" -type f -print0 | LC_ALL=C sort -z)
}
