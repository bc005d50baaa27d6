// SPDX-License-Identifier: Apache-2.0
// The one list of CSRs that U-, S-, HS- and VS-mode have by the manuals (privileged and AIA, "CSR
// Listing"), and what becomes of each. [pure]
//
// X(number, name, kind):
//   OWN    a guest's own, if its hart has it: reset for each life (vcpu/vcpu.c; rows dirty-*)
//   FIXED  a guest reads it, and cannot write it (rows csrs-*)
//   PLAN   illegal for a guest (rows csrs-*), which notices what is in it, perhaps as its own CSR
//          of another number: the hypervisor gives it its value, whatever a boot loader has left
//          there (test_csr_list.py)
//   NONE   illegal for a guest (rows csrs-*), and nothing in it changes anything for one: what a
//          trap leaves, what only RV32 has, another way to what is in this list already
// Whatever is not here is illegal for a guest, or the rows csrs-* fail. That what is OWN or PLAN is
// written looks test/system/test_csr_list.py.
#ifndef BULKHEAD_RV_CSR_LIST_H
#define BULKHEAD_RV_CSR_LIST_H

#define CSR_LIST(X) \
	X(0x001, fflags, OWN) \
	X(0x002, frm, OWN) \
	X(0x003, fcsr, OWN) \
	X(0x008, vstart, OWN) \
	X(0x009, vxsat, OWN) \
	X(0x00a, vxrm, OWN) \
	X(0x00f, vcsr, OWN) \
	X(0x011, ssp, OWN) \
	X(0x015, seed, NONE) \
	X(0x017, jvt, OWN) \
	X(0x100, sstatus, OWN) \
	X(0x104, sie, OWN) \
	X(0x105, stvec, OWN) \
	X(0x106, scounteren, OWN) \
	X(0x10a, senvcfg, OWN) \
	X(0x10c, sstateen0, PLAN) \
	X(0x10d, sstateen1, PLAN) \
	X(0x10e, sstateen2, PLAN) \
	X(0x10f, sstateen3, PLAN) \
	X(0x114, sieh, NONE) \
	X(0x120, scountinhibit, NONE) \
	X(0x140, sscratch, OWN) \
	X(0x141, sepc, OWN) \
	X(0x142, scause, OWN) \
	X(0x143, stval, OWN) \
	X(0x144, sip, OWN) \
	X(0x14d, stimecmp, OWN) \
	X(0x14e, sctrctl, OWN) \
	X(0x14f, sctrstatus, OWN) \
	X(0x150, siselect, OWN) \
	X(0x151, sireg, OWN) \
	X(0x152, sireg2, OWN) \
	X(0x153, sireg3, OWN) \
	X(0x154, siph, NONE) \
	X(0x155, sireg4, OWN) \
	X(0x156, sireg5, OWN) \
	X(0x157, sireg6, OWN) \
	X(0x15c, stopei, OWN) \
	X(0x15d, stimecmph, NONE) \
	X(0x15f, sctrdepth, PLAN) \
	X(0x180, satp, OWN) \
	X(0x181, srmcfg, NONE) \
	X(0x200, vsstatus, PLAN) \
	X(0x204, vsie, PLAN) \
	X(0x205, vstvec, PLAN) \
	X(0x214, vsieh, NONE) \
	X(0x240, vsscratch, PLAN) \
	X(0x241, vsepc, PLAN) \
	X(0x242, vscause, PLAN) \
	X(0x243, vstval, PLAN) \
	X(0x244, vsip, PLAN) \
	X(0x24d, vstimecmp, PLAN) \
	X(0x24e, vsctrctl, PLAN) \
	X(0x250, vsiselect, PLAN) \
	X(0x251, vsireg, NONE) \
	X(0x252, vsireg2, NONE) \
	X(0x253, vsireg3, NONE) \
	X(0x254, vsiph, NONE) \
	X(0x255, vsireg4, NONE) \
	X(0x256, vsireg5, NONE) \
	X(0x257, vsireg6, NONE) \
	X(0x25c, vstopei, NONE) \
	X(0x25d, vstimecmph, NONE) \
	X(0x280, vsatp, PLAN) \
	X(0x5a8, scontext, OWN) \
	X(0x600, hstatus, PLAN) \
	X(0x602, hedeleg, PLAN) \
	X(0x603, hideleg, PLAN) \
	X(0x604, hie, PLAN) \
	X(0x605, htimedelta, PLAN) \
	X(0x606, hcounteren, PLAN) \
	X(0x607, hgeie, PLAN) \
	X(0x608, hvien, PLAN) \
	X(0x609, hvictl, PLAN) \
	X(0x60a, henvcfg, PLAN) \
	X(0x60c, hstateen0, PLAN) \
	X(0x60d, hstateen1, PLAN) \
	X(0x60e, hstateen2, PLAN) \
	X(0x60f, hstateen3, PLAN) \
	X(0x612, hedelegh, NONE) \
	X(0x613, hidelegh, NONE) \
	X(0x615, htimedeltah, NONE) \
	X(0x618, hvienh, NONE) \
	X(0x61a, henvcfgh, NONE) \
	X(0x61c, hstateen0h, NONE) \
	X(0x61d, hstateen1h, NONE) \
	X(0x61e, hstateen2h, NONE) \
	X(0x61f, hstateen3h, NONE) \
	X(0x643, htval, NONE) \
	X(0x644, hip, NONE) \
	X(0x645, hvip, PLAN) \
	X(0x646, hviprio1, PLAN) \
	X(0x647, hviprio2, PLAN) \
	X(0x64a, htinst, NONE) \
	X(0x655, hviph, NONE) \
	X(0x656, hviprio1h, NONE) \
	X(0x657, hviprio2h, NONE) \
	X(0x680, hgatp, PLAN) \
	X(0x6a8, hcontext, PLAN) \
	X(0xc00, cycle, FIXED) \
	X(0xc01, time, FIXED) \
	X(0xc02, instret, FIXED) \
	X(0xc03, hpmcounter3, FIXED) \
	X(0xc04, hpmcounter4, FIXED) \
	X(0xc05, hpmcounter5, FIXED) \
	X(0xc06, hpmcounter6, FIXED) \
	X(0xc07, hpmcounter7, FIXED) \
	X(0xc08, hpmcounter8, FIXED) \
	X(0xc09, hpmcounter9, FIXED) \
	X(0xc0a, hpmcounter10, FIXED) \
	X(0xc0b, hpmcounter11, FIXED) \
	X(0xc0c, hpmcounter12, FIXED) \
	X(0xc0d, hpmcounter13, FIXED) \
	X(0xc0e, hpmcounter14, FIXED) \
	X(0xc0f, hpmcounter15, FIXED) \
	X(0xc10, hpmcounter16, FIXED) \
	X(0xc11, hpmcounter17, FIXED) \
	X(0xc12, hpmcounter18, FIXED) \
	X(0xc13, hpmcounter19, FIXED) \
	X(0xc14, hpmcounter20, FIXED) \
	X(0xc15, hpmcounter21, FIXED) \
	X(0xc16, hpmcounter22, FIXED) \
	X(0xc17, hpmcounter23, FIXED) \
	X(0xc18, hpmcounter24, FIXED) \
	X(0xc19, hpmcounter25, FIXED) \
	X(0xc1a, hpmcounter26, FIXED) \
	X(0xc1b, hpmcounter27, FIXED) \
	X(0xc1c, hpmcounter28, FIXED) \
	X(0xc1d, hpmcounter29, FIXED) \
	X(0xc1e, hpmcounter30, FIXED) \
	X(0xc1f, hpmcounter31, FIXED) \
	X(0xc20, vl, FIXED) \
	X(0xc21, vtype, FIXED) \
	X(0xc22, vlenb, FIXED) \
	X(0xc80, cycleh, NONE) \
	X(0xc81, timeh, NONE) \
	X(0xc82, instreth, NONE) \
	X(0xc83, hpmcounter3h, NONE) \
	X(0xc84, hpmcounter4h, NONE) \
	X(0xc85, hpmcounter5h, NONE) \
	X(0xc86, hpmcounter6h, NONE) \
	X(0xc87, hpmcounter7h, NONE) \
	X(0xc88, hpmcounter8h, NONE) \
	X(0xc89, hpmcounter9h, NONE) \
	X(0xc8a, hpmcounter10h, NONE) \
	X(0xc8b, hpmcounter11h, NONE) \
	X(0xc8c, hpmcounter12h, NONE) \
	X(0xc8d, hpmcounter13h, NONE) \
	X(0xc8e, hpmcounter14h, NONE) \
	X(0xc8f, hpmcounter15h, NONE) \
	X(0xc90, hpmcounter16h, NONE) \
	X(0xc91, hpmcounter17h, NONE) \
	X(0xc92, hpmcounter18h, NONE) \
	X(0xc93, hpmcounter19h, NONE) \
	X(0xc94, hpmcounter20h, NONE) \
	X(0xc95, hpmcounter21h, NONE) \
	X(0xc96, hpmcounter22h, NONE) \
	X(0xc97, hpmcounter23h, NONE) \
	X(0xc98, hpmcounter24h, NONE) \
	X(0xc99, hpmcounter25h, NONE) \
	X(0xc9a, hpmcounter26h, NONE) \
	X(0xc9b, hpmcounter27h, NONE) \
	X(0xc9c, hpmcounter28h, NONE) \
	X(0xc9d, hpmcounter29h, NONE) \
	X(0xc9e, hpmcounter30h, NONE) \
	X(0xc9f, hpmcounter31h, NONE) \
	X(0xda0, scountovf, FIXED) \
	X(0xdb0, stopi, FIXED) \
	X(0xe12, hgeip, NONE) \
	X(0xeb0, vstopi, NONE)

#endif
