/* SPDX-License-Identifier: Apache-2.0 */
/* Trap tests: what U-mode may not do, and that it can do the rest. */

#include "traps_test.h"

#define SSTATUS_READ 0x10002573u
#define SATP_WRITE   0x18051073u
#define SRET	     0x10200073u
#define SFENCE	     0x12000073u
#define WFI	     0x10500073u
#define RDTIME	     0xc0102573u
#define RDCYCLE	     0xc0002573u

static volatile int reached;

static void touch(void *arg)
{
	*(volatile unsigned long *)arg += 1;
	reached = 1;
}

static void test_forbidden(void)
{
	static const struct {
		uint32_t insn;
		const char *name;
	} rows[] = {
		{SSTATUS_READ, "U-mode: read sstatus"}, {SATP_WRITE, "U-mode: write satp"},
		{SRET, "U-mode: sret"},			{SFENCE, "U-mode: sfence.vma"},
	};
	struct trap trap;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		tap_equal((long)run_insn(trap_run_user, &trap, rows[i].insn, NULL), CAUSE_ILLEGAL_INSTRUCTION,
			  rows[i].name);
		check_tval_insn(&trap, rows[i].insn, "stval is the instruction or 0");
	}
}

/* wfi in U-mode may end at once, or be illegal after a while (priv, "Wait for Interrupt"). */
static void test_wfi(void)
{
	struct trap trap;
	unsigned long cause;

	timer_set(rdtime());
	csr_set(sie, SIE_STIE);
	irq_handle(IRQ_S_TIMER, NULL);
	cause = run_insn(trap_run_user, &trap, WFI, NULL);
	tap_check(cause == NO_TRAP || cause == CAUSE_ILLEGAL_INSTRUCTION, "U-mode: wfi is nothing or illegal");
	csr_clear(sie, SIE_STIE);
	timer_set(~0ul);
}

static void test_counters(void)
{
	struct trap trap;
	unsigned long before = csr_read(scounteren);
	unsigned long cause;

	csr_write(scounteren, 7);
	tap_equal((long)run_insn(trap_run_user, &trap, RDTIME, NULL), (long)NO_TRAP, "U-mode: rdtime with TM");
	tap_equal((long)run_insn(trap_run_user, &trap, RDCYCLE, NULL), (long)NO_TRAP, "U-mode: rdcycle with CY");
	csr_write(scounteren, 0);
	cause = run_insn(trap_run_user, &trap, RDTIME, NULL); /* firmware may emulate it all the same */
	tap_check(cause == CAUSE_ILLEGAL_INSTRUCTION || cause == NO_TRAP, "U-mode: rdtime without TM");
	tap_equal((long)run_insn(trap_run_user, &trap, RDCYCLE, NULL), CAUSE_ILLEGAL_INSTRUCTION,
		  "U-mode: rdcycle without CY");
	csr_write(scounteren, before);
	tap_equal((long)run_insn(trap_run, &trap, RDCYCLE, NULL), (long)NO_TRAP, "S-mode: rdcycle");
}

void test_user(void)
{
	static unsigned long word;
	struct trap trap;

	check_cause(trap_run_user, &trap, touch, &word, NO_TRAP, "U-mode: ordinary code runs");
	tap_check(reached && word == 1, "U-mode: and writes memory");
	test_forbidden();
	test_wfi();
	test_counters();
}
