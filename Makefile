# SPDX-License-Identifier: Apache-2.0
# Two commands do all the set-up: `make up` runs the platform with its demo, `make test` passes the tests.

SHELL := /bin/sh
CACHE := $(or $(B4A_CACHE),$(or $(XDG_CACHE_HOME),$(HOME)/.cache)/b4a)
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LISTEN ?= 127.0.0.1:8080
DATA_DIR ?= $(HOME)/.local/share/b4a
export CGO_ENABLED ?= 0

.PHONY: help up build dex fabric contracts console openapi test test-unit test-console test-browser lint vuln bench fuzz notices clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

up: build ## run the platform with its demo; the console's address is printed at the end
	bin/b4a up --demo --data-dir $(DATA_DIR) --listen $(LISTEN)

build: deps fabric contracts console ## build bin/b4a and all that it runs (CGO_ENABLED=1: with PKCS #11)
	go build -trimpath -ldflags "-s -w -X main.version=$(VERSION)" -o bin/b4a ./cmd/b4a

.PHONY: deps deps-test
deps: ## install what building needs, or say what to install
	@tools/deps.sh build

deps-test:
	@tools/deps.sh test

fabric: ## build Fabric's peer and orderer once, from source, into the cache
	@tools/fabric/build.sh

dex: ## build dex, the OpenID provider of the sign-in tests, once, from source, into the cache
	@tools/dex/build.sh >/dev/null

contracts: ## build the catalogue's contracts into bin/contracts
	$(MAKE) -C contracts build

console: console/dist/index.html ## build the console

CONSOLE_SOURCES := $(shell find console/src console/public console/index.html console/*.json console/*.ts -type f 2>/dev/null)

console/node_modules/.stamp: console/package-lock.json
	cd console && npm ci --no-audit --no-fund && touch node_modules/.stamp

console/dist/index.html: console/node_modules/.stamp $(CONSOLE_SOURCES)
	cd console && npm run build

openapi: ## regenerate the API's description and the console's types
	go run ./cmd/b4a openapi > console/openapi.json
	cd console && npm run generate

test: build deps-test dex test-unit test-console test-browser ## run all tests against real Fabric processes

test-unit: ## Go tests: unit, conformance, integration, end to end
	CGO_ENABLED=1 go test -race -shuffle=on -timeout 30m ./...
	cd contracts && CGO_ENABLED=1 go test -race -shuffle=on ./...

test-console: console/node_modules/.stamp ## the console's types, lint and unit tests
	cd console && npm run typecheck && npm run lint && npm test && npm run size

test-browser: ## the console in a real browser, against platforms of its own
	tools/browser-test.sh

lint: ## all linters, without warnings
	tools/lint/run.sh

vuln: ## known vulnerabilities, where the database is reachable
	tools/lint/run.sh vuln

bench: build ## measure the budgets of the design, each against its reference in the same run
	go run ./test/bench -b4a bin/b4a

fuzz: ## every fuzz target for a while (FUZZTIME=30s)
	tools/fuzz.sh

notices: ## regenerate THIRD_PARTY_NOTICES.md
	CGO_ENABLED=1 go run ./tools/notices > THIRD_PARTY_NOTICES.md

clean: ## remove what was built, but not the cache
	rm -rf bin console/dist/assets console/dist/index.html
