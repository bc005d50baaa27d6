/* SPDX-License-Identifier: Apache-2.0 */
/* SBI tests: PMU's counters that overflow: an interrupt each time, told by scountovf, cleared by the guest (Sscofpmf). */

#include "tests/sbi_pmu.h"

/*
 * From where a counter starts. QEMU 10 sets a timer for the distance again after each overflow, until the counter stops: with a
 * distance of nanoseconds it does nothing else any more.
 */
#define NEAR_OVERFLOW (-100000ul)

static volatile unsigned long overflows, overflown;

static void on_overflow(struct frame *frame)
{
	(void)frame;
	overflown = csr_read(0xda0); /* scountovf */
	overflows++;
	csr_clear(sip, SIE_LCOFIE);
}

/* Waits for one. */
static int overflow_comes(unsigned long before)
{
	unsigned long end = timer_patience();

	while (overflows == before && rdtime() < end)
		cpu_relax();
	return overflows != before;
}

static void test_interrupts(unsigned long counter)
{
	for (unsigned long turn = 0; turn < 3; turn++) {
		check_ret(pmu_start(counter, START_INIT_VALUE, NEAR_OVERFLOW), SBI_SUCCESS, 0, "PMU: a counter starts just below 0");
		tap_check(overflow_comes(turn), "PMU: its overflow interrupts");
		tap_check(overflown >> counter & 1, "PMU: scountovf says which counter it was");
		timer_delay(timer_frequency() / 100);
		tap_equal((long)overflows, (long)turn + 1, "PMU: once");
		check_ret(pmu_stop(counter, 0), SBI_SUCCESS, 0, "PMU: it stops");
	}
}

/* Masked by the guest, it stays pending; a hart that is suspended wakes by it. */
static void test_pending(unsigned long counter)
{
	unsigned long before = overflows, end;

	csr_clear(sie, SIE_LCOFIE);
	check_ret(pmu_start(counter, START_INIT_VALUE, NEAR_OVERFLOW), SBI_SUCCESS, 0, "PMU: a counter starts, the interrupt masked");
	end = timer_patience();
	while (!(csr_read(sip) & SIE_LCOFIE) && rdtime() < end)
		cpu_relax();
	tap_check((csr_read(sip) & SIE_LCOFIE) != 0, "PMU: its overflow is pending");
	tap_equal((long)overflows, (long)before, "PMU: and does not interrupt");
	irq_disable();
	csr_set(sie, SIE_LCOFIE);
	check_ret(sbi_call3(SBI_EXT_HSM, HSM_HART_SUSPEND, 0, 0, 0), SBI_SUCCESS, 0, "PMU: no hart sleeps while it is pending");
	wfi();
	irq_enable();
	tap_check(overflow_comes(before), "PMU: unmasked, it interrupts");
	tap_check((csr_read(sip) & SIE_LCOFIE) == 0, "PMU: cleared by the guest, it is gone");
	check_ret(pmu_stop(counter, STOP_RESET), SBI_SUCCESS, 0, "PMU: stopped and reset");
}

/* Left running into an overflow while the hart stops: nothing of it may keep the hart awake, or reach its next life. */
static volatile unsigned long pending_at_start;

static void leave_running(void *arg)
{
	struct sbiret got;

	(void)arg;
	pending_at_start = csr_read(sip) & SIE_LCOFIE;
	got = pmu_config(programmable, 0, EVENT_INSTRUCTIONS, 0);
	pmu_start((unsigned long)got.value, START_INIT_VALUE, NEAR_OVERFLOW);
	for (volatile int i = 0; i < 100000; i++)
		;
}

static void test_stop(void)
{
	if (hart_count() < 2) {
		tap_skip("PMU: a hart that stops with an overflow", "one hart");
		return;
	}
	for (int life = 0; life < 2; life++) {
		tap_equal(hart_start(1, leave_running, NULL).error, SBI_SUCCESS, "PMU: a hart starts");
		tap_check(hart_wait(1, HSM_STOPPED), "PMU: and stops with an overflow pending");
		if (guest_on_bulkhead()) /* OpenSBI 1.8 leaves sip as it was */
			tap_equal((long)pending_at_start, 0, "PMU: of which it had none at its start");
	}
}

/* Privileged specification, "Supervisor Interrupt (sip and sie) Registers": writable with Sscofpmf. QEMU 10.0.13's is not. */
static int can_be_enabled(void)
{
	int can;

	csr_set(sie, SIE_LCOFIE);
	can = (csr_read(sie) & SIE_LCOFIE) != 0;
	csr_clear(sie, SIE_LCOFIE);
	return can;
}

void test_pmu_overflow(void)
{
	struct sbiret got = pmu_config(programmable, CFG_CLEAR_VALUE, EVENT_INSTRUCTIONS, 0);

	if (!dt_has_isa("sscofpmf")) {
		if (!got.error && got.value > INSTRET)
			pmu_stop((unsigned long)got.value, STOP_RESET);
		csr_set(sie, SIE_LCOFIE);
		tap_equal((long)(csr_read(sie) & SIE_LCOFIE), 0, "PMU: without Sscofpmf there is no overflow interrupt");
		return;
	}
	tap_check(got.error == 0 && (programmable >> got.value & 1), "PMU: a programmable counter for instructions");
	if (!guest_on_bulkhead() && !can_be_enabled()) { /* a guest's tree tells of Sscofpmf only what is true */
		tap_skip("PMU: overflow interrupts", "the machine's tree tells of Sscofpmf, but sie.LCOFIE is read-only");
		pmu_stop((unsigned long)got.value, STOP_RESET);
		return;
	}
	irq_handle(IRQ_LCOFI, on_overflow);
	csr_clear(sip, SIE_LCOFIE);
	csr_set(sie, SIE_LCOFIE);
	irq_enable();
	test_interrupts((unsigned long)got.value);
	test_pending((unsigned long)got.value);
	irq_disable();
	csr_clear(sie, SIE_LCOFIE);
	test_stop();
}
