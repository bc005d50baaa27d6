/* SPDX-License-Identifier: Apache-2.0 */
/* SBI tests: BASE, probing, unknown extensions and functions, TIME, and the legacy calls. */

#include "sbi_test.h"

#define POISON 0x5a5a5a5a5a5a5a5aul

static struct sbiret base(long fid, unsigned long arg)
{
	return sbi_call3(SBI_EXT_BASE, fid, arg, POISON, POISON);
}

static void test_versions(void)
{
	struct sbiret version = base(0, POISON);
	long major = version.value >> 24 & 0x7f;

	print("# SBI %ld.%ld, implementation %ld, version 0x%lx\n", major, version.value & 0xffffff,
	      base(1, 0).value, base(2, 0).value);
	check_error(version, SBI_SUCCESS, "base: get_spec_version succeeds");
	tap_check(major >= 2, "base: spec version is at least 2.0");
	tap_check(version.value >= 0 && !(version.value >> 31), "base: reserved bits of the version are 0");
	if (guest_on_bulkhead())
		tap_equal(version.value, 3l << 24, "base: spec version is 3.0");
	check_error(base(1, 0), SBI_SUCCESS, "base: get_impl_id succeeds");
	check_error(base(2, 0), SBI_SUCCESS, "base: get_impl_version succeeds");
	check_error(base(4, 0), SBI_SUCCESS, "base: get_mvendorid succeeds");
	check_error(base(5, 0), SBI_SUCCESS, "base: get_marchid succeeds");
	check_error(base(6, 0), SBI_SUCCESS, "base: get_mimpid succeeds");
	check_ret(base(7, POISON), SBI_ERR_NOT_SUPPORTED, 0, "base: unknown function");
	check_ret(base(-1, POISON), SBI_ERR_NOT_SUPPORTED, 0, "base: function -1");
}

static void test_probe(void)
{
	static const struct {
		long eid;
		const char *name;
	} present[] = {
		{SBI_EXT_BASE, "probe: BASE is there"},	    {SBI_EXT_TIME, "probe: TIME is there"},
		{SBI_EXT_IPI, "probe: IPI is there"},	    {SBI_EXT_RFENCE, "probe: RFENCE is there"},
		{SBI_EXT_HSM, "probe: HSM is there"},	    {SBI_EXT_SRST, "probe: SRST is there"},
		{SBI_EXT_DBCN, "probe: DBCN is there"},	    {SBI_LEGACY_SET_TIMER, "probe: legacy set_timer is there"},
		{SBI_LEGACY_PUTCHAR, "probe: legacy putchar is there"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(present); i++) {
		struct sbiret got = base(3, (unsigned long)present[i].eid);

		tap_check(got.error == 0 && got.value != 0, present[i].name);
	}
	check_ret(base(3, 0x0dead), SBI_SUCCESS, 0, "probe: an unknown extension is absent");
	check_ret(base(3, 0x9), SBI_SUCCESS, 0, "probe: EID 9 is absent");
	check_ret(base(3, 0x0a000000), SBI_SUCCESS, 0, "probe: vendor range is absent");
}

/* EIDs and FIDs are 32 bits; what is not implemented is NOT_SUPPORTED, and a1 never leaks. */
static void test_unknown(void)
{
	static const long eids[] = {0x9, 0xf, 0x11, 0x20, 0xdead, 0x08000000, 0x0affffff, 0x7fffffff};

	for (size_t i = 0; i < ARRAY_SIZE(eids); i++) {
		print("# EID 0x%lx\n", eids[i]);
		check_ret(sbi_call(eids[i], 0, POISON, POISON, 1, 2, 3, 4), SBI_ERR_NOT_SUPPORTED, 0,
			  "an unknown extension is not supported");
	}
	check_ret(sbi_call3(SBI_EXT_TIME, 1, 0, POISON, 0), SBI_ERR_NOT_SUPPORTED, 0, "TIME: unknown function");
	check_ret(sbi_call3(SBI_EXT_IPI, 1, 1, 0, 0), SBI_ERR_NOT_SUPPORTED, 0, "IPI: unknown function");
	check_ret(sbi_call3(SBI_EXT_HSM, 4, 0, POISON, 0), SBI_ERR_NOT_SUPPORTED, 0, "HSM: unknown function");
	check_ret(sbi_call3(SBI_EXT_SRST, 1, 0, 0, 0), SBI_ERR_NOT_SUPPORTED, 0, "SRST: unknown function");
	check_ret(sbi_call3(SBI_EXT_DBCN, 3, 0, 0, 0), SBI_ERR_NOT_SUPPORTED, 0, "DBCN: unknown function");
	check_error(sbi_call3(SBI_EXT_SRST, 0, 3, 0, 0), SBI_ERR_INVALID_PARAM, "SRST: a reserved type is invalid");
	check_error(sbi_call3(SBI_EXT_SRST, 0, 0, 2, 0), SBI_ERR_INVALID_PARAM, "SRST: a reserved reason is invalid");
	check_error(sbi_call3(SBI_EXT_SRST, 0, 0x7fffffff, 0, 0), SBI_ERR_INVALID_PARAM,
		    "SRST: the last reserved type is invalid");
	if (!guest_on_bulkhead())
		return; /* a platform of its own may have types of its own */
	check_error(sbi_call3(SBI_EXT_SRST, 0, 0xf0000000, 0, 0), SBI_ERR_INVALID_PARAM, "SRST: a platform's type is invalid");
	check_error(sbi_call3(SBI_EXT_SRST, 0, 0, 0xe0000000, 0), SBI_ERR_INVALID_PARAM, "SRST: a platform's reason is invalid");
	check_error(sbi_call3(SBI_EXT_SRST, 0, 0, 0xf0000000, 0), SBI_ERR_INVALID_PARAM, "SRST: a vendor's reason is invalid");
}

static void test_time(void)
{
	unsigned long begin = rdtime(), end = timer_patience();

	check_ret(sbi_call3(SBI_EXT_TIME, 0, begin + 1000, POISON, 0), SBI_SUCCESS, 0, "TIME: set_timer succeeds");
	/* Pending at the deadline on hardware; an emulator's main loop may be a little late when the machine is busy. */
	while ((csr_read(sip) & SIE_STIE) == 0 && rdtime() < end)
		;
	tap_check(rdtime() - begin >= 1000 && (csr_read(sip) & SIE_STIE) != 0,
		  "TIME: the timer is pending after its deadline");
	sbi_call3(SBI_EXT_TIME, 0, ~0ul, 0, 0);
	tap_check((csr_read(sip) & SIE_STIE) == 0, "TIME: setting it to never clears the pending bit");
}

void test_base(void)
{
	test_versions();
	test_probe();
	test_unknown();
	test_time();
}

/* Legacy calls return in a0 only and leave a1 alone. */
void test_legacy(void)
{
	unsigned long mask = 1;
	struct sbiret got = sbi_call3(SBI_LEGACY_SET_TIMER, 0, ~0ul, POISON, 0);

	tap_equal(got.error, 0, "legacy: set_timer succeeds");
	got = sbi_call3(SBI_LEGACY_PUTCHAR, 0, '#', POISON, 0);
	sbi_call3(SBI_LEGACY_PUTCHAR, 0, '\n', 0, 0);
	tap_equal(got.error, 0, "legacy: putchar succeeds");
	got = sbi_call3(SBI_LEGACY_GETCHAR, 0, 0, POISON, 0);
	tap_check(got.error >= -2 && got.error < 256, "legacy: getchar gives a byte or an error");
	if (hart_self()->id < 64)
		mask = 1ul << hart_self()->id;
	got = sbi_call3(SBI_LEGACY_SEND_IPI, 0, (unsigned long)&mask, POISON, 0);
	tap_check(got.error == 0 && (csr_read(sip) & SIE_SSIE), "legacy: send_ipi to oneself is pending");
	got = sbi_call3(SBI_LEGACY_CLEAR_IPI, 0, 0, POISON, 0);
	csr_clear(sip, SIE_SSIE);
	tap_check(!(csr_read(sip) & SIE_SSIE), "legacy: the software interrupt can be cleared");
	got = sbi_call3(SBI_LEGACY_REMOTE_FENCE_I, 0, (unsigned long)&mask, POISON, 0);
	tap_equal(got.error, 0, "legacy: remote_fence_i succeeds");
	got = sbi_call3(SBI_LEGACY_REMOTE_SFENCE, 0, (unsigned long)&mask, 0, 0);
	tap_equal(got.error, 0, "legacy: remote_sfence_vma succeeds");
	got = sbi_call(SBI_LEGACY_REMOTE_SFENCE_ASID, 0, (unsigned long)&mask, 0, 4096, 1, 0, 0);
	tap_equal(got.error, 0, "legacy: remote_sfence_vma_asid succeeds");
}
