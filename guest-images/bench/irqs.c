/* SPDX-License-Identifier: Apache-2.0 */
/* Benchmark: timer, IPIs to oneself and MSIs, from what raises the interrupt to the first instruction of its handler; waits. */

#include "bench/bench.h"
#include "tests/aia.h"

#define ID	   33 /* an interrupt identity nobody else uses */
#define WAIT_TICKS 200

static unsigned long ahead;

static const char *no_sstc(const void *with)
{
	(void)with;
	return dt_has_isa("sstc") ? NULL : "no Sstc";
}

static const char *no_file(const void *with)
{
	(void)with;
	return aia_find() && aia.is_msi ? NULL : "no IMSIC";
}

static void begin(void)
{
	bench_vector(bench_interrupted);
}

static void end(void)
{
	timer_set(~0ul);
	csr_write(sie, 0);
	bench_vector(NULL);
}

static void begin_wait(void)
{
	ahead = bench_cycle_ahead();
	begin();
}

static void begin_file(void)
{
	imsic_reset(1);
	imsic_set_bit(EIE, ID, 1);
	begin();
}

static void begin_aplic(void)
{
	aplic_off();
	aplic_set_up(aia.rtc, DETACHED, 0, ID);
	aplic_write(APLIC_SETIENUM, aia.rtc);
	aplic_write(APLIC_DOMAINCFG, DOMAINCFG_IE);
	begin_file();
}

static void end_file(void)
{
	aplic_off();
	imsic_reset(0);
	end();
}

/* ---- the timer ---- */

static unsigned long measure_timer_sbi(const void *with)
{
	const unsigned long now[6] = {0};
	unsigned long cycles;

	(void)with;
	csr_set(sie, SIE_STIE);
	irq_enable();
	cycles = bench_ecall_until_handler(SBI_EXT_TIME, 0, now);
	irq_disable();
	sbi_call3(SBI_EXT_TIME, 0, ~0ul, 0, 0);
	return cycles;
}

static unsigned long measure_timer_sstc(const void *with)
{
	unsigned long cycles;

	(void)with;
	csr_set(sie, SIE_STIE);
	irq_enable();
	cycles = BENCH_UNTIL_HANDLER("csrw 0x14d, %2", "r"(0)); /* stimecmp */
	irq_disable();
	timer_set(~0ul);
	return cycles;
}

/*
 * The deadline's instant in cycles is known by `time`. QEMU's timer may be late by what is left of a tick when it is set, which is
 * different each time: the least is the operation's.
 */
static unsigned long measure_timer_wait(const void *with)
{
	static unsigned turn;
	unsigned long deadline, at;

	(void)with;
	bench_spin(turn++ % 50);
	deadline = rdtime() + WAIT_TICKS;
	timer_set(deadline);
	csr_set(sie, SIE_STIE);
	irq_enable();
	__asm__ volatile("li t6, 0\n1:\twfi\n\tbeqz t6, 1b\n\tmv %0, t6" : "=r"(at)::"t6", "memory");
	irq_disable();
	return at - (deadline * bench_cycles_per_tick() + ahead) + bench_empty();
}

static unsigned long measure_wfi(const void *with)
{
	unsigned long cycles;

	(void)with;
	csr_set(sip, SIE_SSIE);
	csr_set(sie, SIE_SSIE);
	cycles = BENCH("wfi", "r"(0));
	csr_clear(sie, SIE_SSIE);
	csr_clear(sip, SIE_SSIE);
	return cycles;
}

/* ---- to oneself ---- */

static unsigned long measure_self_ipi(const void *with)
{
	const unsigned long args[6] = {1, hart_self()->id};
	unsigned long cycles;

	(void)with;
	csr_set(sie, SIE_SSIE);
	irq_enable();
	cycles = bench_ecall_until_handler(SBI_EXT_IPI, 0, args);
	irq_disable();
	csr_clear(sip, SIE_SSIE);
	return cycles;
}

/* The store of a number to a register that makes it an MSI for this hart. */
static unsigned long measure_msi(uint64_t address, uint32_t value)
{
	unsigned long cycles;

	csr_set(sie, SIE_SEIE);
	irq_enable();
	cycles = BENCH_UNTIL_HANDLER("sw %3, 0(%2)", "r"(address), "r"(value));
	irq_disable();
	imsic_claim();
	return cycles;
}

static unsigned long measure_file(const void *with)
{
	(void)with;
	return measure_msi(aia.file[0], ID);
}

static unsigned long measure_aplic(const void *with)
{
	(void)with;
	return measure_msi(aia.base + APLIC_SETIPNUM, aia.rtc);
}

static const struct bench_op bench_irqs[] = {
	{.name = "WFI, an interrupt pending", .measure = measure_wfi},
	{.name = "timer by SBI until its handler", .measure = measure_timer_sbi, .begin = begin, .end = end},
	{.name = "timer by Sstc until its handler", .measure = measure_timer_sstc, .missing = no_sstc, .begin = begin, .end = end},
	{.name = "timer, WFI until its handler", .measure = measure_timer_wait, .begin = begin_wait, .end = end},
	{.name = "IPI to self until its handler", .measure = measure_self_ipi, .begin = begin, .end = end},
	{.name = "IPI to self by interrupt file until its handler", .measure = measure_file, .missing = no_file, .begin = begin_file,
	 .end = end_file},
	{.name = "MSI by the APLIC until its handler", .measure = measure_aplic, .missing = no_file, .begin = begin_aplic,
	 .end = end_file},
};

BENCH_GROUP(bench_irqs, 1);
