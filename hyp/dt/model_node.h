// SPDX-License-Identifier: Apache-2.0
// The nodes of a guest's tree for its emulated devices and interrupt files.
#ifndef BULKHEAD_DT_MODEL_NODE_H
#define BULKHEAD_DT_MODEL_NODE_H

#include "dt/fdt_util.h"
#include "plan/plan.h"

// The harts' interrupt controllers have phandles 1 to vcpu_count; then these.
static inline uint32_t controller_phandle(const struct partition *p) { return p->vcpu_count + 1; }
static inline uint32_t files_phandle(const struct partition *p) { return p->vcpu_count + 2; }

// Writes them all.
void model_nodes_put(struct tree_writer *w, const struct partition *p);
// The unit name of the guest's console into name[TREE_UNIT_NAME_SIZE]; false: it has none.
bool model_console_name(const struct partition *p, char *name);

// irqchip_node.c: what an interrupt controller's node has beside cells: who it is, and to whom it goes.
void node_irqchip(struct tree_writer *w, const struct partition *p);
// The node of the interrupt files.
void node_put_files(struct tree_writer *w, const struct partition *p, struct region files);

#endif
