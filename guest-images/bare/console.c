/* SPDX-License-Identifier: Apache-2.0 */
/* Console of a bare guest: polled ns16550a found in the device tree, else SBI DBCN, else the legacy putchar. */

#include <stdarg.h>
#include <stdio.h>

#include "guest.h"

#define UART_THR  0 /* write */
#define UART_RBR  0 /* read */
#define UART_IER  1
#define UART_FCR  2
#define UART_LCR  3
#define UART_LSR  5
#define LSR_DR	  0x01
#define LSR_THRE  0x20
#define FIFO_SIZE 16

static volatile uint8_t *uart;
static unsigned uart_shift;
static int has_dbcn;
static spinlock lock;

/* The node that /chosen/stdout-path names, by path or by alias. */
static int stdout_node(void)
{
	const char *path = dt_prop(dt_path("/chosen"), "stdout-path", NULL);
	char name[96];

	if (!path)
		return -1;
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(path, ":"), path);
	if (name[0] == '/')
		return dt_path(name);
	path = dt_prop(dt_path("/aliases"), name, NULL);
	return path ? dt_path(path) : -1;
}

void console_init(void)
{
	int node = stdout_node();
	uint64_t base;

	if (!dt_is_compatible(node, "ns16550a") && !dt_is_compatible(node, "ns16550"))
		node = dt_compatible(-1, "ns16550a");
	if (node >= 0 && dt_reg(node, 0, &base, NULL)) {
		uart_shift = dt_u32(node, "reg-shift", 0);
		uart = (volatile uint8_t *)(base + dt_u32(node, "reg-offset", 0));
		uart[UART_IER << uart_shift] = 0;
		uart[UART_LCR << uart_shift] = 3;
		uart[UART_FCR << uart_shift] = 1;
	}
	has_dbcn = sbi_has(SBI_EXT_DBCN);
}

volatile uint8_t *console_uart(unsigned *shift)
{
	*shift = uart_shift;
	return uart;
}

static void write_uart(const char *text, size_t size)
{
	while (size) {
		while (!(uart[UART_LSR << uart_shift] & LSR_THRE))
			cpu_relax();
		for (unsigned room = FIFO_SIZE; room && size; room--, size--)
			uart[UART_THR << uart_shift] = (uint8_t)*text++;
	}
}

static void write_sbi(const char *text, size_t size)
{
	while (size) {
		struct sbiret done = {0, 1};

		if (has_dbcn)
			done = sbi_call3(SBI_EXT_DBCN, DBCN_WRITE, size, (unsigned long)text, 0);
		else
			sbi_call3(SBI_LEGACY_PUTCHAR, 0, (unsigned char)*text, 0, 0);
		if (done.error || (size_t)done.value > size)
			return;
		text += done.value;
		size -= (size_t)done.value;
	}
}

void console_write(const char *text, size_t size)
{
	if (uart)
		write_uart(text, size);
	else
		write_sbi(text, size);
}

int console_read(void)
{
	if (uart)
		return uart[UART_LSR << uart_shift] & LSR_DR ? uart[UART_RBR << uart_shift] : -1;
	return (int)sbi_call3(SBI_LEGACY_GETCHAR, 0, 0, 0, 0).error;
}

char console_wait(const char *keys)
{
	int key;

	do
		key = console_read();
	while (key <= 0 || !strchr(keys, key));
	return (char)key;
}

void print(const char *format, ...)
{
	char line[256];
	va_list args;
	int size;

	va_start(args, format);
	size = vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	if (size >= (int)sizeof(line))
		size = sizeof(line) - 1;
	spin_lock(&lock);
	console_write(line, (size_t)size);
	spin_unlock(&lock);
}
