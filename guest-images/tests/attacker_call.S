/* SPDX-License-Identifier: Apache-2.0 */
/* An ecall that finds out whether registers other than a0 and a1 were kept, and a jump with all registers given. */

	.text
	.globl	attacker_ecall
attacker_ecall:				/* a0 = args[8]; returns the number of changed registers among t1-t6, s2-s11 */
	addi	sp, sp, -112
	.irp	n, 0,1,2,3,4,5,6,7,8,9,10,11
	sd	s\n, 8*\n(sp)
	.endr
	mv	s0, a0
	.irp	n, 6,7,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	li	x\n, 0x1234500 + \n
	.endr
	ld	a1, 8(s0)
	ld	a2, 16(s0)
	ld	a3, 24(s0)
	ld	a4, 32(s0)
	ld	a5, 40(s0)
	ld	a6, 48(s0)
	ld	a7, 56(s0)
	ld	a0, 0(s0)
	ecall
	sd	a0, 0(s0)
	sd	a1, 8(s0)
	li	a0, 0
	.irp	n, 6,7,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	li	a1, 0x1234500 + \n
	sub	a1, a1, x\n
	snez	a1, a1
	add	a0, a0, a1
	.endr
	.irp	n, 2,3,4,5,6,7
	ld	a1, 8*\n(s0)
	sub	a1, a1, a\n
	snez	a1, a1
	add	a0, a0, a1
	.endr
	.irp	n, 0,1,2,3,4,5,6,7,8,9,10,11
	ld	s\n, 8*\n(sp)
	.endr
	addi	sp, sp, 112
	ret

	.globl attacker_enter
attacker_enter:				/* a0 = x[32], x[0] = where to; does not come back but by a trap */
	ld	t0, 0(a0)
	csrw	sepc, t0
	.irp	n, 1,2,3,4,5,6,7,8,9,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	ld	x\n, 8*\n(a0)
	.endr
	ld	a0, 80(a0)
	sret
