#!/bin/sh
# Installs the Debian packages named as arguments that are missing. Never removes a package: what would conflict with an
# installed one (libboost1.81-dev with libboost1.74-dev) is unpacked into build/packages instead, where CMake looks too.
set -eu

say() { printf 'converge: %s\n' "$*"; }

missing=""
for package in "$@"; do
  [ "$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null)" = "install ok installed" ] && continue
  [ -e "build/packages/.unpacked/$package" ] && continue
  missing="$missing $package"
done
[ -n "$missing" ] || exit 0
say "missing Debian packages:$missing"

if [ "$(id -u)" = 0 ]; then as_root=""
elif command -v sudo >/dev/null 2>&1; then as_root="sudo"
else as_root="none"
fi

known() { apt-cache show "$1" >/dev/null 2>&1; }
for package in $missing; do
  if ! known "$package"; then
    [ "$as_root" = none ] && { say "the package lists are empty and there is no sudo: ask an administrator for 'apt-get update'"; exit 1; }
    say "reading the package lists (apt-get update)"
    $as_root apt-get update -q
    break
  fi
done

# Unpacks one package without installing it.
unpack() {
  say "unpacking $1 into build/packages (nothing on this machine is changed)"
  mkdir -p build/packages/.unpacked build/packages/.archives
  (cd build/packages/.archives && apt-get download "$1" >/dev/null)
  for archive in build/packages/.archives/"$1"_*.deb; do dpkg -x "$archive" build/packages; done
  : > "build/packages/.unpacked/$1"
}

install=""
for package in $missing; do
  if [ "$as_root" = none ] || ! apt-get install -s -qq --no-remove "$package" >/dev/null 2>&1; then
    case $package in
      *-dev|catch2) unpack "$package" ;;
      *) say "$package cannot be installed without removing something or without sudo; please install it"; exit 1 ;;
    esac
  else
    install="$install $package"
  fi
done
if [ -n "$install" ]; then
  say "installing$install (apt-get install --no-remove)"
  # shellcheck disable=SC2086 # a list of names
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends --no-remove $install
fi
