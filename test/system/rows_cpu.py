# SPDX-License-Identifier: Apache-2.0
"""Harts of many kinds: `-cpu max` with each extension off, and with each feature of FWFT on in
menvcfg before the firmware runs.
"""

import os
import re

import count
import harness
from row import Ends, Judge, Row, guest, passes, stopped, tree

# What QEMU's max has, and what has to go with it because it builds on it.
VECTOR_FLOAT = ("v", "zvfh", "zvfhmin", "zvfbfmin", "zvfbfwma", "zve64d", "zve64f", "zve32f")
VECTOR = VECTOR_FLOAT + tuple(
    "zvbb zvbc zvkb zvkg zvkned zvknha zvknhb zvksed zvksh zvkn zvknc zvkng zvks zvksc zvksg "
    "zve64x zve32x".split())
WITH = {
    "a": ("zacas", "zabha", "zama16b", "zawrs", "zicfiss"),
    "f": ("d", "zcd", "zfa", "zfh", "zfhmin", "zfbfmin", *VECTOR_FLOAT),
    "d": ("zcd", *VECTOR_FLOAT),
    "v": VECTOR,
    "zfhmin": ("zfh", "zvfh", "zvfbfwma", "zvfbfmin"),
    "zfbfmin": ("zvfbfmin", "zvfbfwma"),
    "zve32f": VECTOR_FLOAT,
    "zve64f": VECTOR_FLOAT,
    "zve32x": VECTOR,
    "zve64x": VECTOR,
    "zvfbfmin": ("zvfbfwma",),
    "zimop": ("zicfiss", "zcmop"),
    "zcmop": ("zicfiss",),
    **dict.fromkeys(("zknd", "zkne", "zknh"), ("zkn", "zk")),  # QEMU's tree lists the sum without its parts
    **dict.fromkeys(("zksed", "zksh"), ("zks",)),
    **dict.fromkeys(("zbkb", "zbkc", "zbkx"), ("zkn", "zks", "zk")),
    **dict.fromkeys(("zkr", "zkt"), ("zk",)),
    "zvbc": ("zvknc", "zvksc"),
    "zvkg": ("zvkng", "zvksg"),
    **dict.fromkeys(("zvkned", "zvknha", "zvknhb"), ("zvkn", "zvknc", "zvkng")),
    **dict.fromkeys(("zvksed", "zvksh"), ("zvks", "zvksc", "zvksg")),
    **dict.fromkeys(("zvkb", "zvkt"), ("zvkn", "zvknc", "zvkng", "zvks", "zvksc", "zvksg")),
    "zba": ("b",),
    "zbb": ("b",),
    "zbs": ("b",),
    "smaia": ("ssaia",),
    "smnpm": ("ssnpm",),  # QEMU 10 masks a guest's pointers as menvcfg says, which is Smnpm's
    "smcsrind": ("smcdeleg", "smctr"),
    "sscsrind": ("ssccfg", "smctr", "ssctr"),
}
# (Bulkhead itself is made of I, M, C, Zca, Zicsr and Zifencei; Zicntr's counters are there in older
# trees, too, which have no name for them.)
EXTENSIONS = (
    "a b d f v zihintntl zihintpause zihpm zicbom zicbop zicboz zicond zimop zcmop "
    "zacas zabha zama16b zawrs zcb zcd zfa zfh zfhmin zfbfmin zba zbb zbc zbs zbkb zbkc zbkx "
    "zknd zkne zknh zkr zksed zksh zkt zicfilp zicfiss zve32x zve32f zve64x zve64f zve64d "
    "zvfh zvfhmin zvfbfmin zvfbfwma zvbb zvbc zvkb zvkg zvkned zvknha zvknhb zvksed zvksh "
    "zvkt sstc sscofpmf smcntrpmf smcsrind sscsrind smcdeleg ssccfg smctr ssctr smstateen "
    "smaia ssaia smepmp smrnmi smmpm smnpm ssnpm smdbltrp ssdbltrp svade svadu svinval "
    "svnapot svpbmt svvptc ztso").split()

LOAD = (("fwft", 1), ("state", 1), ("traps", 1), ("dt", 1))
STEPS = (*(passes(name) for name, _ in LOAD), *(stopped(name) for name, _ in LOAD), Ends())
PARTITIONS = tree(*(guest(name, harts) for name, harts in LOAD))


def without(name):
    """-cpu max without it."""
    off = dict.fromkeys((name, *WITH.get(name, ())))
    return "max," + ",".join(f"{each}=off" for each in off)


# ---- what an earlier boot stage may have left in menvcfg ----

ON = {"lpe": 1 << 2, "sse": 1 << 3, "pmm": 3 << 32, "dte": 1 << 59, "adue": 1 << 61}
ON["all"] = sum(ON.values())


def port(name):
    return os.path.join(harness.SCRATCH, f"{name}.gdb")


def read(gdb, number):
    return int.from_bytes(bytes.fromhex(gdb.ask(f"p{number:x}")), "little")


def left_in_menvcfg(name, bits):
    """QEMU waits (-S): sets these bits of each hart's menvcfg by its gdb port, and lets it run."""
    def act(_run):
        gdb = count.Debugger(port(name))
        gdb.ask("qSupported:xmlRegisters=riscv")
        text = ""
        while not text.endswith("</feature>"):
            part = gdb.ask(f"qXfer:features:read:riscv-csr.xml:{len(text):x},ffb")
            text += part[1:]
            if part[0] == "l":
                break
        number = int(re.search(r'name="menvcfg"[^>]*regnum="(\d+)"', text)[1])
        for hart in gdb.ask("qfThreadInfo")[1:].split(","):
            gdb.ask(f"Hg{hart}")
            wanted = (read(gdb, number) | bits).to_bytes(8, "little").hex()
            assert gdb.ask(f"P{number:x}={wanted}") == "OK", "menvcfg cannot be written"
            assert read(gdb, number) & bits == bits, f"menvcfg is {read(gdb, number):#x}"
        gdb.leave()
        os.unlink(port(name))
    return Judge(act)


def from_reset(label, bits):
    name = f"cpu-menvcfg-{label}"
    return Row(name, (left_in_menvcfg(name, bits), *STEPS), PARTITIONS, smp=4, cpu="max",
               args=("-S", "-gdb", f"unix:{port(name)},server=on,wait=off"))


ROWS = (
    *(from_reset(label, bits) for label, bits in ON.items()),
    Row("cpu-adue-at-reset", STEPS, PARTITIONS, smp=4, cpu="max,svade=off"),
    *(Row(f"cpu-without-{name}", STEPS, PARTITIONS, smp=4, cpu=without(name), may_be_refused=True,
          marks=("soak",)) for name in EXTENSIONS),
)
