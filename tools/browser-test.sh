#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Starts a platform with its demo in a scratch folder and tests the console in a real browser.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
scratch=$(mktemp -d)
port=$(node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})')
"$root/bin/b4a" up --demo --data-dir "$scratch/data" --listen "127.0.0.1:$port" >"$scratch/log" 2>&1 &
pid=$!
trap 'kill $pid 2>/dev/null || true; wait $pid 2>/dev/null || true; rm -rf "$scratch"' EXIT
trap 'exit 1' INT TERM
tries=0
until grep -q 'The demo is there' "$scratch/log"; do
	tries=$((tries + 1))
	if [ "$tries" -gt 600 ] || ! kill -0 $pid 2>/dev/null; then
		cat "$scratch/log" >&2
		exit 1
	fi
	sleep 0.2
done
cd "$root/test/browser"
[ -d node_modules/playwright-core ] || npm ci --no-audit --no-fund
B4A_URL="http://127.0.0.1:$port" B4A_TOKEN=$(cat "$scratch/data/operator-token") npm test || {
	tail -n 50 "$scratch/log" >&2
	exit 1
}
