SHELL := /usr/bin/env bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# One flavour of build for every target: another flag would rebuild the SDK.
export CGO_ENABLED := 0
export GOFLAGS := -trimpath -buildvcs=false

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo development)
COMMIT := $(shell git rev-parse HEAD 2>/dev/null || echo unknown)
SDK_VERSION := github.com/cosmos/cosmos-sdk/version
LDFLAGS := -s -w -X $(SDK_VERSION).Name=evoted -X $(SDK_VERSION).AppName=evoted \
	-X $(SDK_VERSION).Version=$(VERSION) -X $(SDK_VERSION).Commit=$(COMMIT)

BUF := go tool -modfile=tools/go.mod buf
TOOLS := $(CURDIR)/.cache/bin
GOLANGCI_VERSION := v2.12.2
# The linter's cache remembers paths of the checkout it ran in: each checkout has its own.
export GOLANGCI_LINT_CACHE := $(CURDIR)/.cache/golangci-lint

.PHONY: help setup build install test unit smoke test-circuit-mutants fuzz lint fmt proto proto-check \
	localnet demo bench bench-ballot tour e2e clean

help: ## show this list
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  %-22s %s\n", $$1, $$2}'

setup: ## install what building needs and is missing (apt as root, else says what to install)
	@scripts/setup.sh

build: setup ## build build/evoted
	@mkdir -p build
	go build -ldflags '$(LDFLAGS)' -o build/evoted ./cmd/evoted

install: setup ## install evoted into GOBIN
	go install -ldflags '$(LDFLAGS)' ./cmd/evoted

test: setup ## everything a change must pass: build, lint, generated code, unit tests, mutants, smoke election
	@scripts/test.sh

unit: setup ## unit, vector, keeper and seed-corpus fuzz tests
	go test ./...

test-circuit-mutants: setup ## each constraint family removed must turn a test red; prints caught N of N
	go test ./x/election/circuit -run '^TestMutants$$' -count=1 -v

fuzz: setup ## run every fuzz target for FUZZTIME (default 20s)
	@scripts/fuzz.sh

lint: setup $(TOOLS)/golangci-lint-$(GOLANGCI_VERSION) ## golangci-lint and buf lint
	$(TOOLS)/golangci-lint-$(GOLANGCI_VERSION) run
	scripts/proto-deps.sh
	$(BUF) lint proto

fmt: $(TOOLS)/golangci-lint-$(GOLANGCI_VERSION) ## format Go and protobuf files
	$(TOOLS)/golangci-lint-$(GOLANGCI_VERSION) fmt
	$(BUF) format -w proto

$(TOOLS)/golangci-lint-$(GOLANGCI_VERSION):
	GOBIN=$(TOOLS) go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_VERSION)
	mv $(TOOLS)/golangci-lint $@

proto: setup ## regenerate Go code and OpenAPI from proto/
	scripts/proto-deps.sh
	rm -rf .gen
	$(BUF) generate
	cp -r .gen/github.com/evoted/evoted/x/. x/
	rm -rf .gen
	$(BUF) generate --template buf.gen.openapi.yaml

proto-check: proto ## fail if the committed generated code is not what proto/ gives
	git diff --exit-code -- '*.pb.go' '*.pb.gw.go' docs/openapi

smoke: build ## one election on four authorities, verified
	go run ./scripts/demo --evoted build/evoted --smoke

localnet: build ## start four authorities on loopback; Ctrl-C stops them
	build/evoted localnet

demo: build ## three real elections on four authorities, compared with the plaintext known to the script
	go run ./scripts/demo --evoted build/evoted

bench: bench-ballot ## every benchmark; each writes bench/*.json

bench-ballot: setup ## size and speed of a ballot: a table and bench/ballot.json
	go run ./scripts/bench/ballot --output bench/ballot.json

tour: build ## run the commands of the README's "Five minutes by hand" as they stand there
	@scripts/tour.sh

e2e: tour ## longer end-to-end runs: the README's tour; the demo twice, the second on the state the first left
	go run ./scripts/demo --evoted build/evoted --repeat 2

clean: ## remove build output (not the Go build cache, nor the cached circuit keys)
	rm -rf build .gen third_party
