// SPDX-License-Identifier: Apache-2.0
// Questions about struct machine that more than one module asks.
#include "plan/machine.h"

int machine_find_hart(const struct machine *m, uint64_t hartid)
{
	for (uint32_t i = 0; i < m->hart_count; i++) {
		if (m->harts[i].hartid == hartid)
			return (int)i;
	}
	return -1;
}
