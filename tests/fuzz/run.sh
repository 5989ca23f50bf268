#!/bin/sh
# Runs every fuzz target for a while: run.sh PROGRAM SECONDS FOLDER. The corpus stays in FOLDER.
set -eu
program=$1 seconds=$2 folder=$3
for target in condition version pattern eval payload; do
  echo "converge: fuzzing $target for $seconds s"
  mkdir -p "$folder/$target"
  CONVERGE_FUZZ_TARGET=$target "$program" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
    -artifact_prefix="$folder/$target-" "$folder/$target" 2>"$folder/$target.log" || { tail -40 "$folder/$target.log"; exit 1; }
  grep -E "stat::(number_of_executed_units|slowest_unit_time_sec)" "$folder/$target.log"
done
