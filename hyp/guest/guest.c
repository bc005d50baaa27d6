// SPDX-License-Identifier: Apache-2.0
// The mutable half of partitions: set-up and questions.
#include "guest/guest.h"

#include "console/console.h"
#include "rv/csr.h"

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

static const struct {
	const struct model_ops *ops;
	size_t state; // where it stands in struct guest
} models[MODEL_COUNT] = {
#define MODEL_RUN(enumerator, functions, ...) [MODEL_##enumerator] = { &model_##functions, offsetof(struct guest, model.functions) },
	MODELS(MODEL_RUN)
#undef MODEL_RUN
};

static void set_level(void *owner, uint32_t source, bool high)
{
	guest_set_level(owner, source, high);
}

// In the order of their list: what is looked for most often comes first.
static void init_models(struct guest *g)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < MODEL_COUNT; i++) {
		const struct map_entry *e = partition_model(g->partition, (enum model)i);
		const struct model_ops *ops = models[i].ops;

		if (e == NULL)
			continue;
		g->model_state[i] = (char *)g + models[i].state;
		if (ops->init != NULL)
			g->model_state[i] = ops->init(g->model_state[i], &(struct model_wire){ g, e->source, set_level });
		g->vdevs[count++] = (struct vdev){ e->gpa, ops->access, g->model_state[i] };
	}
}

void guest_init(struct guest *g, const struct partition *p)
{
	g->partition = p;
	g->port = console_port(p->index);
	for (uint32_t i = 0; i < p->vcpu_count; i++) {
		struct hart *h = &harts[p->harts[i]];

		g->harts[i] = h;
		h->guest = g;
		h->vcpu.guest = g;
		h->vcpu.vhartid = i;
		h->vcpu.vcpu_count = p->vcpu_count;
	}
	init_models(g);
	guest_wire(g);
}

void guest_reset_models(struct guest *g)
{
	spinlock_take(&g->device_lock); // its harts are parked, but still take the interrupts of its devices
	for (uint32_t i = 0; i < MODEL_COUNT; i++)
		if (g->model_state[i] != NULL && models[i].ops->reset != NULL)
			models[i].ops->reset(g->model_state[i]);
	spinlock_give(&g->device_lock);
}
