/* SPDX-License-Identifier: Apache-2.0 */
/* Does one operation again and again, for a debugger to watch: loop_turn() begins each turn, loop_end() ends the last one. */

#include "bare/guest.h"

#define FOR_THE_DEBUGGER __attribute__((noinline))

FOR_THE_DEBUGGER void loop_turn(void);
FOR_THE_DEBUGGER void loop_end(void);

static volatile uint8_t *uart;
static unsigned uart_shift;
static volatile int handled;
static const char text[] = "loop: 64 bytes from the guest's memory to its console, by DBCN.\n";

void loop_turn(void)
{
	__asm__ volatile("" ::: "memory");
}

void loop_end(void)
{
	__asm__ volatile("" ::: "memory");
}

static void nothing(void)
{
}

static void get_spec_version(void)
{
	sbi_call(SBI_EXT_BASE, 0, 0, 0, 0, 0, 0, 0);
}

static void probe(void)
{
	sbi_call(SBI_EXT_BASE, 3, SBI_EXT_TIME, 0, 0, 0, 0, 0);
}

static void unknown(void)
{
	sbi_call(0x999, 0, 0, 0, 0, 0, 0, 0);
}

static void set_timer(void)
{
	sbi_call(SBI_EXT_TIME, 0, ~0ul, 0, 0, 0, 0, 0);
}

static void get_status(void)
{
	sbi_call(SBI_EXT_HSM, 2, hart_self()->id, 0, 0, 0, 0, 0);
}

static void ipi_nobody(void)
{
	sbi_call(SBI_EXT_IPI, 0, 0, 0, 0, 0, 0, 0);
}

static void on_ipi(struct frame *frame)
{
	(void)frame;
	handled = 1;
	csr_clear(sip, SIE_SSIE);
}

static void ipi_self(void)
{
	handled = 0;
	sbi_call(SBI_EXT_IPI, 0, 1, hart_self()->id, 0, 0, 0, 0);
	while (!handled)
		cpu_relax();
}

static void fence_self(void)
{
	sbi_call(SBI_EXT_RFENCE, 1, 1, hart_self()->id, 0, 0, 0, 0);
}

static void mmio_read(void)
{
	(void)uart[5 << uart_shift]; /* the line status */
}

static void mmio_write(void)
{
	uart[7 << uart_shift] = 0; /* the scratch register */
}

static void dbcn64(void)
{
	sbi_call(SBI_EXT_DBCN, 0, sizeof(text) - 1, (unsigned long)text, 0, 0, 0, 0);
}

static void execute_illegal(void *unused)
{
	(void)unused;
	__asm__ volatile("unimp");
}

static void illegal(void)
{
	trap_run(NULL, execute_illegal, NULL);
}

static const struct {
	const char *name;
	void (*run)(void);
} operations[] = {
	{"nothing", nothing}, {"get_spec_version", get_spec_version}, {"probe", probe}, {"unknown", unknown},
	{"set_timer", set_timer}, {"get_status", get_status}, {"ipi_nobody", ipi_nobody}, {"ipi_self", ipi_self},
	{"fence_self", fence_self}, {"mmio_read", mmio_read}, {"mmio_write", mmio_write}, {"dbcn64", dbcn64},
	{"illegal", illegal},
};

static void repeat(void (*run)(void), unsigned long turns)
{
	irq_handle(IRQ_S_SOFTWARE, on_ipi);
	csr_set(sie, SIE_SSIE);
	irq_enable();
	while (turns--) {
		loop_turn();
		run();
	}
	loop_end();
	irq_disable();
}

void guest_main(void)
{
	uart = console_uart(&uart_shift);
	for (size_t i = 0; i < ARRAY_SIZE(operations); i++)
		if (guest_arg_is("op", operations[i].name)) {
			repeat(operations[i].run, guest_arg("turns", 20));
			print("loop: done\n");
			return;
		}
	print("loop: there is no such op; there are:");
	for (size_t i = 0; i < ARRAY_SIZE(operations); i++)
		print(" %s", operations[i].name);
	print("\n");
}
