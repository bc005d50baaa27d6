/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Trap tests: each synchronous cause from S- and U-mode, with interrupts on and off: scause, stval, sepc, sstatus.SPP, SPIE and
 * SIE are as the privileged specification says ("Trap Entry"), and no register changes.
 */

#include "tests/step.h"
#include "traps_test.h"

#define SIDE_S 1
#define SIDE_U 2
#define BOTH   3

#define BULKHEAD_ONLY 4 /* on bare firmware S-mode has the H extension, or a device that takes it */
#define WITH_D	      8
#define NO_SVINVAL    16

enum tval { TVAL_INSN, TVAL_ADDRESS, TVAL_PC, TVAL_ZERO, TVAL_ANY };

struct row {
	const char *name;
	uint32_t insn; /* a0 holds the address */
	unsigned who;
	unsigned long cause;
	enum tval tval;
};

static struct step step;

static const struct row plain[] = {
	{"c.unimp", 0, BOTH, CAUSE_ILLEGAL_INSTRUCTION, TVAL_INSN},
	{"a word of ones", 0xffffffff, BOTH, CAUSE_ILLEGAL_INSTRUCTION, TVAL_INSN},
	{"write of cycle", 0xc0001073, BOTH, CAUSE_ILLEGAL_INSTRUCTION, TVAL_INSN},
	{"read of an absent CSR", 0x5ff02573, BOTH, CAUSE_ILLEGAL_INSTRUCTION, TVAL_INSN},
	{"read of mstatus", 0x30002573, BOTH, CAUSE_ILLEGAL_INSTRUCTION, TVAL_INSN},
	{"write of pmpaddr0", 0x3b051073, BOTH, CAUSE_ILLEGAL_INSTRUCTION, TVAL_INSN},
	{"read of dcsr", 0x7b002573, BOTH, CAUSE_ILLEGAL_INSTRUCTION, TVAL_INSN},
	{"mret", 0x30200073, BOTH, CAUSE_ILLEGAL_INSTRUCTION, TVAL_ANY}, /* QEMU leaves an old stval behind */
	{"custom-0", 0x0000000b, BOTH, CAUSE_ILLEGAL_INSTRUCTION, TVAL_INSN},
	{"read of hstatus", 0x60002573, BOTH | BULKHEAD_ONLY, CAUSE_ILLEGAL_INSTRUCTION, TVAL_INSN},
	{"write of hgatp", 0x68051073, BOTH | BULKHEAD_ONLY, CAUSE_ILLEGAL_INSTRUCTION, TVAL_INSN},
	{"read of vsatp", 0x28002573, BOTH | BULKHEAD_ONLY, CAUSE_ILLEGAL_INSTRUCTION, TVAL_INSN},
	{"write of vsstatus", 0x20051073, BOTH | BULKHEAD_ONLY, CAUSE_ILLEGAL_INSTRUCTION, TVAL_INSN},
	{"read of htimedelta", 0x60502573, BOTH | BULKHEAD_ONLY, CAUSE_ILLEGAL_INSTRUCTION, TVAL_INSN},
	{"read of hgeip", 0xe1202573, BOTH | BULKHEAD_ONLY, CAUSE_ILLEGAL_INSTRUCTION, TVAL_INSN},
	{"hlv.w", 0x68054573, BOTH | BULKHEAD_ONLY, CAUSE_ILLEGAL_INSTRUCTION, TVAL_INSN},
	{"hlvx.wu", 0x68354573, BOTH | BULKHEAD_ONLY, CAUSE_ILLEGAL_INSTRUCTION, TVAL_INSN},
	{"hsv.d", 0x6eb54073, BOTH | BULKHEAD_ONLY, CAUSE_ILLEGAL_INSTRUCTION, TVAL_INSN},
	{"hfence.vvma", 0x22000073, BOTH | BULKHEAD_ONLY, CAUSE_ILLEGAL_INSTRUCTION, TVAL_INSN},
	{"hfence.gvma", 0x62000073, BOTH | BULKHEAD_ONLY, CAUSE_ILLEGAL_INSTRUCTION, TVAL_INSN},
	{"U-mode: sret", 0x10200073, SIDE_U, CAUSE_ILLEGAL_INSTRUCTION, TVAL_INSN},
	{"U-mode: sfence.vma", 0x12000073, SIDE_U, CAUSE_ILLEGAL_INSTRUCTION, TVAL_INSN},
	{"U-mode: read of sstatus", 0x10002573, SIDE_U, CAUSE_ILLEGAL_INSTRUCTION, TVAL_INSN},
	{"U-mode: write of sie", 0x10451073, SIDE_U, CAUSE_ILLEGAL_INSTRUCTION, TVAL_INSN},
	{"U-mode: write of stvec", 0x10551073, SIDE_U, CAUSE_ILLEGAL_INSTRUCTION, TVAL_INSN},
	{"U-mode: read of sscratch", 0x14002573, SIDE_U, CAUSE_ILLEGAL_INSTRUCTION, TVAL_INSN},
	{"U-mode: write of satp", 0x18051073, SIDE_U, CAUSE_ILLEGAL_INSTRUCTION, TVAL_INSN},
	{"U-mode: read of stimecmp", 0x14d02573, SIDE_U, CAUSE_ILLEGAL_INSTRUCTION, TVAL_INSN},
	{"U-mode: sinval.vma", 0x16b50073, SIDE_U, CAUSE_ILLEGAL_INSTRUCTION, TVAL_INSN},
	/* Where QEMU 10.0.2 has Svinval, U-mode executes these two. */
	{"U-mode: sfence.w.inval", 0x18000073, SIDE_U | NO_SVINVAL, CAUSE_ILLEGAL_INSTRUCTION, TVAL_INSN},
	{"U-mode: sfence.inval.ir", 0x18100073, SIDE_U | NO_SVINVAL, CAUSE_ILLEGAL_INSTRUCTION, TVAL_INSN},
	{"sinval.vma without Svinval", 0x16b50073, SIDE_S | NO_SVINVAL, CAUSE_ILLEGAL_INSTRUCTION, TVAL_INSN},
	{"sfence.w.inval without Svinval", 0x18000073, SIDE_S | NO_SVINVAL, CAUSE_ILLEGAL_INSTRUCTION, TVAL_INSN},
	{"ebreak", 0x00100073, BOTH, CAUSE_BREAKPOINT, TVAL_PC},
	{"c.ebreak", 0x9002, BOTH, CAUSE_BREAKPOINT, TVAL_PC},
	{"ecall", 0x00000073, SIDE_U, CAUSE_ECALL_FROM_U, TVAL_ZERO},
};

static const struct row accesses[] = {
	{"lb", 0x00050283, BOTH, CAUSE_LOAD_ACCESS_FAULT, TVAL_ADDRESS},
	{"lwu", 0x00056283, BOTH, CAUSE_LOAD_ACCESS_FAULT, TVAL_ADDRESS},
	{"ld", 0x00053283, BOTH, CAUSE_LOAD_ACCESS_FAULT, TVAL_ADDRESS},
	{"c.lw", 0x4108, BOTH, CAUSE_LOAD_ACCESS_FAULT, TVAL_ADDRESS},
	{"flw", 0x00052287, BOTH | WITH_D, CAUSE_LOAD_ACCESS_FAULT, TVAL_ADDRESS},
	{"fld", 0x00053287, BOTH | WITH_D, CAUSE_LOAD_ACCESS_FAULT, TVAL_ADDRESS},
	{"c.fld", 0x2108, BOTH | WITH_D, CAUSE_LOAD_ACCESS_FAULT, TVAL_ADDRESS},
	{"sb", 0x00550023, BOTH, CAUSE_STORE_ACCESS_FAULT, TVAL_ADDRESS},
	{"sd", 0x00553023, BOTH, CAUSE_STORE_ACCESS_FAULT, TVAL_ADDRESS},
	{"c.sd", 0xe108, BOTH, CAUSE_STORE_ACCESS_FAULT, TVAL_ADDRESS},
	{"fsw", 0x00552027, BOTH | WITH_D, CAUSE_STORE_ACCESS_FAULT, TVAL_ADDRESS},
	{"c.fsd", 0xa108, BOTH | WITH_D, CAUSE_STORE_ACCESS_FAULT, TVAL_ADDRESS},
};

static const struct row atomics[] = {
	{"lr.w", 0x100522af, BOTH, CAUSE_LOAD_ACCESS_FAULT, TVAL_ADDRESS},
	{"lr.d", 0x100532af, BOTH, CAUSE_LOAD_ACCESS_FAULT, TVAL_ADDRESS},
	{"amoadd.w", 0x005522af, BOTH, CAUSE_STORE_ACCESS_FAULT, TVAL_ADDRESS},
	{"amoor.d", 0x405532af, BOTH, CAUSE_STORE_ACCESS_FAULT, TVAL_ADDRESS},
	{"amomaxu.w", 0xe05522af, BOTH, CAUSE_STORE_ACCESS_FAULT, TVAL_ADDRESS},
};

static unsigned long wanted_tval(const struct row *row, unsigned long address)
{
	switch (row->tval) {
	case TVAL_INSN:
		return row->insn;
	case TVAL_ADDRESS:
		return address;
	case TVAL_PC:
		return step.out[0];
	case TVAL_ZERO:
	case TVAL_ANY:
		break;
	}
	return 0;
}

/* Where the specification lets hardware choose, stval may be 0: instruction bits, the address of a breakpoint. */
static int tval_is_good(const struct row *row, unsigned long address)
{
	if (row->tval == TVAL_ANY || step.tval == wanted_tval(row, address))
		return 1;
	return step.tval == 0 && row->tval != TVAL_ADDRESS;
}

int step_is_exact(const struct step *s, unsigned long cause, unsigned long epc)
{
	unsigned long wanted = (s->entry & SSTATUS_SPP) | (s->entry & SSTATUS_SPIE); /* SPIE is what SIE was */

	return s->cause == cause && s->out[0] == epc && !step_changed(s, 0) &&
	       (s->status & (SSTATUS_SPP | SSTATUS_SPIE | SSTATUS_SIE)) == wanted;
}

static void check(const struct row *row, unsigned side, unsigned long address)
{
	int good = 1;

	if (!(row->who & side) || ((row->who & BULKHEAD_ONLY) && !guest_on_bulkhead()))
		return;
	if (((row->who & WITH_D) && !dt_has_isa("d")) || ((row->who & NO_SVINVAL) && dt_has_isa("svinval")))
		return;
	for (int sie = 0; sie < 2; sie++) {
		step_fill(&step, (unsigned long)sie + row->insn);
		step.in[10] = address;
		step.entry = SSTATUS_FS | (side == SIDE_S ? SSTATUS_SPP : 0) | (sie ? SSTATUS_SPIE : 0);
		step_insn(&step, row->insn);
		if (step_is_exact(&step, row->cause, step.in[0]) && tval_is_good(row, address))
			continue;
		good = 0;
		print("# cause %ld tval %lx epc %lx (pc %lx) sstatus %lx, entered with %lx, %u registers changed\n",
		      (long)step.cause, step.tval, step.out[0], step.in[0], step.status, step.entry, step_changed(&step, 0));
	}
	tap_check(good, row->name);
}

static void check_all(const struct row *rows, size_t count, unsigned long address, const char *where)
{
	for (unsigned side = SIDE_S; side <= SIDE_U; side++) {
		print("# %s-mode, %s 0x%lx\n", side == SIDE_S ? "S" : "U", where, address);
		for (size_t i = 0; i < count; i++)
			check(&rows[i], side, address);
	}
}

/* A jump: sepc and stval are where it goes. */
static void check_fetch(unsigned long address, const char *name)
{
	for (unsigned side = SIDE_S; side <= SIDE_U; side++) {
		step_fill(&step, side);
		step.in[0] = address;
		step.entry = SSTATUS_SPIE | (side == SIDE_S ? SSTATUS_SPP : 0);
		step_run(&step);
		tap_check(step_is_exact(&step, CAUSE_FETCH_ACCESS_FAULT, address) && step.tval == address, name);
	}
}

/* An instruction of four bytes of which only two are in memory: sepc is where it begins, stval the part that faulted. */
static void test_split_fetch(void)
{
	unsigned long end = memory_end();
	volatile uint16_t *last = (volatile uint16_t *)(end - 2);
	uint16_t before = *last;

	if (memory_is_taken(end - 2)) {
		tap_skip("a fetch across the end of memory", "it is in use");
		return;
	}
	*last = 0x0013; /* the lower half of a nop */
	__asm__ volatile("fence.i" ::: "memory");
	for (unsigned side = SIDE_S; side <= SIDE_U; side++) {
		step_fill(&step, side);
		step.in[0] = end - 2;
		step.entry = SSTATUS_SPIE | (side == SIDE_S ? SSTATUS_SPP : 0);
		step_run(&step);
		print("# cause %ld tval %lx epc %lx\n", (long)step.cause, step.tval, step.out[0]);
		tap_check(step_is_exact(&step, CAUSE_FETCH_ACCESS_FAULT, end - 2) && step.tval == end,
			  "a fetch across the end of memory");
	}
	*last = before;
	__asm__ volatile("fence.i" ::: "memory");
}

/* wfi: S-mode goes on when an enabled interrupt is pending; U-mode's is illegal, or goes on (priv, "Wait for Interrupt"). */
static void test_wfi(void)
{
	static const struct row wfi_row = {"U-mode: wfi", 0x10500073, SIDE_U, CAUSE_ILLEGAL_INSTRUCTION, TVAL_INSN};

	irq_disable(); /* an sret to U-mode and back may have enabled them */
	timer_set(0);
	csr_set(sie, SIE_STIE);
	step_fill(&step, 3);
	tap_equal((long)step_insn(&step, wfi_row.insn), (long)NO_TRAP, "S-mode: wfi goes on for a pending interrupt");
	step.entry = 0; /* from U-mode the interrupt itself is taken once wfi is over */
	step_insn(&step, wfi_row.insn);
	tap_check(step.cause == (CAUSE_INTERRUPT | IRQ_S_TIMER) || step.cause == CAUSE_ILLEGAL_INSTRUCTION,
		  "U-mode: wfi with an interrupt");
	csr_clear(sie, SIE_STIE);
	timer_set(~0ul);
	check(&wfi_row, SIDE_U, 0);
}

/* Misaligned and split accesses: into a hole, into a device, from memory into a hole. */
static void test_splits(unsigned long uart)
{
	unsigned long end = memory_end();

	for (int store = 0; store < 2; store++)
		for (unsigned back = 1; back < 8; back++) {
			unsigned long address = end - back;

			step_fill(&step, back);
			step.in[10] = address;
			step_insn(&step, store ? 0x00553023 : 0x00053283);
			tap_check(step.cause == (store ? CAUSE_STORE_ACCESS_FAULT : CAUSE_LOAD_ACCESS_FAULT) ||
				  step.cause == (store ? CAUSE_STORE_MISALIGNED : CAUSE_LOAD_MISALIGNED),
				  "an access across the end of memory faults");
			tap_check(step.tval >= address && step.tval < address + 8 && !step_changed(&step, 0) &&
				  step.out[0] == step.in[0], "stval is in it, no register changes");
		}
	for (unsigned at = 1; uart && guest_on_bulkhead() && at < 8; at += 2) { /* QEMU's UART takes them in pieces */
		step_fill(&step, at);
		step.in[10] = uart + at;
		tap_equal((long)step_insn(&step, 0x00052283), CAUSE_LOAD_ACCESS_FAULT, "a misaligned lw of the UART");
		tap_equal((long)step_insn(&step, 0x00552023), CAUSE_STORE_ACCESS_FAULT, "a misaligned sw to the UART");
		tap_check(step.tval == uart + at && !step_changed(&step, 0), "stval is its address");
	}
}

/* LR and SC that are misaligned, in memory: either fault, at the address; an SC without a reservation may fail before. */
static void test_misaligned_pairs(void)
{
	static const struct row rows[] = {
		{"lr.w", 0x100522af, BOTH, CAUSE_LOAD_MISALIGNED, TVAL_ADDRESS},
		{"lr.d", 0x100532af, BOTH, CAUSE_LOAD_MISALIGNED, TVAL_ADDRESS},
		{"sc.w", 0x185522af, BOTH, CAUSE_STORE_MISALIGNED, TVAL_ADDRESS},
		{"sc.d", 0x185532af, BOTH, CAUSE_STORE_MISALIGNED, TVAL_ADDRESS},
	};
	static uint64_t memory[2];

	for (unsigned side = SIDE_S; side <= SIDE_U; side++)
		for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
			unsigned long address = (unsigned long)memory + 2;
			int good;

			step_fill(&step, i);
			step.in[10] = address;
			step.entry = side == SIDE_S ? SSTATUS_SPP : 0;
			good = step_insn(&step, rows[i].insn) == NO_TRAP && i >= 2 && step.out[5] != 0;
			good |= (step_is_exact(&step, rows[i].cause, step.in[0]) ||
				 step_is_exact(&step, rows[i].cause + 1, step.in[0])) && step.tval == address;
			print("# %s-mode, misaligned %s: cause %ld\n", side == SIDE_S ? "S" : "U", rows[i].name, (long)step.cause);
			tap_check(good, "a misaligned lr or sc");
		}
}

static void test_device(unsigned long uart)
{
	/* Bare QEMU lets a processor do atomics to a device, and some of those end it. */
	if (!uart || !guest_on_bulkhead())
		return;
	check_all(atomics, ARRAY_SIZE(atomics), uart, "atomics, a device at");
	check_fetch(uart, "fetch from a device");
	check_all(accesses, ARRAY_SIZE(accesses), uart + 8, "behind a device's registers");
}

void test_causes(void)
{
	unsigned shift;
	unsigned long uart = (unsigned long)console_uart(&shift);

	check_all(plain, ARRAY_SIZE(plain), 0, "plain");
	check_all(accesses, ARRAY_SIZE(accesses), memory_hole_above(), "a hole above at");
	check_all(accesses, ARRAY_SIZE(accesses), memory_end(), "the end of memory");
	check_all(accesses, ARRAY_SIZE(accesses), memory_hole_below(), "a hole below at");
	check_all(atomics, ARRAY_SIZE(atomics), memory_hole_above(), "atomics, a hole at");
	check_fetch(memory_hole_above(), "fetch from a hole above");
	check_fetch(memory_end(), "fetch from the end of memory");
	check_fetch(memory_hole_below(), "fetch from a hole below");
	test_split_fetch();
	test_wfi();
	test_splits(shift ? 0 : uart);
	test_misaligned_pairs();
	test_device(shift ? 0 : uart);
}
