#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds the pinned linters once into the cache and runs them: run.sh [vuln]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
cache="${B4A_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/b4a}/tools/$(cksum <"$here/go.sum" | cut -d' ' -f1)-$(go env GOVERSION)"
if [ ! -x "$cache/golangci-lint" ] || [ ! -x "$cache/govulncheck" ]; then
	echo "building the linters (once)" >&2
	mkdir -p "$cache"
	(cd "$here" && CGO_ENABLED=0 go build -trimpath -o "$cache/" \
		github.com/golangci/golangci-lint/v2/cmd/golangci-lint golang.org/x/vuln/cmd/govulncheck)
fi
cd "$root"
if [ "${1:-}" = vuln ]; then
	exec "$cache/govulncheck" ./...
fi
go vet ./...
"$cache/golangci-lint" run ./...
for script in tools/*.sh tools/*/*.sh .ci/run; do sh -n "$script"; done
