// SPDX-License-Identifier: Apache-2.0
// Interrupt files of the harts' IMSICs (RISC-V AIA, "Incoming MSI Controller"): those of guests, and the hypervisor's own, which it
// uses for wired sources of guests that have none.
#ifndef BULKHEAD_IRQ_IMSIC_H
#define BULKHEAD_IRQ_IMSIC_H

#include "hart/hart.h"
#include "rv/csr.h"

// Sends identity eiid (1 or more) to the vcpu's interrupt file. Any hart.
void imsic_send(const struct partition *p, uint32_t vcpu, uint32_t eiid);
// Takes this hart's guest interrupt file back to its reset state: delivery off, nothing enabled or pending. `ids`: its highest
// identity. On the hart itself, which runs no guest; leaves hstatus.VGEIN at that file.
void imsic_reset_guest_file(uint32_t ids);
// Lets the hypervisor's own file interrupt this hart, by kicks and by the sources that the hypervisor takes, and other harts kick
// this one through it from now on. Nothing happens on a hart that has none, or whose firmware keeps it. On the hart itself.
void imsic_hart_init(struct hart *h, const struct machine *m);
// Waits, not for ever, until an identity (1 to 63) is pending in the hypervisor's own file of this hart, and takes it away.
void imsic_await(uint32_t id);
// Takes a kick away, if this hart is kicked through its interrupt file and that is what interrupts it: nothing goes before it.
static inline bool imsic_take_kick(const struct hart *h)
{
	if (atomic_load_explicit(&h->kick, memory_order_relaxed) == NULL || csr_read(CSR_STOPEI) >> STOPEI_ID_SHIFT != OWN_FILE_KICK)
		return false;
	csr_write(CSR_STOPEI, 0);
	return true;
}
// Takes the interrupt of highest priority from the hypervisor's own file: its identity, 0 when there is none.
uint32_t imsic_claim(void);

#endif
