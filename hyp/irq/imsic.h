// SPDX-License-Identifier: Apache-2.0
// Interrupt files of the harts' IMSICs (RISC-V AIA, "Incoming MSI Controller"): those of guests, and the hypervisor's own, which it
// uses for wired sources of guests that have none.
#ifndef BULKHEAD_IRQ_IMSIC_H
#define BULKHEAD_IRQ_IMSIC_H

#include "guest/guest.h"

// Sends identity eiid (1 or more) to the vcpu's interrupt file. Any hart.
void imsic_send(const struct guest *g, uint32_t vcpu, uint32_t eiid);
// Takes this hart's guest interrupt file back to its reset state: delivery off, nothing enabled or pending. `ids`: its highest
// identity. On the hart itself, which runs no guest; leaves hstatus.VGEIN at that file.
void imsic_reset_guest_file(uint32_t ids);
// Lets the identities 1 to VAPLIC_SOURCES - 1 of the hypervisor's own file, which has `ids`, interrupt this hart.
void imsic_open_own_file(uint32_t ids);
// Waits, not for ever, until an identity (1 to 63) is pending in the hypervisor's own file of this hart, and takes it away.
void imsic_await(uint32_t id);
// Takes the interrupt of highest priority from the hypervisor's own file: its identity, 0 when there is none.
uint32_t imsic_claim(void);

#endif
