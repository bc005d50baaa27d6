# SPDX-License-Identifier: Apache-2.0
"""Where foreign judges are known to differ, and why that is none of ours: (kind, case, what fails, reason), as patterns."""

import re

KNOWN = (
    ("kvm-unit-tests", "sbi-.*", r"FAIL: sbi: time: set_timer: timer delay honored.*",
     "it takes the host's time for the machine's: a timer that comes 20 ms late on a busy host fails it"),
    ("kvm-unit-tests", "sbi-(rv64|max-imsic)", r"FAIL: sbi: sse: \w+: (local|global)_dispatch: [Ee]vent (handler called|[Hh]andled)",
     "it gives each hart's handler 3 ms of the host's time: bare OpenSBI fails the same checks, other ones in each run; with -icount neither does"),
    ("kvm-unit-tests", "sbi-.*", r"FAIL: sbi: dbtr: uninstall enable: .*",
     "it enables a trigger that it has uninstalled; the SBI answers that with an error"),
)


def reason(kind, case, failure):
    for where, name, pattern, why in KNOWN:
        if where == kind and re.fullmatch(name, case) and re.fullmatch(pattern, failure):
            return why
    return None
