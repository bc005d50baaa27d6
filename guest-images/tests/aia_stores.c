/* SPDX-License-Identifier: Apache-2.0 */
/* In-guest test of an IMSIC's memory: what stores to this hart's own interrupt file do, and loads. */

#include "tests/aia.h"

#define SETEIPNUM_LE 0
#define SETEIPNUM_BE 4

static volatile uint32_t *own_file(uint32_t offset)
{
	return (volatile uint32_t *)(aia.file[hart_self()->index] + offset);
}

/* Whether exactly this identity is pending (0: none); then none is. */
static int only(unsigned id)
{
	int is = id ? imsic_bit(EIP, id) && imsic_count(EIP) == 1 : !imsic_count(EIP);

	for (unsigned i = 0; i <= aia.ids; i += 64)
		imsic_write(EIP + i / 64 * 2, 0);
	return is;
}

static void test_identities(void)
{
	const uint32_t none[] = {0, aia.ids + 1, 0x7ff, 0x800, 0x801, 0x10001, 0x80000001, ~0u};
	int right = 1;

	for (uint32_t id = 1; id <= aia.ids; id++) {
		*own_file(SETEIPNUM_LE) = id;
		right &= only(id);
	}
	tap_check(right, "a store of an identity makes it pending, and nothing else");
	right = 1;
	for (unsigned i = 0; i < ARRAY_SIZE(none); i++) {
		*own_file(SETEIPNUM_LE) = none[i];
		if (none[i] > aia.ids || !none[i])
			right &= only(0);
	}
	tap_check(right, "a store of what is no identity does nothing");
	*own_file(SETEIPNUM_LE) = 9;
	*own_file(SETEIPNUM_LE) = 9;
	right = only(9);
	tap_check(right, "two stores of one identity are one interrupt");
}

static void test_other_offsets(void)
{
	uint32_t seen = 0;
	int quiet = 1, big;

	*own_file(SETEIPNUM_BE) = 9u << 24;
	big = imsic_bit(EIP, 9);
	aia_note("seteipnum_be is there", (unsigned long)big);
	tap_check(only(big ? 9 : 0), "seteipnum_be takes big-endian identities or is not there");
	*own_file(SETEIPNUM_BE) = 9;
	tap_check(only(0), "and takes no little-endian ones");
	for (uint32_t offset = 8; offset < GUEST_PAGE_SIZE; offset += 4) {
		*own_file(offset) = 9;
		quiet &= only(0);
	}
	tap_check(quiet, "stores beyond seteipnum do nothing");
	*own_file(SETEIPNUM_LE) = 9;
	for (uint32_t offset = 0; offset < GUEST_PAGE_SIZE; offset += 4)
		seen |= *own_file(offset);
	tap_equal((long)seen, 0, "the page reads 0");
	tap_check(only(9), "and reads change nothing");
}

/* Other widths may be refused, or do something, but then only what a word would have done. */
static void test_widths(void)
{
	static const struct {
		uint32_t offset, width;
	} odd[] = {{0, 1}, {0, 2}, {0, 8}, {4, 8}, {8, 8}, {1, 4}, {2, 4}, {0xffc, 2}, {0xff8, 8}, {0xffc, 8}};
	int refused = 1;

	for (unsigned i = 0; i < ARRAY_SIZE(odd); i++) {
		struct irq_access a = {aia.file[hart_self()->index] + odd[i].offset, odd[i].width, 9};
		unsigned long causes[2] = {trap_run(NULL, irq_load, &a), trap_run(NULL, irq_store, &a)};
		int is = imsic_bit(EIP, 9);

		if (causes[0] == NO_TRAP || causes[1] == NO_TRAP || is)
			print("# aia: %u bytes at %x of a file: load %ld, store %ld, pending %d\n", odd[i].width,
			      odd[i].offset, (long)causes[0], (long)causes[1], is);
		refused &= only(is && causes[1] == NO_TRAP ? 9 : 0);
	}
	tap_check(refused, "stores of other widths do nothing when they fault, and nothing else when they do not");
}

static volatile unsigned taken, wrong;
static unsigned expected;

static void on_external(struct frame *frame)
{
	unsigned id = imsic_claim();

	(void)frame;
	taken++;
	wrong += id != expected;
	expected++;
}

static void suspend(void)
{
	sbi_call3(SBI_EXT_HSM, HSM_HART_SUSPEND, 0, 0, 0); /* retentive */
}

static void test_interrupts(void)
{
	void (*const waits[])(void) = {wfi, suspend};
	static const char *const names[] = {"wfi ends by an MSI, with sstatus.SIE off", "a suspend ends by one"};

	imsic_reset(1);
	for (unsigned id = 1; id <= aia.ids; id++)
		imsic_set_bit(EIE, id, 1);
	irq_handle(IRQ_S_EXTERNAL, on_external);
	csr_set(sie, SIE_SEIE);
	taken = wrong = 0;
	irq_enable();
	for (unsigned id = 1; id <= aia.ids; id++) {
		unsigned long end = timer_patience();

		expected = id;
		imsic_send((unsigned)hart_self()->index, id);
		while (taken < id && rdtime() < end)
			cpu_relax();
	}
	irq_disable();
	tap_equal(taken, aia.ids, "every MSI to itself interrupts once");
	tap_equal(wrong, 0, "and is the one that was sent");
	taken = wrong = 0;
	expected = 1;
	for (unsigned id = aia.ids; id >= 1; id--)
		imsic_send((unsigned)hart_self()->index, id);
	irq_enable();
	irq_disable();
	tap_check(taken == aia.ids && !wrong, "all at once are taken in the order of their numbers");
	for (unsigned i = 0; i < ARRAY_SIZE(waits); i++) {
		taken = 0;
		imsic_send((unsigned)hart_self()->index, 33);
		waits[i]();
		irq_enable();
		irq_disable();
		tap_equal(taken, 1, names[i]);
	}
	csr_clear(sie, SIE_SEIE);
}

void test_imsic_stores(void)
{
	imsic_reset(0);
	test_identities();
	test_other_offsets();
	test_widths();
	test_interrupts();
	imsic_reset(0);
}
