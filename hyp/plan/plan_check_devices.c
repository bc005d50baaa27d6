// SPDX-License-Identifier: Apache-2.0
// Checks the assigned devices of a finished plan: sorts everything that lies at an address and looks at neighbours.
#include "plan/plan_check_devices.h"

#include <stdio.h>


#define NOBODY UINT32_MAX

// Frames by number, both ends included.
struct claim {
	uint64_t first, last;
	uint32_t owner; // a partition, or NOBODY: RAM, and devices that no guest is given
};

#define REGS (MAX_GUEST_DEVICES * MAX_DEVICE_REGS)
#define CLAIM_MAX (MAX_RAM_REGIONS + MAX_DEVICES + MAX_GUESTS * REGS)

static bool refuse_device(const struct plan *plan, uint32_t partition, uint64_t value, struct diag *why)
{
	char node[sizeof(why->node)];

	snprintf(node, sizeof(node), "/guests/%s", plan->partitions[partition].name);
	return diag_set_u64(why, DIAG_CHECK, node, "devices", value);
}

static struct claim claim_make(struct region r, uint32_t owner)
{
	return (struct claim){ r.base / PAGE_SIZE, (r.base + r.size - 1) / PAGE_SIZE, owner };
}

static bool is_given(const struct plan *plan, struct region r)
{
	for (uint32_t i = 0; i < plan->partition_count; i++) {
		const struct guest_request *g = plan->partitions[i].request;

		for (uint32_t n = 0; n < g->device_count * MAX_DEVICE_REGS; n++) {
			const struct device_request *d = &g->devices[n / MAX_DEVICE_REGS];
			const struct region *own = &d->reg[n % MAX_DEVICE_REGS];

			if (n % MAX_DEVICE_REGS < d->reg_count && own->base == r.base && own->size == r.size)
				return true;
		}
	}
	return false;
}

// Claims in the order: RAM, the board's devices, registers of guest 0, of guest 1 ... False for one that is none.
static bool get_claim(const struct plan_input *in, const struct plan *plan, uint32_t index, struct claim *c)
{
	const struct machine *m = in->machine;

	if (index < m->ram_count) {
		*c = claim_make(m->ram[index], NOBODY);
		return true;
	}
	index -= m->ram_count;
	if (index < m->device_count) {
		*c = claim_make(m->devices[index].reg, NOBODY);
		return !is_given(plan, m->devices[index].reg);
	}
	index -= m->device_count;

	const struct guest_request *g = plan->partitions[index / REGS].request;
	const struct device_request *d = &g->devices[index % REGS / MAX_DEVICE_REGS];

	if (index % REGS / MAX_DEVICE_REGS >= g->device_count || index % MAX_DEVICE_REGS >= d->reg_count)
		return false;
	*c = claim_make(d->reg[index % MAX_DEVICE_REGS], index / REGS);
	return true;
}

static uint32_t sort_frames(const struct plan_input *in, const struct plan *plan, uint16_t sorted[CLAIM_MAX])
{
	uint32_t all = in->machine->ram_count + in->machine->device_count + plan->partition_count * REGS, count = 0;
	struct claim c, before = { 0 };

	for (uint32_t i = 0; i < all; i++) {
		uint32_t at = count;

		if (!get_claim(in, plan, i, &c))
			continue;
		for (; at > 0 && get_claim(in, plan, sorted[at - 1], &before) && before.first > c.first; at--)
			sorted[at] = sorted[at - 1];
		sorted[at] = (uint16_t)i;
		count++;
	}
	return count;
}

// In ascending order of the first frame, a frame is shared when an earlier claim of another owner reaches it: the one that reaches
// furthest, or the one that does so among all other owners'.
static bool check_all_frames(const struct plan_input *in, const struct plan *plan, struct diag *why)
{
	uint16_t sorted[CLAIM_MAX];
	uint32_t count = sort_frames(in, plan, sorted);
	struct claim furthest = { 0 }, other = { 0 }, c = { 0 };
	bool any = false, any_other = false;

	for (uint32_t i = 0; i < count && get_claim(in, plan, sorted[i], &c); i++) {
		bool is_same = any && furthest.owner == c.owner;
		const struct claim *rival = is_same ? &other : &furthest;

		if ((is_same ? any_other : any) && c.first <= rival->last)
			return refuse_device(plan, c.owner != NOBODY ? c.owner : rival->owner, c.first * PAGE_SIZE, why);
		if (any && !is_same && c.last > furthest.last) {
			other = furthest;
			any_other = true;
		} else if (any && !is_same && (!any_other || c.last > other.last)) {
			other = c;
			any_other = true;
		}
		if (!any || c.last > furthest.last)
			furthest = c;
		any = true;
	}
	return true;
}

// Whether two ranges have an address in common, to whole pages; either may be empty.
static bool meet(struct region a, struct region b)
{
	return a.size != 0 && b.size != 0 && a.base / PAGE_SIZE <= (b.base + b.size - 1) / PAGE_SIZE &&
	       b.base / PAGE_SIZE <= (a.base + a.size - 1) / PAGE_SIZE;
}

static bool check_places(const struct plan_input *in, const struct plan *plan, const struct partition *p,
			 const struct device_request *d, struct diag *why)
{
	const struct machine *m = in->machine;
	struct region host_uart = { m->uart.reg.base, m->uart.is_ns16550 ? m->uart.reg.size : 0 };

	for (uint32_t i = 0; i < d->reg_count; i++) {
		struct region r = d->reg[i];
		bool is_bad = r.size == 0 || r.base + r.size - 1 < r.base || (r.base + r.size - 1) >> 41 != 0 || // reach of Sv39x4
			      meet(r, (struct region){ p->memory_base.addr, p->memory_size }) || meet(r, host_uart);

		for (uint32_t n = 0; n < p->map_count; n++)
			is_bad |= p->map[n].kind != MAP_FRAMES && meet(r, p->map[n].gpa);

		for (uint32_t n = 0; n < m->reserved_count; n++)
			is_bad |= meet(r, m->reserved[n]);
		if (is_bad)
			return refuse_device(plan, p->index, r.base, why);
	}
	return true;
}

static bool is_emulated(const struct partition *p, uint32_t source)
{
	for (uint32_t i = 0; i < p->map_count; i++)
		if (p->map[i].source == source)
			return true;
	return false;
}

static bool check_device(const struct plan_input *in, const struct plan *plan, const struct partition *p,
			 const struct device_request *d, uint8_t owners[MAX_BOARD_SOURCE + 1], struct diag *why)
{
	if (d->reg_count == 0 || d->reg_count > MAX_DEVICE_REGS || d->source_count > MAX_DEVICE_SOURCES)
		return refuse_device(plan, p->index, d->reg_count, why);
	if (d->reaches_board && !p->request->may_reset)
		return refuse_device(plan, p->index, d->reg[0].base, why);
	if (d->can_master && (!p->direct_mapped || !p->request->trusted_dma))
		return refuse_device(plan, p->index, d->reg[0].base, why);
	for (uint32_t i = 0; i < d->source_count; i++) {
		uint32_t source = d->sources[i];

		if (source == 0 || source >= GUEST_SOURCES || (owners[source] != 0 && owners[source] != p->index + 1) ||
		    is_emulated(p, source))
			return refuse_device(plan, p->index, source, why);
		owners[source] = (uint8_t)(p->index + 1);
	}
	return check_places(in, plan, p, d, why);
}

// Whether a word that resets is one of its own devices'.
static bool is_own_reset(const struct partition *p, uint64_t word)
{
	for (uint32_t i = 0; i < p->request->device_count * MAX_DEVICE_REGS; i++) {
		const struct device_request *d = &p->request->devices[i / MAX_DEVICE_REGS];

		if (i % MAX_DEVICE_REGS < d->reg_count && region_contains(d->reg[i % MAX_DEVICE_REGS], word, sizeof(uint32_t)))
			return true;
	}
	return false;
}

// Where the frames that hold a register at an address or behind it, with all that touch, end at most: at the address itself where none does.
static uint64_t end_of_frames(const struct partition *p, uint64_t address)
{
	uint64_t end = address;

	for (uint32_t i = 0; i < p->request->device_count * MAX_DEVICE_REGS; i++) {
		const struct device_request *d = &p->request->devices[i / MAX_DEVICE_REGS];
		const struct region *r = &d->reg[i % MAX_DEVICE_REGS];

		if (i % MAX_DEVICE_REGS < d->reg_count && align_down(r->base, PAGE_SIZE) <= address && r->base + r->size > address)
			end = max_u64(end, align_up(r->base + r->size, PAGE_SIZE));
	}
	return end;
}

// The frames that the guest reaches are those of its devices' registers, each mapped to itself, and all of them.
static bool check_mapped(const struct plan *plan, const struct partition *p, struct diag *why)
{
	for (const struct map_entry *e = NULL; (e = partition_next(p, MAP_FRAMES, e)) != NULL;) {
		uint64_t at = e->gpa.base, end = e->gpa.base + e->gpa.size;

		while (at < end && is_aligned(at, PAGE_SIZE) && end_of_frames(p, at) > at)
			at = end_of_frames(p, at);
		if (at != end || e->pa.addr != e->gpa.base)
			return refuse_device(plan, p->index, e->gpa.base, why);
	}
	for (uint32_t i = 0; i < p->request->device_count * MAX_DEVICE_REGS; i++) {
		const struct device_request *d = &p->request->devices[i / MAX_DEVICE_REGS];
		const struct region *r = &d->reg[i % MAX_DEVICE_REGS];
		bool is_mapped = i % MAX_DEVICE_REGS >= d->reg_count;

		for (const struct map_entry *e = NULL; (e = partition_next(p, MAP_FRAMES, e)) != NULL;)
			is_mapped |= region_contains(e->gpa, r->base, r->size);
		if (!is_mapped)
			return refuse_device(plan, p->index, r->base, why);
	}
	return true;
}

// What the run does by the partition alone, when nothing of its request is left.
static bool check_run(const struct plan *plan, const struct partition *p, const uint8_t owners[MAX_BOARD_SOURCE + 1], struct diag *why)
{
	for (uint32_t source = 0; source < GUEST_SOURCES; source++)
		if ((p->sources[source / 32] >> source % 32 & 1) != (owners[source] == p->index + 1))
			return refuse_device(plan, p->index, source, why);
	if (p->reset_count > MAX_GUEST_RESETS)
		return refuse_device(plan, p->index, p->reset_count, why);
	for (uint32_t i = 0; i < p->reset_count; i++)
		if (!is_own_reset(p, p->resets[i].addr))
			return refuse_device(plan, p->index, p->resets[i].addr, why);
	return check_mapped(plan, p, why);
}

bool plan_check_devices(const struct plan_input *in, const struct plan *plan, struct diag *why)
{
	uint8_t owners[MAX_BOARD_SOURCE + 1] = { 0 }; // of sources: partition + 1, or 0
	uint32_t count = 0;

	for (uint32_t i = 0; i < plan->partition_count; i++) {
		const struct partition *p = &plan->partitions[i];

		if (p->request->device_count > MAX_GUEST_DEVICES)
			return refuse_device(plan, i, p->request->device_count, why);
		count += p->request->device_count;
		for (uint32_t n = 0; n < p->request->device_count; n++) {
			if (!check_device(in, plan, p, &p->request->devices[n], owners, why))
				return false;
		}
	}
	for (uint32_t i = 0; i < plan->partition_count; i++)
		if (!check_run(plan, &plan->partitions[i], owners, why))
			return false;
	return count == 0 || check_all_frames(in, plan, why);
}
