// SPDX-License-Identifier: Apache-2.0
// For tests: what a partition's map has, to look at and to change.
#ifndef BULKHEAD_TEST_HOST_MAP_H
#define BULKHEAD_TEST_HOST_MAP_H

#include "plan/plan.h"

static inline struct map_entry *map_model(struct partition *p, enum model model)
{
	return (struct map_entry *)(uintptr_t)partition_model(p, model);
}

static inline struct map_entry *map_nth(struct partition *p, enum map_kind kind, uint32_t n)
{
	const struct map_entry *e = partition_next(p, kind, NULL);

	for (; e != NULL && n > 0; n--)
		e = partition_next(p, kind, e);
	return (struct map_entry *)(uintptr_t)e;
}

// The n-th piece of its memory, and how many there are.
static inline struct map_entry *map_memory(struct partition *p, uint32_t n) { return map_nth(p, MAP_MEMORY, n); }

static inline uint32_t map_memory_count(const struct partition *p)
{
	uint32_t count = 0;

	for (const struct map_entry *e = NULL; (e = partition_next(p, MAP_MEMORY, e)) != NULL;)
		count++;
	return count;
}

static inline struct map_entry *map_files_of(struct partition *p)
{
	return map_nth(p, MAP_FILES, 0);
}

static inline struct map_entry *map_add_model(struct partition *p, enum model model, uint32_t source)
{
	p->map[p->map_count] = (struct map_entry){ model_rows[model].gpa, MAP_MODEL, model, source, PA(0) };
	return &p->map[p->map_count++];
}

static inline void map_add_memory(struct partition *p, uint64_t gpa, uint64_t size, uint64_t pa)
{
	p->map[p->map_count++] = (struct map_entry){ { gpa, size }, MAP_MEMORY, MODEL_COUNT, 0, PA(pa) };
}

#endif
