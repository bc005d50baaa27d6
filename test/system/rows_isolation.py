# SPDX-License-Identifier: Apache-2.0
"""Isolation: attackers of every kind beside a victim that counts what it did itself, and harts of one guest that race."""

import re

import harness
from row import BULKHEAD, NEVER, Ends, Judge, Row, See, but_lost, guest, passes, stopped, tree

PERIOD = 10000   # of the victim's timer, in ticks of time
CASES = 600      # named cases there must be at least
UNDISTURBED = NEVER + (("victim", "DISTURBED|unexpected"),)
EARLY = ("sstc", "henvcfg", "aia", "htinst")
DID = re.compile(r"^victim: did ipis=(\d+) timers=(\d+) harts=(\d+) latest=(\d+)$")
EXITS = re.compile(r"^info guest name=victim event=exits all=(\d+) ecall=(\d+) load=(\d+) store=(\d+) ipi=(\d+) timer=(\d+) external=0 ticks=\d+$")


def victim(rounds, ms, harts=2):
    """It has no UART, so that an access to one would show; its lines go by DBCN."""
    return guest("victim", harts, bootargs=f"rounds={rounds} ms={ms}", console="none")


def the_one(pattern, lines):
    found = [match for match in map(pattern.search, lines) if match]
    assert len(found) == 1, f"{len(found)} lines match {pattern.pattern}"
    return [int(number) for number in found[0].groups()]


def drains_the_console(run):
    """Whether a hart of the victim's does, because every hart is a guest's: then it has timers that are the hypervisor's."""
    lines = run.console.lines[BULKHEAD]
    drainer, = the_one(re.compile(r"^\s+console\s.*drained by hart (\d+)$"), lines)
    row = next(line for line in lines if re.match(r"victim\s+harts", line))
    return drainer in [int(number) for number in re.findall(r"->(\d+)", row)]


def exits_are_its_own(run):
    """What the hypervisor counted is what the victim did: an ecall for each IPI, timer without Sstc, and a few for each line
    and start; an exit for each IPI that came, and for the wake-up and the stop of a hart; never an access to a device.
    """
    ipis, timers, harts, _ = the_one(DID, run.console.lines["victim"])
    every, ecall, load, store, ipi, timer = the_one(EXITS, run.console.lines[BULKHEAD])
    asked = 20 * (len(run.console.lines["victim"]) + harts)
    assert load == store == 0, f"{load} loads and {store} stores left the machine"
    assert every == ecall + ipi + timer, f"{every} exits, {ecall} ecalls, {ipi} IPIs, {timer} timers"
    assert ipis + timers <= ecall <= ipis + timers + asked, f"{ecall} ecalls: {ipis} IPIs, {timers} timers, at most {asked} others"
    assert ipi <= ipis + 2 * harts, f"{ipi} IPIs came, {ipis} were sent"
    assert timer <= timers or drains_the_console(run), f"{timer} timers came, {timers} were set"


def is_in_time(run):
    """Under -icount the harts take turns, in sum at most as long as it is to the next deadline of any: that is the latest a
    tick can be, and no neighbour makes it later.
    """
    latest = the_one(DID, run.console.lines["victim"])[3]
    assert latest < PERIOD, f"the latest tick came {latest} ticks late, the next was due"


def enough_cases(run):
    named, = the_one(re.compile(r"^attacker: (\d+) named cases$"), run.console.lines["attacker"])
    names = {match[1] for match in map(re.compile(r"^ok \d+ - (.+)").search, run.console.lines["attacker"]) if match}
    assert named >= CASES and len(names) >= CASES, f"{named} named cases, {len(names)} names"


def beside(name, attackers, *judges, ends=("attacker",), rounds=3, ms=1000, limit=120, **machine):
    """Attackers beside a victim. In real time a round is long enough for a host that starves a hart for a while."""
    sees = tuple(passes(who) for who in (*ends, "victim")) + tuple(stopped(who) for who in (*ends, "victim"))
    in_time = (Judge(is_in_time),) if machine.get("icount") else ()
    nodes = tuple(attackers) + (victim(rounds, ms),)
    return Row(name, sees + (Ends(), Judge(exits_are_its_own)) + in_time + tuple(map(Judge, judges)), tree(*nodes),
               never=UNDISTURBED, limit=limit, **{"smp": 4, **machine})


def attacker(args, harts=2, **properties):
    """At a guest physical address where nothing of the board's memory is, so that all of that is foreign to it."""
    place = properties or {"memory_base": 0x40000000}
    return guest("attacker", harts, bootargs=args, pmu_snapshots=True, **place)


# ---- named cases ----

DIRECT = {"memory": None, "direct_mapped": True, "host_memory": (0, 0x84000000, 0, 0x1000000)}


def direct_attacker(args):
    """Its addresses are the board's own: those of the hypervisor and of the neighbour are where it says."""
    return guest("attacker", 2, bootargs=args, **DIRECT)


NAMED = (
    beside("cases-plic", [attacker("do=cases")], enough_cases),
    beside("cases-nosstc", [attacker("do=cases")], enough_cases, cpu="rv64,sstc=off", aia="aplic"),
    beside("cases-max-imsic", [attacker("do=cases")], enough_cases, cpu="max", aia="aplic-imsic", aia_guests=1),
    beside("cases-direct-mapped", [direct_attacker("do=cases neighbour=0x85000000")], enough_cases, aia="aplic-imsic"),
    beside("cases-early", [attacker("do=cases", ignore_features=EARLY, memory_base=0x40000000)], enough_cases, smp=8, cpu="max"),
    beside("cases-icount", [attacker("do=cases")], enough_cases, rounds=20, ms=20, icount=True),
    Row("cases-bare", (passes("bulkhead"), Ends()), kernel="bare/attacker.bin", append="do=cases", smp=2),
)

# ---- random instructions ----


def replays():
    """The same seed on the same machine: the same calls, instructions, exceptions and end, to the last digit."""
    wanted = r"^# (sweep|random instructions)|^attacker: seed"
    row = beside("fuzz-again", [attacker("seed=77 steps=4000 eid=9")])

    def check(run):
        first, second = ([line for line in each.console.lines["attacker"] if re.search(wanted, line)]
                         for each in (harness.run_row(row), run))
        assert len(first) > 8 and first == second, f"{first}\n  is not\n  {second}"
    return beside("fuzz-replays", [attacker("seed=77 steps=4000 eid=9")], check)


LONG = tuple(
    beside(f"fuzz-soak-{seed}-{cpu}", [attacker(f"seed={seed} steps=10000000")], rounds=600, limit=7200, cpu=cpu,
           aia="aplic-imsic", aia_guests=1, marks=("soak",)) for seed, cpu in ((31, "rv64"), (32, "max")))

# ---- storms through M-mode under hostile page tables ----


def storm(name, attackers, **machine):
    """Some of these exceptions OpenSBI hands to HS-mode: a page fault while it reads the instruction. Where mstatus.MPV cannot be
    written the hart that caused it is lost by that (platform/qemu-virt/README.md), and the victim alone is judged.
    """
    row = beside(name, attackers, **machine)
    otherwise = (passes("victim"), See(BULKHEAD, "^info guest name=victim event=off", anywhere=True), Judge(exits_are_its_own))
    return Row(**{**row.__dict__, "needs": "mpv", "otherwise": otherwise, "never": but_lost(row.never)})


STORMS = (
    storm("storm-plic", [attacker("do=storm steps=20000")]),
    storm("storm-max-imsic", [attacker("do=storm steps=20000 seed=2", harts=4)], smp=8, cpu="max", aia="aplic-imsic", aia_guests=1),
    storm("storm-icount", [attacker("do=storm steps=1500 seed=3")], rounds=10, ms=20, icount=True),
    storm("storm-nosstc-icount", [attacker("do=storm steps=1500 seed=4")], rounds=10, ms=20, icount=True, cpu="rv64,sstc=off"),
    storm("storm-soak", [attacker("do=storm steps=3000000 seed=5", harts=4)], rounds=100, limit=3600, smp=8, cpu="max",
          aia="aplic-imsic", aia_guests=1, marks=("soak",)),
)

# ---- races among the harts of one guest ----


def races(name, harts, turns, **machine):
    return beside(name, [guest("races", harts, bootargs=f"turns={turns}")], ends=("races",), smp=harts + 2, **machine)


RACES = (
    races("races-2", 2, 500),
    races("races-4-imsic", 4, 500, cpu="max", aia="aplic-imsic", aia_guests=1),
    races("races-3-nosstc", 3, 500, cpu="rv64,sstc=off", aia="aplic"),
    Row("races-bare", (passes("bulkhead"), Ends()), kernel="bare/races.bin", append="turns=300", smp=3, limit=120),
    races("races-soak", 4, 20000, rounds=100, limit=3600, marks=("soak",)),
    races("races-soak-max", 4, 20000, rounds=100, limit=3600, cpu="max", aia="aplic-imsic", aia_guests=1, marks=("soak",)),
)

# ---- all others reboot at once ----


def rebooters(count, harts, for_ms):
    names = [f"leaver{i}" for i in range(count)]
    return names, [guest(name, harts, kernel="bare/exit.bin", bootargs=f"how=reboot for={for_ms}") for name in names]


def at_once(name, count, harts=1, for_ms=6000, ends=(), **machine):
    """They wait for the same moment of time; the victim has rounds before, while and after."""
    names, nodes = rebooters(count, harts, for_ms)
    restarts = tuple(See(BULKHEAD, f"name={who} event=restart", anywhere=True) for who in names)
    done = tuple(See(who, "exit: shutting down") for who in names) + tuple(stopped(who) for who in names)
    row = beside(name, nodes, ends=ends, **machine)
    never = UNDISTURBED + tuple((who, "memory is (kept|foreign)|refused") for who in names)
    if not row.icount:  # all tell of their first starts at once: more than the log holds, when the host lets nobody drain it
        never = tuple((who, text.replace("|log dropped", "")) for who, text in never)
    return Row(**{**row.__dict__, "steps": restarts + done + row.steps, "never": never})


REBOOTS = (
    at_once("reboots-at-once", 3, smp=8),
    at_once("reboots-at-once-max-imsic", 3, 2, smp=8, cpu="max", aia="aplic-imsic", aia_guests=1),
    at_once("reboots-at-once-icount", 2, rounds=12, ms=50, for_ms=450, smp=5, icount=True),
    at_once("reboots-at-once-soak", 3, 2, for_ms=60000, rounds=70, smp=8, limit=600, marks=("soak",)),
)

# ---- all kinds of neighbour, time being instructions ----

QUIET = (
    beside("victim-alone-icount", [], ends=(), rounds=20, ms=20, icount=True, smp=4),
    beside("victim-nosstc-icount", [guest("flood", 1, bootargs="lines=500")], ends=(), rounds=20, ms=20, icount=True, cpu="rv64,sstc=off"),
)

ROWS = NAMED + (replays(),) + LONG + STORMS + RACES + REBOOTS + QUIET
