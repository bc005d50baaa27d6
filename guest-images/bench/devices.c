/* SPDX-License-Identifier: Apache-2.0 */
/* Benchmark: the console, by the UART and by SBI, and registers of devices: real on bare OpenSBI, emulated in a guest. */

#include "bench/bench.h"
#include "tests/aia.h"
#include "tests/plic.h"

#define TEXT_SIZE 64
#define UART_THR  0
#define UART_IER  1
#define UART_LSR  5
#define LSR_THRE  0x20
#define FIFO_SIZE 16
#define TEXTS	  32 /* samples: all of them must find room in whoever's buffer */

static const char text[TEXT_SIZE + 1] = "bench: sixty-four bytes of text for the console to be printed \r\n";
static volatile uint8_t *uart;
static unsigned shift;

static const char *no_uart(const void *with)
{
	(void)with;
	uart = console_uart(&shift);
	return uart ? NULL : "no UART";
}

static const char *no_dbcn(const void *with)
{
	(void)with;
	return sbi_has(SBI_EXT_DBCN) ? NULL : "no DBCN";
}

static const char *no_plic(const void *with)
{
	(void)with;
	return plic_find() ? NULL : "no PLIC";
}

static const char *no_aplic(const void *with)
{
	(void)with;
	return aia_find() ? NULL : "no APLIC";
}

static const char *no_idc(const void *with)
{
	return no_aplic(with) || aia.is_msi ? "no APLIC that delivers directly" : NULL;
}

/* ---- registers of the interrupt controllers; whatever they hold, nothing is enabled ---- */

static unsigned long measure_load(uint64_t address)
{
	return BENCH("lw t5, 0(%2)", "r"(address));
}

static unsigned long measure_store(uint64_t address, uint32_t value)
{
	return BENCH("sw %3, 0(%2)", "r"(address), "r"(value));
}

static unsigned long measure_plic_read(const void *with)
{
	(void)with;
	return measure_load((uint64_t)plic_priority(1));
}

static unsigned long measure_plic_write(const void *with)
{
	(void)with;
	return measure_store((uint64_t)plic_priority(1), 1);
}

static unsigned long measure_plic_claim(const void *with)
{
	(void)with;
	return measure_load((uint64_t)plic_claim(plic_context(0)));
}

static unsigned long measure_aplic_read(const void *with)
{
	(void)with;
	return measure_load(aia.base + APLIC_TARGET + 4);
}

static unsigned long measure_aplic_write(const void *with)
{
	(void)with;
	return measure_store(aia.base + APLIC_TARGET + 4, 1);
}

static unsigned long measure_aplic_claim(const void *with)
{
	(void)with;
	return measure_load(idc_address(0, CLAIMI));
}

/* ---- the console ---- */

static unsigned long measure_uart_read(const void *with)
{
	(void)with;
	return BENCH("lbu t5, 0(%2)", "r"(uart + ((size_t)UART_LSR << shift)));
}

static unsigned long measure_uart_write(const void *with)
{
	(void)with;
	return BENCH("sb zero, 0(%2)", "r"(uart + ((size_t)UART_IER << shift)));
}

/* Until all that was written has gone. */
static void drain(void)
{
	bench_sleep_until(rdtime() + timer_frequency() / 10000);
}

static unsigned long measure_uart_byte(const void *with)
{
	(void)with;
	drain();
	return BENCH("sb %3, 0(%2)", "r"(uart + ((size_t)UART_THR << shift)), "r"('\n'));
}

/* As a driver does it that knows of 16 bytes of FIFO, and takes the FIFO for empty or full. */
static unsigned long measure_uart_text(const void *with)
{
	unsigned long cycles;

	(void)with;
	drain();
	cycles = rdcycle();
	for (const char *at = text; at < text + TEXT_SIZE; at += FIFO_SIZE) {
		while (!(uart[(size_t)UART_LSR << shift] & LSR_THRE))
			cpu_relax();
		for (unsigned i = 0; i < FIFO_SIZE; i++)
			uart[(size_t)UART_THR << shift] = (uint8_t)at[i];
	}
	return rdcycle() - cycles;
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

static unsigned long measure_putchar(const void *with)
{
	const unsigned long args[6] = {'\n'};
	struct sbiret answer;

	(void)with;
	drain();
	return bench_ecall(SBI_LEGACY_PUTCHAR, 0, args, &answer);
}

static const struct bench_op bench_devices[] = {
	{.name = "read of an emulated register", .measure = measure_uart_read, .missing = no_uart}, /* the UART's LSR */
	{.name = "write of the UART's IER", .measure = measure_uart_write, .missing = no_uart},
	{.name = "read of a PLIC's priority", .measure = measure_plic_read, .missing = no_plic},
	{.name = "write of a PLIC's priority", .measure = measure_plic_write, .missing = no_plic},
	{.name = "read of a PLIC's claim, nothing pending", .measure = measure_plic_claim, .missing = no_plic},
	{.name = "read of an APLIC's target", .measure = measure_aplic_read, .missing = no_aplic},
	{.name = "write of an APLIC's target", .measure = measure_aplic_write, .missing = no_aplic},
	{.name = "read of an APLIC's claimi, nothing pending", .measure = measure_aplic_claim, .missing = no_idc},
	{.name = "console, one byte by the UART", .measure = measure_uart_byte, .missing = no_uart},
	{.name = "console, 64 bytes by the UART", .measure = measure_uart_text, .missing = no_uart, .samples = TEXTS},
	{.name = "console, one byte by DBCN", .measure = measure_dbcn_byte, .missing = no_dbcn},
	{.name = "console, 64 bytes by DBCN", .measure = measure_dbcn_text, .missing = no_dbcn, .samples = TEXTS},
	{.name = "console, one byte by legacy putchar", .measure = measure_putchar},
};

BENCH_GROUP(bench_devices, 1);
