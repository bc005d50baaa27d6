/* SPDX-License-Identifier: Apache-2.0 */
/* Into another mode with a whole set of registers, and back at the next trap to HS-mode. Offsets are those of struct world. */

#define HOST_SP	     256
#define HOST_SCRATCH 264
#define HOST_STVEC   272
#define SSTATUS	     280
#define HSTATUS	     288
#define SCAUSE	     296
#define STVAL	     304
#define HTVAL	     312
#define HTINST	     320

#define CSR_HSTATUS  0x600
#define CSR_HTVAL    0x643
#define CSR_HTINST   0x64a
#define HSTATUS_SPV  0x80

	.text
	/* void world_enter(struct world *world); interrupts are off. */
	.globl	world_enter
world_enter:
	addi	sp, sp, -128
	.irp	n, 0,1,2,3,4,5,6,7,8,9,10,11
	sd	s\n, 8*\n(sp)
	.endr
	sd	ra, 96(sp)
	sd	gp, 104(sp)
	sd	tp, 112(sp)
	sd	sp, HOST_SP(a0)
	csrrw	t0, sscratch, a0
	sd	t0, HOST_SCRATCH(a0)
	lla	t0, world_exit
	csrrw	t0, stvec, t0
	sd	t0, HOST_STVEC(a0)
	ld	t0, 0(a0)
	csrw	sepc, t0
	ld	t0, SSTATUS(a0)
	csrw	sstatus, t0
	ld	t0, HSTATUS(a0)
	csrw	CSR_HSTATUS, t0
	.irp	n, 1,2,3,4,5,6,7,8,9,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	ld	x\n, 8*\n(a0)
	.endr
	ld	a0, 80(a0)
	sret

	.balign	4
	.globl	world_exit
world_exit:
	csrr	zero, CSR_HSTATUS	/* traps when a lost trap has come here in VS-mode: world_strayed() */
	csrrw	a0, sscratch, a0
	.irp	n, 1,2,3,4,5,6,7,8,9,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	sd	x\n, 8*\n(a0)
	.endr
	csrr	t0, sscratch
	sd	t0, 80(a0)
	csrr	t0, sepc
	sd	t0, 0(a0)
	csrr	t0, sstatus
	sd	t0, SSTATUS(a0)
	csrr	t0, CSR_HSTATUS
	sd	t0, HSTATUS(a0)
	csrr	t0, scause
	sd	t0, SCAUSE(a0)
	csrr	t0, stval
	sd	t0, STVAL(a0)
	csrr	t0, CSR_HTVAL
	sd	t0, HTVAL(a0)
	csrr	t0, CSR_HTINST
	sd	t0, HTINST(a0)
	/* Some firmware leaves SPV behind: the next sret of ours would go to a guest. */
	li	t0, HSTATUS_SPV
	csrc	CSR_HSTATUS, t0
	ld	t0, HOST_STVEC(a0)
	csrw	stvec, t0
	ld	t0, HOST_SCRATCH(a0)
	csrw	sscratch, t0
	ld	sp, HOST_SP(a0)
	.irp	n, 0,1,2,3,4,5,6,7,8,9,10,11
	ld	s\n, 8*\n(sp)
	.endr
	ld	ra, 96(sp)
	ld	gp, 104(sp)
	ld	tp, 112(sp)
	addi	sp, sp, 128
	ret

	/* _Noreturn void hcheck_go(unsigned long a0, const void *a1, unsigned long pc): into the next program. */
	.globl	hcheck_go
hcheck_go:
	csrw	sscratch, zero
	csrw	stvec, a2	/* as OpenSBI does */
	fence.i
	jr	a2

	.section .rodata
	.balign	4
	.globl	world_ecall_insn
world_ecall_insn:
	ecall
	ebreak
