// SPDX-License-Identifier: Apache-2.0
// The mutable half of partitions: set-up and questions.
#include "guest/guest.h"

#include "console/console.h"
#include "rv/csr.h"
#include "vdev/finisher.h"

#define TOLD_STARTS 8 // of a guest, all of which the log tells; then one a second

struct guest guests[MAX_GUESTS];
const struct plan *the_plan;

uint64_t guest_hgatp(const struct guest *g)
{
	// Cores without VMIDs (VMIDLEN 0) read the field as zero; a hart has one guest for ever, so nothing depends on it.
	return (uint64_t)HGATP_MODE_SV39X4 << SATP_MODE_SHIFT | (uint64_t)(g->partition->index + 1) << HGATP_VMID_SHIFT |
	       (uint64_t)(uintptr_t)g->gstage.root / PAGE_SIZE;
}

bool guest_owns_memory(const struct guest *g, gpa_t gpa, uint64_t size)
{
	struct region memory = { g->partition->memory_base.addr, g->partition->memory_size };

	return region_contains(memory, gpa.addr, size);
}

bool guest_may_tell(struct guest *g)
{
	uint64_t now = time_now(), second = 1000 * console_busy_ticks();

	if (g->starts > TOLD_STARTS && now - g->told < second)
		return false;
	g->told = now;
	return true;
}

void guest_init(struct guest *g, const struct partition *p)
{
	g->partition = p;
	for (uint32_t i = 0; i < p->vcpu_count; i++) {
		struct hart *h = &harts[p->harts[i]];

		g->harts[i] = h;
		h->guest = g;
		h->vcpu.guest = g;
		h->vcpu.vhartid = i;
		h->vcpu.vcpu_count = p->vcpu_count;
	}
	guest_uart_init(g);
	if (p->finisher.size != 0)
		guest_add_vdev(g, &(struct vdev){ p->finisher, finisher_access, NULL });
	guest_irq_init(g);
}
