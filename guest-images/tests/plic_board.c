/* SPDX-License-Identifier: Apache-2.0 */
/* Access to the PLIC, the UART and the RTC of the tree, for the tests of interrupts. */

#include "tests/plic.h"

#define UART_IER 1
#define UART_IIR 2
#define UART_LSR 5
#define IER_THRI 2
#define LSR_THRE 0x20

#define RTC_TIME_LOW	    0
#define RTC_TIME_HIGH	    1
#define RTC_ALARM_LOW	    2
#define RTC_ALARM_HIGH	    3
#define RTC_IRQ_ENABLED	    4
#define RTC_CLEAR_ALARM	    5
#define RTC_CLEAR_INTERRUPT 7

static uint64_t base;
static uint32_t phandle, sources;
static unsigned context_count;
static int contexts[GUEST_MAX_HARTS];
static volatile uint8_t *uart;
static unsigned uart_shift;
static volatile uint32_t *rtc;

static uint32_t big_endian(const uint8_t *cell)
{
	return (uint32_t)cell[0] << 24 | (uint32_t)cell[1] << 16 | (uint32_t)cell[2] << 8 | cell[3];
}

/* Index of the hart whose interrupt controller has this phandle, or -1. */
static int hart_of(uint32_t wanted)
{
	int depth = 0, cpus = dt_path("/cpus");
	uint32_t id = ~0u;

	for (int node = dt_next(cpus, &depth); node >= 0 && depth > 0; node = dt_next(node, &depth)) {
		if (depth == 1)
			id = dt_u32(node, "reg", ~0u);
		if (depth != 2 || dt_u32(node, "phandle", 0) != wanted)
			continue;
		for (unsigned i = 0; i < hart_count(); i++)
			if (harts[i].id == id)
				return (int)i;
	}
	return -1;
}

int plic_find(void)
{
	int size = 0, node = dt_compatible(-1, "sifive,plic-1.0.0");
	const uint8_t *extended = dt_prop(node, "interrupts-extended", &size);

	if (node < 0 || !extended || !dt_reg(node, 0, &base, NULL))
		return 0;
	phandle = dt_u32(node, "phandle", 0);
	sources = dt_u32(node, "riscv,ndev", 0);
	context_count = (unsigned)size / 8;
	for (unsigned i = 0; i < GUEST_MAX_HARTS; i++)
		contexts[i] = -1;
	for (unsigned i = 0; i < context_count; i++) {
		int hart = hart_of(big_endian(extended + 8 * i));

		if (hart >= 0 && big_endian(extended + 8 * i + 4) == IRQ_S_EXTERNAL)
			contexts[hart] = (int)i;
	}
	return 1;
}

int plic_context(unsigned hart)
{
	return contexts[hart];
}

uint32_t plic_source(int node)
{
	return dt_u32(node, "interrupt-parent", phandle) == phandle ? dt_u32(node, "interrupts", 0) : 0;
}

uint64_t plic_base(void)
{
	return base;
}

unsigned plic_contexts(void)
{
	return context_count;
}

uint32_t plic_sources(void)
{
	return sources;
}

static volatile uint32_t *at(uint64_t offset)
{
	return (volatile uint32_t *)(base + offset);
}

volatile uint32_t *plic_priority(uint32_t source)
{
	return at(4ul * source);
}

volatile uint32_t *plic_enables(int context, uint32_t source)
{
	return at(0x2000 + 0x80ul * (unsigned)context + source / 32 * 4);
}

volatile uint32_t *plic_threshold(int context)
{
	return at(0x200000 + 0x1000ul * (unsigned)context);
}

volatile uint32_t *plic_claim(int context)
{
	return plic_threshold(context) + 1;
}

int plic_pending(uint32_t source)
{
	return *at(0x1000 + source / 32 * 4) >> source % 32 & 1;
}

void plic_enable(int context, uint32_t source, int on)
{
	volatile uint32_t *word = plic_enables(context, source);
	uint32_t bit = 1u << source % 32;

	*word = on ? *word | bit : *word & ~bit;
	if (!guest_on_bulkhead()) /* QEMU's PLIC looks what that means when something else is written */
		*plic_threshold(context) = *plic_threshold(context);
}

int uart_find(void)
{
	uart = console_uart(&uart_shift);
	return uart ? (int)plic_source(dt_compatible(-1, "ns16550a")) : 0;
}

void uart_raise(void)
{
	while (!(uart[UART_LSR << uart_shift] & LSR_THRE))
		cpu_relax();
	uart[UART_IER << uart_shift] = IER_THRI;
}

void uart_lower(void)
{
	uart[UART_IER << uart_shift] = 0;
}

int rtc_find(void)
{
	int node = dt_compatible(-1, "google,goldfish-rtc");
	uint64_t address;

	if (node < 0 || !dt_reg(node, 0, &address, NULL))
		return 0;
	rtc = (volatile uint32_t *)address;
	return (int)plic_source(node);
}

void rtc_alarm(uint64_t nanoseconds)
{
	uint64_t when = rtc[RTC_TIME_LOW];

	when |= (uint64_t)rtc[RTC_TIME_HIGH] << 32;
	when = nanoseconds ? when + nanoseconds : 1;
	rtc[RTC_IRQ_ENABLED] = 1;
	rtc[RTC_ALARM_HIGH] = (uint32_t)(when >> 32);
	rtc[RTC_ALARM_LOW] = (uint32_t)when; /* sets it */
}

void rtc_clear(void)
{
	rtc[RTC_CLEAR_INTERRUPT] = 1;
}

void rtc_off(void)
{
	rtc[RTC_CLEAR_ALARM] = 1;
	rtc[RTC_IRQ_ENABLED] = 0;
	rtc_clear();
}

int external_soon(int wanted)
{
	unsigned long end = rdtime() + timer_frequency() / 10;
	int is;

	do
		is = (csr_read(sip) & SIE_SEIE) != 0;
	while (is != wanted && rdtime() < end);
	return is;
}
