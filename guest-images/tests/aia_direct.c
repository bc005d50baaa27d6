/* SPDX-License-Identifier: Apache-2.0 */
/* In-guest test of an APLIC that interrupts harts by itself: IDC structures, priorities, claims, levels and edges. */

#include "tests/aia.h"

static uint32_t source;

static uint32_t top(void)
{
	return idc_read(0, TOPI);
}

/* The top interrupt once it has had time to come there: an assigned device's goes through another controller. */
static uint32_t top_soon(uint32_t wanted)
{
	unsigned long end = timer_patience();

	while (top() != wanted && rdtime() < end)
		cpu_relax();
	return top();
}

static uint32_t entry(uint32_t number, uint32_t priority)
{
	return number << 16 | priority;
}

static void begin(unsigned mode, uint32_t priority)
{
	aplic_off();
	idc_write(0, IDELIVERY, 1);
	idc_write(0, ITHRESHOLD, 0);
	idc_write(0, IFORCE, 0);
	aplic_set_up(source, mode, 0, priority);
	aplic_write(APLIC_SETIENUM, source);
	aplic_write(APLIC_DOMAINCFG, DOMAINCFG_IE);
}

static void test_registers(void)
{
	uint32_t beyond = 0, priorities;
	int kept = 1;

	begin(DETACHED, 1);
	aplic_write(APLIC_CLRIENUM, source);
	for (uint32_t i = 0; i < 4; i++) {
		idc_write(0, IDELIVERY, i & 1);
		idc_write(0, IFORCE, i >> 1);
		kept &= idc_read(0, IDELIVERY) == (i & 1) && idc_read(0, IFORCE) == i >> 1;
	}
	idc_write(0, IDELIVERY, ~0u);
	idc_write(0, IFORCE, ~0u);
	kept &= idc_read(0, IDELIVERY) <= 1 && idc_read(0, IFORCE) <= 1;
	idc_write(0, IFORCE, 0);
	tap_check(kept, "idelivery and iforce keep 0 and 1");
	idc_write(0, ITHRESHOLD, ~0u);
	priorities = idc_read(0, ITHRESHOLD);
	tap_check(priorities && priorities <= 0xff && !(priorities & (priorities + 1)), "ithreshold has up to eight bits");
	kept = 1;
	for (uint32_t i = 0; i <= priorities; i++) {
		idc_write(0, ITHRESHOLD, i);
		kept &= idc_read(0, ITHRESHOLD) == i;
		aplic_write(APLIC_TARGET + 4 * source, TARGET_HART(aia.index[0]) | i);
		kept &= aplic_read(APLIC_TARGET + 4 * source) == (TARGET_HART(aia.index[0]) | (i ? i : 1));
	}
	tap_check(kept, "ithreshold and target keep every priority, but a target's 0 becomes 1");
	aplic_write(APLIC_TARGET + 4 * source, TARGET_HART(aia.index[0]) | 0x3ff00 | 5);
	aia_rule(aplic_read(APLIC_TARGET + 4 * source), (long)(TARGET_HART(aia.index[0]) | 5), "target has no bits 8 to 17");
	aplic_write(APLIC_TARGET + 4 * source, TARGET_HART(0x3fff) | 5);
	aia_note("target with a Hart Index that is not there", aplic_read(APLIC_TARGET + 4 * source));
	if (guest_on_bulkhead())
		tap_check(aplic_read(APLIC_TARGET + 4 * source) >> 18 < aia.indices, "Hart Index is one of the guest's");
	idc_write(0, TOPI, ~0u);
	idc_write(0, CLAIMI, ~0u);
	tap_equal(top(), 0, "topi and claimi are not written");
	for (uint32_t offset = 0x4000 + 0x20 * aia.indices; offset + 4 <= aia.size && offset < 0x5000; offset += 4) {
		aplic_write(offset, ~0u);
		beyond |= aplic_read(offset);
	}
	tap_equal(beyond, 0, "IDCs beyond the harts' read 0");
	aplic_write(APLIC_GENMSI, TARGET_HART(aia.index[0]) | 5);
	tap_equal(aplic_read(APLIC_GENMSI), 0, "there is no genmsi");
}

static void test_force(void)
{
	int is[4];
	uint32_t got[4];

	begin(DETACHED, 3);
	idc_write(0, IFORCE, 1);
	is[0] = external_soon(1) && !top();
	got[0] = idc_read(0, CLAIMI);
	is[1] = external_soon(0) || idc_read(0, IFORCE);
	idc_write(0, IFORCE, 1);
	aplic_write(APLIC_SETIPNUM, source);
	got[1] = idc_read(0, CLAIMI);
	is[2] = external_soon(1) && idc_read(0, IFORCE);
	got[2] = idc_read(0, CLAIMI);
	got[3] = idc_read(0, CLAIMI);
	idc_write(0, IFORCE, 1);
	idc_write(0, IDELIVERY, 0);
	is[3] = external_soon(0);
	idc_write(0, IDELIVERY, 1);
	aplic_write(APLIC_DOMAINCFG, 0);
	is[3] |= external_soon(0);
	idc_write(0, IFORCE, 0);
	tap_equal(is[0], 1, "iforce interrupts without a source");
	tap_equal(got[0], 0, "its claim gives 0");
	tap_equal(is[1], 0, "and takes it back");
	tap_equal(got[1], entry(source, 3), "a source that is pending is claimed first");
	tap_equal(is[2], 1, "and leaves iforce");
	tap_equal(got[2], 0, "then that is claimed");
	tap_equal(got[3], 0, "and a claim of nothing gives 0");
	tap_equal(is[3], 0, "neither without idelivery, nor with the domain disabled");
}

static void test_top(void)
{
	static const struct {
		uint32_t threshold, shown;
	} thresholds[] = {{0, 1}, {1, 0}, {5, 0}, {6, 1}, {0xff, 1}};
	int right = 1, is[3];

	begin(DETACHED, 5);
	tap_equal(top(), 0, "topi is 0 when nothing is pending");
	aplic_write(APLIC_SETIPNUM, source);
	tap_equal(top(), entry(source, 5), "topi shows source and priority");
	for (unsigned i = 0; i < ARRAY_SIZE(thresholds); i++) {
		idc_write(0, ITHRESHOLD, thresholds[i].threshold);
		right &= top() == (thresholds[i].shown ? entry(source, 5) : 0);
		right &= external_soon((int)thresholds[i].shown) == (int)thresholds[i].shown;
	}
	idc_write(0, ITHRESHOLD, 0);
	tap_check(right, "a threshold lets lower numbers through only, 0 all");
	idc_write(0, IDELIVERY, 0);
	is[0] = !external_soon(0) && top() == entry(source, 5);
	idc_write(0, IDELIVERY, 1);
	aplic_write(APLIC_DOMAINCFG, 0);
	is[1] = !external_soon(0) && top() == entry(source, 5);
	aplic_write(APLIC_DOMAINCFG, DOMAINCFG_IE);
	aplic_write(APLIC_CLRIENUM, source);
	is[2] = !external_soon(0) && !top() && aplic_bit(APLIC_SETIP, source);
	aplic_write(APLIC_SETIENUM, source);
	tap_check(is[0], "without idelivery topi shows it, and it does not interrupt");
	tap_check(is[1], "nor with the domain disabled");
	tap_check(is[2], "a source that is not enabled stays pending and is not shown");
	tap_equal(idc_read(0, CLAIMI), entry(source, 5), "a claim gives what topi showed");
	tap_check(!top() && !aplic_bit(APLIC_SETIP, source) && !external_soon(0), "and it is pending no more");
	tap_equal(idc_read(0, CLAIMI), 0, "a claim of nothing gives 0");
}

/* Two sources: the lower priority number first, then the lower source number. */
static void test_order(uint32_t other)
{
	uint32_t low = source < other ? source : other, high = source < other ? other : source;
	uint32_t got[6];

	for (unsigned turn = 0; turn < 2; turn++) {
		begin(DETACHED, 4);
		aplic_set_up(low, DETACHED, 0, 4);
		aplic_set_up(high, DETACHED, 0, turn ? 3 : 4);
		aplic_write(APLIC_SETIENUM, low);
		aplic_write(APLIC_SETIENUM, high);
		aplic_write(APLIC_SETIPNUM, high);
		(void)top_soon(entry(high, turn ? 3 : 4));
		aplic_write(APLIC_SETIPNUM, low);
		got[3 * turn] = top_soon(turn ? entry(high, 3) : entry(low, 4));
		got[3 * turn + 1] = idc_read(0, CLAIMI);
		(void)top_soon(turn ? entry(low, 4) : entry(high, 4));
		got[3 * turn + 2] = idc_read(0, CLAIMI);
	}
	tap_check(got[0] == entry(low, 4) && got[1] == got[0], "equal priorities: the lower source first");
	tap_equal(got[2], entry(high, 4), "then the other");
	tap_check(got[3] == entry(high, 3) && got[4] == got[3], "a lower priority number goes first");
	tap_equal(got[5], entry(low, 4), "the higher one second");
}

static void test_level(void)
{
	uint32_t got[4];
	int is[5];

	begin(LEVEL1, 2);
	aplic_write(APLIC_SETIPNUM, source);
	is[0] = aplic_bit(APLIC_SETIP, source);
	uart_raise();
	got[0] = top();
	aplic_write(APLIC_CLRIPNUM, source);
	is[1] = aplic_bit(APLIC_SETIP, source);
	got[1] = idc_read(0, CLAIMI);
	got[2] = top();
	is[2] = external_soon(1);
	uart_lower();
	is[3] = aplic_bit(APLIC_SETIP, source);
	is[4] = (csr_read(sip) & SIE_SEIE) != 0; /* for ever, where a machine does not keep that rule */
	got[3] = idc_read(0, CLAIMI);
	tap_equal(is[0], 0, "a level that is low cannot be made pending");
	tap_equal(got[0], entry(source, 2), "one that is high is");
	tap_equal(is[1], 1, "and clripnum does not change that");
	tap_equal(got[1], entry(source, 2), "it is claimed");
	tap_equal(got[2], entry(source, 2), "and pending still");
	tap_equal(is[2], 1, "and interrupts");
	aia_rule(is[3], 0, "until it falls");
	aia_rule(is[4], 0, "then it interrupts no more");
	aia_rule(got[3], 0, "and a claim gives 0");
	begin(LEVEL0, 2);
	is[0] = top() == entry(source, 2);
	uart_raise();
	is[1] = top() == 0;
	uart_lower();
	is[2] = top() == entry(source, 2);
	tap_check(is[0] && is[2], "an inverted level is pending while the line is low");
	aia_rule(is[1], 1, "and not while it is high");
}

static void test_edges(void)
{
	uint32_t got[6];

	begin(EDGE1, 2);
	got[0] = top();
	uart_raise();
	uart_lower();
	got[1] = idc_read(0, CLAIMI);
	got[2] = top();
	uart_raise();
	got[3] = idc_read(0, CLAIMI);
	got[4] = top();
	uart_lower();
	begin(EDGE0, 2);
	(void)idc_read(0, CLAIMI); /* becoming active may count as an edge */
	uart_raise();
	got[5] = top();
	uart_lower();
	tap_check(!got[0] && got[1] == entry(source, 2) && !got[2], "an edge is kept until it is claimed");
	tap_check(got[3] == entry(source, 2) && !got[4], "and comes once, though the line stays up");
	tap_check(!got[5] && idc_read(0, CLAIMI) == entry(source, 2), "an inverted edge is one that falls");
}

static volatile unsigned taken, phase;
static volatile unsigned by_hart[GUEST_MAX_HARTS];

static void on_external(struct frame *frame)
{
	unsigned self = (unsigned)hart_self()->index;

	(void)frame;
	if (idc_read(self, CLAIMI) >> 16 != source)
		return;
	by_hart[self]++;
	__atomic_add_fetch(&taken, 1, __ATOMIC_RELAXED);
}

static void serve(void *arg)
{
	(void)arg;
	irq_handle(IRQ_S_EXTERNAL, on_external);
	csr_set(sie, SIE_SEIE | SIE_SSIE);
	phase = 1;
	while (phase == 1) {
		wfi();
		csr_clear(sip, SIE_SSIE);
		irq_enable();
		irq_disable();
	}
}

static void target(unsigned hart)
{
	aplic_write(APLIC_TARGET + 4 * source, TARGET_HART(aia.index[hart]) | 2);
}

static void test_harts(void)
{
	const unsigned turns = 1000;
	unsigned i;
	int is[3];

	begin(DETACHED, 2);
	target(1);
	idc_write(1, IDELIVERY, 1);
	idc_write(1, ITHRESHOLD, 0);
	aplic_write(APLIC_SETIPNUM, source);
	is[0] = !external_soon(0) && !top() && idc_read(1, TOPI) == entry(source, 2);
	target(0);
	is[1] = external_soon(1) && top() == entry(source, 2) && !idc_read(1, TOPI);
	is[2] = idc_read(0, CLAIMI) == entry(source, 2) && !external_soon(0);
	tap_check(is[0], "what is another hart's is in its IDC, and does not interrupt here");
	tap_check(is[1], "it moves here with its target");
	tap_check(is[2], "and is claimed");
	taken = phase = 0;
	tap_equal(hart_start(1, serve, NULL).error, 0, "the other hart starts");
	while (!phase)
		nap();
	idc_write(1, IDELIVERY, 1); /* a start may have reset it */
	irq_handle(IRQ_S_EXTERNAL, on_external);
	csr_set(sie, SIE_SEIE);
	for (i = 0; i < turns && taken == i; i++) {
		unsigned long end = timer_patience();

		target(i % 2);
		aplic_write(APLIC_SETIPNUM, source);
		if (i % 3)
			target(!(i % 2)); /* it may have been claimed already */
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
	tap_equal(taken, turns, "every interrupt comes once while the target moves");
	tap_check(by_hart[0] && by_hart[1], "to either hart");
	idc_write(1, IDELIVERY, 0);
}

void test_aplic_direct(void)
{
	source = aia.uart;
	test_registers();
	test_force();
	test_top();
	if (aia.rtc)
		test_order(aia.rtc);
	test_level();
	test_edges();
	if (hart_count() > 1)
		test_harts();
	aplic_off();
	idc_write(0, IDELIVERY, 0);
}
