// SPDX-License-Identifier: Apache-2.0
// Places the guests' memory in what is free of the board's RAM.
#include <stdio.h>
#include <string.h>

#include "plan/plan_turn.h"

__attribute__((cold, noinline))
bool turn_fail(const struct turn *t, enum diag_code code, const char *property, uint64_t value)
{
	char node[sizeof(t->why->node)];

	snprintf(node, sizeof(node), "/guests/%s", t->partition->name);
	return diag_set_u64(t->why, code, node, property, value);
}

struct region turn_frames(struct region r, bool inwards)
{
	uint64_t first = inwards ? align_up(r.base, PAGE_SIZE) : align_down(r.base, PAGE_SIZE);
	uint64_t end = r.base + r.size; // 0 when r ends at 2^64

	end = inwards ? align_down(end, PAGE_SIZE) : align_up(end, PAGE_SIZE);
	if (inwards && end - first > r.size) // not one whole frame
		end = first;
	return (struct region){ first, end - first };
}

// Takes [pa, pa+size) for the next bytes of the guest's memory; joins it to the extent before where both ends fit.
static bool take(const struct turn *t, uint64_t pa, uint64_t size, uint64_t gpa)
{
	struct partition *p = t->partition;
	struct map_entry *last = NULL;
	uint32_t count = 0;

	for (uint32_t i = 0; i < p->map_count; i++) {
		if (p->map[i].kind == MAP_MEMORY) {
			last = &p->map[i];
			count++;
		}
	}
	if (last && last->pa.addr + last->gpa.size == pa)
		last->gpa.size += size;
	else if (count == MAX_EXTENTS)
		return turn_fail(t, DIAG_MEM_EXTENTS, "memory-size", p->memory_size);
	else
		p->map[p->map_count++] = (struct map_entry){ { gpa, size }, MAP_MEMORY, MODEL_COUNT, 0, PA(pa) };
	if (!region_set_remove(t->free, (struct region){ pa, size }))
		return turn_fail(t, DIAG_TOO_MANY, "memory-size", p->memory_size);
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

		if (f.size && region_overlaps(turn_frames(f, false), r))
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
			return turn_fail(t, DIAG_MEM_ALIGN, "host-memory", r.base);
		if (r.size == 0 || !is_aligned(r.size, PAGE_SIZE))
			return turn_fail(t, DIAG_MEM_SIZE, "host-memory", r.size);
		if (g->direct_mapped && r.base != p->memory_base.addr + done)
			return turn_fail(t, DIAG_MEM_CONTIGUOUS, "host-memory", r.base);
		if (!region_set_contains(t->free, r))
			return turn_fail(t, why_not_free(t->in, r), "host-memory", r.base);
		if (!take(t, r.base, r.size, p->memory_base.addr + done))
			return false;
		done += r.size;
	}
	return done == p->memory_size || turn_fail(t, DIAG_PROPERTY_VALUE, "memory-size", p->memory_size);
}

// The lowest address at or above base that is congruent to gpa modulo align.
uint64_t turn_congruent(uint64_t base, uint64_t gpa, uint64_t align)
{
	return base + ((gpa - base) & (align - 1));
}

// Bytes of r from the first address congruent to gpa on; 0 when there are none.
uint64_t turn_usable(struct region r, uint64_t gpa, uint64_t align)
{
	uint64_t skip = turn_congruent(r.base, gpa, align) - r.base;

	return skip < r.size ? r.size - skip : 0;
}

// The smallest free region that holds size bytes congruent to gpa, or NULL.
static const struct region *best_fit(const struct region_set *free, uint64_t gpa, uint64_t align, uint64_t size)
{
	const struct region *best = NULL;

	for (uint32_t i = 0; i < free->count; i++) {
		const struct region *r = &free->items[i];

		if (turn_usable(*r, gpa, align) >= size && (!best || r->size < best->size))
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
		uint64_t size = turn_usable(free->items[i], gpa, align);

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
		return turn_fail(t, DIAG_MEM_CONTIGUOUS, "memory-size", p->memory_size);
	p->memory_base = GPA(turn_congruent(r->base, 0, MIB_2));
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
			*pa = turn_congruent(r->base, gpa, align);
			return want;
		}
		r = align == GIB_1 ? NULL : largest(t->free, gpa, align);
		if (r) {
			*pa = turn_congruent(r->base, gpa, align);
			return min_u64(want, align_down(turn_usable(*r, gpa, align), align));
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
			return turn_fail(t, DIAG_MEM_FIT, "memory-size", p->memory_size);
		if (!take(t, pa, size, gpa))
			return false;
		done += size;
	}
	return true;
}

static enum placement placement_of(const struct guest_request *g)
{
	if (g->host_count)
		return PLACE_EXPLICIT;
	return g->direct_mapped ? PLACE_DIRECT : PLACE_JOINED;
}

// Places the guests of one kind, largest first.
bool turn_place_all(struct turn *t, enum placement kind)
{
	for (;;) {
		t->partition = NULL;
		for (uint32_t i = 0; i < t->plan->partition_count; i++) {
			struct partition *p = &t->plan->partitions[i];

			if (partition_next(p, MAP_MEMORY, NULL) != NULL || placement_of(p->request) != kind)
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
