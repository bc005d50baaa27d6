/* SPDX-License-Identifier: Apache-2.0 */
/* Entry of software event handlers, and calls that show every register. Offsets are those of struct sse_run and sse_exact. */

#define RUN_STACK 256
#define RUN_HART  264
#define RUN_A6	  272
#define SSE_COMPLETE 6
#define SBI_EXT_SSE 0x535345

	.text
	.balign	4
	.globl	sse_entry
sse_entry:				/* a6 = vhartid, a7 = struct sse_run */
	.irp	n, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	sd	x\n, 8*\n(a7)
	.endr
	sd	a6, RUN_A6(a7)
	ld	sp, RUN_STACK(a7)
	ld	tp, RUN_HART(a7)
	mv	s0, a7
	mv	a0, a7
	call	sse_handle
	mv	a7, s0
	.irp	n, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	ld	x\n, 8*\n(a7)
	.endr
	li	a6, SSE_COMPLETE
	li	a7, SBI_EXT_SSE
	ecall
	unimp				/* a completed handler does not come back */

	.macro exact name
	.globl	\name
\name:
	sd	ra, 512(a0)
	sd	sp, 520(a0)
	sd	gp, 528(a0)
	sd	tp, 536(a0)
	.irp	n, 0,1,2,3,4,5,6,7,8,9,10,11
	sd	s\n, 544+8*\n(a0)
	.endr
	csrw	sscratch, a0
	.irp	n, 1,2,3,4,5,6,7,8,9,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	ld	x\n, 8*\n(a0)
	.endr
	ld	a0, 80(a0)
	.endm

	.macro shown
	csrrw	t0, sscratch, t0
	.irp	n, 1,2,3,4,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	sd	x\n, 256+8*\n(t0)
	.endr
	csrr	t1, sscratch
	sd	t1, 256+8*5(t0)
	ld	ra, 512(t0)
	ld	sp, 520(t0)
	ld	gp, 528(t0)
	ld	tp, 536(t0)
	.irp	n, 0,1,2,3,4,5,6,7,8,9,10,11
	ld	s\n, 544+8*\n(t0)
	.endr
	csrw	sscratch, tp
	ret
	.endm

	exact	sse_exact_call
	.globl	sse_exact_ecall
sse_exact_ecall:
	ecall
	shown

	exact	sse_exact_spin
1:	addi	x31, x31, -1
	bnez	x31, 1b
	shown
