// SPDX-License-Identifier: Apache-2.0
// How many table pages a partition's G-stage takes: gstage_build() maps the same ranges.
#include "plan/plan_turn.h"

#define TABLES_BELOW_ROOT 2

// Pages of `size` bytes that an extent cannot map as leaves: those it fills in part, or all when GPA and PA do not match.
static uint64_t tables_below(const struct extent *e, uint64_t size)
{
	uint64_t first = e->gpa.addr / size, last = (e->gpa.addr + e->size - 1) / size;
	uint64_t partial = !is_aligned(e->gpa.addr, size) + !is_aligned(e->gpa.addr + e->size, size);

	if (!is_aligned(e->gpa.addr ^ e->pa.addr, size))
		return last - first + 1;
	return min_u64(partial, last - first + 1);
}

static uint64_t extent_tables(const struct extent *e)
{
	return tables_below(e, GIB_1) + tables_below(e, MIB_2);
}

uint64_t plan_table_pages(const struct partition *p)
{
	struct region frames[MAX_DEVICE_FRAMES];
	uint32_t device_count = partition_device_frames(p, frames);
	uint64_t pages = 0;

	for (uint32_t i = 0; i < p->extent_count; i++)
		pages += extent_tables(&p->extents[i]);
	for (uint32_t i = 0; i < device_count; i++)
		pages += extent_tables(&(struct extent){ GPA(frames[i].base), PA(frames[i].base), frames[i].size });
	return p->file_ids != 0 ? pages + TABLES_BELOW_ROOT : pages; // they lie in one 2 MiB
}

_Static_assert(GUEST_IMSIC_GPA % MIB_2 + MAX_HARTS * PAGE_SIZE <= MIB_2, "interrupt files lie in one table");
