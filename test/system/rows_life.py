# SPDX-License-Identifier: Apache-2.0
"""Every row of exit/life.c's list is taken out, by QEMU's gdb port: what a life has left then shows in the next one. (That nothing
shows with all rows in is what rows dirty-* say.)
"""

import re

import gdb
from row import BULKHEAD, NEVER, NEVER_PANIC, Ends, Judge, Quiet, Row, See, Type, guest, tree
from rows_traps import IMSIC, PROMPT, lives_of

RET = b"\x82\x80"


def take_out(function):
    """From now on life_<function>() does nothing."""
    def check(run):
        port = gdb.Gdb(run.row.name)
        port.write_bytes(gdb.names()[f"life_{function}"], RET)
        port.close()
    return Judge(check)


def differs(pattern):
    """The second life began with lines of state like the first one's but for some, one of which matches."""
    def check(run):
        first, second = lives_of(run)
        differing = [line for line in second if line not in first]
        assert any(re.search(pattern, line) for line in differing), f"of another state are only {differing[:20]}"
    return Judge(check)


def row(function, *steps, key="d", **machine):
    name = f"life-without-{function.replace('_', '-')}"
    return Row(name, (See("dirty", PROMPT), take_out(function), Type(key), *steps),
               tree(guest("dirty", 2, **machine.pop("properties", {}))), smp=3, limit=60, never=NEVER_PANIC,
               args=gdb.arguments(name, False) + machine.pop("args", ()), **machine)


def dirt(function, pattern, **machine):
    """The next life comes to its end, and tells."""
    return row(function, See("dirty", PROMPT), Type("s"), See(BULKHEAD, "event=last-guest-stopped"), Ends(), differs(pattern), **machine)


# ---- what no guest can leave dirty at will: the port does, right before the row, and looks right behind it ----

def word_of(port, hart, member):
    """Address of a word of struct hart_shared, of harts[hart]."""
    size, shared = gdb.size_and_offset("hart", "shared")
    return gdb.place_of("harts")[0] + hart * size + shared + gdb.size_and_offset("hart_shared", member)[1]


def watch(function, following, spoil, check):
    """Follows that row once, between the first life and the second."""
    name = f"life-watched-{function}"

    def begin(run):
        run.port = gdb.Gdb(name)
        run.port.break_at(gdb.names()[f"life_{function}"])
        run.port.send("vCont;c")

    def end(run):
        run.port.wait()
        spoil(run.port)
        run.port.unbreak(gdb.names()[f"life_{function}"])
        run.port.run_to(gdb.names()[following])
        check(run.port)
        run.port.close()
    return name, (See("dirty", PROMPT), Judge(begin), Type("d"), Judge(end), See("dirty", PROMPT), Type("s"),
                  See(BULKHEAD, "event=last-guest-stopped"), Ends())


def watched(function, following, spoil, check, guest_harts=(0, 1), **machine):
    name, steps = watch(function, following, spoil, check)
    return Row(name, steps, tree(guest("dirty", guest_harts, **machine.pop("properties", {}))), smp=2, limit=60, never=NEVER,
               args=gdb.arguments(name, False), **machine)


START_PENDING, STOPPED = 2, 1


def ask_to_start(port):
    """As another hart does whom the stop has not reached yet."""
    port.write_bytes(word_of(port, 1, "state"), START_PENDING.to_bytes(4, "little"))


def is_stopped(port):
    assert port.read_bytes(word_of(port, 1, "state"), 4) == STOPPED.to_bytes(4, "little"), "the vcpu would start"


MSG_IPI, VSEIP = 0x1, 0x400


def send_ipi(port):
    port.write_bytes(word_of(port, 0, "inbox"), MSG_IPI.to_bytes(4, "little"))


def has_no_ipi(port):
    assert port.read_bytes(word_of(port, 0, "inbox"), 1)[0] & MSG_IPI == 0, "an IPI of the life before arrives"


def raise_line(port):
    port.write("hvip", port.read("hvip") | VSEIP)


def is_low(port):
    assert port.read("hvip") & VSEIP == 0, "a line is high that the controller has low"


GENMSI, TO_THE_OTHER = 0xd003000, 1 << 18  # its identity 0 is none


def send_elsewhere(port):
    port.write_bytes(GENMSI, TO_THE_OTHER.to_bytes(4, "little"))


def has_come_here(port):
    value = int.from_bytes(port.read_bytes(GENMSI, 4), "little")
    assert value >> 18 == 0 and value & 0x7ff != 0, f"genmsi is {value:#x}: nothing has followed the guest's MSIs"


MAX = {"cpu": "max"}
RANDOM = {"properties": {"devices": "/soc/virtio_mmio@10001000", "direct_mapped": True, "trusted_dma": True},
          "args": ("-device", "virtio-rng-device,bus=virtio-mmio-bus.0")}
ROWS = (
    dirt("counters", "hpmcounter|pmu", **MAX),
    dirt("devices", "virtio 10001000: device 4, status 3", **RANDOM),
    dirt("models", "enable|priority"),
    dirt("file", "file: eip", **MAX, **IMSIC),
    row("counts", See("dirty", PROMPT), Type("s"), See(BULKHEAD, "event=calls .*srst=2"), Ends()),
    dirt("shared_events", "sse-ffff8000", **MAX),
    row("memory", See("dirty", r"memory: [1-9]\d* words are not zero")),
    row("input", See(BULKHEAD, 'event=stop reason="SBI system reset" hart=0 starts=2'), Ends(), key="ds"),
    dirt("deadline", "hart 0 sip after .* 20$", cpu="rv64,sstc=off", icount=True),
    row("registers", See(BULKHEAD, "event=load"), Quiet(3, "state: ")),
    dirt("events", "sse-ffff0000", **MAX),
    dirt("features", "fwft-0", cpu="max,v=off"),
    dirt("triggers", "dbtr", **MAX),
    watched("harts", "life_devices", ask_to_start, is_stopped),
    watched("ipi", "life_registers", send_ipi, has_no_ipi, guest_harts=(0,)),
    watched("line", "vcpu_enter", raise_line, is_low, guest_harts=(0,)),
    watched("msis", "life_file", send_elsewhere, has_come_here, guest_harts=(0,), properties={"devices": "/soc/rtc@101000"}, **MAX, **IMSIC),
)
