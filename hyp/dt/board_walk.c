// SPDX-License-Identifier: Apache-2.0
// Walks the board's tree node by node, keeping what parents say about their children.
#include "dt/board_walk.h"

#include <string.h>

#include "limits.h"

static const struct tree_names board_names = TREE_NAMES(BOARD_PROPERTIES);

bool board_begin(struct board_walk *w, const void *fdt)
{
	memset(w, 0, sizeof(*w));
	return tree_open(&w->tree, fdt, UINT32_MAX);
}

void board_below(struct board_walk *w, const struct board_walk *top)
{
	*w = *top;
	w->tree = top->node;
	w->top = top->depth;
	memset(w->props, 0, sizeof(w->props));
	w->is_pending = true;
}

bool board_reg(const struct board_walk *w, uint32_t index, struct region *raw)
{
	return w->depth > 1 && tree_reg(w->props[B_REG], &w->bus[w->depth - 2], index, raw);
}

bool board_translate(const struct board_walk *w, struct region *range)
{
	return region_is_valid(*range) && tree_translate(w->bus, w->depth - 1, range);
}

// All properties of the node at w->depth have been seen.
static void finish_node(struct board_walk *w)
{
	static const struct board_inherited nothing = { .is_okay = true, .coherency = B_COUNT };
	uint32_t i = w->depth - 1;
	const struct tree_prop *p = w->props;
	struct board_inherited own = i == 0 ? nothing : w->inherited[i - 1];
	struct region range;
	w->bus[i] = (struct tree_bus){ tree_cell(p[B_ADDRESS_CELLS], 2), tree_cell(p[B_SIZE_CELLS], 1), p[B_RANGES] };
	own.is_okay = own.is_okay && tree_status_okay(p[B_STATUS]);
	own.has_dma_ranges = own.has_dma_ranges || p[B_DMA_RANGES].len != 0;
	for (uint32_t n = 0; !own.has_registers && board_reg(w, n, &range); n++)
		own.has_registers = board_translate(w, &range);
	if (p[B_INTERRUPT_PARENT].data != NULL)
		own.interrupt_parent = tree_cell(p[B_INTERRUPT_PARENT], 0);
	w->interrupt_parent = own.interrupt_parent;
	// Children of a controller or nexus are its own, unless they say otherwise.
	if (p[B_INTERRUPT_CELLS].data != NULL)
		own.interrupt_parent = tree_cell(p[B_PHANDLE], 0);
	if (p[B_COHERENT].data != NULL)
		own.coherency = B_COHERENT;
	if (p[B_NONCOHERENT].data != NULL)
		own.coherency = B_NONCOHERENT;
	w->inherited[i] = own;
	w->is_pending = false;
}

bool board_next(struct board_walk *w)
{
	for (;;) {
		uint32_t pos = w->tree.pos, depth = w->tree.depth;
		bool has_children = w->tree.has_children;
		enum tree_event event = tree_next(&w->tree);
		if (event == TREE_PROPERTY) {
			int property = w->is_pending ? tree_match(&w->tree, &board_names) : -1;
			if (property >= 0)
				w->props[property] = (struct tree_prop){ w->tree.data, w->tree.len };
			continue;
		}
		if (w->is_pending) {
			w->tree.pos = pos; // what ended the properties comes again
			w->tree.depth = depth;
			w->tree.has_children = has_children;
			finish_node(w);
			return true;
		}
		if (event == TREE_NODE) {
			w->node = w->tree;
			w->depth = w->tree.depth;
			memset(w->props, 0, sizeof(w->props));
			w->is_pending = true;
		} else if (event != TREE_NODE_END || w->tree.depth < w->top) {
			return false;
		}
	}
}

// Whether path is the node's own, or (not `whole`) that of a node above it.
static bool is_along(const struct board_walk *w, const char *path, bool whole)
{
	for (uint32_t i = 1; i < w->depth; i++) {
		size_t len = strlen(w->node.path[i]);
		if (*path == '\0')
			return !whole;
		if (path[0] != '/' || strncmp(path + 1, w->node.path[i], len) != 0 || (path[len + 1] != '\0' && path[len + 1] != '/'))
			return false;
		path += len + 1;
	}
	return *path == '\0';
}

bool board_is_path(const struct board_walk *w, const char *path)
{
	return is_along(w, path, true);
}

bool board_is_below(const struct board_walk *w, const char *path)
{
	return is_along(w, path, false);
}

bool board_path_below(const char *path, const char *top)
{
	size_t len = strlen(top);
	return strncmp(path, top, len) == 0 && (path[len] == '\0' || path[len] == '/');
}

bool board_find_path(struct board_walk *w, const void *fdt, const char *path)
{
	bool found = false;
	if (!board_begin(w, fdt))
		return false;
	while (!found && board_next(w))
		found = board_is_path(w, path);
	return found;
}

bool board_find_phandle(struct board_walk *w, const void *fdt, uint32_t phandle)
{
	bool found = false;
	if (!board_begin(w, fdt))
		return false;
	while (phandle != 0 && !found && board_next(w))
		found = tree_cell(w->props[B_PHANDLE], 0) == phandle;
	return found;
}

struct tree_prop board_property(const struct board_walk *w, const char *name)
{
	struct tree t = w->node;
	while (tree_next(&t) == TREE_PROPERTY)
		if (strcmp(t.name, name) == 0)
			return (struct tree_prop){ t.data, t.len };
	return (struct tree_prop){ NULL, 0 };
}

// Paths and aliases with options behind a colon, as in stdout-path.
bool board_resolve(const void *fdt, const char *name, char *path, size_t size)
{
	size_t len = strcspn(name, ":");
	char alias[MAX_DEVICE_PATH];
	struct board_walk w;
	if (len == 0 || len >= size || len >= sizeof(alias))
		return false;
	if (name[0] == '/') {
		memcpy(path, name, len);
		path[len] = '\0';
		return true;
	}
	memcpy(alias, name, len);
	alias[len] = '\0';
	return board_find_path(&w, fdt, "/aliases") && tree_copy(board_property(&w, alias), path, size);
}

// Names of properties, each with the property of its target that says how many cells follow the phandle ("": none follow); a leading
// '*' stands for all that end so. One behind the other, the last one empty.
#define ROW(name, cells) name "\0" cells "\0"
static const char reference_names[] =
	ROW("interrupts-extended", "#interrupt-cells") ROW("clocks", "#clock-cells")
	ROW("assigned-clocks", "#clock-cells") ROW("assigned-clock-parents", "#clock-cells")
	ROW("resets", "#reset-cells") ROW("power-domains", "#power-domain-cells") ROW("phys", "#phy-cells")
	ROW("dmas", "#dma-cells") ROW("iommus", "#iommu-cells") ROW("mboxes", "#mbox-cells")
	ROW("interconnects", "#interconnect-cells") ROW("gpio", "#gpio-cells") ROW("gpios", "#gpio-cells")
	ROW("*-gpios", "#gpio-cells") ROW("*-gpio", "#gpio-cells") ROW("pwms", "#pwm-cells")
	ROW("io-channels", "#io-channel-cells") ROW("hwlocks", "#hwlock-cells") ROW("msi-parent", "#msi-cells")
	ROW("nvmem-cells", "#nvmem-cell-cells") ROW("thermal-sensors", "#thermal-sensor-cells")
	ROW("interrupt-parent", "") ROW("*-supply", "") ROW("pinctrl-", "") ROW("phy-handle", "")
	ROW("memory-region", "") ROW("syscon", "") ROW("regmap", "") ROW("operating-points-v2", "")
	ROW("next-level-cache", "");
#undef ROW

static bool is_name(const char *name, const char *of)
{
	size_t len = strlen(name);
	if (strcmp(of, "pinctrl-") == 0) // pinctrl-0, pinctrl-1, ...; pinctrl-names are no references
		return strncmp(name, of, 8) == 0 && name[8] >= '0' && name[8] <= '9';
	if (of[0] != '*')
		return strcmp(name, of) == 0;
	return len >= strlen(of + 1) && strcmp(name + len - strlen(of + 1), of + 1) == 0;
}

bool board_references(struct board_references *r, const char *name, struct tree_prop value)
{
	const char *cells;
	for (const char *row = reference_names; *row != '\0'; row = cells + strlen(cells) + 1) {
		cells = row + strlen(row) + 1;
		if (is_name(name, row)) {
			*r = (struct board_references){ .cells = cells, .value = value };
			return true;
		}
	}
	return false;
}

enum board_reference board_next_reference(struct board_references *r, const void *fdt, struct board_walk *target)
{
	uint32_t cells = 0;
	do {
		if (r->next == r->value.len)
			return REFERENCE_END;
		if (r->value.len - r->next < 4)
			return REFERENCE_BAD;
		r->at = r->next;
		r->phandle = tree_be32(r->value.data + r->at);
		r->next += 4;
	} while (r->phandle == 0); // an entry left out
	if (!board_find_phandle(target, fdt, r->phandle))
		return REFERENCE_BAD;
	if (r->cells[0] != '\0')
		cells = tree_cell(board_property(target, r->cells), 0);
	if (cells > (r->value.len - r->next) / 4)
		return REFERENCE_BAD;
	r->next += 4 * cells;
	return REFERENCE_FOUND;
}
