# SPDX-License-Identifier: Apache-2.0
"""Ways out of a guest: whatever its harts are doing, with whatever they have switched on, when one of
them resets the guest.
"""

from row import NEVER, Ends, See, Row, Type, guest, stopped, tree

WHAT = "cwsuhedbf"     # what the other harts do: see guest-images/tests/lives.c
FEATURES = "n012345a"  # none, one of FWFT's, all


def lives(harts, what, features):
    """One life for each way, and then one that ends for good."""
    table = [f"{end}{doing}{on}" for on in features for doing in what for end in range(harts)]
    return tuple(step for life in table + ["9ca"]
                 for step in (See("lives", "^lives: which.$"), Type(life)))


def row(name, harts, cpu, what=WHAT, features=FEATURES, properties=(), **machine):
    guests = guest("lives", harts, "4M", **dict(properties)), guest("victim", background=True)
    return Row(f"lives-{name}", lives(harts, what, features) + (stopped("lives"), Ends()),
               tree(*guests), smp=harts + 1, cpu=cpu,
               never=NEVER + (("victim", "DISTURBED|unexpected"),), **machine)


IMSIC = {"aia": "aplic-imsic", "aia_guests": 1}
IGNORED = {"ignore_features": ("ssdbltrp", "zicfiss", "zicfilp", "svadu")}
EARLY = {"ignore_features": ("sstc", "henvcfg", "aia", "htinst", "hedeleg")}
ROWS = (
    row("rv64", 3, "rv64", features="n04a"),
    row("max", 3, "max"),
    row("max-imsic", 2, "max", **IMSIC),
    row("max-nosstc", 2, "max,sstc=off", features="n3a"),
    row("max-ignored", 2, "max", features="na", properties=IGNORED),
    row("max-early", 2, "max", features="na", properties=EARLY),
    row("oldest-opensbi", 2, "max", features="n3a", bios="oldest"),
)
