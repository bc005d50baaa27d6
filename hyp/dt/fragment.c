// SPDX-License-Identifier: Apache-2.0
// Lays the user's fragment over a guest's tree, and checks what it claims.
#include "dt/fragment.h"

#include <libfdt.h>
#include <string.h>

#include "dt/fdt_util.h"

// What a fragment may not do is found in the result, in one walk beside the tree as it was: libfdt only ever inserts, so what was
// there comes in the same order.
#define PROPERTIES(X) \
	X(P_REG, "reg") X(P_ADDRESS_CELLS, "#address-cells") X(P_SIZE_CELLS, "#size-cells") X(P_RANGES, "ranges") \
	X(P_DMA_RANGES, "dma-ranges")
enum property { PROPERTIES(TREE_NAME_ENUM) P_COUNT };

static const struct tree_names check_names = TREE_NAMES(PROPERTIES);

// They all lead to controllers that a guest does not have.
#define FOREIGN(X) \
	X(, "interrupts") X(, "interrupt-parent") X(, "interrupt-map") X(, "msi-parent") X(, "msi-map") X(, "iommus") X(, "iommu-map")
static const struct tree_names foreign_names = TREE_NAMES(FOREIGN);

struct check {
	struct tree now, was;
	enum tree_event was_event;
	uint32_t new_depth; // nodes that are open and new
	const struct partition *partition;
	struct diag *why;
	uint32_t depth; // of the node that is being read, 0 when it has been judged
	struct tree_prop props[P_COUNT];
	struct tree_bus bus[TREE_MAX_DEPTH];
	bool is_mapped[TREE_MAX_DEPTH]; // the addresses of the node's children are guest physical ones
};

static bool claim_of_fragment(const struct check *c, uint32_t depth, const char *property, struct tree_prop value)
{
	return tree_diag(&c->now, depth, c->why, DIAG_FRAGMENT_CLAIM, property, value);
}

// `ranges` or `dma-ranges`: empty, or not moving anything.
static bool is_identity(struct tree_prop ranges, const struct tree_bus *bus, const struct tree_bus *parent)
{
	uint32_t address = bus->address_cells, size = bus->size_cells, entry = 4 * (2 * address + size);
	if (ranges.data == NULL || ranges.len == 0)
		return true;
	if (address == 0 || address > 2 || size > 2 || address != parent->address_cells || ranges.len % entry != 0)
		return false;
	for (uint32_t at = 0; at < ranges.len; at += entry)
		if (memcmp(ranges.data + at, ranges.data + at + 4 * address, 4 * address) != 0)
			return false;
	return true;
}

// The node whose properties have all been seen: does it translate, does it lie where the guest has something?
static bool judge_node(struct check *c)
{
	static const struct tree_bus root_parent = { 2, 2, { NULL, 0 } };
	uint32_t i = c->depth - 1;
	const struct tree_bus *parent = i == 0 ? &root_parent : &c->bus[i - 1];
	struct tree_prop reg = c->props[P_REG];
	struct region range;
	c->bus[i] = (struct tree_bus){ tree_cell(c->props[P_ADDRESS_CELLS], 2), tree_cell(c->props[P_SIZE_CELLS], 1),
				       c->props[P_RANGES] };
	bool mapped = i == 0 || c->is_mapped[i - 1];
	// Linux reads reserved memory by the root's cells, whatever is said above it.
	bool reserved = i == 1 && strcmp(c->now.path[1], "reserved-memory") == 0;
	c->is_mapped[i] = i == 0 || reserved || (mapped && c->props[P_RANGES].data != NULL);
	for (uint32_t p = P_RANGES; mapped && p <= P_DMA_RANGES; p++)
		if (!is_identity(c->props[p], &c->bus[i], parent))
			return claim_of_fragment(c, c->depth, tree_name(&check_names, p), c->props[p]);
	if (!mapped || reg.data == NULL)
		return true;
	uint32_t count = 0;
	while (tree_reg(reg, parent, count, &range) &&
	       partition_owns(c->partition, (struct region){ range.base, max_u64(range.size, 1) }))
		count++;
	return (uint64_t)count * 4 * (parent->address_cells + parent->size_cells) == reg.len || claim_of_fragment(c, c->depth, "reg", reg);
}

// interrupts-extended may name the guest's own harts: their controllers have the phandles 1 to vcpu_count and one cell.
static bool is_own_interrupt(const struct partition *p, struct tree_prop value)
{
	for (uint32_t at = 0; at < value.len; at += 8)
		if (value.len - at < 8 || tree_be32(value.data + at) - 1 >= p->vcpu_count)
			return false;
	return true;
}

// Harts and memory are the plan's: nothing in these nodes may change.
static bool is_fixed(const struct tree *t)
{
	return t->depth > 1 && (strcmp(t->path[1], "cpus") == 0 || strcmp(t->path[1], "memory") == 0 ||
				strncmp(t->path[1], "memory@", 7) == 0);
}

// A property that was not there, or had another value.
static bool judge_property(const struct check *c, bool is_new)
{
	const struct tree *t = &c->now;
	struct tree_prop value = { t->data, t->len };
	uint64_t address;
	bool in_chosen = t->depth == 2 && strcmp(t->path[1], "chosen") == 0;
	bool in_fixed = is_fixed(t);
	bool may_change = (in_chosen && (strcmp(t->name, "bootargs") == 0 || strcmp(t->name, "stdout-path") == 0)) ||
			  (t->depth == 1 && (strcmp(t->name, "model") == 0 || strcmp(t->name, "compatible") == 0));
	if (in_chosen && strncmp(t->name, "linux,initrd-", 13) == 0) {
		if (tree_number(value, &address) && address - c->partition->memory_base.addr <= c->partition->memory_size)
			return true;
	} else if (strcmp(t->name, "interrupts-extended") == 0) {
		if (!in_fixed && is_own_interrupt(c->partition, value))
			return true;
	} else if (tree_match(t, &foreign_names) < 0 && !in_fixed && (is_new || may_change) &&
		   !(strcmp(t->name, "device_type") == 0 && (tree_list_has(value, "memory") || tree_list_has(value, "cpu")))) {
		return true;
	}
	return claim_of_fragment(c, t->depth, t->name, value);
}

static bool check_property(struct check *c)
{
	const struct tree *now = &c->now, *was = &c->was;
	int property = tree_match(now, &check_names);
	if (property >= 0)
		c->props[property] = (struct tree_prop){ now->data, now->len };
	if (c->new_depth != 0 || c->was_event != TREE_PROPERTY || strcmp(now->name, was->name) != 0)
		return judge_property(c, true);
	bool same = now->len == was->len && memcmp(now->data, was->data, now->len) == 0;
	bool allowed = same || judge_property(c, false);
	c->was_event = tree_next(&c->was);
	return allowed;
}

static bool begin_check(struct check *c)
{
	const struct tree *now = &c->now;
	c->depth = now->depth;
	memset(c->props, 0, sizeof(c->props));
	if (c->new_depth == 0 && c->was_event == TREE_NODE && strcmp(now->name, c->was.name) == 0) {
		c->was_event = tree_next(&c->was);
		return true;
	}
	c->new_depth++;
	return !is_fixed(now) || claim_of_fragment(c, now->depth, "", (struct tree_prop){ NULL, 0 });
}

static bool end_check(struct check *c)
{
	if (c->new_depth != 0) {
		c->new_depth--;
		return true;
	}
	// Something that was there has not come: an overlay cannot do that.
	bool gone = c->was_event != TREE_NODE_END;
	c->was_event = tree_next(&c->was);
	return !gone || claim_of_fragment(c, c->now.depth + 1, "", (struct tree_prop){ NULL, 0 });
}

// Compares the tree `now` with what it `was` before the fragment. False with *why at the first foreign claim.
static bool fragment_check(const struct partition *p, const void *now, const void *was, size_t size, struct diag *why)
{
	struct check c = { .partition = p, .why = why };
	if (!tree_open(&c.now, now, size) || !tree_open(&c.was, was, size))
		return diag_set(why, DIAG_FRAGMENT_BAD, p->name, "device-tree-fragment", "");
	c.was_event = tree_next(&c.was);
	for (;;) {
		enum tree_event event = tree_next(&c.now);
		if (event == TREE_BAD)
			return diag_set(why, DIAG_FRAGMENT_BAD, p->name, "device-tree-fragment", "too deep");
		if (event == TREE_PROPERTY) {
			if (!check_property(&c))
				return false;
			continue;
		}
		if (c.depth != 0 && !judge_node(&c))
			return false;
		c.depth = 0;
		if (event == TREE_END)
			return true;
		if (event == TREE_NODE ? !begin_check(&c) : !end_check(&c))
			return false;
	}
}

static bool refuse_claim_of(const struct guest_dt_input *in, struct diag *why, const char *text)
{
	return diag_set(why, DIAG_FRAGMENT_BAD, in->partition->name, "device-tree-fragment", text);
}

// libfdt (1.7.2, overlay_update_local_node_references) reads at the offsets of __local_fixups__ before it checks them:
// offsets below the fragment's size stay inside a scratch area of twice that size, and are refused where they are wrong.
static bool is_fixup_bounded(const struct tree *t, size_t size)
{
	static const char fixups[] = "__local_fixups__";
	if (t->depth < 2 || strncmp(t->path[1], fixups, sizeof(fixups) - 1) != 0)
		return true;
	for (uint32_t at = 0; at < t->len; at += 4)
		if (t->len - at < 4 || tree_be32(t->data + at) >= size)
			return false;
	return true;
}

// Whether the tree is whole, not too deep for libfdt's recursion, and an overlay at all.
static bool is_overlay(const void *fragment, size_t size)
{
	struct tree t;
	bool has_overlay = false;
	if (!tree_open(&t, fragment, size) || fdt_check_full(fragment, size) != 0)
		return false;
	for (;;) {
		enum tree_event event = tree_next(&t);
		if (event == TREE_BAD || event == TREE_END)
			return event == TREE_END && has_overlay;
		if (event == TREE_PROPERTY && !is_fixup_bounded(&t, size))
			return false;
		if (event == TREE_NODE && t.depth == 3 && strcmp(t.name, "__overlay__") == 0)
			has_overlay = true;
	}
}

// in->scratch then holds the fragment's remains, and behind them the tree as it was.
size_t fragment_apply(const struct guest_dt_input *in, void *buf, size_t size, struct diag *why)
{
	uint32_t tree_size = (uint32_t)fdt_totalsize(buf);
	uint32_t fragment_size = tree_total_size(in->fragment, in->fragment_size);
	if (fragment_size == 0 || fragment_size > in->fragment_size)
		return refuse_claim_of(in, why, "not a whole flattened device tree");
	uint64_t was = align_up(fragment_size, 8);
	if (was + max_u64(tree_size, fragment_size) > size)
		return diag_set_u64(why, DIAG_DTB_SIZE, in->partition->name, "device-tree-fragment", fragment_size);
	memcpy(in->scratch, in->fragment, fragment_size);
	memcpy((uint8_t *)in->scratch + was, buf, tree_size);
	if (!is_overlay(in->scratch, fragment_size))
		return refuse_claim_of(in, why, "not a flattened overlay");
	int error = fdt_open_into(buf, buf, (int)min_u64(size, INT32_MAX));
	if (error == 0)
		error = fdt_overlay_apply(buf, in->scratch);
	if (error == 0)
		error = fdt_pack(buf);
	if (error == -FDT_ERR_NOSPACE)
		return diag_set_u64(why, DIAG_DTB_SIZE, in->partition->name, "device-tree-fragment", fragment_size);
	if (error != 0)
		return refuse_claim_of(in, why, error == -FDT_ERR_NOTFOUND ? "a target is not in the guest's tree" : "overlay does not apply");
	if (!fragment_check(in->partition, buf, (uint8_t *)in->scratch + was, size, why))
		return 0;
	return fdt_totalsize(buf);
}
