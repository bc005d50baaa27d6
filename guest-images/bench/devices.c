/* SPDX-License-Identifier: Apache-2.0 */
/* Benchmark: the console, by the UART and by SBI, and registers of devices: real on bare OpenSBI, emulated in a guest. */

#include "bench/bench.h"

#define TEXT_SIZE 64
#define UART_THR  0
#define UART_IER  1
#define UART_LSR  5
#define LSR_TEMT  0x40

static const char text[TEXT_SIZE + 1] = "bench: sixty-four bytes of text for the console to be printed \r\n";
static volatile uint8_t *uart;
static unsigned shift;

static const char *no_uart(void)
{
	uart = console_uart(&shift);
	return uart ? NULL : "no UART";
}

static const char *no_dbcn(void)
{
	return sbi_has(SBI_EXT_DBCN) ? NULL : "no DBCN";
}

/* Until all that was written has gone, so that the next text finds room. */
static void drain(void)
{
	unsigned long ticks = timer_frequency() / 1000;

	timer_delay(ticks);
}

static unsigned long measure_dbcn_text(const void *with)
{
	const unsigned long args[6] = {TEXT_SIZE, (unsigned long)text};
	struct sbiret answer;
	unsigned long cycles;

	(void)with;
	drain();
	cycles = bench_ecall(SBI_EXT_DBCN, DBCN_WRITE, args, &answer);
	if (answer.error || answer.value != TEXT_SIZE) {
		print("bench: DBCN has written %ld bytes, error %ld\n", answer.value, answer.error);
		guest_exit();
	}
	return cycles;
}

static unsigned long measure_dbcn_byte(const void *with)
{
	const unsigned long args[6] = {'\n'};
	struct sbiret answer;

	(void)with;
	drain();
	return bench_ecall(SBI_EXT_DBCN, DBCN_WRITE_BYTE, args, &answer);
}

static unsigned long measure_uart_byte(const void *with)
{
	(void)with;
	drain();
	return BENCH("sb %3, 0(%2)", "r"(uart + ((size_t)UART_THR << shift)), "r"('\n'));
}

static unsigned long measure_uart_read(const void *with)
{
	return BENCH("lbu t5, 0(%2)", "r"(uart + (*(const size_t *)with << shift)));
}

static unsigned long measure_uart_write(const void *with)
{
	return BENCH("sb zero, 0(%2)", "r"(uart + (*(const size_t *)with << shift)));
}

static const struct bench_op bench_devices[] = {
	{"read of an emulated register", measure_uart_read, &(const size_t){UART_LSR}, .missing = no_uart},
	{"write of the UART's IER", measure_uart_write, &(const size_t){UART_IER}, .missing = no_uart},
	{"console, one byte by the UART", measure_uart_byte, .missing = no_uart},
	{"console, one byte by DBCN", measure_dbcn_byte, .missing = no_dbcn},
	{"console, 64 bytes by DBCN", measure_dbcn_text, .missing = no_dbcn, .samples = 32},
};

BENCH_GROUP(bench_devices);
