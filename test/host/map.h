// SPDX-License-Identifier: Apache-2.0
// For tests: what a partition's map has, to look at and to change.
#ifndef BULKHEAD_TEST_HOST_MAP_H
#define BULKHEAD_TEST_HOST_MAP_H

#include "plan/plan.h"

static inline struct map_entry *map_model(struct partition *p, enum model model)
{
	return (struct map_entry *)(uintptr_t)partition_model(p, model);
}

static inline struct map_entry *map_files_of(struct partition *p)
{
	for (uint32_t i = 0; i < p->map_count; i++)
		if (p->map[i].kind == MAP_FILES)
			return &p->map[i];
	return NULL;
}

static inline struct map_entry *map_add_model(struct partition *p, enum model model, uint32_t source)
{
	p->map[p->map_count] = (struct map_entry){ model_rows[model].gpa, MAP_MODEL, model, source };
	return &p->map[p->map_count++];
}

#endif
