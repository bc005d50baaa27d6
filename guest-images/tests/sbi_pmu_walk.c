/* SPDX-License-Identifier: Apache-2.0 */
/* SBI tests: a random walk through PMU's calls beside a model of which counters are configured and started. */

#include "tests/sbi_pmu.h"

#define STEPS 4000
#define FIXED (1ul << CYCLE | 1ul << INSTRET)

static struct {
	unsigned long all, configured, started;
} model;

static uint64_t state;

static unsigned long random_below(unsigned long bound)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned long)(state % bound);
}

static unsigned long random_set(void)
{
	unsigned long set = 1ul << random_below(counters + 1);

	if (random_below(3) == 0)
		set |= 1ul << random_below(counters);
	return random_below(20) == 0 ? 0 : set;
}

static unsigned long random_event(void)
{
	static const unsigned long events[] = {
		EVENT_CYCLES, EVENT_INSTRUCTIONS, 3, EVENT_DTLB_MISSES, 0x1001b, 0x10021, 0x20000, 0x30000, 0x40000,
	};

	if (random_below(4) == 0)
		return EVENT_FW(FW_EXIT + random_below(70));
	if (random_below(2))
		return EVENT_FW(random_below(24));
	return events[random_below(ARRAY_SIZE(events))];
}

/* The arguments of the same set of counters with another base. */
static struct sbiret call(long fid, unsigned long set, unsigned long flags, unsigned long d, unsigned long e)
{
	unsigned long base = set ? random_below((unsigned long)__builtin_ctzl(set) + 1) : 0;

	return pmu(fid, base, set >> base, flags, d, e);
}

static int step_config(unsigned long set)
{
	unsigned long flags = random_below(256);
	struct sbiret got = call(PMU_CONFIG_MATCHING, set, flags, random_event(), random_below(8) ? 0 : random_below(1ul << 60));
	unsigned long first = set ? (unsigned long)__builtin_ctzl(set) : 0;

	if (!set || set & ~model.all)
		return got.error == SBI_ERR_INVALID_PARAM && got.value == 0;
	if ((flags & CFG_SKIP_MATCH) && (model.configured >> first & 1) && got.error)
		return 0;
	if (got.error)
		return (got.error == SBI_ERR_INVALID_PARAM || got.error == SBI_ERR_NOT_SUPPORTED) && got.value == 0;
	if (!(set >> got.value & 1) || ((flags & CFG_SKIP_MATCH) && (unsigned long)got.value != first))
		return 0;
	if (!(flags & CFG_SKIP_MATCH) && (model.configured & ~FIXED) >> got.value & 1)
		return 0; /* one that was taken */
	model.configured |= 1ul << got.value;
	if (flags & CFG_AUTO_START)
		model.started |= 1ul << got.value;
	return 1;
}

static int step_start(unsigned long set)
{
	unsigned long flags = random_below(5);
	/* Not near an overflow, which QEMU does not bear (sbi_pmu_overflow.c). */
	struct sbiret got = call(PMU_START, set, flags, random_below(1ul << 63), 0);

	if (!set || set & ~model.configured || flags > 2)
		return got.error == SBI_ERR_INVALID_PARAM && got.value == 0;
	if (flags == START_INIT_SNAPSHOT && !pmu_has_snapshots())
		return got.error == SBI_ERR_NO_SHMEM && got.value == 0;
	if (got.error != (set & model.started ? SBI_ERR_ALREADY_STARTED : SBI_SUCCESS) || got.value)
		return 0;
	model.started |= set;
	return 1;
}

static int step_stop(unsigned long set)
{
	unsigned long flags = random_below(5);
	struct sbiret got = call(PMU_STOP, set, flags, 0, 0);

	if (!set || set & ~model.all || flags > 3)
		return got.error == SBI_ERR_INVALID_PARAM && got.value == 0;
	if ((flags & STOP_TAKE_SNAPSHOT) && !pmu_has_snapshots())
		return got.error == SBI_ERR_NO_SHMEM && got.value == 0;
	if (got.error != ((set & model.started) == set ? SBI_SUCCESS : SBI_ERR_ALREADY_STOPPED) || got.value)
		return 0;
	model.started &= ~set;
	if (flags & STOP_RESET)
		model.configured &= ~set | FIXED;
	return 1;
}

static int step(void)
{
	unsigned long set = random_set();

	switch (random_below(5)) {
	case 0:
	case 1:
		return step_config(set);
	case 2:
		return step_start(set);
	case 3:
		return step_stop(set);
	default:
		set = random_below(counters + 2);
		return pmu_fw_read(set).error == (firmware_set >> set & 1 ? SBI_SUCCESS : SBI_ERR_INVALID_PARAM);
	}
}

void test_pmu_walk(void)
{
	static uint8_t snapshot[GUEST_PAGE_SIZE] __attribute__((aligned(4096)));
	unsigned long wrong = 0;

	if (!guest_on_bulkhead()) { /* OpenSBI answers differently, and mixed up kinds of counters and events damage its own state */
		tap_skip("PMU: a random walk", "made for Bulkhead's answers");
		return;
	}
	model.all = FIXED | programmable | firmware_set;
	model.configured = model.started = FIXED;
	pmu(PMU_START, CYCLE, 1, 0, 0, 0);
	pmu(PMU_START, INSTRET, 1, 0, 0, 0);
	pmu(PMU_SNAPSHOT_SET_SHMEM, (unsigned long)snapshot, 0, 0, 0, 0);
	state = guest_arg("seed", 1) | 1ul << 32;
	for (unsigned long i = 0; i < guest_arg("steps", STEPS) && wrong < 10; i++)
		if (!step()) {
			print("# step %lu: model configured %lx started %lx\n", i, model.configured, model.started);
			wrong++;
		}
	tap_equal((long)wrong, 0, "PMU: a random walk is answered as the model says");
	pmu(PMU_SNAPSHOT_SET_SHMEM, ~0ul, ~0ul, 0, 0, 0);
	for (unsigned long i = 0; i < counters; i++)
		pmu_stop(i, STOP_RESET);
	csr_clear(sip, SIE_LCOFIE);
}
