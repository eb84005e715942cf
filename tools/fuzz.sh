#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs every fuzz target for FUZZTIME (default 30s).
set -eu
for module in . contracts; do
	(
		cd "$module"
		grep -rl --include='*_test.go' '^func Fuzz' . | while read -r file; do
			dir=$(dirname "$file")
			sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\).*/\1/p' "$file" | while read -r target; do
				echo "== $dir $target"
				go test -run '^$' -fuzz "^$target\$" -fuzztime "${FUZZTIME:-30s}" "./$dir"
			done
		done
	)
done
