/* SPDX-License-Identifier: Apache-2.0 */
/* The devices whose interrupts the tests of interrupt controllers use, and what the tree says of where interrupts go. */

#include "bare/goldfish.h"
#include "tests/irq.h"

#define UART_DATA 0
#define UART_IER  1
#define UART_FCR  2
#define UART_MCR  4
#define UART_LSR  5
#define IER_RDI	  1
#define IER_THRI  2
#define FCR_ON	  1
#define MCR_LOOP  0x10
#define LSR_DR	  0x01
#define LSR_THRE  0x20
#define LSR_TEMT  0x40

static volatile uint8_t *uart;
static unsigned uart_shift;
static volatile uint32_t *rtc;

uint32_t dt_cell(const uint8_t *cell)
{
	return (uint32_t)cell[0] << 24 | (uint32_t)cell[1] << 16 | (uint32_t)cell[2] << 8 | cell[3];
}

int irq_hart(uint32_t wanted)
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

void irq_load(void *access)
{
	const struct irq_access *a = access;

	if (a->width == 1)
		(void)*(volatile uint8_t *)a->address;
	else if (a->width == 2)
		(void)*(volatile uint16_t *)a->address;
	else if (a->width == 4)
		(void)*(volatile uint32_t *)a->address;
	else
		(void)*(volatile uint64_t *)a->address;
}

void irq_store(void *access)
{
	const struct irq_access *a = access;

	if (a->width == 1)
		*(volatile uint8_t *)a->address = (uint8_t)a->value;
	else if (a->width == 2)
		*(volatile uint16_t *)a->address = (uint16_t)a->value;
	else if (a->width == 4)
		*(volatile uint32_t *)a->address = (uint32_t)a->value;
	else
		*(volatile uint64_t *)a->address = a->value;
}

int uart_find(void)
{
	uart = console_uart(&uart_shift);
	return uart ? dt_compatible(-1, "ns16550a") : -1;
}

static volatile uint8_t *uart_at(unsigned reg)
{
	return uart + ((size_t)reg << uart_shift);
}

static void wait_for(uint8_t state)
{
	while (!(*uart_at(UART_LSR) & state))
		cpu_relax();
}

void uart_raise(void)
{
	wait_for(LSR_THRE);
	*uart_at(UART_IER) = IER_THRI;
}

void uart_raise_by_input(void)
{
	wait_for(LSR_TEMT);
	*uart_at(UART_FCR) = 0; /* a FIFO's timeout would be a second reason */
	*uart_at(UART_MCR) = MCR_LOOP;
	*uart_at(UART_DATA) = 'x';
	wait_for(LSR_DR);
	*uart_at(UART_IER) = IER_RDI;
}

void uart_lower(void)
{
	if (*uart_at(UART_MCR) & MCR_LOOP) {
		(void)*uart_at(UART_DATA);
		*uart_at(UART_MCR) = 0;
		*uart_at(UART_FCR) = FCR_ON;
	}
	*uart_at(UART_IER) = 0;
}

int rtc_find(void)
{
	int node = dt_compatible(-1, "google,goldfish-rtc");
	uint64_t address;

	if (node < 0 || !dt_reg(node, 0, &address, NULL))
		return -1;
	rtc = (volatile uint32_t *)address;
	return node;
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

void nap(void)
{
	csr_set(sie, SIE_STIE);
	timer_set(rdtime() + timer_frequency() / 100000);
	wfi();
	timer_set(~0ul);
	csr_clear(sie, SIE_STIE);
}

int external_soon(int wanted)
{
	unsigned long end = timer_patience();
	int is;

	do
		is = (csr_read(sip) & SIE_SEIE) != 0;
	while (is != wanted && rdtime() < end);
	return is;
}
