/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Trap tests: the guest's own page tables in every mode that its tree names. Walks and pages that lead out of memory or to a
 * device, at every level; page faults by each permission; updates of A and D; from S- and U-mode.
 */

#include "tests/step.h"
#include "traps_test.h"

#define MAX_LEVELS 5
#define USER	   64  /* gigapages of memory from here on are U-mode's */
#define AT	   100 /* entry under test in its table */
#define CHAIN	   101 /* entry of the level 2 table that leads to level 1; at level 1 it is entry 1 */

#define LW 0x00052283u /* lw t0, 0(a0) */
#define SW 0x00552023u /* sw t0, 0(a0) */
#define AMO 0x005522afu /* amoadd.w t0, t0, (a0) */
#define LBU 0x00054283u

#define RWX (PTE_V | PTE_R | PTE_W | PTE_X | PTE_A | PTE_D)
#define SATP_MODE_SHIFT 60

static uint64_t tables[MAX_LEVELS][512] __attribute__((aligned(4096)));
static uint64_t victim[512] __attribute__((aligned(4096)));
static uint16_t code[16] __attribute__((aligned(64)));
static struct step step;
static int levels;

static uint64_t pte(uint64_t address, uint64_t bits)
{
	return address >> 12 << PTE_PPN_SHIFT | bits;
}

static uint64_t span(int level)
{
	return 1ul << (12 + 9 * level);
}

/* Virtual address of the entry under test at a level: every table on the way is ours. */
static uint64_t place(int level)
{
	if (level >= 2)
		return AT * span(level);
	return CHAIN * span(2) + (level == 1 ? AT * span(1) : span(1) + AT * span(0));
}

static int turn_on(int mode_levels)
{
	uint64_t here = (uint64_t)tables >> 30;
	uint64_t satp = (uint64_t)(mode_levels + 5) << SATP_MODE_SHIFT | (uint64_t)tables[mode_levels - 1] >> 12;

	levels = mode_levels;
	memset(tables, 0, sizeof(tables));
	for (int level = levels - 1; level > 2; level--)
		tables[level][0] = pte((uint64_t)tables[level - 1], PTE_V);
	tables[2][0] = pte(0, RWX);
	tables[2][here] = pte(here << 30, RWX);
	tables[2][here + USER] = pte(here << 30, RWX | PTE_U);
	tables[2][CHAIN] = pte((uint64_t)tables[1], PTE_V);
	tables[1][1] = pte((uint64_t)tables[0], PTE_V);
	csr_write(satp, satp);
	__asm__ volatile("sfence.vma" ::: "memory");
	return csr_read(satp) == satp;
}

static void turn_off(void)
{
	csr_write(satp, 0);
	__asm__ volatile("sfence.vma" ::: "memory");
}

static void set_entry(int level, uint64_t value)
{
	tables[level][AT] = value;
	__asm__ volatile("sfence.vma" ::: "memory");
}

/* One instruction at an address in S- or U-mode; in U-mode the code is reached by its alias. Returns the cause or NO_TRAP. */
static unsigned long run(int user, uint32_t insn, uint64_t address)
{
	unsigned long alias = user ? (unsigned long)USER << 30 : 0;
	unsigned long end = step_compose(code, insn, 0, 0, 0) + alias;

	step_fill(&step, insn);
	step.entry = (user ? 0 : SSTATUS_SPP) | SSTATUS_SPIE;
	step.in[0] = (unsigned long)code + alias;
	step.in[10] = address;
	step_run(&step);
	return step.cause == CAUSE_BREAKPOINT && step.out[0] == end ? NO_TRAP : step.cause;
}

static void jump(int user, uint64_t address)
{
	step_fill(&step, 9);
	step.entry = (user ? 0 : SSTATUS_SPP) | SSTATUS_SPIE;
	step.in[0] = address;
	step_run(&step);
}

static int is_exact(unsigned long cause, uint64_t address, unsigned long epc)
{
	if (step_is_exact(&step, cause, epc) && step.tval == address)
		return 1;
	return 0;
}

static int faults(unsigned long fault, unsigned long bare, uint64_t address, unsigned long epc)
{
	if (is_exact(fault, address, epc) || (!guest_on_bulkhead() && is_exact(bare, address, epc)))
		return 1;
	print("# wanted %lu: cause %ld tval %lx epc %lx sstatus %lx, %u registers changed\n", fault, (long)step.cause, step.tval,
	      step.out[0], step.status, step_changed(&step, 0));
	return 0;
}

/*
 * A load, a store, an atomic and a fetch at the address. What fails is an access fault of its kind ("Virtual Address Translation
 * Process"); where a walk cannot read its table bare QEMU says page fault, and an atomic may look like its load.
 */
static int all_fault(int user, uint64_t address, int walk)
{
	int good = 1;
	unsigned long cause;

	run(user, LW, address);
	good &= faults(CAUSE_LOAD_ACCESS_FAULT, walk ? CAUSE_LOAD_PAGE_FAULT : CAUSE_LOAD_ACCESS_FAULT, address, step.in[0]);
	run(user, SW, address);
	good &= faults(CAUSE_STORE_ACCESS_FAULT, walk ? CAUSE_STORE_PAGE_FAULT : CAUSE_STORE_ACCESS_FAULT, address, step.in[0]);
	cause = run(user, AMO, address);
	good &= faults(cause == CAUSE_LOAD_ACCESS_FAULT ? cause : CAUSE_STORE_ACCESS_FAULT,
		       walk ? CAUSE_STORE_PAGE_FAULT : CAUSE_STORE_ACCESS_FAULT, address, step.in[0]);
	jump(user, address);
	good &= faults(CAUSE_FETCH_ACCESS_FAULT, walk ? CAUSE_FETCH_PAGE_FAULT : CAUSE_FETCH_ACCESS_FAULT, address, address);
	return good;
}

static void test_target(uint64_t target, const char *what, int page_too)
{
	for (int level = levels - 1; level >= 0; level--)
		for (int user = 0; user < 2; user++) {
			uint64_t offset = target & (span(level) - 1) & ~7ul;

			print("# Sv%d, level %d, %s-mode, %s at 0x%lx\n", 12 + 9 * levels, level, user ? "U" : "S", what, target);
			if (level > 0) {
				set_entry(level, pte(target, PTE_V));
				tap_check(all_fault(user, place(level) + 0x1238, 1), "a walk that goes there");
			}
			if (page_too) {
				set_entry(level, pte(target & ~(span(level) - 1), RWX | (user ? PTE_U : 0)));
				tap_check(all_fault(user, place(level) + offset, 0), "a page that lies there");
			}
			set_entry(level, 0);
		}
}

/* A page of the UART at every level: accesses reach it, fetches do not. */
static void test_device_page(uint64_t uart)
{
	for (int level = levels - 1; level >= 0; level--)
		for (int user = 0; user < 2; user++) {
			uint64_t address = place(level) + (uart & (span(level) - 1)) + 7;
			int good;

			set_entry(level, pte(uart & ~(span(level) - 1), RWX | (user ? PTE_U : 0)));
			*(volatile uint8_t *)(uart + 7) = 0xe7;
			good = run(user, LBU, address) == NO_TRAP && step.out[5] == 0xe7 && !step_changed(&step, 5);
			if (guest_on_bulkhead()) {
				jump(user, address - 7);
				good &= faults(CAUSE_FETCH_ACCESS_FAULT, CAUSE_FETCH_ACCESS_FAULT, address - 7, address - 7);
			}
			tap_check(good, "the UART through a page of each size");
			set_entry(level, 0);
		}
}

/* Page faults of the guest's own making are its own: hardware delegates them. */
static void test_page_faults(void)
{
	static const struct {
		const char *name;
		uint64_t bits;
		int user;
		unsigned long load, store, fetch; /* 0: works */
	} rows[] = {
		{"not valid", RWX & ~PTE_V, 0, 13, 15, 12},
		{"execute only", PTE_V | PTE_X | PTE_A | PTE_D, 0, 13, 15, 0},
		{"read only", PTE_V | PTE_R | PTE_A | PTE_D, 0, 0, 15, 12},
		{"write without read", PTE_V | PTE_W | PTE_A | PTE_D, 0, 13, 15, 12},
		{"U-mode's page, from S-mode", RWX | PTE_U, 0, 13, 15, 12},
		{"S-mode's page, from U-mode", RWX, 1, 13, 15, 12},
		{"U-mode's page, from U-mode", RWX | PTE_U, 1, 0, 0, 0},
		{"a reserved bit", RWX | 1ul << 54, 0, 13, 15, 12},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		for (int level = 0; level < 3; level++) {
			uint64_t address = place(level) + ((uint64_t)victim & (span(level) - 1));
			unsigned long load, store, fetch;
			int good = 1;

			victim[0] = INSN_EBREAK;
			set_entry(level, pte((uint64_t)victim & ~(span(level) - 1), rows[i].bits));
			load = run(rows[i].user, LW, address);
			good &= rows[i].load ? is_exact(rows[i].load, address, step.in[0]) : load == NO_TRAP;
			store = run(rows[i].user, SW, address + 8);
			good &= rows[i].store ? is_exact(rows[i].store, address + 8, step.in[0]) : store == NO_TRAP;
			jump(rows[i].user, address);
			fetch = step.cause;
			good &= is_exact(rows[i].fetch ? rows[i].fetch : CAUSE_BREAKPOINT, step.tval, address);
			good &= !rows[i].fetch || step.tval == address;
			if (!good)
				print("# level %d: load %ld, store %ld, fetch %ld, tval %lx\n", level, (long)load, (long)store,
				      (long)fetch, step.tval);
			tap_check(good, rows[i].name);
			set_entry(level, 0);
		}
}

/*
 * Without A, or a store without D: with Svadu hardware sets them, with Svade it is a page fault. A tree that names both leaves
 * it to FWFT, so to whoever ran before.
 */
static void test_updates(void)
{
	uint64_t address = place(0) + 16, entry = pte((uint64_t)victim, PTE_V | PTE_R | PTE_W);
	int must_update = dt_has_isa("svadu") && !dt_has_isa("svade");
	int may_update = dt_has_isa("svadu");
	unsigned long cause;

	set_entry(0, entry);
	cause = run(0, LW, address);
	tap_check(cause == NO_TRAP ? may_update && tables[0][AT] == (entry | PTE_A) : !must_update && cause == CAUSE_LOAD_PAGE_FAULT,
		  "a load without A");
	set_entry(0, entry | PTE_A);
	cause = run(0, SW, address);
	tap_check(cause == NO_TRAP ? may_update && tables[0][AT] == (entry | PTE_A | PTE_D) :
		  !must_update && cause == CAUSE_STORE_PAGE_FAULT, "a store without D");
	set_entry(0, 0);
}

/*
 * An access across two pages, one of which is memory and the other a device or a hole: it faults at an address inside it, and
 * changes no register.
 */
static void test_split_pages(uint64_t target, const char *what)
{
	static const uint32_t insns[] = {0x00053283, 0x00553023, 0x00052283, 0x00551023}; /* ld, sd, lw, sh */

	for (int order = 0; order < 2; order++) {
		unsigned failures = 0;

		tables[0][AT] = pte(order ? target : (uint64_t)victim, RWX);
		tables[0][AT + 1] = pte(order ? (uint64_t)victim : target, RWX);
		__asm__ volatile("sfence.vma" ::: "memory");
		for (size_t i = 0; i < ARRAY_SIZE(insns); i++) {
			uint64_t address = place(0) + 4096 - 1;
			unsigned long cause = run(0, insns[i], address);
			int store = i % 2;
			int fault = cause == (store ? CAUSE_STORE_ACCESS_FAULT : CAUSE_LOAD_ACCESS_FAULT) ||
				    cause == (store ? CAUSE_STORE_MISALIGNED : CAUSE_LOAD_MISALIGNED);

			if (fault && step.tval >= address && step.tval < address + 8 &&
			    step_is_exact(&step, step.cause, step.in[0]))
				continue;
			print("# insn %08x: cause %ld tval %lx, order %d\n", insns[i], (long)cause, step.tval, order);
			failures++;
		}
		tap_equal(failures, 0, what);
		tables[0][AT] = tables[0][AT + 1] = 0;
	}
}

static int tree_levels(void)
{
	int node = -1;
	const char *type = NULL;

	while (!type && (node = dt_next(node, NULL)) >= 0)
		type = dt_prop(node, "mmu-type", NULL);
	if (!type || strlen(type) < 10)
		return 0;
	return type[8] == '3' ? 3 : type[8] == '4' ? 4 : 5; /* riscv,sv39 sv48 sv57 */
}

static void test_mode(uint64_t uart)
{
	test_target(memory_hole_above(), "a hole above", 1);
	test_target(memory_hole_below() + 0x1000, "a hole below", 1);
	test_target(memory_end(), "the end of memory", 1);
	if (uart && guest_on_bulkhead()) { /* a bare machine's walk reads the device's registers */
		test_target(uart, "a device", 0);
		test_target(uart + 0x10, "behind a device's registers", 1);
	}
	if (uart)
		test_device_page(uart);
	test_split_pages(memory_hole_above(), "an access half in memory, half in a hole");
	if (uart && guest_on_bulkhead()) /* a bare machine's stores would change the line's settings */
		test_split_pages(uart, "an access half in memory, half in a device");
	test_page_faults();
	test_updates();
}

void test_tables(void)
{
	unsigned shift;
	uint64_t uart = (uint64_t)console_uart(&shift);

	if ((uint64_t)tables >> 30 >= USER || memory_end() >> 30 > USER) {
		tap_skip("page tables", "memory lies too high");
		return;
	}
	for (int mode = 3; mode <= tree_levels(); mode++) {
		int there = turn_on(mode);

		tap_check(there, "satp takes a mode that the tree names");
		if (there)
			test_mode(shift ? 0 : uart);
		turn_off();
	}
}
