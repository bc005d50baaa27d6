// SPDX-License-Identifier: Apache-2.0
// Half-open address ranges [base, base+size) with overflow-safe questions. Knows no address space:
// the name of the variable that holds a region says which one it is in.
#ifndef BULKHEAD_LIB_REGION_H
#define BULKHEAD_LIB_REGION_H

#include "lib/types.h"

struct region {
	uint64_t base;
	uint64_t size;
};

// A region is valid when it is not empty and base+size does not wrap past 2^64.
static inline bool region_is_valid(struct region r)
{
	return r.size != 0 && r.base + (r.size - 1) >= r.base;
}

// Whether [base, base+size) lies whole inside r. False for size 0 and for ranges that wrap.
static inline bool region_contains(struct region r, uint64_t base, uint64_t size)
{
	return region_is_valid(r) && size != 0 && base >= r.base && size <= r.size && base - r.base <= r.size - size;
}

// Whether two valid regions share at least one address.
bool region_overlaps(struct region a, struct region b);

// A sorted set of disjoint free regions, kept in the caller's array.
struct region_set {
	struct region *items;
	uint32_t count;
	uint32_t capacity;
};

// Adds r, merging neighbours that touch or overlap. False when the array is full (nothing changes).
bool region_set_add(struct region_set *set, struct region r);
// Removes r from the set, splitting where needed. False when a split does not fit (nothing changes).
bool region_set_remove(struct region_set *set, struct region r);
// Whether [base, base+size) lies whole inside one member of the set.
bool region_set_contains(const struct region_set *set, struct region r);

#endif
