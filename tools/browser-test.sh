#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Tests the console in a real browser: first against an empty platform, then against one with the demo, each in a scratch
# folder. SCREENSHOTS names a folder for a picture of every page.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
scratch=$(mktemp -d)
pid= tests=
trap 'stop "$tests"; stop "$pid"; rm -rf "$scratch"' EXIT
trap 'exit 1' INT TERM

stop() {
	[ -z "$1" ] || { kill "$1" 2>/dev/null && wait "$1" 2>/dev/null; } || true
}

# platform NAME LINE [FLAG…]: starts a platform and waits for a line of its output.
platform() {
	name=$1 line=$2
	shift 2
	port=$(node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})')
	log=$scratch/$name.log
	"$root/bin/b4a" up "$@" --data-dir "$scratch/$name" --listen "127.0.0.1:$port" >"$log" 2>&1 &
	pid=$!
	tries=0
	until grep -qs "$line" "$log"; do
		tries=$((tries + 1))
		if [ "$tries" -gt 600 ] || ! kill -0 "$pid" 2>/dev/null; then
			cat "$log" >&2
			exit 1
		fi
		sleep 0.2
	done
	export B4A_URL="http://127.0.0.1:$port"
	B4A_TOKEN=$(cat "$scratch/$name/operator-token")
	export B4A_TOKEN
}

# run SCRIPT: a script of test/browser's package.json; the platform's last words when it fails.
run() {
	npm run --silent "$1" &
	tests=$!
	wait "$tests" || {
		tail -n 50 "$log" >&2
		exit 1
	}
}

cd "$root/test/browser"
[ -d node_modules/playwright-core ] || npm ci --no-audit --no-fund
if [ -z "${BROWSER:-}" ]; then
	BROWSER=$(command -v chromium || command -v chromium-browser || command -v google-chrome)
	export BROWSER
fi
platform empty '/signin#' --ordering raft
run test:empty
stop "$pid"
B4A_SMTP_PORT=$(node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})')
export B4A_SMTP_PORT
platform demo 'The demo is there' --demo --smtp "smtp://127.0.0.1:$B4A_SMTP_PORT?tls=none" --mail-from "Blockchain4all <b4a@example.eus>"
run test
