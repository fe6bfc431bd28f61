#!/usr/bin/env bash
# ./bootstrap answers without installing or building anything when it is asked something else.
set -euo pipefail

bootstrap=${abs_srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}/bootstrap

fail() {
	printf '%s\n' "$*" >&2
	exit 1
}

# status_of ARGS: runs bootstrap, its exit status on stdout, all it says in $said.
run() {
	status=0
	said=$("$bootstrap" "$@" 2>&1) || status=$?
}

run --help
[[ $status -eq 0 && $said = *'./bootstrap COMMAND'* ]] || fail "--help: $status: $said"
for verb in build check demo packages; do
	[[ $said = *"  $verb "* ]] || fail "--help does not tell of $verb"
done

run
[[ $status -eq 2 ]] || fail "no command: $status: $said"

run biuld
[[ $status -eq 2 && $said = *"unknown command 'biuld'"* ]] || fail "unknown command: $status: $said"

run packages
[[ $status -eq 0 && $said = 'bootstrap: missing: '* ]] || fail "packages: $status: $said"

# Where nothing of the list is there, each need is named by its package.
empty=$(mktemp -d)
trap 'rm -rf "$empty"' EXIT
for tool in bash dirname xargs cat; do
	ln -s "$(command -v "$tool")" "$empty/$tool"
done
said=$(PATH=$empty "$(command -v bash)" "$bootstrap" packages)
for package in gcc make autoconf automake pkg-config libncurses-dev libjpeg-dev libpng-dev \
	libzimg-dev libexif-dev libjansson-dev libcmocka-dev tmux; do
	[[ " $said " = *" $package "* ]] || fail "does not miss $package: $said"
done
