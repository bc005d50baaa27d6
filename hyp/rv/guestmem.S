// SPDX-License-Identifier: Apache-2.0
// Leaf routines that may trap; see rv/guestmem.h. They touch neither the stack nor ra, so that hs_trap (exit/world.S) can
// end any of them by returning to ra with a0 = scause + 1.
#include "rv/spec.h"

	.section .text.may_fault, "ax"
	.globl __may_fault_start
__may_fault_start:

	.macro leaf name
	.globl \name
	.type \name, @function
\name:
	.endm

// HLVX.HU t0, (a0)
leaf guestmem_fetch
	.insn r 0x73, 4, 0x32, t0, a0, x3
	sw	t0, 0(a1)
	li	a0, 0
	ret

// HLVX.WU t0, (a0)
leaf guestmem_fetch_word
	.insn r 0x73, 4, 0x34, t0, a0, x3
	sw	t0, 0(a1)
	li	a0, 0
	ret

// HLV.BU t0, (a0)
leaf guestmem_load_byte
	.insn r 0x73, 4, 0x30, t0, a0, x1
	sb	t0, 0(a1)
	li	a0, 0
	ret

// HSV.B a1, (a0)
leaf guestmem_store_byte
	.insn r 0x73, 4, 0x31, x0, a0, a1
	li	a0, 0
	ret

// HLV.D t0, (a0)
leaf guestmem_load
	.insn r 0x73, 4, 0x36, t0, a0, x0
	sd	t0, 0(a1)
	li	a0, 0
	ret

// HSV.D a1, (a0)
leaf guestmem_store
	.insn r 0x73, 4, 0x37, x0, a0, a1
	li	a0, 0
	ret

leaf probe_load
	lb	t0, 0(a0)
	li	a0, 0
	ret

// CBO.ZERO (a0)
leaf probe_zero_block
	.insn i 0x0f, 2, x0, a0, 4
	li	a0, 0
	ret

// CBO.FLUSH (a0)
leaf probe_flush_block
	.insn i 0x0f, 2, x0, a0, 2
	li	a0, 0
	ret

	.macro probe name, csr
leaf \name
	csrr	t0, \csr
	sd	t0, 0(a0)
	li	a0, 0
	ret
	.endm

probe probe_henvcfg, CSR_HENVCFG
probe probe_hstateen0, CSR_HSTATEEN0
probe probe_stimecmp, CSR_STIMECMP
probe probe_vstimecmp, CSR_VSTIMECMP
probe probe_senvcfg, CSR_SENVCFG
probe probe_ssp, CSR_SSP
probe probe_jvt, CSR_JVT
probe probe_scontext, CSR_SCONTEXT
probe probe_cycle, CSR_CYCLE
probe probe_vsiselect, CSR_VSISELECT
probe probe_hvien, CSR_HVIEN
probe probe_scountovf, CSR_SCOUNTOVF
probe probe_stopei, CSR_STOPEI

// CSR numbers are part of the instruction: one of 32 reads, 8 bytes each, is jumped to.
leaf probe_counter
	la	t0, counter_reads
	slli	a0, a0, 3
	add	t0, t0, a0
	jr	t0
	.option	push
	.option	norvc
counter_reads:
	.irp	n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	csrr	t1, CSR_CYCLE + \n
	j	1f
	.endr
	.option	pop
1:	sd	t1, 0(a1)
	li	a0, 0
	ret

// One of CLEAR_CSRS (rv/guestmem.h), 8 bytes each, is jumped to.
leaf clear_csr
	la	t0, csr_clears
	slli	a0, a0, 3
	add	t0, t0, a0
	jr	t0
	.option	push
	.option	norvc
csr_clears:
	.irp	csr, CSR_SCTRCTL, CSR_SCTRDEPTH, CSR_HCONTEXT, CSR_HSTATEEN1, CSR_HSTATEEN2, CSR_HSTATEEN3, \
		CSR_SSTATEEN0, CSR_SSTATEEN1, CSR_SSTATEEN2, CSR_SSTATEEN3
	csrw	\csr, zero
	j	1f
	.endr
	csrci	CSR_SCOUNTINHIBIT, HCOUNTEREN_CY | HCOUNTEREN_IR
	.option	pop
1:	li	a0, 0
	ret

	.globl __may_fault_end
__may_fault_end:

// hs_trap itself needs H: the answer comes to a vector of its own. Interrupts are off.
	.globl probe_h
	.type probe_h, @function
probe_h:
	csrr	t0, CSR_STVEC
	la	t1, 1f
	csrw	CSR_STVEC, t1
	li	a0, 0
	csrr	t1, CSR_HGATP
	li	a0, 1
	.balign	4
1:	csrw	CSR_STVEC, t0
	ret
