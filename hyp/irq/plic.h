// SPDX-License-Identifier: Apache-2.0
// The board's PLIC: sources of assigned devices are claimed here and stay claimed until their guest completes them at its own.
//
// A source is enabled in the context of one hart of its owner, so contexts belong to guests as harts do. What concerns a guest's
// sources is changed under its device_lock only.
#ifndef BULKHEAD_IRQ_PLIC_H
#define BULKHEAD_IRQ_PLIC_H

#include "guest/guest.h"

// irq.h's three.
void plic_init(const struct machine *m);
void plic_hart_init(struct hart *h);
void plic_external(struct hart *h);

// The rest is called with the guest's device_lock held, on any hart of it.
// The guest has changed which of its contexts may take sources 32 * word to 32 * word + 31: the board's interrupt follows to the
// lowest vcpu that may take it; without any it is off.
void plic_route(struct guest *g, uint32_t word);
// The guest has completed a source. False when it is not an assigned one that was claimed.
bool plic_done(struct guest *g, uint32_t source);
// Completes and switches off all sources of the guest.
void plic_release(struct guest *g);
// Pending bits of the guest's sources at the board's PLIC: sources it has not enabled are known there only.
uint32_t plic_pending(const struct guest *g, uint32_t word);

#endif
