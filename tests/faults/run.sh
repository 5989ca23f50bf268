#!/bin/sh
# Plants each fault of list.tsv into a copy of the tree and sees the named test turn red.
# Usage: tests/faults/run.sh [number ...]      Environment: FAULTS_DIR (default build/faults), JOBS
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
work=${FAULTS_DIR:-$root/build/faults}
tree=$work/tree
build=$work/build
log=$work/last.log
list=$root/tests/faults/list.tsv
tab=$(printf '\t')
# A fault may loop for ever; that counts as red.
seconds_max=600

selected() {
  [ -z "$wanted" ] && return 0
  for number in $wanted; do
    case $1 in "$number"-*) return 0 ;; esac
  done
  return 1
}

# Runs one test by its exact name; commas and brackets mean something to Catch.
run_test() {
  program=$(find "$build" -type f -name "$1" -perm -u+x | head -n 1)
  name=$(printf '%s' "$2" | sed 's/[][,\\]/\\&/g')
  timeout "$seconds_max" "$program" "$name" >"$log" 2>&1
}

# Copies what differs, with the time of the copy: a file that an interrupted run left changed must be
# compiled again.
copy_tree() {
  mkdir -p "$tree" "$build"
  (cd "$root" && git ls-files --cached --others --exclude-standard) | while IFS= read -r file; do
    [ -f "$root/$file" ] || continue
    cmp -s "$root/$file" "$tree/$file" && continue
    mkdir -p "$tree/$(dirname "$file")"
    cp "$root/$file" "$tree/$file"
  done
  (cd "$tree" && find . -type f) | while IFS= read -r file; do
    [ -f "$root/$file" ] || rm "$tree/$file"
  done
}

fail() {
  echo "$1"
  failures=$((failures + 1))
}

wanted="$*"
failures=0
copy_tree
cmake -S "$tree" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Debug \
  -DCMAKE_CXX_FLAGS_DEBUG="-Og -g1" -DCONVERGE_PROGRAM=OFF >"$log" 2>&1 ||
  { cat "$log"; exit 1; }

targets=$(while IFS="$tab" read -r patch target test; do
  selected "$patch" && echo "$target" || :
done <"$list" | sort -u)
[ -n "$targets" ] || { echo "no fault of that number" >&2; exit 2; }
echo "building $(echo "$targets" | tr '\n' ' ')"
# shellcheck disable=SC2086
ninja -C "$build" -j "${JOBS:-$(nproc)}" $targets >"$log" 2>&1 || { tail -n 40 "$log"; exit 1; }

# All without a fault first: a test that is red anyway sees nothing.
while IFS="$tab" read -r patch target test <&3; do
  selected "$patch" || continue
  run_test "$target" "$test" ||
    { tail -n 30 "$log"; echo "$patch: \"$test\" is red without the fault"; exit 1; }
  ! grep -q 'No test cases matched\|No tests ran' "$log" ||
    { echo "$patch: there is no test \"$test\""; exit 1; }
done 3<"$list"

while IFS="$tab" read -r patch target test <&3; do
  selected "$patch" || continue
  if ! patch -d "$tree" -p1 -s <"$root/tests/faults/$patch" >"$log" 2>&1; then
    cat "$log"
    fail "$patch: does not apply"
    continue
  fi
  if ! ninja -C "$build" -j "${JOBS:-$(nproc)}" "$target" >"$log" 2>&1; then
    tail -n 20 "$log"
    fail "$patch: does not build"
  elif run_test "$target" "$test"; then
    fail "$patch: UNNOTICED by \"$test\""
  else
    echo "$patch: red, as it should be ($test)"
  fi
  patch -d "$tree" -p1 -s -R <"$root/tests/faults/$patch"
done 3<"$list"

[ "$failures" -eq 0 ] || { echo "$failures faults need attention"; exit 1; }
echo "every fault was noticed"
