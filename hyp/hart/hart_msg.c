// SPDX-License-Identifier: Apache-2.0
// Messages between harts: a bit in the target's inbox, then a kick: one store to its interrupt file, or the firmware's IPI.
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

// Kicks by one store, if the hart can be kicked so.
static bool kick(struct hart *to)
{
	volatile uint32_t *seteipnum = atomic_load_explicit(&to->kick, memory_order_relaxed);

	fence_iorw(); // the message before the kick
	if (seteipnum != NULL)
		*seteipnum = OWN_FILE_KICK;
	return seteipnum != NULL;
}

void hart_msg_send(struct hart *to, uint32_t bits)
{
	if (post(to, bits) && !kick(to))
		fw_send_ipi(1, to->hartid);
}

bool hart_mask_next(const struct partition *p, uint64_t *set, uint64_t *mask, uint64_t *base)
{
	const uint8_t *index = p->harts;
	uint64_t left = *set, bit = 1;

	*mask = 0;
	for (; left != 0; left >>= 1, bit <<= 1, index++) {
		uint64_t hartid;

		if ((left & 1) == 0)
			continue;
		hartid = harts[*index].hartid;
		if (*mask == 0)
			*base = hartid & ~63ull;
		if (hartid - *base < 64) {
			*mask |= 1ull << (hartid - *base);
			*set &= ~bit;
		}
	}
	return *mask != 0;
}

void hart_msg_send_set(const struct partition *p, uint64_t set, uint32_t bits)
{
	uint64_t to_kick = 0, bit = 1, mask, base;

	for (const uint8_t *index = p->harts; bit <= set && bit != 0; index++, bit <<= 1)
		if ((set & bit) != 0 && post(&harts[*index], bits) && !kick(&harts[*index]))
			to_kick |= bit;
	while (hart_mask_next(p, &to_kick, &mask, &base))
		fw_send_ipi(mask, base);
}
