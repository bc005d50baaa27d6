/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SBI tests: calls that take physical addresses while the caller's own translation is on and leads from such an address to
 * another page, or to none. They reach the physical page all the same; legacy hart masks, at virtual addresses, do not.
 */

#include "sbi_test.h"
#include "tests/sv39.h"

#define ASID	     9ul
#define UNTOUCHED    0xa5a5a5a5a5a5a5a5ul
#define EVENT_LOCAL  0xffff0000ul
#define EVENT_CYCLES 1ul

static const struct {
	long eid, fid;
	unsigned long arg[6];
	int address; /* which of them is the address */
	unsigned long before, after; /* the first word there */
	const char *name;
} writers[] = {
	{SBI_EXT_STA, 0, {0}, 0, UNTOUCHED, 0, "translated: STA set_shmem"},
	{SBI_EXT_SSE, 0, {EVENT_LOCAL, 0, 1}, 3, UNTOUCHED, 8, "translated: SSE read_attrs"}, /* unused, injectable */
	{SBI_EXT_PMU, 8, {0, 0, 1}, 0, EVENT_CYCLES, 1ul << 32 | EVENT_CYCLES, "translated: PMU event_get_info"},
	{SBI_EXT_DBTR, 2, {0, 1}, -1, UNTOUCHED, 0, "translated: DBTR read_triggers"},
};

static void fill(void *page, uint64_t value)
{
	for (unsigned i = 0; i < GUEST_PAGE_SIZE / 8; i++)
		((volatile uint64_t *)page)[i] = value;
}

static int is_filled(const void *page, unsigned from, uint64_t value)
{
	for (unsigned i = from; i < GUEST_PAGE_SIZE / 8; i++)
		if (((const volatile uint64_t *)page)[i] != value)
			return 0;
	return 1;
}

/* The call with the window translated to `to`; checks satp. */
static struct sbiret call_translated(const void *to, long eid, long fid, const unsigned long *arg)
{
	struct sbiret got;
	unsigned long before, after;

	sv39_set(to);
	before = sv39_on(ASID);
	got = sbi_call(eid, fid, arg[0], arg[1], arg[2], arg[3], arg[4], arg[5]);
	after = csr_read(satp);
	sv39_off();
	tap_equal((long)after, (long)before, "translated: satp is as it was");
	return got;
}

static void check_writer(size_t row, const void *to)
{
	volatile uint64_t *words = (volatile uint64_t *)sv39_window;
	unsigned long arg[6];
	struct sbiret got;

	memcpy(arg, writers[row].arg, sizeof(arg));
	if (writers[row].address >= 0)
		arg[writers[row].address] = (unsigned long)sv39_window;
	fill(sv39_window, UNTOUCHED);
	fill(sv39_other, UNTOUCHED);
	words[0] = writers[row].before;
	words[1] = 0; /* the event's data */
	got = call_translated(to, writers[row].eid, writers[row].fid, arg);
	if (got.error == SBI_ERR_NOT_SUPPORTED && !guest_on_bulkhead()) {
		tap_skip(writers[row].name, "older firmware");
		return;
	}
	check_ret(got, SBI_SUCCESS, 0, writers[row].name);
	tap_equal((long)words[0], (long)writers[row].after, "translated: the physical page is written");
	tap_check(is_filled(sv39_window, 8, UNTOUCHED) && is_filled(sv39_other, 0, UNTOUCHED), "translated: and nothing else");
}

static void test_writers(const void *to)
{
	for (size_t i = 0; i < ARRAY_SIZE(writers); i++) {
		if (!sbi_has(writers[i].eid)) {
			tap_skip(writers[i].name, "absent");
			continue;
		}
		if (writers[i].eid == SBI_EXT_DBTR)
			sbi_call3(SBI_EXT_DBTR, 1, (unsigned long)sv39_window, 0, 0);
		check_writer(i, to);
		if (writers[i].eid == SBI_EXT_DBTR)
			sbi_call3(SBI_EXT_DBTR, 1, ~0ul, ~0ul, 0);
	}
}

/* A row that sees the line knows that it came from the physical page; that of the other page fails every row. */
static void test_console(const void *to)
{
	const char *text = "# dbcn: the physical memory\n";
	size_t size = strlen(text), done = 0;
	struct sbiret got = {0, 0};

	strcpy((char *)sv39_window, text);
	strcpy((char *)sv39_other, "\nnot ok - the other page\n");
	while (done < size && got.error == 0) {
		unsigned long arg[6] = {size - done, (unsigned long)sv39_window + done};

		got = call_translated(to, SBI_EXT_DBCN, DBCN_WRITE, arg);
		done += got.error || (size_t)got.value > size - done ? 0 : (size_t)got.value;
	}
	check_error(got, SBI_SUCCESS, "translated: DBCN write");
	tap_equal((long)done, (long)size, "translated: all of it");
	if (guest_on_bulkhead()) {
		unsigned long arg[6] = {16, memory_hole_above()};

		check_ret(call_translated(to, SBI_EXT_DBCN, DBCN_WRITE, arg), SBI_ERR_INVALID_PARAM, 0,
			  "translated: DBCN write of what is no memory");
	}
}

static void send_legacy_ipi(void *arg)
{
	sbi_call3(SBI_LEGACY_SEND_IPI, 0, (unsigned long)arg, 0, 0);
}

/* Its mask lies at a virtual address: nobody in the page itself, this hart in the other, a page fault where there is none. */
static void test_legacy_mask(void)
{
	struct trap trap;
	unsigned long before, after;
	unsigned long arg[6] = {(unsigned long)sv39_window};

	if (hart_self()->id >= 64)
		return;
	fill(sv39_window, 0);
	fill(sv39_other, 1ul << hart_self()->id);
	csr_clear(sip, SIE_SSIE);
	tap_equal(call_translated(sv39_other, SBI_LEGACY_SEND_IPI, 0, arg).error, 0, "translated: legacy send_ipi");
	tap_check((csr_read(sip) & SIE_SSIE) != 0, "translated: it reads the mask at the virtual address");
	csr_clear(sip, SIE_SSIE);
	sv39_set(NULL);
	before = sv39_on(ASID);
	trap_run(&trap, send_legacy_ipi, sv39_window);
	after = csr_read(satp);
	sv39_off();
	tap_equal((long)trap.cause, CAUSE_LOAD_PAGE_FAULT, "translated: a mask that is not mapped is a page fault");
	tap_equal((long)trap.tval, (long)sv39_window, "translated: stval is its address");
	tap_equal((long)after, (long)before, "translated: satp is as it was");
}

void test_translated(void)
{
	sv39_init();
	for (int i = 0; i < 2; i++) {
		const void *to = i == 0 ? sv39_other : NULL;

		print("# a page that is translated to %s\n", to ? "another" : "none");
		test_writers(to);
		if (sbi_has(SBI_EXT_DBCN))
			test_console(to);
	}
	if (sbi_has(SBI_LEGACY_SEND_IPI))
		test_legacy_mask();
}
