// SPDX-License-Identifier: Apache-2.0
// Resets assigned devices between a guest's lives: one that reaches memory by itself goes on with what it was told until then.
#include "guest/guest.h"
#include "rv/csr.h"

#define PATIENCE 100000u // reads until a device is taken as it is

// Through the window, as the guest's memory is reached: what its devices are is in its tables.
static void reset(const struct guest *g, uint64_t addr)
{
	volatile uint32_t *word = window_open(this_hart(), &g->gstage, GPA(addr), sizeof(*word));

	fence_iorw(); // what its guest has told it comes before
	*word = 0;
	for (uint32_t n = 0; n < PATIENCE && *word != 0; n++)
		;
	fence_iorw(); // memory is filled anew behind this
	window_close(this_hart());
}

void guest_reset_devices(struct guest *g)
{
	for (uint32_t i = 0; i < g->partition->reset_count; i++)
		reset(g, g->partition->resets[i].addr);
}
