# SPDX-License-Identifier: Apache-2.0
"""What a system test is made of: rows of data. How they are run stands in harness.py."""

from dataclasses import dataclass

BULKHEAD = "bulkhead"  # source of the hypervisor's own lines, and of those the firmware prints before it


@dataclass(frozen=True)
class See:
    """Waits for a line of `source` (a guest's name, or BULKHEAD) that matches, after the one seen last of that source."""
    source: str
    pattern: str
    new: bool = False         # only lines that come from now on
    anywhere: bool = False    # also before the line seen last: its place among that source's lines is of no interest
    unfinished: bool = False  # also the line that has not ended yet: a prompt


@dataclass(frozen=True)
class Type:
    """Types text; \\x1d is Ctrl-]."""
    text: str


@dataclass(frozen=True)
class Ends:
    """Waits for QEMU's end with this exit status; None: any but 0."""
    status: object = 0


@dataclass(frozen=True)
class Quiet:
    """For this many seconds QEMU must go on running, and no source may say what matches."""
    seconds: float
    pattern: str = "$^"


@dataclass(frozen=True)
class Judge:
    """Calls check(run), which raises AssertionError; for what one pattern cannot say."""
    check: object


def passes(source):
    """The guest reports at least one check passed and none failed."""
    return See(source, r"^# [1-9]\d* passed, 0 failed$")


def stopped(source):
    return See(BULKHEAD, rf"^info guest name={source} event=stop reason=\"SBI", anywhere=True)


def lives(name, count):
    """So many of a guest that asks by keys at the end of each: the last one stays."""
    asks = See(name, "r reboot, s stay.$")
    return (asks, Type("r"), See(BULKHEAD, f"^info guest name={name} event=restart")) * (count - 1) + (asks, Type("s"))


# What no good run may show, by source ("*": any).
NEVER = (
    ("*", r"^not ok|Kernel panic|Oops|\bBUG:|rcu.*stall|Call Trace"),
    (BULKHEAD, r"^panic|^error |event=stop reason=\"(?!SBI|legacy|finisher, (?:pass|reset)|end of the run)|log dropped|sbi_trap_error"),
)
# Where mstatus.MPV cannot be written, a guest that hurts itself by that is stopped for this reason (platform/qemu-virt/README.md).
LOST = "the firmware has entered HS-mode"


def but_lost(never):
    """What no run may show, but for a guest that is lost for that reason."""
    return tuple((who, pattern.replace("SBI|", f"SBI|{LOST}|")) for who, pattern in never)


# For rows that are about an error.
NEVER_PANIC = ((BULKHEAD, r"^panic|sbi_trap_error"),)


@dataclass(frozen=True)
class Row:
    name: str
    steps: tuple
    partitions: object = None      # source of the partition tree; None: no package is handed over
    files: tuple = ()              # (name, text or bytes) written beside the partition source
    spoil: object = None           # package bytes -> package bytes
    kernel: str = BULKHEAD         # what QEMU starts beneath OpenSBI: the hypervisor, or a guest image on bare OpenSBI
    without: tuple = ()            # rooms that this hypervisor was built without, as hyp/objs.mk orders them
    initrd: str = ""               # of a guest image on bare OpenSBI
    append: str = ""               # its kernel arguments
    bios: str = "built"            # OpenSBI: built (for a guest image: stock) | stock (drives the UART, too) | default (QEMU's own)
                                   # | oldest (of ci/pins.mk); or a firmware.bin in build/
    smp: int = 1
    mem: str = "256M"
    cpu: str = "rv64"
    aia: str = "none"
    aia_guests: int = 0
    firmware_apart: bool = True    # the firmware's console is not the UART; where it is to be typed at, it must be
    icount: bool = False           # time is the number of instructions: deterministic
    dtb: tuple = ()                # edits of the board's tree: (options of fdtput, node and what follows)
    args: tuple = ()               # further arguments for QEMU; {package} is the package's path
    rate: int = 0                  # bytes per second that the UART's line takes; 0: any
    needs: str = ""                # what QEMU has to have (harness.machine_has()); where it has not, the row is skipped with that word
    otherwise: tuple = ()          # ... or these are its steps there
    limit: int = 150               # seconds, for the whole row: far more than it takes where the host has nothing else to do
    silence: float = 0             # of these, without a word from whom a step waits for; 0: half of limit (a soak row's: all of it)
    never: tuple = NEVER
    may_be_refused: bool = False   # skipped where this QEMU cannot make the machine: another version knows other extensions
    marks: tuple = ()              # pytest marks: boot (the one of `make check`), linux, soak


def cells(number):
    return f"<{number >> 32:#x} {number & 0xffffffff:#x}>"


def size(text):
    """"16M" in bytes."""
    unit = {"K": 10, "M": 20, "G": 30}.get(text[-1])
    return int(text[:-1]) << unit if unit else int(text, 0)


def _property(name, value):
    name = name.replace("_", "-")
    if value is True:
        return f"{name};"
    if isinstance(value, str):
        return f"{name} = {value if value.startswith('<') else chr(34) + value + chr(34)};"
    if isinstance(value, int):
        return f"{name} = <{value:#x}>;"
    if all(isinstance(v, str) for v in value):
        return f"{name} = " + ", ".join(f'"{v}"' for v in value) + ";"
    return f"{name} = <{' '.join(hex(v) for v in value)}>;"


def guest(name, harts=1, memory="16M", kernel=None, **properties):
    """Text of a guest's node. harts: how many, or a list of ids. memory=None: other properties say it."""
    lines = [_property("hart-count" if isinstance(harts, int) else "harts", harts)]
    if memory is not None:
        lines.append(f"memory-size = {cells(size(memory))};")
    lines.append(_property("kernel", kernel or f"bare/{name}.bin"))
    lines += [_property(*item) for item in properties.items()]
    return f"\t\t{name} {{\n" + "".join(f"\t\t\t{line}\n" for line in lines) + "\t\t};\n"


def linux(name="linux", harts=1, memory="256M", run="poweroff", bootargs="console=ttyS0", initrd="linux/initramfs.cpio.gz", **properties):
    """A guest that runs Debian's kernel; run: the actions of guest-images/linux/init.sh."""
    return guest(name, harts, memory, kernel="linux/Image", initrd=initrd,
                 bootargs=f"{bootargs} bulkhead.run={run}", **properties)


def tree(*guests, **properties):
    """Text of a partition source."""
    lines = "".join(f"\t{_property(*item)}\n" for item in properties.items())
    return ("/dts-v1/;\n/ {\n\tcompatible = \"bulkhead,partitions\";\n" + lines + "\tguests {\n" + "".join(guests)
            + "\t};\n};\n")
