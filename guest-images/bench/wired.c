/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Benchmark: a device's interrupt, from the store to the device that raises its line to the handler, and what a handler does with
 * the controller then. The device is the goldfish RTC, whose alarm goes off at once when it is set in the past.
 */

#include "bare/goldfish.h"
#include "bench/bench.h"
#include "tests/aia.h"
#include "tests/plic.h"

enum part { RAISE, CLAIM, COMPLETE };

static enum { PLIC, DIRECT, MSI } kind;
static volatile uint32_t *rtc, *claim, *complete;
static uint32_t source;

static const char *no_wired(const void *with)
{
	int node = rtc_find();
	uint64_t address;

	(void)with;
	if (node < 0 || !dt_reg(node, 0, &address, NULL))
		return "no RTC";
	rtc = (volatile uint32_t *)address;
	if (plic_find())
		kind = PLIC;
	else if (aia_find())
		kind = aia.is_msi ? MSI : DIRECT;
	else
		return "no interrupt controller";
	source = kind == PLIC ? plic_source(node) : aia.rtc;
	return NULL;
}

static void open_plic(void)
{
	int context = plic_context(0);

	*plic_priority(source) = 1;
	*plic_threshold(context) = 0;
	plic_enable(context, source, 1);
	claim = complete = plic_claim(context);
}

static void open_aplic(void)
{
	aplic_off();
	aplic_set_up(source, LEVEL1, 0, kind == MSI ? source : 1);
	aplic_write(APLIC_SETIENUM, source);
	if (kind == MSI) {
		imsic_reset(1);
		imsic_set_bit(EIE, source, 1);
		complete = (volatile uint32_t *)(aia.base + APLIC_SETIPNUM);
	} else {
		idc_write(0, ITHRESHOLD, 0);
		idc_write(0, IDELIVERY, 1);
		claim = complete = (volatile uint32_t *)idc_address(0, CLAIMI);
	}
	aplic_write(APLIC_DOMAINCFG, DOMAINCFG_IE);
}

static void begin(void)
{
	if (kind == PLIC)
		open_plic();
	else
		open_aplic();
	rtc[RTC_IRQ_ENABLED] = 1;
	rtc[RTC_ALARM_HIGH] = 0;
	bench_vector(bench_interrupted);
}

static void end(void)
{
	rtc_off();
	if (kind == PLIC)
		plic_enable(plic_context(0), source, 0);
	else
		aplic_off();
	if (kind == MSI)
		imsic_reset(0);
	bench_vector(NULL);
}

static unsigned long take_claim(void)
{
	if (kind == MSI)
		return BENCH("csrrw t5, 0x15c, zero", "r"(0)); /* stopei */
	return BENCH("lw t5, 0(%2)", "r"(claim));
}

/* By an APLIC that delivers directly a handler claims until there is nothing; one by MSIs must be told of a level still high. */
static unsigned long end_claim(void)
{
	if (kind == DIRECT)
		return BENCH("lw t5, 0(%2)", "r"(complete));
	return BENCH("sw %3, 0(%2)", "r"(complete), "r"(source));
}

static unsigned long measure_wired(const void *with)
{
	unsigned long cycles[3];

	csr_set(sie, SIE_SEIE);
	irq_enable();
	cycles[RAISE] = BENCH_UNTIL_HANDLER("sw %3, 0(%2)", "r"(&rtc[RTC_ALARM_LOW]), "r"(1));
	irq_disable();
	cycles[CLAIM] = take_claim();
	rtc_clear();
	cycles[COMPLETE] = end_claim();
	return cycles[*(const enum part *)with];
}

#define WIRED(text, which)                                                                              \
	{                                                                                               \
		.name = text, .measure = measure_wired, .with = &(const enum part){which}, .missing = no_wired, \
		.begin = begin, .end = end                                                              \
	}

static const struct bench_op bench_wired[] = {
	WIRED("wired interrupt until its handler", RAISE),
	WIRED("wired interrupt, claim", CLAIM),
	WIRED("wired interrupt, completion", COMPLETE),
};

BENCH_GROUP(bench_wired, 1);
