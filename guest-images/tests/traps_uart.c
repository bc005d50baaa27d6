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
