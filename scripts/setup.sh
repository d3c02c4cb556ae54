#!/usr/bin/env bash
# Makes sure that go and git are there and new enough. Go fetches its modules by
# itself; nothing else is needed (no C compiler, no protoc, no container).
set -euo pipefail

missing=()
for program in git go; do
  command -v "$program" >/dev/null || missing+=("$program")
done
if [ ${#missing[@]} -gt 0 ]; then
  if [ "${missing[*]}" = git ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq && apt-get install -qq -y git >/dev/null
  else
    echo "error: not installed: ${missing[*]}" >&2
    echo "hint: install git with your package manager and Go 1.26.5 or later from https://go.dev/dl" >&2
    exit 1
  fi
fi

need=$(awk '$1 == "go" {print $2}' "$(dirname "$0")/../go.mod")
have=$(go env GOVERSION | sed 's/^go//')
if [ "$(printf '%s\n%s\n' "$need" "$have" | sort -V | head -n 1)" != "$need" ]; then
  echo "error: Go $have is too old, $need is needed" >&2
  echo "hint: install it from https://go.dev/dl" >&2
  exit 1
fi
