// SPDX-License-Identifier: Apache-2.0
// Reads the board's device tree into struct machine, in one pass.
//
// A node is judged when its properties have all been seen: at its first child, or at its end.
#include "dt/machine_dt.h"

#include <string.h>

#include "dt/fdt_util.h"
#include "dt/irqchip_dt.h"

#define PROPERTIES(X) \
	X(P_ADDRESS_CELLS, "#address-cells") X(P_SIZE_CELLS, "#size-cells") X(P_RANGES, "ranges") X(P_REG, "reg") \
	X(P_COMPATIBLE, "compatible") X(P_DEVICE_TYPE, "device_type") X(P_STATUS, "status") X(P_MODEL, "model") \
	X(P_TIMEBASE, "timebase-frequency") X(P_MMU_TYPE, "mmu-type") X(P_ISA_BASE, "riscv,isa-base") \
	X(P_ISA_EXTENSIONS, "riscv,isa-extensions") X(P_ISA, "riscv,isa") X(P_CBOM, "riscv,cbom-block-size") \
	X(P_CBOZ, "riscv,cboz-block-size") X(P_CBOP, "riscv,cbop-block-size") \
	X(P_INITRD_START, "linux,initrd-start") X(P_INITRD_END, "linux,initrd-end") X(P_RNG_SEED, "rng-seed")
enum property { PROPERTIES(TREE_NAME_ENUM) P_COUNT };

static const struct tree_names machine_names = TREE_NAMES(PROPERTIES);

struct reader {
	struct tree tree;
	struct machine *m;
	struct diag *why;
	struct tree_prop props[P_COUNT]; // of the node that is being read
	uint32_t depth;                  // its depth, 0 when it has been judged
	struct tree_bus bus[TREE_MAX_DEPTH]; // [depth - 1]: what the open nodes say about their children
	struct tree_prop compatible[MAX_HARTS]; // of the harts
	struct tree_prop last_extensions;    // of the hart before, whose set is taken over when the bytes are the same
};

// Whether the node that is being read is a child of the root's child of this name.
static bool is_below(const struct reader *r, const char *parent)
{
	return r->depth == 3 && strcmp(r->tree.path[1], parent) == 0;
}

static bool fail_board(const struct reader *r, enum diag_code code, enum property property)
{
	return tree_diag(&r->tree, r->depth, r->why, code, tree_name(&machine_names, property), r->props[property]);
}

static void read_isa(struct reader *r, struct machine_hart *hart, const struct machine_hart *before)
{
	struct tree_prop list = r->props[P_ISA_EXTENSIONS], string = r->props[P_ISA];
	const char *base;
	if (list.data != NULL && (!tree_string(r->props[P_ISA_BASE], &base) || strcmp(base, "rv64i") != 0))
		list.data = NULL;
	if (list.data != NULL && before != NULL && r->last_extensions.data != NULL &&
	    r->last_extensions.len == list.len && memcmp(r->last_extensions.data, list.data, list.len) == 0) {
		hart->isa = before->isa;
		return;
	}
	// A hart whose ISA cannot be read has none, H included: no guest gets it, and the others are as good as before.
	const char *text;
	r->last_extensions = list;
	if (list.data != NULL && isa_parse_list((const char *)list.data, list.len, &hart->isa))
		return;
	if (!tree_string(string, &text) || !isa_parse_string(text, string.len - 1, &hart->isa))
		hart->isa = (struct isa){ 0 };
}

// The first hart that cannot be told from this one by its kind and what it can do.
static uint32_t find_like(const struct reader *r, uint32_t hart)
{
	const struct tree_prop *own = &r->compatible[hart];
	uint32_t i = 0;
	for (; i < hart; i++) {
		const struct tree_prop *other = &r->compatible[i];
		if (own->len == other->len && (own->len == 0 || memcmp(own->data, other->data, own->len) == 0) &&
		    memcmp(&r->m->harts[i].isa, &r->m->harts[hart].isa, sizeof(struct isa)) == 0)
			break;
	}
	return i;
}

static enum mmu_type read_mmu(struct tree_prop p)
{
	if (tree_list_has(p, "riscv,sv57"))
		return MMU_SV57;
	if (tree_list_has(p, "riscv,sv48"))
		return MMU_SV48;
	return tree_list_has(p, "riscv,sv39") ? MMU_SV39 : MMU_NONE;
}

static bool read_hart(struct reader *r)
{
	struct machine *m = r->m;
	if (!tree_list_has(r->props[P_DEVICE_TYPE], "cpu"))
		return true;
	if (m->hart_count == MAX_HARTS)
		return fail_board(r, DIAG_TOO_MANY, P_REG);
	struct tree_prop reg = r->props[P_REG];
	uint32_t cells = r->bus[1].address_cells;
	if (reg.data == NULL || cells == 0 || cells > 2 || reg.len != 4 * cells)
		return fail_board(r, reg.data == NULL ? DIAG_PROPERTY_MISSING : DIAG_PROPERTY_LENGTH, P_REG);
	struct machine_hart *hart = &m->harts[m->hart_count];
	hart->hartid = tree_cells(reg.data, cells);
	hart->enabled = tree_status_okay(r->props[P_STATUS]);
	hart->mmu = read_mmu(r->props[P_MMU_TYPE]);
	hart->cbom_block_size = tree_cell(r->props[P_CBOM], 0);
	hart->cboz_block_size = tree_cell(r->props[P_CBOZ], 0);
	hart->cbop_block_size = tree_cell(r->props[P_CBOP], 0);
	read_isa(r, hart, m->hart_count > 0 ? hart - 1 : NULL);
	r->compatible[m->hart_count] = r->props[P_COMPATIBLE];
	hart->like = find_like(r, m->hart_count);
	if (m->timebase == 0)
		(void)tree_number(r->props[P_TIMEBASE], &m->timebase);
	m->hart_count++;
	return true;
}

// Appends every range of reg, addresses as they stand, empty ones left out.
static bool read_ranges(struct reader *r, struct region *to, uint32_t *count, uint32_t max)
{
	struct region range;
	for (uint32_t i = 0; tree_reg(r->props[P_REG], &r->bus[r->depth - 2], i, &range); i++) {
		if (range.size == 0)
			continue;
		if (!region_is_valid(range))
			return fail_board(r, DIAG_PROPERTY_VALUE, P_REG);
		if (*count == max)
			return fail_board(r, DIAG_TOO_MANY, P_REG);
		to[(*count)++] = range;
	}
	return true;
}

static void read_chosen(struct reader *r)
{
	uint64_t start, end;
	r->m->seed_size = (uint32_t)min_u64(r->props[P_RNG_SEED].len, MAX_SEED);
	if (r->m->seed_size != 0)
		memcpy(r->m->seed, r->props[P_RNG_SEED].data, r->m->seed_size);
	if (tree_number(r->props[P_INITRD_START], &start) && tree_number(r->props[P_INITRD_END], &end) && end > start)
		r->m->initrd = (struct region){ start, end - start };
}

static bool read_device(struct reader *r)
{
	struct machine *m = r->m;
	struct region range;
	const struct tree_bus *parent = &r->bus[r->depth - 2];
	if (r->props[P_COMPATIBLE].data == NULL)
		return true;
	for (uint32_t i = 0; tree_reg(r->props[P_REG], parent, i, &range); i++) {
		if (!region_is_valid(range) || !tree_translate(r->bus, r->depth - 1, &range))
			continue;
		if (m->device_count == MAX_DEVICES)
			return fail_board(r, DIAG_TOO_MANY, P_REG);
		struct machine_device *device = &m->devices[m->device_count++];
		const char *name = r->tree.path[r->depth - 1];
		for (uint32_t at = 0; name[at] != '\0' && at + 1 < sizeof(device->name); at++)
			device->name[at] = name[at] > ' ' && name[at] <= '~' ? name[at] : '?';
		device->reg = range;
	}
	return true;
}

// Judges the node whose properties have all been seen. Only its name and those of its parents are valid in tree.path.
static bool read_board_node(struct reader *r)
{
	const char *name = r->tree.path[r->depth - 1];
	r->bus[r->depth - 1] = (struct tree_bus){ tree_cell(r->props[P_ADDRESS_CELLS], 2),
						  tree_cell(r->props[P_SIZE_CELLS], 1), r->props[P_RANGES] };
	if (r->depth == 1) {
		tree_value_text(r->props[P_MODEL], r->m->model, sizeof(r->m->model));
		return true;
	}
	if (r->depth == 2 && strcmp(name, "cpus") == 0) {
		(void)tree_number(r->props[P_TIMEBASE], &r->m->timebase);
		return true;
	}
	if (r->depth == 2 && strcmp(name, "chosen") == 0) {
		read_chosen(r);
		return true;
	}
	if (is_below(r, "cpus"))
		return read_hart(r);
	if (is_below(r, "reserved-memory"))
		return read_ranges(r, r->m->reserved, &r->m->reserved_count, MAX_RESERVED);
	if (r->depth == 2 && tree_list_has(r->props[P_DEVICE_TYPE], "memory"))
		return !tree_status_okay(r->props[P_STATUS]) ||
		       read_ranges(r, r->m->ram, &r->m->ram_count, MAX_RAM_REGIONS);
	return read_device(r);
}

static bool read_tree(struct reader *r)
{
	for (;;) {
		enum tree_event event = tree_next(&r->tree);
		if (event == TREE_PROPERTY) {
			int property = tree_match(&r->tree, &machine_names);
			if (property >= 0)
				r->props[property] = (struct tree_prop){ r->tree.data, r->tree.len };
			continue;
		}
		if (event == TREE_BAD)
			return diag_set(r->why, DIAG_TREE_BAD, "/", "", "");
		if (r->depth != 0 && !read_board_node(r))
			return false;
		r->depth = 0;
		if (event == TREE_END)
			return true;
		if (event == TREE_NODE) {
			r->depth = r->tree.depth;
			memset(r->props, 0, sizeof(r->props));
		}
	}
}

bool machine_read(const void *fdt, struct machine *m, struct diag *why)
{
	struct reader r = { .m = m, .why = why };
	struct region range;
	const struct machine_uart uart = m->uart;
	*m = (struct machine){ 0 };
	m->uart = uart;
	if (!tree_open(&r.tree, fdt, UINT32_MAX))
		return diag_set(why, DIAG_TREE_BAD, "/", "", "");
	for (uint32_t i = 0; tree_memreserve(fdt, UINT32_MAX, i, &range); i++) {
		if (!region_is_valid(range))
			continue;
		if (m->reserved_count == MAX_RESERVED)
			return diag_set_u64(why, DIAG_TOO_MANY, "/", "memreserve", range.base);
		m->reserved[m->reserved_count++] = range;
	}
	if (!read_tree(&r))
		return false;
	if (m->hart_count == 0)
		return diag_set(why, DIAG_PROPERTY_MISSING, "/cpus", "device_type", "cpu");
	if (m->timebase == 0)
		return diag_set(why, DIAG_PROPERTY_MISSING, "/cpus", "timebase-frequency", "");
	if (m->ram_count == 0)
		return diag_set(why, DIAG_PROPERTY_MISSING, "/memory", "reg", "");
	return irqchip_read(fdt, m, why);
}
