// SPDX-License-Identifier: Apache-2.0
// SBI System Reset (SBI 3.0, "System Reset Extension (EID #0x53525354 "SRST")"): of this guest, never of the board.
#include "guest/guest.h"
#include "sbi/sbi.h"

void sbi_reset(struct sbi_call *c, bool restart, const char *why)
{
	guest_stop(c->vcpu->guest, restart ? STOP_RESTART : STOP_SHUTDOWN, why);
	c->verdict = VERDICT_LEAVE;
}

struct sbi_ret sbi_srst(struct sbi_call *c)
{
	uint32_t type = (uint32_t)c->arg[0], reason = (uint32_t)c->arg[1];

	if (c->fid != SBI_SRST_SYSTEM_RESET)
		return sbi_error(SBI_ERR_NOT_SUPPORTED);
	// Reserved, or platform specific: there are none.
	if (type > SBI_RESET_WARM_REBOOT || reason > SBI_RESET_REASON_SYSTEM_FAILURE)
		return sbi_error(SBI_ERR_INVALID_PARAM);
	if (type != SBI_RESET_SHUTDOWN || reason != SBI_RESET_REASON_SYSTEM_FAILURE) {
		sbi_reset(c, type != SBI_RESET_SHUTDOWN,
			  reason == SBI_RESET_REASON_SYSTEM_FAILURE ? "SBI system reset, system failure" : "SBI system reset");
		return sbi_value(0);
	}
	guest_stop(c->vcpu->guest, STOP_FAILURE, "SBI system reset, system failure");
	c->verdict = VERDICT_LEAVE;
	return sbi_value(0);
}
