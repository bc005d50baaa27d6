// SPDX-License-Identifier: Apache-2.0
// The nodes of a guest's tree for its emulated devices and interrupt files.
#ifndef BULKHEAD_DT_MODEL_NODE_H
#define BULKHEAD_DT_MODEL_NODE_H

#include "dt/fdt_util.h"
#include "plan/plan.h"

// Writes them all.
void model_nodes_put(struct tree_writer *w, const struct partition *p);
// The unit name of the guest's console into name[TREE_UNIT_NAME_SIZE]; false: it has none.
bool model_console_name(const struct partition *p, char *name);

#endif
