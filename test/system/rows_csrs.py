# SPDX-License-Identifier: Apache-2.0
"""All CSRs of hyp/rv/csr_list.h: which of them a guest has."""

from row import NEVER, Ends, Row, guest, passes, stopped, tree

IMSIC = {"aia": "aplic-imsic", "aia_guests": 1}


def walk(name, harts=1, properties=(), **machine):
    return Row(f"csrs-{name}", (passes("csrs"), stopped("csrs"), Ends()),
               tree(guest("csrs", harts, **dict(properties))), smp=harts, never=NEVER, **machine)


EARLY = {"ignore_features": ("sstc", "henvcfg", "aia", "htinst", "hedeleg")}
ROWS = (
    walk("rv64"), walk("max", cpu="max"), walk("nosstc", cpu="max,sstc=off"),
    walk("imsic", **IMSIC), walk("max-imsic", cpu="max", **IMSIC),
    walk("nostateen", cpu="max,smstateen=off"),
    walk("nostateen-imsic", cpu="max,smstateen=off", **IMSIC),
    walk("max-early", cpu="max", properties=EARLY, **IMSIC),
    walk("veyron", cpu="veyron-v1"), walk("ascalon", cpu="tt-ascalon"),
    walk("imsic-without-files", cpu="max", aia="aplic-imsic", aia_guests=0),
)
