/* SPDX-License-Identifier: Apache-2.0 */
/*
 * In-guest test of the PLIC: registers, priorities, thresholds, gateways, claims and completions, with the UART's
 * transmitter-empty interrupt as the source. Nothing is printed while its line is up: printing would move it.
 */

#include "tests/plic.h"
#include "tests/topic.h"

#define UNWIRED 77 /* a source that no guest of ours has, and QEMU's board neither */

static int context;
static uint32_t source;

static int external(void)
{
	return (csr_read(sip) & SIE_SEIE) != 0;
}

static void reset(int on, unsigned priority, unsigned threshold)
{
	plic_enable(context, source, on);
	*plic_priority(source) = priority;
	*plic_threshold(context) = threshold;
}

/* Takes away what is pending. */
static void drain(void)
{
	uart_lower();
	reset(1, 1, 0);
	for (uint32_t got = *plic_claim(context), n = 0; got && n < 4; got = *plic_claim(context), n++)
		*plic_claim(context) = got;
	reset(0, 0, 0);
}

static void test_registers(void)
{
	uint32_t bit = 1u << source % 32;
	int kept = 1;

	for (uint32_t value = 0; value <= PLIC_MAX_PRIORITY; value++) {
		*plic_priority(source) = value;
		*plic_threshold(context) = PLIC_MAX_PRIORITY - value;
		kept &= *plic_priority(source) == value && *plic_threshold(context) == PLIC_MAX_PRIORITY - value;
	}
	tap_check(kept, "priority and threshold keep 0 to 7");
	*plic_priority(source) = ~0u;
	*plic_threshold(context) = ~0u;
	tap_check(*plic_priority(source) <= PLIC_MAX_PRIORITY && *plic_threshold(context) <= PLIC_MAX_PRIORITY, "and no more");
	reset(1, 0, 0);
	tap_check(*plic_enables(context, source) & bit, "the enable bit is set");
	*plic_enables(context, 0) = ~0u;
	if (guest_on_bulkhead()) /* QEMU keeps the bit */
		tap_check(!(*plic_enables(context, 0) & 1), "source 0 cannot be enabled");
	*plic_enables(context, 0) = 0;
	reset(0, 0, 0);
	tap_equal((long)(*plic_enables(context, source) & bit), 0, "and cleared");
	*plic_priority(0) = 7;
	tap_equal((long)*plic_priority(0), 0, "source 0 has no priority");
}

static void test_spurious(void)
{
	reset(1, 7, 0);
	tap_check(!external() && !plic_pending(source), "nothing is pending");
	tap_equal((long)*plic_claim(context), 0, "a claim of nothing gives 0");
	*plic_claim(context) = source;
	*plic_claim(context) = 0;
	*plic_claim(context) = ~0u;
	*plic_claim(context) = plic_sources() + 1;
	tap_check(!external() && !plic_pending(source), "completions of what nobody claimed change nothing");
	reset(0, 0, 0);
}

static void test_levels(void)
{
	int is[9];

	reset(0, 0, 0);
	uart_raise();
	is[0] = external() || !plic_pending(source);
	reset(1, 0, 0);
	is[1] = external();
	reset(1, 1, 0);
	is[2] = external_soon(1);
	reset(1, 1, 1);
	is[3] = external_soon(0);
	reset(1, 2, 1);
	is[4] = external_soon(1);
	reset(1, 7, 7);
	is[5] = external_soon(0);
	reset(0, 7, 0);
	is[6] = external_soon(0);
	is[7] = plic_pending(source);
	reset(1, 7, 6);
	is[8] = external_soon(1);
	drain();
	tap_equal(is[0], 0, "a source that is not enabled is pending, and does not interrupt");
	tap_equal(is[1], 0, "priority 0 never interrupts");
	tap_equal(is[2], 1, "priority 1 beats threshold 0");
	tap_equal(is[3], 0, "and not threshold 1");
	tap_equal(is[4], 1, "priority 2 beats threshold 1");
	tap_equal(is[5], 0, "nothing beats threshold 7");
	tap_equal(is[6], 0, "clearing the enable bit of a pending source takes the interrupt away");
	tap_equal(is[7], 1, "and leaves it pending");
	tap_equal(is[8], 1, "which shows when it is enabled again");
}

static void test_claim(void)
{
	uint32_t got[3];
	int is[6];

	reset(1, 1, 7);
	uart_raise();
	is[0] = external();
	if (!guest_on_bulkhead()) /* QEMU's claims mind the threshold ("Interrupt Claim Process") */
		*plic_threshold(context) = 0;
	got[0] = *plic_claim(context);
	is[1] = external_soon(0) || plic_pending(source);
	got[1] = *plic_claim(context);
	*plic_threshold(context) = 0;
	is[2] = external();
	*plic_claim(context) = source;
	is[3] = external_soon(guest_on_bulkhead());
	uart_lower();
	is[4] = external_soon(guest_on_bulkhead());
	got[2] = *plic_claim(context);
	*plic_claim(context) = got[2];
	is[5] = external_soon(0) || plic_pending(source);
	drain();
	tap_equal(is[0], 0, "the threshold keeps the interrupt away");
	tap_equal((long)got[0], (long)source, "but a claim does not mind it");
	tap_equal(is[1], 0, "a claimed source is not pending");
	tap_equal((long)got[1], 0, "and is not claimed twice");
	tap_equal(is[2], 0, "a level that stays does not interrupt before the completion");
	if (guest_on_bulkhead()) { /* QEMU's PLIC forgets a level that stays while its source is claimed ("Interrupt Gateways") */
		tap_equal(is[3], 1, "but at once after it");
		tap_equal(is[4], 1, "a level that falls does not take a pending interrupt back");
		tap_equal((long)got[2], (long)source, "it is claimed once more");
	}
	tap_equal(is[5], 0, "and then it is gone");
}

static void test_gateway(void)
{
	uint32_t got[3];
	int is[2];

	reset(1, 1, 0);
	uart_raise();
	uart_lower();
	is[0] = external_soon(1);
	got[0] = *plic_claim(context);
	uart_raise();
	plic_enable(context, source, 0);
	*plic_claim(context) = source;
	got[1] = *plic_claim(context);
	plic_enable(context, source, 1);
	is[1] = guest_on_bulkhead() && external();
	*plic_claim(context) = source;
	got[2] = *plic_claim(context);
	*plic_claim(context) = got[2];
	drain();
	tap_equal(is[0], 1, "a pulse is kept until it is claimed");
	tap_equal((long)got[0], (long)source, "and claimed");
	tap_equal((long)got[1], 0, "nothing is claimed while the source is off");
	/* QEMU takes the completion all the same ("Interrupt Completion") */
	tap_equal(is[1], 0, "a completion by a context that has it off is ignored");
	tap_equal((long)got[2], (long)source, "a level that comes while claimed is claimed after the completion");
}

static void test_interrupt(void)
{
	reset(1, 1, 0);
	test_irq_uart(&plic_controller, source);
	drain();
}

static void test_widths(void)
{
	static const uint64_t offsets[] = {8, 0x1000, 0x2000, 0x200000, 0x201000};
	static const unsigned widths[] = {1, 2, 8};
	unsigned faults = 0, wanted = 0;

	for (unsigned i = 0; i < ARRAY_SIZE(offsets); i++)
		for (unsigned n = 0; n < ARRAY_SIZE(widths); n++) {
			struct irq_access a = {plic_base() + offsets[i], widths[n], ~0ul};

			faults += trap_run(NULL, irq_load, &a) == CAUSE_LOAD_ACCESS_FAULT;
			faults += trap_run(NULL, irq_store, &a) == CAUSE_STORE_ACCESS_FAULT;
			wanted += 2;
		}
	tap_equal(faults, wanted, "loads and stores of 1, 2 and 8 bytes are access faults");
	tap_check(!external() && !plic_pending(source), "and change nothing");
}

/* What is nobody's or another's is not there. The board's own PLIC has more: all sources, and contexts of M-mode. */
static void test_foreign(void)
{
	unsigned seen = 0;

	if (!guest_on_bulkhead()) {
		tap_skip("contexts and sources of others", "all are ours");
		return;
	}
	tap_equal(plic_contexts(), 2 * hart_count(), "two contexts for each hart");
	for (unsigned i = 0; i < hart_count(); i++)
		seen |= plic_context(i) != (int)(2 * i + 1);
	tap_equal(seen, 0, "2n is M-mode's of hart n, 2n + 1 its S-mode's");
	for (unsigned i = 0; i < 16; i++) {
		if (i < plic_contexts() && i % 2 != 0)
			continue;
		for (uint32_t s = 0; s <= plic_sources(); s += 32) {
			*plic_enables((int)i, s) = ~0u;
			seen |= *plic_enables((int)i, s);
		}
		*plic_threshold((int)i) = 7;
		seen |= *plic_threshold((int)i) | *plic_claim((int)i);
		*plic_claim((int)i) = source;
	}
	tap_equal(seen, 0, "M-mode's contexts, and those beyond, read 0 and ignore writes");
	*plic_priority(UNWIRED) = 7;
	*plic_enables(context, UNWIRED) = ~0u;
	tap_equal((long)(*plic_priority(UNWIRED) | (*plic_enables(context, UNWIRED) >> UNWIRED % 32 & 1)), 0,
		  "a source of nobody has no priority and cannot be enabled");
	for (uint64_t offset = 0x1000 + plic_sources() / 8 + 4; offset < 0x2000; offset += 0x100)
		seen |= *(volatile uint32_t *)(plic_base() + (offset & ~3ul));
	for (unsigned reg = 2; reg < 1024; reg += 102)
		seen |= plic_threshold(context)[reg];
	*plic_enables(context, UNWIRED) = 0;
	tap_equal(seen, 0, "registers that are not there read 0");
}

void test_plic(void)
{
	if (!plic_find()) {
		tap_skip("the PLIC", "there is none");
		return;
	}
	context = plic_context(0);
	tap_check(context >= 0, "the PLIC has a context of this hart");
	if (guest_has_arg("rtc")) {
		test_plic_rtc(context, 0);
		return;
	}
	source = plic_source(uart_find());
	tap_check(source > 0 && source <= plic_sources(), "the UART has a source");
	if (context < 0 || !source)
		return;
	drain();
	test_registers();
	test_spurious();
	test_levels();
	test_claim();
	test_gateway();
	test_interrupt();
	test_widths();
	test_foreign();
	if (hart_count() > 1 && plic_context(1) >= 0)
		test_plic_harts(context, plic_context(1), source);
	test_plic_rtc(context, source);
	drain();
	tap_equal((long)hart_self()->unexpected, 0, "no unexpected interrupt");
}
