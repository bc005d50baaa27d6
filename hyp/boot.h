// SPDX-License-Identifier: Apache-2.0
// Entry points from boot/head.S, and the boot banner.
#ifndef BULKHEAD_BOOT_H
#define BULKHEAD_BOOT_H

#include "hart/hart.h"

// boot/head.S: the first hart, with the machine's number and the board's tree, translation off, bss clear.
void hyp_main(uint64_t hartid, const void *fdt);

// banner.c: what the user sees at boot. All on the boot hart before console_init().
void banner_begin(void); // the clock of the phases starts
void banner_head(const struct machine *m, uint64_t hartid);
void banner_plan(const struct plan_input *in, const struct plan *plan, char *buf, size_t size);
void banner_end(void);
// Marks the end of a phase; banner_end() tells the instructions of each.
void banner_phase(const char *name);
// Size of a flattened tree by its header.
uint64_t fdt_size(const void *fdt);

#endif
