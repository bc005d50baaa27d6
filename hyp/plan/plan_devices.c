// SPDX-License-Identifier: Apache-2.0
// Whether guests may have the devices they ask for: pages and interrupts belong to one guest each, DMA has to be trusted.
#include <stdio.h>
#include <string.h>

#include "plan/plan_turn.h"

// The board's APLIC: where its interrupt delivery control structures begin, and the size of one.
#define APLIC_IDC 0x4000u
#define APLIC_IDC_STRIDE 0x20u

uint32_t partition_device_frames(const struct partition *p, struct region items[MAX_DEVICE_FRAMES])
{
	struct region_set set = { items, 0, MAX_DEVICE_FRAMES };

	for (uint32_t i = 0; p->request != NULL && i < p->request->device_count; i++) {
		const struct device_request *d = &p->request->devices[i];

		for (uint32_t n = 0; n < d->reg_count; n++)
			(void)region_set_add(&set, turn_frames(d->reg[n], false)); // there is room for all of them
	}
	return set.count;
}

bool partition_owns(const struct partition *p, struct region r)
{
	if (region_contains((struct region){ p->memory_base.addr, p->memory_size }, r.base, r.size))
		return true;
	for (uint32_t i = 0; i < p->map_count; i++) {
		if (p->map[i].kind != MAP_FRAMES && region_contains(p->map[i].gpa, r.base, r.size))
			return true;
	}
	for (uint32_t i = 0; p->request != NULL && i < p->request->device_count; i++) {
		const struct device_request *d = &p->request->devices[i];

		for (uint32_t n = 0; n < d->reg_count; n++) {
			if (region_contains(d->reg[n], r.base, r.size))
				return true;
		}
	}
	return false;
}

static bool has_source(const struct device_request *d, uint32_t source)
{
	for (uint32_t i = 0; i < d->source_count; i++) {
		if (d->sources[i] == source)
			return true;
	}
	return false;
}

__attribute__((cold, noinline))
static bool fail_request(const struct turn *t, enum diag_code code, const struct device_request *d, const char *other)
{
	char node[sizeof(t->why->node)], value[sizeof(t->why->value)];

	snprintf(node, sizeof(node), "/guests/%s", t->partition->name);
	snprintf(value, sizeof(value), "%s%s%s", d->path, other[0] ? " " : "", other);
	return diag_set(t->why, code, node, "devices", value);
}

// Whether the frames touch r, which may be empty.
static bool touches(struct region frames, struct region r)
{
	return r.size != 0 && region_overlaps(frames, turn_frames(r, false));
}

static bool is_own_register(const struct guest_request *g, struct region r)
{
	for (uint32_t i = 0; i < g->device_count; i++) {
		const struct device_request *d = &g->devices[i];

		for (uint32_t n = 0; n < d->reg_count; n++) {
			if (d->reg[n].base == r.base && d->reg[n].size == r.size)
				return true;
		}
	}
	return false;
}

// The other guests' devices: none of them in these frames.
static bool check_others(const struct turn *t, const struct device_request *d, struct region frames)
{
	for (uint32_t i = 0; i < t->plan->partition_count; i++) {
		const struct guest_request *g = t->plan->partitions[i].request;

		for (uint32_t j = 0; g != t->partition->request && j < g->device_count; j++) {
			const struct device_request *other = &g->devices[j];
			bool is_same = strcmp(d->path, other->path) == 0;

			for (uint32_t n = 0; n < other->reg_count; n++) {
				if (touches(frames, other->reg[n]))
					return fail_request(t, is_same ? DIAG_DEVICE_TWICE : DIAG_DEVICE_PAGE, d, is_same ? "" : other->path);
			}
		}
	}
	return true;
}

static bool check_frames(const struct turn *t, const struct device_request *d, struct region frames)
{
	const struct partition *p = t->partition;
	const struct machine *m = t->in->machine;

	if (!region_contains((struct region){ 0, GPA_LIMIT }, frames.base, frames.size))
		return fail_request(t, DIAG_DEVICE_GPA, d, "");
	for (uint32_t i = 0; i < m->ram_count + m->reserved_count; i++) {
		if (touches(frames, i < m->ram_count ? m->ram[i] : m->reserved[i - m->ram_count]))
			return fail_request(t, DIAG_DEVICE_PAGE, d, i < m->ram_count ? "RAM" : "reserved memory");
	}
	if (m->uart.is_ns16550 && touches(frames, m->uart.reg))
		return fail_request(t, DIAG_DEVICE_HOST, d, "");
	if (!check_others(t, d, frames))
		return false;
	for (uint32_t i = 0; i < m->device_count; i++) {
		if (touches(frames, m->devices[i].reg) && !is_own_register(p->request, m->devices[i].reg))
			return fail_request(t, DIAG_DEVICE_PAGE, d, m->devices[i].name);
	}
	for (uint32_t i = 0; i < p->map_count; i++) {
		if (touches(frames, p->map[i].gpa))
			return fail_request(t, DIAG_DEVICE_GPA, d, "");
	}
	return !touches(frames, (struct region){ p->memory_base.addr, p->memory_size }) || fail_request(t, DIAG_DEVICE_GPA, d, "");
}

// Whether a wired interrupt can be had on all of the guest's harts: by a file of the guest's own, else through the hypervisor.
static bool can_arrive(const struct machine *m, const struct partition *p, uint32_t source)
{
	if (m->irqchip == IRQCHIP_PLIC || m->irqchip == IRQCHIP_NONE)
		return true; // of a PLIC's contexts one is enough
	if (m->aplic.reg.size < APLIC_IDC || (p->file_ids != 0 && !m->aplic.is_msi))
		return false;
	if (p->file_ids != 0)
		return true;
	for (uint32_t i = 0; i < p->vcpu_count; i++) {
		uint32_t hart = p->harts[i];

		// An IDC that the control region has; an interrupt file, and the CSRs to reach it.
		if (m->irqchip == IRQCHIP_APLIC ? m->aplic.idc[hart] >= (m->aplic.reg.size - APLIC_IDC) / APLIC_IDC_STRIDE :
						  m->imsic.file[hart] == 0 || !isa_has(&m->harts[hart].isa, ISA_SSAIA))
			return false;
	}
	return m->irqchip == IRQCHIP_APLIC || (m->aplic.is_msi && OWN_FILE_ID(source) <= m->imsic.ids);
}

static bool check_sources(const struct turn *t, const struct device_request *d)
{
	for (uint32_t s = 0; s < d->source_count; s++) {
		if (d->sources[s] >= GUEST_SOURCES) // neither has the emulated APLIC more
			return fail_request(t, DIAG_TOO_MANY, d, "");
		if (!can_arrive(t->in->machine, t->partition, d->sources[s]))
			return fail_request(t, DIAG_DEVICE_IRQ, d, "");
		for (uint32_t i = 0; i < t->plan->partition_count; i++) {
			const struct guest_request *g = t->plan->partitions[i].request;

			for (uint32_t j = 0; g != t->partition->request && j < g->device_count; j++) {
				if (has_source(&g->devices[j], d->sources[s]))
					return fail_request(t, DIAG_DEVICE_SOURCE, d, g->devices[j].path);
			}
		}
	}
	return true;
}

bool turn_check_devices(const struct turn *t)
{
	const struct partition *p = t->partition;

	for (uint32_t i = 0; i < p->request->device_count; i++) {
		const struct device_request *d = &p->request->devices[i];

		for (uint32_t n = 0; n < d->reg_count; n++) {
			if (!check_frames(t, d, turn_frames(d->reg[n], false)))
				return false;
		}
		if (!check_sources(t, d))
			return false;
		if (d->can_master && !(p->direct_mapped && p->request->trusted_dma))
			return fail_request(t, DIAG_DEVICE_DMA, d, "");
	}
	for (uint32_t i = 0; i < p->map_count; i++) {
		const struct map_entry *e = &p->map[i];

		if (p->is_wired && e->kind == MAP_MODEL && model_rows[e->model].source != 0 && e->source == 0)
			return turn_fail(t, DIAG_TOO_MANY, "devices", p->request->device_count);
	}
	return true;
}

bool turn_add_devices(const struct turn *t)
{
	struct partition *p = t->partition;
	struct region frames[MAX_DEVICE_FRAMES];
	uint32_t count = partition_device_frames(p, frames);

	for (uint32_t i = 0; i < count; i++)
		p->map[p->map_count++] = (struct map_entry){ frames[i], MAP_FRAMES, MODEL_COUNT, 0, PA(frames[i].base) };
	for (uint32_t i = 0; i < p->request->device_count; i++) {
		const struct device_request *d = &p->request->devices[i];

		p->has_behind_caches |= d->bypasses_caches;
		for (uint32_t s = 0; s < d->source_count; s++)
			p->sources[d->sources[s] / 32] |= 1u << d->sources[s] % 32;
		for (uint32_t n = 0; n < d->reg_count; n++) {
			if (d->reset[n] == 0)
				continue;
			if (p->reset_count == MAX_GUEST_RESETS)
				return fail_request(t, DIAG_TOO_MANY, d, "");
			p->resets[p->reset_count++] = PA(d->reg[n].base + d->reset[n]);
		}
	}
	return true;
}
