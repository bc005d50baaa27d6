// SPDX-License-Identifier: Apache-2.0
// SBI RFENCE (SBI 3.0, "RFENCE Extension (EID #0x52464E43 "RFNC")"): to harts of this guest only. Harts that can kick each other
// carry fences themselves (hart/hart_fence.c); otherwise the firmware does and waits, whatever the others are doing, so two harts that
// fence each other always finish. All harts of a guest share one VMID, which the firmware takes from the caller's hgatp.
#include "guest/guest.h"
#include "pmu/pmu.h"
#include "rv/csr.h"
#include "rv/firmware.h"
#include "sbi/sbi.h"

#define LOCAL_PAGES 16 // a longer range is fenced as a whole
#define ASID_MAX 0xffff

// Whole pages; size 0 is everything. Fencing more than asked is always allowed, so ASIDs are not looked at here.
static void fence_local(uint64_t fid, uint64_t start, uint64_t size)
{
	if (fid == SBI_RFENCE_FENCE_I) {
		fence_i();
		return;
	}
	if (size == 0 || size > LOCAL_PAGES * PAGE_SIZE) {
		hfence_vvma_all();
		return;
	}
	for (uint64_t done = 0; done < size; done += PAGE_SIZE)
		hfence_vvma_va(start + done);
}

RARE static sbi_ret_t fence_others(struct vcpu *v, uint64_t fid, uint64_t others, uint64_t from, uint64_t size, uint64_t asid)
{
	uint64_t mask, base;

	uint32_t code = fid == SBI_RFENCE_FENCE_I ? SBI_PMU_FW_FENCE_I_SENT :
			fid == SBI_RFENCE_HFENCE_VVMA ? SBI_PMU_FW_SFENCE_VMA_SENT : SBI_PMU_FW_SFENCE_VMA_ASID_SENT;
	const struct partition *p = v->guest->partition;

	v->sbi.pmu.events[code]++;
	if (atomic_load_explicit(&v->guest->fence_counters, memory_order_relaxed) != 0)
		sbi_pmu_count_received(v->guest, code + 1, others);
	if (hart_can_fence(p, others)) {
		hart_fence_others(hart_of_vcpu(v), p, others, fid == SBI_RFENCE_FENCE_I ? FENCE_INSTRUCTIONS : FENCE_TRANSLATIONS);
		return sbi_value(0);
	}
	while (hart_mask_next(p, &others, &mask, &base))
		if (fw_remote_fence(fid, mask, base, from, size, asid).error != SBI_SUCCESS)
			return sbi_error(SBI_ERR_FAILED);
	return sbi_value(0);
}

sbi_ret_t sbi_fence(struct vcpu *v, uint64_t fid, uint64_t set, uint64_t start, uint64_t size, uint64_t asid)
{
	uint64_t self = 1ull << v->vhartid, from = align_down(start, PAGE_SIZE);

	if (size == 0 || size > UINT64_MAX - 2 * PAGE_SIZE || from + size + 2 * PAGE_SIZE < from)
		from = size = 0; // to the end of the address space, or past it: everything
	else
		size = align_up(start - from + size, PAGE_SIZE); // whole pages: firmware steps by 4 KiB from start
	if (set & self)
		fence_local(fid, from, size);
	return set & ~self ? fence_others(v, fid, set & ~self, from, size, asid) : sbi_value(0);
}

sbi_ret_t sbi_rfence(struct vcpu *v)
{
	uint64_t fid = sbi_fid(v), set;

	// H is hidden from guests, and with it the HFENCE functions.
	if (fid > SBI_RFENCE_SFENCE_VMA_ASID)
		return sbi_error(SBI_ERR_NOT_SUPPORTED);
	if (!sbi_hart_set(v, sbi_arg(v, 0), sbi_arg(v, 1), &set))
		return sbi_error(SBI_ERR_INVALID_PARAM);
	if (fid == SBI_RFENCE_FENCE_I)
		return sbi_fence(v, SBI_RFENCE_FENCE_I, set, 0, 0, 0);
	if (fid == SBI_RFENCE_SFENCE_VMA)
		return sbi_fence(v, SBI_RFENCE_HFENCE_VVMA, set, sbi_arg(v, 2), sbi_arg(v, 3), 0);
	// satp's ASID field has 16 bits; what lies above is not there
	return sbi_fence(v, SBI_RFENCE_HFENCE_VVMA_ASID, set, sbi_arg(v, 2), sbi_arg(v, 3), sbi_arg(v, 4) & ASID_MAX);
}
