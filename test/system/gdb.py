# SPDX-License-Identifier: Apache-2.0
"""QEMU's gdb port, as far as rows need it: breakpoints, registers and CSRs of harts. The protocol
stands in GDB's manual, "GDB Remote Serial Protocol". Few machines have a debugger for RISC-V.
"""

import os
import re
import socket
import time

import harness

PC = 32
REGISTERS = ("zero ra sp gp tp t0 t1 t2 s0 s1 a0 a1 a2 a3 a4 a5 a6 a7 "
             "s2 s3 s4 s5 s6 s7 s8 s9 s10 s11 t3 t4 t5 t6").split()


def path_of(name):
    """Where the row of that name has its port. Short, because a socket's path must be."""
    return os.path.join(harness.SCRATCH, "gdb", f"{name}.sock")


def arguments(name, frozen=True):
    """QEMU's, for Row.args; frozen: no hart runs before the first go_on()."""
    os.makedirs(os.path.join(harness.SCRATCH, "gdb"), exist_ok=True)
    port = f"unix:{os.path.relpath(path_of(name))},server=on,wait=off"
    return ("-gdb", port) + (("-S",) if frozen else ())


class Gdb:
    """One connection: harts stand while it is made, and go on when it is closed."""

    def __init__(self, name, seconds=60):
        self.held, self.deadline = b"", time.monotonic() + seconds
        self.socket = self.connect(os.path.relpath(path_of(name)))
        self.socket.settimeout(seconds)
        self.ask("?")
        self.numbers = self.read_numbers()

    def connect(self, path):
        while True:
            port = socket.socket(socket.AF_UNIX)
            try:
                port.connect(path)
                return port
            except OSError:
                port.close()
                assert time.monotonic() < self.deadline, f"nobody listens at {path}"
                time.sleep(0.05)

    def send(self, text):
        self.socket.sendall(f"${text}#{sum(text.encode()) % 256:02x}".encode())

    def receive(self):
        while not (match := re.search(rb"\$([^#]*)#..", self.held)):
            data = self.socket.recv(65536)
            if not data:
                raise ConnectionError("QEMU has closed its gdb port")
            self.held += data
        self.held = self.held[match.end():]
        self.socket.sendall(b"+")
        return match[1].decode("latin-1")

    def ask(self, text):
        self.send(text)
        return self.receive()

    def read_numbers(self):
        """Numbers of the CSRs, by name, as QEMU describes them."""
        text = ""
        self.ask("qSupported:xmlRegisters=riscv")
        while True:
            part = self.ask(f"qXfer:features:read:riscv-csr.xml:{len(text):x},ffb")
            text += part[1:]
            if part[:1] != "m":
                break
        found = re.findall(r'<reg name="(\w+)"[^>]*regnum="(\d+)"', text)
        return {name: int(number) for name, number in found}

    def number(self, name):
        if name == "pc":
            return PC
        return REGISTERS.index(name) if name in REGISTERS else self.numbers[name]

    def harts(self):
        """Threads, in the order of harts."""
        threads, part = [], self.ask("qfThreadInfo")
        while part.startswith("m"):
            threads += part[1:].split(",")
            part = self.ask("qsThreadInfo")
        return threads

    def read(self, name, hart=None):
        if hart is not None:
            self.ask(f"Hg{hart}")
        got = self.ask(f"p{self.number(name):x}")
        assert not got.startswith("E"), f"{name} cannot be read: {got}"
        return int.from_bytes(bytes.fromhex(got), "little")

    def write(self, name, value):
        text = value.to_bytes(8, "little").hex()
        assert self.ask(f"P{self.number(name):x}={text}") == "OK", f"{name} cannot be written"

    def try_read(self, name, hart):
        """None where the hart has not got it."""
        self.ask(f"Hg{hart}")
        got = self.ask(f"p{self.number(name):x}")
        return None if got.startswith("E") else int.from_bytes(bytes.fromhex(got), "little")

    def try_write(self, name, value, hart=None):
        """Whether the hart has it and it can be written."""
        if hart is not None:
            self.ask(f"Hg{hart}")
        return self.ask(f"P{self.number(name):x}={value.to_bytes(8, 'little').hex()}") == "OK"

    def memory(self, address, size, hart):
        """As the hart sees it now."""
        self.ask(f"Hg{hart}")
        data = b""
        while len(data) < size:  # QEMU gives no more at once
            got = self.ask(f"m{address + len(data):x},{min(size - len(data), 1024):x}")
            assert not got.startswith("E"), f"{address + len(data):#x} cannot be read: {got}"
            data += bytes.fromhex(got)
        return data

    def break_at(self, address):
        assert self.ask(f"Z0,{address:x},2") == "OK", f"no breakpoint at {address:#x}"

    def unbreak(self, address):
        assert self.ask(f"z0,{address:x},2") == "OK", f"the breakpoint at {address:#x} stays"

    def write_memory(self, address, words):
        """64-bit words at a physical address: translation is off."""
        data = b"".join(word.to_bytes(8, "little") for word in words)
        assert self.ask(f"M{address:x},{len(data):x}:{data.hex()}") == "OK", f"{address:#x} cannot be written"

    def write_bytes(self, address, data):
        """At a physical address, whatever translation the hart at hand has."""
        assert self.ask("Qqemu.PhyMemMode:1") == "OK", "QEMU knows no physical addresses here"
        assert self.ask(f"M{address:x},{len(data):x}:{data.hex()}") == "OK", f"{address:#x} cannot be written"
        assert self.ask("Qqemu.PhyMemMode:0") == "OK"

    def read_bytes(self, address, size):
        """Likewise; registers of devices, too."""
        assert self.ask("Qqemu.PhyMemMode:1") == "OK", "QEMU knows no physical addresses here"
        got = self.ask(f"m{address:x},{size:x}")
        assert self.ask("Qqemu.PhyMemMode:0") == "OK" and not got.startswith("E"), f"{address:#x} cannot be read"
        return bytes.fromhex(got)

    def call_firmware(self, hart, ecall_end, eid, fid, *arguments):
        """Makes a hart in HS-mode call the firmware by the ecall that ends there: its error and value; the hart is then as before."""
        given = dict(zip(("a7", "a6", "a0", "a1", "a2", "a3", "a4", "a5"), (eid, fid, *arguments)))
        before = {name: self.read(name, hart) for name in ("pc", "a0", "a1", *given)}
        for name, value in {**given, "pc": ecall_end - 4}.items():
            self.write(name, value)
        self.break_at(ecall_end)
        self.send(f"vCont;c:{hart}")  # the others stand
        assert self.wait() == hart and self.read("pc") == ecall_end, "the firmware does not come back"
        self.unbreak(ecall_end)
        error, value = self.read("a0"), self.read("a1")
        for name, old in before.items():
            self.write(name, old)
        return error - (1 << 64) if error >> 63 else error, value

    def go_on(self):
        """Lets all harts run until a breakpoint, whose hart is chosen. Returns its thread."""
        self.send("vCont;c")
        return self.wait()

    def wait(self):
        stop = self.receive()
        hart = re.search(r"thread:([\w.]+);", stop)
        assert hart, f"QEMU said {stop}"
        self.ask(f"Hg{hart[1]}")
        return hart[1]

    def run_to(self, address):
        """Lets all harts run until one comes there, with no breakpoint left. Returns its thread."""
        self.break_at(address)
        hart = self.go_on()
        assert self.read("pc") == address, "a hart stopped elsewhere"
        self.unbreak(address)
        return hart

    def step(self, hart):
        self.send(f"vCont;s:{hart}")
        return self.wait()

    def close(self):
        """Lets all harts run, with nobody watching. The machine may end before it has answered."""
        try:
            self.ask("D")
        except OSError:
            pass
        self.socket.close()


def of_image(tool, *options, folder=None):
    image = harness.need(os.path.join(folder or harness.OUT, "bulkhead.elf"))
    return harness.run_tool(f"riscv64-unknown-elf-{tool}", *options, image)


def names(folder=None):
    """Addresses of the hypervisor's functions, by name."""
    return {name: int(address, 16)
            for address, name in re.findall(r"^([0-9a-f]+) [tT] ([\w.]+)$", of_image("nm", folder=folder), re.M)}


def place_of(symbol):
    """Address and size of anything that has a name; of what the linker has named, size 0."""
    found = re.search(rf"^([0-9a-f]+)(?: ([0-9a-f]+))? \w {symbol}$", of_image("nm", "-S"), re.M)
    assert found, f"the image has no {symbol}"
    return int(found[1], 16), int(found[2] or "0", 16)


def size_and_offset(struct, member):
    """In bytes: of a struct of the hypervisor's, and of a member in it."""
    size = inside = found = None
    for line in of_image("readelf", "--debug-dump=info").splitlines():
        if "DW_TAG_structure_type" in line or "DW_TAG_member" in line:
            inside = None
        elif match := re.search(r"DW_AT_name .*[ :](\w+)$", line):
            inside = match[1]
            found = struct if inside == struct else found
        elif inside == struct and (match := re.search(r"DW_AT_byte_size +: (\d+)", line)):
            size = int(match[1])
        elif found == struct and inside == member and (match := re.search(r"DW_AT_data_member_location: (\d+)", line)):
            return size, int(match[1])
        elif "DW_TAG_" in line:
            found = None
    raise AssertionError(f"the image has no struct {struct} with {member}")


def after(pattern, function, folder=None):
    """Of each instruction of the function that matches: the address behind it, and its register."""
    text = of_image("objdump", "-d", "--no-show-raw-insn", folder=folder)
    found = re.findall(r"^ *([0-9a-f]+):\t(.*)$", text, re.M)
    lines = [(int(address, 16), " ".join(insn.split())) for address, insn in found]
    begin = names(folder)[function]
    end = min(address for address in names(folder).values() if address > begin)
    found = [(lines[i + 1][0], re.search(pattern, insn)[1])
             for i, (address, insn) in enumerate(lines[:-1])
             if begin <= address < end and re.search(pattern, insn)]
    assert found, f"no instruction of {function} is {pattern}"
    return found
