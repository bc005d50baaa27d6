/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of external interrupts that hold for any interrupt controller: as many come as a device gives, and each ends a wait. */

#include "tests/irq.h"

static const struct irq_controller *controller;
static uint32_t source;
static volatile unsigned taken, strangers, spurious;
static volatile unsigned long storm; /* how often the handler still sets the alarm again */

static void begin(const struct irq_controller *use, uint32_t number, irq_handler handler)
{
	controller = use;
	source = number;
	taken = strangers = spurious = 0;
	irq_handle(IRQ_S_EXTERNAL, handler);
	csr_set(sie, SIE_SEIE);
}

/* Counts what is claimed. Other harts do so too, and a claim that finds nothing may come while another hart's finds something. */
static uint32_t claim(void)
{
	uint32_t got = controller->claim();

	if (!got)
		__atomic_add_fetch(&spurious, 1, __ATOMIC_RELAXED);
	else if (got != source)
		__atomic_add_fetch(&strangers, 1, __ATOMIC_RELAXED);
	return got;
}

static void count_taken(uint32_t got)
{
	if (got == source)
		__atomic_add_fetch(&taken, 1, __ATOMIC_RELAXED);
}

static void end(void)
{
	csr_clear(sie, SIE_SEIE);
	tap_equal(strangers, 0, "and nothing else does");
	if (controller->is_spurious)
		print("# irq: %u interrupts, %u spurious\n", taken, spurious);
	else
		tap_equal(spurious, 0, "and none is spurious");
}

static int wait_for(unsigned count)
{
	unsigned long limit = timer_patience();

	while (taken < count && rdtime() < limit) {
		irq_enable();
		irq_disable();
	}
	return taken == count;
}

static void suspend(void)
{
	sbi_call3(SBI_EXT_HSM, HSM_HART_SUSPEND, 0, 0, 0); /* retentive */
}

static void (*const waits[])(void) = {wfi, suspend};

static void on_uart(struct frame *frame)
{
	uint32_t got = claim();

	(void)frame;
	uart_lower();
	if (got)
		controller->complete(got);
	count_taken(got);
}

void test_irq_uart(const struct irq_controller *use, uint32_t number)
{
	static const char *const names[] = {"wfi ends by a pending interrupt", "a suspend ends by one"};
	unsigned count = (unsigned)guest_arg("interrupts", 100);

	begin(use, number, on_uart);
	for (unsigned i = 0; i < count; i++) {
		if (i % 2)
			uart_raise_by_input();
		else
			uart_raise();
		if (!wait_for(i + 1))
			break;
	}
	tap_equal(taken, count, "every interrupt of the UART is taken once");
	for (unsigned i = 0; i < ARRAY_SIZE(waits); i++) {
		taken = 0;
		uart_raise();
		waits[i]();
		irq_enable();
		irq_disable();
		tap_equal(taken, 1, names[i]);
	}
	end();
	uart_lower();
}

static void on_alarm(struct frame *frame)
{
	uint32_t got = claim();

	(void)frame;
	if (got == source) {
		rtc_clear();
		if (storm) {
			storm--;
			rtc_alarm(0);
		}
	}
	if (got)
		controller->complete(got);
	count_taken(got);
}

void irq_handle_alarms(void)
{
	irq_handle(IRQ_S_EXTERNAL, on_alarm);
	csr_set(sie, SIE_SEIE);
}

void test_irq_alarms(const struct irq_controller *use, uint32_t number, void (*between)(unsigned n))
{
	unsigned count = (unsigned)guest_arg("alarms", 200);

	begin(use, number, on_alarm);
	for (unsigned i = 0; i < count; i++) {
		if (between)
			between(i);
		rtc_alarm(i % 4 ? 0 : 50 * US);
		if (!wait_for(i + 1))
			break;
	}
	print("# rtc: %u alarms, %u interrupts\n", count, taken);
	tap_equal(taken, count, "every alarm interrupts once");
	end();
}

void test_irq_waits(const struct irq_controller *use, uint32_t number)
{
	static const char *const names[] = {"an alarm ends wfi", "an alarm ends a suspend"};

	begin(use, number, on_alarm);
	for (unsigned i = 0; i < ARRAY_SIZE(waits); i++) {
		unsigned long end = timer_patience();

		taken = 0;
		rtc_alarm(3000 * US);
		waits[i]();
		irq_enable();
		irq_disable();
		tap_check(taken == 1 && rdtime() < end, names[i]);
	}
	end();
}

void test_irq_storm(const struct irq_controller *use, uint32_t number)
{
	unsigned long count = guest_arg("storm", 1000), limit = rdtime() + 60 * timer_frequency();

	begin(use, number, on_alarm);
	storm = count - 1;
	rtc_alarm(0);
	irq_enable(); /* nothing else may be executed here for as long as the storm lasts */
	while (taken < count && rdtime() < limit)
		cpu_relax();
	irq_disable();
	rtc_off();
	tap_equal(taken, (long)count, "every alarm of a storm interrupts once");
	end();
}
