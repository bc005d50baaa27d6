// SPDX-License-Identifier: Apache-2.0
// The board's PLIC: sources of assigned devices are claimed here and stay claimed until their owner completes them.
//
// A source is enabled in the context of one hart of its owner, so contexts belong to owners as harts do.
#ifndef BULKHEAD_IRQ_PLIC_H
#define BULKHEAD_IRQ_PLIC_H

#include "irq/irq.h"

// irq.h's four.
void plic_init(const struct machine *m);
void plic_assign(uint32_t source, const struct irq_owner *owner);
void plic_hart_init(struct hart *h);
void plic_external(struct hart *h);

// The rest is called by a source's owner, which holds its lock, on any hart.
// Whether a hart can take interrupts.
bool plic_can_reach(const struct hart *h);
// The source interrupts this hart from now on; NULL: it is off. One that is claimed stays where it is until it is completed.
void plic_route(uint32_t source, struct hart *to);
// Completes a source. False when it was not claimed.
bool plic_complete(uint32_t source);
// Completes and switches off a source. False when it was not claimed.
bool plic_release(uint32_t source);
// Word `word` of the pending bits, everybody's.
uint32_t plic_pending(uint32_t word);

#endif
