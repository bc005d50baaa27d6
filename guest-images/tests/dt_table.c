/* SPDX-License-Identifier: Apache-2.0 */
/* Device tree tests: the extensions of address translation that the tree shows, on a page table. */

#include "tests/dt_test.h"

#define PTE_N	     (1ul << 63)
#define PTE_PBMT_NC  (1ul << 61)
#define NAPOT_64K    8ul /* ppn[3:0] of a 64 KiB page */
#define WINDOW	     (200ul << 30)

static uint64_t root[512] __attribute__((aligned(4096)));
static uint64_t middle[512] __attribute__((aligned(4096)));
static uint64_t leaves[512] __attribute__((aligned(4096)));
static uint64_t *data; /* 64 KiB of memory, aligned */

static void load(void *arg)
{
	(void)*(volatile uint64_t *)arg;
}

/* Maps the window to data with these bits, in as many entries as a NAPOT page has, and loads at an offset. */
static unsigned long load_with(uint64_t bits, uint64_t offset)
{
	unsigned long cause;
	struct trap trap;

	for (unsigned i = 0; i < 16; i++)
		leaves[i] = (uint64_t)data >> 12 << PTE_PPN_SHIFT | bits;
	__asm__ volatile("sfence.vma" ::: "memory");
	cause = trap_run(&trap, load, (void *)(WINDOW + offset));
	if (cause != NO_TRAP)
		print("# cause %ld tval %lx\n", (long)cause, trap.tval);
	return cause;
}

static void test_svnapot(void)
{
	uint64_t bits = NAPOT_64K << PTE_PPN_SHIFT | PTE_N | PTE_V | PTE_R | PTE_W | PTE_A | PTE_D;

	data[5 * 512 + 1] = 0x1234;
	tap_equal((long)load_with(bits, 5 * 4096 + 8), (long)NO_TRAP, "svnapot: a page of 64 KiB");
	tap_equal(((volatile uint64_t *)WINDOW)[5 * 512 + 1], 0x1234, "reads its sixth part");
}

void test_table_extensions(void)
{
	uint64_t here = (uint64_t)root >> 30, plain = PTE_V | PTE_R | PTE_W | PTE_A | PTE_D;

	data = (uint64_t *)memory_find(1 << 16, 1 << 16);
	if (memory_end() > WINDOW) {
		tap_skip("extensions of page tables", "memory lies too high");
		return;
	}
	root[0] = plain;
	root[here] = here << 30 >> 12 << PTE_PPN_SHIFT | plain | PTE_X;
	root[WINDOW >> 30] = (uint64_t)middle >> 12 << PTE_PPN_SHIFT | PTE_V;
	middle[0] = (uint64_t)leaves >> 12 << PTE_PPN_SHIFT | PTE_V;
	csr_write(satp, SATP_MODE_SV39 | (uint64_t)root >> 12);
	tap_equal((long)load_with(plain, 0), (long)NO_TRAP, "a plain page");
	if (dt_has_isa("svpbmt"))
		tap_equal((long)load_with(plain | PTE_PBMT_NC, 0), (long)NO_TRAP, "svpbmt: a non-cacheable page");
	else if (guest_on_bulkhead())
		tap_equal((long)load_with(plain | PTE_PBMT_NC, 0), CAUSE_LOAD_PAGE_FAULT, "without Svpbmt its bits are reserved");
	if (dt_has_isa("svnapot"))
		test_svnapot();
	if (dt_has_isa("svadu") && !dt_has_isa("svade")) {
		tap_equal((long)load_with(PTE_V | PTE_R, 0), (long)NO_TRAP, "svadu: A is set by hardware");
		tap_check(leaves[0] & PTE_A, "and seen in memory");
	}
	if (dt_has_isa("svade") && !dt_has_isa("svadu"))
		tap_equal((long)load_with(PTE_V | PTE_R, 0), CAUSE_LOAD_PAGE_FAULT, "svade: a page without A faults");
	csr_write(satp, 0);
	__asm__ volatile("sfence.vma" ::: "memory");
}
