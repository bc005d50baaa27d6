// SPDX-License-Identifier: Apache-2.0
// Copies assigned devices from the board's tree into a guest's. The request is what device_read() found there.
#include "dt/guest_dev_dt.h"

#include <libfdt.h>
#include <string.h>

#include "dt/board_walk.h"

#define NAME_SIZE (MAX_DEVICE_PATH + TREE_UNIT_NAME_SIZE)
#define ALIAS_SIZE (5 + NAME_SIZE + MAX_DEVICE_PATH)

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

// The device or need of number `index`: devices first. NULL for what comes along with another one.
static const char *path_of(const struct guest_request *g, uint32_t index)
{
	if (index < g->device_count)
		return g->devices[index].path;
	index -= g->device_count;
	for (uint32_t i = 0; i < g->fixed_count; i++)
		if (i != index && board_path_below(g->fixed[index], g->fixed[i]))
			return NULL;
	return g->fixed[index];
}

// Its name under /soc: a device's unit address is the physical one.
static void name_of_copy(const struct guest_request *g, uint32_t index, char buf[NAME_SIZE])
{
	const char *name = strrchr(path_of(g, index), '/') + 1;
	size_t len = strcspn(name, "@");
	memcpy(buf, name, strlen(name) + 1);
	if (index >= g->device_count || name[len] == '\0')
		return;
	char base[MAX_DEVICE_PATH];
	memcpy(base, name, len);
	base[len] = '\0';
	tree_unit_name(buf, base, g->devices[index].reg[0].base);
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
static void put_node(const struct copy *c, const char *name, bool has_sources)
{
	struct tree t = c->top->node;
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
		char name[NAME_SIZE];
		c.is_device = i < g->device_count;
		if (path_of(g, i) == NULL || !board_find_path(&top, in->board, path_of(g, i)))
			continue;
		name_of_copy(g, i, name);
		put_node(&c, name, c.is_device && g->devices[i].source_count != 0);
	}
}

// The guest's path for a path of the board's. False when it is none of the guest's.
static bool guest_path(const struct guest_request *g, const char *path, char buf[ALIAS_SIZE])
{
	for (uint32_t i = 0; i < g->device_count; i++) {
		const char *rest = path + strlen(g->devices[i].path);
		if (!board_path_below(path, g->devices[i].path) || strlen(rest) >= MAX_DEVICE_PATH)
			continue;
		memcpy(buf, "/soc/", 5);
		name_of_copy(g, i, buf + 5);
		strcat(buf, rest);
		return true;
	}
	return false;
}

void guest_dev_put_aliases(struct tree_writer *w, const struct guest_dt_input *in)
{
	struct board_walk aliases;
	const char *path;
	char buf[ALIAS_SIZE];
	bool any = false;
	if (node_count(in) == 0 || !board_find_path(&aliases, in->board, "/aliases"))
		return;
	struct tree t = aliases.node;
	while (tree_next(&t) == TREE_PROPERTY) {
		if (!tree_string((struct tree_prop){ t.data, t.len }, &path) || !guest_path(request_of(in), path, buf))
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
	const struct guest_request *g = request_of(in);
	char name[NAME_SIZE], other[NAME_SIZE];
	for (uint32_t i = 0; i < node_count(in); i++) {
		if (path_of(g, i) == NULL)
			continue;
		name_of_copy(g, i, name);
		for (uint32_t j = 0; j < i; j++) {
			if (path_of(g, j) == NULL)
				continue;
			name_of_copy(g, j, other);
			if (strcmp(name, other) == 0)
				return diag_set(why, DIAG_NAME_DUPLICATE, in->partition->name, "devices", name);
		}
	}
	return true;
}
