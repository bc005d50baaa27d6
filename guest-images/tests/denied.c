/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest that is denied SBI extensions: what is denied is absent and does nothing, whatever it is asked; the others work. Boot
 * arguments: no-<name> for each that is denied, by its name in denied-sbi-extensions; denied=N, how many they are.
 */

#include "tests/sbi_test.h"

#define FIDS   11
#define POISON 0x5a5a5a5a5a5a5a5aul

static const struct extension {
	const char *word; /* in the boot arguments */
	long first, last; /* EIDs */
	int always;	  /* every machine has it; of the others, those whose probe says so are there */
} extensions[] = {
	{"no-base", SBI_EXT_BASE, SBI_EXT_BASE, 1},
	{"no-time", SBI_EXT_TIME, SBI_EXT_TIME, 1},
	{"no-ipi", SBI_EXT_IPI, SBI_EXT_IPI, 1},
	{"no-rfence", SBI_EXT_RFENCE, SBI_EXT_RFENCE, 1},
	{"no-hsm", SBI_EXT_HSM, SBI_EXT_HSM, 1},
	{"no-srst", SBI_EXT_SRST, SBI_EXT_SRST, 1},
	{"no-dbcn", SBI_EXT_DBCN, SBI_EXT_DBCN, 1},
	{"no-susp", SBI_EXT_SUSP, SBI_EXT_SUSP, 0},
	{"no-pmu", SBI_EXT_PMU, SBI_EXT_PMU, 0},
	{"no-fwft", SBI_EXT_FWFT, SBI_EXT_FWFT, 0},
	{"no-sta", SBI_EXT_STA, SBI_EXT_STA, 0},
	{"no-sse", SBI_EXT_SSE, SBI_EXT_SSE, 0},
	{"no-dbtr", SBI_EXT_DBTR, SBI_EXT_DBTR, 0},
	{"no-legacy", SBI_LEGACY_SET_TIMER, SBI_LEGACY_SHUTDOWN, 1},
};

/* Text that no denied call may bring to the console: the row looks for it. */
static const char text[] = "~ DENIED OUTPUT ~\n";
static volatile unsigned long started, hart_mask = 1;

/* Where a hart would be started: stores 1 at its opaque argument. */
__asm__(".text\n"
	"	.balign	4\n"
	"denied_start:\n"
	"	li	t0, 1\n"
	"	sd	t0, 0(a1)\n"
	"1:	wfi\n"
	"	j	1b\n");
extern const char denied_start[];

static int is_legacy(long eid)
{
	return eid <= SBI_LEGACY_SHUTDOWN;
}

/* Legacy calls answer in a0 alone, and a1 stays what it was. */
static void check_denied(long eid, long fid, unsigned long arg0, unsigned long arg1, unsigned long arg2)
{
	struct sbiret got = sbi_call3(eid, fid, arg0, arg1, arg2);
	long value = is_legacy(eid) ? (long)arg1 : 0;

	if (got.error != SBI_ERR_NOT_SUPPORTED || got.value != value)
		print("# eid 0x%lx fid %ld\n", eid, fid);
	check_ret(got, SBI_ERR_NOT_SUPPORTED, value, "denied: not supported");
}

/* The calls that would be seen to do something. */
static void try_to_work(void)
{
	static const struct {
		long eid, fid;
	} shutdowns[] = {{SBI_EXT_SRST, 0}, {SBI_EXT_SUSP, 0}, {SBI_LEGACY_SHUTDOWN, 0}};
	unsigned long buffer = (unsigned long)text, size = sizeof(text) - 1, self = hart_self()->id;
	const struct {
		long eid, fid;
		unsigned long arg[3];
	} calls[] = {
		{SBI_EXT_TIME, 0, {0, POISON, POISON}},
		{SBI_LEGACY_SET_TIMER, 0, {0, POISON, POISON}},
		{SBI_EXT_IPI, 0, {1, self, POISON}},
		{SBI_EXT_IPI, 0, {0, ~0ul, POISON}},
		{SBI_LEGACY_SEND_IPI, 0, {(unsigned long)&hart_mask, POISON, POISON}},
		{SBI_LEGACY_SEND_IPI, 0, {0, POISON, POISON}},
		{SBI_EXT_RFENCE, 1, {0, ~0ul, 0}},
		{SBI_LEGACY_REMOTE_SFENCE, 0, {0, 0, 0}},
		{SBI_EXT_DBCN, DBCN_WRITE, {size, buffer, 0}},
		{SBI_EXT_DBCN, DBCN_WRITE_BYTE, {'~', POISON, POISON}},
		{SBI_LEGACY_PUTCHAR, 0, {'~', POISON, POISON}},
		{SBI_EXT_HSM, HSM_HART_START, {self + 1, (unsigned long)denied_start, (unsigned long)&started}},
		{SBI_EXT_HSM, HSM_HART_STOP, {0, 0, 0}},
		{SBI_EXT_HSM, HSM_HART_SUSPEND, {0, 0, 0}},
		{SBI_EXT_PMU, 0, {0, 0, 0}},
		{SBI_EXT_STA, 0, {~0ul, ~0ul, 0}},
		{SBI_EXT_DBTR, 0, {0, 0, 0}},
		{SBI_EXT_SSE, 9, {0, 0, 0}},
	};

	for (size_t i = 0; i < ARRAY_SIZE(extensions); i++) {
		const struct extension *e = &extensions[i];

		if (!guest_has_arg(e->word))
			continue;
		for (size_t n = 0; n < ARRAY_SIZE(calls); n++)
			if (calls[n].eid >= e->first && calls[n].eid <= e->last)
				check_denied(calls[n].eid, calls[n].fid, calls[n].arg[0], calls[n].arg[1], calls[n].arg[2]);
		for (size_t n = 0; n < ARRAY_SIZE(shutdowns); n++)
			if (shutdowns[n].eid >= e->first && shutdowns[n].eid <= e->last)
				check_denied(shutdowns[n].eid, shutdowns[n].fid, 0, (unsigned long)denied_start, 0);
	}
}

static void check_all_functions(const struct extension *e)
{
	print("# %s\n", e->word);
	for (long eid = e->first; eid <= e->last; eid++) {
		if (!guest_has_arg("no-base"))
			tap_check(!sbi_has(eid), "denied: probe says absent");
		for (long fid = 0; fid < FIDS; fid++)
			check_denied(eid, fid, 0, POISON, POISON);
		check_denied(eid, -1, 0, POISON, POISON);
	}
}

static unsigned check_denials(void)
{
	unsigned denied = 0;

	for (size_t i = 0; i < ARRAY_SIZE(extensions); i++) {
		if (!guest_has_arg(extensions[i].word))
			continue;
		check_all_functions(&extensions[i]);
		denied++;
	}
	return denied;
}

/* Long enough for a timer, an interrupt, or another hart. */
static void check_nothing_happened(void)
{
	timer_delay(timer_frequency() / 50);
	if (guest_has_arg("no-time") && guest_has_arg("no-legacy"))
		tap_check(!(csr_read(sip) & SIE_STIE), "denied: no timer interrupt");
	if (guest_has_arg("no-ipi") && guest_has_arg("no-legacy"))
		tap_check(!(csr_read(sip) & SIE_SSIE), "denied: no software interrupt");
	if (guest_has_arg("no-hsm"))
		tap_check(!started, "denied: no hart was started");
}

static void check_works(long eid, long fid, unsigned long arg0, unsigned long arg1, long error, const char *name)
{
	if (!guest_has_arg(name))
		check_error(sbi_call3(eid, fid, arg0, arg1, 0), error, name);
}

/* One harmless call each, with its answer. */
static void check_others(void)
{
	unsigned long self = hart_self()->id;

	print("# what is not denied works\n");
	for (size_t i = 0; i < ARRAY_SIZE(extensions) && !guest_has_arg("no-base"); i++)
		if (extensions[i].always && !guest_has_arg(extensions[i].word))
			for (long eid = extensions[i].first; eid <= extensions[i].last; eid++)
				tap_check(sbi_has(eid), "probe says that it is there");
	check_works(SBI_EXT_BASE, 0, 0, 0, SBI_SUCCESS, "no-base");
	check_works(SBI_EXT_TIME, 0, ~0ul, 0, SBI_SUCCESS, "no-time");
	check_works(SBI_EXT_IPI, 0, 1, self, SBI_SUCCESS, "no-ipi");
	check_works(SBI_EXT_RFENCE, 0, 1, self, SBI_SUCCESS, "no-rfence");
	check_works(SBI_EXT_HSM, HSM_HART_GET_STATUS, self, 0, SBI_SUCCESS, "no-hsm");
	check_works(SBI_EXT_SRST, 0, 3, 0, SBI_ERR_INVALID_PARAM, "no-srst");
	check_works(SBI_EXT_DBCN, DBCN_WRITE, 0, 0, SBI_SUCCESS, "no-dbcn");
	check_works(SBI_LEGACY_SET_TIMER, 0, ~0ul, 0, SBI_SUCCESS, "no-legacy");
	for (size_t i = 0; i < ARRAY_SIZE(extensions) && !guest_has_arg("no-base"); i++) {
		const struct extension *e = &extensions[i];

		if (!e->always && !guest_has_arg(e->word) && sbi_has(e->first)) /* what is reserved everywhere */
			tap_check(sbi_call3(e->first, 0, 0x3fff, POISON, POISON).error != SBI_ERR_NOT_SUPPORTED, e->word);
	}
}

void guest_main(void)
{
	timer_set(~0ul);
	csr_clear(sip, SIE_SSIE);
	tap_equal(check_denials(), (long)guest_arg("denied", 0), "every extension that is denied is one that we know");
	try_to_work();
	check_nothing_happened();
	check_others();
	tap_end();
	print("denied: the end\n");
}
