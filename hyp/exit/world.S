// SPDX-License-Identifier: Apache-2.0
// The border between a guest and HS-mode: exit, entry, and traps of HS-mode itself.
//
// While a guest runs, sscratch holds its struct vcpu; in HS-mode it holds 0 and tp holds the struct hart. One swap tells the
// two apart, and a fault of ours never lands on the guest's registers.
#include "rv/spec.h"
#include "hart/offsets.h"

	// Of the guest's registers: those that C may change, but for tp and, on the way in, a0; and those that C keeps itself.
	// (The hypervisor has no use for gp.)
	.macro	all_of, set, op, base
	.irp	n, 1,2,3,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	.if	(\set) >> \n & 1
	\op	x\n, 8*\n(\base)
	.endif
	.endr
	.endm
	.macro	all_changed, op, base
	all_of	(~REGISTERS_KEPT & ~(1 << 10)), \op, \base
	.endm
	.macro	all_kept, op, base
	all_of	REGISTERS_KEPT, \op, \base
	.endm

	.section .text.world, "ax"
	.balign	4
	.globl trap_vector
trap_vector:
	csrrw	tp, CSR_SSCRATCH, tp
	beqz	tp, hs_trap

	// Exit. Calls and interrupts are answered without the registers that C keeps: 26 loads and stores fewer.
	all_changed sd, tp
	sd	a0, 8*10(tp)
	mv	a0, tp
	csrrw	t0, CSR_SSCRATCH, zero
	sd	t0, 8*4(tp)			// the guest's tp
	addi	tp, tp, -HART_VCPU
	ld	sp, HART_STACK_TOP(tp)
	csrr	a1, CSR_SCAUSE
	bltz	a1, exit_by_interrupt
	li	t0, CAUSE_VIRTUAL_SUPERVISOR_ECALL
	bne	a1, t0, exit_by_exception
	call	exit_call
	addi	a0, tp, HART_VCPU

enter:
	csrw	CSR_SSCRATCH, a0
	all_changed ld, a0
	ld	tp, 8*4(a0)
	ld	a0, 8*10(a0)
	sret

exit_by_interrupt:
	call	exit_interrupt
	addi	a0, tp, HART_VCPU
	j	enter

exit_by_exception:				// whose handlers may read and write any register
	all_kept sd, a0
	call	exit_exception
	mv	t0, a0
	addi	a0, tp, HART_VCPU
	beqz	t0, enter			// s0 to s11 and gp are as they were

	// vcpu_enter(v): all registers of the guest; sepc, sstatus, hstatus are set.
	.globl vcpu_enter
vcpu_enter:
	all_kept ld, a0
	j	enter

	// A trap of HS-mode. In the routines that may fault (rv/guestmem.S) it ends the routine with a0 = scause + 1;
	// anywhere else it is our bug: panic with all registers on a stack of its own.
hs_trap:
	csrr	tp, CSR_SSCRATCH		// tp as it was
	csrw	CSR_SSCRATCH, zero
	sd	t0, HART_SAVE(tp)
	sd	t1, HART_SAVE+8(tp)
	lbu	t0, HART_VCPU+VCPU_IS_LIVE(tp)
	bnez	t0, hs_fault			// the guest's sepc, sstatus and hstatus are lost
	csrr	t0, CSR_SEPC
	la	t1, __may_fault_start
	bltu	t0, t1, hs_fault
	la	t1, __may_fault_end
	bgeu	t0, t1, hs_fault
	csrw	CSR_SEPC, ra
	csrr	a0, CSR_SCAUSE
	addi	a0, a0, 1
	// Firmware that redirects a trap may leave SPV set (OpenSBI 1.1); sret must stay in HS-mode.
	li	t0, HSTATUS_SPV
	csrc	CSR_HSTATUS, t0
	ld	t0, HART_SAVE(tp)
	ld	t1, HART_SAVE+8(tp)
	sret

hs_fault:
	la	t0, panic_registers
	.irp	n, 1,2,3,4,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	sd	x\n, 8*\n(t0)
	.endr
	ld	t1, HART_SAVE(tp)
	sd	t1, 8*5(t0)
	ld	t1, HART_SAVE+8(tp)
	sd	t1, 8*6(t0)
	mv	a0, t0
	la	sp, panic_stack_top
	call	panic_trap

	// hart_restart(fn): forgets this hart's stack and goes on in fn(tp).
	.globl hart_restart
hart_restart:
	ld	sp, HART_STACK_TOP(tp)
	mv	t0, a0
	mv	a0, tp
	jr	t0

	.section .bss
	.balign	16
panic_registers:
	.space	8*32
	.space	2048
panic_stack_top:
