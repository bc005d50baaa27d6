/* SPDX-License-Identifier: Apache-2.0 */
/* Readings of `cycle` where no compiler may put anything between, and the traps they count. t6 is the handlers'. */

	.macro	load_call		/* (eid, fid, args[6]) as C passes them, to where SBI wants them */
	mv	a7, a0
	mv	a6, a1
	mv	t0, a2
	ld	a0, 0(t0)
	ld	a1, 8(t0)
	ld	a2, 16(t0)
	ld	a3, 24(t0)
	ld	a4, 32(t0)
	ld	a5, 40(t0)
	.endm

	.data
	.balign	8
	.globl	bench_entered_at
bench_entered_at:
	.dword	0
	.globl	bench_started_at
bench_started_at:
	.dword	0

	.text
	.globl	bench_boot
bench_boot:				/* the image's first instruction; a0 and a1 are boot's */
	rdtime	t0
	lla	t1, bench_entered_at
	sd	t0, 0(t1)
	j	boot

	.globl	bench_ecall
bench_ecall:
	mv	t3, a3
	load_call
	rdcycle	t1
	ecall
	rdcycle	t2
	sd	a0, 0(t3)		/* struct sbiret */
	sd	a1, 8(t3)
	sub	a0, t2, t1
	ret

	.globl	bench_ecall_until_handler
bench_ecall_until_handler:
	load_call
	li	t6, 0
	rdcycle	t1
	ecall
1:	beqz	t6, 1b
	sub	a0, t6, t1
	ret

	.balign	4
	.globl	bench_skip
bench_skip:
	csrr	t6, sepc
	addi	t6, t6, 4
	csrw	sepc, t6
	sret

	.balign	4
	.globl	bench_interrupted
bench_interrupted:
	rdcycle	t6
	csrw	sie, zero
	sret

	/* Everything that C keeps over a call lies on the stack, and the stack's place where the other way back finds it. */
	.globl	bench_suspend
bench_suspend:
	addi	sp, sp, -128
	.irp	n, 0,1,2,3,4,5,6,7,8,9,10,11
	sd	s\n, 8*\n(sp)
	.endr
	sd	ra, 96(sp)
	sd	tp, 104(sp)
	csrr	t0, stvec
	sd	t0, 112(sp)
	mv	a7, a0
	mv	a6, a1
	mv	a0, a2
	lla	a1, 1f
	mv	a2, sp
	rdcycle	t1
	sd	t1, 120(sp)
	ecall
	rdcycle	t6
	j	2f
	.balign	4
1:	rdcycle	t6			/* a0 = vhartid, a1 = opaque */
	mv	sp, a1
	ld	tp, 104(sp)
	csrw	sscratch, tp
	ld	t0, 112(sp)
	csrw	stvec, t0
2:	ld	t1, 120(sp)
	sub	a0, t6, t1
	.irp	n, 0,1,2,3,4,5,6,7,8,9,10,11
	ld	s\n, 8*\n(sp)
	.endr
	ld	ra, 96(sp)
	addi	sp, sp, 128
	ret

	/* A started hart's first instruction: a0 = vhartid, a1 = struct hart. */
	.globl	bench_started
bench_started:
	rdcycle	t0
	lla	t1, bench_started_at
	sd	t0, 0(t1)
	tail	hart_entry
