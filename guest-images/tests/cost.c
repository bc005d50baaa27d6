/* SPDX-License-Identifier: Apache-2.0 */
/* Counts what calls and emulated registers cost, in instructions where the machine counts those as cycles (-icount shift=0). */

#include "bare/guest.h"

#define TURNS 200

static volatile uint8_t *uart;
static unsigned uart_shift;

static void nothing(void)
{
}

static void get_spec_version(void)
{
	sbi_call(SBI_EXT_BASE, 0, 0, 0, 0, 0, 0, 0);
}

static void unknown_extension(void)
{
	sbi_call(0x999, 0, 0, 0, 0, 0, 0, 0);
}

static void set_timer(void)
{
	sbi_call(SBI_EXT_TIME, 0, ~0ul, 0, 0, 0, 0, 0);
}

static void get_status(void)
{
	sbi_call(SBI_EXT_HSM, 2, 0, 0, 0, 0, 0, 0);
}

static void ipi_to_nobody(void)
{
	sbi_call(SBI_EXT_IPI, 0, 0, 0, 0, 0, 0, 0);
}

static void fence_oneself(void)
{
	sbi_call(SBI_EXT_RFENCE, 1, 1, 0, 0, 0, 0, 0);
}

static volatile unsigned long handled; /* cycle when the handler began */

static void on_ipi(struct frame *frame)
{
	(void)frame;
	handled = csr_read(cycle);
	csr_clear(sip, SIE_SSIE);
}

/* Until its handler runs: the call, the interrupt, and this runtime's saving of registers. */
static unsigned long least_self_ipi(void)
{
	unsigned long best = ~0ul;

	irq_handle(IRQ_S_SOFTWARE, on_ipi);
	csr_set(sie, SIE_SSIE);
	irq_enable();
	for (int i = 0; i < TURNS; i++) {
		unsigned long begin = csr_read(cycle);

		handled = 0;
		sbi_call(SBI_EXT_IPI, 0, 1, hart_self()->id, 0, 0, 0, 0);
		while (!handled)
			cpu_relax();
		if (handled - begin < best)
			best = handled - begin;
	}
	irq_disable();
	return best;
}

static void read_line_status(void)
{
	(void)uart[5 << uart_shift];
}

static const struct {
	const char *name;
	void (*run)(void);
} operations[] = {
	{"get_spec_version", get_spec_version}, {"unknown_extension", unknown_extension}, {"set_timer", set_timer},
	{"get_status", get_status}, {"ipi_to_nobody", ipi_to_nobody}, {"fence_oneself", fence_oneself},
	{"read_line_status", read_line_status},
};

/* The least of many turns: with several harts QEMU counts the others' instructions as well. */
static unsigned long least(void (*run)(void))
{
	unsigned long best = ~0ul;

	for (int i = 0; i < TURNS; i++) {
		unsigned long begin = csr_read(cycle), took;

		run();
		took = csr_read(cycle) - begin;
		if (took < best)
			best = took;
	}
	return best;
}

void guest_main(void)
{
	unsigned long loop = least(nothing);

	uart = console_uart(&uart_shift);
	for (size_t i = 0; i < ARRAY_SIZE(operations); i++) {
		if (operations[i].run == read_line_status && uart == NULL)
			continue;
		print("cost: %s %lu\n", operations[i].name, least(operations[i].run) - loop);
	}
	print("cost: ipi_to_oneself %lu\n", least_self_ipi());
	print("cost: done\n");
}
