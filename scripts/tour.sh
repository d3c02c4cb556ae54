#!/usr/bin/env bash
# Runs the commands of the README's section "Five minutes by hand" in order, as they stand
# there, in one shell, and checks the result. Only the directory of the chain is another
# one, and the chain runs in the background.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ -z "${EVOTED_TOUR:-}" ]; then
  EVOTED_TOUR=1 exec timeout 900 scripts/tour.sh
fi

work=$(mktemp -d)
export TMPDIR=$work # for the README's own mktemp
cleanup() {
  code=$?
  trap - EXIT
  # The chain and the trustees, by their process ids, if they are still running.
  for id in $(jobs -p); do kill "$id" 2>/dev/null || true; done
  wait
  if [ "$code" -ne 0 ]; then tail -n 15 "$work"/log.* >&2 || true; fi
  rm -rf "$work"
  exit "$code"
}
trap cleanup EXIT
trap 'exit 1' INT TERM

mapfile -d $'\001' blocks < <(awk '
  /^## / { inside = ($0 == "## Five minutes by hand") }
  inside && /^```sh$/ { on = 1; next }
  on && /^```$/ { printf "\001"; on = 0; next }
  on' README.md)
if [ "${#blocks[@]}" -lt 6 ]; then
  echo "the README has no section \"Five minutes by hand\" with its commands" >&2
  exit 1
fi

for n in "${!blocks[@]}"; do
  block=$(sed 's|\x01||; s|^evoted localnet .*|& \&|' <<<"${blocks[$n]}")
  echo "$block" | sed 's/^/+ /'
  block=${block//\/tmp\/evoted-tour/$work/chain}
  eval "$block" >"$work/log.$n" 2>&1
  if [[ $block == *"evoted localnet "* ]]; then
    until grep -q '^running;' "$work/log.$n"; do
      kill -0 $! # the chain has not ended
      sleep 1
    done
  fi
  cat "$work/log.$n"
done

grep -Eq '^ +Yes +2 ' "$work"/log.*
grep -Eq '^ +No +1 ' "$work"/log.*
echo "the tour ends as the README says: Yes 2, No 1"
