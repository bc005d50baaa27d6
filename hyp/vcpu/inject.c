// SPDX-License-Identifier: Apache-2.0
// Gives a guest an exception as hardware would have.
#include "rv/csr.h"
#include "vcpu/vcpu.h"

bool vcpu_inject(struct vcpu *v, uint64_t cause, uint64_t tval)
{
	struct exit *e = &v->exit;
	uint64_t vsstatus = csr_read(CSR_VSSTATUS);

	if (v->has_sdt) { // priv, "Double Trap Control in sstatus Register"
		if (vsstatus & SSTATUS_SDT)
			return false;
		vsstatus |= SSTATUS_SDT; // not taken while henvcfg.DTE is 0
	}
	csr_write(CSR_VSEPC, e->pc);
	csr_write(CSR_VSCAUSE, cause);
	csr_write(CSR_VSTVAL, tval);

	vsstatus &= ~(uint64_t)(SSTATUS_SPP | SSTATUS_SPIE | SSTATUS_SPELP);
	vsstatus |= e->sstatus & SSTATUS_SPP; // the mode the guest was in
	vsstatus |= (vsstatus & SSTATUS_SIE) != 0 ? SSTATUS_SPIE : 0;
	vsstatus &= ~(uint64_t)SSTATUS_SIE;
	// A landing pad that was expected belongs to the interrupted code ("Preserving Expected Landing Pad State on Traps").
	vsstatus |= e->sstatus & SSTATUS_SPELP;
	csr_write(CSR_VSSTATUS, vsstatus);

	e->sstatus |= SSTATUS_SPP;
	e->sstatus &= ~(uint64_t)SSTATUS_SPELP;
	e->hstatus |= HSTATUS_SPVP;
	e->pc = csr_read(CSR_VSTVEC) & ~3ull; // exceptions go to BASE in either mode
	return true;
}
