/* SPDX-License-Identifier: Apache-2.0 */
/* Trap tests: every width and encoding of access to the emulated UART's scratch register, and accesses that it cannot take. */

#include "traps_test.h"

#define UART_SCRATCH 7

static unsigned long uart_base;
static unsigned long scratch;

/* Each reads or writes through a0/a1 and returns its value in a0. */
#define ACCESS(name, text)                                                    \
	static unsigned long name(unsigned long addr, unsigned long value)      \
	{                                                                       \
		register unsigned long a0 __asm__("a0") = addr;                 \
		register unsigned long a1 __asm__("a1") = value;                \
		__asm__ volatile(text : "+r"(a0), "+r"(a1)::"memory", "t0", "a2"); \
		return a0;                                                      \
	}

ACCESS(do_lb, "lb a0, 0(a0)")
ACCESS(do_lbu, "lbu a0, 0(a0)")
ACCESS(do_lb_t0, "lb t0, 0(a0)\n mv a0, t0")
ACCESS(do_lbu_offset, "addi a0, a0, -2000\n lbu a0, 2000(a0)")
ACCESS(do_sb, "sb a1, 0(a0)")
ACCESS(do_sb_offset, "addi a0, a0, 100\n sb a1, -100(a0)")
ACCESS(do_sb_zero, "sb x0, 0(a0)")
ACCESS(do_lb_x0, "lb x0, 0(a0)\n li a0, 77")

static unsigned read_scratch(void)
{
	return (unsigned)do_lbu(scratch, 0);
}

static void test_bytes(void)
{
	do_sb(scratch, 0x85);
	tap_equal(read_scratch(), 0x85, "sb and lbu");
	tap_equal((long)do_lb(scratch, 0), -0x7b, "lb extends the sign");
	tap_equal((long)do_lb_t0(scratch, 0), -0x7b, "lb to another register");
	tap_equal((long)do_lbu_offset(scratch, 0), 0x85, "lbu with an offset");
	do_sb_offset(scratch, 0xffffff5a);
	tap_equal(read_scratch(), 0x5a, "sb stores the low byte, with an offset");
	do_sb_zero(scratch, 0);
	tap_equal(read_scratch(), 0, "sb of x0");
	tap_equal((long)do_lb_x0(scratch, 0), 77, "lb to x0 changes nothing");
}

/* Wider and compressed accesses: any value, or an access fault with the right address; never anything else. */
static void test_wide(void)
{
	static const struct {
		uint32_t insn;
		unsigned long fault;
		unsigned width;
		const char *name;
	} rows[] = {
		{0x00051583, CAUSE_LOAD_ACCESS_FAULT, 2, "lh"},	  {0x00055583, CAUSE_LOAD_ACCESS_FAULT, 2, "lhu"},
		{0x00052583, CAUSE_LOAD_ACCESS_FAULT, 4, "lw"},	  {0x00056583, CAUSE_LOAD_ACCESS_FAULT, 4, "lwu"},
		{0x00053583, CAUSE_LOAD_ACCESS_FAULT, 8, "ld"},	  {0x410c, CAUSE_LOAD_ACCESS_FAULT, 4, "c.lw"},
		{0x610c, CAUSE_LOAD_ACCESS_FAULT, 8, "c.ld"},	  {0x00051023, CAUSE_STORE_ACCESS_FAULT, 2, "sh"},
		{0x00052023, CAUSE_STORE_ACCESS_FAULT, 4, "sw"},  {0x00053023, CAUSE_STORE_ACCESS_FAULT, 8, "sd"},
	};
	unsigned at[2] = {0, 4}; /* aligned places, away from the transmit register for stores */

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		int store = rows[i].fault == CAUSE_STORE_ACCESS_FAULT;
		unsigned long addr = uart_base + (store && rows[i].width < 8 ? at[1] : at[0]);
		struct trap trap;
		unsigned long cause;

		if (store && rows[i].width == 8)
			continue; /* would change the line settings of a UART that takes it */
		cause = run_insn(trap_run, &trap, rows[i].insn, (void *)addr);
		print("# %s: %s\n", rows[i].name, cause == NO_TRAP ? "works" : "faults");
		tap_check(cause == NO_TRAP || (cause == rows[i].fault && trap.tval == addr),
			  "a wide access to the UART works or faults at its address");
	}
}

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
	scratch = uart_base + UART_SCRATCH;
	test_bytes();
	test_wide();
	test_refused();
	console_init(); /* wide accesses may have changed settings */
}
