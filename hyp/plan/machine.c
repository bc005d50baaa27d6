// SPDX-License-Identifier: Apache-2.0
// Questions about struct machine that more than one module asks.
#include "plan/machine.h"

uint32_t machine_set_h(struct machine *m, uint32_t boot_hart, bool has_h)
{
	uint32_t count = 0;

	if (!has_h)
		isa_clear(&m->harts[boot_hart].isa, ISA_H);
	for (uint32_t i = 0; has_h && i < m->hart_count; i++) {
		struct machine_hart *h = &m->harts[i];

		if (h->like != m->harts[boot_hart].like || isa_has(&h->isa, ISA_H))
			continue;
		isa_set(&h->isa, ISA_H);
		h->h_is_guessed = i != boot_hart;
		count++;
	}
	return count;
}

int machine_find_hart(const struct machine *m, uint64_t hartid)
{
	for (uint32_t i = 0; i < m->hart_count; i++) {
		if (m->harts[i].hartid == hartid)
			return (int)i;
	}
	return -1;
}
