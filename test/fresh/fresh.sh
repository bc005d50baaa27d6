#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# fresh.sh bookworm|trixie [<make's goals for the tests>]: does in a new Debian what the README says: `make run` until
# its prompt, then `make test`. Beneath build/ alone; of this machine the new one has the kernel, the network, and the way to
# apt's servers. Mounts and processes are in name spaces of their own: they end with this script, however it ends.
set -eu

ROOT=$(cd "$(dirname "$0")/../.." && pwd)
. "$ROOT/ci/apt.sh"

suite=${1:-}
goals=${2:-test}
FRESH=$ROOT/build/${FRESH_FOLDER:-fresh}
NEW=$FRESH/$suite
TREE=/bulkhead
PROMPT_SECONDS=${PROMPT_SECONDS:-3600}  # for a whole set-up and build, on a busy machine

skip() { say "fresh $suite: skipped: $*"; exit 0; }

# ---- outside ----

look() {
    case $suite in
    bookworm | trixie) ;;
    *) fail "SUITE=$suite: bookworm or trixie is meant" ;;
    esac
    [ "$(id -u)" = 0 ] || skip "it takes root"
    PATH=$PATH:/usr/sbin:/sbin
    command -v debootstrap >/dev/null || skip "debootstrap is not installed (apt-get install debootstrap)"
    unshare --mount --pid --fork true 2>/dev/null || skip "this machine lets root have no mounts of its own"
    [ -n "$(debian_mirrors)" ] || skip "apt names no Debian mirror (DEBIAN_MIRROR=<address> names one)"
}

remove() {
    # Nothing can be mounted there, but what would be lost if something were is not ours.
    if grep -qF " $NEW/" /proc/self/mountinfo; then fail "something is mounted beneath $NEW"; fi
    rm -rf --one-file-system "$NEW"
}

# ---- inside the name spaces ----

# How to reach apt's servers: no other part of this machine's configuration.
write_apt() {
    apt-config dump | grep -E '^Acquire::' | grep -v -E '^Acquire::(IndexTargets|Allow|Changelogs)' >"$NEW/etc/apt/apt.conf.d/90server"
    say "deb $1 $suite main" >"$NEW/etc/apt/sources.list"
    local name
    for name in auth.conf auth.conf.d; do
        if [ -e "/etc/apt/$name" ]; then cp -a "/etc/apt/$name" "$NEW/etc/apt/"; fi
    done
}

bootstrap() {
    local mirror proxy
    mirror=$(debian_mirrors | head -n 1)
    proxy=$(apt-config shell P Acquire::http::Proxy | sed "s/^P='\(.*\)'$/\1/")
    say "  NEW   Debian $suite from this machine's mirror"
    env ${proxy:+http_proxy="$proxy"} debootstrap --variant=minbase --include=make --keyring="$DEBIAN_KEYRING" \
        "$suite" "$NEW" "$mirror" >"$FRESH/$suite.debootstrap.log" 2>&1 || {
        tail -n 20 "$FRESH/$suite.debootstrap.log" >&2
        fail "debootstrap failed"
    }
    write_apt "$mirror"
    for file in /etc/resolv.conf /etc/hosts; do cp -L "$file" "$NEW$file"; done
}

mount_all() {
    local name
    mount -t proc proc "$NEW/proc"
    mount -t tmpfs -o mode=755 dev "$NEW/dev"
    for name in null zero full random urandom tty; do
        : >"$NEW/dev/$name"
        mount --bind "/dev/$name" "$NEW/dev/$name"
    done
    mkdir "$NEW/dev/pts" "$NEW/dev/shm"
    mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$NEW/dev/pts"
    mount -t tmpfs shm "$NEW/dev/shm"
    ln -s pts/ptmx "$NEW/dev/ptmx"
    ln -s /proc/self/fd "$NEW/dev/fd"
}

# The tree as a stranger has it after cloning, with what is changed and not committed yet.
copy_tree() {
    local commit
    mkdir -p "$NEW$TREE"
    if commit=$(git -C "$ROOT" stash create 2>/dev/null) && commit=${commit:-$(git -C "$ROOT" rev-parse HEAD)}; then
        say "  TREE  $(git -C "$ROOT" rev-parse --short=12 HEAD)$(git -C "$ROOT" diff --quiet HEAD || say ' with changes')"
        git -C "$ROOT" archive "$commit" | tar -x -C "$NEW$TREE"
    else
        say "  TREE  all of $ROOT but build/"
        tar -C "$ROOT" -c --exclude=./build --exclude=./.git . | tar -x -C "$NEW$TREE"
    fi
}

in_new() {
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb LANG=C.UTF-8 DEBIAN_MIRROR="${DEBIAN_MIRROR:-}" \
        ${BULKHEAD_JOBS:+BULKHEAD_JOBS="$BULKHEAD_JOBS"} ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} \
        chroot "$NEW" /bin/sh -c "cd $TREE && $1"
}

# `make run` until Linux' shell asks, then Ctrl-A X.
run_demo() {
    local log=$FRESH/$suite.run.log pid until=$((SECONDS + PROMPT_SECONDS))
    say "  RUN   make run ($log)"
    rm -f "$FRESH/$suite.keys"
    mkfifo "$FRESH/$suite.keys"
    in_new "make run" <"$FRESH/$suite.keys" >"$log" 2>&1 &
    pid=$!
    exec 7>"$FRESH/$suite.keys"
    until grep -aqF '[linux] ~ # ' "$log"; do
        if ! kill -0 $pid 2>/dev/null || [ $SECONDS -ge "$until" ]; then
            tail -n 30 "$log" >&2
            fail "make run did not come to its prompt"
        fi
        sleep 1
    done
    printf '\001x' >&7
    exec 7>&-
    wait $pid || fail "make run came to its prompt, but its end was not Ctrl-A X's ($log)"
    rm -f "$FRESH/$suite.keys"
    say "        it came to its prompt, and Ctrl-A X ended it"
}

inside() {
    bootstrap
    mount_all
    copy_tree
    run_demo
    say "  RUN   make $goals ($FRESH/$suite.test.log)"
    local status=0
    in_new "make $goals" </dev/null 2>&1 | tee "$FRESH/$suite.test.log" || status=1
    say "fresh $suite: $(in_new 'qemu-system-riscv64 --version | head -n 1; riscv64-linux-gnu-gcc --version | head -n 1' | tr '\n' ' ')"
    [ $status = 0 ] || fail "make $goals failed in a new $suite ($NEW is left as it is)"
}

set -o pipefail
if [ "${FRESH_INSIDE:-}" = yes ]; then
    inside
    exit
fi
look
mkdir -p "$FRESH"
exec 9>"$FRESH/$suite.lock"
flock -n 9 || fail "another one is at work on $suite"
remove
export FRESH_INSIDE=yes
# (When this script is killed, so is all that is inside.)
setpriv --pdeathsig KILL unshare --mount --propagation private --pid --fork --kill-child --mount-proc "$0" "$@" || fail "$suite failed"
remove
say "fresh $suite: passed"
