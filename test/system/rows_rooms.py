# SPDX-License-Identifier: Apache-2.0
"""Images that were built without some of the rooms (hyp/README.md, "Rooms"): what they lack is absent and guarded all the same,
what they have works, and a tree that asks for what is not there is refused.
"""

from row import BULKHEAD, NEVER, NEVER_PANIC, Ends, Row, See, guest, linux, passes, stopped, tree

ROOMS = ("sse", "pmu", "dbtr")  # as hyp/objs.mk orders them; each serves the SBI extension of its name
IMAGES = tuple((room,) for room in ROOMS) + (ROOMS,)
UNDISTURBED = NEVER + (("victim", "DISTURBED|unexpected"),)
STOPS = (NEVER[0], (BULKHEAD, r"^panic|sbi_trap_error"), ("fwft", "still here"), ("victim", "DISTURBED|unexpected"))
VICTIM = guest("victim", 1, bootargs="rounds=1 ms=500")
IMSIC = {"cpu": "max", "aia": "aplic-imsic", "aia_guests": 1}


def ends(*names):
    return tuple(passes(name) for name in names) + tuple(stopped(name) for name in names) + (Ends(),)


def label(without):
    return "room" if without == ROOMS else "-".join(without)


def says_so(without):
    """The banner, and the log of the extensions that nobody has here."""
    lines = (rf"^image     built without {' '.join(without)}$",)
    lines += tuple(f"^info sbi extension={name} event=absent: this image was built without it$" for name in without)
    return tuple(See(BULKHEAD, line, anywhere=True) for line in lines)


def row(name, without, steps, nodes, **machine):
    return Row(f"rooms-no-{label(without)}-{name}", steps, tree(*nodes), without=without, **{"never": UNDISTURBED, **machine})


def absent(without, **machine):
    """No function of what is absent answers, its probe is 0; all else is there. Beside an attacker that tries every call."""
    arguments = " ".join([f"denied={len(without)}"] + [f"no-{name}" for name in without])
    nodes = (guest("denied", 2, bootargs=arguments), guest("attacker", 1, bootargs="do=cases", memory_base=0x40000000), VICTIM)
    return row("absent", without, says_so(without) + ends("denied", "attacker", "victim"), nodes, smp=4, **machine)


def topics(without, **machine):
    """Each room's own tests: of a room that is there all of them, of the others that it is not."""
    there = {"sse": "SSE: the handler ran once, before the call returned", "pmu": "PMU: it counts", "dbtr": "DBTR: it fires in U-mode"}
    gone = {"sse": "SSE: absent, so not supported", "pmu": "PMU: absent, and not supported", "dbtr": "DBTR: probe says absent"}
    sees = tuple(See(name, f"^ok .*{gone[name] if name in without else there[name]}", anywhere=True) for name in ROOMS)
    return row("topics", without, ends(*ROOMS) + sees, tuple(guest(name) for name in ROOMS), smp=4, **machine)


def refused(without, guest_node, why):
    """Nothing is started that asks for more than there is."""
    steps = (See(BULKHEAD, why), See(BULKHEAD, "^error config nothing was started"))
    return Row(f"rooms-no-{label(without)}-refused", steps + (Ends(),), tree(guest_node), without=without, never=NEVER_PANIC)


SNAPSHOTS = r'^error config node=/guests/pmu property=pmu-snapshots value="": this image was built without pmu$'
# Words that ask for less than there could be are fine wherever that is less still.
LESS = {"denied_sbi_extensions": ROOMS, "no_neighbour_counters": True, "ignore_features": ("sscofpmf", "zihpm")}

ROWS = tuple(absent(without) for without in IMAGES) + tuple(topics(without, **IMSIC) for without in IMAGES) + (
    row("csrs", ROOMS, ends("csrs"), (guest("csrs", 1),), **IMSIC),
    row("asked-for-less", ROOMS, ends(*ROOMS) + (See("pmu", "^ok .*denied, there is no counter at all", anywhere=True),),
        (guest("sse", **LESS), guest("pmu", bootargs="neighbours=0", **LESS), guest("dbtr", **LESS)), smp=4),
    # The event that it could have asked for with SSE: without, it stops as one that has not asked.
    row("double-trap", ROOMS, (See("fwft", "^fwft: double trap"), See(BULKHEAD, "name=fwft event=stop reason=\"double trap\""),
                               passes("victim"), stopped("victim"), Ends()),
        (guest("fwft", 2, bootargs="double=injection"), VICTIM), smp=3, cpu="max", needs="mpv",
        otherwise=(See("fwft", "^fwft: no double traps here"), *ends("fwft", "victim")), never=STOPS),
    row("linux", ROOMS, (See("linux", r"^bulkhead-linux: init reached, 2 cpus online"), stopped("linux"), Ends()),
        (linux(harts=2),), smp=2, mem="512M", limit=120, marks=("linux",)),
    *(refused(without, guest("pmu", pmu_snapshots=True), SNAPSHOTS) for without in (("pmu",), ROOMS)),
)
