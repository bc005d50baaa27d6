/* SPDX-License-Identifier: Apache-2.0 */
/* A minimal device-tree reader: walks the structure block of the tree that the guest was given. */

#include "guest.h"

#define FDT_MAGIC      0xd00dfeed
#define FDT_BEGIN_NODE 1
#define FDT_END_NODE   2
#define FDT_PROP       3
#define FDT_NOP	       4

struct fdt_header {
	uint32_t magic, total_size, struct_offset, strings_offset;
};

static const char *tree;

static uint32_t cell(const void *at)
{
	const uint8_t *bytes = at;

	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static uint32_t header(size_t offset)
{
	return cell(tree + offset);
}

static const char *at(int offset)
{
	return tree + header(offsetof(struct fdt_header, struct_offset)) + offset;
}

static int aligned(size_t size)
{
	return (int)((size + 3) & ~3ul);
}

int dt_init(const void *fdt)
{
	tree = fdt;
	return tree && header(offsetof(struct fdt_header, magic)) == FDT_MAGIC;
}

const void *dt_address(void)
{
	return tree;
}

size_t dt_size(void)
{
	return header(offsetof(struct fdt_header, total_size));
}

/* Size of the token at `offset` with its contents. */
static int token_size(int offset)
{
	switch (cell(at(offset))) {
	case FDT_BEGIN_NODE:
		return 4 + aligned(strlen(at(offset + 4)) + 1);
	case FDT_PROP:
		return 12 + aligned(cell(at(offset + 4)));
	default:
		return 4;
	}
}

static int is_known(uint32_t token)
{
	return token >= FDT_BEGIN_NODE && token <= FDT_NOP;
}

int dt_next(int node, int *depth)
{
	int offset = node < 0 ? 0 : node + token_size(node);
	int level = node < 0 ? -1 : depth ? *depth : 0;

	for (; is_known(cell(at(offset))); offset += token_size(offset)) {
		uint32_t token = cell(at(offset));

		if (token == FDT_END_NODE)
			level--;
		if (token != FDT_BEGIN_NODE)
			continue;
		if (depth)
			*depth = level + 1;
		return offset;
	}
	return -1;
}

const char *dt_name(int node)
{
	return at(node + 4);
}

/* The child of `parent` with this name (a unit address may be left out), or -1. */
static int child(int parent, const char *name, size_t length)
{
	int depth = 0;

	for (int node = dt_next(parent, &depth); node >= 0 && depth > 0; node = dt_next(node, &depth)) {
		const char *own = dt_name(node);

		if (depth == 1 && !strncmp(own, name, length) && (!own[length] || own[length] == '@'))
			return node;
	}
	return -1;
}

int dt_path(const char *path)
{
	int node = dt_next(-1, NULL);

	while (node >= 0 && *path) {
		size_t length = strcspn(path, "/");

		if (length)
			node = child(node, path, length);
		path += length + (path[length] == '/');
	}
	return node;
}

const void *dt_prop(int node, const char *name, int *size)
{
	const char *strings = tree + header(offsetof(struct fdt_header, strings_offset));

	if (node < 0)
		return NULL;
	for (int offset = node + token_size(node);; offset += token_size(offset)) {
		uint32_t token = cell(at(offset));

		if (token == FDT_NOP)
			continue;
		if (token != FDT_PROP)
			return NULL;
		if (strcmp(strings + cell(at(offset + 8)), name))
			continue;
		if (size)
			*size = (int)cell(at(offset + 4));
		return at(offset + 12);
	}
}

static int list_has(const char *list, int size, const char *text)
{
	for (int used = 0; list && used < size; used += (int)strlen(list + used) + 1)
		if (!strcmp(list + used, text))
			return 1;
	return 0;
}

int dt_is_compatible(int node, const char *compatible)
{
	int size = 0;
	const char *list = dt_prop(node, "compatible", &size);

	return list_has(list, size, compatible);
}

int dt_compatible(int node, const char *compatible)
{
	do
		node = dt_next(node, NULL);
	while (node >= 0 && !dt_is_compatible(node, compatible));
	return node;
}

uint32_t dt_u32(int node, const char *name, uint32_t otherwise)
{
	const void *value = dt_prop(node, name, NULL);

	return value ? cell(value) : otherwise;
}

static int parent_of(int node)
{
	int path[16] = {-1};
	int depth = 0;

	for (int i = dt_next(-1, &depth); i >= 0; i = dt_next(i, &depth)) {
		if (i == node)
			return depth > 0 ? path[depth - 1] : -1;
		if (depth < (int)ARRAY_SIZE(path))
			path[depth] = i;
	}
	return -1;
}

static uint64_t cells(const char *value, uint32_t count)
{
	uint64_t number = 0;

	while (count--) {
		number = number << 32 | cell(value);
		value += 4;
	}
	return number;
}

int dt_reg(int node, int index, uint64_t *base, uint64_t *size)
{
	int parent = parent_of(node);
	uint32_t base_cells = dt_u32(parent, "#address-cells", 2);
	uint32_t size_cells = dt_u32(parent, "#size-cells", 1);
	int entry = (int)(4 * (base_cells + size_cells));
	int length = 0;
	const char *value = dt_prop(node, "reg", &length);

	if (!value || (index + 1) * entry > length)
		return 0;
	*base = cells(value + index * entry, base_cells);
	if (size)
		*size = cells(value + index * entry + 4 * base_cells, size_cells);
	return 1;
}

/* In riscv,isa: a letter of the base part, or a part between underscores. */
static int isa_string_has(const char *isa, const char *extension)
{
	size_t length = strlen(extension);

	if (length == 1)
		return memchr(isa + 4, extension[0], strcspn(isa + 4, "_zsx")) != NULL;
	for (; *isa; isa += strcspn(isa, "_"), isa += *isa == '_')
		if (!strncmp(isa, extension, length) && (!isa[length] || isa[length] == '_'))
			return 1;
	return 0;
}

/* The node of the boot hart; before hart_init() and where it is not found, the first one. */
static int boot_cpu(void)
{
	int cpus = dt_path("/cpus");
	int depth = 0;

	for (int node = dt_next(cpus, &depth); node >= 0 && depth > 0; node = dt_next(node, &depth))
		if (depth == 1 && !strncmp(dt_name(node), "cpu@", 4) && dt_u32(node, "reg", ~0u) == harts[0].id)
			return node;
	return child(cpus, "cpu", 3);
}

int dt_has_isa(const char *extension)
{
	int size = 0;
	int cpu = boot_cpu();
	const char *list = dt_prop(cpu, "riscv,isa-extensions", &size);
	const char *isa = dt_prop(cpu, "riscv,isa", NULL);

	if (list)
		return list_has(list, size, extension);
	return isa && isa_string_has(isa, extension);
}
