// SPDX-License-Identifier: Apache-2.0
// SBI RFENCE (SBI 3.0, "RFENCE Extension (EID #0x52464E43 "RFNC")"): to harts of this guest only. The firmware carries fences to
// other harts and waits for them, whatever they are doing, so two harts that fence each other always finish. All harts of a
// guest share one VMID, which the firmware takes from the caller's hgatp.
#include "guest/guest.h"
#include "rv/csr.h"
#include "rv/firmware.h"
#include "sbi/sbi.h"

#define LOCAL_PAGES 16 // a longer range is fenced as a whole
#define ASID_MAX 0xffff

// Fencing more than asked is always allowed, so ASIDs are not looked at here.
static void fence_local(uint64_t fid, uint64_t start, uint64_t size)
{
	uint64_t pages;

	if (fid == SBI_RFENCE_FENCE_I) {
		fence_i();
		return;
	}
	if (size > LOCAL_PAGES * PAGE_SIZE || (start == 0 && size == 0)) {
		hfence_vvma_all();
		return;
	}
	// Pages are counted: an end at the top of the address space would never be reached by comparing addresses.
	pages = ((start & (PAGE_SIZE - 1)) + size + PAGE_SIZE - 1) / PAGE_SIZE;
	for (uint64_t i = 0; i < pages; i++)
		hfence_vvma_va(start + i * PAGE_SIZE);
}

void sbi_fence(struct vcpu *v, uint64_t fid, uint64_t set, uint64_t start, uint64_t size, uint64_t asid)
{
	uint64_t self = 1ull << v->vhartid, others = set & ~self, mask, base;

	if (start + size < start)
		start = size = 0; // wraps: everything
	while (hart_mask_next(v->guest->partition, &others, &mask, &base))
		fw_remote_fence(fid, mask, base, start, size, asid);
	if (set & self)
		fence_local(fid, start, size);
}

struct sbi_ret sbi_rfence(struct sbi_call *c)
{
	const uint64_t *arg = c->arg;
	uint64_t set;

	// H is hidden from guests, and with it the HFENCE functions.
	if (c->fid > SBI_RFENCE_SFENCE_VMA_ASID)
		return sbi_error(SBI_ERR_NOT_SUPPORTED);
	if (!sbi_hart_set(c->vcpu, arg[0], arg[1], &set))
		return sbi_error(SBI_ERR_INVALID_PARAM);
	switch (c->fid) {
	case SBI_RFENCE_FENCE_I:
		sbi_fence(c->vcpu, SBI_RFENCE_FENCE_I, set, 0, 0, 0);
		break;
	case SBI_RFENCE_SFENCE_VMA:
		sbi_fence(c->vcpu, SBI_RFENCE_HFENCE_VVMA, set, arg[2], arg[3], 0);
		break;
	default:
		if (arg[4] > ASID_MAX)
			return sbi_error(SBI_ERR_INVALID_PARAM);
		sbi_fence(c->vcpu, SBI_RFENCE_HFENCE_VVMA_ASID, set, arg[2], arg[3], arg[4]);
		break;
	}
	return sbi_value(0);
}
