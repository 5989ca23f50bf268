#!/bin/sh
# no_libm.sh NM ARCHIVE: fails when the archive calls a function of the mathematics library, whose last bits differ
# between systems, or was built of nothing.
set -eu
symbols=$("$1" -u "$2")
echo "$symbols" | grep -q U || { echo "no undefined symbol at all in $2: not the library"; exit 1; }
for name in sqrt cbrt pow exp exp2 expm1 log log2 log10 log1p erf erfc tgamma lgamma sin cos tan atan fma hypot fmod; do
  if echo "$symbols" | grep -Ewq "U $name(f|l)?"; then
    echo "$2 calls $name of libm"
    exit 1
  fi
done
