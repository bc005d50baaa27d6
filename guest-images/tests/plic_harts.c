/* SPDX-License-Identifier: Apache-2.0 */
/* PLIC tests with two harts: who may take a source takes it, one of them only; it moves from one to the other. */

#include "tests/plic.h"

static int mine, other;
static uint32_t source;
static volatile unsigned taken, phase;
static volatile long slept;
static spinlock moving; /* a completion by a context that has just been switched off would be ignored */

static void on_external(struct frame *frame)
{
	uint32_t got = *plic_claim(other);

	(void)frame;
	if (!got)
		return;
	uart_lower();
	spin_lock(&moving);
	*plic_claim(other) = got;
	spin_unlock(&moving);
	taken++;
}

/* The other hart: takes interrupts in wfi, then in suspend, until told to end. */
static void serve(void *arg)
{
	(void)arg;
	irq_handle(IRQ_S_EXTERNAL, on_external);
	csr_set(sie, SIE_SEIE | SIE_SSIE);
	phase = 1;
	while (phase != 3) {
		if (phase == 2)
			slept += sbi_call3(SBI_EXT_HSM, HSM_HART_SUSPEND, 0, 0, 0).error == 0;
		else
			wfi();
		csr_clear(sip, SIE_SSIE);
		irq_enable();
		irq_disable();
	}
}

static void poke(void)
{
	sbi_call3(SBI_EXT_IPI, 0, 1, harts[1].id, 0);
}

static int wait_for(unsigned count)
{
	unsigned long end = timer_patience();

	while (taken < count && rdtime() < end)
		nap();
	return taken == count;
}

/* By registers alone: any hart may access every context. */
static void test_both(void)
{
	uint32_t got[4];
	int is[2];

	plic_enable(other, source, 1);
	uart_raise();
	is[0] = external_soon(1);
	got[0] = *plic_claim(other);
	got[1] = *plic_claim(mine);
	is[1] = external_soon(0);
	plic_enable(other, source, 0);
	uart_lower();
	*plic_claim(mine) = source; /* the context need not be the one that claimed */
	uart_raise();
	got[2] = *plic_claim(other);
	got[3] = *plic_claim(mine);
	uart_lower();
	*plic_claim(mine) = source;
	plic_enable(other, source, 0);
	tap_equal(is[0], 1, "a source that both have enabled interrupts both");
	tap_equal((long)got[0], (long)source, "the other claims it");
	tap_equal((long)got[1], 0, "then there is nothing left");
	tap_equal(is[1], 0, "and the interrupt is gone here too");
	tap_equal((long)got[2], 0, "what moved away is not claimed there");
	tap_equal((long)got[3], (long)source, "but here, and whoever has it enabled completes it");
}

static void test_other_takes(void)
{
	unsigned wanted = 0;
	int all = 1;

	*plic_threshold(other) = 0; /* OpenSBI resets the context of a hart that starts */
	plic_enable(mine, source, 0);
	plic_enable(other, source, 1);
	for (unsigned i = 0; i < 50 && all; i++) {
		uart_raise();
		all &= wait_for(++wanted);
	}
	tap_check(all, "50 interrupts reach the other hart in wfi");
	phase = 2;
	poke();
	for (unsigned i = 0; i < 50 && all; i++) {
		if (i % 2)
			(void)hart_wait(1, HSM_SUSPENDED);
		uart_raise();
		all &= wait_for(++wanted);
	}
	tap_check(all, "50 reach it suspended");
	for (unsigned i = 0; i < 50 && all; i++) { /* away and back while it comes */
		uart_raise();
		spin_lock(&moving);
		plic_enable(other, source, 0);
		plic_enable(mine, source, 1);
		plic_enable(mine, source, 0);
		plic_enable(other, source, 1);
		spin_unlock(&moving);
		all &= wait_for(++wanted);
	}
	tap_check(all, "50 that move away and back while they come");
	phase = 3;
	poke();
	tap_check(hart_wait(1, HSM_STOPPED), "the other hart stops");
	tap_check(slept > 0, "it was suspended meanwhile");
}

/* A stopped hart takes nothing; the source waits for one that does. */
static void test_stopped(void)
{
	uint32_t got;
	int is;

	uart_raise();
	plic_enable(mine, source, 1);
	is = external_soon(1);
	got = *plic_claim(mine);
	uart_lower();
	*plic_claim(mine) = got;
	tap_equal(is, 1, "what a stopped hart did not take comes here");
	tap_equal((long)got, (long)source, "and is claimed");
}

void test_plic_harts(int first, int second, uint32_t uart)
{
	mine = first;
	other = second;
	source = uart;
	taken = phase = 0;
	*plic_priority(source) = 1;
	*plic_threshold(mine) = 0;
	*plic_threshold(other) = 0;
	plic_enable(mine, source, 1);
	test_both();
	if (hart_start(1, serve, NULL).error) {
		tap_check(0, "the other hart starts");
		return;
	}
	while (!phase)
		nap();
	test_other_takes();
	test_stopped();
	plic_enable(other, source, 0);
}
