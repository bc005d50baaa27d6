/* SPDX-License-Identifier: Apache-2.0 */
/* In-guest test of the APLIC's registers that mean the same in either delivery mode; its domain is disabled meanwhile. */

#include "tests/aia.h"

static uint32_t source;

static uint32_t mode_after(uint32_t value)
{
	aplic_write(APLIC_SOURCECFG + 4 * source, value);
	return aplic_read(APLIC_SOURCECFG + 4 * source);
}

static void test_domaincfg(void)
{
	uint32_t set, clear, fixed = 0x80000000u | (aia.is_msi ? DOMAINCFG_DM : 0);

	aplic_off();
	aplic_write(APLIC_DOMAINCFG, ~0u & ~1u);
	set = aplic_read(APLIC_DOMAINCFG);
	aplic_write(APLIC_DOMAINCFG, 0);
	clear = aplic_read(APLIC_DOMAINCFG);
	tap_equal(set & 0xff000000u, 0x80000000u, "domaincfg begins with 0x80");
	tap_equal(set, fixed | DOMAINCFG_IE, "IE is set, DM is as the tree says, and nothing else can be");
	tap_equal(clear, 0x80000000u | (clear & DOMAINCFG_DM), "IE is cleared");
	aplic_write(APLIC_DOMAINCFG, 1);
	aia_note("domaincfg.BE can be set", aplic_read(APLIC_DOMAINCFG) & 1);
	aplic_write(APLIC_DOMAINCFG, 0);
}

static void test_sourcecfg(void)
{
	static const unsigned modes[] = {DETACHED, EDGE1, EDGE0, LEVEL1, LEVEL0, INACTIVE};
	uint32_t reserved;
	int kept = 1;

	for (unsigned i = 0; i < ARRAY_SIZE(modes); i++) {
		kept &= mode_after(modes[i]) == modes[i];
		kept &= mode_after(modes[i] | 0xfffffbf8u) == modes[i];
	}
	tap_check(kept, "sourcecfg keeps every mode and nothing else");
	for (unsigned mode = 2; mode <= 3; mode++) {
		mode_after(DETACHED);
		reserved = mode_after(mode);
		aia_note("sourcecfg after a reserved mode", reserved);
		aia_rule(reserved == 2 || reserved == 3, 0, "sourcecfg has no reserved mode");
	}
	mode_after(EDGE1);
	tap_equal(mode_after(SOURCECFG_D | EDGE1), 0, "a domain without children delegates nothing: sourcecfg becomes 0");
	tap_equal(mode_after(SOURCECFG_D), 0, "whatever else is written");
}

static void test_inactive(void)
{
	mode_after(INACTIVE);
	aplic_write(APLIC_TARGET + 4 * source, 5);
	aplic_write(APLIC_SETIPNUM, source);
	aplic_write(APLIC_SETIENUM, source);
	tap_check(!aplic_bit(APLIC_SETIP, source) && !aplic_bit(APLIC_SETIE, source),
		  "an inactive source is neither pending nor enabled");
	aia_rule(aplic_read(APLIC_TARGET + 4 * source), 0, "and has no target");
	mode_after(DETACHED);
	tap_check(!aplic_bit(APLIC_SETIP, source) && !aplic_bit(APLIC_SETIE, source), "and active, it is not at first");
	aplic_write(APLIC_SETIPNUM, source);
	aplic_write(APLIC_SETIENUM, source);
	tap_check(aplic_bit(APLIC_SETIP, source) && aplic_bit(APLIC_SETIE, source), "then it can be both");
	mode_after(EDGE1);
	tap_check(aplic_bit(APLIC_SETIP, source) && aplic_bit(APLIC_SETIE, source), "another mode leaves it so");
	mode_after(INACTIVE);
	tap_check(!aplic_bit(APLIC_SETIP, source) && !aplic_bit(APLIC_SETIE, source), "made inactive, it is neither");
	mode_after(DETACHED);
	tap_check(!aplic_bit(APLIC_SETIP, source) && !aplic_bit(APLIC_SETIE, source), "for ever");
}

/* Every way to set and to clear a bit of a group. */
static void test_bits(void)
{
	const uint32_t word = source / 32 * 4, bit = 1u << source % 32, big = __builtin_bswap32(source);
	const struct {
		uint32_t group, set, set_value, clear, clear_value;
		const char *name;
	} ways[] = {
		{APLIC_SETIP, APLIC_SETIP + word, bit, APLIC_IN_CLRIP + word, bit, "setip and in_clrip set and clear"},
		{APLIC_SETIP, APLIC_SETIPNUM, source, APLIC_CLRIPNUM, source, "setipnum and clripnum"},
		{APLIC_SETIP, APLIC_SETIPNUM_LE, source, APLIC_IN_CLRIP + word, ~0u, "setipnum_le, and in_clrip of all"},
		{APLIC_SETIE, APLIC_SETIE + word, bit, APLIC_CLRIE + word, bit, "setie and clrie set and clear"},
		{APLIC_SETIE, APLIC_SETIENUM, source, APLIC_CLRIENUM, source, "setienum and clrienum"},
		{APLIC_SETIE, APLIC_SETIE + word, ~0u, APLIC_CLRIE + word, ~0u, "setie and clrie of all"},
	};

	mode_after(INACTIVE);
	mode_after(DETACHED);
	for (unsigned i = 0; i < ARRAY_SIZE(ways); i++) {
		int is[3];

		aplic_write(ways[i].set, ways[i].set_value);
		is[0] = aplic_read(ways[i].group + word) == bit;
		aplic_write(ways[i].set, 0);
		aplic_write(ways[i].clear, 0);
		is[1] = aplic_read(ways[i].group + word) == bit;
		aplic_write(ways[i].clear, ways[i].clear_value);
		is[2] = aplic_read(ways[i].group + word) == 0;
		tap_check(is[0] && is[1] && is[2], ways[i].name);
	}
	aplic_write(APLIC_SETIPNUM_BE, big);
	aia_note("setipnum_be is there", (unsigned long)aplic_bit(APLIC_SETIP, source));
	aplic_write(APLIC_CLRIPNUM, source);
	aplic_write(APLIC_SETIPNUM_BE, source);
	tap_check(!aplic_bit(APLIC_SETIP, source), "setipnum_be takes no little-endian number");
	for (unsigned i = 0; i < 4; i++)
		aplic_write((const uint32_t[]){APLIC_SETIPNUM, APLIC_SETIPNUM_LE, APLIC_SETIENUM, APLIC_CLRIENUM}[i],
			    source | 0x400);
	aia_note("numbers are cut to ten bits", (unsigned long)aplic_bit(APLIC_SETIP, source));
	aplic_write(APLIC_CLRIPNUM, source);
	aplic_write(APLIC_SETIPNUM, source);
	aplic_write(APLIC_SETIENUM, source);
	tap_equal(aplic_read(APLIC_SETIPNUM) | aplic_read(APLIC_CLRIPNUM) | aplic_read(APLIC_SETIENUM) |
		  aplic_read(APLIC_CLRIENUM) | aplic_read(APLIC_SETIPNUM_LE) | aplic_read(APLIC_SETIPNUM_BE) |
		  aplic_read(APLIC_CLRIE + word), 0, "registers that are only written read 0");
	tap_check(aplic_bit(APLIC_SETIP, source), "a source stays pending while the domain is disabled");
	mode_after(INACTIVE);
}

/* Sources that are not there, by number or because nothing is wired to them. */
static void test_absent(void)
{
	uint32_t seen = 0, wired = 0;

	for (uint32_t s = aia.sources + 1; s < 1024; s++) {
		aplic_write(APLIC_SOURCECFG + 4 * s, DETACHED);
		aplic_write(APLIC_TARGET + 4 * s, 1);
		aplic_write(APLIC_SETIPNUM, s);
		aplic_write(APLIC_SETIENUM, s);
		seen |= aplic_read(APLIC_SOURCECFG + 4 * s) | aplic_read(APLIC_TARGET + 4 * s);
	}
	for (uint32_t word = aia.sources / 32 + 1; word < 32; word++)
		seen |= aplic_read(APLIC_SETIP + 4 * word) | aplic_read(APLIC_IN_CLRIP + 4 * word) |
			aplic_read(APLIC_SETIE + 4 * word);
	tap_equal(seen, 0, "sources beyond the last have no registers");
	seen = 0;
	for (uint32_t s = 1; s <= aia.sources; s++) {
		aplic_write(APLIC_SOURCECFG + 4 * s, DETACHED);
		wired += aplic_read(APLIC_SOURCECFG + 4 * s) != 0;
		if (aplic_read(APLIC_SOURCECFG + 4 * s))
			continue;
		aplic_write(APLIC_TARGET + 4 * s, 1);
		aplic_write(APLIC_SETIPNUM, s);
		aplic_write(APLIC_SETIENUM, s);
		seen |= aplic_read(APLIC_TARGET + 4 * s) | (uint32_t)aplic_bit(APLIC_SETIP, s) |
			(uint32_t)aplic_bit(APLIC_SETIE, s);
	}
	tap_equal(wired, guest_on_bulkhead() ? (uint32_t)(aia.uart != 0) + (aia.rtc != 0) : aia.sources,
		  "sources are those of the devices that are there");
	tap_equal(seen, 0, "others read 0 whatever is written");
	aplic_write(APLIC_SETIE, 1);
	aplic_write(APLIC_SETIP, 1);
	tap_equal((aplic_read(APLIC_SETIE) | aplic_read(APLIC_SETIP)) & 1, 0, "there is no source 0");
	seen = 0;
	for (unsigned i = 0; i < 4; i++) {
		aplic_write(APLIC_MMSIADDRCFG + 4 * i, ~0u);
		seen |= aplic_read(APLIC_MMSIADDRCFG + 4 * i);
	}
	tap_equal(seen, 0, "a supervisor-level domain has no MSI addresses to configure");
	aplic_off();
}

/* The line as in_clrip shows it; what a mode makes of it. */
static void test_input(void)
{
	int high[3], low[3];
	unsigned modes[] = {LEVEL1, LEVEL0, DETACHED};

	for (unsigned i = 0; i < ARRAY_SIZE(modes); i++) {
		mode_after(INACTIVE);
		mode_after(modes[i]);
		low[i] = aplic_bit(APLIC_IN_CLRIP, source);
		uart_raise();
		high[i] = aplic_bit(APLIC_IN_CLRIP, source);
		uart_lower();
	}
	tap_check(high[0] && !low[0], "in_clrip shows the line as it is");
	tap_check(!high[1] && low[1], "inverted, where the mode inverts it");
	aia_rule(high[2] || low[2], 0, "a detached source has no line");
	mode_after(INACTIVE);
	uart_raise();
	high[0] = aplic_bit(APLIC_IN_CLRIP, source);
	mode_after(DETACHED);
	high[1] = aplic_bit(APLIC_SETIP, source);
	uart_lower();
	mode_after(INACTIVE);
	tap_equal(high[0], 0, "an inactive source has none");
	aia_rule(high[1], 0, "a line that is up does not make a detached source pending");
}

static void test_widths(void)
{
	static const uint32_t offsets[] = {0, 8, 0x1c00, 0x1e00, 0x2000, 0x3000, 0x3008, 0x4000};
	static const unsigned widths[] = {1, 2, 8};
	unsigned faults = 0, wanted = 0;

	for (unsigned i = 0; i < ARRAY_SIZE(offsets); i++)
		for (unsigned n = 0; n < ARRAY_SIZE(widths); n++) {
			struct irq_access a = {aia.base + offsets[i], widths[n], ~0ul};

			faults += trap_run(NULL, irq_load, &a) == CAUSE_LOAD_ACCESS_FAULT;
			faults += trap_run(NULL, irq_store, &a) == CAUSE_STORE_ACCESS_FAULT;
			wanted += 2;
		}
	tap_equal(faults, wanted, "loads and stores of 1, 2 and 8 bytes are access faults");
	tap_equal(aplic_read(APLIC_DOMAINCFG) & DOMAINCFG_IE, 0, "and change nothing");
}

void test_aplic(void)
{
	source = aia.uart;
	test_domaincfg();
	test_sourcecfg();
	test_inactive();
	test_bits();
	test_absent();
	test_input();
	test_widths();
	aplic_off();
}
