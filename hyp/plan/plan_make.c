// SPDX-License-Identifier: Apache-2.0
// Makes the plan: gives harts, host memory and the page pool away; trusts nothing but struct machine.
#include "plan/plan.h"

#include <stdio.h>
#include <string.h>

#define MIB_2 0x200000ull
#define GIB_1 0x40000000ull
#define GPA_LIMIT (1ull << 41)         // reach of Sv39x4
#define MEMORY_LIMIT (1ull << 38)      // reach of the window through which images are loaded
#define HYPERVISOR_TABLE_PAGES 32      // the hypervisor's own Sv39 table
#define ROOT_PAGES 7                   // a 16 KiB root, and what its alignment may cost
#define ROOT_ALIGN 0x4000ull

// One guest's turn: all helpers name it in their errors.
struct turn {
	const struct plan_input *in;
	struct plan *plan;
	struct region_set *free;
	struct partition *partition;
	struct diag *why;
};

__attribute__((cold, noinline))
static bool fail(const struct turn *t, enum diag_code code, const char *property, uint64_t value)
{
	char node[sizeof(t->why->node)];

	snprintf(node, sizeof(node), "/guests/%s", t->partition->name);
	return diag_set_u64(t->why, code, node, property, value);
}

// The frames that r touches; frames wholly inside r when inwards.
static struct region frames_of(struct region r, bool inwards)
{
	uint64_t first = inwards ? align_up(r.base, PAGE_SIZE) : align_down(r.base, PAGE_SIZE);
	uint64_t end = r.base + r.size; // 0 when r ends at 2^64

	end = inwards ? align_down(end, PAGE_SIZE) : align_up(end, PAGE_SIZE);
	if (inwards && end - first > r.size) // not one whole frame
		end = first;
	return (struct region){ first, end - first };
}

static bool free_ram(const struct plan_input *in, struct region_set *free, struct diag *why)
{
	const struct machine *m = in->machine;
	const struct region fixed[] = { in->image, in->package, in->board_dtb };

	for (uint32_t i = 0; i < m->ram_count; i++) {
		if (!region_set_add(free, frames_of(m->ram[i], true)))
			return diag_set_u64(why, DIAG_TOO_MANY, "/memory", "reg", m->ram[i].base);
	}
	for (uint32_t i = 0; i < m->reserved_count + ARRAY_SIZE(fixed); i++) {
		bool is_reserved = i < m->reserved_count;
		struct region r = is_reserved ? m->reserved[i] : fixed[i - m->reserved_count];

		if (r.size && !region_set_remove(free, frames_of(r, false)))
			return diag_set_u64(why, DIAG_TOO_MANY, "/reserved-memory", "reg", r.base);
	}
	return true;
}

static void give_hart(const struct turn *t, uint32_t hart)
{
	t->partition->harts[t->partition->vcpu_count++] = hart;
	t->plan->hart_owner[hart] = t->partition->index;
}

static bool give_named_harts(const struct turn *t)
{
	const struct guest_request *g = t->partition->request;
	const struct machine *m = t->in->machine;

	if (g->hart_count == 0 || g->hart_count > MAX_HARTS)
		return fail(t, DIAG_HARTS_MISSING, g->harts_named ? "harts" : "hart-count", g->hart_count);
	for (uint32_t i = 0; g->harts_named && i < g->hart_count; i++) {
		int found = machine_find_hart(m, g->hart_ids[i]);
		uint32_t hart = (uint32_t)found;

		if (found < 0)
			return fail(t, DIAG_HART_UNKNOWN, "harts", g->hart_ids[i]);
		if (t->plan->hart_owner[hart] != HART_UNOWNED)
			return fail(t, DIAG_HART_TWICE, "harts", g->hart_ids[i]);
		if (!m->harts[hart].enabled)
			return fail(t, DIAG_HART_DISABLED, "harts", g->hart_ids[i]);
		if (!isa_has(&m->harts[hart].isa, ISA_H))
			return fail(t, DIAG_HART_NO_H, "harts", g->hart_ids[i]);
		give_hart(t, hart);
	}
	return true;
}

static bool give_counted_harts(const struct turn *t)
{
	const struct guest_request *g = t->partition->request;
	const struct machine *m = t->in->machine;

	for (uint32_t i = 0; i < m->hart_count && t->partition->vcpu_count < g->hart_count; i++) {
		if (t->plan->hart_owner[i] == HART_UNOWNED && m->harts[i].enabled && isa_has(&m->harts[i].isa, ISA_H))
			give_hart(t, i);
	}
	if (t->partition->vcpu_count < g->hart_count)
		return fail(t, DIAG_HARTS_MISSING, "hart-count", g->hart_count);
	return true;
}

static struct isa isa_without(struct isa from, const struct isa *what)
{
	for (size_t i = 0; i < ARRAY_SIZE(from.bits); i++)
		from.bits[i] &= ~what->bits[i];
	return from;
}

static bool set_isa(const struct turn *t)
{
	struct partition *p = t->partition;
	const struct machine *m = t->in->machine;
	struct isa all = m->harts[p->harts[0]].isa, ignored = p->request->ignored;

	for (uint32_t i = 1; i < p->vcpu_count; i++)
		all = isa_and(&all, &m->harts[p->harts[i]].isa);
	if (!isa_has(&all, ISA_I))
		return fail(t, DIAG_HART_ISA, p->request->harts_named ? "harts" : "hart-count", p->vcpu_count);
	if (p->request->ignore_aia) {
		isa_set(&ignored, ISA_SMAIA);
		isa_set(&ignored, ISA_SSAIA);
	}
	p->use_henvcfg = !p->request->ignore_henvcfg;
	if (p->use_henvcfg)
		p->enabled = isa_without(isa_and(&all, &m->enabled), &ignored);
	p->isa = isa_for_guest(&all, &p->enabled, &ignored);
	return true;
}

// Takes [pa, pa+size) for the next bytes of the guest's memory; joins it to the extent before where both ends fit.
static bool take(const struct turn *t, uint64_t pa, uint64_t size, uint64_t gpa)
{
	struct partition *p = t->partition;
	struct extent *last = p->extent_count ? &p->extents[p->extent_count - 1] : NULL;

	if (last && last->pa.addr + last->size == pa)
		last->size += size;
	else if (p->extent_count == MAX_EXTENTS)
		return fail(t, DIAG_MEM_EXTENTS, "memory-size", p->memory_size);
	else
		p->extents[p->extent_count++] = (struct extent){ GPA(gpa), PA(pa), size };
	if (!region_set_remove(t->free, (struct region){ pa, size }))
		return fail(t, DIAG_TOO_MANY, "memory-size", p->memory_size);
	return true;
}

// Why an explicit host extent is not free.
static enum diag_code why_not_free(const struct plan_input *in, struct region r)
{
	const struct region fixed[] = { in->image, in->package, in->board_dtb };
	const struct machine *m = in->machine;
	bool is_ram = false;

	for (uint32_t i = 0; i < m->ram_count; i++)
		is_ram |= region_contains(m->ram[i], r.base, r.size);
	if (!is_ram)
		return DIAG_MEM_NOT_RAM;
	for (uint32_t i = 0; i < m->reserved_count + ARRAY_SIZE(fixed); i++) {
		struct region f = i < m->reserved_count ? m->reserved[i] : fixed[i - m->reserved_count];

		if (f.size && region_overlaps(frames_of(f, false), r))
			return DIAG_MEM_RESERVED;
	}
	return DIAG_MEM_OVERLAP;
}

static bool place_explicit(const struct turn *t)
{
	struct partition *p = t->partition;
	const struct guest_request *g = p->request;
	uint64_t done = 0;

	if (g->direct_mapped)
		p->memory_base = GPA(g->host[0].base);
	for (uint32_t i = 0; i < g->host_count; i++) {
		struct region r = g->host[i];

		if (!is_aligned(r.base, PAGE_SIZE))
			return fail(t, DIAG_MEM_ALIGN, "host-memory", r.base);
		if (r.size == 0 || !is_aligned(r.size, PAGE_SIZE))
			return fail(t, DIAG_MEM_SIZE, "host-memory", r.size);
		if (g->direct_mapped && r.base != p->memory_base.addr + done)
			return fail(t, DIAG_MEM_CONTIGUOUS, "host-memory", r.base);
		if (!region_set_contains(t->free, r))
			return fail(t, why_not_free(t->in, r), "host-memory", r.base);
		if (!take(t, r.base, r.size, p->memory_base.addr + done))
			return false;
		done += r.size;
	}
	return done == p->memory_size || fail(t, DIAG_PROPERTY_VALUE, "memory-size", p->memory_size);
}

// The lowest address at or above base that is congruent to gpa modulo align.
static uint64_t congruent(uint64_t base, uint64_t gpa, uint64_t align)
{
	return base + ((gpa - base) & (align - 1));
}

// Bytes of r from the first address congruent to gpa on; 0 when there are none.
static uint64_t usable(struct region r, uint64_t gpa, uint64_t align)
{
	uint64_t skip = congruent(r.base, gpa, align) - r.base;

	return skip < r.size ? r.size - skip : 0;
}

// The smallest free region that holds size bytes congruent to gpa, or NULL.
static const struct region *best_fit(const struct region_set *free, uint64_t gpa, uint64_t align, uint64_t size)
{
	const struct region *best = NULL;

	for (uint32_t i = 0; i < free->count; i++) {
		const struct region *r = &free->items[i];

		if (usable(*r, gpa, align) >= size && (!best || r->size < best->size))
			best = r;
	}
	return best;
}

// The free region with most bytes congruent to gpa, or NULL when none has a whole unit.
static const struct region *largest(const struct region_set *free, uint64_t gpa, uint64_t align)
{
	const struct region *best = NULL;
	uint64_t best_size = align - 1;

	for (uint32_t i = 0; i < free->count; i++) {
		uint64_t size = usable(free->items[i], gpa, align);

		if (size > best_size) {
			best = &free->items[i];
			best_size = size;
		}
	}
	return best;
}

static bool place_direct(const struct turn *t)
{
	struct partition *p = t->partition;
	const struct region *r = best_fit(t->free, 0, MIB_2, p->memory_size);

	if (!r)
		return fail(t, DIAG_MEM_CONTIGUOUS, "memory-size", p->memory_size);
	p->memory_base = GPA(congruent(r->base, 0, MIB_2));
	return take(t, p->memory_base.addr, p->memory_size, p->memory_base.addr);
}

// Finds the next piece of at most `want` bytes at gpa: the whole in one region where that is possible, else all that the
// largest region has. Congruence of GPA and PA comes first; single frames only when the guest's size is odd.
static uint64_t find_piece(const struct turn *t, uint64_t gpa, uint64_t want, uint64_t *pa)
{
	static const uint64_t aligns[] = { GIB_1, MIB_2, PAGE_SIZE };
	bool frames_allowed = !is_aligned(t->partition->memory_size, MIB_2);

	for (size_t i = want < GIB_1; i < ARRAY_SIZE(aligns) - !frames_allowed; i++) {
		uint64_t align = aligns[i];
		const struct region *r = best_fit(t->free, gpa, align, want);

		if (r) {
			*pa = congruent(r->base, gpa, align);
			return want;
		}
		r = align == GIB_1 ? NULL : largest(t->free, gpa, align);
		if (r) {
			*pa = congruent(r->base, gpa, align);
			return min_u64(want, align_down(usable(*r, gpa, align), align));
		}
	}
	return 0;
}

static bool place_joined(const struct turn *t)
{
	struct partition *p = t->partition;
	uint64_t done = 0;

	while (done < p->memory_size) {
		uint64_t gpa = p->memory_base.addr + done, pa = 0;
		uint64_t size = find_piece(t, gpa, p->memory_size - done, &pa);

		if (size == 0)
			return fail(t, DIAG_MEM_FIT, "memory-size", p->memory_size);
		if (!take(t, pa, size, gpa))
			return false;
		done += size;
	}
	return true;
}

enum placement { PLACE_EXPLICIT, PLACE_DIRECT, PLACE_JOINED };

static enum placement placement_of(const struct guest_request *g)
{
	if (g->host_count)
		return PLACE_EXPLICIT;
	return g->direct_mapped ? PLACE_DIRECT : PLACE_JOINED;
}

// Places the guests of one kind, largest first.
static bool place_all(struct turn *t, enum placement kind)
{
	for (;;) {
		t->partition = NULL;
		for (uint32_t i = 0; i < t->plan->partition_count; i++) {
			struct partition *p = &t->plan->partitions[i];

			if (p->extent_count || placement_of(p->request) != kind)
				continue;
			if (!t->partition || p->memory_size > t->partition->memory_size)
				t->partition = p;
		}
		if (!t->partition)
			return true;
		if (!(kind == PLACE_EXPLICIT ? place_explicit : kind == PLACE_DIRECT ? place_direct : place_joined)(t))
			return false;
	}
}

// Table pages of a guest, before its memory is placed: a table for each 1 GiB, and for the ends of extents that are not aligned to 2 MiB.
static uint64_t table_pages_bound(const struct partition *p)
{
	bool is_odd = !is_aligned(p->memory_base.addr | p->memory_size, MIB_2);

	if (p->extent_count)
		return plan_table_pages(p);
	return p->memory_size / GIB_1 + 2 + (is_odd ? min_u64(3 * MAX_EXTENTS, p->memory_size / MIB_2 + 2) : 0);
}

static bool place_pool(const struct plan_input *in, struct plan *plan, struct region_set *free, struct diag *why)
{
	uint64_t pages = HYPERVISOR_TABLE_PAGES, size;

	for (uint32_t i = 0; i < plan->partition_count; i++)
		pages += ROOT_PAGES + table_pages_bound(&plan->partitions[i]);
	size = align_up(in->pool_fixed_size, PAGE_SIZE) + pages * PAGE_SIZE;
	for (uint32_t i = 0; i < free->count; i++) {
		if (usable(free->items[i], 0, ROOT_ALIGN) >= size) {
			plan->pool = (struct region){ congruent(free->items[i].base, 0, ROOT_ALIGN), size };
			return region_set_remove(free, plan->pool) || diag_set(why, DIAG_TOO_MANY, "/memory", "reg", NULL);
		}
	}
	return diag_set_u64(why, DIAG_TABLES, "/memory", "reg", size);
}

static bool is_size_right(const struct turn *t)
{
	const struct partition *p = t->partition;

	if (p->memory_size == 0 || !is_aligned(p->memory_size, PAGE_SIZE))
		return fail(t, DIAG_MEM_SIZE, "memory-size", p->memory_size);
	if (p->memory_size > MEMORY_LIMIT)
		return fail(t, DIAG_MEM_GPA, "memory-size", p->memory_size);
	if (!p->direct_mapped && !is_aligned(p->memory_base.addr, PAGE_SIZE))
		return fail(t, DIAG_MEM_ALIGN, "memory-base", p->memory_base.addr);
	return true;
}

static bool is_gpa_right(const struct turn *t)
{
	const struct partition *p = t->partition;
	struct region memory = { p->memory_base.addr, p->memory_size };

	if (!region_contains((struct region){ 0, GPA_LIMIT }, memory.base, memory.size) ||
	    (p->has_console && region_overlaps(memory, frames_of(p->uart, false))))
		return fail(t, DIAG_MEM_GPA, "memory-base", p->memory_base.addr);
	return true;
}

static bool for_all(struct turn *t, bool (*step)(const struct turn *t))
{
	for (uint32_t i = 0; i < t->plan->partition_count; i++) {
		t->partition = &t->plan->partitions[i];
		if (!step(t))
			return false;
	}
	return true;
}

static void init_partition(struct partition *p, uint32_t index, const struct guest_request *g)
{
	p->index = index;
	memcpy(p->name, g->name, sizeof(p->name));
	p->request = g;
	p->memory_base = g->memory_base;
	p->memory_size = g->memory_size;
	p->direct_mapped = g->direct_mapped;
	p->has_console = g->has_console;
	if (g->has_console)
		p->uart = (struct region){ GUEST_UART_GPA, GUEST_UART_SIZE };
}

// The lowest hart that nobody owns (with H: code that all harts share touches H's CSRs); else the last one of the guest that has most.
static uint32_t find_console_hart(const struct machine *m, const struct plan *plan)
{
	const struct partition *most = &plan->partitions[0];

	for (uint32_t i = 0; i < m->hart_count; i++) {
		if (plan->hart_owner[i] == HART_UNOWNED && m->harts[i].enabled && isa_has(&m->harts[i].isa, ISA_H))
			return i;
	}
	for (uint32_t i = 1; i < plan->partition_count; i++) {
		if (plan->partitions[i].vcpu_count > most->vcpu_count)
			most = &plan->partitions[i];
	}
	return most->harts[most->vcpu_count - 1];
}

bool plan_make(const struct plan_input *in, struct plan *plan, struct diag *why)
{
	const struct request *request = in->request;
	struct region_set free = { plan->free, 0, ARRAY_SIZE(plan->free) };
	struct turn t = { in, plan, &free, NULL, why };

	memset(plan, 0, sizeof(*plan));
	if (request->guest_count == 0)
		return diag_set(why, DIAG_NO_GUESTS, "/guests", NULL, NULL);
	plan->partition_count = request->guest_count;
	for (uint32_t i = 0; i < request->guest_count; i++)
		init_partition(&plan->partitions[i], i, &request->guests[i]);
	for (uint32_t i = 0; i < MAX_HARTS; i++)
		plan->hart_owner[i] = HART_UNOWNED;
	plan->on_last_stop = request->on_last_stop;
	plan->colour = request->colour;
	plan->image = in->image;
	plan->package = in->package;

	if (!for_all(&t, give_named_harts) || !for_all(&t, give_counted_harts) || !for_all(&t, set_isa))
		return false;
	if (!for_all(&t, is_size_right) || !free_ram(in, &free, why))
		return false;
	// The pool comes after the memory that cannot be anywhere else, and before what can.
	if (!place_all(&t, PLACE_EXPLICIT) || !place_pool(in, plan, &free, why) || !place_all(&t, PLACE_DIRECT) ||
	    !place_all(&t, PLACE_JOINED) || !for_all(&t, is_gpa_right))
		return false;
	plan->free_count = free.count;
	plan->console_hart = find_console_hart(in->machine, plan);
	return true;
}
