// SPDX-License-Identifier: Apache-2.0
// External interrupts of the board's devices: the controllers that the hypervisor drives, whichever the board has.
#ifndef BULKHEAD_IRQ_IRQ_H
#define BULKHEAD_IRQ_IRQ_H

#include "hart/hart.h"

// Switches every source of the board's controller off and learns whose the assigned ones are. Boot hart, on the hypervisor's own table, after
// guest_init() and before other harts are started.
void irq_init(const struct machine *m);
// Lets external interrupts reach this hart, if its guest has sources, and kicks, where it has an interrupt file. On the hart itself, after hart_init().
void irq_hart_init(struct hart *h);
// An external interrupt for HS-mode is pending on this hart (one that is not there any more is harmless).
void irq_external(struct hart *h);

#endif
