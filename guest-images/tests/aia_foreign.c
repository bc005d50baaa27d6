/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a guest may not touch of an AIA board, and random accesses to what it may. Boot argument: fuzz=<n> (0) random accesses from
 * seed=<n> by up to two harts at once; then all must work as before.
 */

#include "tests/aia.h"

/* Where QEMU's virt board has the interrupt files of M- and S-level, and its APLICs. */
static const struct range board[] = {
	{0x24000000, 0x8000}, {0x28000000, 0x80000}, {0x0c000000, 0x8000}, {0x0d000000, 0x8000},
};

static void load(void *arg)
{
	(void)*(volatile uint32_t *)(uint64_t)arg;
}

static void store(void *arg)
{
	*(volatile uint32_t *)(uint64_t)arg = 1;
}

static int is_own(uint64_t page)
{
	struct range memory;

	for (unsigned i = 0; aia.is_msi && i < hart_count(); i++)
		if (aia.file[i] == page)
			return 1;
	for (int i = 0; memory_range(i, &memory); i++)
		if (page >= memory.base && page - memory.base < memory.size)
			return 1;
	return page >= aia.base && page < aia.base + aia.size;
}

static int is_refused(uint64_t address)
{
	return trap_run(NULL, load, (void *)address) == CAUSE_LOAD_ACCESS_FAULT &&
	       trap_run(NULL, store, (void *)address) == CAUSE_STORE_ACCESS_FAULT;
}

static void test_pages(uint64_t base, uint64_t size, const char *name)
{
	unsigned tried = 0, refused = 0;

	for (uint64_t page = base; page < base + size; page += GUEST_PAGE_SIZE) {
		if (is_own(page))
			continue;
		tried += 2;
		refused += (unsigned)is_refused(page) + (unsigned)is_refused(page + 0xffc);
		if (refused != tried) {
			print("# aia: %lx is not refused\n", page);
			break;
		}
	}
	print("# aia: %u words at %lx refused\n", refused, base);
	tap_equal(refused, tried, name);
}

void test_aia_foreign(void)
{
	if (!guest_on_bulkhead()) {
		tap_skip("interrupt files and APLICs of others", "all are ours");
		return;
	}
	if (aia.is_msi)
		imsic_reset(0);
	for (unsigned i = 0; i < ARRAY_SIZE(board); i++)
		test_pages(board[i].base, board[i].size, "what is another's of the board's interrupt controllers is not there");
	test_pages((aia.base + aia.size + GUEST_PAGE_SIZE - 1) & ~(GUEST_PAGE_SIZE - 1), 0x8000, "beyond the APLIC there is nothing");
	if (aia.is_msi)
		tap_equal(imsic_count(EIP), 0, "and nothing has come of it here");
}

/* ---- random accesses ---- */

static volatile unsigned fuzzing;

static unsigned next(unsigned long *state)
{
	*state = *state * 6364136223846793005ul + 1442695040888963407ul;
	return (unsigned)(*state >> 33);
}

/* Half of the time a register of a source that is there. */
static void poke_aplic(unsigned long *state)
{
	static const uint32_t numbers[] = {APLIC_SETIPNUM,   APLIC_CLRIPNUM,	APLIC_SETIENUM, APLIC_CLRIENUM,
					   APLIC_SETIPNUM_LE, APLIC_SETIPNUM_BE, APLIC_SETIP,	APLIC_SETIE};
	uint32_t source = aia.rtc && next(state) % 2 ? aia.rtc : aia.uart, value = next(state);

	switch (next(state) % 8) {
	case 0:
		aplic_write(next(state) % (uint32_t)(aia.size / 4) * 4, value << 16 ^ next(state));
		break;
	case 1:
		(void)aplic_read(value % (uint32_t)(aia.size / 4) * 4);
		break;
	case 2:
		aplic_write(APLIC_SOURCECFG + 4 * source, value % 8);
		break;
	case 3:
		aplic_write(APLIC_TARGET + 4 * source, TARGET_HART(value % 3) | next(state) % 64);
		break;
	case 4:
		aplic_write(APLIC_DOMAINCFG, value % 4 ? DOMAINCFG_IE : 0);
		break;
	case 5:
		aplic_write(APLIC_GENMSI, TARGET_HART(value % 3) | next(state) % 300);
		break;
	default:
		aplic_write(numbers[value % ARRAY_SIZE(numbers)], source);
	}
}

static void poke_imsic(unsigned long *state)
{
	unsigned array = next(state) % 2 ? EIP : EIE, hart = next(state) % hart_count(), value = next(state);

	switch (next(state) % 6) {
	case 0:
		imsic_write(array + value % ((aia.ids + 1) / 64) * 2, (unsigned long)next(state) << 32 | next(state));
		break;
	case 1:
		(void)imsic_claim();
		break;
	case 2:
		imsic_write(EIDELIVERY, value);
		break;
	case 3:
		imsic_write(EITHRESHOLD, value % 4 ? 0 : value);
		break;
	case 4:
		*(volatile uint32_t *)(aia.file[hart] + value % 1024 * 4) = next(state);
		break;
	default:
		imsic_send(hart, value % 600);
	}
}

static void fuzz(void *arg)
{
	unsigned long state = (unsigned long)arg, count = guest_arg("fuzz", 0);

	while (count--) {
		if (aia.is_msi && next(&state) % 2)
			poke_imsic(&state);
		else
			poke_aplic(&state);
		if (aia.rtc && next(&state) % 4 == 0)
			rtc_alarm(0);
		else if (aia.rtc && next(&state) % 4 == 0)
			rtc_clear();
	}
	if (aia.is_msi)
		imsic_reset(0);
	__atomic_sub_fetch(&fuzzing, 1, __ATOMIC_RELEASE);
}

void test_aia_fuzz(void)
{
	unsigned n = hart_count() > 1 ? 2 : 1;

	fuzzing = n;
	if (n == 2)
		tap_equal(hart_start(1, fuzz, (void *)77).error, 0, "the other hart starts");
	fuzz((void *)guest_arg("seed", 1));
	while (fuzzing)
		cpu_relax();
	if (n == 2)
		tap_check(hart_wait(1, HSM_STOPPED), "the other hart stops");
	if (aia.rtc)
		rtc_off();
	aplic_off();
	if (aia.is_msi)
		imsic_reset(0);
	for (unsigned i = 0; !aia.is_msi && i < hart_count(); i++) {
		idc_write(i, IDELIVERY, 0);
		idc_write(i, IFORCE, 0);
		idc_write(i, ITHRESHOLD, 0);
	}
	tap_equal(external_soon(0), 0, "after random accesses, and all switched off, nothing interrupts");
	test_aia_devices();
}
