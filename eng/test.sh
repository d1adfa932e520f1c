#!/usr/bin/env bash
# Runs every test suite and says what holds.
set -euo pipefail

usage() {
  cat <<'USAGE'
Usage: ./test [filter]
       ./test --evidence

Installs what is missing, builds, and runs every suite; ends with "N passed, N failed".

  filter       only tests whose namespace, class or name contains it, or that prove the row it names
               (R018, A1, V6.5.1)
  --evidence   also writes docs/evidence.md: each row with the tests that prove it

CI=true also fails on skipped tests, and on a row of docs/evidence.md that lost its proof.
Reports and the output of each suite stay in artifacts/test-results.
TEST_TIMEOUT, 20m unless told, ends a suite that hangs.
USAGE
}

misuse() {
  printf '%s\n\n' "$1" >&2
  usage >&2
  exit 2
}

filter=
evidence=
while (($#)); do
  case $1 in
    --evidence) evidence=yes ;;
    -h | --help)
      usage
      exit
      ;;
    -*) misuse "Unknown option: $1" ;;
    *)
      [[ -z $filter ]] || misuse "One filter at a time."
      filter=$1
      ;;
  esac
  shift
done
[[ -z $filter || -z $evidence ]] || misuse "Evidence needs the whole run; leave the filter out."

cd "$(dirname "${BASH_SOURCE[0]}")/.."
source eng/require.sh
source eng/build.sh
require_packages postgresql redis-server libsodium23 chromium
build_if_needed Palisade.slnx $(solution_folders)

case $filter in
  '') only=() ;;
  R[0-9][0-9][0-9]) only=(--filter-trait "Requirement=$filter") ;;
  [A-I][0-9] | [A-I][0-9][0-9]) only=(--filter-trait "Invariant=$filter") ;;
  V[0-9]*.*) only=(--filter-trait "Asvs=$filter") ;;
  *) only=(--filter-method "*$filter*") ;;
esac

results=$PWD/artifacts/test-results
limit=${TEST_TIMEOUT:-20m}
rm -rf "$results"
mkdir -p "$results"

# A suite that hangs is ended with all its children, except at a terminal: there Ctrl-C has to reach it.
at_terminal=()
[[ ! -t 0 ]] || at_terminal=(--foreground)

run_suite() {
  local name=$1 program status=0 start=$SECONDS
  program=$(find "artifacts/bin/$name/release" -maxdepth 1 -name "*$name" -type f -executable 2>/dev/null || true)
  if [[ -z $program ]]; then
    echo "was not built; is it in Palisade.slnx?" >"$results/$name.lost"
    return
  fi

  timeout "${at_terminal[@]}" --kill-after=30s "$limit" "$program" --no-progress --no-ansi "${only[@]}" \
    --results-directory "$results" --report-xunit --report-xunit-filename "$name.xml" >"$results/$name.log" 2>&1 || status=$?
  case $status in
    0) ;;
    2 | 8) ;; # Failed tests, no tests: the report tells.
    124) echo "was ended after $limit" >"$results/$name.lost" ;;
    137) echo "was killed after $((SECONDS - start)) s" >"$results/$name.lost" ;;
    *) echo "ended with status $status; see artifacts/test-results/$name.log" >"$results/$name.lost" ;;
  esac
  [[ -e $results/$name.xml || -e $results/$name.lost ]] || echo "left no report" >"$results/$name.lost"
  say "Ran $name in $((SECONDS - start)) s"
}

for suite in */*.Tests/; do
  run_suite "$(basename "$suite")"
done

tool=artifacts/bin/Evidence/release/Palisade.Evidence
status=0
if [[ -n $evidence ]]; then
  "$tool" report || status=1
elif [[ ${CI-} == true && -z $filter ]]; then
  "$tool" check || status=1
fi

summary=()
[[ -z $filter ]] || summary+=(--filtered)
[[ ${CI-} != true ]] || summary+=(--skips-fail)
"$tool" summary "${summary[@]}" || status=1
exit "$status"
