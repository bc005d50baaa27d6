/* SPDX-License-Identifier: Apache-2.0 */
/* Trap tests: loads, stores, atomics and fetches of holes, misaligned accesses, and page-table walks that leave memory. */

#include "traps_test.h"

static uint64_t root[512] __attribute__((aligned(4096)));
static uint64_t middle[512] __attribute__((aligned(4096)));

#define LD	0x00053283u /* ld t0, 0(a0) */
#define LW	0x00052283u
#define LB	0x00050283u
#define SD	0x00553023u /* sd t0, 0(a0) */
#define SB	0x00550023u
#define LR_W	0x100522afu /* lr.w t0, (a0) */
#define LR_D	0x100532afu
#define AMOADD_W 0x005522afu /* amoadd.w t0, t0, (a0) */
#define AMOSWAP_D 0x085532afu
#define C_LW	0x4108u /* c.lw a0, 0(a0) */
#define C_SD	0xe108u /* c.sd a0, 0(a0) */

static const struct {
	uint32_t insn;
	unsigned long cause;
	const char *name;
} accesses[] = {
	{LD, CAUSE_LOAD_ACCESS_FAULT, "ld"},
	{LW, CAUSE_LOAD_ACCESS_FAULT, "lw"},
	{LB, CAUSE_LOAD_ACCESS_FAULT, "lb"},
	{C_LW, CAUSE_LOAD_ACCESS_FAULT, "c.lw"},
	{LR_W, CAUSE_LOAD_ACCESS_FAULT, "lr.w"},
	{LR_D, CAUSE_LOAD_ACCESS_FAULT, "lr.d"},
	{SD, CAUSE_STORE_ACCESS_FAULT, "sd"},
	{SB, CAUSE_STORE_ACCESS_FAULT, "sb"},
	{C_SD, CAUSE_STORE_ACCESS_FAULT, "c.sd"},
	{AMOADD_W, CAUSE_STORE_ACCESS_FAULT, "amoadd.w"},
	{AMOSWAP_D, CAUSE_STORE_ACCESS_FAULT, "amoswap.d"},
};

static void check_access(runner how, uint64_t addr, size_t row)
{
	struct trap trap;

	tap_equal((long)run_insn(how, &trap, accesses[row].insn, (void *)addr), (long)accesses[row].cause,
		  accesses[row].name);
	tap_equal((long)trap.tval, (long)addr, "stval is the address");
}

static void jump_to(void *arg)
{
	((void (*)(void))arg)();
}

static void check_fetch(runner how, uint64_t addr)
{
	struct trap trap;

	check_cause(how, &trap, jump_to, (void *)addr, CAUSE_FETCH_ACCESS_FAULT, "fetch");
	tap_equal((long)trap.tval, (long)addr, "stval is the address");
	tap_equal((long)trap.epc, (long)addr, "sepc is the address");
}

static void test_hole(runner how, uint64_t addr, const char *where)
{
	print("# %s, 0x%lx\n", where, addr);
	for (size_t i = 0; i < ARRAY_SIZE(accesses); i++)
		check_access(how, addr, i);
	check_fetch(how, addr);
}

static void test_misaligned(void)
{
	static volatile uint8_t bytes[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8};
	struct trap trap;
	unsigned long cause;
	uint64_t value;

	__asm__ volatile("ld %0, 0(%1)" : "=r"(value) : "r"(bytes + 1) : "memory");
	tap_check(value == 0x0807060504030201, "a misaligned load gives the right value");
	cause = run_insn(trap_run, &trap, AMOADD_W, (void *)(bytes + 1));
	print("# misaligned amoadd.w: cause %ld\n", (long)cause);
	/* A QEMU that runs all harts in one thread does the atomic as a load and a store, and may report the load. */
	tap_check(cause == NO_TRAP || cause == CAUSE_STORE_MISALIGNED || cause == CAUSE_STORE_ACCESS_FAULT ||
		  cause == CAUSE_LOAD_MISALIGNED || cause == CAUSE_LOAD_ACCESS_FAULT, "a misaligned atomic works or faults");
	tap_check(cause == NO_TRAP || trap.tval == (uint64_t)(bytes + 1), "stval is its address");
	cause = run_insn(trap_run, &trap, LD, (void *)(memory_end() - 4));
	tap_check(cause == CAUSE_LOAD_ACCESS_FAULT || cause == CAUSE_LOAD_MISALIGNED,
		  "a load across the end of memory faults");
	tap_check(trap.tval >= memory_end() - 4 && trap.tval <= memory_end() + 4, "stval is in that load");
}

/* Sv39: our own memory as gigapages, and entries that lead out of memory. */
static void map(uint64_t hole)
{
	uint64_t here = (uint64_t)root >> 30;

	memset(root, 0, sizeof(root));
	root[here] = (here << 30 >> 12) << PTE_PPN_SHIFT | PTE_V | PTE_R | PTE_W | PTE_X | PTE_A | PTE_D;
	root[0] = PTE_V | PTE_R | PTE_W | PTE_A | PTE_D;
	root[100] = hole >> 12 << PTE_PPN_SHIFT | PTE_V;
	root[101] = (uint64_t)middle >> 12 << PTE_PPN_SHIFT | PTE_V;
	middle[0] = hole >> 12 << PTE_PPN_SHIFT | PTE_V;
	middle[1] = (hole >> 21 << 21) >> 12 << PTE_PPN_SHIFT | PTE_V | PTE_R | PTE_W | PTE_X | PTE_A | PTE_D;
	csr_write(satp, SATP_MODE_SV39 | (uint64_t)root >> 12);
	__asm__ volatile("sfence.vma" ::: "memory");
}

static void unmap(void)
{
	csr_write(satp, 0);
	__asm__ volatile("sfence.vma" ::: "memory");
}

/* The walk's own access faults with the original kind (priv, "Virtual Address Translation Process"); bare QEMU says page fault. */
static void check_walk_trap(const struct trap *trap, unsigned long wanted, unsigned long bare, uint64_t addr)
{
	int good = trap->cause == wanted || (!guest_on_bulkhead() && trap->cause == bare);

	if (good)
		tap_check(1, "the access through it faults");
	else
		tap_equal((long)trap->cause, (long)wanted, "the access through it faults");
	tap_equal((long)trap->tval, (long)addr, "stval is the virtual address");
}

static void check_walk(uint64_t addr, const char *what)
{
	struct trap trap;

	print("# %s\n", what);
	run_insn(trap_run, &trap, LW, (void *)addr);
	check_walk_trap(&trap, CAUSE_LOAD_ACCESS_FAULT, CAUSE_LOAD_PAGE_FAULT, addr);
	run_insn(trap_run, &trap, SD, (void *)addr);
	check_walk_trap(&trap, CAUSE_STORE_ACCESS_FAULT, CAUSE_STORE_PAGE_FAULT, addr);
	trap_run(&trap, jump_to, (void *)addr);
	check_walk_trap(&trap, CAUSE_FETCH_ACCESS_FAULT, CAUSE_FETCH_PAGE_FAULT, addr);
}

static void test_walks(void)
{
	struct trap trap;

	map(memory_hole_above());
	check_walk(100ul << 30 | 0x1008, "a page table in a hole, level 1");
	check_walk(101ul << 30 | 0x1008, "a page table in a hole, level 0");
	check_walk(101ul << 30 | 1ul << 21 | 0x2010, "a page in a hole");
	tap_equal((long)run_insn(trap_run, &trap, LW, (void *)(200ul << 30)), CAUSE_LOAD_PAGE_FAULT,
		  "an unmapped page stays a page fault");
	tap_equal((long)trap.tval, (long)(200ul << 30), "stval is the virtual address");
	unmap();
}

void test_memory_faults(void)
{
	test_hole(trap_run, memory_hole_above(), "above memory, S-mode");
	test_hole(trap_run, memory_end(), "first byte beyond memory, S-mode");
	test_hole(trap_run, memory_hole_below(), "a hole below, S-mode");
	test_hole(trap_run_user, memory_hole_above(), "above memory, U-mode");
	test_hole(trap_run_user, memory_hole_below(), "a hole below, U-mode");
	test_misaligned();
	test_walks();
}
