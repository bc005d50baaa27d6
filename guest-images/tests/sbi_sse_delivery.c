/* SPDX-License-Identifier: Apache-2.0 */
/* SBI tests: software events taken by the hart that injects them: what the handler finds, what is left when it is done. */

#include "tests/sse_test.h"

#define PATTERN(n) (0x1111111111111111ul * ((n) & 15) + (n))

extern const char sse_exact_ecall[];

static struct sse_run run;
static struct sse_exact regs;
static unsigned long status_inside, complete_inside[ATTR_COUNT];

static void look_around(struct sse_run *r)
{
	status_inside = sse_get(r->event, STATUS);
}

/* x1-x31 after the call are those before it, but for a0 and a1. */
static int registers_kept(void)
{
	int kept = 1;

	for (unsigned n = 1; n < 32; n++)
		if (n != 10 && n != 11 && regs.out[n] != regs.in[n]) {
			print("# x%u is 0x%lx, was 0x%lx\n", n, regs.out[n], regs.in[n]);
			kept = 0;
		}
	return kept;
}

static int handler_saw_registers(void)
{
	for (unsigned n = 1; n < 32; n++)
		if (n != 10 && n != 11 && n != 16 && n != 17 && run.x[n] != regs.in[n])
			return 0;
	return 1;
}

/* One injection of an event to oneself with every register known; SIE, SPIE and SPP as `bits` of sstatus say. */
static void test_exact(unsigned long event, unsigned long bits)
{
	unsigned long before = csr_read(sstatus), during, after, pc = (unsigned long)sse_exact_ecall;

	print("# event 0x%lx with sstatus bits 0x%lx\n", event, bits);
	tap_equal(sse_use(&run, event, 0, look_around), 0, "SSE: register and enable");
	for (unsigned n = 1; n < 32; n++)
		regs.in[n] = PATTERN(n);
	regs.in[10] = event;
	regs.in[11] = hart_self()->id;
	regs.in[16] = SSE_INJECT;
	regs.in[17] = SBI_EXT_SSE;
	csr_write(sie, 0);
	csr_write(sepc, 0x123456789abcdef0);
	csr_write(scause, 13);
	csr_write(stval, 0xfedcba9876543210);
	during = (before & ~(SSTATUS_SIE | SSTATUS_SPIE | SSTATUS_SPP)) | bits;
	csr_write(sstatus, during);
	sse_exact_call(&regs);
	after = csr_read(sstatus);
	csr_write(sstatus, before);
	tap_equal(run.count, 1, "SSE: the handler ran once, before the call returned");
	tap_check(registers_kept(), "SSE: all registers are kept");
	tap_check(regs.out[10] == 0 && regs.out[11] == 0, "SSE: the call's answer is kept");
	tap_check(handler_saw_registers(), "SSE: the handler came with the interrupted registers");
	tap_equal((long)after, (long)during, "SSE: sstatus is kept");
	tap_equal((long)csr_read(sepc), 0x123456789abcdef0, "SSE: sepc is kept");
	tap_check(csr_read(scause) == 13 && csr_read(stval) == 0xfedcba9876543210, "SSE: scause and stval are kept");
	tap_check(run.scause == 13 && run.stval == 0xfedcba9876543210, "SSE: the handler found them too");
	tap_equal((long)run.a6, (long)hart_self()->id, "SSE: a6 was the hart's id");
	tap_equal((long)run.sepc, (long)pc + 4, "SSE: sepc was behind the call");
	tap_equal((long)(run.sstatus & (SSTATUS_SIE | SSTATUS_SPIE | SSTATUS_SPP)),
		  (long)(SSTATUS_SPP | (bits & SSTATUS_SIE ? SSTATUS_SPIE : 0)), "SSE: SPP was S, SPIE was SIE, SIE was 0");
	tap_equal((long)run.attr[INTERRUPTED_SEPC], 0x123456789abcdef0, "SSE: interrupted sepc");
	tap_equal((long)run.attr[INTERRUPTED_FLAGS], (bits & SSTATUS_SPP ? 1 : 0) | (bits & SSTATUS_SPIE ? 2 : 0),
		  "SSE: interrupted flags");
	tap_check(run.attr[INTERRUPTED_A6] == SSE_INJECT && run.attr[INTERRUPTED_A7] == SBI_EXT_SSE, "SSE: interrupted a6 and a7");
	if (guest_on_bulkhead()) /* OpenSBI says that it is pending, and everything else as well: it sets all bits but that one */
		tap_equal((long)status_inside, RUNNING | INJECTABLE, "SSE: running and not pending");
	tap_equal((long)(sse_get(event, STATUS) & 7), ENABLED, "SSE: enabled again");
	tap_equal(sse_drop(event), 0, "SSE: disable and unregister");
}

static void test_masked(unsigned long event)
{
	tap_equal(sse_use(&run, event, 0, NULL), 0, "SSE: register and enable");
	sse(SSE_MASK, 0, 0, 0);
	check_ret(sse(SSE_INJECT, event, hart_self()->id, 0), SBI_SUCCESS, 0, "SSE: inject while masked");
	check_ret(sse(SSE_INJECT, event, hart_self()->id, 0), SBI_SUCCESS, 0, "SSE: and again");
	tap_check(run.count == 0 && (sse_get(event, STATUS) & 7) == (ENABLED | PENDING), "SSE: it stays pending");
	check_ret(sse(SSE_DISABLE, event, 0, 0), SBI_SUCCESS, 0, "SSE: disable it");
	tap_equal((long)(sse_get(event, STATUS) & 7), REGISTERED | PENDING, "SSE: it still is pending");
	check_ret(sse(SSE_UNMASK, 0, 0, 0), SBI_SUCCESS, 0, "SSE: unmask while it is disabled");
	tap_equal(run.count, 0, "SSE: nothing comes");
	if (guest_on_bulkhead()) { /* OpenSBI looks at the hart that enables at its next trap */
		check_ret(sse(SSE_ENABLE, event, 0, 0), SBI_SUCCESS, 0, "SSE: enable it");
	} else {
		sse(SSE_ENABLE, event, 0, 0);
		sse(SSE_COMPLETE, 0, 0, 0);
	}
	tap_equal(run.count, 1, "SSE: it comes, once");
	tap_equal((long)run.attr[INTERRUPTED_A6], guest_on_bulkhead() ? SSE_ENABLE : (long)run.attr[INTERRUPTED_A6], "SSE: at once");
	sse(SSE_MASK, 0, 0, 0);
	sse(SSE_INJECT, event, hart_self()->id, 0);
	check_ret(sse(SSE_UNMASK, 0, 0, 0), SBI_SUCCESS, 0, "SSE: unmask while it is pending");
	tap_check(run.count == 2 && run.attr[INTERRUPTED_A6] == SSE_UNMASK, "SSE: it comes at once");
	sse_drop(event);
}

static void inject_again(struct sse_run *r)
{
	if (r->count < 3)
		sse(SSE_INJECT, r->event, hart_self()->id, 0);
}

/* Signalled while it runs, it is taken again after it is complete, and comes from where the first one came from. */
static void test_again(unsigned long event)
{
	sse_use(&run, event, 0, inject_again);
	sse(SSE_INJECT, event, hart_self()->id, 0);
	tap_equal(run.count, 4, "SSE: injected while it runs, it runs again");
	tap_equal((long)run.attr[INTERRUPTED_A6], SSE_INJECT, "SSE: interrupting what was interrupted first");
	sse_drop(event);
}

static void test_oneshot(unsigned long event)
{
	sse_set(event, CONFIG, 1);
	tap_equal(sse_use(&run, event, 0, inject_again), 0, "SSE: register and enable a one-shot event");
	sse(SSE_INJECT, event, hart_self()->id, 0);
	tap_equal(run.count, 1, "SSE: it runs once, though it was injected while it ran");
	tap_equal((long)(sse_get(event, STATUS) & 7), REGISTERED | PENDING, "SSE: registered and pending afterwards");
	check_ret(sse(SSE_ENABLE, event, 0, 0), SBI_SUCCESS, 0, "SSE: enable it again");
	sse(SSE_COMPLETE, 0, 0, 0);
	tap_equal(run.count, 2, "SSE: it runs");
	sse(SSE_ENABLE, event, 0, 0);
	sse(SSE_COMPLETE, 0, 0, 0);
	sse(SSE_ENABLE, event, 0, 0);
	sse(SSE_COMPLETE, 0, 0, 0);
	tap_equal(run.count, 4, "SSE: and again, as long as it is injected");
	tap_equal(sse_set(event, CONFIG, 0), SBI_SUCCESS, "SSE: no longer one-shot");
	check_ret(sse(SSE_UNREGISTER, event, 0, 0), SBI_SUCCESS, 0, "SSE: unregister");
}

/* The handler sends its interrupted code elsewhere, with other registers. */
static void change_everything(struct sse_run *r)
{
	static const unsigned long values[] = {0x4444, 0x2, 0x6666, 0x7777};

	tap_equal(sse_set(r->event, INTERRUPTED_FLAGS, 0x40), SBI_ERR_INVALID_PARAM, "SSE: a reserved flag, in the handler");
	for (unsigned bit = 0; bit < 6; bit++) {
		tap_equal(sse_set(r->event, INTERRUPTED_FLAGS, 1ul << bit), SBI_SUCCESS, "SSE: each flag, in the handler");
		tap_equal((long)sse_get(r->event, INTERRUPTED_FLAGS), 1l << bit, "SSE: it is kept");
	}
	tap_equal(sse_set(r->event, PRIORITY, 0), SSE_ERR_INVALID_STATE, "SSE: priority, in the handler");
	tap_equal(sse_set(r->event, CONFIG, 0), SSE_ERR_INVALID_STATE, "SSE: config, in the handler");
	check_error(sse(SSE_DISABLE, r->event, 0, 0), SSE_ERR_INVALID_STATE, "SSE: disable, in the handler");
	check_error(sse(SSE_UNREGISTER, r->event, 0, 0), SSE_ERR_INVALID_STATE, "SSE: unregister, in the handler");
	check_error(sse_attrs(SSE_WRITE, r->event, INTERRUPTED_SEPC, 4, values), SBI_SUCCESS, "SSE: change what was interrupted");
	sse_attrs(SSE_READ, r->event, 0, ATTR_COUNT, complete_inside);
	tap_check(!memcmp(&complete_inside[INTERRUPTED_SEPC], values, sizeof(values)), "SSE: it is kept");
	csr_write(stval, 0x99);
}

static void test_changed(unsigned long event)
{
	unsigned long before = csr_read(sstatus), after;

	sse_use(&run, event, 0, change_everything);
	for (unsigned n = 1; n < 32; n++)
		regs.in[n] = PATTERN(n);
	regs.in[10] = event;
	regs.in[11] = hart_self()->id;
	regs.in[16] = SSE_INJECT;
	regs.in[17] = SBI_EXT_SSE;
	sse_exact_call(&regs);
	after = csr_read(sstatus);
	csr_write(sstatus, before);
	tap_check(regs.out[16] == 0x6666 && regs.out[17] == 0x7777, "SSE: a6 and a7 are as the handler wants");
	tap_equal((long)csr_read(sepc), 0x4444, "SSE: so is sepc");
	tap_equal((long)(after & (SSTATUS_SPP | SSTATUS_SPIE)), SSTATUS_SPIE, "SSE: so are SPP and SPIE");
	tap_equal((long)csr_read(stval), 0x99, "SSE: stval is left to the handler");
	regs.in[16] = regs.out[16];
	regs.in[17] = regs.out[17];
	tap_check(registers_kept(), "SSE: all other registers are kept");
	sse_drop(event);
}

void test_sse_delivery(void)
{
	static const unsigned long bits[] = {0, SSTATUS_SIE, SSTATUS_SPIE, SSTATUS_SPP, SSTATUS_SIE | SSTATUS_SPIE | SSTATUS_SPP};
	static const unsigned long events[] = {EVENT_LOCAL, EVENT_GLOBAL, EVENT_RAS, EVENT_DOUBLE_TRAP};

	for (size_t e = 0; e < (guest_on_bulkhead() ? 4 : 2); e++) {
		for (size_t i = 0; i < ARRAY_SIZE(bits); i++)
			test_exact(events[e], bits[i]);
		test_masked(events[e]);
		test_again(events[e]);
		test_oneshot(events[e]);
		test_changed(events[e]);
	}
}
