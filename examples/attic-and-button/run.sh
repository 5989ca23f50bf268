#!/bin/sh
# Repeats the Attic & Button experiment from its event files and prints every arm beside the figures computed with DuckDB.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
data=$root/tests/data/attic-and-button
converge=${CONVERGE:-$root/build/release/cli/converge}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

"$converge" apply "$root/examples/attic-and-button/definitions.yaml" --db "$folder/attic.db" >/dev/null
"$converge" import --db "$folder/attic.db" \
  --exposures "$data/exposures.csv,experiment=:delivery-banner" \
  --events "$data/events.csv" --events "$data/support_calls.csv,name=:support_call" \
  --complete-until 2020-10-01T00:00:00Z
"$converge" analyze delivery-banner --db "$folder/attic.db" | sed -n '/(matured)/,$p' | sed '/exposed so far/,/^$/d'
echo
echo "Figures computed with DuckDB, for everyone (tests/data/attic-and-button/expected_metrics.csv):"
sed -n '1p;/,all,/p' "$data/expected_metrics.csv"
