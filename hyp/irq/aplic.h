// SPDX-License-Identifier: Apache-2.0
// The board's APLIC, its supervisor-level domain: sources of assigned devices do what their guest has configured at its own.
//
// To a guest with interrupt files the real source sends its MSIs by itself. Otherwise the hypervisor takes the interrupt, by direct
// delivery or by its own interrupt file, and the guest's APLIC (vdev/vaplic.h) has it delivered directly.
#ifndef BULKHEAD_IRQ_APLIC_H
#define BULKHEAD_IRQ_APLIC_H

#include "irq/irq.h"
#include "vdev/vaplic.h"

// irq.h's four.
void aplic_init(const struct machine *m);
void aplic_assign(uint32_t source, const struct irq_owner *owner);
void aplic_hart_init(struct hart *h);
void aplic_external(struct hart *h);

// Waits until what the APLIC has sent to this hart has arrived: MSIs go their way for a while after a source was switched off
// (AIA, "Synchronizing interrupt reset": nothing earlier is behind one that was sent by genmsi). On a hart outside its guest.
void aplic_settle(const struct hart *h);

// struct vaplic_ops' functions for hardware sources; `guest` is not looked at, the source says whose it is. Its owner's lock is held.
// Any hart.
void aplic_configure(void *guest, uint32_t source, const struct vaplic_source *cfg);
void aplic_set_pending(void *guest, uint32_t source, bool pending);
bool aplic_is_pending(void *guest, uint32_t source);
bool aplic_is_rectified(void *guest, uint32_t source);
void aplic_enable(void *guest, uint32_t source);

#endif
