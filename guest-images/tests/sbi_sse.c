/* SPDX-License-Identifier: Apache-2.0 */
/* SBI tests: SSE, software events: the calls and their wrong arguments, and the helpers of the other parts. */

#include "tests/sse_test.h"

_Static_assert(offsetof(struct sse_run, stack) == 256, "RUN_STACK in sse_entry.S");
_Static_assert(offsetof(struct sse_run, hart) == 264, "RUN_HART in sse_entry.S");
_Static_assert(offsetof(struct sse_run, a6) == 272, "RUN_A6 in sse_entry.S");
_Static_assert(offsetof(struct sse_exact, saved) == 512, "sse_exact in sse_entry.S");

void sse_handle(struct sse_run *run);

/* Called by sse_entry.S on the run's own stack. */
void sse_handle(struct sse_run *run)
{
	run->sepc = csr_read(sepc);
	run->sstatus = csr_read(sstatus);
	run->scause = csr_read(scause);
	run->stval = csr_read(stval);
	run->satp = csr_read(satp);
	sse_attrs(SSE_READ, run->event, 0, ATTR_COUNT, run->attr);
	if (run->handle)
		run->handle(run);
	__atomic_add_fetch(&run->count, 1, __ATOMIC_RELEASE);
}

unsigned long sse_get(unsigned long event, unsigned long attr)
{
	unsigned long value = ~0ul;

	if (sse_attrs(SSE_READ, event, attr, 1, &value).error)
		return ~0ul;
	return value;
}

long sse_set(unsigned long event, unsigned long attr, unsigned long value)
{
	return sse_attrs(SSE_WRITE, event, attr, 1, &value).error;
}

long sse_use(struct sse_run *run, unsigned long event, unsigned long priority, void (*handle)(struct sse_run *run))
{
	long error;

	memset(run, 0, sizeof(*run));
	run->stack = (unsigned long)(run->memory + SSE_STACK_SIZE);
	run->hart = hart_self();
	run->handle = handle;
	run->event = event;
	error = sse(SSE_REGISTER, event, (unsigned long)sse_entry, (unsigned long)run).error;
	if (!error)
		error = sse_set(event, PRIORITY, priority);
	if (!error)
		error = sse(SSE_ENABLE, event, 0, 0).error;
	return error;
}

long sse_drop(unsigned long event)
{
	long error = sse(SSE_DISABLE, event, 0, 0).error;

	return error ? error : sse(SSE_UNREGISTER, event, 0, 0).error;
}

int sse_wait(const volatile unsigned long *counter, unsigned long wanted)
{
	unsigned long end = rdtime() + 10 * timer_frequency(); /* a host may be busy */

	while (__atomic_load_n(counter, __ATOMIC_ACQUIRE) < wanted)
		if (rdtime() > end)
			return 0;
	return 1;
}

/* Bare OpenSBI calls every id invalid that is not in its list of standard events, platforms' own included. */
static const struct {
	unsigned long id;
	long error;
	int on_opensbi;
	const char *name;
} ids[] = {
	{0x2, SBI_ERR_INVALID_PARAM, 1, "SSE: id 0x2 is reserved"},
	{0x3fff, SBI_ERR_INVALID_PARAM, 1, "SSE: id 0x3fff is reserved"},
	{0x4000, SBI_ERR_NOT_SUPPORTED, 0, "SSE: id 0x4000 is a platform's"},
	{0x8000, SBI_ERR_NOT_SUPPORTED, 1, "SSE: global high priority RAS"},
	{0x8001, SBI_ERR_INVALID_PARAM, 1, "SSE: id 0x8001 is reserved"},
	{0xffff, SBI_ERR_NOT_SUPPORTED, 0, "SSE: id 0xffff is a platform's"},
	{0x10001, SBI_ERR_INVALID_PARAM, 1, "SSE: id 0x10001 is reserved"},
	{0x18000, SBI_ERR_INVALID_PARAM, 1, "SSE: id 0x18000 is reserved"},
	{0x20000, SBI_ERR_INVALID_PARAM, 1, "SSE: id 0x20000 is in a range without events"},
	{0x100000, SBI_ERR_NOT_SUPPORTED, 1, "SSE: local low priority RAS"},
	{0x108000, SBI_ERR_NOT_SUPPORTED, 1, "SSE: global low priority RAS"},
	{0x7fff0000, SBI_ERR_INVALID_PARAM, 1, "SSE: id 0x7fff0000 is in a range without events"},
	{0xffff0001, SBI_ERR_INVALID_PARAM, 1, "SSE: id 0xffff0001 is reserved"},
	{0xffff4000, SBI_ERR_NOT_SUPPORTED, 0, "SSE: id 0xffff4000 is a platform's"},
	{0xffffbfff, SBI_ERR_INVALID_PARAM, 1, "SSE: id 0xffffbfff is reserved"},
	{0xffffffff, SBI_ERR_NOT_SUPPORTED, 0, "SSE: id 0xffffffff is a platform's"},
	{0x123400000002, SBI_ERR_INVALID_PARAM, 1, "SSE: id 0x2 with the upper half set"},
};

static void test_ids(void)
{
	static unsigned long buffer[ATTR_COUNT];
	unsigned long self = hart_self()->id;

	for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
		if (!ids[i].on_opensbi && !guest_on_bulkhead())
			continue;
		print("# %s\n", ids[i].name);
		check_error(sse_attrs(SSE_READ, ids[i].id, 0, 1, buffer), ids[i].error, "SSE: read_attrs of it");
		check_error(sse_attrs(SSE_WRITE, ids[i].id, 1, 1, buffer), ids[i].error, "SSE: write_attrs");
		check_error(sse(SSE_REGISTER, ids[i].id, (unsigned long)sse_entry, 0), ids[i].error, "SSE: register");
		check_error(sse(SSE_UNREGISTER, ids[i].id, 0, 0), ids[i].error, "SSE: unregister");
		check_error(sse(SSE_ENABLE, ids[i].id, 0, 0), ids[i].error, "SSE: enable");
		check_error(sse(SSE_DISABLE, ids[i].id, 0, 0), ids[i].error, "SSE: disable");
		check_error(sse(SSE_INJECT, ids[i].id, self, 0), ids[i].error, "SSE: inject");
	}
}

/* It needs the interrupt on overflow: Sscofpmf. */
static void test_pmu_overflow(void)
{
	static unsigned long status;

	check_error(sse_attrs(SSE_READ, EVENT_PMU_OVERFLOW, STATUS, 1, &status),
		    dt_has_isa("sscofpmf") ? SBI_SUCCESS : SBI_ERR_NOT_SUPPORTED, "SSE: PMU overflow is there with Sscofpmf only");
}

static void test_states(unsigned long event)
{
	unsigned long pc = (unsigned long)sse_entry;

	print("# event 0x%lx\n", event);
	tap_equal((long)sse_get(event, STATUS), UNUSED | INJECTABLE, "SSE: unused at first");
	check_error(sse(SSE_UNREGISTER, event, 0, 0), SSE_ERR_INVALID_STATE, "SSE: unregister while unused");
	check_error(sse(SSE_ENABLE, event, 0, 0), SSE_ERR_INVALID_STATE, "SSE: enable while unused");
	check_error(sse(SSE_DISABLE, event, 0, 0), SSE_ERR_INVALID_STATE, "SSE: disable while unused");
	check_error(sse(SSE_REGISTER, event, pc + 1, 0), SBI_ERR_INVALID_PARAM, "SSE: register an odd entry");
	tap_equal((long)sse_get(event, STATUS), UNUSED | INJECTABLE, "SSE: still unused");
	check_ret(sse(SSE_REGISTER, event | 1ul << 32, pc, 0x77), SBI_SUCCESS, 0, "SSE: register, the id's upper half is ignored");
	tap_equal((long)sse_get(event, STATUS), REGISTERED | INJECTABLE, "SSE: registered");
	tap_check(sse_get(event, ENTRY_PC) == pc && sse_get(event, ENTRY_ARG) == 0x77, "SSE: with entry and argument");
	check_error(sse(SSE_REGISTER, event, pc, 0), SSE_ERR_INVALID_STATE, "SSE: register twice");
	if (guest_on_bulkhead()) /* the table names the state first, OpenSBI looks at the address first */
		check_error(sse(SSE_REGISTER, event, pc + 1, 0), SSE_ERR_INVALID_STATE, "SSE: register twice, odd");
	check_error(sse(SSE_DISABLE, event, 0, 0), SSE_ERR_INVALID_STATE, "SSE: disable while registered");
	check_ret(sse(SSE_ENABLE, event, 0, 0), SBI_SUCCESS, 0, "SSE: enable");
	tap_equal((long)sse_get(event, STATUS), ENABLED | INJECTABLE, "SSE: enabled");
	check_error(sse(SSE_ENABLE, event, 0, 0), SSE_ERR_INVALID_STATE, "SSE: enable twice");
	check_error(sse(SSE_REGISTER, event, pc, 0), SSE_ERR_INVALID_STATE, "SSE: register while enabled");
	check_error(sse(SSE_UNREGISTER, event, 0, 0), SSE_ERR_INVALID_STATE, "SSE: unregister while enabled");
	check_ret(sse(SSE_DISABLE, event, 0, 0), SBI_SUCCESS, 0, "SSE: disable");
	tap_equal((long)sse_get(event, STATUS), REGISTERED | INJECTABLE, "SSE: registered again");
	check_ret(sse(SSE_UNREGISTER, event, 0, 0), SBI_SUCCESS, 0, "SSE: unregister");
	tap_equal((long)sse_get(event, STATUS), UNUSED | INJECTABLE, "SSE: unused again");
}

void test_sse_calls(void)
{
	test_sse_reset(EVENT_LOCAL);
	test_sse_reset(EVENT_GLOBAL);
	check_ret(sse(10, 0, 0, 0), SBI_ERR_NOT_SUPPORTED, 0, "SSE: unknown function");
	check_ret(sse(-1, 0, 0, 0), SBI_ERR_NOT_SUPPORTED, 0, "SSE: function -1");
	check_error(sse(SSE_MASK, 0, 0, 0), SBI_ERR_ALREADY_STOPPED, "SSE: masked at first");
	check_ret(sse(SSE_COMPLETE, 0, 0, 0), SBI_SUCCESS, 0, "SSE: complete without a handler does nothing");
	test_ids();
	test_pmu_overflow();
	test_states(EVENT_LOCAL);
	test_states(EVENT_GLOBAL);
	if (guest_on_bulkhead()) { /* OpenSBI has these where its drivers have them */
		test_states(EVENT_RAS);
		test_states(EVENT_DOUBLE_TRAP);
	}
	check_error(sse(SSE_INJECT, EVENT_LOCAL, absent_hart(), 0), SBI_ERR_INVALID_PARAM, "SSE: inject to an absent hart");
	if (guest_on_bulkhead()) /* OpenSBI looks at the lower half */
		check_error(sse(SSE_INJECT, EVENT_LOCAL, 1ul << 32, 0), SBI_ERR_INVALID_PARAM, "SSE: inject to hart 2^32");
	check_error(sse(SSE_INJECT, EVENT_LOCAL, ~0ul, 0), SBI_ERR_INVALID_PARAM, "SSE: inject to hart -1");
	check_ret(sse(SSE_UNMASK, 0, 0, 0), SBI_SUCCESS, 0, "SSE: unmask");
	check_error(sse(SSE_UNMASK, 0, 0, 0), SBI_ERR_ALREADY_STARTED, "SSE: unmask twice");
	check_ret(sse(SSE_MASK, 0, 0, 0), SBI_SUCCESS, 0, "SSE: mask");
	check_error(sse(SSE_MASK, 0, 0, 0), SBI_ERR_ALREADY_STOPPED, "SSE: mask twice");
	sse(SSE_UNMASK, 0, 0, 0);
}

/* What the guest leaves behind must be gone after its restart: the next life sees it, at the latest in test_sse_calls(). */
static void reboot_dirty(void)
{
	static struct sse_run local, global;

	test_sse_reset(EVENT_LOCAL);
	test_sse_reset(EVENT_GLOBAL);
	check_error(sse(SSE_MASK, 0, 0, 0), SBI_ERR_ALREADY_STOPPED, "SSE: masked at first");
	sse_set(EVENT_GLOBAL, CONFIG, 1);
	sse_use(&local, EVENT_LOCAL, 3, NULL);
	sse_use(&global, EVENT_GLOBAL, 4, NULL);
	sse(SSE_INJECT, EVENT_LOCAL, hart_self()->id, 0);
	sse(SSE_INJECT, EVENT_GLOBAL, 0, 0);
	sse(SSE_DISABLE, EVENT_LOCAL, 0, 0);
	sse(SSE_DISABLE, EVENT_GLOBAL, 0, 0);
	sse(SSE_UNMASK, 0, 0, 0);
	print("sse: rebooting\n");
	guest_reboot();
}

void test_sse(void)
{
	if (!sbi_has(SBI_EXT_SSE)) {
		for (long fid = SSE_READ; fid <= SSE_MASK; fid++)
			check_ret(sse(fid, EVENT_LOCAL, 0, 0), SBI_ERR_NOT_SUPPORTED, 0, "SSE: absent, so not supported");
		return;
	}
	if (guest_has_arg("leave"))
		print("sse: r reboot, s stay?\n");
	if (guest_has_arg("leave") && console_wait("rs") == 'r')
		reboot_dirty();
	test_sse_calls();
	if (guest_has_arg("leave"))
		return;
	test_sse_attrs();
	test_sse_delivery();
	test_sse_priority();
	test_sse_harts();
	test_sse_races();
	test_sse_sources();
}
