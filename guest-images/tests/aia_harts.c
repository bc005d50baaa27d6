/* SPDX-License-Identifier: Apache-2.0 */
/*
 * In-guest test of IPIs by MSI: stores to the interrupt files of other harts, none lost. Boot argument: ipis=<n> (5000) to and fro
 * between two harts.
 */

#include "tests/aia.h"

#define ROUNDS 100

static unsigned count;
static volatile unsigned phase, seen, wrong;
static volatile unsigned answers[GUEST_MAX_HARTS];

static void enable_all(int delivery)
{
	imsic_reset(delivery);
	for (unsigned id = 1; id <= aia.ids; id++)
		imsic_set_bit(EIE, id, 1);
}

static int wait_for(volatile unsigned *what, unsigned value)
{
	unsigned long end = timer_patience();

	while (*what != value && rdtime() < end)
		nap();
	return *what == value;
}

/* ---- to and fro: each interrupt is answered by one of the same identity ---- */

static unsigned identity(unsigned n)
{
	return 1 + n % aia.ids;
}

/* The other hart's side: it answers from its handler. */
static void answer(struct frame *frame)
{
	unsigned id = imsic_claim();

	(void)frame;
	if (!id)
		return;
	wrong += id != identity(seen);
	seen++;
	imsic_send(0, id);
}

static void serve(void *arg)
{
	(void)arg;
	enable_all(1);
	irq_handle(IRQ_S_EXTERNAL, answer);
	csr_set(sie, SIE_SEIE);
	phase = 1;
	while (seen < count) {
		wfi();
		irq_enable();
		irq_disable();
	}
}

static unsigned back;

/* This hart's side: it waits in wfi with interrupts off. */
static int wait_for_answer(unsigned id)
{
	unsigned long end = timer_patience();

	timer_set(end);
	while (!imsic_top() && rdtime() < end)
		wfi();
	timer_set(~0ul);
	return imsic_claim() == id;
}

static void test_to_and_fro(void)
{
	count = (unsigned)guest_arg("ipis", 5000);
	phase = seen = wrong = back = 0;
	enable_all(1);
	csr_set(sie, SIE_SEIE | SIE_STIE);
	tap_equal(hart_start(1, serve, NULL).error, 0, "the other hart starts");
	tap_check(wait_for(&phase, 1), "and serves");
	while (back < count) {
		imsic_send(1, identity(back));
		if (!wait_for_answer(identity(back)))
			break;
		back++;
	}
	csr_clear(sie, SIE_SEIE | SIE_STIE);
	print("# aia: %u IPIs to and fro\n", back);
	tap_equal(back, count, "every IPI is answered once");
	tap_check(seen == count && !wrong, "and was the one that was sent");
	tap_check(imsic_count(EIP) == 0, "and no more than that came");
	tap_check(hart_wait(1, HSM_STOPPED), "the other hart stops");
}

/* ---- all others at once, to one ---- */

static void send_many(void *arg)
{
	unsigned self = (unsigned)hart_self()->index;

	(void)arg;
	for (unsigned i = 1; i <= count; i++) {
		imsic_send(0, self);
		if (!wait_for(&answers[self], i))
			break;
	}
}

static void test_many_to_one(void)
{
	unsigned others = hart_count() - 1, left;
	unsigned long end;
	int started = 1;

	count = (unsigned)guest_arg("ipis", 5000) / 5;
	left = count * others;
	enable_all(1);
	memset((void *)answers, 0, sizeof(answers));
	for (unsigned i = 1; i <= others; i++)
		started &= !hart_start(i, send_many, NULL).error;
	tap_check(started, "all harts start");
	for (end = rdtime() + 60 * timer_frequency(); left && rdtime() < end;) {
		unsigned id = imsic_claim();

		if (!id) {
			nap();
			continue;
		}
		answers[id]++;
		left--;
	}
	tap_equal(left, 0, "IPIs of all harts at once to one come, none lost");
	tap_equal(imsic_count(EIP), 0, "and none twice");
	for (unsigned i = 1; i <= others; i++)
		tap_check(hart_wait(i, HSM_STOPPED), "the sender stops");
}

/* ---- to a hart that does not run ---- */

static volatile unsigned found, pending, handled;

static void on_waiting(struct frame *frame)
{
	(void)frame;
	handled = imsic_claim();
}

/* What waited for this hart while it was stopped. */
static void look(void *arg)
{
	(void)arg;
	pending = imsic_count(EIP);
	found = imsic_bit(EIP, 5) && imsic_bit(EIP, aia.ids);
	imsic_set_bit(EIE, 5, 1);
	imsic_write(EITHRESHOLD, 0);
	imsic_write(EIDELIVERY, 1);
	irq_handle(IRQ_S_EXTERNAL, on_waiting);
	csr_set(sie, SIE_SEIE);
	irq_enable();
	irq_disable();
	imsic_reset(0);
}

static void clean(void *arg)
{
	(void)arg;
	imsic_reset(0);
}

static void test_stopped(void)
{
	handled = found = 0;
	tap_check(on_hart(1, clean, NULL), "the other hart cleans its file and stops");
	imsic_send(1, 5);
	imsic_send(1, aia.ids);
	imsic_send(1, 0);
	timer_delay(timer_frequency() / 1000);
	tap_equal(hart_status(1), HSM_STOPPED, "MSIs do not start a stopped hart");
	tap_check(on_hart(1, look, NULL), "it starts");
	tap_check(found && pending == 2, "and finds them pending");
	tap_equal(handled, 5, "and is interrupted by what it enables");
}

static volatile long slept;

static void sleep_until_called(void *arg)
{
	(void)arg;
	enable_all(1);
	csr_set(sie, SIE_SEIE);
	slept = 0;
	for (unsigned i = 0; i < ROUNDS; i++) {
		phase = i + 1;
		while (!imsic_top())
			slept += sbi_call3(SBI_EXT_HSM, HSM_HART_SUSPEND, 0, 0, 0).error == 0;
		wrong += imsic_claim() != 12;
		imsic_send(0, 13);
	}
	imsic_reset(0);
}

static void test_suspended(void)
{
	unsigned i;

	enable_all(0);
	phase = wrong = 0;
	csr_set(sie, SIE_SEIE);
	tap_equal(hart_start(1, sleep_until_called, NULL).error, 0, "the other hart starts");
	for (i = 0; i < ROUNDS; i++) {
		unsigned long end = timer_patience();

		wait_for(&phase, i + 1);
		if (i % 2)
			(void)hart_wait(1, HSM_SUSPENDED);
		imsic_send(1, 12);
		while (!imsic_top() && rdtime() < end)
			nap();
		if (imsic_claim() != 13)
			break;
	}
	csr_clear(sie, SIE_SEIE);
	tap_check(i == ROUNDS && !wrong, "an MSI ends a suspend, every time");
	tap_check(slept > 0, "it was suspended meanwhile");
	tap_check(hart_wait(1, HSM_STOPPED), "the other hart stops");
}

void test_imsic_harts(void)
{
	test_to_and_fro();
	test_many_to_one();
	test_stopped();
	test_suspended();
	imsic_reset(0);
}
