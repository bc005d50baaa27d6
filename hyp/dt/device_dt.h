// SPDX-License-Identifier: Apache-2.0
// Looks up in the board's tree what guests have been promised: registers, interrupts and needs of assigned devices.
#ifndef BULKHEAD_DT_DEVICE_DT_H
#define BULKHEAD_DT_DEVICE_DT_H

#include "lib/diag.h"
#include "plan/machine.h"
#include "plan/request.h"

// Completes the devices of every guest in *r: path (aliases become paths), reg, reset, sources, what
// it can do (reaches_board, can_master, bypasses_caches), and fixed. Boot only. False with *why:
// DIAG_DEVICE_* or DIAG_TOO_MANY, the guest's node, property `devices`, and the device (and what it
// needs).
bool device_read(const void *fdt, const struct machine *m, struct request *r, struct diag *why);

#endif
