// SPDX-License-Identifier: Apache-2.0
// Random walks of vdev/vaplic beside a plain APLIC whose wires are all its own: a guest must not see a difference.
#include "vaplic_board.h"

#define SOURCES_IN_USE 20 // of each kind: fewer meet more often
#define STEPS 4000

// One byte per fact; the specification's rules, applied after every step.
static struct {
	bool ie, wire[VAPLIC_SOURCES], pending[VAPLIC_SOURCES], enabled[VAPLIC_SOURCES];
	uint32_t mode[VAPLIC_SOURCES], vcpu[VAPLIC_SOURCES], eiid[VAPLIC_SOURCES];
	uint32_t delivery[VCPUS], force[VCPUS], threshold[VCPUS], msis[VCPUS][EIID_MAX + 1];
} plain;

static uint64_t seed;

static uint32_t below(uint32_t limit)
{
	return (uint32_t)random_below(&seed, limit);
}

static bool plain_rectified(uint32_t source)
{
	switch (plain.mode[source]) {
	case VAPLIC_EDGE1:
	case VAPLIC_LEVEL1:
		return plain.wire[source];
	case VAPLIC_EDGE0:
	case VAPLIC_LEVEL0:
		return !plain.wire[source];
	default:
		return false;
	}
}

static bool plain_level(uint32_t source)
{
	return plain.mode[source] == VAPLIC_LEVEL1 || plain.mode[source] == VAPLIC_LEVEL0;
}

static void plain_settle(void)
{
	for (uint32_t source = 1; source < VAPLIC_SOURCES; source++) {
		if (plain_level(source) && !board.msi)
			plain.pending[source] = plain_rectified(source);
		if (plain_level(source) && !plain_rectified(source))
			plain.pending[source] = false;
		if (board.msi && plain.ie && plain.enabled[source] && plain.pending[source]) {
			plain.pending[source] = false;
			if (plain.eiid[source] != 0 && plain.eiid[source] <= EIID_MAX)
				plain.msis[plain.vcpu[source]][plain.eiid[source]]++;
		}
	}
}

static uint32_t plain_topi(uint32_t vcpu)
{
	uint32_t best = 0;

	for (uint32_t source = VAPLIC_SOURCES - 1; source > 0; source--)
		if (plain.pending[source] && plain.enabled[source] && plain.vcpu[source] == vcpu &&
		    (plain.threshold[vcpu] == 0 || plain.eiid[source] < plain.threshold[vcpu]) &&
		    (best == 0 || plain.eiid[source] <= plain.eiid[best]))
			best = source;
	return best == 0 ? 0 : best << 16 | plain.eiid[best];
}

static bool plain_line(uint32_t vcpu)
{
	return !board.msi && plain.ie && plain.delivery[vcpu] && (plain.force[vcpu] || plain_topi(vcpu) != 0);
}

static void step_wire(uint32_t source)
{
	bool was = plain_rectified(source);

	plain.wire[source] = below(2);
	if (plain_rectified(source) && !was)
		plain.pending[source] = true;
	plain_settle();
	set_wire(source, plain.wire[source]);
}

static void step_sourcecfg(uint32_t source)
{
	uint32_t value = below(12) == 0 ? below(0x800) : (const uint32_t[]){ 1, 4, 5, 6, 7 }[below(5)], mode = value & 7;

	if ((value & 0x400) != 0 || mode == 2 || mode == 3)
		mode = 0;
	if (mode == 0) {
		plain.pending[source] = plain.enabled[source] = false;
		plain.vcpu[source] = plain.eiid[source] = 0;
	} else if (plain.mode[source] == 0) {
		plain.eiid[source] = !board.msi;
	}
	bool is_new = mode != plain.mode[source];
	plain.mode[source] = mode;
	if (is_new && plain_rectified(source))
		plain.pending[source] = true;
	out(SOURCECFG(source), value);
}

static void step_target(uint32_t source)
{
	uint32_t vcpu = below(VCPUS + 1), value = vcpu << 18 | below(1 << 18);

	if (plain.mode[source] != 0) {
		if (vcpu < VCPUS)
			plain.vcpu[source] = vcpu;
		plain.eiid[source] = board.msi ? value % 2048 : value % 256 == 0 ? 1 : value % 256;
	}
	out(TARGET(source), value);
}

static void step_bits(uint32_t source)
{
	static const uint32_t words[] = { SETIP(0), IN_CLRIP(0), SETIE(0), SETIE(0), CLRIE(0) };
	static const uint32_t numbers[] = { SETIPNUM, CLRIPNUM, SETIENUM, SETIENUM, CLRIENUM };
	bool active = plain.mode[source] != 0, level = plain_level(source);
	uint32_t what = below(5);

	if (what == 0 && active && (!level || (board.msi && plain_rectified(source))))
		plain.pending[source] = true;
	if (what == 1 && !(level && !board.msi))
		plain.pending[source] = false;
	if (what >= 2)
		plain.enabled[source] = active && what < 4;
	if (below(2) == 0)
		out(words[what] + 4 * (source / 32), 1u << source % 32);
	else
		out(what == 0 && below(2) == 0 ? SETIPNUM_LE : numbers[what], source);
}

static void step_domain(void)
{
	uint32_t vcpu = below(VCPUS + 1), eiid = below(2 * EIID_MAX);

	if (board.msi && below(2) == 0) {
		if (vcpu < VCPUS && eiid != 0 && eiid <= EIID_MAX)
			plain.msis[vcpu][eiid]++;
		out(GENMSI, vcpu << 18 | eiid);
		return;
	}
	plain.ie = below(4) != 0;
	out(DOMAINCFG, plain.ie ? IE : 0);
}

static void step_idc(uint32_t vcpu)
{
	uint32_t value = below(256);

	switch (below(6)) {
	case 0:
		plain.delivery[vcpu] = value & 1;
		out(IDELIVERY(vcpu), value);
		break;
	case 1:
		plain.force[vcpu] = value & 1;
		out(IFORCE(vcpu), value);
		break;
	case 2:
		plain.threshold[vcpu] = value % 2 ? 0 : value;
		out(ITHRESHOLD(vcpu), plain.threshold[vcpu]);
		break;
	default:
		value = plain_topi(vcpu);
		if (value == 0)
			plain.force[vcpu] = 0;
		else if (!plain_level(value >> 16))
			plain.pending[value >> 16] = false;
		assert_int_equal(in(CLAIMI(vcpu)), value);
		break;
	}
}

static void step(void)
{
	uint32_t n = below(SOURCES_IN_USE), source = below(2) ? EMULATED(n) : HARDWARE(n), what = below(16);

	if (what < 5)
		step_wire(source);
	else if (what < 6)
		step_sourcecfg(source);
	else if (what < 8)
		step_target(source);
	else if (what < 12)
		step_bits(source);
	else if (what < 15 && !board.msi)
		step_idc(below(VCPUS));
	else if (below(8) == 0)
		step_domain();
	plain_settle();
}

// In any order and not after each step: to look at what is held is to release it.
static void look(void)
{
	uint32_t word = below(VAPLIC_WORDS), vcpu = below(VCPUS), expected = 0;

	switch (below(8)) {
	case 0:
		for (uint32_t bit = 0; bit < 32; bit++)
			expected |= (uint32_t)plain.pending[32 * word + bit] << bit;
		assert_int_equal(in(SETIP(word)), expected);
		break;
	case 1:
		for (uint32_t bit = 0; bit < 32; bit++)
			expected |= (uint32_t)plain_rectified(32 * word + bit) << bit;
		assert_int_equal(in(IN_CLRIP(word)), expected);
		break;
	case 2:
		for (uint32_t bit = 0; bit < 32; bit++)
			expected |= (uint32_t)plain.enabled[32 * word + bit] << bit;
		assert_int_equal(in(SETIE(word)), expected);
		break;
	case 3:
		if (board.msi)
			break;
		assert_int_equal(in(TOPI(vcpu)), plain_topi(vcpu));
		assert_int_equal(board.lines[vcpu], plain_line(vcpu)); // a line that was up for a level that fell is down
		break;
	default:
		break;
	}
	for (vcpu = 0; vcpu < VCPUS; vcpu++)
		assert_true(board.lines[vcpu] || !plain_line(vcpu)); // never down when it should be up
	assert_memory_equal(board.msis, plain.msis, sizeof(plain.msis));
}

// Returns how often the hypervisor was entered.
static uint32_t walk(bool msi)
{
	uint32_t takes = 0;

	for (seed = 1; seed <= 60; seed++) {
		uint64_t start = seed;

		seed *= 0x9e3779b97f4a7c15;
		set_up_board(msi);
		memset(&plain, 0, sizeof(plain));
		for (uint32_t vcpu = 0; !msi && vcpu < VCPUS; vcpu++) {
			plain.delivery[vcpu] = 1;
			out(IDELIVERY(vcpu), 1);
		}
		plain.ie = true;
		out(DOMAINCFG, IE);
		for (uint32_t i = 0; i < STEPS; i++) {
			step();
			look();
		}
		for (uint32_t source = 1; source < VAPLIC_SOURCES; source++) {
			takes += board.takes[source];
			assert_int_equal(in(SOURCECFG(source)), plain.mode[source]);
			assert_int_equal(in(TARGET(source)), plain.vcpu[source] << 18 | plain.eiid[source]);
		}
		seed = start;
	}
	return takes;
}

static void test_a_guest_sees_no_difference_in_msi_delivery(void **state)
{
	(void)state;
	assert_int_equal(walk(true), 0);
}

static void test_a_guest_sees_no_difference_in_direct_delivery(void **state)
{
	(void)state;
	assert_true(walk(false) > 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_guest_sees_no_difference_in_msi_delivery),
		cmocka_unit_test(test_a_guest_sees_no_difference_in_direct_delivery),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
