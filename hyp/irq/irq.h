// SPDX-License-Identifier: Apache-2.0
// External interrupts of the board's devices: the controllers that the hypervisor drives, whichever the board has. Drivers know
// sources, harts and owners; what a guest is they do not know.
#ifndef BULKHEAD_IRQ_IRQ_H
#define BULKHEAD_IRQ_IRQ_H

#include "hart/hart.h"

// Whose interrupt sources are. One for each guest that has any; const once its harts run.
struct irq_owner {
	const struct partition *partition;
	struct spinlock *lock; // guards what drivers keep of its sources: they take it, or say that the caller holds it
	// A source has interrupted, and will not again until the driver is told so (plic_complete(), aplic_enable()). Lock held.
	void (*raise)(void *guest, uint32_t source);
	void *guest;
};

// Switches every source of the board's controller off. Boot hart, on the hypervisor's own table, before guests are set up.
void irq_init(const struct machine *m);
// Gives a source (1 to VPLIC_SOURCES - 1) to its owner. Boot hart, before other harts are started.
void irq_assign(uint32_t source, const struct irq_owner *owner);
// Lets external interrupts reach this hart, if its guest has sources (hart.irq), and kicks, where it has an interrupt file. On the
// hart itself, after hart_init().
void irq_hart_init(struct hart *h);
// An external interrupt for HS-mode is pending on this hart (one that is not there any more is harmless).
void irq_external(struct hart *h);

#endif
