#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Builds dex, the OpenID provider that the sign-in tests run against, once into
#   ${B4A_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/b4a}/tools/dex-<digest of what it is made from>/dex
# and prints that file. Does nothing when it is there. With --path it only prints.
set -eu
cd "$(dirname "$0")"
sources=$(cat go.mod go.sum build.sh | cksum | cut -d ' ' -f 1)
target=${B4A_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/b4a}/tools/dex-$sources-$(go env GOVERSION)
if [ "${1:-}" != --path ] && [ ! -x "$target/dex" ]; then
	echo "building dex (a minute or two, once)" >&2
	mkdir -p "$target"
	tmp=$(mktemp -d "$target/.build.XXXXXX")
	trap 'rm -rf "$tmp"' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
	CGO_ENABLED=0 GOFLAGS=-mod=readonly go build -trimpath -o "$tmp/" github.com/dexidp/dex/cmd/dex
	mv "$tmp/dex" "$target/dex"
fi
echo "$target/dex"
