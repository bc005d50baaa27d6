#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# fetch-deb.sh <outdir> <package>...: puts Debian's riscv64 packages into <outdir>/<package>.deb, checked by
# apt against Debian's signatures. A kernel metapackage stands for the kernel it names today.
# build/downloads keeps what was fetched; a <package>.deb placed there by hand is used as it is.
set -eu

ROOT=$(cd "$(dirname "$0")/.." && pwd)
. "$ROOT/ci/apt.sh"

SUITE=$(sed -n 's/^GUEST_SUITE *:= *//p' "$ROOT/ci/pins.mk")

[ $# -ge 2 ] || fail "usage: fetch-deb.sh <outdir> <package>..."
outdir=$1
shift
case $outdir in
/*) ;;
*)  outdir=$PWD/$outdir ;;
esac
inside_build "$outdir"
mkdir -p "$outdir" "$DOWNLOADS"

help_by_hand() {
    cat >&2 <<EOT
fetch-deb.sh: cannot fetch '$1' for riscv64 from Debian $SUITE: $2
  - check the network and the machine's apt sources, then run the same command again; or
  - on a machine that is not Debian, name a Debian mirror: DEBIAN_MIRROR=<address of .../debian>; or
  - put the package by hand into $DOWNLOADS/$1.deb
EOT
    exit 1
}

# The kernel packages without a version only depend on the newest one with a version.
real_package() {
    local stem=${1%-riscv64}
    case $1 in
    linux-image-riscv64)
        apt-cache show --no-all-versions "$1" | sed -nE "s/^Depends:.*[ :,](${stem}-[0-9][^ ,]*).*/\1/p" ;;
    *)
        say "$1" ;;
    esac
}

fetch() {
    local package=$1 real file link=$DOWNLOADS/$1.deb
    if [ ! -e "$link" ]; then
        if [ -z "${APT_CONFIG:-}" ]; then
            say "  FETCH lists of Debian $SUITE, riscv64 (about 10 MB)"
            command -v apt-get >/dev/null || help_by_hand "$package" "there is no apt on this machine"
            apt_private guest riscv64 "$SUITE" || help_by_hand "$package" "its package lists cannot be had or verified"
        fi
        apt-cache show "$package" >/dev/null 2>&1 || help_by_hand "$package" "there is no such package"
        real=$(real_package "$package")
        [ -n "$real" ] || help_by_hand "$package" "it does not name a kernel"
        say "  FETCH $real ($(apt-cache show --no-all-versions "$real" |
            awk '/^Version:/ { v = $2 } /^Size:/ { printf "%s, %.1f MB", v, $2 / 1e6 }'))"
        (cd "$DOWNLOADS" && apt-get download "$real") || help_by_hand "$package" "the download failed"
        file=$(cd "$DOWNLOADS" && ls -t "${real}"_*_riscv64.deb "${real}"_*_all.deb 2>/dev/null | head -n 1)
        ln -sfn "$file" "$link"
    fi
    # Unchanged packages keep their time, so make rebuilds nothing.
    file=$(readlink -f "$link")
    cmp -s "$file" "$outdir/$package.deb" || cp -f --reflink=auto "$file" "$outdir/$package.deb"
    say "  DEB   $package: $(basename "$file")"
}

for package in "$@"; do
    fetch "$package"
done
