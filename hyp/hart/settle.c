// SPDX-License-Identifier: Apache-2.0
// What HS-mode runs with outside of guests. Below all else: whoever ends the board for a fault of ours comes here first.
#include "hart/hart.h"
#include "rv/csr.h"

// Outside of guests: no address but our own translation's, no unit but the integer one, nothing of
// VS-mode, and room for a fault that is expected, which with sstatus.SDT set would be a double trap,
// M-mode's.
#define SSTATUS_UNWANTED \
	(SSTATUS_SIE | SSTATUS_VS | SSTATUS_FS | SSTATUS_SUM | SSTATUS_MXR | SSTATUS_SPELP | SSTATUS_SDT)
#define HSTATUS_UNWANTED \
	(HSTATUS_SPV | HSTATUS_SPVP | HSTATUS_HU | HSTATUS_VGEIN | HSTATUS_VTVM | HSTATUS_VTW | HSTATUS_VTSR)

bool hart_settle(struct hart *h)
{
	csr_write(CSR_SSTATUS, SSTATUS_UXL_64);
	if ((csr_read(CSR_SSTATUS) & SSTATUS_UNWANTED) != 0)
		return false;
	if (h->guest == NULL)
		return true; // perhaps a hart without H
	csr_write(CSR_HSTATUS, HSTATUS_VSXL_64);
	csr_write(CSR_VSATP, 0);
	csr_write(CSR_VSSTATUS, SSTATUS_UXL_64); // HLV goes by it
	csr_write(CSR_HVIP, 0);
	csr_write(CSR_HIE, 0); // nothing of a guest's wakes this hart
	csr_clear(CSR_SIE, IP_LCOFIP);
	return (csr_read(CSR_HSTATUS) & HSTATUS_UNWANTED) == 0 &&
	       (csr_read(CSR_VSATP) | csr_read(CSR_HIE)) == 0;
}
