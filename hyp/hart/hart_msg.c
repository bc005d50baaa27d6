// SPDX-License-Identifier: Apache-2.0
// Messages between harts: a bit in the target's inbox, then a kick. The firmware's IPI is the kick.
#include "hart/hart.h"

#include "rv/csr.h"
#include "rv/firmware.h"

// True when the target still has to be kicked. Release pairs with the acquire in hart_msg_take: what was written before the
// message is seen by its reader.
static bool post(struct hart *to, uint32_t bits)
{
	uint32_t old = atomic_fetch_or_explicit(&to->shared.inbox, bits, memory_order_acq_rel);

	return (old & bits) != bits;
}

void hart_msg_send(struct hart *to, uint32_t bits)
{
	if (!post(to, bits))
		return;
	fence_rw_rw(); // the message before the kick
	fw_send_ipi(1, to->hartid);
}

bool hart_mask_next(const struct partition *p, uint64_t *set, uint64_t *mask, uint64_t *base)
{
	*mask = 0;
	for (uint32_t vhartid = 0; vhartid < p->vcpu_count; vhartid++) {
		uint64_t hartid = harts[p->harts[vhartid]].hartid;

		if ((*set >> vhartid & 1) == 0)
			continue;
		if (*mask == 0)
			*base = hartid & ~63ull;
		if (hartid - *base < 64) {
			*mask |= 1ull << (hartid - *base);
			*set &= ~(1ull << vhartid);
		}
	}
	return *mask != 0;
}

void hart_msg_send_set(const struct partition *p, uint64_t set, uint32_t bits)
{
	uint64_t to_kick = 0, mask, base;

	for (uint32_t vhartid = 0; vhartid < p->vcpu_count; vhartid++)
		if ((set >> vhartid & 1) != 0 && post(&harts[p->harts[vhartid]], bits))
			to_kick |= 1ull << vhartid;
	fence_rw_rw(); // the messages before the kicks
	while (hart_mask_next(p, &to_kick, &mask, &base))
		fw_send_ipi(mask, base);
}

uint32_t hart_msg_take(struct hart *h)
{
	csr_clear(CSR_SIP, IP_SSIP); // first: a kick that comes after this is not lost
	fence_iorw();                // CSR accesses are I/O to the memory model: keeps it before the read of the inbox
	return atomic_exchange_explicit(&h->shared.inbox, 0, memory_order_acq_rel);
}
