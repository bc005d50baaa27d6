/* SPDX-License-Identifier: Apache-2.0 */
/* In-guest test of an APLIC that delivers by MSI: which message comes when, and where. */

#include "tests/aia.h"

#define NOWHERE 0x3fffu /* a Hart Index that no board of ours has */

static uint32_t source;

/* Which identity has come to this hart: none, one, or ~0u for more. It is gone then. */
static unsigned arrived(void)
{
	unsigned id = imsic_claim();

	if (imsic_count(EIP) == 0)
		return id;
	imsic_reset(0);
	return ~0u;
}

static void enable_all(void)
{
	imsic_reset(0);
	for (unsigned id = 1; id <= aia.ids; id++)
		imsic_set_bit(EIE, id, 1);
}

static void arrived_there(void *arg)
{
	*(unsigned *)arg = imsic_count(EIP) == 1 && imsic_bit(EIP, 77);
	imsic_reset(0);
}

static void begin(unsigned mode, uint32_t eiid)
{
	aplic_off();
	enable_all();
	aplic_set_up(source, mode, 0, eiid);
	aplic_write(APLIC_SETIENUM, source);
	aplic_write(APLIC_DOMAINCFG, DOMAINCFG_IE);
}

static void test_target(void)
{
	const uint32_t fields = TARGET_HART(aia.index[0]) | aia.ids;
	uint32_t value;

	begin(DETACHED, aia.ids);
	tap_equal(aplic_read(APLIC_TARGET + 4 * source), fields, "target keeps Hart Index and EIID");
	aplic_write(APLIC_TARGET + 4 * source, fields | 0x800);
	aia_rule(aplic_read(APLIC_TARGET + 4 * source), fields, "target has no bit 11");
	aplic_write(APLIC_TARGET + 4 * source, fields | 0x3f000);
	value = aplic_read(APLIC_TARGET + 4 * source);
	aia_note("target with Guest Index all ones", value);
	if (guest_on_bulkhead())
		tap_equal(value, fields, "Guest Index is 0 for a guest");
	aplic_write(APLIC_TARGET + 4 * source, TARGET_HART(NOWHERE) | 77);
	value = aplic_read(APLIC_TARGET + 4 * source);
	aia_note("target with a Hart Index that is not there", value);
	if (guest_on_bulkhead())
		tap_check(value >> 18 < aia.indices, "Hart Index is one of the guest's");
}

static void test_messages(void)
{
	const uint32_t eiids[] = {1, 63, 64, 77, aia.ids};
	uint32_t word;
	int right = 1;

	for (unsigned i = 0; i < ARRAY_SIZE(eiids); i++) {
		begin(DETACHED, eiids[i]);
		aplic_write(i % 2 ? APLIC_SETIPNUM_LE : APLIC_SETIPNUM, source);
		right &= arrived() == eiids[i] && !aplic_bit(APLIC_SETIP, source) && aplic_bit(APLIC_SETIE, source);
	}
	tap_check(right, "a pending source that is enabled sends its EIID, and is not pending then");
	begin(DETACHED, 0);
	aplic_write(APLIC_SETIPNUM, source);
	right = arrived() == 0 && !aplic_bit(APLIC_SETIP, source);
	aplic_write(APLIC_TARGET + 4 * source, TARGET_HART(aia.index[0]) | 0x7ff);
	word = aplic_read(APLIC_TARGET + 4 * source) & 0x7ff;
	aplic_write(APLIC_SETIPNUM, source);
	right &= arrived() == (word <= aia.ids ? word : 0) && !aplic_bit(APLIC_SETIP, source);
	aia_note("EIID after a write of all ones", word);
	tap_check(right, "an EIID that is no identity comes nowhere");

	begin(DETACHED, 77);
	aplic_write(APLIC_CLRIENUM, source);
	aplic_write(APLIC_SETIPNUM, source);
	tap_check(arrived() == 0 && aplic_bit(APLIC_SETIP, source), "a source that is not enabled sends nothing and stays pending");
	aplic_write(APLIC_SETIENUM, source);
	tap_check(arrived() == 77 && !aplic_bit(APLIC_SETIP, source), "until it is enabled");
	aplic_write(APLIC_DOMAINCFG, 0);
	aplic_write(APLIC_SETIPNUM, source);
	tap_check(arrived() == 0 && aplic_bit(APLIC_SETIP, source), "nor does one whose domain is disabled");
	aplic_write(APLIC_DOMAINCFG, DOMAINCFG_IE);
	tap_check(arrived() == 77 && !aplic_bit(APLIC_SETIP, source), "until that is enabled");
	aplic_write(APLIC_CLRIENUM, source);
	aplic_write(APLIC_SETIPNUM, source);
	aplic_write(APLIC_CLRIPNUM, source);
	aplic_write(APLIC_SETIENUM, source);
	tap_equal(arrived(), 0, "a pending bit that was cleared sends nothing");
}

static void test_genmsi(void)
{
	uint32_t own = TARGET_HART(aia.index[0]);
	unsigned id;

	begin(DETACHED, 77);
	aplic_write(APLIC_GENMSI, own | 78);
	tap_equal(arrived(), 78, "genmsi sends an MSI");
	tap_equal(aplic_read(APLIC_GENMSI), own | 78, "and can be read, not busy");
	aplic_write(APLIC_GENMSI, own);
	aplic_write(APLIC_GENMSI, own | 0x7ff);
	tap_equal(arrived(), 0, "not of what is no identity");
	aplic_write(APLIC_GENMSI, TARGET_HART(NOWHERE) | 78);
	id = arrived(); /* a machine may leave away bits of the Hart Index */
	aia_note("what comes here of genmsi to a hart that is not there", id);
	tap_check(id == 0 || (id == 78 && !guest_on_bulkhead()), "nor to a hart that is not there");
	aia_note("genmsi after that", aplic_read(APLIC_GENMSI));
	aplic_write(APLIC_GENMSI, own | 0x3e000 | 79);
	id = arrived();
	aia_note("what comes here of genmsi with bits of a Guest Index", id);
	tap_check(id == 0 || id == 79, "bits that are no field do no harm");
	aplic_write(APLIC_DOMAINCFG, 0);
	aplic_write(APLIC_GENMSI, own | 80);
	aia_note("what comes here of genmsi while the domain is disabled", arrived());
}

/* A level is sent when it rises, and again when setipnum is written while it is high. */
static void test_level(void)
{
	unsigned id[7];
	int is[3];

	begin(LEVEL1, 77);
	id[0] = arrived();
	aplic_write(APLIC_SETIPNUM, source);
	id[1] = arrived();
	uart_raise();
	id[2] = arrived();
	id[3] = arrived();
	aplic_write(APLIC_SETIPNUM_LE, source);
	id[4] = arrived();
	uart_lower();
	aplic_write(APLIC_SETIPNUM_LE, source);
	id[5] = arrived();
	aplic_write(APLIC_CLRIENUM, source);
	uart_raise();
	is[0] = aplic_bit(APLIC_SETIP, source);
	aplic_write(APLIC_CLRIPNUM, source);
	is[1] = aplic_bit(APLIC_SETIP, source);
	aplic_write(APLIC_SETIENUM, source);
	id[6] = arrived();
	aplic_write(APLIC_CLRIENUM, source);
	aplic_write(APLIC_SETIPNUM, source);
	uart_lower();
	is[2] = aplic_bit(APLIC_SETIP, source);
	tap_check(!id[0] && !id[1], "a level that is low sends nothing, with setipnum neither");
	tap_equal(id[2], 77, "one that rises is sent");
	tap_equal(id[3], 0, "once");
	tap_equal(id[4], 77, "and again by setipnum while it is high");
	tap_equal(id[5], 0, "and not when it has fallen");
	tap_check(is[0] && !is[1] && !id[6], "a pending bit of a level that is high can be cleared");
	aia_rule(is[2], 0, "a level that falls is not pending any more");
	uart_lower();

	begin(LEVEL0, 77);
	uart_raise();
	(void)arrived();
	aplic_write(APLIC_SETIPNUM, source);
	id[0] = arrived();
	uart_lower();
	id[1] = arrived();
	aplic_write(APLIC_SETIPNUM, source);
	id[2] = arrived();
	tap_check(!id[0] && id[1] == 77 && id[2] == 77, "an inverted level is sent when the line falls, and again while it is low");
}

static void test_edges(void)
{
	unsigned id[8];

	begin(EDGE1, 77);
	id[0] = arrived();
	uart_raise();
	id[1] = arrived();
	id[2] = arrived();
	uart_lower();
	id[3] = arrived();
	uart_raise();
	id[4] = arrived();
	uart_lower();
	begin(EDGE0, 77);
	(void)arrived(); /* becoming active may count as an edge */
	uart_raise();
	id[5] = arrived();
	uart_lower();
	id[6] = arrived();
	begin(DETACHED, 77);
	uart_raise();
	id[7] = arrived();
	uart_lower();
	tap_check(!id[0] && id[1] == 77 && !id[2] && !id[3] && id[4] == 77, "an edge is sent when the line rises, every time");
	tap_check(!id[5] && id[6] == 77, "an inverted one when it falls");
	tap_equal(id[7], 0, "a detached source's line sends nothing when it rises");
}

static void test_other_hart(void)
{
	unsigned there = 0;

	begin(DETACHED, 77);
	tap_check(on_hart(1, arrived_there, &there), "the other hart cleans its file");
	aplic_write(APLIC_TARGET + 4 * source, TARGET_HART(aia.index[1]) | 77);
	aplic_write(APLIC_SETIPNUM, source);
	tap_equal(arrived(), 0, "what is sent to another hart does not come here");
	tap_check(on_hart(1, arrived_there, &there) && there, "but there, though it was stopped");
	aplic_write(APLIC_GENMSI, TARGET_HART(aia.index[1]) | 77);
	tap_check(arrived() == 0 && on_hart(1, arrived_there, &there) && there, "genmsi sends it there too");
}

static volatile unsigned taken, wrong, phase;

static void on_external(struct frame *frame)
{
	unsigned id = imsic_claim();

	(void)frame;
	if (id)
		__atomic_add_fetch(&taken, 1, __ATOMIC_RELAXED);
	wrong += id && id != 20 + hart_self()->index;
}

static void serve(void *arg)
{
	(void)arg;
	enable_all();
	imsic_write(EIDELIVERY, 1);
	irq_handle(IRQ_S_EXTERNAL, on_external);
	csr_set(sie, SIE_SEIE | SIE_SSIE);
	phase = 1;
	while (phase == 1) {
		wfi();
		csr_clear(sip, SIE_SSIE);
		irq_enable();
		irq_disable();
	}
	imsic_reset(0);
}

/* The target moves between two harts while messages come: each comes once, to where it was sent. */
static void test_moving(void)
{
	const unsigned turns = 1000;
	unsigned i;

	begin(DETACHED, 20);
	taken = wrong = phase = 0;
	tap_equal(hart_start(1, serve, NULL).error, 0, "the other hart starts");
	while (!phase)
		nap();
	imsic_write(EIDELIVERY, 1);
	irq_handle(IRQ_S_EXTERNAL, on_external);
	csr_set(sie, SIE_SEIE);
	for (i = 0; i < turns && taken == i; i++) {
		unsigned long end = timer_patience();
		unsigned to = i / 3 % 2;

		aplic_write(APLIC_TARGET + 4 * source, TARGET_HART(aia.index[to]) | (20 + to));
		aplic_write(APLIC_SETIPNUM, source);
		aplic_write(APLIC_TARGET + 4 * source, TARGET_HART(aia.index[!to]) | (20 + !to));
		while (taken == i && rdtime() < end) {
			irq_enable();
			irq_disable();
			if (taken == i)
				nap();
		}
	}
	csr_clear(sie, SIE_SEIE);
	phase = 2;
	sbi_call3(SBI_EXT_IPI, 0, 1, harts[1].id, 0);
	tap_check(hart_wait(1, HSM_STOPPED), "the other hart stops");
	tap_equal(taken, turns, "every message comes once while the target moves");
	tap_equal(wrong, 0, "to where it was sent");
}

void test_aplic_msi(void)
{
	source = aia.uart;
	test_target();
	test_messages();
	test_genmsi();
	test_level();
	test_edges();
	if (hart_count() > 1) {
		test_other_hart();
		test_moving();
	}
	aplic_off();
	imsic_reset(0);
}
