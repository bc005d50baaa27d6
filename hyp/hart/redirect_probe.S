// SPDX-License-Identifier: Apache-2.0
// bool probe_redirect(void): whether a trap of VS-mode that M-mode takes, and hands on, comes to HS-mode (hart/redirect.c).
//
// An illegal instruction, which the firmware takes, in VS-mode without translation. Firmware that cannot clear mstatus.MPV
// returns to stvec in VS-mode: the vector's first instruction traps there, as one of H always does, and needs no firmware for it.
#include "rv/spec.h"

	.section .text.redirect, "ax"
	.globl probe_redirect
	.type probe_redirect, @function
probe_redirect:
	la	t0, 2f
	csrrw	t0, CSR_STVEC, t0
	csrrw	t1, CSR_SIE, zero		// HS-mode's interrupts are on in VS-mode, whatever sstatus.SIE says
	csrw	CSR_HIE, zero
	csrr	t2, CSR_SSTATUS
	csrr	t3, CSR_HSTATUS
	csrw	CSR_HEDELEG, zero
	csrw	CSR_HGATP, zero
	csrw	CSR_VSATP, zero
	li	t4, SSTATUS_UXL_64		// nothing of a boot loader's: QEMU takes what vsstatus holds into mstatus
	csrw	CSR_VSSTATUS, t4
	la	t4, 1f
	csrw	CSR_SEPC, t4
	li	t4, SSTATUS_SPP
	csrs	CSR_SSTATUS, t4
	li	t4, HSTATUS_VSXL_64 | HSTATUS_SPV | HSTATUS_SPVP
	csrw	CSR_HSTATUS, t4
	.insn r 0x73, 0, 0x31, x0, x0, x0	// HFENCE.GVMA
	sret
1:	.half	0				// illegal in every mode and with every extension
	.balign	4
2:	csrr	a0, CSR_HSTATUS
	csrr	a0, CSR_SCAUSE
	csrw	CSR_HSTATUS, t3
	csrw	CSR_SSTATUS, t2			// with SDT clear, as it was
	csrw	CSR_SIE, t1
	csrw	CSR_STVEC, t0
	addi	a0, a0, -CAUSE_ILLEGAL_INSTRUCTION
	seqz	a0, a0
	ret
