#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# setup.sh build|run|test|bench: installs what is missing on this machine to build, run, test or measure, and says what
# and why. Each word includes those before it. Silent when nothing is missing; the machine's own package sources stay as
# they are.
set -eu

ROOT=$(cd "$(dirname "$0")/.." && pwd)
. "$ROOT/ci/apt.sh"
OWN_QEMU=qemu-system-riscv64
QEMU=${QEMU:-$OWN_QEMU}
QEMU_MAJOR=10

have_command() { command -v "$1" >/dev/null; }
have_picolibc() { have_command riscv64-unknown-elf-gcc && [ -e "$(riscv64-unknown-elf-gcc -print-file-name=picolibc.specs)" ]; }
have_python() { [ -x /usr/bin/python3 ] && /usr/bin/python3 -S -c ''; }
have_module() { /usr/bin/python3 -c "import importlib.util as u, sys; sys.exit(not u.find_spec('$1'))" 2>/dev/null; }
have_mke2fs() { PATH=$PATH:/usr/sbin:/sbin have_command mke2fs; }
have_header() { [ -e "/usr/include/$1" ]; }
have_qemu() {
    local said version
    said=$("$QEMU" --version 2>&1 | head -n 1)
    version=$(say "$said" | sed -n 's/^QEMU emulator version \([0-9]*\)\..*/\1/p')
    if [ "${version:-0}" -ge "$QEMU_MAJOR" ]; then return; fi
    # One that was chosen by name is not replaced by installing another.
    [ "$QEMU" = "$OWN_QEMU" ] || fail "QEMU=$QEMU: it has to be QEMU $QEMU_MAJOR or newer; it says: ${said:-nothing}"
    return 1
}

# need <group> <Debian package> <how to see that it is there...>: notes what is missing.
declare -A missing=()
all_missing=()
need() {
    local group=$1 package=$2
    shift 2
    if "$@"; then return; fi
    missing[$group]="${missing[$group]:-}${missing[$group]:+ }$package"
    all_missing+=("$package")
}

need_build() {
    need build gcc-riscv64-unknown-elf       have_command riscv64-unknown-elf-gcc
    need build picolibc-riscv64-unknown-elf  have_picolibc
    need build gcc-riscv64-linux-gnu         have_command riscv64-linux-gnu-gcc
    need build device-tree-compiler          have_command dtc
    need build u-boot-tools                  have_command mkimage
    need build python3                       have_python
    need build cpio                          have_command cpio
    need build xz-utils                      have_command xz
    need build e2fsprogs                     have_mke2fs
    if have_command apt-get; then
        need build debian-archive-keyring    test -r "$DEBIAN_KEYRING"
    fi
}

need_run() {
    need run qemu-system-riscv               have_qemu
}

need_test() {
    need test gcc                            have_command gcc
    need test libc6-dev                      have_header stdio.h
    need test libcmocka-dev                  have_header cmocka.h
    need test python3-pytest                 have_module pytest
    need test python3-pexpect                have_module pexpect
}

need_bench() {
    need bench python3-matplotlib            have_module matplotlib
}

why() {
    case $1 in
    build) say "to build the hypervisor, OpenSBI and the guest images" ;;
    run)   say "to run: QEMU $QEMU_MAJOR or newer" ;;
    test)  say "to test" ;;
    bench) say "to draw what is measured" ;;
    esac
}

show_missing() {
    local group
    for group in build run test bench; do
        if [ -n "${missing[$group]:-}" ]; then say "  $(why "$group"): ${missing[$group]}"; fi
    done
}

# What another package manager has to bring.
by_hand() {
    cat >&2 <<EOT
setup.sh: this machine lacks (names of Debian's packages):
$(show_missing)
$1
Needed are: a riscv64-unknown-elf gcc 12 or newer with picolibc 1.8 or newer (picolibc.specs), a riscv64-linux-gnu gcc 12 or
newer, dtc 1.6 or newer, mkimage (u-boot-tools 2023.01 or newer), python 3.9 or newer as /usr/bin/python3, cpio, xz, mke2fs
(e2fsprogs), make 4.3 or newer, bash; to run: qemu-system-riscv64 $QEMU_MAJOR or newer; to test: gcc with ASan, cmocka 1.1, pytest 7, pexpect 4.8;
to draw measurements: matplotlib 3.6.
EOT
    exit 1
}

# apt-get as root, quietly: its output is shown when it fails.
as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

install_packages() {
    local log=$ROOT/build/setup.log
    mkdir -p "$ROOT/build"
    if [ -t 1 ]; then
        as_root env DEBIAN_FRONTEND=noninteractive apt-get -y --no-install-recommends "$@"
    elif ! as_root env DEBIAN_FRONTEND=noninteractive apt-get -y --no-install-recommends "$@" >"$log" 2>&1; then
        tail -n 20 "$log" >&2
        fail "apt-get $* failed (all of its output: build/setup.log)"
    fi
}

# Options of apt that put Debian <codename>'s own suites and its backports in the place of the machine's sources. The
# machine's lists and cache are not touched.
backports_options() {
    local codename=$1 dir=$ROOT/build/apt/backports mirror suite
    mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial"
    mirror=$(debian_mirrors | head -n 1)
    [ -n "$mirror" ] || return 1
    for suite in "$codename" "$codename-backports"; do
        say "deb [signed-by=$DEBIAN_KEYRING] $mirror $suite main"
    done >"$dir/sources.list"
    printf '%s\n' -o Dir::Etc::sourcelist="$dir/sources.list" -o Dir::Etc::sourceparts=/dev/null \
        -o Dir::State::lists="$dir/lists" -o Dir::Cache="$dir/cache" -o APT::Sandbox::User=
}

# What a package of Debian 13 is called in this release, which it lacks: QEMU has to come from backports.
from_backports() {
    local codename
    codename=$(. /etc/os-release && say "${VERSION_CODENAME:-}")
    [ "$1" = qemu-system-riscv ] && [ "$codename" = bookworm ] && say "$codename"
}

install_missing() {
    local package codename plain=() backports=() options=()
    for package in "${all_missing[@]}"; do
        if codename=$(from_backports "$package"); then backports+=("$package"); else plain+=("$package"); fi
    done
    if [ ${#plain[@]} -gt 0 ]; then
        say "  APT   ${#plain[@]} packages"
        # A fresh machine has no package lists yet, or old ones.
        install_packages update
        install_packages install "${plain[@]}"
    fi
    if [ ${#backports[@]} -gt 0 ]; then
        codename=$(from_backports "${backports[0]}")
        say "  APT   ${backports[*]} from $codename-backports (this machine's own sources stay as they are)"
        mapfile -t options < <(backports_options "$codename")
        [ ${#options[@]} -gt 0 ] || by_hand "apt names no Debian mirror (DEBIAN_MIRROR=<address> names one)."
        install_packages "${options[@]}" update
        install_packages "${options[@]}" install -t "$codename-backports" "${backports[@]}"
    fi
}

look() {
    missing=()
    all_missing=()
    hash -r
    case $1 in
    build) need_build ;;
    run)   need_build; need_run ;;
    test)  need_build; need_run; need_test ;;
    bench) need_build; need_run; need_test; need_bench ;;
    *)     fail "usage: setup.sh build|run|test|bench" ;;
    esac
}

level=${1:-}
for word in "$@"; do
    case $word in
    bench) level=bench ;;
    test)  [ "$level" = bench ] || level=test ;;
    run)   [ "$level" = bench ] || [ "$level" = test ] || level=run ;;
    esac
done
look "$level"
[ ${#all_missing[@]} -gt 0 ] || exit 0

have_command apt-get || by_hand "There is no apt here: install them with this machine's package manager."
if [ "$(id -u)" != 0 ] && ! have_command sudo; then
    by_hand "Without root and sudo nothing can be installed. As root: apt-get install ${all_missing[*]}
(on Debian 12, qemu-system-riscv comes from bookworm-backports)."
fi
# One at a time on this machine; what is locked is there already and stays as it is.
exec 9<"$(command -v apt-get)"
flock 9
look "$level"
[ ${#all_missing[@]} -gt 0 ] || exit 0

say "This machine lacks packages; installing"
show_missing
install_missing
look "$level"
if [ ${#all_missing[@]} -gt 0 ]; then
    by_hand "They were installed but are still not found; is another one first in PATH?"
fi
say "  APT   done"
