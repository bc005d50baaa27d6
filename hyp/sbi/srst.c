// SPDX-License-Identifier: Apache-2.0
// SBI System Reset (SBI 3.0, "System Reset Extension (EID #0x53525354 "SRST")"): of this guest, never of the board.
#include "guest/guest.h"
#include "sbi/sbi.h"

void sbi_reset(struct vcpu *v, bool restart, const char *why)
{
	guest_stop(v->guest, restart ? STOP_RESTART : STOP_SHUTDOWN, why);
	vcpu_snapshot(v)->verdict = VERDICT_LEAVE;
}

sbi_ret_t sbi_srst(struct vcpu *v)
{
	uint32_t type = (uint32_t)sbi_arg(v, 0), reason = (uint32_t)sbi_arg(v, 1);

	if (sbi_fid(v) != SBI_SRST_SYSTEM_RESET)
		return sbi_error(SBI_ERR_NOT_SUPPORTED);
	// Reserved, or platform specific: there are none.
	if (type > SBI_RESET_WARM_REBOOT || reason > SBI_RESET_REASON_SYSTEM_FAILURE)
		return sbi_error(SBI_ERR_INVALID_PARAM);
	if (type != SBI_RESET_SHUTDOWN || reason != SBI_RESET_REASON_SYSTEM_FAILURE) {
		sbi_reset(v, type != SBI_RESET_SHUTDOWN,
			  reason == SBI_RESET_REASON_SYSTEM_FAILURE ? "SBI system reset, system failure" : "SBI system reset");
		return sbi_value(0);
	}
	guest_stop(v->guest, STOP_FAILURE, "SBI system reset, system failure");
	vcpu_snapshot(v)->verdict = VERDICT_LEAVE;
	return sbi_value(0);
}
