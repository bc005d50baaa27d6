// SPDX-License-Identifier: Apache-2.0
// Interrupt controllers in a guest's tree: by what others refer to them, and what their nodes have beside cells.
#ifndef BULKHEAD_DT_IRQCHIP_NODE_H
#define BULKHEAD_DT_IRQCHIP_NODE_H

#include "dt/fdt_util.h"
#include "plan/plan.h"

// The harts' interrupt controllers have phandles 1 to vcpu_count; then these.
static inline uint32_t controller_phandle(const struct partition *p) { return p->vcpu_count + 1; }
static inline uint32_t files_phandle(const struct partition *p) { return p->vcpu_count + 2; }

// What such a node says itself: who it is, and to whom it goes.
void node_irqchip(struct tree_writer *w, const struct partition *p);
// The node of the interrupt files.
void node_put_files(struct tree_writer *w, const struct partition *p, struct region files);

#endif
