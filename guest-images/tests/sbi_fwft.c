/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SBI tests: FWFT, every feature with every kind of value; what the features do is in fwft_*.c. Boot arguments: denied (it must
 * not be there), double=hardware | injection (ends the guest), ask (r on the console reboots, with all features locked).
 */

#include "fwft_test.h"

#define SUSPEND_NON_RETENTIVE 0x80000000ul

static const struct {
	const char *name;
	const char *isa; /* NULL: whatever the firmware says */
	unsigned long on[2];
} features[FWFT_FEATURES] = {
	[MISALIGNED_EXC_DELEG] = {"MISALIGNED_EXC_DELEG", NULL, {1, 1}},
	[LANDING_PAD] = {"LANDING_PAD", "zicfilp", {1, 1}},
	[SHADOW_STACK] = {"SHADOW_STACK", "zicfiss", {1, 1}},
	[DOUBLE_TRAP] = {"DOUBLE_TRAP", "ssdbltrp", {1, 1}},
	[PTE_AD_HW_UPDATING] = {"PTE_AD_HW_UPDATING", "svadu", {1, 1}},
	[POINTER_MASKING_PMLEN] = {"POINTER_MASKING_PMLEN", "ssnpm", {7, 16}},
};

int fwft_has(unsigned feature)
{
	return features[feature].isa ? dt_has_isa(features[feature].isa) : !fwft_get(feature).error;
}

/* Svadu alone in the tree is on from reset, as the tree's binding says: nobody need call for it. */
static long at_reset(unsigned feature)
{
	return feature == PTE_AD_HW_UPDATING && !dt_has_isa("svade");
}

static void test_denied(void)
{
	tap_check(!sbi_has(SBI_EXT_FWFT), "FWFT: denied, so probe says no");
	for (unsigned feature = 0; feature < FWFT_FEATURES; feature++) {
		check_ret(fwft_get(feature), SBI_ERR_NOT_SUPPORTED, 0, "FWFT denied: get");
		check_ret(fwft_set(feature, 0, 0), SBI_ERR_NOT_SUPPORTED, 0, "FWFT denied: set");
		tap_check(!features[feature].isa || feature == PTE_AD_HW_UPDATING || !dt_has_isa(features[feature].isa),
			  "FWFT denied: what it would switch is not in the tree");
	}
	tap_check(!dt_has_isa("svadu") || !dt_has_isa("svade"), "FWFT denied: Svadu is on from reset or not there");
	check_hardware_updating(dt_has_isa("svadu"));
}

static void test_functions(void)
{
	tap_check(sbi_has(SBI_EXT_FWFT), "FWFT: probe");
	check_ret(sbi_call3(SBI_EXT_FWFT, 2, 0, 0, 0), SBI_ERR_NOT_SUPPORTED, 0, "FWFT: function 2");
	check_ret(sbi_call3(SBI_EXT_FWFT, -1, 0, 0, 0), SBI_ERR_NOT_SUPPORTED, 0, "FWFT: function -1");
}

static void test_reserved(void)
{
	static const uint32_t numbers[] = {0x6, 0x1f, 0x20, 0x3fffffff, 0x40000000, 0x7fffffff, 0x80000000, 0x80000001,
					   0xbfffffff, 0xc0000000, 0xffffffff};

	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		print("# feature 0x%x\n", (unsigned)numbers[i]);
		check_ret(fwft_get(numbers[i]), SBI_ERR_DENIED, 0, "FWFT: get of a reserved or platform's feature");
		check_ret(fwft_set(numbers[i], 0, 0), SBI_ERR_DENIED, 0, "FWFT: set to 0");
		check_ret(fwft_set(numbers[i], 1, FWFT_LOCK), SBI_ERR_DENIED, 0, "FWFT: set to 1, locked");
		check_ret(fwft_set(numbers[i], ~0ul, ~0ul), SBI_ERR_DENIED, 0, "FWFT: set to nonsense");
	}
}

static void test_absent(unsigned feature)
{
	check_ret(fwft_get(feature), SBI_ERR_NOT_SUPPORTED, 0, "FWFT: get of an absent feature");
	check_ret(fwft_set(feature, 0, 0), SBI_ERR_NOT_SUPPORTED, 0, "FWFT: set of it to 0");
	check_ret(fwft_set(feature, features[feature].on[0], 0), SBI_ERR_NOT_SUPPORTED, 0, "FWFT: set of it to 1");
	check_ret(fwft_set(feature, 99, 0), SBI_ERR_NOT_SUPPORTED, 0, "FWFT: set of it to 99");
	check_ret(fwft_set(feature, 0, 2), SBI_ERR_NOT_SUPPORTED, 0, "FWFT: set of it with reserved flags");
}

static void test_invalid(unsigned feature)
{
	static const unsigned long values[] = {2, 3, 8, 15, 17, 57, 0xff, 1ul << 31, 1ul << 32, 1ul << 32 | 1, ~0ul};
	static const unsigned long lengths[] = {1, 6};
	static const unsigned long flags[] = {2, 3, 1ul << 31, 1ul << 32, 1ul << 63, ~0ul};
	int is_length = feature == POINTER_MASKING_PMLEN;
	long value = fwft_get(feature).value;

	for (size_t i = 0; i < ARRAY_SIZE(values); i++)
		check_ret(fwft_set(feature, values[i], 0), SBI_ERR_INVALID_PARAM, 0, "FWFT: set to a value it does not have");
	for (size_t i = 0; is_length && i < ARRAY_SIZE(lengths); i++)
		check_ret(fwft_set(feature, lengths[i], 0), SBI_ERR_INVALID_PARAM, 0, "FWFT: set to a length there is not");
	check_ret(fwft_set(feature, is_length ? 8 : 7, FWFT_LOCK), SBI_ERR_INVALID_PARAM, 0, "FWFT: lock on such a value");
	for (size_t i = 0; i < ARRAY_SIZE(flags); i++)
		check_ret(fwft_set(feature, value ? 0 : features[feature].on[0], flags[i]), SBI_ERR_INVALID_PARAM, 0,
			  "FWFT: reserved flags");
	check_ret(fwft_get(feature), SBI_SUCCESS, value, "FWFT: failures change nothing");
}

static void set_and_get(unsigned feature, unsigned long value)
{
	check_ret(fwft_set(feature, value, 0), SBI_SUCCESS, 0, "FWFT: set");
	check_ret(fwft_get(feature), SBI_SUCCESS, (long)value, "FWFT: get says so");
	check_ret(fwft_set(feature, value, 0), SBI_SUCCESS, 0, "FWFT: set to the value it has");
	check_ret(fwft_get(0xabcdul << 32 | feature), SBI_SUCCESS, (long)value, "FWFT: the feature is 32 bits");
}

static void test_values(unsigned feature)
{
	unsigned long reset = (unsigned long)fwft_get(feature).value;

	if (features[feature].isa)
		check_ret(fwft_get(feature), SBI_SUCCESS, at_reset(feature), "FWFT: the value at reset");
	test_invalid(feature);
	if (feature == LANDING_PAD) /* 1 is tested where nothing but landing pads is called */
		return;
	set_and_get(feature, features[feature].on[0]);
	set_and_get(feature, 0);
	set_and_get(0x100000000ul | feature, features[feature].on[1]);
	check_ret(fwft_set(feature, reset, 0), SBI_SUCCESS, 0, "FWFT: set back");
}

static void test_api(void)
{
	for (unsigned feature = 0; feature < FWFT_FEATURES; feature++) {
		print("# %s\n", features[feature].name);
		if (fwft_has(feature))
			test_values(feature);
		else
			test_absent(feature);
	}
}

/* Sets and locks all features here; LANDING_PAD off, for this runtime has none. */
static void lock_all(void)
{
	for (unsigned feature = 0; feature < FWFT_FEATURES; feature++)
		if (fwft_has(feature))
			fwft_set(feature, feature == LANDING_PAD ? 0 : features[feature].on[1], FWFT_LOCK);
}

static void check_locked(unsigned feature)
{
	unsigned long on = features[feature].on[1], value = feature == LANDING_PAD ? 0 : on;

	check_ret(fwft_get(feature), SBI_SUCCESS, (long)value, "FWFT: a locked feature has its value");
	check_ret(fwft_set(feature, value ? 0 : on, 0), SBI_ERR_DENIED_LOCKED, 0, "FWFT: and keeps it");
	check_ret(fwft_set(feature, value ? 0 : on, FWFT_LOCK), SBI_ERR_DENIED_LOCKED, 0, "FWFT: also from a second lock");
	check_ret(fwft_set(feature, value, 0), SBI_ERR_DENIED_LOCKED, 0, "FWFT: setting the same is denied, too");
	if (guest_on_bulkhead()) { /* OpenSBI looks at the lock first, the text lists it last */
		check_ret(fwft_set(feature, 99, 0), SBI_ERR_INVALID_PARAM, 0, "FWFT: a wrong value of a locked feature");
		check_ret(fwft_set(feature, value, 2), SBI_ERR_INVALID_PARAM, 0, "FWFT: reserved flags for a locked feature");
	}
	check_ret(fwft_get(feature), SBI_SUCCESS, (long)value, "FWFT: and all that changes nothing");
}

static void check_all_locked(const char *when)
{
	print("# hart %lu: locked, %s\n", hart_self()->id, when);
	for (unsigned feature = 0; feature < FWFT_FEATURES; feature++)
		if (fwft_has(feature))
			check_locked(feature);
}

static long misaligned_at_reset;

/* OpenSBI keeps SHADOW_STACK, POINTER_MASKING_PMLEN and senvcfg when a hart stops and starts. */
static void check_all_reset(const char *when)
{
	print("# hart %lu: reset, %s\n", hart_self()->id, when);
	for (unsigned feature = 0; feature < FWFT_FEATURES; feature++) {
		long reset = feature == MISALIGNED_EXC_DELEG ? misaligned_at_reset : at_reset(feature);

		if (!fwft_has(feature))
			continue;
		if (guest_on_bulkhead())
			check_ret(fwft_get(feature), SBI_SUCCESS, reset, "FWFT: hart reset brings the value back");
		check_ret(fwft_set(feature, (unsigned long)reset, 0), SBI_SUCCESS, 0, "FWFT: hart reset opens the lock");
	}
	if (guest_on_bulkhead()) {
		tap_check((csr_read(0x10a) & (ENVCFG_SSE | ENVCFG_PMM_16 | ENVCFG_LPE)) == 0, "FWFT: hart reset clears senvcfg");
		tap_check((csr_read(sstatus) & (SSTATUS_SDT | SSTATUS_SPELP)) == 0, "FWFT: and sstatus.SDT and SPELP");
	}
}

static void wake(struct frame *frame)
{
	(void)frame;
	timer_set(~0ul);
	csr_clear(sie, SIE_STIE);
}

/* Enters again at hart_entry, as after a start: the runtime goes on in hart->start. */
static void after_suspend(void *arg)
{
	(void)arg;
	wake(NULL);
	check_all_locked("after a non-retentive suspend");
}

static void lock_and_suspend(void *arg)
{
	(void)arg;
	check_all_reset("after a hart reset");
	lock_all();
	hart_self()->start = after_suspend;
	timer_set(rdtime() + timer_frequency() / 100);
	csr_set(sie, SIE_STIE);
	sbi_call3(SBI_EXT_HSM, HSM_HART_SUSPEND, SUSPEND_NON_RETENTIVE, (unsigned long)hart_entry, (unsigned long)hart_self());
	tap_check(0, "FWFT: a non-retentive suspend does not return");
}

static void dirty_and_lock(void *arg)
{
	(void)arg;
	lock_all();
	csr_set(0x10a, ENVCFG_LPE | ENVCFG_SSE | ENVCFG_PMM_16);
	csr_set(sstatus, SSTATUS_SPELP | SSTATUS_SDT);
	if (fwft_has(SHADOW_STACK))
		csr_write(0x011, 0x1230);
	csr_clear(sstatus, SSTATUS_SDT);
	check_all_locked("on another hart");
	csr_set(sstatus, SSTATUS_SPELP | SSTATUS_SDT);
}

static void run_on(unsigned index, void (*run)(void *arg))
{
	hart_start(index, run, NULL);
	tap_check(hart_wait(index, HSM_STOPPED), "FWFT: the other hart has done its part");
}

static void test_other_harts(void)
{
	for (unsigned index = 1; index < hart_count(); index++) {
		run_on(index, dirty_and_lock);
		for (unsigned feature = 0; feature < FWFT_FEATURES; feature++)
			if (fwft_has(feature) && feature != MISALIGNED_EXC_DELEG)
				check_ret(fwft_get(feature), SBI_SUCCESS, at_reset(feature), "FWFT: this hart has its own value");
		run_on(index, lock_and_suspend);
	}
}

static void test_all(void)
{
	misaligned_at_reset = fwft_get(MISALIGNED_EXC_DELEG).value;
	print("# MISALIGNED_EXC_DELEG at reset: error %ld value %ld\n", fwft_get(0).error, misaligned_at_reset);
	test_functions();
	test_reserved();
	test_api();
	test_hardware_updating();
	test_misaligned_delegation();
	test_pointer_masking();
	test_landing_pads();
	test_shadow_stacks();
	test_double_trap();
	test_other_harts();
	lock_all();
	check_all_locked("on the boot hart");
}

static void ask(void)
{
	tap_end();
	print("fwft: r reboot, s shutdown?\n");
	if (console_wait("rs") == 'r')
		guest_reboot();
	guest_exit();
}

void test_fwft(void)
{
	if (guest_arg_is("double", "hardware"))
		double_trap_in_hardware();
	else if (guest_arg_is("double", "injection"))
		double_trap_by_injection();
	if (guest_has_arg("denied"))
		test_denied();
	else
		test_all();
	if (guest_has_arg("ask"))
		ask();
}
