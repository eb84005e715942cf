#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Builds the Fabric commands that go.mod pins, once for each version and platform, into
#   ${B4A_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/b4a}/fabric/<version>-<goos>-<goarch>/
# and writes manifest.json beside them with the digest of each. Prints that folder. Does nothing when all is there.
set -eu

version=v3.1.1
commands="configtxgen configtxlator orderer peer"

cd "$(dirname "$0")"
goos=${GOOS:-$(go env GOOS)}
goarch=${GOARCH:-$(go env GOARCH)}
root=${B4A_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/b4a}/fabric
target=$root/$version-$goos-$goarch

digest() { # of standard input
	if command -v sha256sum >/dev/null 2>&1; then sha256sum; else shasum -a 256; fi | cut -d ' ' -f 1
}

# What is there is up to date when its manifest names the digest of what it was made from.
sources=$(cat go.mod go.sum build.sh | digest)

if [ -f "$target/manifest.json" ] && grep -q "\"sources\": \"$sources\"" "$target/manifest.json"; then
	complete=yes
	for c in $commands; do
		[ -x "$target/$c" ] || complete=no
	done
	if [ "$complete" = yes ]; then
		echo "$target"
		exit 0
	fi
fi

echo "building Hyperledger Fabric $version for $goos/$goarch (a minute or two, once)" >&2
mkdir -p "$root"
tmp=$(mktemp -d "$root/.build.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

packages=
for c in $commands; do
	packages="$packages github.com/hyperledger/fabric/cmd/$c"
done
# shellcheck disable=SC2086 # one word for each package
CGO_ENABLED=0 GOOS=$goos GOARCH=$goarch GOFLAGS=-mod=readonly go build -trimpath \
	-ldflags "-s -w -X github.com/hyperledger/fabric/common/metadata.Version=$version" \
	-o "$tmp/" $packages

{
	printf '{\n  "version": "%s",\n  "platform": "%s/%s",\n  "sources": "%s",\n  "sha256": {' \
		"$version" "$goos" "$goarch" "$sources"
	separator=
	for c in $commands; do
		printf '%s\n    "%s": "%s"' "$separator" "$c" "$(digest <"$tmp/$c")"
		separator=,
	done
	printf '\n  }\n}\n'
} >"$tmp/manifest.json"
chmod 0755 "$tmp"

# Processes that run the old binaries keep them: a rename never touches an open file.
if [ -e "$target" ]; then
	mv "$target" "$tmp.old"
fi
mv "$tmp" "$target"
rm -rf "$tmp.old"
echo "$target"
