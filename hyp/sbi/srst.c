// SPDX-License-Identifier: Apache-2.0
// SBI System Reset (SBI 3.0, "System Reset Extension (EID #0x53525354 "SRST")"): of this guest, never of the board.
#include "guest/guest.h"
#include "sbi/sbi.h"

void sbi_reset(struct vcpu *v, enum stop_reason reason)
{
	guest_stop(v->guest, reason);
	vcpu_snapshot(v)->verdict = VERDICT_LEAVE;
}

sbi_ret_t sbi_srst(struct vcpu *v)
{
	uint32_t type = (uint32_t)sbi_arg(v, 0), reason = (uint32_t)sbi_arg(v, 1);
	bool is_failure;

	if (sbi_fid(v) != SBI_SRST_SYSTEM_RESET)
		return sbi_error(SBI_ERR_NOT_SUPPORTED);
	// Reserved, or platform specific: there are none.
	if (type > SBI_RESET_WARM_REBOOT || reason > SBI_RESET_REASON_SYSTEM_FAILURE)
		return sbi_error(SBI_ERR_INVALID_PARAM);
	is_failure = reason == SBI_RESET_REASON_SYSTEM_FAILURE;
	if (type == SBI_RESET_SHUTDOWN)
		sbi_reset(v, is_failure ? STOP_SRST_SHUTDOWN_FAILURE : STOP_SRST_SHUTDOWN);
	else
		sbi_reset(v, is_failure ? STOP_SRST_REBOOT_FAILURE : STOP_SRST_REBOOT);
	return sbi_value(0);
}
