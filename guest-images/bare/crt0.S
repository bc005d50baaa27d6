/* SPDX-License-Identifier: Apache-2.0 */
/* Start of a bare guest: RISC-V Linux Image header, self-relocation, bss and stack of the boot hart; entry of the other harts. */

#include "link.h"

#define STACK_SIZE 16384
#define MAX_HARTS  8

	.section .head, "ax"
	.globl _start
_start:					/* Linux, Documentation/arch/riscv/boot-image-header.rst */
	j	image_entry		/* code0, code1; boot, unless guest-images.mk says <name>_ENTRY */
	.balign	8
	.dword	0x200000		/* text_offset */
	.dword	_image_end - _start	/* image_size */
	.dword	0			/* flags: little endian */
	.word	2			/* version 0.2 */
	.word	0
	.dword	0
	.ascii	"RISCV\0\0\0"
	.ascii	"RSC\005"
	.word	0

	.text
	.globl	boot
boot:	/* a0 = vhartid, a1 = device tree; S-mode, no translation */
	csrw	sie, zero
	mv	s0, a0
	mv	s1, a1
	lla	a0, _bss_start
	lla	a1, _bss_end
1:	sd	zero, 0(a0)
	addi	a0, a0, 8
	bltu	a0, a1, 1b

	/* R_RISCV_RELATIVE (3): *(offset + delta) = addend + delta, delta = where we are - where we were linked. */
	lla	t0, _start
	li	t1, GUEST_LINK_ADDR
	sub	t0, t0, t1
	lla	t1, _rela_start
	lla	t2, _rela_end
2:	bgeu	t1, t2, 3f
	ld	t3, 0(t1)		/* offset */
	ld	t4, 16(t1)		/* addend */
	add	t3, t3, t0
	add	t4, t4, t0
	sd	t4, 0(t3)
	addi	t1, t1, 24
	j	2b

3:	fence.i
	lla	sp, boot_stack_top
	mv	a0, s0
	mv	a1, s1
	tail	guest_start

	/* A started hart: a0 = vhartid, a1 = struct hart. */
	.globl	hart_entry
hart_entry:
	csrw	sie, zero
	mv	tp, a1
	ld	sp, 272(tp)		/* struct hart: stack */
	tail	hart_begin

	.section .stacks, "aw", @nobits
	.balign	16
	.globl	stacks, trap_stacks
stacks:
	.skip	STACK_SIZE
boot_stack_top:
	.skip	STACK_SIZE * (MAX_HARTS - 1)
trap_stacks:
	.skip	STACK_SIZE * MAX_HARTS
