#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Counts instructions, with QEMU's debugger port and monitor: Linux from its kernel's entry to /init, bare and under
Bulkhead. With -icount shift=0,sleep=off every run is the same. Measurements in test/bench count by the same means.
"""

import json
import os
import re
import socket
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import harness  # noqa: E402 (it is found by the line above)
from row import Row, guest, tree  # noqa: E402

ENTRY = 0x80200000        # of the hypervisor, of a bare kernel, and of a kernel in a guest (guest physical)
INIT = 0x5bead000         # LINUX_INIT_ADDR of guest-images/guest-images.mk
# Without chance: -seed for the tree's rng-seed, no random addresses, and no self-tests of the kernel's cryptography, which run in
# threads beside the boot: how much of them comes before /init is chance.
BOOTARGS = "console=ttyS0 nokaslr norandmaps cryptomgr.notests"
SEED = ("-seed", "1")
MEMORY = "512M"
PATIENCE = 300            # seconds for one stretch of counting


class Port:
    """A socket of QEMU's."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        for _ in range(200):
            try:
                self.socket.connect(path)
                break
            except OSError:
                time.sleep(0.05)
        self.socket.settimeout(PATIENCE)
        self.buffer = b""

    def receive(self, pattern):
        """The first group of what matches, which is taken out."""
        while not (match := re.search(pattern, self.buffer)):
            data = self.socket.recv(65536)
            if not data:
                raise EOFError("QEMU has ended")
            self.buffer += data
        self.buffer = self.buffer[match.end():]
        return match[1].decode("latin-1")


class Debugger(Port):
    """The few requests of the GDB remote serial protocol that running to an address needs."""

    def ask(self, text):
        data = text.encode()
        self.socket.sendall(b"$" + data + b"#%02x" % (sum(data) & 0xff))
        answer = self.receive(rb"\$([^#]*)#[0-9a-f]{2}")
        self.socket.sendall(b"+")
        return answer

    def run_to(self, address):
        self.ask("qSupported:hwbreak+")
        if self.ask(f"Z1,{address:x},4") != "OK":
            raise RuntimeError("QEMU sets no breakpoint")
        thread = re.search(r"thread:([^;]+);", self.ask("c"))
        if thread:
            self.ask(f"Hg{thread[1]}")
        pc = int.from_bytes(bytes.fromhex(self.ask("p20")), "little")
        if pc != address:
            raise RuntimeError(f"stopped at {pc:#x}, not at {address:#x}")
        self.ask(f"z1,{address:x},4")

    def leave(self):
        """Lets the machine run on."""
        self.ask("D")


class Monitor(Port):
    """QEMU's monitor."""

    def __init__(self, path):
        super().__init__(path)
        self.receive(rb"(\{\"QMP\".*)\r\n")
        self.ask("qmp_capabilities")

    def ask(self, command, **arguments):
        self.socket.sendall(json.dumps({"execute": command, "arguments": arguments}).encode() + b"\r\n")
        return json.loads(self.receive(rb"(\{\"(?:return|error)\".*)\r\n"))["return"]

    def instructions(self):
        """Every hart's, in every mode, without idle time."""
        return self.ask("query-replay")["icount"]

    def command(self, line):
        """A line of the monitor for people."""
        said = self.ask("human-monitor-command", **{"command-line": line})
        if said.strip():
            raise RuntimeError(f"{line}: {said.strip()}")


class Debugged:
    """A QEMU that waits for its debugger."""

    def __init__(self, row, patience=PATIENCE):
        path = os.path.join(harness.SCRATCH, f"count-{row.name}")
        ports = [f"{path}.{name}" for name in ("gdb", "qmp")]
        os.makedirs(harness.SCRATCH, exist_ok=True)
        for port in ports:
            if os.path.exists(port):
                os.unlink(port)
        command = harness.command_of(row) + ["-S", "-gdb", f"unix:{ports[0]},server=on,wait=off",
                                             "-qmp", f"unix:{ports[1]},server=on,wait=off"]
        self.console = f"{path}.txt"
        with open(self.console, "wb") as log:
            self.qemu = harness.start_qemu(command, patience, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        self.debugger, self.monitor = Debugger(ports[0]), Monitor(ports[1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        harness.stop_qemu(self.qemu)

    def said(self):
        with open(self.console, encoding="latin-1") as file:
            return file.read().replace("\r", "")


def count_to(row, address):
    """Instructions from reset to the first arrival at address. One stop per QEMU: with all harts stopped and sleep=off it
    moves the time on to the next deadline, which can be the end of time. Nothing is lost, all runs are the same.
    """
    with Debugged(row) as run:
        run.debugger.run_to(address)
        return run.monitor.instructions()


# A guest's memory begins where nothing of the host's own is, so that its entry is an address of its own.
def base(number):
    return 0x90000000 + number * 0x10000000


def bare_linux():
    row = Row("bare-linux", (), kernel="linux/Image", initrd="linux/initramfs.cpio.gz", append=BOOTARGS, mem=MEMORY, icount=True,
              firmware_apart=False, args=SEED)
    return count_to(row, INIT) - count_to(row, ENTRY)


def guest_linux():
    node = guest("linux", memory=MEMORY, kernel="linux/Image", initrd="linux/initramfs.cpio.gz", bootargs=BOOTARGS,
                 memory_base=base(0))
    row = Row("guest-linux", (), tree(node), mem="1G", icount=True, args=SEED)
    first, entry = (count_to(row, address) for address in (ENTRY, base(0) + ENTRY - 0x80000000))
    return entry - first, count_to(row, INIT) - entry


def line(what, count, note=""):
    print(f"  {what:58} {count:>14,} {note}", flush=True)


def main():
    print("Instructions (-icount shift=0,sleep=off)")
    bare = bare_linux()
    line("Linux, kernel entry to /init, bare QEMU + OpenSBI", bare)
    load, under = guest_linux()
    line("Linux, kernel entry to /init, under Bulkhead", under, f"ratio {under / bare:.4f}")
    line("Bulkhead, first instruction to Linux' entry, images included", load)


if __name__ == "__main__":
    main()
