// SPDX-License-Identifier: Apache-2.0
// Fences on other harts of a guest by messages, where a message is one store: an asker leaves its bit with each hart, kicks it, and
// waits until all have taken it away. A hart takes messages in its guest, in waits, and outside of it, and an asker answers those
// who ask it, so two harts that fence each other always finish; it holds no lock meanwhile.
#include "hart/hart.h"

#include "rv/csr.h"

bool hart_can_fence(const struct partition *p, uint64_t set)
{
	if (atomic_load_explicit(&this_hart()->kick, memory_order_relaxed) == NULL)
		return false; // a board without IMSICs: nobody can
	for (const uint8_t *index = p->harts; set != 0; set >>= 1, index++)
		if ((set & 1) != 0 && atomic_load_explicit(&harts[*index].kick, memory_order_relaxed) == NULL)
			return false;
	return true;
}

static void fence(enum fence_kind kind)
{
	if (kind == FENCE_INSTRUCTIONS)
		fence_i();
	else
		hfence_vvma_all(); // of the guest's VMID; more than asked is always allowed
}

void hart_fence_answer(struct hart *h, const struct partition *p)
{
	for (uint32_t kind = 0; kind < FENCE_KINDS; kind++) {
		const uint8_t *index = p->harts;
		uint64_t askers;

		if (atomic_load_explicit(&h->shared.fence_askers[kind], memory_order_relaxed) == 0)
			continue;
		// Acquire pairs with the asker's release: what it wrote to tables or code is seen behind the fence.
		askers = atomic_exchange_explicit(&h->shared.fence_askers[kind], 0, memory_order_acquire);
		fence((enum fence_kind)kind);
		for (; askers != 0; askers >>= 1, index++)
			if ((askers & 1) != 0)
				atomic_fetch_sub_explicit(&harts[*index].shared.fences_due, 1, memory_order_release);
	}
}

void hart_fence_others(struct hart *h, const struct partition *p, uint64_t set, enum fence_kind kind)
{
	const uint8_t *index = p->harts;
	uint32_t count = 0;

	for (uint64_t left = set; left != 0; left &= left - 1)
		count++;
	atomic_store_explicit(&h->shared.fences_due, count, memory_order_relaxed); // nobody answers before it is asked
	for (; set != 0; set >>= 1, index++) {
		if ((set & 1) == 0)
			continue;
		atomic_fetch_or_explicit(&harts[*index].shared.fence_askers[kind], 1ull << h->vcpu.vhartid, memory_order_release);
		hart_msg_send(&harts[*index], MSG_FENCE);
	}
	while (atomic_load_explicit(&h->shared.fences_due, memory_order_acquire) != 0) {
		hart_fence_answer(h, p);
		pause();
	}
}
