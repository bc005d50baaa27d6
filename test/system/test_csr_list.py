# SPDX-License-Identifier: Apache-2.0
"""hyp/rv/csr_list.h against the rest of hyp/: it has every CSR that the hypervisor knows, and what
it says is reset is written somewhere.
"""

import os
import re

import harness

HYP = os.path.join(harness.ROOT, "hyp")
# Reset by what is named here: another view of the same state.
BY_ANOTHER = {
    "fflags": "fcsr", "frm": "fcsr", "vxsat": "vcsr", "vxrm": "vcsr", "sip": "hvip", "vsip": "hvip",
    # What siselect has selected: the registers of the guest's interrupt file (irq/imsic.c).
    "sireg": "vsireg", "sireg2": "vsireg", "sireg3": "vsireg", "sireg4": "vsireg",
    "sireg5": "vsireg", "sireg6": "vsireg", "stopei": "vsireg",
}


def read(name):
    with open(os.path.join(HYP, name), encoding="utf-8") as file:
        return file.read()


RV32 = re.compile(r"(\w*(cycle|time|instret|counter\d+|cmp|deleg|delta|envcfg|en\d|prio\d)"
                  r"|v?s?ie|v?s?ip|hvien|hvip)h")


def listed():
    """(number, name, kind) of each."""
    rows = re.findall(r"X\(0x(\w{3}), (\w+), (\w+)\)", read("rv/csr_list.h"))
    return [(int(number, 16), name, kind) for number, name, kind in rows]


def written():
    """Names of the CSRs that the hypervisor writes."""
    text = "".join(read(os.path.join(folder, name)) for folder in ("vcpu", "hart", "irq", "rv")
                   for name in os.listdir(os.path.join(HYP, folder)) if name.endswith((".c", ".S")))
    text = text.replace("\\\n", " ")
    found = re.findall(r"csr_(?:write|set|clear|swap)\(CSR_(\w+)", text)
    found += re.findall(r"csr[wc]i?\s+CSR_(\w+)", text)
    for line in re.findall(r"\.irp\s+csr,(.*)", text):
        found += re.findall(r"CSR_(\w+)", line)
    return {name.lower() for name in found}


def test_it_is_a_list():
    numbers = [number for number, _, _ in listed()]
    assert numbers == sorted(set(numbers)) and len(numbers) > 160
    assert len({name for _, name, _ in listed()}) == len(numbers)
    assert {kind for _, _, kind in listed()} == {"OWN", "FIXED", "PLAN", "NONE"}


def test_no_machine_csr_and_nothing_of_rv32():
    for number, name, kind in listed():
        assert number >> 8 & 3 != 3, f"{name} is M-mode's"
        assert number >> 10 != 3 or kind in ("FIXED", "NONE"), f"{name} cannot be written"
        assert kind == "NONE" or not RV32.fullmatch(name), f"{name} is RV32's"


def test_it_has_every_csr_that_the_hypervisor_knows():
    known = {(int(number, 16), name.lower())
             for name, number in re.findall(r"#define CSR_(\w+) 0x(\w+)$", read("rv/spec.h"), re.M)}
    assert len(known) > 50
    missing = known - {(number, name) for number, name, _ in listed()}
    assert not missing, f"in spec.h, not in the list: {missing}"


def test_what_is_reset_is_written():
    names = {name for _, name, _ in listed()}
    for _, name, kind in listed():
        if kind not in ("OWN", "PLAN"):
            continue
        virtual = "v" + name  # where there is one, the guest's is that
        where = BY_ANOTHER.get(name) or (virtual if virtual in names else name)
        where = BY_ANOTHER.get(where, where)
        assert where in written(), f"{name} is {kind}, but nothing writes {where}"
