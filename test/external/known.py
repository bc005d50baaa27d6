# SPDX-License-Identifier: Apache-2.0
"""Where foreign judges are known to differ, and why that is none of ours: (kind, case, what fails, reason), as patterns."""

import re

KNOWN = (
    ("kvm-unit-tests", "sbi-.*", r"FAIL: sbi: time: set_timer: timer delay honored.*",
     "it takes the host's time for the machine's: a timer that comes 20 ms late on a busy host fails it"),
    ("kvm-unit-tests", "sbi-.*", r"FAIL: sbi: dbtr: uninstall enable: .*",
     "it enables a trigger that it has uninstalled; the SBI answers that with an error"),
)


def reason(kind, case, failure):
    for where, name, pattern, why in KNOWN:
        if where == kind and re.fullmatch(name, case) and re.fullmatch(pattern, failure):
            return why
    return None
