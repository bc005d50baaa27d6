# SPDX-License-Identifier: Apache-2.0
"""What isolation rests on is read back: QEMU's gdb port changes what a hart reads, and no guest
comes to run there.
"""



import gdb
from row import BULKHEAD, NEVER_PANIC, Ends, Judge, Row, See, Type, guest, stopped, tree

MODE = 0xf << 60
READ = ("hgatp", "hedeleg", "hideleg", "hcounteren", "henvcfg", "hstateen0")
LOAD = r"jal.* <(guestmem_load)>$"
DTE = 1 << 59


def place(what):
    """Where the hypervisor has just read it, and the register that holds it."""
    if what in READ:
        return gdb.after(rf"csrr (\w+),{what}$", "hart_prove")[-1]
    return gdb.after(LOAD, "hart_prove")[("inside", "outside").index(what)][0], "a0"


def change(what, how, late):
    """Changes it once: on the boot hart before anything is sealed, or on another hart later."""
    def check(run):
        address, register = place(what)
        port = gdb.Gdb(run.row.name)
        port.break_at(address)
        boot = hart = port.go_on()
        while late and hart == boot:
            port.unbreak(address)
            port.step(hart)
            port.break_at(address)
            hart = port.go_on()
        how(port, register)
        port.unbreak(address)
        port.close()
    return Judge(check)


def changed(register_to):
    return lambda port, register: port.write(register, register_to(port.read(register)))


def set_csr(name, value):
    return lambda port, register: port.write(name, value)


def row(name, what, how, late, text="does not keep what isolates guests", seen=None, **machine):
    seen = seen or what
    if late:
        steps = (See(BULKHEAD, rf"^error hart hartid=\d+ node=\w+ property={seen} value=.*{text}"),
                 See(BULKHEAD, r"name=\w+ event=off"),
                 See(BULKHEAD, "event=last-guest-stopped action=power-off failed=1"), Ends())
    else:
        steps = (See(BULKHEAD, rf"^error config node=hello property={seen} value=.*{text}"),
                 See(BULKHEAD, "^error config nothing was started"), Ends())
    full = f"prove-{name}{'-late' if late else ''}"
    machine.setdefault("cpu", "max")
    return Row(full, (change(what, how, late),) + steps,
               tree(guest("hello"), guest("other", kernel="bare/hello.bin")), smp=2,
               never=NEVER_PANIC, args=gdb.arguments(full), limit=60, **machine)


def both(*args, **more):
    return tuple(row(*args, late, **more) for late in (False, True))


FAULT = "accesses of guests are not translated"


def no_double_traps(run):
    """The firmware was not left with what no guest of this hart may have."""
    port = gdb.Gdb(run.row.name)
    wrong = [hart for hart in port.harts() if port.read("menvcfg", hart) & DTE]
    port.close()
    assert not wrong, f"menvcfg.DTE is set on {wrong}"


PPN = (1 << 44) - 1
VALID, READABLE, WRITABLE, EXECUTABLE = 1, 2, 4, 8


def leaves(port, hart, table, level=2, base=0):
    """(address, size, flags) of the lower half of an Sv39 table."""
    data = port.memory(table, 4096, hart)
    for i in range(256 if level == 2 else 512):
        entry = int.from_bytes(data[8 * i:8 * i + 8], "little")
        address, size = base + (i << 12 + 9 * level), 1 << 12 + 9 * level
        if entry & (READABLE | EXECUTABLE):
            yield address, size, entry & 0xff
        elif entry & VALID:
            yield from leaves(port, hart, (entry >> 10 & PPN) << 12, level - 1, address)


def idle_hart(port):
    """The hart that is nobody's is in HS-mode, whenever it is looked at."""
    text = range(gdb.place_of("__text_start")[0], gdb.place_of("__text_used")[0])
    found = [hart for hart in port.harts() if port.read("pc", hart) in text and not port.read("hgatp", hart)]
    assert found, "no hart is the hypervisor's"
    return found[0]


def tables_without_boot(run):
    """No hart's table has a page of what only boots; those it has are never writable and executable."""
    port = gdb.Gdb(run.row.name)
    hart, count = idle_hart(port), 0
    start, end, text = (gdb.place_of(name)[0] for name in ("__boot_start", "__boot_end", "__text_start"))
    (harts, all_harts), most = gdb.place_of("harts"), 64
    assert end - start > 32768, "hardly anything is for the boot alone"
    for i in range(most):
        satp = int.from_bytes(port.memory(harts + i * (all_harts // most) + 24, 8, hart), "little")
        if satp == 0:
            continue
        count += 1
        pages = list(leaves(port, hart, (satp & PPN) << 12))
        assert any(address <= text < address + size for address, size, _ in pages), "this is no table"
        for address, size, flags in pages:
            assert address + size <= start or address >= end, f"hart {i} reaches {address:#x}, which only boots"
            assert flags & (WRITABLE | EXECUTABLE) != WRITABLE | EXECUTABLE, f"{address:#x}: both"
    port.close()
    assert count == run.row.smp, f"{count} tables"


def go_to_boot(run):
    """A hart of the hypervisor's finds itself in the code that made the plan."""
    port = gdb.Gdb(run.row.name)
    hart = idle_hart(port)
    port.read("pc", hart)
    port.write("pc", gdb.names()["plan_make"])
    port.close()


BARE = set_csr("hgatp", 0)  # after it was read: its guest would reach the board's memory
NOT_TRANSLATED = {"text": FAULT, "seen": "(in|out)side"}
ROWS = (
    *both("hgatp-mode", "hgatp", changed(lambda value: value & ~MODE)),
    *both("hgatp-vmid", "hgatp", changed(lambda value: value ^ (1 << 44))),
    row("hgatp-ppn", "hgatp", changed(lambda value: value ^ 4), True),
    *both("hedeleg", "hedeleg", changed(lambda value: value | 1 << 21)),
    *both("hideleg", "hideleg", changed(lambda value: value | 0x222)),
    row("hideleg-less", "hideleg", changed(lambda value: value & ~0x40), False),
    row("hcounteren", "hcounteren", changed(lambda value: value | 1 << 63), True),
    row("henvcfg", "henvcfg", changed(lambda value: value | 1 << 40), True),
    row("hstateen0", "hstateen0", changed(lambda value: value | 1), True),
    *both("outside", "outside", changed(lambda value: 0), **NOT_TRANSLATED),
    row("outside-access-fault", "outside", changed(lambda value: 6), False, **NOT_TRANSLATED),
    row("inside", "inside", changed(lambda value: 22), False, **NOT_TRANSLATED),
    *both("bare", "hedeleg", BARE, **NOT_TRANSLATED),
    row("bare-rv64", "hedeleg", BARE, False, cpu="rv64", **NOT_TRANSLATED),
    Row("prove-boot-is-gone",
        (See("other", "victim: round 1 ok"), Judge(tables_without_boot), Judge(go_to_boot),
         See(BULKHEAD, "^panic: trap in HS-mode"), See(BULKHEAD, "^scause 000000000000000c"), Ends()),
        tree(guest("hello", kernel="bare/lives.bin"), guest("other", kernel="bare/victim.bin")), smp=3,
        never=(), limit=60, args=gdb.arguments("prove-boot-is-gone", False)),
    Row("prove-ssdbltrp-ignored",
        (See("lives", "^lives: which.$"), Judge(no_double_traps), Type("9ca"), stopped("lives"),
         Ends()),
        tree(guest("lives", 2, ignore_features="ssdbltrp")), smp=2, cpu="max",
        args=gdb.arguments("prove-ssdbltrp-ignored", False)),
)
