// SPDX-License-Identifier: Apache-2.0
// What runs, from the seal on; boot.c comes before it.
#ifndef BULKHEAD_RUN_H
#define BULKHEAD_RUN_H

#include "hart/hart.h"

// The boot hart, with a sealed plan: enters its table, in which there is nothing of what booted, and starts the other harts and the
// guests. rings: CONSOLE_RING_SIZE bytes for each guest.
_Noreturn void run(const struct machine *m, const struct plan *plan, uint8_t *rings);
// boot/head.S: any other hart, on its own stack and table; and the end of the boot hart's story.
_Noreturn void secondary_main(struct hart *h);
// boot/head.S: where the firmware starts other harts (a0 = hartid, a1 = struct hart *).
void secondary_start(void);

#endif
