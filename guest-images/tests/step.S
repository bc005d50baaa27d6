/* SPDX-License-Identifier: Apache-2.0 */
/* step_run(): enters code with chosen x registers and mode, and comes back with everything as the next trap left it. */

/* struct step (step.h) */
#define IN	0		/* x1 to x31 at 8 * n; what would be x0 is pc */
#define OUT	256		/* the same after the trap; what would be x0 is sepc */
#define CAUSE	512
#define TVAL	520
#define STATUS	528		/* sstatus as the trap left it */
#define ENTRY	536		/* SPP, SPIE and FS to enter with */
#define KEPT	544		/* sp, sscratch, stvec and sstatus of the caller */

#define ENTRY_BITS 0x6120	/* SSTATUS_FS | SSTATUS_SPP | SSTATUS_SPIE */

	.text
	.globl	step_run
step_run:				/* a0 = struct step */
	addi	sp, sp, -128
	.irp	n, 0,1,2,3,4,5,6,7,8,9,10,11
	sd	s\n, 8*\n(sp)
	.endr
	sd	ra, 96(sp)
	sd	gp, 104(sp)
	sd	tp, 112(sp)
	sd	sp, KEPT(a0)
	csrr	t0, sscratch
	sd	t0, KEPT+8(a0)
	csrr	t0, stvec
	sd	t0, KEPT+16(a0)
	csrr	t0, sstatus
	sd	t0, KEPT+24(a0)
	csrw	sscratch, a0
	lla	t0, step_trap
	csrw	stvec, t0
	ld	t0, IN(a0)
	csrw	sepc, t0
	li	t0, ENTRY_BITS
	csrc	sstatus, t0
	ld	t0, ENTRY(a0)
	csrs	sstatus, t0
	mv	x31, a0
	.irp	n, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30
	ld	x\n, IN+8*\n(x31)
	.endr
	ld	x31, IN+8*31(x31)
	sret

	.balign	4
step_trap:
	csrrw	x31, sscratch, x31
	.irp	n, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30
	sd	x\n, OUT+8*\n(x31)
	.endr
	mv	a0, x31
	csrr	t0, sscratch
	sd	t0, OUT+8*31(a0)
	csrr	t0, sepc
	sd	t0, OUT(a0)
	csrr	t0, scause
	sd	t0, CAUSE(a0)
	csrr	t0, stval
	sd	t0, TVAL(a0)
	csrr	t0, sstatus
	sd	t0, STATUS(a0)
	ld	sp, KEPT(a0)
	ld	t0, KEPT+8(a0)
	csrw	sscratch, t0
	ld	t0, KEPT+16(a0)
	csrw	stvec, t0
	ld	t0, KEPT+24(a0)
	csrw	sstatus, t0
	.irp	n, 0,1,2,3,4,5,6,7,8,9,10,11
	ld	s\n, 8*\n(sp)
	.endr
	ld	ra, 96(sp)
	ld	gp, 104(sp)
	ld	tp, 112(sp)
	addi	sp, sp, 128
	ret
