#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Checks, and as root or with sudo installs, what building (build) or testing (test) needs.
set -eu

missing=""
need() { command -v "$1" >/dev/null 2>&1 || missing="$missing $1"; }

version_at_least() { # have want
	[ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]
}

need go
need node
need npm
need git
if [ -n "$missing" ]; then
	echo "Missing:$missing" >&2
	echo "Install Go 1.26 or newer (https://go.dev/dl), Node.js 20 or newer (https://nodejs.org) and git, then try again." >&2
	exit 1
fi
go_version=$(go env GOVERSION | sed 's/^go//; s/[^0-9.].*//')
if ! version_at_least "$go_version" 1.26; then
	echo "Go $go_version is too old: install Go 1.26 or newer (https://go.dev/dl)." >&2
	exit 1
fi
node_version=$(node --version | sed 's/^v//')
if ! version_at_least "$node_version" 20; then
	echo "Node.js $node_version is too old: install Node.js 20 or newer (https://nodejs.org)." >&2
	exit 1
fi
[ "${1:-build}" = test ] || exit 0
browser() { command -v chromium || command -v chromium-browser || command -v google-chrome || true; }
[ -z "$(browser)" ] || command -v gcc >/dev/null 2>&1 || missing=gcc
command -v softhsm2-util >/dev/null 2>&1 || missing="$missing softhsm2"
command -v openssl >/dev/null 2>&1 || missing="$missing openssl"
[ -n "$(browser)" ] && [ -z "$missing" ] && exit 0

sudo=""
if [ "$(id -u)" != 0 ]; then
	if sudo -n true 2>/dev/null; then
		sudo=sudo
	else
		echo "The tests need Chromium, a C compiler (for the race detector), SoftHSM and OpenSSL. As root:" >&2
		echo "  Debian, Ubuntu:         apt-get install chromium gcc libc6-dev softhsm2 openssl" >&2
		echo "  Red Hat, Fedora, Rocky: dnf install chromium gcc glibc-devel softhsm openssl   (EPEL for Chromium)" >&2
		exit 1
	fi
fi
if command -v apt-get >/dev/null 2>&1; then
	$sudo apt-get update -qq
	$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium gcc libc6-dev softhsm2 openssl ca-certificates fonts-dejavu-core
elif command -v dnf >/dev/null 2>&1; then
	$sudo dnf install -y -q epel-release || true
	$sudo dnf install -y -q chromium gcc glibc-devel softhsm openssl ca-certificates dejavu-sans-fonts
else
	echo "Install Chromium, a C compiler, SoftHSM and OpenSSL with your system's package manager, then try again." >&2
	exit 1
fi
