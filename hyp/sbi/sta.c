// SPDX-License-Identifier: Apache-2.0
// SBI Steal-time (SBI 3.0, "Steal-time Accounting Extension (EID #0x535441 "STA")"): a vcpu is a hart, which nobody takes from it,
// so the steal time is zero by construction. The shared memory says so once and is never written again.
#include "guest/guest_memory.h"
#include "sbi/sbi.h"

sbi_ret_t sbi_sta(struct vcpu *v)
{
	static const uint64_t nothing_stolen[SBI_STA_SHMEM_SIZE / 8];
	uint64_t low = sbi_arg(v, 0), high = sbi_arg(v, 1), flags = sbi_arg(v, 2);
	bool disable = low == UINT64_MAX && high == UINT64_MAX;

	if (sbi_fid(v) != SBI_STA_SET_SHMEM)
		return sbi_error(SBI_ERR_NOT_SUPPORTED);
	if (flags != 0 || (!disable && !is_aligned(low, SBI_STA_SHMEM_SIZE)))
		return sbi_error(SBI_ERR_INVALID_PARAM);
	if (disable)
		return sbi_value(0);
	if (!gpa_is_shmem(v->guest, low, high, SBI_STA_SHMEM_SIZE))
		return sbi_error(SBI_ERR_INVALID_ADDRESS);
	gpa_write(GPA(low), nothing_stolen, sizeof(nothing_stolen));
	return sbi_value(0);
}
