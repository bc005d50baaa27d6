// SPDX-License-Identifier: Apache-2.0
// Reads the board's device tree into struct machine, in one pass.
#ifndef BULKHEAD_DT_MACHINE_DT_H
#define BULKHEAD_DT_MACHINE_DT_H

#include "lib/diag.h"
#include "plan/machine.h"

// Fills *m from the tree at fdt, but for m->uart, which is left as it is (dt/uart_dt.h). Boot only. False with *why when the tree is unusable (no RAM, no harts, too many of anything).
bool machine_read(const void *fdt, struct machine *m, struct diag *why);

#endif
