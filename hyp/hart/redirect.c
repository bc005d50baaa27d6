// SPDX-License-Identifier: Apache-2.0
// Whether traps of guests that the firmware takes come back to the hypervisor. On QEMU 10.0.13 and 11.1 M-mode cannot write
// mstatus.MPV (priv, "Machine Status": it is what mret returns to): the firmware's mret to HS-mode lands in VS-mode, at HS-mode's
// stvec, and the guest goes on there. The other way round, after a fault of M-mode's own while it emulates for a guest, MPV is 0 and
// stays it: an mret to VS-mode lands in HS-mode. Such a machine is good for trying things, not for isolating guests; a guest whose
// next exception comes from there is stopped (exit/exit.c).
#include "hart/hart.h"
#include "lib/log.h"

bool probe_redirect(void); // redirect_probe.S

bool hart_redirects(void)
{
	static _Atomic uint32_t is_said;

	if (probe_redirect())
		return true;
	if (atomic_exchange(&is_said, 1) == 0)
		log_info("hart", "event=no-redirect: M-mode cannot write mstatus.MPV: a hostile guest is not isolated here; "
			 "no DOUBLE_TRAP, hedeleg is not ignored");
	return false;
}
