// SPDX-License-Identifier: Apache-2.0
// Half-open address ranges and sorted sets of them; all arithmetic is on last addresses, so nothing wraps.
#include "lib/region.h"

// Address of the last byte of a valid region.
static uint64_t last_of(struct region r)
{
	return r.base + (r.size - 1);
}

bool region_overlaps(struct region a, struct region b)
{
	return a.base <= last_of(b) && b.base <= last_of(a);
}

// Replaces members [from, to) by count new ones. False when they do not fit.
static bool replace(struct region_set *set, uint32_t from, uint32_t to, const struct region *with, uint32_t count)
{
	uint32_t tail = set->count - to;

	if (set->count - (to - from) + count > set->capacity)
		return false;
	if (from + count <= to) {
		for (uint32_t i = 0; i < tail; i++)
			set->items[from + count + i] = set->items[to + i];
	} else {
		for (uint32_t i = tail; i-- > 0;)
			set->items[from + count + i] = set->items[to + i];
	}
	for (uint32_t i = 0; i < count; i++)
		set->items[from + i] = with[i];
	set->count = from + count + tail;
	return true;
}

bool region_set_add(struct region_set *set, struct region r)
{
	uint32_t from = 0, to;

	if (r.size == 0)
		return true;
	if (!region_is_valid(r))
		return false;

	uint64_t base = r.base, last = last_of(r);

	// Members that lie below r without touching it. A member with the highest address touches nothing above.
	while (from < set->count && last_of(set->items[from]) < base && last_of(set->items[from]) + 1 < base)
		from++;
	for (to = from; to < set->count && (set->items[to].base <= last || set->items[to].base - 1 == last); to++) {
		base = min_u64(base, set->items[to].base);
		last = max_u64(last, last_of(set->items[to]));
	}
	if (last - base == UINT64_MAX)
		return false; // the whole of 2^64 has no representable size
	return replace(set, from, to, &(struct region){ base, last - base + 1 }, 1);
}

bool region_set_remove(struct region_set *set, struct region r)
{
	struct region rest[2];
	uint32_t from = 0, to, count = 0;

	if (r.size == 0)
		return true;
	if (!region_is_valid(r))
		return false;
	while (from < set->count && last_of(set->items[from]) < r.base)
		from++;
	for (to = from; to < set->count && set->items[to].base <= last_of(r); to++)
		;
	if (from == to)
		return true;
	if (set->items[from].base < r.base)
		rest[count++] = (struct region){ set->items[from].base, r.base - set->items[from].base };
	if (last_of(set->items[to - 1]) > last_of(r))
		rest[count++] = (struct region){ last_of(r) + 1, last_of(set->items[to - 1]) - last_of(r) };
	return replace(set, from, to, rest, count);
}

bool region_set_contains(const struct region_set *set, struct region r)
{
	for (uint32_t i = 0; i < set->count; i++) {
		if (region_contains(set->items[i], r.base, r.size))
			return true;
	}
	return false;
}
