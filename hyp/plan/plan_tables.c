// SPDX-License-Identifier: Apache-2.0
// How many table pages a partition's G-stage takes: gstage_build() maps the same ranges.
#include "plan/plan_turn.h"

#define TABLES_BELOW_ROOT 2

// Pages of `size` bytes that an entry cannot map as leaves: those it fills in part, or all when GPA and PA do not match.
static uint64_t tables_below(const struct map_entry *e, uint64_t size)
{
	uint64_t first = e->gpa.base / size, last = (e->gpa.base + e->gpa.size - 1) / size;
	uint64_t partial = !is_aligned(e->gpa.base, size) + !is_aligned(e->gpa.base + e->gpa.size, size);

	if (!is_aligned(e->gpa.base ^ e->pa.addr, size))
		return last - first + 1;
	return min_u64(partial, last - first + 1);
}

static uint64_t entry_tables(const struct map_entry *e)
{
	return tables_below(e, GIB_1) + tables_below(e, MIB_2);
}

uint64_t plan_table_pages(const struct partition *p)
{
	struct region frames[MAX_DEVICE_FRAMES];
	uint32_t device_count = partition_device_frames(p, frames);
	uint64_t pages = 0;

	for (const struct map_entry *e = NULL; (e = partition_next(p, MAP_MEMORY, e)) != NULL;)
		pages += entry_tables(e);
	for (uint32_t i = 0; i < device_count; i++) // not in the map before all memory is placed
		pages += entry_tables(&(struct map_entry){ .gpa = frames[i], .pa = PA(frames[i].base) });
	return p->file_ids != 0 ? pages + TABLES_BELOW_ROOT : pages; // they lie in one 2 MiB
}

_Static_assert(GUEST_IMSIC_GPA % MIB_2 + MAX_HARTS * PAGE_SIZE <= MIB_2, "interrupt files lie in one table");
