#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# fetch-src.sh opensbi|dtc <link> <version>=<sha256>...: unpacks the first version that can be had into
# build/deps/<name>-<version> and points <link> there. Tried in turn: build/downloads, the pool of the Debian
# mirror this machine's apt uses, the upstream project's own release. Nothing is unpacked before its sha256 fits.
set -eu

ROOT=$(cd "$(dirname "$0")/.." && pwd)
. "$ROOT/ci/apt.sh"

[ $# -ge 3 ] || fail "usage: fetch-src.sh opensbi|dtc <link> <version>=<sha256>..."
name=$1
link=$2
shift 2
inside_build "$link"
deps=$ROOT/build/deps
mirrors=

# Where <name> <version> lies: the tarball's name here, in Debian's pool, and upstream.
describe() {
    case $1 in
    opensbi)
        tarball=opensbi-$2.tar.gz
        pool=o/opensbi/opensbi_$2.orig.tar.gz
        upstream=https://github.com/riscv-software-src/opensbi/archive/refs/tags/v$2.tar.gz
        variable=OPENSBI_DIR ;;
    dtc)
        tarball=dtc-$2.tar.xz
        pool=d/device-tree-compiler/device-tree-compiler_$2.orig.tar.xz
        upstream=https://www.kernel.org/pub/software/utils/dtc/dtc-$2.tar.xz
        variable=LIBFDT_DIR ;;
    *)
        fail "unknown source '$1'" ;;
    esac
}

get() {
    local log=$DOWNLOADS/.fetch.log
    case $1 in
    apt)
        /usr/lib/apt/apt-helper -o APT::Sandbox::User= download-file "$2" "$3" >"$log" 2>&1 ;;
    web)
        if command -v curl >/dev/null; then curl -sSfL --connect-timeout 10 --retry 1 -o "$3" "$2" >"$log" 2>&1
        elif command -v wget >/dev/null; then wget -q --timeout=10 --tries=2 -O "$3" "$2" >"$log" 2>&1
        else say "neither curl nor wget is installed" >"$log"; return 1
        fi ;;
    esac
}

# try <how> <address> <sha256>: leaves the verified file as build/downloads/$tarball, or adds to $tried.
try() {
    local part=$DOWNLOADS/$tarball.part
    rm -f "$part"
    if ! get "$1" "$2" "$part"; then
        tried="$tried    $2: $(grep -v '^$' "$DOWNLOADS/.fetch.log" | head -n 1 | cut -c1-160)"$'\n'
    elif ! say "$3  $part" | sha256sum --check --status; then
        tried="$tried    $2: its sha256 is not the pinned one"$'\n'
    else
        mv "$part" "$DOWNLOADS/$tarball"
        return 0
    fi
    rm -f "$part"
    return 1
}

have() {
    local version=$1 sum=$2 mirror
    describe "$name" "$version"
    if [ -e "$DOWNLOADS/$tarball" ]; then
        if say "$sum  $DOWNLOADS/$tarball" | sha256sum --check --status; then return 0; fi
        tried="$tried    $DOWNLOADS/$tarball: its sha256 is not the pinned one"$'\n'
    fi
    say "  FETCH $name $version"
    [ -n "$mirrors" ] || mirrors=$(debian_mirrors)
    if [ -x /usr/lib/apt/apt-helper ]; then
        for mirror in $mirrors; do
            if try apt "$mirror/pool/main/$pool" "$sum"; then return 0; fi
        done
    fi
    if try web "$upstream" "$sum"; then return 0; fi
    say "        $name $version cannot be had here"
    return 1
}

unpack() {
    local version=$1 part
    part=$(mktemp -d "$deps/.unpack.XXXXXX")
    tar -C "$part" -xf "$DOWNLOADS/$tarball"
    rm -rf "$deps/$name-$version"
    chmod 755 "$part"/*
    mv "$part"/* "$deps/$name-$version"
    rmdir "$part"
    touch "$deps/$name-$version/.fetched"
}

mkdir -p "$DOWNLOADS" "$deps"
exec 8>"$deps/.lock"
flock 8
tried=
for pin in "$@"; do
    version=${pin%%=*}
    if [ -e "$deps/$name-$version/.fetched" ]; then
        touch "$deps/$name-$version/.fetched"
    elif have "$version" "${pin#*=}"; then
        unpack "$version"
    else
        continue
    fi
    if [ "$link" != "$deps/$name-$version" ]; then ln -sfn "$name-$version" "$link"; fi
    say "  USE   $name $version"
    exit 0
done

describe "$name" "${1%%=*}"
cat >&2 <<EOT
fetch-src.sh: the source of $name cannot be had. Tried:
$tried  - check the network, then run the same command again; or
  - put the release's tarball into $DOWNLOADS/ as $tarball; or
  - name a source folder of your own: $variable=<folder>.
EOT
exit 1
