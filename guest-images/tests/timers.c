/* SPDX-License-Identifier: Apache-2.0 */
/* In-guest test of timers: SBI TIME and Sstc raise the timer interrupt at their deadline, clear it, and wake wfi. */

#include "tests/topic.h"

static volatile unsigned long fired_at;
static volatile unsigned fired;

static void set_by_sbi(unsigned long deadline)
{
	sbi_call3(SBI_EXT_TIME, 0, deadline, 0, 0);
}

static void set_by_sstc(unsigned long deadline)
{
	__asm__ volatile("csrw 0x14d, %0" ::"r"(deadline) : "memory");
}

static void (*set)(unsigned long deadline);

static void on_timer(struct frame *frame)
{
	fired_at = frame->time;
	fired++;
	set(~0ul);
}

static int pending(void)
{
	return (csr_read(sip) & SIE_STIE) != 0;
}

static void test_pending(unsigned long ms)
{
	unsigned long begin = rdtime(), end = timer_patience();

	set(begin + 20 * ms);
	tap_check(!pending() || rdtime() - begin > 20 * ms, "not pending before the deadline");
	while (!pending() && rdtime() < end)
		cpu_relax();
	tap_check(pending() && rdtime() - begin >= 20 * ms, "pending after the deadline");
	set(~0ul);
	tap_check(!pending(), "never clears it");
	set(0);
	timer_delay(ms);
	tap_check(pending(), "a deadline in the past is pending at once");
	set(rdtime() + 10000 * ms);
	tap_check(!pending(), "a later deadline clears it");
	set(~0ul);
}

static void test_interrupt(unsigned long ms)
{
	unsigned long deadline = rdtime() + 5 * ms, end = timer_patience();

	fired = 0;
	irq_handle(IRQ_S_TIMER, on_timer);
	csr_set(sie, SIE_STIE);
	irq_enable();
	set(deadline);
	while (!fired && rdtime() < end)
		cpu_relax();
	irq_disable();
	tap_equal(fired, 1, "one deadline, one interrupt");
	tap_check(fired_at >= deadline, "the interrupt does not come early");
	tap_check(!pending(), "the handler's never clears it");
}

/* With SIE 0 wfi must still wake, and no interrupt is taken. */
static void test_wfi(unsigned long ms)
{
	unsigned long deadline = rdtime() + 5 * ms;

	fired = 0;
	csr_set(sie, SIE_STIE);
	set(deadline);
	while (!pending())
		wfi();
	tap_check(rdtime() >= deadline, "wfi wakes at the deadline");
	tap_equal(fired, 0, "and no interrupt is taken with SIE 0");
	irq_enable();
	irq_disable();
	tap_equal(fired, 1, "the pending interrupt is taken with SIE 1");
}

static void test_rate(unsigned long ms)
{
	unsigned long begin = rdtime();

	fired = 0;
	for (unsigned i = 1; i <= 50; i++) {
		set(begin + i * ms);
		while (fired < i) {
			wfi();
			irq_enable();
			irq_disable();
		}
	}
	tap_check(rdtime() - begin >= 50 * ms, "50 deadlines of 1 ms take at least 50 ms");
}

static void test_all(const char *name, void (*way)(unsigned long deadline))
{
	unsigned long ms = timer_frequency() / 1000;

	print("# %s\n", name);
	set = way;
	test_pending(ms);
	test_interrupt(ms);
	test_wfi(ms);
	test_rate(ms);
	csr_clear(sie, SIE_STIE);
	set(~0ul);
}

static void read_stimecmp(void *arg)
{
	__asm__ volatile("csrr %0, 0x14d" : "=r"(*(unsigned long *)arg));
}

void test_timers(void)
{
	unsigned long value;
	struct trap trap;

	test_all("SBI TIME", set_by_sbi);
	if (timer_has_sstc()) {
		test_all("Sstc", set_by_sstc);
		test_all("SBI TIME again, after Sstc", set_by_sbi);
	} else {
		tap_equal((long)trap_run(&trap, read_stimecmp, &value), CAUSE_ILLEGAL_INSTRUCTION,
			  "stimecmp is illegal without Sstc");
	}
	tap_equal((long)hart_self()->unexpected, 0, "no unexpected interrupt");
}
