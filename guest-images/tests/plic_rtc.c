/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PLIC tests with the RTC's alarm, a device of the board: its interrupt comes through two PLICs, the board's and the guest's.
 * Boot arguments: rtc (nothing else), alarms=<n> (200), only-alarms, storm=<n> (1000 alarms in the past, each set by the handler of
 * the one before), fuzz=<n> (0: random accesses to the PLIC while alarms come, by up to two harts; then it must work as before),
 * leave (ends with an alarm claimed and its line up, by a reboot while reboot=<ms> of the board's time are not over).
 */

#include "tests/plic.h"

static int context;
static uint32_t source;

static void test_level(void)
{
	uint32_t got[3];
	int is[6];

	plic_enable(context, source, 0);
	rtc_alarm(0);
	is[0] = plic_pending(source);
	is[1] = external_soon(0);
	plic_enable(context, source, 1);
	is[2] = external_soon(1);
	got[0] = *plic_claim(context);
	got[1] = *plic_claim(context);
	is[3] = external_soon(0);
	rtc_clear();
	rtc_alarm(0); /* again while it is claimed */
	*plic_claim(context) = got[0];
	is[4] = external_soon(1);
	got[2] = *plic_claim(context);
	rtc_clear();
	*plic_claim(context) = got[2];
	is[5] = external_soon(0) || plic_pending(source);
	tap_equal(is[0], 1, "an alarm that is not enabled is pending");
	tap_equal(is[1], 0, "and does not interrupt");
	tap_equal(is[2], 1, "enabled, it does");
	tap_equal((long)got[0], (long)source, "it is claimed");
	tap_equal((long)got[1], 0, "once");
	tap_equal(is[3], 0, "the line that stays up does not interrupt again");
	tap_equal(is[4], 1, "an alarm while it is claimed interrupts after the completion");
	tap_equal((long)got[2], (long)source, "and is claimed");
	tap_equal(is[5], 0, "and then nothing is pending");
}

/* Only a hart that is stopped may take it: it waits, and comes here when this one may. */
static void test_stopped(void)
{
	int other = plic_context(1), is[2];
	uint32_t got;

	plic_enable(context, source, 0);
	*plic_threshold(other) = 0;
	plic_enable(other, source, 1);
	rtc_alarm(0);
	timer_delay(timer_frequency() / 500);
	is[0] = plic_pending(source);
	plic_enable(other, source, 0);
	plic_enable(context, source, 1);
	is[1] = external_soon(1);
	got = *plic_claim(context);
	rtc_clear();
	*plic_claim(context) = got;
	tap_equal(is[0], 1, "an alarm that only a stopped hart may take stays pending");
	tap_equal(is[1], 1, "and interrupts the next one that may");
	tap_equal((long)got, (long)source, "which claims it");
}

/* Two sources at once: the higher priority first, then the lower number. */
static void test_order(uint32_t uart)
{
	uint32_t low = source < uart ? source : uart, high = source < uart ? uart : source;
	uint32_t got[4];

	for (unsigned turn = 0; turn < 2; turn++) {
		*plic_priority(low) = 3;
		*plic_priority(high) = turn ? 4 : 3;
		plic_enable(context, uart, 1);
		rtc_alarm(0);
		uart_raise();
		external_soon(1);
		timer_delay(timer_frequency() / 1000);
		got[2 * turn] = *plic_claim(context);
		got[2 * turn + 1] = *plic_claim(context);
		rtc_off();
		uart_lower();
		*plic_claim(context) = high;
		*plic_claim(context) = low;
	}
	plic_enable(context, uart, 0);
	tap_equal((long)got[0], (long)low, "equal priorities: the lower number first");
	tap_equal((long)got[1], (long)high, "then the other");
	tap_equal((long)got[2], (long)high, "a higher priority goes first");
	tap_equal((long)got[3], (long)low, "the lower one second");
}

static volatile unsigned fuzzing;

static unsigned next(unsigned long *state)
{
	*state = *state * 6364136223846793005ul + 1442695040888963407ul;
	return (unsigned)(*state >> 33);
}

/* One access somewhere, mostly where there is something. */
static void poke(unsigned long *state)
{
	unsigned what = next(state) % 8, value = next(state), any = next(state) % 4;

	if (what == 0)
		*plic_priority(value % 2 ? source : value % 1024) = next(state);
	else if (what == 1)
		*plic_enables((int)any, value % 1024) = next(state);
	else if (what == 2)
		*plic_enables(value % 2 ? context : (int)any, source) = next(state) | 1u << source % 32;
	else if (what == 3)
		*plic_threshold((int)any) = next(state) % 2 ? 0 : value;
	else if (what == 4)
		(void)*plic_claim((int)any);
	else if (what == 5)
		*plic_claim((int)any) = value % 4 ? source : value;
	else if (what == 6)
		rtc_alarm(0);
	else
		rtc_clear();
}

static void fuzz(void *arg)
{
	unsigned long state = (unsigned long)arg, count = guest_arg("fuzz", 0);

	while (count--)
		poke(&state);
	__atomic_sub_fetch(&fuzzing, 1, __ATOMIC_RELEASE);
}

static void test_fuzz(void)
{
	unsigned n = hart_count() > 1 ? 2 : 1;

	fuzzing = n;
	if (n == 2)
		tap_equal(hart_start(1, fuzz, (void *)77).error, 0, "the other hart starts");
	fuzz((void *)guest_arg("seed", 1));
	while (fuzzing)
		cpu_relax();
	rtc_off();
	for (unsigned i = 0; i < plic_contexts(); i++)
		for (uint32_t s = 0; s <= plic_sources(); s += 32)
			*plic_enables((int)i, s) = 0;
	*plic_priority(source) = 1;
	*plic_threshold(context) = 0;
	plic_enable(context, source, 1);
	*plic_claim(context) = source; /* it may be claimed or pending, or one after the other */
	while (external_soon(0))
		*plic_claim(context) = *plic_claim(context);
	tap_check(!plic_pending(source), "after random accesses the source is at rest");
	test_irq_alarms(&plic_controller, source, NULL);
}

static void leave(void)
{
	print("plic: r reboot, s stay?\n");
	if (console_wait("rs") == 's')
		return;
	rtc_alarm(0);
	external_soon(1);
	(void)*plic_claim(context);
	guest_reboot();
}

void test_plic_rtc(int own, uint32_t uart)
{
	context = own;
	source = plic_source(rtc_find());
	if (!source) {
		tap_skip("the RTC's alarm", "no RTC with an interrupt");
		return;
	}
	rtc_off();
	*plic_priority(source) = 1;
	*plic_threshold(context) = 0;
	plic_enable(context, source, 1);
	test_irq_alarms(&plic_controller, source, NULL);
	if (!guest_has_arg("only-alarms")) {
		test_level();
		if (hart_count() > 1 && plic_context(1) >= 0)
			test_stopped();
		if (uart)
			test_order(uart);
		test_irq_waits(&plic_controller, source);
		test_irq_storm(&plic_controller, source);
	}
	if (guest_arg("fuzz", 0))
		test_fuzz();
	if (guest_has_arg("leave"))
		leave();
	plic_enable(context, source, 0);
	*plic_priority(source) = 0;
}
