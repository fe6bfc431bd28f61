#!/usr/bin/env bash
# ./bootstrap answers without installing or building anything when it is asked something else.
. "${abs_srcdir:?run it by make check}/tests/e2e/lib.sh"

# bootstrap ARGS: leaves $status and all that was $said.
bootstrap() {
	status=0
	said=$("$abs_srcdir/bootstrap" "$@" 2>&1) || status=$?
}

help_tells_of_every_command() {
	local verb
	bootstrap --help
	[[ $status -eq 0 ]]
	for verb in build check demo packages; do
		[[ $said = *"  $verb "* ]] || fail "--help does not tell of $verb"
	done
}

no_command_or_an_unknown_one_is_a_usage_error() {
	bootstrap
	[[ $status -eq 2 && $said = *'./bootstrap COMMAND'* ]] || fail "$status: $said"
	bootstrap biuld
	[[ $status -eq 2 && $said = *"unknown command 'biuld'"* ]] || fail "$status: $said"
}

every_need_is_named_by_its_package() {
	local tool package
	mkdir "$scratch/bin"
	for tool in bash cat dirname; do
		ln -s "$(command -v "$tool")" "$scratch/bin/$tool"
	done
	said=$(PATH=$scratch/bin "$BASH" "$abs_srcdir/bootstrap" packages)
	for package in gcc libc6-dev make autoconf automake pkg-config libncurses-dev libjpeg-dev \
		libpng-dev libtiff-dev libwebp-dev libexif-dev liblcms2-dev libjansson-dev \
		libutf8proc-dev libsqlite3-dev libinih-dev libdeflate-dev libheif-dev \
		libseccomp-dev libdw-dev libcmocka-dev libmagic-dev tmux; do
		[[ " $said " = *" $package "* ]] || fail "does not miss $package: $said"
	done
}

run_tests \
	help_tells_of_every_command \
	no_command_or_an_unknown_one_is_a_usage_error \
	every_need_is_named_by_its_package
