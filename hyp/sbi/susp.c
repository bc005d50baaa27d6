// SPDX-License-Identifier: Apache-2.0
// SBI System Suspend (SBI 3.0, "System Suspend Extension (EID #0x53555350 "SUSP")"): of this guest, never of the board.
#include "guest/guest.h"
#include "sbi/sbi.h"

// Once true it stays so: only a running hart of the guest can start another, and the caller is the last one.
static bool all_others_stopped(const struct vcpu *v)
{
	for (uint32_t i = 0; i < v->guest->partition->vcpu_count; i++)
		if (i != v->vhartid && atomic_load(&guest_hart(v->guest, i)->shared.state) != HSM_STOPPED)
			return false;
	return true;
}

sbi_ret_t sbi_susp(struct vcpu *v)
{
	struct vcpu_start resume = { GPA(sbi_arg(v, 1)), v->vhartid, sbi_arg(v, 2) };

	if (sbi_fid(v) != SBI_SUSP_SYSTEM_SUSPEND)
		return sbi_error(SBI_ERR_NOT_SUPPORTED);
	if ((uint32_t)sbi_arg(v, 0) != SBI_SLEEP_SUSPEND_TO_RAM)
		return sbi_error(SBI_ERR_INVALID_PARAM); // reserved, or platform specific: there are none
	if (!sbi_is_code_address(v, sbi_arg(v, 1)))
		return sbi_error(SBI_ERR_INVALID_ADDRESS);
	if (!all_others_stopped(v))
		return sbi_error(SBI_ERR_DENIED);
	return sbi_suspend(v, &resume);
}
