#!/bin/sh
# Builds the program as it is released, in the image and on bare machines alike:
#
#   packaging/build.sh [FILE]
#
# It is in target/dist/latchkey then, and in FILE as well if one is given.
set -eu

case "${1-}" in
-*) sed -n '2,/^set/s/^# \{0,1\}//p' "$0"; exit 2 ;;
/* | '') copy=${1-} ;;
*) copy=$PWD/$1 ;;
esac
cd "$(dirname "$0")/.."

# Asked first, since the build itself would find out only after minutes.
missing=
for program in cargo cc node npm; do
    command -v "$program" >/dev/null || missing="$missing $program"
done
if [ -n "$missing" ]; then
    echo "build.sh: not found:$missing. Wanted: Rust, a C compiler, Node 20 or newer with npm." >&2
    exit 1
fi
node_version=$(node --version)
node_major=${node_version#v}
node_major=${node_major%%.*}
if [ "$node_major" -lt 20 ]; then
    echo "build.sh: Node is $node_version, wanted 20 or newer" >&2
    exit 1
fi

cargo xtask dist

program=target/dist/latchkey
if [ -n "$copy" ]; then
    install -D -m 0755 "$program" "$copy"
fi

"$program" --version
sha256sum "$program"
# Whether another machine can run it depends on its C library.
if command -v objdump >/dev/null; then
    oldest=$(objdump -T "$program" | grep -o 'GLIBC_[0-9.]*' | sort -uV | tail -n 1)
    echo "runs with glibc ${oldest#GLIBC_} or newer"
fi
