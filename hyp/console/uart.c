// SPDX-License-Identifier: Apache-2.0
// Polled driver of the board's console; see console/uart.h.
#include "console/uart.h"

#include "lib/log.h"
#include "rv/firmware.h"

#define REG_DATA 0
#define REG_DIVISOR_LOW 0 // these two: while LCR_DLAB is set
#define REG_DIVISOR_HIGH 1
#define REG_IER 1
#define REG_FCR 2
#define REG_LCR 3
#define REG_LSR 5
#define FCR_ENABLE 0x01
#define LCR_8N1 0x03
#define LCR_DLAB 0x80
#define LSR_DR 0x01
#define LSR_THRE 0x20
#define LSR_TEMT 0x40
// An empty FIFO takes 16 bytes. One place is left for firmware that prints on another hart: it looks at LSR as we do, under a lock
// of its own, and may have seen the same empty FIFO.
#define FIFO_ROOM 15
#define DRAIN_LOOKS 1000000 // at LSR, for what a boot loader's last byte may take

static struct machine_uart uart;

static uint8_t reg_read(uint32_t reg)
{
	uintptr_t addr = (uintptr_t)(uart.reg.base + ((uint64_t)reg << uart.reg_shift));

	if (uart.reg_io_width == 4)
		return (uint8_t)*(volatile uint32_t *)addr;
	return uart.reg_io_width == 2 ? (uint8_t)*(volatile uint16_t *)addr : *(volatile uint8_t *)addr;
}

static void reg_write(uint32_t reg, uint8_t value)
{
	uintptr_t addr = (uintptr_t)(uart.reg.base + ((uint64_t)reg << uart.reg_shift));

	if (uart.reg_io_width == 4)
		*(volatile uint32_t *)addr = value;
	else if (uart.reg_io_width == 2)
		*(volatile uint16_t *)addr = value;
	else
		*(volatile uint8_t *)addr = value;
}

// A UART in the midst of a byte may ignore that its speed is set.
static void set_divisor(void)
{
	for (uint32_t n = 0; n < DRAIN_LOOKS && (reg_read(REG_LSR) & LSR_TEMT) == 0; n++)
		;
	reg_write(REG_LCR, LCR_DLAB);
	reg_write(REG_DIVISOR_LOW, (uint8_t)uart.divisor);
	reg_write(REG_DIVISOR_HIGH, (uint8_t)(uart.divisor >> 8));
}

void uart_init(const struct machine_uart *desc, bool set_speed)
{
	uart = *desc;
	if (uart.is_ns16550) {
		reg_write(REG_IER, uart.interrupts_off);
		if (set_speed && uart.divisor != 0)
			set_divisor();
		reg_write(REG_LCR, LCR_8N1);
		reg_write(REG_FCR, FCR_ENABLE);
	}
	log_open(uart_write_all);
}

size_t uart_write(const uint8_t *s, size_t size)
{
	size_t n = 0;

	if (!uart.is_ns16550)
		return fw_console_write((const char *)s, size);
	if ((reg_read(REG_LSR) & LSR_THRE) == 0)
		return 0;
	for (; n < size && n < FIFO_ROOM; n++)
		reg_write(REG_DATA, s[n]);
	return n;
}

int uart_read(void)
{
	if (!uart.is_ns16550)
		return fw_console_read();
	return (reg_read(REG_LSR) & LSR_DR) != 0 ? reg_read(REG_DATA) : -1;
}

bool uart_is_drained(void)
{
	return !uart.is_ns16550 || (reg_read(REG_LSR) & LSR_TEMT) != 0;
}

void uart_write_all(const char *s, size_t size)
{
	while (size > 0) {
		size_t n = uart_write((const uint8_t *)s, size);

		s += n;
		size -= n;
	}
}
