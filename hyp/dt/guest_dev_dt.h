// SPDX-License-Identifier: Apache-2.0
// Assigned devices in a guest's tree: their nodes as they are in the board's, but for what leads elsewhere.
#ifndef BULKHEAD_DT_GUEST_DEV_DT_H
#define BULKHEAD_DT_GUEST_DEV_DT_H

#include "dt/fdt_util.h"
#include "dt/guest_dt.h"

// Phandles of the board's nodes in a guest's tree begin here; those below are the guest's own.
#define GUEST_BOARD_PHANDLE 0x1000u

// Writes the guest's devices and what they need that has no registers, as children of /soc, which has 2 + 2 cells and moves no
// addresses. References to the board's wired interrupt controller become ones to `controller`.
void guest_dev_put(struct tree_writer *w, const struct guest_dt_input *in, uint32_t controller);
// Writes /aliases with those of the board's that name a device of the guest, if there are any.
void guest_dev_put_aliases(struct tree_writer *w, const struct guest_dt_input *in);
// Whether no two of them get the same name. False with *why: DIAG_NAME_DUPLICATE.
bool guest_dev_check(const struct guest_dt_input *in, struct diag *why);

#endif
