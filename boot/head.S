// SPDX-License-Identifier: Apache-2.0
// HS-mode entry from the firmware. The boot hart (whichever it is; SBI starts exactly one) clears bss and goes to hyp_main; the
// others are started one by one through SBI HSM with their struct hart as opaque value and go to secondary_main. See boot/README.md.
#include "hart/offsets.h"
#include "rv/spec.h"

	.section .text.head, "ax"
	.globl _start
_start:
	// Linux Image header (so that boot loaders which want one take us): magic at 48 and 56, load offset 2 MiB.
	j	boot
	.balign	8
	.quad	0x200000		// text_offset
	.quad	__image_end - _start	// image_size
	.quad	0			// flags
	.word	2			// version 0.2
	.word	0
	.quad	0
	.ascii	"RISCV\0\0\0"
	.ascii	"RSC\x05"
	.word	0

boot:
	csrw	CSR_SIE, zero
	csrw	CSR_SATP, zero
	la	t0, __bss_start
	la	t1, __bss_end
1:	sd	zero, 0(t0)
	sd	zero, 8(t0)
	addi	t0, t0, 16
	bltu	t0, t1, 1b

	la	sp, __boot_stack_top
	la	tp, harts			// until hyp_main knows which of them this is
	csrw	CSR_SSCRATCH, zero		// zero: traps come from HS-mode
	la	t0, trap_vector
	csrw	CSR_STVEC, t0
	call	hyp_main			// a0 = hartid, a1 = board tree
park:
	wfi
	j	park

// Another hart, from the firmware: a0 = hartid, a1 = struct hart *. Identity mapping makes switching satp on safe here.
	.globl	secondary_start
secondary_start:
	csrw	CSR_SIE, zero
	mv	tp, a1
	ld	sp, HART_STACK_TOP(tp)
	ld	t0, HART_SATP(tp)
	csrw	CSR_SSCRATCH, zero
	la	t1, trap_vector
	csrw	CSR_STVEC, t1
	sfence.vma
	csrw	CSR_SATP, t0
	sfence.vma
	mv	a0, tp
	call	secondary_main
	j	park
