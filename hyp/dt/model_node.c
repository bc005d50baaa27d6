// SPDX-License-Identifier: Apache-2.0
// The nodes of emulated devices in a guest's tree: the list of vdev/models.h, as the tree needs it.
#include "dt/model_node.h"

#include <libfdt.h>

#include "dt/irqchip_node.h"

#define IRQ_TYPE_LEVEL_HIGH 4 // second cell of an APLIC's interrupt specifier

// What a node has beside cells: of each <code> of the list one function, in dt/<device>_node.c.
#define MODEL_NODE(enumerator, functions, state, kind, property, text, base, size, source, node, compatible, code, cells) \
	void node_##code(struct tree_writer *w, const struct partition *p);
MODELS(MODEL_NODE)
#undef MODEL_NODE

void node_plain(struct tree_writer *w, const struct partition *p)
{
	(void)w;
	(void)p;
}

static const struct model_node {
	const char *name, *compatible;
	size_t compatible_size;
	void (*code)(struct tree_writer *w, const struct partition *p);
	struct {
		const char *name; // NULL: no more
		uint32_t value;
	} cells[MODEL_CELLS];
} nodes[MODEL_COUNT] = {
#define MODEL_NODE(enumerator, functions, state, kind, property, text, base, size, source, node, compatible, code, cells) \
	[MODEL_##enumerator] = { node, compatible, sizeof(compatible), node_##code, cells },
	MODELS(MODEL_NODE)
#undef MODEL_NODE
};

static void put_interrupt(struct tree_writer *w, const struct partition *p, uint32_t source)
{
	const fdt32_t cells[] = { cpu_to_fdt32(source), cpu_to_fdt32(IRQ_TYPE_LEVEL_HIGH) };
	tree_put_u32(w, "interrupt-parent", controller_phandle(p));
	tree_put(w, "interrupts", cells, p->irqchip == GUEST_IRQCHIP_PLIC ? 4 : 8);
}

static void put_model(struct tree_writer *w, const struct partition *p, enum model model)
{
	const struct map_entry *e = partition_model(p, model);
	const struct model_node *n = &nodes[model];
	if (e == NULL)
		return;
	tree_begin_unit(w, n->name, e->gpa.base);
	tree_put(w, "compatible", n->compatible, n->compatible_size);
	tree_put_reg(w, e->gpa.base, e->gpa.size);
	for (uint32_t i = 0; n->cells[i].name != NULL; i++)
		tree_put_u32(w, n->cells[i].name, n->cells[i].value);
	if (e->source != 0)
		put_interrupt(w, p, e->source);
	n->code(w, p);
	tree_end(w);
}

// Those whom the others refer to come first.
void model_nodes_put(struct tree_writer *w, const struct partition *p)
{
	for (uint32_t i = 0; i < p->map_count; i++)
		if (p->map[i].kind == MAP_FILES)
			node_put_files(w, p, p->map[i].gpa);
	for (uint32_t i = MODEL_ASKED_COUNT; i < MODEL_COUNT; i++)
		put_model(w, p, (enum model)i);
	for (uint32_t i = 0; i < MODEL_ASKED_COUNT; i++)
		put_model(w, p, (enum model)i);
}

bool model_console_name(const struct partition *p, char *name)
{
	for (uint32_t i = 0; i < MODEL_ASKED_COUNT; i++) {
		const struct map_entry *e = partition_model(p, (enum model)i);
		if (e == NULL || model_rows[i].kind != MODEL_CONSOLE)
			continue;
		tree_unit_name(name, nodes[i].name, e->gpa.base);
		return true;
	}
	return false;
}
