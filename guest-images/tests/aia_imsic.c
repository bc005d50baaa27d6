/* SPDX-License-Identifier: Apache-2.0 */
/* In-guest test of an IMSIC's interrupt file: its registers, and who is claimed when. */

#include "tests/aia.h"

static void read_reg(void *arg)
{
	(void)imsic_read((unsigned)(unsigned long)arg);
}

static void write_reg(void *arg)
{
	imsic_write((unsigned)(unsigned long)arg, 0);
}

static unsigned long read_cause(unsigned reg)
{
	return trap_run(NULL, read_reg, (void *)(unsigned long)reg);
}

static int is_illegal(unsigned reg)
{
	return read_cause(reg) == CAUSE_ILLEGAL_INSTRUCTION &&
	       trap_run(NULL, write_reg, (void *)(unsigned long)reg) == CAUSE_ILLEGAL_INSTRUCTION;
}

static int external(void)
{
	return (csr_read(sip) & SIE_SEIE) != 0;
}

static void test_controls(void)
{
	unsigned long value;
	int kept = 1;

	imsic_write(EIDELIVERY, 1);
	kept &= imsic_read(EIDELIVERY) == 1;
	imsic_write(EIDELIVERY, 0);
	kept &= imsic_read(EIDELIVERY) == 0;
	tap_check(kept, "eidelivery keeps 1 and 0");
	imsic_write(EIDELIVERY, ~0ul);
	value = imsic_read(EIDELIVERY);
	aia_note("eidelivery after a write of all ones", value);
	tap_check(value <= 1 || value == 0x40000000, "eidelivery has only values that there are");
	imsic_write(EIDELIVERY, 0);
	kept = 1;
	for (unsigned long i = 0; i <= aia.ids; i++) {
		imsic_write(EITHRESHOLD, i);
		kept &= imsic_read(EITHRESHOLD) == i;
	}
	tap_check(kept, "eithreshold keeps every identity");
	imsic_write(EITHRESHOLD, ~0ul);
	aia_note("eithreshold after a write of all ones", imsic_read(EITHRESHOLD));
	imsic_write(EITHRESHOLD, 0);
	csr_write(0x150, 0xff);
	tap_equal((long)csr_read(0x150), 0xff, "siselect keeps 0xff");
	csr_write(0x150, ~0ul);
	aia_note("siselect after a write of all ones", csr_read(0x150));
}

/* Every identity there is has its bit, and nothing else has. */
static void test_array(unsigned array, const char *all, const char *none, const char *single)
{
	int kept = 1;

	for (unsigned id = 0; id <= aia.ids; id += 64)
		imsic_write(array + id / 64 * 2, ~0ul);
	tap_equal(imsic_count(array), aia.ids, all);
	tap_equal(imsic_bit(array, 0), 0, "there is no identity 0");
	for (unsigned id = 0; id <= aia.ids; id += 64)
		imsic_write(array + id / 64 * 2, 0);
	tap_equal(imsic_count(array), 0, none);
	for (unsigned id = 1; id <= aia.ids; id++) {
		imsic_set_bit(array, id, 1);
		kept &= imsic_bit(array, id) && imsic_count(array) == 1;
		imsic_set_bit(array, id, 0);
		kept &= !imsic_bit(array, id);
	}
	tap_check(kept, single);
}

static void test_numbers(void)
{
	int illegal = 1, readable = 1;
	unsigned beyond = (aia.ids + 1) / 64 * 2;

	for (unsigned reg = EIP + 1; reg < 0x100; reg += 2)
		illegal &= is_illegal(reg);
	tap_check(illegal, "odd registers of eip and eie are illegal instructions");
	for (unsigned reg = 0x30; reg < 0x40; reg += 2) {
		readable &= read_cause(reg) == NO_TRAP;
		illegal &= is_illegal(reg + 1);
	}
	tap_check(readable, "even registers of the priorities of major interrupts can be read");
	tap_check(illegal, "and odd ones are illegal instructions");
	if (EIP + beyond < EIE) {
		aia_note("cause of a read of eip beyond the identities (all ones: none)", read_cause(EIP + beyond));
		aia_note("cause of a read of eie beyond the identities", read_cause(EIE + beyond));
	}
	aia_note("cause of a read of register 0x71", read_cause(0x71));
	aia_note("cause of a read of register 0x74", read_cause(0x74));
	aia_note("cause of a read of register 0x00", read_cause(0x00));
	aia_note("cause of a read of register 0x100", read_cause(0x100));
	for (unsigned reg = 0x30; reg < 0x34; reg += 2) {
		unsigned long first = imsic_read(reg);

		imsic_write(reg, ~0ul);
		print("# aia: priorities of interrupts %u to %u: %lx, after all ones: %lx\n", (reg - 0x30) * 4, (reg - 0x30) * 4 + 7,
		      first, imsic_read(reg));
		imsic_write(reg, first);
	}
}

static void test_claim(void)
{
	static const unsigned ids[] = {40, 3, 63, 5};
	unsigned long whole;
	int right;

	imsic_reset(0);
	tap_equal((long)csr_read(0x15c), 0, "stopei is 0 when nothing is pending");
	tap_equal(imsic_claim(), 0, "and so is a claim");
	for (unsigned i = 0; i < ARRAY_SIZE(ids); i++)
		imsic_set_bit(EIP, ids[i], 1);
	tap_equal(imsic_top(), 0, "what is not enabled is not shown");
	for (unsigned i = 1; i < ARRAY_SIZE(ids); i++)
		imsic_set_bit(EIE, ids[i], 1);
	whole = csr_read(0x15c);
	tap_equal((long)whole, 3 << 16 | 3, "stopei shows the lowest identity, as its priority too");
	csr_set(0x15c, 0); /* csrrs with x0: no write */
	tap_equal(imsic_top(), 3, "reads claim nothing");
	tap_equal(imsic_claim(), 3, "a write claims");
	tap_check(!imsic_bit(EIP, 3) && imsic_bit(EIE, 3), "which clears the pending bit only");
	csr_write(0x15c, 63ul << 16 | 63);
	tap_check(!imsic_bit(EIP, 5) && imsic_bit(EIP, 63), "whatever the value is, the top one is claimed");
	tap_equal(imsic_claim(), 63, "then the next one");
	tap_equal(imsic_claim(), 0, "and then there is none");
	tap_equal(imsic_bit(EIP, 40), 1, "what was not enabled is pending still");
	imsic_set_bit(EIE, 40, 1);
	tap_equal(imsic_claim(), 40, "and shows when it is enabled");

	imsic_set_bit(EIP, 5, 1);
	imsic_set_bit(EIP, 40, 1);
	imsic_write(EITHRESHOLD, 5);
	right = imsic_top() == 0;
	imsic_write(EITHRESHOLD, 6);
	right &= imsic_top() == 5;
	imsic_write(EITHRESHOLD, 1);
	right &= imsic_top() == 0;
	imsic_write(EITHRESHOLD, 40);
	right &= imsic_claim() == 5 && imsic_claim() == 0;
	imsic_write(EITHRESHOLD, 41);
	right &= imsic_claim() == 40;
	imsic_write(EITHRESHOLD, 0);
	tap_check(right, "a threshold lets lower identities through only");
}

static void test_delivery(void)
{
	unsigned long pending;
	int is[6];

	imsic_reset(0);
	imsic_set_bit(EIE, 7, 1);
	imsic_set_bit(EIP, 7, 1);
	is[0] = external() || imsic_top() != 7;
	imsic_write(EIDELIVERY, 1);
	is[1] = external_soon(1);
	imsic_write(EITHRESHOLD, 7);
	is[2] = external_soon(0);
	imsic_write(EITHRESHOLD, 0);
	csr_clear(sip, SIE_SEIE);
	is[3] = external_soon(1);
	csr_set(sie, SIE_SEIE);
	pending = csr_read(0xdb0); /* stopi */
	csr_clear(sie, SIE_SEIE);
	is[4] = csr_read(0xdb0) == 0;
	imsic_claim();
	is[5] = external_soon(0);
	tap_equal(is[0], 0, "without eidelivery stopei shows what is pending, and it does not interrupt");
	tap_equal(is[1], 1, "with it, it does");
	tap_equal(is[2], 0, "not if the threshold is in the way");
	tap_equal(is[3], 1, "sip.SEIP cannot be cleared");
	tap_equal((long)(pending >> 16), IRQ_S_EXTERNAL, "stopi names the external interrupt");
	aia_note("stopi while stopei is 70007", pending);
	tap_equal(is[4], 1, "unless sie has it off");
	tap_equal(is[5], 0, "a claim takes the interrupt away");
}

void test_imsic(void)
{
	test_controls();
	test_array(EIE, "eie has a bit for each identity", "and they are cleared", "each of them alone");
	test_array(EIP, "eip has a bit for each identity", "and they are cleared", "each of them alone");
	test_numbers();
	test_claim();
	test_delivery();
	imsic_reset(0);
}
