# SPDX-License-Identifier: Apache-2.0
# Functions, sourced by the other scripts: a private apt configuration that follows the machine's own
# mirror, proxy and credentials, writes under build/apt only, and never changes what apt does elsewhere.

DOWNLOADS=${DOWNLOADS:-$ROOT/build/downloads}
DEBIAN_KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

say()  { printf '%s\n' "$*"; }
fail() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }

# inside_build <path>: the scripts write beneath build/ alone, whatever they were called with.
inside_build() {
    case $1 in
    */../* | */..) ;;
    "$ROOT"/build/?*) return ;;
    esac
    fail "'$1' is not in $ROOT/build/: nothing is written there"
}

# Base addresses that serve Debian's suites, as this machine's apt is set up, best first. DEBIAN_MIRROR=
# names one by hand (a machine that is not Debian). Prints nothing when there is none.
debian_mirrors() {
    local lists
    if [ -n "${DEBIAN_MIRROR:-}" ]; then say "${DEBIAN_MIRROR%/}"; return; fi
    command -v apt-get >/dev/null || return 0
    lists=$(mktemp -d)
    # An empty Dir::State::lists makes apt name every file it would fetch, also before the first update.
    apt-get --print-uris -o Dir::State::lists="$lists" update 2>/dev/null |
        sed -nE "s,^'(.*)/dists/(bullseye|bookworm|trixie|forky|(old)?stable|testing|sid|unstable)/InRelease'.*,\1,p" |
        awk '!seen[$0]++'
    rm -rf "$lists"
}

# apt_private <name> <architecture> <suite>...: builds build/apt/<name> and exports APT_CONFIG for it, with
# verified package lists of those suites. Returns 1 (after saying why) when no mirror offers them.
apt_private() {
    local name=$1 arch=$2 mirror suite log dir=$ROOT/build/apt/$1
    shift 2
    [ -r "$DEBIAN_KEYRING" ] || { say "missing $DEBIAN_KEYRING (package debian-archive-keyring)" >&2; return 1; }
    mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial"
    exec 9>"$dir/lock"
    flock 9
    {
        # Of the machine's configuration only how to reach a server: proxies, credentials, time-outs.
        apt-config dump | grep -E '^(Acquire::|Dir::Etc::netrc)' | grep -v -E '^Acquire::(IndexTargets|Allow)' || true
        cat <<CONFIG
Dir::Etc::main "/dev/null";
Dir::Etc::parts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::Etc::sourcelist "$dir/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::State "$dir";
Dir::State::lists "$dir/lists";
Dir::State::status "/dev/null";
Dir::Cache "$dir/cache";
APT::Sandbox::User "";
APT::Architecture "$arch";
APT::Architectures { "$arch"; };
APT::Install-Recommends "0";
Acquire::Languages "none";
Acquire::Retries "3";
CONFIG
    } >"$dir/apt.conf"
    for mirror in $(debian_mirrors); do
        for suite in "$@"; do
            say "deb [signed-by=$DEBIAN_KEYRING] $mirror $suite main"
        done >"$dir/sources.list"
        export APT_CONFIG=$dir/apt.conf
        log=$dir/update.log
        if apt-get update --error-on=any >"$log" 2>&1; then return 0; fi
        sed -n 's/^[EW]: /    /p' "$log" >&2
    done
    unset APT_CONFIG
    return 1
}
