# shellcheck shell=bash
# roots.sh - fresh Debian roots to try things in that must not rely on what this machine has: shared by
# container_recipe.sh and newcomer.sh, which run by hand, as root, with the network.
#
#   . roots.sh; roots_begin SUITE [MIRROR]; new_root NAME; in_root NAME FOLDER [VARIABLE=VALUE...] -- COMMAND...
#
# All lies in $work and goes with the script. Mounts stay in a namespace of its own.

say() {
	printf '%s: %s\n' "$(basename -- "$0" .sh)" "$*" >&2
}

skip() {
	say "$*"
	exit 77
}

fail() {
	say "$*"
	exit 1
}

roots_leave() {
	local mount
	# The last first, for one may lie in another; those of a test that failed in the middle too.
	while read -r mount; do
		umount "$mount" 2>/dev/null || true
	done < <(awk -v under="$work/" 'index($2, under) == 1 { print $2 }' /proc/self/mounts | tac)
	rm -rf --one-file-system "$work"
}

# roots_begin SUITE [MIRROR]: a fresh system in $work/base; without MIRROR, where debootstrap finds it.
roots_begin() {
	[[ $(id -u) -eq 0 ]] || skip 'needs root, to make a root folder of a fresh system'
	command -v debootstrap >/dev/null || skip 'needs debootstrap'
	if [[ -z ${IN_OWN_MOUNTS:-} ]]; then
		IN_OWN_MOUNTS=1 exec unshare --mount --propagation private -- "$0" "${@:2}"
	fi
	work=$(mktemp -d "${TMPDIR:-/var/tmp}/imgtop-roots.XXXXXX")
	trap roots_leave EXIT
	say "a fresh $1 in $work"
	debootstrap --variant=minbase "$1" "$work/base" "${@:2}" >"$work/debootstrap.log" 2>&1 || {
		tail -n 5 "$work/debootstrap.log" >&2
		skip 'no fresh system could be made'
	}
}

# new_root NAME: a copy of the fresh system, with what an engine mounts.
new_root() {
	cp -a "$work/base" "$work/$1"
	mount -t proc proc "$work/$1/proc"
	mkdir -p "$work/$1/dev/shm" "$work/$1/dev/pts"
	mount -t tmpfs -o mode=1777 tmpfs "$work/$1/dev/shm"
	mount -t devpts -o newinstance,ptmxmode=0666 devpts "$work/$1/dev/pts"
	ln -sf pts/ptmx "$work/$1/dev/ptmx"
	[[ -c $work/$1/dev/null ]] || mknod -m 666 "$work/$1/dev/null" c 1 3
	cp -L /etc/resolv.conf "$work/$1/etc/resolv.conf"
}

# in_root NAME FOLDER [VARIABLE=VALUE...] -- COMMAND...: nothing of this shell's environment gets in.
in_root() {
	local root=$1 folder=$2
	local -a variables=()
	shift 2
	while [[ $1 != -- ]]; do
		variables+=("$1")
		shift
	done
	shift
	# shellcheck disable=SC2016 # the inner shell's dollars
	env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root "${variables[@]}" \
		chroot "$work/$root" sh -c 'cd "$1" && shift && exec "$@"' root "$folder" "$@"
}

# What is in the checkout: what git knows or would take, or an unpacked tarball.
checkout_files() {
	cd "${top:?the checkout}" || return
	if git -c safe.directory='*' rev-parse --git-dir >/dev/null 2>&1; then
		git -c safe.directory='*' ls-files -z --cached --others --exclude-standard |
			while IFS= read -r -d '' file; do [[ ! -e $file ]] || printf '%s\0' "$file"; done
	else
		find . -path './build*' ! -path './build-aux*' -prune -o -type f ! -name '*.[ao]' -print0
	fi
}

# copy_checkout NAME FOLDER: those files of $top into a folder of the root.
copy_checkout() {
	mkdir -p "$work/$1$2"
	checkout_files | tar -C "$top" --null --files-from=- -cf - | tar -C "$work/$1$2" --no-same-owner -xf -
}
