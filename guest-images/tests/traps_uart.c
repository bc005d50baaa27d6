/* SPDX-License-Identifier: Apache-2.0 */
/* Trap tests: accesses that the UART cannot take. */

#include "traps_test.h"

static unsigned long uart_base;
static void check_refused(uint32_t insn, unsigned long addr, const char *name)
{
	struct trap trap;
	unsigned long cause = run_insn(trap_run, &trap, insn, (void *)addr);
	int fault = cause == CAUSE_LOAD_ACCESS_FAULT || cause == CAUSE_STORE_ACCESS_FAULT ||
		    cause == CAUSE_LOAD_MISALIGNED || cause == CAUSE_STORE_MISALIGNED;

	print("# %s: cause %ld tval 0x%lx\n", name, (long)cause, trap.tval);
	tap_check(guest_on_bulkhead() ? fault && trap.tval == addr : fault || cause == NO_TRAP,
		  "an access that no UART takes is refused at its address");
}

static void jump_to(void *arg)
{
	((void (*)(void))arg)();
}

/* Loads and stores of many registers at once, relative to sp: these of ra alone, 8 bytes at the UART's first register. */
static void test_zcmp(void)
{
	static const struct {
		const char *name;
		uint32_t insn;
		long sp;
		unsigned long cause;
	} rows[] = {
		{"cm.push {ra}, -16", 0xb842, 8, CAUSE_STORE_ACCESS_FAULT},
		{"cm.pop {ra}, 16", 0xba42, -8, CAUSE_LOAD_ACCESS_FAULT},
		{"cm.popret {ra}, 16", 0xbe42, -8, CAUSE_LOAD_ACCESS_FAULT},
		{"cm.popretz {ra}, 16", 0xbc42, -8, CAUSE_LOAD_ACCESS_FAULT},
	};
	static struct step step;

	if (!dt_has_isa("zcmp")) {
		tap_skip("cm.push and cm.pop", "no Zcmp");
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		step_fill(&step, i);
		step.in[2] = uart_base + (unsigned long)rows[i].sp;
		step_insn(&step, rows[i].insn);
		print("# cause %ld tval 0x%lx\n", (long)step.cause, step.tval);
		tap_check(step_is_exact(&step, rows[i].cause, step.in[0]) && step.tval == uart_base, rows[i].name);
	}
}

static void test_refused(void)
{
	struct trap trap;
	unsigned long cause;

	check_refused(0x100522af, uart_base + 4, "lr.w");
	cause = run_insn(trap_run, &trap, 0x185522af, (void *)(uart_base + 4)); /* may fail before it looks at the address */
	tap_check(cause == NO_TRAP || cause == CAUSE_STORE_ACCESS_FAULT, "sc.w to the UART fails or faults");
	check_refused(0x005522af, uart_base + 4, "amoadd.w");
	check_refused(0x00052583, uart_base + 1, "misaligned lw");
	check_refused(0x00051583, uart_base + 3, "misaligned lh");
	if (!guest_on_bulkhead())
		return;
	check_cause(trap_run, &trap, jump_to, (void *)uart_base, CAUSE_FETCH_ACCESS_FAULT, "fetch from the UART");
	tap_equal((long)trap.tval, (long)uart_base, "stval is its address");
	test_zcmp();
}

void test_uart(void)
{
	unsigned shift;

	uart_base = (unsigned long)console_uart(&shift);
	if (!uart_base || shift) {
		tap_skip("accesses to the UART", "no UART with byte registers");
		return;
	}
	test_refused();
	console_init(); /* on bare hardware some of them may have changed settings */
}
