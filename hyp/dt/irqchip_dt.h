// SPDX-License-Identifier: Apache-2.0
// Reads the board's S-mode interrupt controllers into struct machine.
#ifndef BULKHEAD_DT_IRQCHIP_DT_H
#define BULKHEAD_DT_IRQCHIP_DT_H

#include "lib/diag.h"
#include "plan/machine.h"

// Fills m->irqchip, plic, aplic and imsic from the tree, which machine_read() has read already (m->harts is there). A controller
// that cannot be used (no registers, no hart of ours) counts as absent. Boot only. False with *why when the tree is damaged.
bool irqchip_read(const void *fdt, struct machine *m, struct diag *why);

#endif
