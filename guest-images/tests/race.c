/* SPDX-License-Identifier: Apache-2.0 */
/*
 * In-guest test of code that changes while it traps: one hart executes an instruction over and over, another rewrites it, or maps
 * another page in its place. Each time one of the instructions must have been executed whole, or have raised the fault that
 * hardware would raise. Boot argument: turns=N (2000) of each kind.
 */

#include "tests/step.h"
#include "tests/topic.h"

#define UART_MCR     4
#define UART_SCRATCH 7
#define SCRATCH	     0xa5
#define MCR	     0x0b

#define WINDOW	 (200ul << 30)	      /* where the page under change is mapped, and one behind it */
#define SATP_SV39(root) (8ul << 60 | (unsigned long)(root) >> 12)

/* What an instruction does: register `reg` becomes `value`, or the trap; a0 to a3 as test_race() sets them. */
struct outcome {
	uint32_t insn;
	unsigned long cause; /* 3: executed, then the ebreak behind it */
	unsigned reg;
	unsigned long value;
};

static const struct outcome outcomes[] = {
	{0x00054283, CAUSE_BREAKPOINT, 5, SCRATCH},			       /* lbu t0, 0(a0) */
	{0x00050303, CAUSE_BREAKPOINT, 6, (unsigned long)(long)(int8_t)SCRATCH}, /* lb t1, 0(a0) */
	{0x00c50023, CAUSE_BREAKPOINT, 0, 0},				       /* sb a2, 0(a0): what is there */
	{0xffd56683, CAUSE_BREAKPOINT, 13, MCR},			       /* lwu a3, -3(a0) */
	{0x0005c283, CAUSE_BREAKPOINT, 5, MCR},				       /* lbu t0, 0(a1) */
	{0x00073e03, CAUSE_LOAD_ACCESS_FAULT, 0, 0},			       /* ld t3, 0(a4): a hole */
	{0x00138393, CAUSE_BREAKPOINT, 7, 0},				       /* addi t2, t2, 1: value by fill_in() */
	{0xffffffff, CAUSE_ILLEGAL_INSTRUCTION, 0, 0},
	{0x0000100f, CAUSE_BREAKPOINT, 0, 0},				       /* fence.i */
	{0x0005a507, CAUSE_BREAKPOINT, 0, 0},				       /* flw fa0, 0(a1) */
};

#define KINDS	  ARRAY_SIZE(outcomes)
#define ADDI_KIND 6

static uint16_t pages[4][2048] __attribute__((aligned(4096)));
static uint64_t root[512] __attribute__((aligned(4096)));
static uint64_t middle[512] __attribute__((aligned(4096)));
static uint64_t leaves[512] __attribute__((aligned(4096)));
static volatile unsigned stop;
static volatile unsigned long changes;
static struct step step;
static struct outcome known[KINDS];
static size_t kinds;
static unsigned long seen[KINDS + 1], torn_count;

static void fill_in(unsigned long uart)
{
	step_fill(&step, 1);
	step.in[10] = uart + UART_SCRATCH;
	step.in[11] = uart + UART_MCR;
	step.in[12] = 0x1122334455667700ul | SCRATCH;
	step.in[14] = memory_hole_above();
	memcpy(known, outcomes, sizeof(outcomes));
	known[ADDI_KIND].value = step.in[7] + 1;
	kinds = dt_has_isa("d") ? KINDS : KINDS - 1;
}

/* What it does to registers, and to nothing else. */
static int has_done(const struct outcome *o)
{
	return (o->reg == 0 || step.out[o->reg] == o->value) && step_changed(&step, o->reg) == 0;
}

/* The instruction was executed, but where the ebreak was there is no page any more. */
static int is_behind(unsigned long pc)
{
	return step.cause == CAUSE_FETCH_PAGE_FAULT && step.out[0] == pc + 4 && step.tval == pc + 4;
}

static int is_like(const struct outcome *o, unsigned long pc, int may_page_fault)
{
	if (!has_done(o))
		return 0;
	if (o->cause == CAUSE_BREAKPOINT)
		return (step.cause == CAUSE_BREAKPOINT && step.out[0] == pc + 4) || (may_page_fault && is_behind(pc));
	return step.cause == o->cause && step.out[0] == pc &&
	       step.tval == (o->cause == CAUSE_LOAD_ACCESS_FAULT ? step.in[14] : step.tval ? o->insn : 0);
}

/* Whether this instruction, of no outcome's, is what was executed: a load, a store or an addi; anything else is illegal here. */
static int could_be(uint32_t insn, unsigned long pc)
{
	uint32_t opcode = insn & 0x7f, rd = insn >> 7 & 31, rs1 = insn >> 15 & 31;
	int is_load = opcode == 0x03 || opcode == 0x07, is_store = opcode == 0x23;
	long offset = is_store ? (long)((int32_t)insn >> 25) * 32 + rd : (int32_t)insn >> 20;
	unsigned long sum = (rs1 ? step.in[rs1] : 0) + (unsigned long)offset;

	if (step.cause == CAUSE_BREAKPOINT && step.out[0] == pc + 4) {
		if (opcode == 0x13)
			return step_changed(&step, rd) == 0 && step.out[rd] == sum;
		return (is_load || is_store) && step_changed(&step, opcode == 0x03 ? rd : 0) == 0;
	}
	if (step.out[0] != pc || step_changed(&step, 0) != 0)
		return 0;
	if (step.cause == CAUSE_ILLEGAL_INSTRUCTION)
		return step.tval == 0 || step.tval == insn;
	if (is_load)
		return (step.cause == CAUSE_LOAD_ACCESS_FAULT || step.cause == CAUSE_LOAD_PAGE_FAULT) && step.tval - sum < 8;
	return is_store && (step.cause == CAUSE_STORE_ACCESS_FAULT || step.cause == CAUSE_STORE_PAGE_FAULT) && step.tval - sum < 8;
}

/*
 * QEMU fetches a word in halves, on a bare machine, too: what it executed may have been the first half of one instruction and the
 * second of another.
 */
static int is_torn(unsigned long pc)
{
	for (size_t i = 0; i < kinds; i++)
		for (size_t n = 0; n < kinds; n++)
			if (i != n && could_be((known[i].insn & 0xffff) | (known[n].insn & 0xffff0000), pc))
				return 1;
	return 0;
}

/* Runs what is at pc and finds what it was; a fetch page fault counts when it may. */
static int run_once(unsigned long pc, int may_page_fault)
{
	step.in[0] = pc;
	__asm__ volatile("fence.i" ::: "memory");
	step_run(&step);
	for (size_t i = 0; i < kinds; i++)
		if (is_like(&known[i], pc, may_page_fault)) {
			seen[i]++;
			return 1;
		}
	if (is_torn(pc)) {
		torn_count++;
		return 1;
	}
	if (may_page_fault && step.cause == CAUSE_FETCH_PAGE_FAULT && step.out[0] == pc && step_changed(&step, 0) == 0 &&
	    step.tval >= pc && step.tval < pc + 8) {
		seen[KINDS]++;
		return 1;
	}
	return 0;
}

static unsigned run_turns(unsigned long pc, int may_page_fault)
{
	unsigned wrong = 0;
	unsigned long turns = guest_arg("turns", 2000), end = rdtime() + 60 * timer_frequency();

	for (unsigned long i = 0; i < turns || (changes < turns / 10 && rdtime() < end); i++)
		if (!run_once(pc, may_page_fault) && wrong++ < 5)
			print("# cause %ld tval %lx sepc %lx, pc %lx, changed: t0 %d t1 %d a3 %d of %u, t2 %lx t3 %lx\n", (long)step.cause, step.tval,
			      step.out[0], pc, step.out[5] != step.in[5], step.out[6] != step.in[6], step.out[13] != step.in[13],
			      step_changed(&step, 0), step.out[7], step.out[28]);
	return wrong;
}

/*
 * Between changes: for ever other times, so that no machine that lets harts run in turns of one length can show the hypervisor, which
 * fetches an instruction again, another one at each look.
 */
static void dawdle(unsigned i)
{
	for (unsigned n = i * 2654435761u >> 27; n; n--)
		__asm__ volatile("");
}

/* A word is written at once; a word across two pages in halves. */
static void rewrite(void *arg)
{
	volatile uint32_t *word = arg;

	for (unsigned i = 0; !stop; i++, changes++) {
		*word = known[i * 7 % kinds].insn;
		dawdle(i);
	}
}

static void remap(void *arg)
{
	unsigned long with_fence = (unsigned long)arg;

	for (unsigned i = 0; !stop; i++, changes++) {
		unsigned long page = i % 3 == 2 ? 0 : (unsigned long)pages[i % 3] >> 12 << PTE_PPN_SHIFT | 0xcf;

		*(volatile uint64_t *)&leaves[0] = page;
		dawdle(i);
		if (with_fence)
			sbi_call(SBI_EXT_RFENCE, 1, 1, harts[0].id, WINDOW, GUEST_PAGE_SIZE, 0, 0);
	}
}

/* The page behind: an instruction whose halves lie in two pages gets another second half, or none. */
static void remap_behind(void *arg)
{
	(void)arg;
	for (unsigned i = 0; !stop; i++, changes++) {
		unsigned long page = i % 3 == 2 ? 0 : (unsigned long)pages[2 + i % 3 % 2] >> 12 << PTE_PPN_SHIFT | 0xcf;

		*(volatile uint64_t *)&leaves[1] = page;
		dawdle(i);
		sbi_call(SBI_EXT_RFENCE, 1, 1, harts[0].id, WINDOW, 2 * GUEST_PAGE_SIZE, 0, 0);
	}
}

static void race(void (*other)(void *arg), void *arg, unsigned long pc, int may_page_fault, const char *name)
{
	stop = 0;
	changes = 0;
	memset(seen, 0, sizeof(seen));
	hart_start(1, other, arg);
	while (!changes)
		cpu_relax();
	tap_equal(run_turns(pc, may_page_fault), 0, name);
	stop = 1;
	hart_wait(1, HSM_STOPPED);
	print("# %lu changes; seen:", changes);
	for (size_t i = 0; i <= KINDS; i++)
		print(" %lu", seen[i]);
	print(", torn %lu\n", torn_count);
	tap_check(changes >= guest_arg("turns", 2000) / 10, "the other hart changed it meanwhile");
}

static void turn_on(void)
{
	uint64_t here = (uint64_t)root >> 30;

	root[0] = 0xcf;
	root[here] = here << 30 >> 12 << PTE_PPN_SHIFT | 0xcf;
	root[WINDOW >> 30] = (uint64_t)middle >> 12 << PTE_PPN_SHIFT | PTE_V;
	middle[0] = (uint64_t)leaves >> 12 << PTE_PPN_SHIFT | PTE_V;
	csr_write(satp, SATP_SV39(root));
	__asm__ volatile("sfence.vma" ::: "memory");
}

static void test_remaps(void)
{
	step_compose(pages[0], known[0].insn, 0, 0, 0);
	step_compose(pages[1], known[3].insn, 0, 0, 0);
	turn_on();
	race(remap, (void *)1ul, WINDOW, 1, "its page is another, or none: with fences");
	race(remap, (void *)0ul, WINDOW, 1, "its page is another, or none: without fences");
	/* lbu t0 across the end of pages[1]: with its second half in pages[2] at 0(a0), in pages[3] at -3(a0). */
	pages[1][2047] = (uint16_t)known[0].insn;
	step_compose(pages[2] + 1, 0, 0, 0, 0);
	step_compose(pages[3] + 1, 0, 0, 0, 0);
	pages[2][0] = (uint16_t)(known[0].insn >> 16);
	pages[3][0] = 0xffd5; /* -3(a0): lbu of MCR */
	known[4].insn = 0xffd54283;
	leaves[0] = (uint64_t)pages[1] >> 12 << PTE_PPN_SHIFT | 0xcf;
	race(remap_behind, NULL, WINDOW + GUEST_PAGE_SIZE - 2, 1, "its second half is another, or none");
	csr_write(satp, 0);
	__asm__ volatile("sfence.vma" ::: "memory");
}

void test_race(void)
{
	unsigned shift;
	volatile uint8_t *uart = console_uart(&shift);

	if (hart_count() < 2 || uart == NULL || shift) {
		tap_skip("code that changes while it traps", "needs two harts and a UART");
		return;
	}
	uart[UART_SCRATCH] = SCRATCH;
	uart[UART_MCR] = MCR;
	fill_in((unsigned long)uart);
	step_compose(pages[0], known[0].insn, 0, 0, 0);
	race(rewrite, pages[0], (unsigned long)pages[0], 0, "it is rewritten");
	if ((unsigned long)pages >> 30 < WINDOW >> 30)
		test_remaps();
}
