# SPDX-License-Identifier: Apache-2.0
"""Traps and the state around them: the same images under the hypervisor and on bare OpenSBI, which is the reference."""

from row import BULKHEAD, Ends, Judge, NEVER, Row, See, Type, guest, passes, stopped, tree
from rows_isolation import exits_are_its_own, victim
from rows_sbi_fwft import NO_REDIRECT

PLAIN = (("rv64", {}), ("max", {"cpu": "max"}))
UNDISTURBED = NEVER + (("victim", "DISTURBED|unexpected"),)
VICTIM_IS_WELL = (passes("victim"), stopped("victim"))


def bare(name, label, append="", **machine):
    """A test image on OpenSBI alone: what is expected of it there is what hardware answers."""
    return Row(f"bare-opensbi-{name}-{label}", (passes("bulkhead"), Ends()), kernel=f"bare/{name}.bin", append=append,
               never=(("*", "^not ok|unexpected trap"),), **machine)


def beside_victim(name, label, harts=2, smp=4, ms=1500, properties=(), **machine):
    return Row(f"{name}-{label}-beside-a-victim",
               (passes(name), stopped(name), passes("victim"), stopped("victim"), Ends()),
               tree(guest(name, harts, **dict(properties)), guest("victim", 1, bootargs=f"rounds=2 ms={ms}")), smp=smp, never=UNDISTURBED,
               limit=120, **machine)


IMSIC = {"aia": "aplic-imsic", "aia_guests": 1}
BARE_MACHINES = PLAIN + (("rv64-imsic", IMSIC), ("max-imsic", {"cpu": "max", **IMSIC}))
# The topics of the matrix (rows_bare.py), and all topics in one image.
REFERENCE = tuple(bare(name, label, smp=2, **machine) for name in ("sbi", "timers", "harts", "memory")
                  for label, machine in BARE_MACHINES)
SELFTEST = tuple(Row(f"bare-opensbi-selftest-{label}", (See("bulkhead", r"^[1-9]\d* passed, 0 failed$"), Ends()),
                     kernel="bare/selftest.bin", append="turns=500", smp=2, limit=600, never=(("*", "^not ok|unexpected trap"),),
                     **machine) for label, machine in BARE_MACHINES)

ZCMP = "rv64,d=off,f=off,zfa=off,zcmp=on"  # takes the encodings of c.fsdsp
TRAPS = tuple(bare("traps", label, **machine) for label, machine in PLAIN) + (
    beside_victim("traps", "zcmp", harts=1, cpu=ZCMP + ",zcmt=on"),)
# Only an access that is fetched can be another one than the one that trapped.
FETCHED = {"ignore_features": ("htinst",)}
RACE = (bare("race", "rv64", smp=2), beside_victim("race", "told"), beside_victim("race", "rv64", properties=FETCHED),
        beside_victim("race", "max", properties=FETCHED, cpu="max"),
        beside_victim("race", "icount", properties=FETCHED, icount=True, ms=20))
STATE = tuple(bare("state", label, smp=2, **machine) for label, machine in PLAIN) + (
    beside_victim("state", "rv64"), beside_victim("state", "max", cpu="max", aia="aplic-imsic", aia_guests=1),
    beside_victim("state", "nosstc", cpu="rv64,sstc=off"))

# ---- a core that delegates no exception: the hypervisor injects them all, and the guest sees no difference. Where M-mode cannot hand
# a guest's exceptions to HS-mode this is nothing to imitate, and the guest gets them from the core all the same ----


def undelegated(name, label, ignoring=(), **machine):
    row = beside_victim(name, f"hedeleg-{label}", properties={"ignore_features": ("hedeleg", *ignoring)}, **machine)
    came = See(BULKHEAD, rf"name={name} event=exits .*\b(illegal|breakpoint|user-ecall|load-page)=", anywhere=True)
    return Row(**{**row.__dict__, "steps": row.steps + (came,), "needs": "mpv", "otherwise": (NO_REDIRECT,) + row.steps})


UNDELEGATED = tuple(undelegated(name, label, **machine) for name in ("traps", "state") for label, machine in PLAIN) + (
    undelegated("fwft", "max", ("zicfilp",), cpu="max"),  # QEMU gives no injected exception its landing pad
    undelegated("sse", "max", cpu="max"), undelegated("dbtr", "max", cpu="max"), undelegated("pmu", "max", cpu="max"),
    undelegated("race", "rv64", ("htinst",)))

# ---- what a life leaves to the next: nothing ----

PROMPT = "s shut down.$"


def lives_of(run):
    """The lines of state of each life of the guest. A line that its writer leaves unfinished for long, on a busy host, is shown as far
    as it goes, and whole again later.
    """
    lives, lines = [[]], run.console.lines["dirty"]
    for line, following in zip(lines, lines[1:] + [""]):
        if following.startswith(line):
            continue
        if line.startswith("state: "):
            lives[-1].append(line)
        elif line.startswith("dirty: d spoil"):
            lives.append([])
    return lives[:-1]


def lives_are_alike(run):
    """Every life of the guest began with the same state; there are three, each of two harts."""
    lives = lives_of(run)
    assert len(lives) == 3 and len(lives[0]) > 200, f"lines of state: {[len(life) for life in lives]}"
    for number, life in enumerate(lives[1:], 2):
        differing = [f"{a!r} became {b!r}" for a, b in zip(lives[0], life) if a != b]
        assert not differing and len(life) == len(lives[0]), f"life {number}: " + "; ".join(differing[:10])


def spoilt_lives(label, beside=False, **machine):
    guests = [guest("dirty", 2), victim(2, 1000, harts=1)]
    if beside:
        guests.append(guest("leaver", kernel="bare/exit.bin", bootargs="how=reboot for=3000"))
    return Row(f"dirty-{label}" + ("-beside-another" if beside else ""),
               (See("dirty", PROMPT), Type("d"), See("dirty", PROMPT), Type("d"), See("dirty", PROMPT), Type("s"),
                stopped("dirty"), *VICTIM_IS_WELL, Ends(), Judge(lives_are_alike), Judge(exits_are_its_own)), tree(*guests), smp=4,
               never=UNDISTURBED, **machine)


DIRTY = (
    spoilt_lives("rv64"), spoilt_lives("max", cpu="max"), spoilt_lives("nosstc", cpu="rv64,sstc=off"),
    spoilt_lives("rv64-imsic", True, **IMSIC), spoilt_lives("max-imsic", True, cpu="max", **IMSIC),
    spoilt_lives("nosstc-imsic", True, cpu="rv64,sstc=off", **IMSIC), spoilt_lives("aplic", aia="aplic"),
    spoilt_lives("nostateen-imsic", cpu="max,smstateen=off", **IMSIC), # what Smstateen denies is there
    spoilt_lives("zcmt", cpu=ZCMP + ",zcmt=on"))  # jvt, which has no VS copy

DT = tuple(bare("dt", label, smp=2, **machine) for label, machine in PLAIN) + tuple(
    Row(f"dt-{label}", (passes("dt"), stopped("dt"), *VICTIM_IS_WELL, Ends(), Judge(exits_are_its_own)),
        tree(guest("dt", harts, **properties), victim(2, 300, harts=1)), smp=harts + 1, never=UNDISTURBED, **machine)
    for label, harts, properties, machine in (
        ("rv64", 2, {}, {}), ("max-imsic", 3, {}, {"cpu": "max", **IMSIC}), ("nosstc", 1, {}, {"cpu": "rv64,sstc=off"}),
        ("max-hides", 1, {"bootargs": "smstateen"}, {"cpu": "max"}), ("rva23", 1, {}, {"cpu": "rva23s64,pmp=on"}), ("zcmp", 1, {}, {"cpu": ZCMP}),
        ("early", 1, {"ignore_features": ("sstc", "henvcfg", "aia", "htinst")}, {"cpu": "max"})))

ROWS = REFERENCE + SELFTEST + TRAPS + RACE + STATE + UNDELEGATED + DIRTY + DT
