/* SPDX-License-Identifier: Apache-2.0 */
/* The trap vector, and trap_run(): running code that is expected to trap. Offsets are those of struct hart in guest.h. */

#define FRAME_TIME  256
#define TRAP_STACK  264
#define CATCH_STACK 280

	.text
	.balign	4
	.globl	trap_vector
trap_vector:				/* sscratch = struct hart */
	csrrw	tp, sscratch, tp
	sd	t0, 8*5(tp)
	rdtime	t0
	sd	t0, FRAME_TIME(tp)
	.irp	n, 1,2,3,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	sd	x\n, 8*\n(tp)
	.endr
	csrrw	t0, sscratch, tp	/* the interrupted tp */
	sd	t0, 8*4(tp)
	csrr	t0, sepc
	sd	t0, 0(tp)
	ld	sp, TRAP_STACK(tp)
	mv	a0, tp
	call	trap_handle

	ld	t0, 0(tp)
	csrw	sepc, t0
	.irp	n, 1,2,3,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	ld	x\n, 8*\n(tp)
	.endr
	ld	tp, 8*4(tp)
	sret

	/* unsigned long trap_call(void (*run)(void *), void *arg): 0 when run returns, 1 when an exception ended it. */
	.globl	trap_call
trap_call:
	addi	sp, sp, -112
	.irp	n, 0,1,2,3,4,5,6,7,8,9,10,11
	sd	s\n, 8*\n(sp)
	.endr
	sd	ra, 96(sp)
	sd	sp, CATCH_STACK(tp)
	mv	t0, a0
	mv	a0, a1
	jalr	t0
	li	a0, 0
	j	1f
	.globl	trap_landing
trap_landing:				/* sp and tp restored by trap_handle() */
	li	a0, 1
1:	sd	zero, CATCH_STACK(tp)
	.irp	n, 0,1,2,3,4,5,6,7,8,9,10,11
	ld	s\n, 8*\n(sp)
	.endr
	ld	ra, 96(sp)
	addi	sp, sp, 112
	ret

	/* void trap_enter_user(void (*run)(void *), void *arg): run in U-mode on this stack; its return is an ecall. */
	.globl	trap_enter_user
trap_enter_user:
	csrw	sepc, a0
	mv	a0, a1
	lla	ra, trap_user_end
	li	t0, 0x100		/* SSTATUS_SPP */
	csrc	sstatus, t0
	sret

	.globl	trap_user_end
trap_user_end:
	ecall
