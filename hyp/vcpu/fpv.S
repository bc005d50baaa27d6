// SPDX-License-Identifier: Apache-2.0
// Floating-point and vector state, which the hypervisor itself never uses (it is built for the integer ISA): zeroes it, and
// moves f registers by number.
#include "rv/spec.h"

	.section .text.fpv, "ax"
	.option	push
	.option	arch, +d
	.globl fp_reset
fp_reset:
	.irp	n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	fmv.d.x	f\n, zero
	.endr
	csrw	CSR_FCSR, zero
	ret

	// One register by number: a table of 4 bytes each, with a slot on the stack in between. a0 = n, a1 = value.
	.macro	fp_by_number, insn
	slli	a0, a0, 2
	lla	t0, 1f
	add	t0, t0, a0
	jalr	t1, t0
	ld	a0, 0(sp)
	addi	sp, sp, 16
	ret
	.balign	4
1:	.irp	n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	\insn	f\n, 0(sp)
	c.jr	t1
	.endr
	.endm

	.globl fp_read, fp_write
fp_read:
	addi	sp, sp, -16
	fp_by_number c.fsdsp
fp_write:
	addi	sp, sp, -16
	sd	a1, 0(sp)
	fp_by_number c.fldsp
	.option	pop

	.option	push
	.option	arch, +v
	.globl v_reset
v_reset:
	vsetvli	t0, zero, e8, m8, ta, ma
	vmv.v.i	v0, 0
	vmv.v.i	v8, 0
	vmv.v.i	v16, 0
	vmv.v.i	v24, 0
	csrw	CSR_VSTART, zero
	csrw	CSR_VCSR, zero
	li	t0, -1
	vsetvl	t1, zero, t0		// an unsupported vtype: vill set and vl zero, as after reset
	ret
	.option	pop
