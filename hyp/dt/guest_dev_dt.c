// SPDX-License-Identifier: Apache-2.0
// Copies assigned devices from the board's tree into a guest's. The request is what device_read() found there. [pure]
#include "dt/guest_dev_dt.h"

#include <libfdt.h>
#include <string.h>

#include "dt/board_walk.h"

struct copy {
	struct tree_writer *w;
	const struct guest_dt_input *in;
	uint32_t controller; // the guest's
	const struct board_walk *top;
	bool is_device; // false: a clock, a regulator: what it calls reg is not the board's address space
};

static const struct guest_request *request_of(const struct guest_dt_input *in)
{
	return in->partition->request;
}

static uint32_t new_phandle(const struct copy *c, uint32_t phandle)
{
	const struct machine *m = c->in->machine;
	uint32_t controller = m->irqchip == IRQCHIP_PLIC ? m->plic.phandle : m->aplic.phandle;
	return phandle == controller ? c->controller : phandle + GUEST_BOARD_PHANDLE;
}

// The name under /soc: the unit address is the physical one.
static void device_name(const struct board_walk *w, char buf[MAX_DEVICE_PATH])
{
	const char *name = w->node.path[w->depth - 1];
	size_t len = strcspn(name, "@");
	struct region raw, range;
	strncpy(buf, name, MAX_DEVICE_PATH - 1);
	buf[MAX_DEVICE_PATH - 1] = '\0';
	if (!board_reg(w, 0, &raw))
		return;
	range = raw;
	if (!board_translate(w, &range) || range.base == raw.base || len > TREE_UNIT_NAME_SIZE - 18)
		return;
	buf[len] = '\0';
	char unit[TREE_UNIT_NAME_SIZE];
	tree_unit_name(unit, buf, range.base);
	memcpy(buf, unit, sizeof(unit));
}

static void put_references(const struct copy *c, const char *name, struct board_references *list)
{
	struct board_walk target;
	void *place;
	if (c->w->error == 0)
		c->w->error = fdt_property_placeholder(c->w->fdt, name, (int)list->value.len, &place);
	if (c->w->error != 0)
		return;
	memcpy(place, list->value.data, list->value.len);
	while (board_next_reference(list, c->in->board, &target) == REFERENCE_FOUND) {
		fdt32_t phandle = cpu_to_fdt32(new_phandle(c, list->phandle));
		memcpy((uint8_t *)place + list->at, &phandle, sizeof(phandle));
	}
}

static void put_registers(const struct copy *c)
{
	fdt64_t cells[2 * MAX_DEVICE_REGS];
	uint32_t count = 0;
	struct region range;
	for (; count < MAX_DEVICE_REGS && board_reg(c->top, count, &range) && board_translate(c->top, &range); count++) {
		cells[2 * count] = cpu_to_fdt64(range.base);
		cells[2 * count + 1] = cpu_to_fdt64(range.size);
	}
	if (count != 0 && c->is_device)
		tree_put(c->w, "reg", cells, count * 2 * sizeof(cells[0]));
}

static void put_property(const struct copy *c, const struct tree *t)
{
	struct board_references list;
	if (strcmp(t->name, "phandle") == 0 || strcmp(t->name, "linux,phandle") == 0) {
		if (t->len == 4)
			tree_put_u32(c->w, t->name, new_phandle(c, tree_be32(t->data)));
	} else if (t->depth == c->top->depth && strcmp(t->name, "reg") == 0) {
		put_registers(c);
	} else if (board_references(&list, t->name, (struct tree_prop){ t->data, t->len })) {
		put_references(c, t->name, &list);
	} else {
		tree_put(c->w, t->name, t->data, t->len);
	}
}

// What the node has from its parents, which do not come along.
static void put_inherited(const struct copy *c, bool has_sources)
{
	const struct board_walk *top = c->top;
	enum board_property coherency = top->inherited[top->depth - 1].coherency;
	if (has_sources && top->props[B_INTERRUPT_PARENT].data == NULL)
		tree_put_u32(c->w, "interrupt-parent", c->controller);
	if (coherency != B_COUNT && top->props[coherency].data == NULL)
		tree_put(c->w, coherency == B_COHERENT ? "dma-coherent" : "dma-noncoherent", "", 0);
}

// The node at c->top and all below it.
static void put_node(const struct copy *c, bool has_sources)
{
	struct tree t = c->top->node;
	char name[MAX_DEVICE_PATH];
	device_name(c->top, name);
	tree_begin(c->w, name);
	put_inherited(c, has_sources);
	for (;;) {
		enum tree_event event = tree_next(&t);
		if (event == TREE_PROPERTY) {
			put_property(c, &t);
		} else if (event == TREE_NODE) {
			tree_begin(c->w, t.name);
		} else {
			tree_end(c->w);
			if (event != TREE_NODE_END || t.depth < c->top->depth)
				return;
		}
	}
}

// Finds the node of number `index`: devices first, then what they need, but for what lies in another one of these.
static bool find_node(const struct guest_dt_input *in, uint32_t index, struct board_walk *w)
{
	const struct guest_request *g = request_of(in);
	struct board_walk other;
	char path[MAX_DEVICE_PATH];
	if (index < g->device_count)
		return board_find_path(w, in->board, g->devices[index].path);
	index -= g->device_count;
	if (!board_find_phandle(w, in->board, g->fixed[index]))
		return false;
	for (uint32_t i = 0; i < g->fixed_count; i++) {
		if (i == index || !board_find_phandle(&other, in->board, g->fixed[i]))
			continue;
		tree_path(&other.node, other.depth, path, sizeof(path));
		if (board_is_below(w, path))
			return false;
	}
	return true;
}

static uint32_t node_count(const struct guest_dt_input *in)
{
	const struct guest_request *g = request_of(in);
	return g == NULL || in->board == NULL ? 0 : g->device_count + g->fixed_count;
}

void guest_dev_put(struct tree_writer *w, const struct guest_dt_input *in, uint32_t controller)
{
	const struct guest_request *g = request_of(in);
	struct board_walk top;
	struct copy c = { .w = w, .in = in, .controller = controller, .top = &top };
	for (uint32_t i = 0; i < node_count(in); i++) {
		c.is_device = i < g->device_count;
		if (find_node(in, i, &top))
			put_node(&c, c.is_device && g->devices[i].source_count != 0);
	}
}

// The guest's path for a path of the board's. False when it is none of the guest's.
static bool guest_path(const struct guest_dt_input *in, const char *path, char buf[2 * MAX_DEVICE_PATH])
{
	const struct guest_request *g = request_of(in);
	struct board_walk w;
	for (uint32_t i = 0; i < g->device_count; i++) {
		size_t len = strlen(g->devices[i].path);
		if (strncmp(path, g->devices[i].path, len) != 0 || (path[len] != '\0' && path[len] != '/') ||
		    strlen(path + len) >= MAX_DEVICE_PATH - 5 || !find_node(in, i, &w))
			continue;
		memcpy(buf, "/soc/", 5);
		device_name(&w, buf + 5);
		memcpy(buf + strlen(buf), path + len, strlen(path + len) + 1);
		return true;
	}
	return false;
}

void guest_dev_put_aliases(struct tree_writer *w, const struct guest_dt_input *in)
{
	struct board_walk aliases;
	const char *path;
	char buf[2 * MAX_DEVICE_PATH];
	bool any = false;
	if (node_count(in) == 0 || !board_find_path(&aliases, in->board, "/aliases"))
		return;
	struct tree t = aliases.node;
	while (tree_next(&t) == TREE_PROPERTY) {
		if (!tree_string((struct tree_prop){ t.data, t.len }, &path) || !guest_path(in, path, buf))
			continue;
		if (!any)
			tree_begin(w, "aliases");
		any = true;
		tree_put_string(w, t.name, buf);
	}
	if (any)
		tree_end(w);
}

bool guest_dev_check(const struct guest_dt_input *in, struct diag *why)
{
	struct board_walk w;
	char name[MAX_DEVICE_PATH], other[MAX_DEVICE_PATH];
	for (uint32_t i = 0; i < node_count(in); i++) {
		if (!find_node(in, i, &w))
			continue;
		device_name(&w, name);
		for (uint32_t j = 0; j < i; j++) {
			if (!find_node(in, j, &w))
				continue;
			device_name(&w, other);
			if (strcmp(name, other) == 0)
				return diag_set(why, DIAG_NAME_DUPLICATE, in->partition->name, "devices", name);
		}
	}
	return true;
}
