// SPDX-License-Identifier: Apache-2.0
// Checks a finished plan by other means than it was made: sorts everything that has an owner and looks at neighbours.
#include "plan/plan_check_devices.h"
#include "plan/plan_check_reach.h"

#include <stdio.h>

#define GPA_LIMIT (1ull << 41) // reach of Sv39x4

enum kind { KIND_FIXED, KIND_EXTENT, KIND_POOL, KIND_FREE };

// A range of the plan by number, so that sorting needs two bytes per range and no copies.
struct claim {
	struct region region;
	enum kind kind;
	uint32_t partition; // of KIND_EXTENT
};

#define FIXED_COUNT 4 // image, package, board tree, pool
#define CLAIM_MAX (FIXED_COUNT + MAX_RESERVED + ARRAY_SIZE(((struct plan *)NULL)->free) + MAX_GUESTS * MAX_EXTENTS)

static bool refuse_plan(const struct plan *plan, uint32_t partition, const char *what, uint64_t value, struct diag *why)
{
	char node[sizeof(why->node)];

	snprintf(node, sizeof(node), "/guests/%s", plan->partitions[partition].name);
	return diag_set_u64(why, DIAG_CHECK, node, what, value);
}

// The n-th piece of RAM that a guest has; empty where it has no more.
static struct region nth_memory(const struct partition *p, uint32_t n)
{
	for (const struct map_entry *e = NULL; (e = partition_next(p, MAP_MEMORY, e)) != NULL;)
		if (n-- == 0)
			return (struct region){ e->pa.addr, e->gpa.size };
	return (struct region){ 0, 0 };
}

// Claims in the order: the four of the hypervisor, reserved, left over, memory of guest 0, of guest 1 ...
static struct claim claim_of(const struct plan_input *in, const struct plan *plan, uint32_t index)
{
	const struct region own[FIXED_COUNT] = { in->image, in->package, in->board_dtb, plan->pool };

	if (index < FIXED_COUNT)
		return (struct claim){ own[index], index == FIXED_COUNT - 1 ? KIND_POOL : KIND_FIXED, 0 };
	index -= FIXED_COUNT;
	if (index < in->machine->reserved_count)
		return (struct claim){ in->machine->reserved[index], KIND_FIXED, 0 };
	index -= in->machine->reserved_count;
	if (index < plan->free_count)
		return (struct claim){ plan->free[index], KIND_FREE, 0 };
	index -= plan->free_count;

	uint32_t owner = index / MAX_EXTENTS;

	return (struct claim){ nth_memory(&plan->partitions[owner], index % MAX_EXTENTS), KIND_EXTENT, owner };
}

// Numbers of all claims that are not empty, sorted by base. Returns how many there are.
static uint32_t sort_claims(const struct plan_input *in, const struct plan *plan, uint16_t sorted[])
{
	uint32_t all = FIXED_COUNT + in->machine->reserved_count + plan->free_count + plan->partition_count * MAX_EXTENTS;
	uint32_t count = 0;

	for (uint32_t i = 0; i < all; i++) {
		struct region r = claim_of(in, plan, i).region;
		uint32_t at = count;

		if (r.size == 0)
			continue;
		for (; at > 0 && claim_of(in, plan, sorted[at - 1]).region.base > r.base; at--)
			sorted[at] = sorted[at - 1];
		sorted[at] = (uint16_t)i;
		count++;
	}
	return count;
}

static bool refuse_claim(const struct plan *plan, const struct claim *c, struct diag *why)
{
	if (c->kind == KIND_EXTENT)
		return refuse_plan(plan, c->partition, "host-memory", c->region.base, why);
	return diag_set_u64(why, DIAG_CHECK, "/memory", c->kind == KIND_POOL ? "pool" : "reg", c->region.base);
}

// What is fixed may lie inside what else is fixed (a package in the image); nothing else may touch anything.
static bool check_overlaps(const struct plan_input *in, const struct plan *plan, struct diag *why)
{
	uint16_t sorted[CLAIM_MAX];
	uint32_t count = sort_claims(in, plan, sorted);
	uint64_t fixed_last = 0, owned_last = 0; // highest addresses seen
	bool any_fixed = false, any_owned = false;

	for (uint32_t i = 0; i < count; i++) {
		struct claim c = claim_of(in, plan, sorted[i]);
		uint64_t base = c.region.base, last = base + c.region.size - 1;

		if (last < base || (any_owned && base <= owned_last))
			return refuse_claim(plan, &c, why);
		if (c.kind == KIND_FIXED) {
			fixed_last = any_fixed ? max_u64(fixed_last, last) : last;
			any_fixed = true;
			continue;
		}
		if ((any_fixed && base <= fixed_last) || !is_aligned(base | c.region.size, PAGE_SIZE))
			return refuse_claim(plan, &c, why);
		owned_last = last;
		any_owned = true;
	}
	return true;
}

// Whether each byte of [base, base+size) is RAM; banks that touch count as one.
static bool is_ram(const struct machine *m, uint64_t base, uint64_t size)
{
	while (size) {
		uint64_t here = 0;

		for (uint32_t i = 0; i < m->ram_count && !here; i++) {
			if (region_contains(m->ram[i], base, 1))
				here = min_u64(size, m->ram[i].base + m->ram[i].size - base);
		}
		if (!here)
			return false;
		base += here;
		size -= here;
	}
	return true;
}

// Of an entry, what the user may change.
static const char *property_of(const struct map_entry *e)
{
	if (e->kind == MAP_MODEL && e->model < MODEL_COUNT)
		return model_rows[e->model].property;
	return e->kind == MAP_FRAMES ? "devices" : "interrupt-files";
}

// One of each model that is to be there, and of no other.
static bool check_models(const struct plan *plan, const struct partition *p, struct diag *why)
{
	for (uint32_t i = 0; i < MODEL_COUNT; i++) {
		uint32_t count = 0;

		for (uint32_t n = 0; n < p->map_count; n++)
			count += p->map[n].kind == MAP_MODEL && p->map[n].model == (enum model)i;
		if (count != model_is_wanted(p, (enum model)i))
			return refuse_plan(plan, p->index, model_rows[i].property, count, why);
	}
	return true;
}

// What is no memory: each range is there, in pages that are no memory and no other range's, and each source is one device's.
static bool check_map(const struct plan *plan, const struct partition *p, struct diag *why)
{
	uint64_t memory_first = p->memory_base.addr / PAGE_SIZE, memory_end = memory_first + p->memory_size / PAGE_SIZE;

	for (uint32_t i = 0; i < p->map_count; i++) {
		const struct map_entry *e = &p->map[i];
		uint64_t first = e->gpa.base / PAGE_SIZE, last = (e->gpa.base + e->gpa.size - 1) / PAGE_SIZE;
		bool is_bad = e->gpa.size == 0 || last < first || last >= GPA_LIMIT / PAGE_SIZE ||
			      (first < memory_end && last >= memory_first);

		if (e->kind == MAP_MEMORY)
			continue; // see check_memory()
		for (uint32_t n = 0; n < i; n++) {
			const struct region *other = &p->map[n].gpa;

			is_bad |= first <= (other->base + other->size - 1) / PAGE_SIZE && last >= other->base / PAGE_SIZE;
			is_bad |= e->source != 0 && e->source == p->map[n].source;
		}
		if (is_bad)
			return refuse_plan(plan, p->index, property_of(e), e->gpa.base, why);
	}
	return check_models(plan, p, why);
}

static bool check_memory(const struct machine *m, const struct plan *plan, const struct partition *p, struct diag *why)
{
	uint64_t gpa = p->memory_base.addr;
	uint32_t count = 0;

	for (const struct map_entry *e = NULL; (e = partition_next(p, MAP_MEMORY, e)) != NULL; count++) {
		if (e->gpa.base != gpa || e->gpa.size == 0 || !is_aligned(gpa, PAGE_SIZE))
			return refuse_plan(plan, p->index, "memory-base", e->gpa.base, why);
		if (!is_ram(m, e->pa.addr, e->gpa.size) || (p->direct_mapped && e->pa.addr != gpa))
			return refuse_plan(plan, p->index, "host-memory", e->pa.addr, why);
		if (e->gpa.size > GPA_LIMIT || gpa > GPA_LIMIT - e->gpa.size)
			return refuse_plan(plan, p->index, "memory-base", gpa, why);
		gpa += e->gpa.size;
	}
	if (count == 0 || count > MAX_EXTENTS)
		return refuse_plan(plan, p->index, "host-memory", count, why);
	for (uint32_t i = p->map_count; i < MAX_MAP; i++) {
		if (p->map[i].gpa.size != 0)
			return refuse_plan(plan, p->index, "host-memory", p->map[i].pa.addr, why);
	}
	if (gpa - p->memory_base.addr != p->memory_size)
		return refuse_plan(plan, p->index, "memory-size", p->memory_size, why);
	return check_map(plan, p, why);
}

// Each hart's interrupt files are its own, and an APLIC can tell the harts apart.
static bool check_imsic(const struct machine *m, struct diag *why)
{
	uint64_t room = (uint64_t)PAGE_SIZE << m->imsic.guest_index_bits;

	for (uint32_t i = 0; m->irqchip == IRQCHIP_IMSIC && i < m->hart_count; i++) {
		uint64_t file = m->imsic.file[i];

		if (!is_aligned(file, PAGE_SIZE))
			return diag_set_u64(why, DIAG_MEM_ALIGN, "IMSIC", "reg", file);
		if (file != 0 && m->imsic.index[i] >= 1u << 14)
			return diag_set_u64(why, DIAG_CHECK, "/soc", "riscv,imsics", file);
		for (uint32_t j = 0; j < i; j++) {
			uint64_t other = m->imsic.file[j];

			if (file != 0 && other != 0 &&
			    (m->imsic.index[i] == m->imsic.index[j] || (file < other + room && other < file + room)))
				return diag_set_u64(why, DIAG_CHECK, "/soc", "riscv,imsics", file);
		}
	}
	return true;
}

// A guest's interrupt files are guest files of its own harts, and its tree says Ssaia just then.
static bool check_files(const struct machine *m, const struct plan *plan, const struct partition *p, struct diag *why)
{
	uint64_t room = (uint64_t)PAGE_SIZE << m->imsic.guest_index_bits;

	uint64_t size = 0;

	for (uint32_t i = 0; i < p->map_count; i++)
		size += p->map[i].kind == MAP_FILES ? p->map[i].gpa.size : 0;
	if (isa_has(&p->isa, ISA_SSAIA) != (size != 0) || (p->irqchip == GUEST_IRQCHIP_IMSIC) != (size != 0) ||
	    (p->file_ids != 0) != (size != 0) || (size == 0 && p->request->wants_files))
		return refuse_plan(plan, p->index, "interrupt-files", size, why);
	if (size == 0)
		return true;
	if (m->irqchip != IRQCHIP_IMSIC || size != (uint64_t)p->vcpu_count * PAGE_SIZE)
		return refuse_plan(plan, p->index, "interrupt-files", size, why);
	for (uint32_t i = 0; i < p->vcpu_count; i++) {
		uint64_t own = m->imsic.file[p->harts[i]], distance = p->file[i] - own;

		// The first page is the hypervisor's.
		if (own == 0 || distance != (uint64_t)GUEST_FILE * PAGE_SIZE || distance >= room)
			return refuse_plan(plan, p->index, "interrupt-files", p->file[i], why);
	}
	return true;
}

// Whether every member of a is one of b.
static bool is_subset(const struct isa *a, const struct isa *b)
{
	for (size_t i = 0; i < ARRAY_SIZE(a->bits); i++) {
		if (a->bits[i] & ~b->bits[i])
			return false;
	}
	return true;
}

static bool check_harts(const struct machine *m, const struct plan *plan, const struct partition *p, struct diag *why)
{
	if (p->vcpu_count == 0 || p->vcpu_count > MAX_HARTS)
		return refuse_plan(plan, p->index, "harts", p->vcpu_count, why);
	for (uint32_t i = 0; i < p->vcpu_count; i++) {
		uint32_t hart = p->harts[i];

		if (hart >= m->hart_count || plan->hart_owner[hart] != p->index)
			return refuse_plan(plan, p->index, "harts", hart, why);

		const struct machine_hart *h = &m->harts[hart];

		if (!h->enabled || !isa_has(&h->isa, ISA_H) || !is_subset(&p->isa, &h->isa) || !is_subset(&p->enabled, &h->isa))
			return refuse_plan(plan, p->index, "harts", h->hartid, why);
	}
	if (isa_has(&p->isa, ISA_H) || !is_subset(&p->enabled, &m->enabled))
		return refuse_plan(plan, p->index, "ignore-features", 0, why);
	return true;
}

// Each hart in as many vcpu tables as it has owners: one or none.
static bool check_owners(const struct machine *m, const struct plan *plan, struct diag *why)
{
	for (uint32_t hart = 0; hart < MAX_HARTS; hart++) {
		uint32_t found = 0;

		for (uint32_t i = 0; i < plan->partition_count; i++) {
			const struct partition *p = &plan->partitions[i];

			for (uint32_t v = 0; v < p->vcpu_count && v < MAX_HARTS; v++)
				found += p->harts[v] == hart;
		}
		if (found != (plan->hart_owner[hart] != HART_UNOWNED))
			return diag_set_u64(why, DIAG_CHECK, "/cpus", "owners", hart);
	}
	if (plan->console_hart >= m->hart_count || !m->harts[plan->console_hart].enabled)
		return diag_set_u64(why, DIAG_CHECK, "/cpus", "console hart", plan->console_hart);
	return true;
}

bool plan_check(const struct plan_input *in, const struct plan *plan, struct diag *why)
{
	if (plan->partition_count == 0 || plan->partition_count > MAX_GUESTS || plan->free_count > ARRAY_SIZE(plan->free))
		return diag_set_u64(why, DIAG_CHECK, "/guests", "count", plan->partition_count);
	for (uint32_t i = 0; i < plan->partition_count; i++) {
		const struct partition *p = &plan->partitions[i];

		if (p->index != i)
			return refuse_plan(plan, i, "index", p->index, why);
		if (p->map_count > MAX_MAP)
			return refuse_plan(plan, i, "console", p->map_count, why);
		if (!check_harts(in->machine, plan, p, why) || !check_memory(in->machine, plan, p, why) ||
		    !check_files(in->machine, plan, p, why))
			return false;
	}
	if (plan->pool.size < in->pool_fixed_size || !is_ram(in->machine, plan->pool.base, plan->pool.size))
		return diag_set_u64(why, DIAG_CHECK, "/memory", "pool", plan->pool.base);
	return check_imsic(in->machine, why) && check_owners(in->machine, plan, why) && plan_check_devices(in, plan, why) &&
	       plan_check_reach(in, plan, why) && check_overlaps(in, plan, why);
}
