#!/usr/bin/env bash
# Writes .env.example and the tables of docs/operations/configuration.md anew from the catalogue of settings.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
page=docs/operations/configuration.md
./palisade settings env-example >.env.example
{
  sed '/<!-- settings -->/q' "$page"
  ./palisade settings table
  sed -n '/<!-- \/settings -->/,$p' "$page"
} >"$page.new"
mv "$page.new" "$page"
