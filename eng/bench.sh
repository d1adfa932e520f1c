#!/usr/bin/env bash
# Measures Palisade side by side with the bare platform.
set -euo pipefail

usage() {
  cat <<'USAGE'
Usage: ./bench [name]

Runs every benchmark, or the named one. Prints a table of ratios; JSON goes to the results folder beside
the benchmarks. Close what else is running: other work on this machine shows in the figures.
USAGE
}

case ${1-} in
  -h | --help)
    usage
    exit
    ;;
  -*)
    usage >&2
    exit 2
    ;;
esac

cd "$(dirname "${BASH_SOURCE[0]}")/.."
source eng/require.sh
source eng/build.sh
require_packages postgresql redis-server libsodium23
build_if_needed "$(echo */Palisade.Bench)" $(solution_folders)
exec artifacts/bin/Palisade.Bench/release/Palisade.Bench "$@"
