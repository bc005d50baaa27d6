# SPDX-License-Identifier: Apache-2.0
"""Runs rows: packages, QEMU, the console taken apart into one stream of lines per guest, and limits on every wait."""

import fcntl
import functools
import hashlib
import os
import re
import signal
import subprocess
import threading
import time

import pexpect
import pexpect.fdpexpect

from row import BULKHEAD, Ends, Judge, Quiet, See, Type

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.join(ROOT, os.environ.get("BULKHEAD_BUILD", "build"))
OUT = os.path.join(ROOT, os.environ.get("BULKHEAD_OUT", "build/qemu-virt"))
QEMU = os.environ.get("BULKHEAD_QEMU", "qemu-system-riscv64")
OPENSBI = os.path.join(ROOT, os.environ.get(
    "BULKHEAD_OPENSBI", "build/deps/opensbi/build-quiet/platform/generic/firmware/fw_dynamic.bin"))
STOCK_OPENSBI = os.path.join(ROOT, os.environ.get(
    "BULKHEAD_STOCK_OPENSBI", "build/deps/opensbi/build/platform/generic/firmware/fw_dynamic.bin"))
OLDEST_OPENSBI = os.path.join(ROOT, os.environ.get(
    "BULKHEAD_OLDEST_OPENSBI", "build/deps/opensbi-1.6/build-quiet/platform/generic/firmware/fw_dynamic.bin"))
IMAGES = os.path.join(BUILD, "guest-images")
SCRATCH = os.path.join(BUILD, "test")
SOAK = os.environ.get("BULKHEAD_SOAK") == "1"
PACKAGER = os.path.join(ROOT, "platform/package.py")

# Colours, and what else the console itself sends to undo what a guest has set.
COLOUR = re.compile(r"\x1b(?:\[[0-9;?]*[A-Za-z]|[()]B|[78>])|\x0f")


class RowError(Exception):
    """A row failed; the text says what was waited for and what was there."""


class RowSkipped(Exception):
    """A row cannot run here; the text says why."""


# ---- packages ----

packaging = threading.Lock()  # one at a time: two rows may want the same package


def is_current(package, depfile):
    """Whether no file that went into the package is newer than it."""
    try:
        made = os.stat(package).st_mtime
        with open(depfile, encoding="utf-8") as file:
            inputs = file.readline().split(":", 1)[1].split()
        return all(os.stat(os.path.join(ROOT, name)).st_mtime < made for name in inputs + [PACKAGER])
    except OSError:
        return False


def make_package(row):
    """Path of the row's package; made unless the same text and files have been packaged before."""
    key = hashlib.sha256(repr((row.partitions, row.files)).encode()).hexdigest()[:16]
    folder = os.path.join(SCRATCH, "package", key)
    source, package, depfile = (os.path.join(folder, name) for name in ("partitions.dts", "package.itb", "package.d"))
    with packaging:
        if not is_current(package, depfile):
            os.makedirs(folder, exist_ok=True)
            for name, content in (("partitions.dts", row.partitions),) + tuple(row.files):
                with open(os.path.join(folder, name), "wb") as file:
                    file.write(content.encode() if isinstance(content, str) else content)
            run_tool("/usr/bin/python3", PACKAGER, "--images", IMAGES, "--depfile", depfile, source, package)
    if row.spoil is None:
        return package
    with open(package, "rb") as file:
        data = row.spoil(file.read())
    spoilt = os.path.join(folder, f"{row.name}.itb")
    with open(spoilt, "wb") as file:
        file.write(data)
    return spoilt


def run_tool(*command):
    result = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    if result.returncode != 0:
        raise RowError(f"{' '.join(command)}\n{result.stdout}{result.stderr}")
    return result.stdout


# ---- QEMU's command line ----

def qemu_version():
    try:
        return subprocess.run([QEMU, "--version"], capture_output=True, text=True).stdout.split("\n")[0] or "a QEMU of no version"
    except OSError as error:
        return f"no QEMU: {error.strerror}"


@functools.cache
def qemu_number():
    """"10.0.2"; "0" where it is not there yet (then no row runs), or does not say."""
    found = re.search(r"version (\d+(\.\d+)*)", qemu_version())
    return found[1] if found else "0"


def need(path):
    if not os.path.exists(path):
        raise RowError(f"{os.path.relpath(path, ROOT)} is missing: `make test-system` builds it")
    return path


def bios_of(row):
    if row.bios == "stock" or (row.bios == "built" and row.kernel != BULKHEAD):
        return need(STOCK_OPENSBI)
    if row.bios == "built":
        return need(OPENSBI)
    if row.bios == "default":
        return "default"
    if row.bios == "oldest":
        if not os.path.exists(OLDEST_OPENSBI):
            raise RowSkipped(f"{OLDEST_OPENSBI} could not be built")
        return OLDEST_OPENSBI
    return need(os.path.join(BUILD, row.bios))


def machine_of(row):
    aia = "" if row.aia == "none" else f",aia={row.aia}"
    guests = f",aia-guests={row.aia_guests},aclint=on" if row.aia == "aplic-imsic" else ""  # aclint: see README.md
    return ["-cpu", row.cpu, "-smp", str(row.smp), "-m", row.mem, "-nographic"], f"virt{aia}{guests}"


def plic_node():
    """Path of the PLIC in the board's tree, which QEMU 11 calls by another name."""
    is_new = int(qemu_number().split(".")[0]) >= 11
    return "/soc/interrupt-controller@c000000" if is_new else "/soc/plic@c000000"


def edited_board_tree(row, options, machine):
    """QEMU's own tree of this machine after the row's edits."""
    path = os.path.join(SCRATCH, "dtb", f"{row.name}.dtb")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    run_tool("timeout", "-k", "2", "20", QEMU, "-M", f"{machine},dumpdtb={path}", *options)
    for flags, words in row.dtb:
        run_tool("fdtput", *flags, path, *words)
    return path


def look_for_machine(options, machine):
    """RowSkipped when QEMU refuses it: it makes the machine, writes its tree, and ends."""
    result = subprocess.run(["timeout", "-k", "2", "60", QEMU, "-M", f"{machine},dumpdtb={os.path.join(SCRATCH, 'dtb', 'tried.dtb')}", *options],
                            capture_output=True, text=True)
    if result.returncode == 1:
        raise RowSkipped(f"this QEMU has no such machine: {result.stderr.strip()}")


def folder_of(row):
    """Where the row's hypervisor is."""
    return f"{OUT}-no-{'-'.join(row.without)}" if row.without else OUT


def command_of(row):
    options, machine = machine_of(row)
    if row.may_be_refused:
        look_for_machine(options, machine)
    command = [QEMU, "-M", machine, *options, "-bios", bios_of(row)]
    if row.kernel == BULKHEAD and not row.bios.endswith(".bin"):
        command += ["-kernel", need(os.path.join(folder_of(row), "bulkhead.bin"))]
        if row.partitions is not None:
            command += ["-initrd", make_package(row)]
    elif row.kernel != BULKHEAD:
        command += ["-kernel", need(os.path.join(IMAGES, row.kernel))]
        command += ["-initrd", need(os.path.join(IMAGES, row.initrd))] if row.initrd else []
        command += ["-append", row.append] if row.append else []
    if row.icount:
        command += ["-icount", "shift=0,sleep=off"]
    if row.dtb:
        command += ["-dtb", edited_board_tree(row, options, machine)]
    if row.firmware_apart:
        command += ["-semihosting-config", "enable=on,target=native"]  # OpenSBI takes it for its console
    return command + [word.format(package=make_package(row)) if "{package}" in word else word for word in row.args]


# ---- what QEMU is, as firmware finds it ----

FACTS = {
    "mpv": "software can write mstatus.MPV: OpenSBI can hand a guest's trap to HS-mode",
    "lcofi": "S-mode can enable the interrupt of a counter's overflow",
}


@functools.lru_cache(maxsize=None)
def machine_facts():
    command = ["timeout", "-s", "KILL", "60", QEMU, "-M", "virt", "-cpu", "max", "-nographic", "-bios",
               need(os.path.join(IMAGES, "bare/machine.bin"))]
    said = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=False).stdout.decode()
    facts = dict(re.findall(r"(\w+)=([01])\b", said))
    if set(facts) != set(FACTS):
        raise RowError(f"{QEMU} does not say what it has, but {said!r}")
    return facts


def machine_has(fact):
    """Whether this QEMU has one of FACTS. Versions differ; machine.S asks it in M-mode, where no code under test has a say."""
    return machine_facts()[fact] == "1"


# ---- QEMU as a process ----

def start_qemu(command, seconds, **streams):
    """Starts QEMU in a session of its own. It ends after these seconds even if we are gone by then."""
    return subprocess.Popen(["timeout", "-s", "KILL", str(seconds), *command], start_new_session=True, **streams)


def stop_qemu(process):
    # Killed, not asked: with icount's sleep=off QEMU can be deaf to SIGTERM.
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


# ---- the console ----

# OpenSBI says this, without a newline, whenever a guest's sret, mret or sfence.vma is illegal where it stands: M-mode sees such
# instructions first.
NOISE = "system_opcode_insn: Invalid opcode for CSR read/write instruction"
# Of QEMU's `info registers -a`: a hart, whether it is in a guest, its pc, scause and vscause.
HART = r"CPU#(\d+)\s+(?:priv\s+\w\s+)?V(?:\s+=)?\s+(\d)\s+pc\s+0*(\w+).*?scause\s+0*(\w+).*?vscause\s+0*(\w+)"
SLICE = 0.1  # seconds: how often the firmware's text is read while the UART says nothing


class Console:
    """Takes bytes apart: lines by source, from the board's UART and from the firmware's own console."""

    UART, FIRMWARE = range(2)

    def __init__(self, guests):
        self.names = tuple(guests) + (BULKHEAD,)
        self.lines = {name: [] for name in self.names}
        self.order = []  # (source, line), as they came
        self.held = ["", ""]  # by where from: the line that has not ended yet

    def take_apart(self, line):
        text = COLOUR.sub("", line).replace(NOISE, "").rstrip("\r")
        text = text.rsplit("\r", 1)[-1]  # a lone carriage return begins the line anew
        for name in self.names:
            if text.startswith(f"[{name}] "):
                return name, text[len(name) + 3:]
        return BULKHEAD, text

    def feed(self, text, where=UART):
        """Adds text; returns the new (source, line) pairs."""
        *ended, self.held[where] = (self.held[where] + text).split("\n")
        new = [self.take_apart(line) for line in ended]
        for source, line in new:
            self.lines[source].append(line)
        self.order += new
        return new

    def unfinished(self):
        return self.take_apart(self.held[self.UART])


class Run:
    """One QEMU that works through a row; or a machine that another command starts."""

    def __init__(self, row, command=None, log=None):
        self.row = row
        self.raw = ""
        self.ended = None  # QEMU's exit status
        self.wrong, self.is_ending = [], False
        self.command = command or command_of(row)
        names = re.findall(r"^\t\t([\w.,+-]+) \{$", row.partitions or "", re.M)
        self.console = Console(names)
        self.cursor = {name: 0 for name in self.console.names}
        self.heard = {}  # when a source said something last
        self.silence = row.silence or row.limit / (1 if "soak" in row.marks else 2)
        self.never = [(source, re.compile(pattern)) for source, pattern in row.never]
        self.deadline = time.monotonic() + row.limit
        log = log or os.path.join(SCRATCH, "log", f"{row.name}.txt")
        self.firmware_log = log.removesuffix(".txt") + ".firmware.txt"
        os.makedirs(os.path.dirname(log), exist_ok=True)
        self.log = open(log, "wb")
        self.log.write((" ".join(self.command) + "\n").encode())
        with open(self.firmware_log, "wb") as errors:
            self.qemu = start_qemu(self.command, row.limit + 30, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=errors if row.firmware_apart else subprocess.STDOUT, bufsize=0)
        if row.rate:  # a pipe would hold seconds of it
            fcntl.fcntl(self.qemu.stdout.fileno(), fcntl.F_SETPIPE_SZ, 4096)
        self.firmware = open(self.firmware_log, "rb")
        self.child = pexpect.fdpexpect.fdspawn(self.qemu.stdout.fileno(), use_poll=True, logfile=self.log)

    def close(self):
        stop_qemu(self.qemu)
        self.qemu.stdin.close()
        self.qemu.stdout.close()
        self.firmware.close()
        self.log.close()

    def tail(self):
        return "\n".join(f"    {line}" for line in self.raw.replace("\r", "").split("\n")[-30:])

    def fail(self, text, tail=None):
        tail = tail or self.tail()
        raise RowError(f"{text}\n  after {self.row.limit - (self.deadline - time.monotonic()):.1f} s of at most "
                       f"{self.row.limit} s; the console's last lines (all: "
                       f"{os.path.relpath(self.log.name, ROOT)}):\n{tail}")

    def check_never(self, new):
        """The first line that must not be ends the row, half a second later: what follows explains it."""
        for source, line in new:
            if any(where in ("*", source) and pattern.search(line) for where, pattern in self.never):
                self.wrong.append(f"[{source}] {line}")
        if self.wrong and not self.is_ending:
            self.is_ending = True
            until = time.monotonic() + 0.5
            while self.read(until):
                pass
            self.fail("lines that must not be:\n    " + "\n    ".join(self.wrong[:20]))

    def read(self, until):
        """Takes in what the console says, waiting for it until then. False when that time has come or QEMU has ended."""
        while True:
            data = b""
            if self.row.rate:
                time.sleep(SLICE)
            try:
                data = self.child.read_nonblocking(int(self.row.rate * SLICE) or 65536, max(0, min(SLICE, until - time.monotonic())))
            except pexpect.TIMEOUT:
                pass
            except pexpect.EOF:
                self.ended = self.qemu.wait()
            text = data.decode("latin-1")
            self.raw += text
            new = self.console.feed(text) + self.console.feed(self.firmware.read().decode("latin-1"), Console.FIRMWARE)
            speaking = [self.console.unfinished()] if data else []
            self.heard.update((source, time.monotonic()) for source, _ in new + speaking)
            self.check_never(new)
            if self.ended is not None:
                return bool(new)
            if data or new:
                return True
            if time.monotonic() >= until:
                return False

    def find(self, step, pattern):
        lines = self.console.lines[step.source]
        for index in range(0 if step.anywhere else self.cursor[step.source], len(lines)):
            if pattern.search(lines[index]):
                self.cursor[step.source] = max(self.cursor[step.source], 0 if step.anywhere else index + 1)
                return True
        source, line = self.console.unfinished()
        return step.unfinished and source == step.source and pattern.search(line)

    def where_harts_are(self):
        """What QEMU's monitor says of its harts, twice: one sees whether they move. It shares our terminal with the UART."""
        looks = []
        for _ in range(2):
            begin, until = len(self.raw), time.monotonic() + 1
            try:
                self.qemu.stdin.write(b"\x01cinfo registers -a\n\x01c")
            except OSError:
                return ""
            while self.read(until):
                pass
            looks.append(re.findall(HART, self.raw[begin:], re.S))
        return "".join(f"\n  hart {hart}: V={v} pc {pc} scause {scause} vscause {vscause}"
                       + "".join(f", a second later pc {later[2]}" for later in looks[1] if later[0] == hart)
                       for hart, v, pc, scause, vscause in looks[0])

    def give_up(self, text):
        """The row's time is up, or somebody has been silent for too long: says so, what the board does and what was said last."""
        self.is_ending = True
        tail = self.tail()
        self.fail(text + self.where_harts_are(), tail)

    def wait_for_more(self, who, begin, what):
        """Takes in what comes next; gives up when the time is up, or when `who` (None: everybody) has been silent for too long."""
        times = [when for name, when in self.heard.items() if who in (None, name)]
        since = max(times + [begin])
        now = time.monotonic()
        if now >= self.deadline:
            self.give_up(f"waited in vain for {what}")
        if now >= since + self.silence:
            lines = self.console.lines[who] if who else [f"[{source}] {line}" for source, line in self.console.order]
            self.give_up(f"{f'[{who}]' if who else 'everybody'} has been silent for {now - since:.0f} s, no progress towards {what}; "
                         f"the last line was: {lines[-1] if lines else '(none)'}")
        self.read(min(self.deadline, since + self.silence))

    def see(self, step):
        pattern = re.compile(step.pattern)
        begin = time.monotonic()
        if step.source not in self.console.names:
            self.fail(f"the row has no guest {step.source}")
        if step.new:
            self.cursor[step.source] = len(self.console.lines[step.source])
        while not self.find(step, pattern):
            if self.ended is not None:
                self.fail(f"QEMU ended ({self.ended}) while waiting for [{step.source}] {step.pattern}")
            self.wait_for_more(None if step.source == BULKHEAD else step.source, begin, f"[{step.source}] {step.pattern}")

    def ends(self, step):
        begin = time.monotonic()
        while self.ended is None:
            self.wait_for_more(None, begin, "QEMU's end")
        if self.ended != step.status if step.status is not None else self.ended == 0:
            self.fail(f"QEMU ended with {self.ended}, not {'an error' if step.status is None else step.status}")

    def quiet(self, step):
        until = time.monotonic() + step.seconds
        begin = len(self.console.order)
        while self.read(until):
            pass
        for source, line in self.console.order[begin:]:
            if re.search(step.pattern, line):
                self.fail(f"[{source}] said within {step.seconds} s: {line}")
        if self.ended is not None:
            self.fail(f"QEMU ended ({self.ended}), it should have gone on")

    def type(self, step):
        self.qemu.stdin.write(step.text.encode("latin-1"))

    def judge(self, step):
        try:
            step.check(self)
        except AssertionError as error:
            self.fail(str(error))

    def work(self, steps):
        handlers = {See: self.see, Type: self.type, Ends: self.ends, Quiet: self.quiet, Judge: self.judge}
        for step in steps:
            handlers[type(step)](step)


def steps_here(row):
    """The row's steps on this QEMU."""
    if not row.needs or machine_has(row.needs):
        return row.steps
    if not row.otherwise:
        raise RowSkipped(f"not on this QEMU: {FACTS[row.needs]}")
    return row.otherwise


def run_row(row, command=None):
    """Runs a row from its package to QEMU's end, or that of another command. Returns the Run; raises RowError."""
    steps = steps_here(row)
    run = Run(row, command)
    try:
        run.work(steps)
    finally:
        run.close()
    return run
