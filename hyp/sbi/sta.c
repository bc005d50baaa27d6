// SPDX-License-Identifier: Apache-2.0
// SBI Steal-time (SBI 3.0, "Steal-time Accounting Extension (EID #0x535441 "STA")"): a vcpu is a hart, which nobody takes from it,
// so the steal time is zero by construction. The shared memory says so once and is never written again.
#include "guest/guest_memory.h"
#include "sbi/sbi.h"

struct sbi_ret sbi_sta(struct sbi_call *c)
{
	static const uint64_t nothing_stolen[SBI_STA_SHMEM_SIZE / 8];
	uint64_t low = c->arg[0], high = c->arg[1], flags = c->arg[2];
	bool disable = low == UINT64_MAX && high == UINT64_MAX;

	if (c->fid != SBI_STA_SET_SHMEM)
		return sbi_error(SBI_ERR_NOT_SUPPORTED);
	if (flags != 0 || (!disable && !is_aligned(low, SBI_STA_SHMEM_SIZE)))
		return sbi_error(SBI_ERR_INVALID_PARAM);
	if (disable)
		return sbi_value(0);
	if (!gpa_is_shmem(c->vcpu->guest, low, high, SBI_STA_SHMEM_SIZE))
		return sbi_error(SBI_ERR_INVALID_ADDRESS);
	gpa_write(GPA(low), nothing_stolen, sizeof(nothing_stolen));
	return sbi_value(0);
}
