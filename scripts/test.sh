#!/usr/bin/env bash
# Everything a change must pass, in stages with their times; stops at the first that fails.
set -euo pipefail
cd "$(dirname "$0")/.."

names=() times=()
report() {
  printf '\n%-10s %8s\n' stage seconds
  for i in "${!names[@]}"; do printf '%-10s %8s\n' "${names[$i]}" "${times[$i]}"; done
}
stage() {
  local name=$1 begin=$SECONDS
  shift
  echo "== $name"
  if ! "$@"; then
    report
    echo "failed in stage: $name" >&2
    exit 1
  fi
  names+=("$name")
  times+=($((SECONDS - begin)))
}

stage build make --no-print-directory build
stage lint make --no-print-directory lint
stage proto make --no-print-directory proto-check
stage unit make --no-print-directory unit
stage mutants make --no-print-directory test-circuit-mutants
stage smoke make --no-print-directory smoke
report
