/* SPDX-License-Identifier: Apache-2.0 */
/* FWFT tests: a trap vector that keeps a record, and what DOUBLE_TRAP does. */

#include "fwft_test.h"

_Static_assert(offsetof(struct record, cause) == 16 && offsetof(struct record, exceptions) == 48 &&
	       offsetof(struct record, landing) == 72 && offsetof(struct record, interrupts) == 80, "record_vector");

__asm__(".text\n"
	".balign 4\n"
	"record_vector:\n" /* sscratch = struct record */
	"	csrrw	t6, sscratch, t6\n"
	"	sd	t0, 0(t6)\n"
	"	sd	t1, 8(t6)\n"
	"	csrr	t0, scause\n"
	"	bltz	t0, 3f\n"
	"	sd	t0, 16(t6)\n"
	"	csrr	t0, stval\n"
	"	sd	t0, 24(t6)\n"
	"	csrr	t0, sepc\n"
	"	sd	t0, 32(t6)\n"
	"	csrr	t0, sstatus\n"
	"	sd	t0, 40(t6)\n"
	"	ld	t0, 48(t6)\n"
	"	addi	t0, t0, 1\n"
	"	sd	t0, 48(t6)\n"
	"	ld	t0, 56(t6)\n"
	"	beqz	t0, 1f\n"
	"	ld	t1, 64(t6)\n"
	"	sd	t1, 0(t0)\n"
	"	sd	zero, 56(t6)\n"
	"	sfence.vma\n"
	"	j	2f\n"
	"1:	ld	t0, 72(t6)\n"
	"	csrw	sepc, t0\n"
	"	li	t0, 0x800000\n" /* SSTATUS_SPELP */
	"	csrc	sstatus, t0\n"
	"2:	ld	t0, 0(t6)\n"
	"	ld	t1, 8(t6)\n"
	"	csrrw	t6, sscratch, t6\n"
	"	sret\n"
	"3:	ld	t0, 80(t6)\n"
	"	addi	t0, t0, 1\n"
	"	sd	t0, 80(t6)\n"
	"	csrw	sie, zero\n"
	"	j	2b\n"

	".globl record_call\n"
	"record_call:\n"
	"	addi	sp, sp, -16\n"
	"	sd	ra, 0(sp)\n"
	"	sd	s0, 8(sp)\n"
	"	lla	t0, 1f\n"
	"	sd	t0, 72(a2)\n"
	"	mv	s0, a0\n"
	"	mv	a0, a1\n"
	"	jalr	s0\n"
	"	j	2f\n"
	"1:	li	a0, -1\n"
	"2:	ld	ra, 0(sp)\n"
	"	ld	s0, 8(sp)\n"
	"	addi	sp, sp, 16\n"
	"	ret\n"

	"load_word:\n"
	"	ld	a0, 0(a0)\n"
	"	ret\n"
	"load_word_in_a_trap:\n" /* as a handler that has not yet saved its CSRs */
	"	li	t0, 0x1000000\n" /* SSTATUS_SDT */
	"	csrs	sstatus, t0\n"
	"	ld	a0, 0(a0)\n"
	"	csrc	sstatus, t0\n"
	"	ret\n");
extern const char record_vector[], load_word[], load_word_in_a_trap[];

static unsigned long old_vector;

void record_begin(struct record *record)
{
	memset(record, 0, sizeof(*record));
	old_vector = csr_read(stvec);
	csr_write(sscratch, record);
	csr_write(stvec, record_vector);
}

void record_end(void)
{
	csr_write(stvec, old_vector);
	csr_write(sscratch, hart_self());
}

/* sstatus as it is after setting SDT and SIE, and after exits that come back to it; then all is clear again. */
static void look_at_sdt(unsigned long status[3])
{
	unsigned shift;
	volatile uint8_t *uart = console_uart(&shift);

	csr_set(sstatus, SSTATUS_SDT | SSTATUS_SIE);
	status[0] = csr_read(sstatus);
	sbi_call3(SBI_EXT_BASE, 0, 0, 0, 0);
	if (uart)
		(void)uart[5 << shift];
	status[1] = csr_read(sstatus);
	csr_clear(sstatus, SSTATUS_SDT | SSTATUS_SIE);
	status[2] = csr_read(sstatus);
}

static unsigned long status_in_handler(unsigned long address, struct record *record)
{
	record_begin(record);
	record_call(load_word, address, record);
	record_end();
	return record->status;
}

static void test_sdt_off(void)
{
	unsigned long status[3];
	struct record record;

	look_at_sdt(status);
	tap_check((status[0] & (SSTATUS_SDT | SSTATUS_SIE)) == SSTATUS_SIE, "DOUBLE_TRAP 0: sstatus.SDT is read-only zero");
	tap_check(!(status_in_handler(memory_hole_above(), &record) & SSTATUS_SDT), "DOUBLE_TRAP 0: a trap leaves SDT 0");
}

static void test_sdt_on(void)
{
	unsigned long status[3], set = fwft_set(DOUBLE_TRAP, 1, 0).error, again, got = 0;
	struct record record;

	look_at_sdt(status);
	tap_equal((long)set, SBI_SUCCESS, "DOUBLE_TRAP: set to 1");
	tap_check((status[0] & (SSTATUS_SDT | SSTATUS_SIE)) == SSTATUS_SDT, "DOUBLE_TRAP 1: setting SDT clears SIE");
	tap_check((status[1] & SSTATUS_SDT) != 0, "DOUBLE_TRAP 1: SDT survives exits");
	tap_check(!(status[2] & SSTATUS_SDT), "DOUBLE_TRAP 1: SDT can be cleared");
	status[1] = status_in_handler(memory_hole_above(), &record);
	if (guest_on_bulkhead()) /* OpenSBI, which redirects it, leaves SDT as it is */
		tap_check((status[1] & SSTATUS_SDT) != 0, "DOUBLE_TRAP 1: an access fault sets SDT");
	tap_equal((long)record.cause, CAUSE_LOAD_ACCESS_FAULT, "DOUBLE_TRAP 1: with its cause");
	vm_on();
	status[1] = status_in_handler(VM_BASE, &record);
	vm_off();
	tap_check((status[1] & SSTATUS_SDT) != 0, "DOUBLE_TRAP 1: a page fault sets SDT");
	tap_check(!(csr_read(sstatus) & SSTATUS_SDT), "DOUBLE_TRAP 1: sret clears SDT");
	record_begin(&record);
	got = record_call(load_word_in_a_trap, (unsigned long)&status[0], &record);
	record_end();
	tap_equal((long)got, (long)status[0], "DOUBLE_TRAP 1: a load that does not fault is none");
	csr_set(sstatus, SSTATUS_SDT);
	again = (unsigned long)fwft_set(DOUBLE_TRAP, 1, 0).error;
	status[0] = csr_read(sstatus);
	csr_clear(sstatus, SSTATUS_SDT);
	tap_check(again == SBI_SUCCESS && (status[0] & SSTATUS_SDT) != 0, "DOUBLE_TRAP: set to 1 again leaves SDT");
}

static void send_ipi_legacy(void *mask)
{
	sbi_call3(SBI_LEGACY_SEND_IPI, 0, (unsigned long)mask, 0, 0);
}

/* The hypervisor reads a hart mask at a virtual address that is not mapped: a fault of its own, while it handles our trap. */
static void test_fault_in_a_call(void)
{
	struct trap trap;

	if (!guest_on_bulkhead() || !sbi_has(SBI_LEGACY_SEND_IPI))
		return;
	vm_on();
	tap_equal((long)run_insn(trap_run, &trap, 0x00052283u, (void *)VM_BASE), CAUSE_LOAD_PAGE_FAULT,
		  "DOUBLE_TRAP 1: a page fault in S-mode");
	tap_equal((long)trap_run(&trap, send_ipi_legacy, (void *)VM_BASE), CAUSE_LOAD_PAGE_FAULT,
		  "DOUBLE_TRAP 1: a fault of the call's own access comes to us");
	tap_equal((long)trap.tval, (long)VM_BASE, "stval is the mask's address");
	vm_off();
}

void test_double_trap(void)
{
	if (!fwft_has(DOUBLE_TRAP)) {
		tap_skip("DOUBLE_TRAP", "not here");
		return;
	}
	test_sdt_off();
	test_sdt_on();
	test_fault_in_a_call();
	tap_equal(fwft_set(DOUBLE_TRAP, 0, 0).error, SBI_SUCCESS, "DOUBLE_TRAP: set to 0");
	test_sdt_off();
}

static void take_double_trap(unsigned long address)
{
	struct record record;

	if (fwft_set(DOUBLE_TRAP, 1, 0).error) {
		print("fwft: no double traps here\n");
		return;
	}
	print("fwft: double trap at 0x%lx\n", address);
	record_begin(&record);
	record_call(load_word_in_a_trap, address, &record);
	record_end();
	print("fwft: still here\n");
}

void double_trap_in_hardware(void)
{
	vm_on();
	take_double_trap(VM_BASE);
	vm_off();
}

void double_trap_by_injection(void)
{
	take_double_trap(memory_hole_above());
}
