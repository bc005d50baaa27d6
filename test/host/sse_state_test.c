// SPDX-License-Identifier: Apache-2.0
// Tests of sse/sse_state: every transition, attribute, choice and register bit, against the text of the specification.
#include "sse/sse_state.h"
#include "testing.h"

#define ALL ((1u << SSE_COUNT) - 1)
#define VCPUS 3
#define SELF 1

static struct sse_vcpu vcpu;
static struct sse_guest guest;
static struct sse_view view;

static void reset(void)
{
	sse_reset_guest(&guest);
	view = (struct sse_view){ &vcpu, &guest, SELF, 0 };
	sse_start_vcpu(&view);
}

static void set(enum sse_index i, enum sse_state s)
{
	sse_event(&view, i)->attr[SBI_SSE_ATTR_STATUS] = s;
	if (i == SSE_GLOBAL_SOFTWARE)
		guest.runner = s == SSE_RUNNING ? SELF : SSE_NOBODY;
}

static long write_one(enum sse_index i, uint32_t attr_id, uint64_t value)
{
	return sse_write(&view, i, attr_id, 1, &value, VCPUS);
}

static void ids(void **state)
{
	static const struct {
		uint32_t id;
		int index; // of a supported event, or an error
	} rows[] = {
		{ 0, SSE_LOCAL_RAS }, { 1, SSE_DOUBLE_TRAP }, { 0x10000, SSE_PMU_OVERFLOW },
		{ 0xffff0000, SSE_LOCAL_SOFTWARE }, { 0xffff8000, SSE_GLOBAL_SOFTWARE },
		{ 2, SBI_ERR_INVALID_PARAM }, { 0x3fff, SBI_ERR_INVALID_PARAM }, { 0x8001, SBI_ERR_INVALID_PARAM },
		{ 0xbfff, SBI_ERR_INVALID_PARAM }, { 0x10001, SBI_ERR_INVALID_PARAM }, { 0x13fff, SBI_ERR_INVALID_PARAM },
		{ 0x18000, SBI_ERR_INVALID_PARAM }, { 0x1bfff, SBI_ERR_INVALID_PARAM }, { 0x20000, SBI_ERR_INVALID_PARAM },
		{ 0x100001, SBI_ERR_INVALID_PARAM }, { 0x108001, SBI_ERR_INVALID_PARAM }, { 0x80000000, SBI_ERR_INVALID_PARAM },
		{ 0xffff0001, SBI_ERR_INVALID_PARAM }, { 0xffff3fff, SBI_ERR_INVALID_PARAM }, { 0xffff8001, SBI_ERR_INVALID_PARAM },
		{ 0xffffbfff, SBI_ERR_INVALID_PARAM },
		{ 0x8000, SBI_ERR_NOT_SUPPORTED }, { 0x100000, SBI_ERR_NOT_SUPPORTED }, { 0x108000, SBI_ERR_NOT_SUPPORTED },
		{ 0x4000, SBI_ERR_NOT_SUPPORTED }, { 0x7fff, SBI_ERR_NOT_SUPPORTED }, { 0xc000, SBI_ERR_NOT_SUPPORTED },
		{ 0xffff, SBI_ERR_NOT_SUPPORTED }, { 0x14000, SBI_ERR_NOT_SUPPORTED }, { 0xffff7fff, SBI_ERR_NOT_SUPPORTED },
		{ 0xffffc000, SBI_ERR_NOT_SUPPORTED }, { 0xffffffff, SBI_ERR_NOT_SUPPORTED },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		enum sse_index index = SSE_COUNT;
		long got = sse_find(rows[i].id, ALL, &index);

		assert_int_equal(got, rows[i].index < 0 ? rows[i].index : SBI_SUCCESS);
		if (rows[i].index < 0)
			continue;
		assert_int_equal(index, rows[i].index);
		assert_int_equal(sse_find(rows[i].id, ALL & ~(1u << rows[i].index), &index), SBI_ERR_NOT_SUPPORTED);
	}
}

// What it is after a reset: all zero but the preferred hart, and that it may be injected.
static void reset_values(void **state)
{
	(void)state;
	reset();
	for (enum sse_index i = 0; i < SSE_COUNT; i++)
		for (uint32_t attr = 0; attr < SBI_SSE_ATTR_COUNT; attr++) {
			uint64_t wanted = attr == SBI_SSE_ATTR_STATUS ? SBI_SSE_STATUS_INJECT : 0;

			if (attr == SBI_SSE_ATTR_PREFERRED_HART && i != SSE_GLOBAL_SOFTWARE)
				wanted = SELF;
			assert_int_equal(sse_read(&view, i, attr), wanted);
		}
	assert_int_equal(guest.runner, SSE_NOBODY);
	assert_int_equal(guest.ready, 0);
	assert_int_equal(guest.started, 1u << SELF);
}

static void transitions(void **state)
{
	(void)state;
	reset();
	for (enum sse_index i = 0; i < SSE_COUNT; i++)
		for (enum sse_state is = SSE_UNUSED; is <= SSE_RUNNING; is++) {
			struct sse_event *e = sse_event(&view, i);

			for (enum sse_state from = SSE_UNUSED; from <= SSE_RUNNING; from++) {
				set(i, is);
				assert_int_equal(sse_move(e, from, SSE_ENABLED), from == is ? SBI_SUCCESS : SBI_ERR_INVALID_STATE);
				assert_int_equal(e->attr[SBI_SSE_ATTR_STATUS], from == is ? SSE_ENABLED : is);
			}
			set(i, is);
			assert_int_equal(sse_register(e, 0x1001, 7), is == SSE_UNUSED ? SBI_ERR_INVALID_PARAM : SBI_ERR_INVALID_STATE);
			assert_int_equal(e->attr[SBI_SSE_ATTR_ENTRY_PC], 0);
			assert_int_equal(sse_register(e, 0x1002, 7), is == SSE_UNUSED ? SBI_SUCCESS : SBI_ERR_INVALID_STATE);
			assert_int_equal(e->attr[SBI_SSE_ATTR_STATUS], is == SSE_UNUSED ? SSE_REGISTERED : is);
			assert_int_equal(e->attr[SBI_SSE_ATTR_ENTRY_PC], is == SSE_UNUSED ? 0x1002 : 0);
			assert_int_equal(e->attr[SBI_SSE_ATTR_ENTRY_ARG], is == SSE_UNUSED ? 7 : 0);
			e->attr[SBI_SSE_ATTR_ENTRY_PC] = e->attr[SBI_SSE_ATTR_ENTRY_ARG] = 0;
		}
}

// The answer to one attribute, one state, one legal or illegal value, from the table of attributes.
static long wanted(enum sse_index i, uint32_t attr, enum sse_state is, bool is_legal)
{
	bool is_global = i == SSE_GLOBAL_SOFTWARE;

	if (attr == SBI_SSE_ATTR_STATUS || attr == SBI_SSE_ATTR_ENTRY_PC || attr == SBI_SSE_ATTR_ENTRY_ARG ||
	    (attr == SBI_SSE_ATTR_PREFERRED_HART && !is_global))
		return SBI_ERR_DENIED;
	if (!is_legal)
		return SBI_ERR_INVALID_PARAM;
	if (attr >= SBI_SSE_ATTR_INTERRUPTED_SEPC)
		return is == SSE_RUNNING ? SBI_SUCCESS : SBI_ERR_INVALID_STATE;
	return is <= SSE_REGISTERED ? SBI_SUCCESS : SBI_ERR_INVALID_STATE;
}

static void writes(void **state)
{
	static const struct {
		uint32_t attr;
		uint64_t value;
		bool is_legal;
	} rows[] = {
		{ SBI_SSE_ATTR_STATUS, 0, true }, { SBI_SSE_ATTR_STATUS, 1, true },
		{ SBI_SSE_ATTR_PRIORITY, 0, true }, { SBI_SSE_ATTR_PRIORITY, UINT32_MAX, true },
		{ SBI_SSE_ATTR_PRIORITY, 1ull << 32, false }, { SBI_SSE_ATTR_PRIORITY, UINT64_MAX, false },
		{ SBI_SSE_ATTR_CONFIG, 0, true }, { SBI_SSE_ATTR_CONFIG, 1, true }, { SBI_SSE_ATTR_CONFIG, 2, false },
		{ SBI_SSE_ATTR_CONFIG, 3, false }, { SBI_SSE_ATTR_CONFIG, 1ull << 63, false },
		{ SBI_SSE_ATTR_PREFERRED_HART, 0, true }, { SBI_SSE_ATTR_PREFERRED_HART, VCPUS - 1, true },
		{ SBI_SSE_ATTR_PREFERRED_HART, VCPUS, false }, { SBI_SSE_ATTR_PREFERRED_HART, 1ull << 32, false },
		{ SBI_SSE_ATTR_PREFERRED_HART, UINT64_MAX, false },
		{ SBI_SSE_ATTR_ENTRY_PC, 2, true }, { SBI_SSE_ATTR_ENTRY_ARG, 2, true },
		{ SBI_SSE_ATTR_INTERRUPTED_SEPC, UINT64_MAX, true }, { SBI_SSE_ATTR_INTERRUPTED_FLAGS, 0, true },
		{ SBI_SSE_ATTR_INTERRUPTED_FLAGS, 0x3f, true }, { SBI_SSE_ATTR_INTERRUPTED_FLAGS, 0x40, false },
		{ SBI_SSE_ATTR_INTERRUPTED_FLAGS, 1ull << 63, false },
		{ SBI_SSE_ATTR_INTERRUPTED_A6, UINT64_MAX, true }, { SBI_SSE_ATTR_INTERRUPTED_A7, UINT64_MAX, true },
	};

	(void)state;
	for (enum sse_index i = 0; i < SSE_COUNT; i++)
		for (enum sse_state is = SSE_UNUSED; is <= SSE_RUNNING; is++)
			for (size_t n = 0; n < ARRAY_SIZE(rows); n++) {
				long error = wanted(i, rows[n].attr, is, rows[n].is_legal);
				uint64_t before;

				reset();
				set(i, is);
				before = sse_read(&view, i, rows[n].attr);
				assert_int_equal(write_one(i, rows[n].attr, rows[n].value), error);
				assert_int_equal(sse_read(&view, i, rows[n].attr), error == SBI_SUCCESS ? rows[n].value : before);
			}
	// Of a global event, only the hart in its handler writes what was interrupted.
	reset();
	set(SSE_GLOBAL_SOFTWARE, SSE_RUNNING);
	guest.runner = SELF + 1;
	assert_int_equal(write_one(SSE_GLOBAL_SOFTWARE, SBI_SSE_ATTR_INTERRUPTED_A6, 0), SBI_ERR_INVALID_STATE);
}

// Ranges are all or nothing, and the first error in the order of ids is the answer.
static void ranges(void **state)
{
	uint64_t values[3] = { 5, 2, 9 };

	(void)state;
	reset();
	assert_int_equal(sse_write(&view, SSE_LOCAL_SOFTWARE, SBI_SSE_ATTR_PRIORITY, 3, values, VCPUS), SBI_ERR_INVALID_PARAM);
	values[1] = 1;
	assert_int_equal(sse_write(&view, SSE_LOCAL_SOFTWARE, SBI_SSE_ATTR_PRIORITY, 3, values, VCPUS), SBI_ERR_DENIED);
	assert_int_equal(sse_write(&view, SSE_GLOBAL_SOFTWARE, SBI_SSE_ATTR_PRIORITY, 3, values, VCPUS), SBI_ERR_INVALID_PARAM);
	assert_int_equal(sse_read(&view, SSE_LOCAL_SOFTWARE, SBI_SSE_ATTR_PRIORITY), 0);
	assert_int_equal(sse_read(&view, SSE_GLOBAL_SOFTWARE, SBI_SSE_ATTR_PRIORITY), 0);
	values[2] = 2;
	assert_int_equal(sse_write(&view, SSE_GLOBAL_SOFTWARE, SBI_SSE_ATTR_PRIORITY, 3, values, VCPUS), SBI_SUCCESS);
	for (uint32_t i = 0; i < 3; i++)
		assert_int_equal(sse_read(&view, SSE_GLOBAL_SOFTWARE, SBI_SSE_ATTR_PRIORITY + i), values[i]);
}

// Said by a table of what the preferred hart does: stopped (others go in for it), masked (the event waits), ready.
static void targets(void **state)
{
	(void)state;
	for (unsigned ready = 0; ready < 8; ready++)
		for (unsigned started = 0; started < 8; started++)
			for (unsigned preferred = 0; preferred < VCPUS; preferred++)
				for (enum sse_state is = SSE_UNUSED; is <= SSE_RUNNING; is++)
					for (int pending = 0; pending < 2; pending++) {
						uint32_t least = ready & 1 ? 0 : ready & 2 ? 1 : 2, target = SSE_NOBODY;

						if ((ready & ~started) != 0)
							continue; // stopped harts mask events
						reset();
						guest.ready = ready;
						guest.started = started;
						guest.pending = pending;
						guest.global.attr[SBI_SSE_ATTR_PREFERRED_HART] = preferred;
						set(SSE_GLOBAL_SOFTWARE, is);
						if (pending && is == SSE_ENABLED && (ready >> preferred & 1))
							target = preferred;
						else if (pending && is == SSE_ENABLED && !(started >> preferred & 1) && ready != 0)
							target = least;
						assert_int_equal(sse_target(&guest), target);
					}
}

// From its start to its stop a vcpu is one that events may wait for; it begins masked, and leaves nothing.
static void lives(void **state)
{
	(void)state;
	reset();
	guest.pending = true;
	guest.global.attr[SBI_SSE_ATTR_PREFERRED_HART] = SELF;
	set(SSE_GLOBAL_SOFTWARE, SSE_ENABLED);
	guest.ready = guest.started = 1u << 2;
	assert_int_equal(sse_target(&guest), 2);
	vcpu.local[SSE_LOCAL_RAS].attr[SBI_SSE_ATTR_PRIORITY] = 9;
	sse_start_vcpu(&view);
	assert_int_equal(guest.started, 1u << 2 | 1u << SELF);
	assert_int_equal(guest.ready, 1u << 2);
	assert_int_equal(vcpu.local[SSE_LOCAL_RAS].attr[SBI_SSE_ATTR_PRIORITY], 0);
	assert_int_equal(sse_target(&guest), SSE_NOBODY);
	guest.ready |= 1u << SELF;
	assert_int_equal(sse_target(&guest), SELF);
	set(SSE_GLOBAL_SOFTWARE, SSE_RUNNING);
	sse_stop_vcpu(&view);
	assert_int_equal(guest.started, 1u << 2);
	assert_int_equal(guest.ready, 1u << 2);
	assert_int_equal(guest.global.attr[SBI_SSE_ATTR_STATUS], SSE_ENABLED);
	assert_int_equal(sse_target(&guest), 2);
}

// Said another way than in the code: the first of all events in order, if it waits and none before it runs.
static enum sse_index choose(const unsigned *order, unsigned pending, bool is_ready)
{
	for (unsigned n = 0; n < SSE_COUNT; n++) {
		enum sse_index i = order[n];

		if (sse_event(&view, i)->attr[SBI_SSE_ATTR_STATUS] == SSE_RUNNING)
			return SSE_COUNT;
		if (is_ready && (pending >> i & 1) && sse_event(&view, i)->attr[SBI_SSE_ATTR_STATUS] == SSE_ENABLED)
			return i;
	}
	return SSE_COUNT;
}

// All states x pending sets x ready or not x priorities of a few kinds.
static void choices(void **state)
{
	static const unsigned priorities[][SSE_COUNT] = {
		{ 0, 0, 0, 0, 0 }, { 4, 3, 2, 1, 0 }, { 1, 0, 1, 0, 0 }, { 7, 7, 7, 7, 1 }, { 0, UINT32_MAX, 5, 5, 0 },
	};
	static const unsigned orders[][SSE_COUNT] = {
		{ 0, 1, 2, 3, 4 }, { 4, 3, 2, 1, 0 }, { 1, 3, 4, 0, 2 }, { 4, 0, 1, 2, 3 }, { 0, 4, 2, 3, 1 },
	};

	(void)state;
	for (size_t kind = 0; kind < ARRAY_SIZE(priorities); kind++)
		for (unsigned states = 0; states < 1u << (2 * SSE_COUNT); states++)
			for (unsigned pending = 0; pending <= ALL; pending++)
				for (int is_ready = 0; is_ready < 2; is_ready++) {
					reset();
					for (enum sse_index i = 0; i < SSE_COUNT; i++) {
						set(i, (enum sse_state)(states >> (2 * i) & 3));
						sse_event(&view, i)->attr[SBI_SSE_ATTR_PRIORITY] = priorities[kind][i];
					}
					view.pending = pending;
					guest.pending = pending >> SSE_GLOBAL_SOFTWARE & 1;
					guest.ready = is_ready ? 1u << SELF : 0;
					guest.global.attr[SBI_SSE_ATTR_PREFERRED_HART] = SELF;
					assert_int_equal(sse_choose(&view), choose(orders[kind], pending, is_ready));
				}
}

// The global event in another hart's handler is neither this hart's to complete nor in its way.
static void others_handler(void **state)
{
	(void)state;
	reset();
	guest.ready = ALL;
	set(SSE_GLOBAL_SOFTWARE, SSE_RUNNING);
	guest.runner = SELF + 1;
	assert_int_equal(sse_running(&view), SSE_COUNT);
	sse_stop_vcpu(&view);
	assert_int_equal(guest.global.attr[SBI_SSE_ATTR_STATUS], SSE_RUNNING);
	guest.ready = ALL;
	set(SSE_LOCAL_SOFTWARE, SSE_ENABLED);
	vcpu.local[SSE_LOCAL_SOFTWARE].attr[SBI_SSE_ATTR_PRIORITY] = 9;
	view.pending = 1u << SSE_LOCAL_SOFTWARE;
	assert_int_equal(sse_choose(&view), SSE_LOCAL_SOFTWARE);
	guest.runner = SELF;
	assert_int_equal(sse_running(&view), SSE_GLOBAL_SOFTWARE);
	assert_int_equal(sse_choose(&view), SSE_COUNT);
	sse_stop_vcpu(&view);
	assert_int_equal(guest.global.attr[SBI_SSE_ATTR_STATUS], SSE_ENABLED);
	assert_int_equal(guest.runner, SSE_NOBODY);
	set(SSE_GLOBAL_SOFTWARE, SSE_RUNNING);
	guest.global.attr[SBI_SSE_ATTR_CONFIG] = SBI_SSE_CONFIG_ONESHOT;
	sse_stop_vcpu(&view);
	assert_int_equal(guest.global.attr[SBI_SSE_ATTR_STATUS], SSE_REGISTERED);
}

static uint64_t pick(uint64_t bits, unsigned bit, uint64_t mask)
{
	return bits >> bit & 1 ? mask : 0;
}

#define OTHER_BITS (SSTATUS_SUM | SSTATUS_FS | SSTATUS_UXL_64)

// Every combination of the bits that injection and completion move; those they do not know stay.
static void registers(void **state)
{
	(void)state;
	for (unsigned bits = 0; bits < 1u << 8; bits++) {
		uint64_t status = OTHER_BITS | pick(bits, 0, SSTATUS_SPP) | pick(bits, 1, SSTATUS_SPIE) |
				  pick(bits, 2, SSTATUS_SIE) | pick(bits, 3, SSTATUS_SPELP) | pick(bits, 4, SSTATUS_SDT);
		uint64_t mode = pick(bits, 5, SSTATUS_SPP) | pick(bits, 6, SSTATUS_SPELP);
		struct sse_context before = { 0x1000, mode, 0x2000, status, 6, 7 }, c = before;
		enum sse_index i = bits >> 7 ? SSE_GLOBAL_SOFTWARE : SSE_DOUBLE_TRAP;
		const uint64_t *attr = sse_event(&view, i)->attr;

		reset();
		sse_register(sse_event(&view, i), 0x8000, 99);
		set(i, SSE_ENABLED);
		guest.pending = true;
		sse_enter(&view, i, &c);
		assert_int_equal(attr[SBI_SSE_ATTR_STATUS], SSE_RUNNING);
		assert_int_equal(guest.pending, i != SSE_GLOBAL_SOFTWARE);
		assert_int_equal(guest.runner, i == SSE_GLOBAL_SOFTWARE ? SELF : SSE_NOBODY);
		assert_int_equal(attr[SBI_SSE_ATTR_INTERRUPTED_FLAGS],
				 pick(bits, 0, 1) | pick(bits, 1, 2) | pick(bits, 3, 0x10) | pick(bits, 4, 0x20));
		assert_int_equal(attr[SBI_SSE_ATTR_INTERRUPTED_SEPC], 0x2000);
		assert_int_equal(attr[SBI_SSE_ATTR_INTERRUPTED_A6], 6);
		assert_int_equal(attr[SBI_SSE_ATTR_INTERRUPTED_A7], 7);
		assert_int_equal(c.pc, 0x8000);
		assert_int_equal(c.mode, SSTATUS_SPP); // S-mode, no landing pad expected
		assert_int_equal(c.sepc, 0x1000);
		assert_int_equal(c.a6, SELF);
		assert_int_equal(c.a7, 99);
		assert_int_equal(c.sstatus, OTHER_BITS | SSTATUS_SDT | pick(bits, 5, SSTATUS_SPP) | pick(bits, 2, SSTATUS_SPIE) |
						    pick(bits, 6, SSTATUS_SPELP));
		sse_leave(&view, i, &c);
		assert_memory_equal(&c, &before, sizeof(c));
		assert_int_equal(attr[SBI_SSE_ATTR_STATUS], SSE_ENABLED);
		assert_int_equal(guest.runner, SSE_NOBODY);
	}
}

// What the handler changed in the attributes is what is resumed; one-shot events end registered.
static void changed_by_handler(void **state)
{
	uint64_t values[4] = { 0x4444, SBI_SSE_FLAGS, 60, 70 };
	struct sse_context c = { 0x1000, 0, 0x2000, SSTATUS_SIE, 6, 7 };

	(void)state;
	reset();
	set(SSE_LOCAL_RAS, SSE_ENABLED);
	vcpu.local[SSE_LOCAL_RAS].attr[SBI_SSE_ATTR_CONFIG] = SBI_SSE_CONFIG_ONESHOT;
	sse_enter(&view, SSE_LOCAL_RAS, &c);
	assert_int_equal(sse_write(&view, SSE_LOCAL_RAS, SBI_SSE_ATTR_INTERRUPTED_SEPC, 4, values, VCPUS), SBI_SUCCESS);
	c.sepc = 0x3000; // the handler may go elsewhere, into S-mode, with interrupts off
	c.sstatus = SSTATUS_SPP | SSTATUS_SDT;
	sse_leave(&view, SSE_LOCAL_RAS, &c);
	assert_int_equal(c.pc, 0x3000);
	assert_int_equal(c.mode, SSTATUS_SPP);
	assert_int_equal(c.sepc, 0x4444);
	assert_int_equal(c.sstatus, SSTATUS_SPP | SSTATUS_SPIE | SSTATUS_SPELP | SSTATUS_SDT);
	assert_int_equal(c.a6, 60);
	assert_int_equal(c.a7, 70);
	assert_int_equal(vcpu.local[SSE_LOCAL_RAS].attr[SBI_SSE_ATTR_STATUS], SSE_REGISTERED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ids), cmocka_unit_test(reset_values), cmocka_unit_test(transitions), cmocka_unit_test(writes),
		cmocka_unit_test(ranges), cmocka_unit_test(targets), cmocka_unit_test(lives), cmocka_unit_test(choices), cmocka_unit_test(others_handler),
		cmocka_unit_test(registers), cmocka_unit_test(changed_by_handler),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
