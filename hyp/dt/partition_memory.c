// SPDX-License-Identifier: Apache-2.0
// Reads a guest's memory from the partition tree.
#include "dt/partition_reader.h"

static bool fail_u64(const struct reader *r, enum diag_code code, enum guest_property property, uint64_t value)
{
	char path[sizeof(r->why->node)];
	tree_path(&r->tree, 3, path, sizeof(path));
	return diag_set_u64(r->why, code, path, tree_name(&partition_guest_names, property), value);
}

// Pairs of address and size, two cells each; *total is the sum of the sizes.
static bool read_host_memory(const struct reader *r, uint64_t *total)
{
	struct guest_request *g = r->guest;
	struct tree_prop p = r->props[G_HOST_MEMORY];
	const struct tree_bus pairs = { 2, 2, { NULL, 0 } };
	struct region range;
	if (p.len == 0 || p.len % 16 != 0)
		return partition_fail(r, DIAG_PROPERTY_LENGTH, G_HOST_MEMORY);
	if (p.len / 16 > MAX_EXTENTS)
		return partition_fail(r, DIAG_TOO_MANY, G_HOST_MEMORY);
	for (*total = 0; tree_reg(p, &pairs, g->host_count, &range); g->host_count++) {
		if (!is_aligned(range.base, PAGE_SIZE))
			return fail_u64(r, DIAG_MEM_ALIGN, G_HOST_MEMORY, range.base);
		if (range.size == 0 || !is_aligned(range.size, PAGE_SIZE))
			return fail_u64(r, DIAG_MEM_SIZE, G_HOST_MEMORY, range.size);
		if (!region_is_valid(range) || range.size > UINT64_MAX - *total)
			return fail_u64(r, DIAG_PROPERTY_VALUE, G_HOST_MEMORY, range.size);
		*total += range.size;
		g->host[g->host_count] = range;
	}
	return true;
}

bool partition_read_memory(const struct reader *r)
{
	struct guest_request *g = r->guest;
	struct tree_prop size = r->props[G_MEMORY_SIZE], base = r->props[G_MEMORY_BASE], host = r->props[G_HOST_MEMORY];
	uint64_t total = 0;
	if (size.data == NULL && host.data == NULL)
		return partition_fail(r, DIAG_PROPERTY_MISSING, G_MEMORY_SIZE);
	if (size.data != NULL && !tree_number(size, &g->memory_size))
		return partition_fail(r, DIAG_PROPERTY_LENGTH, G_MEMORY_SIZE);
	if (size.data != NULL && (g->memory_size == 0 || !is_aligned(g->memory_size, PAGE_SIZE)))
		return partition_fail(r, DIAG_MEM_SIZE, G_MEMORY_SIZE);
	if (host.data != NULL && !read_host_memory(r, &total))
		return false;
	if (size.data == NULL)
		g->memory_size = total;
	else if (host.data != NULL && total != g->memory_size)
		return partition_fail(r, DIAG_PROPERTY_VALUE, G_MEMORY_SIZE);

	g->memory_base = GPA(GUEST_MEMORY_GPA);
	g->direct_mapped = r->props[G_DIRECT_MAPPED].data != NULL;
	if (g->direct_mapped && r->props[G_DIRECT_MAPPED].len != 0)
		return partition_fail(r, DIAG_PROPERTY_LENGTH, G_DIRECT_MAPPED);
	if (g->direct_mapped && base.data != NULL)
		return partition_fail(r, DIAG_PROPERTY_UNKNOWN, G_MEMORY_BASE);
	if (g->direct_mapped && g->host_count > 1)
		return partition_fail(r, DIAG_PROPERTY_VALUE, G_HOST_MEMORY);
	if (g->direct_mapped && g->host_count == 1)
		g->memory_base = GPA(g->host[0].base);
	if (base.data == NULL)
		return true;
	if (!tree_number(base, &g->memory_base.addr))
		return partition_fail(r, DIAG_PROPERTY_LENGTH, G_MEMORY_BASE);
	if (!is_aligned(g->memory_base.addr, PAGE_SIZE))
		return partition_fail(r, DIAG_MEM_ALIGN, G_MEMORY_BASE);
	return g->memory_size <= UINT64_MAX - g->memory_base.addr || partition_fail(r, DIAG_MEM_GPA, G_MEMORY_BASE);
}
