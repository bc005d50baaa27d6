/* SPDX-License-Identifier: Apache-2.0 */
/* SBI tests: software events that something other than an injection makes pending: a counter's overflow, a double trap. */

#include "tests/sbi_pmu.h"
#include "tests/sse_test.h"

#define FWFT_SET	 0
#define FWFT_DOUBLE_TRAP 3
#define SSTATUS_SDT	 0x1000000ul

static struct sse_run run;
static unsigned long counter;

static void stop_counter(struct sse_run *r)
{
	(void)r;
	pmu_stop(counter, 0);
}

/* With the event enabled an overflow is told by it, and by no interrupt. */
static void test_overflow(void)
{
	unsigned long hardware = 0;
	struct sbiret got;

	for (unsigned long i = 3; i < 32; i++)
		hardware |= 1ul << i;
	got = pmu_config(hardware, CFG_CLEAR_VALUE, EVENT_INSTRUCTIONS, 0);
	if (!dt_has_isa("sscofpmf") || got.error) {
		if (!got.error)
			pmu_stop((unsigned long)got.value, STOP_RESET);
		if (guest_on_bulkhead())
			check_error(sse(SSE_ENABLE, EVENT_PMU_OVERFLOW, 0, 0), SBI_ERR_NOT_SUPPORTED, "SSE: no event without overflows");
		return;
	}
	counter = (unsigned long)got.value;
	csr_set(sie, SIE_LCOFIE);
	if (!(csr_read(sie) & SIE_LCOFIE) && !guest_on_bulkhead()) { /* the machine tells of Sscofpmf and has no interrupt */
		pmu_stop(counter, STOP_RESET);
		tap_skip("SSE: overflows", "the machine's sie.LCOFIE cannot be set");
		return;
	}
	csr_clear(sie, SIE_LCOFIE);
	tap_equal(sse_use(&run, EVENT_PMU_OVERFLOW, 0, stop_counter), 0, "SSE: the event of overflows is enabled");
	sse(SSE_UNMASK, 0, 0, 0);
	for (unsigned long turn = 1; turn <= 3; turn++) {
		check_ret(pmu_start(counter, START_INIT_VALUE, -20000ul), SBI_SUCCESS, 0, "SSE: a counter starts just below 0");
		tap_check(sse_wait(&run.count, turn), "SSE: its overflow is an event");
		tap_equal((long)run.count, (long)turn, "SSE: once");
		tap_check((csr_read(sip) & SIE_LCOFIE) == 0, "SSE: and no interrupt");
	}
	sse(SSE_MASK, 0, 0, 0);
	tap_equal(sse_drop(EVENT_PMU_OVERFLOW), 0, "SSE: the event is dropped");
	pmu_stop(counter, STOP_RESET);
}

/* Goes on behind the instruction that trapped twice. */
static void skip_instruction(struct sse_run *r)
{
	(void)r;
	csr_write(sepc, csr_read(sepc) + 4);
}

static void test_double_trap(void)
{
	unsigned long pc;

	if (sbi_call3(SBI_EXT_FWFT, FWFT_SET, FWFT_DOUBLE_TRAP, 1, 0).error) {
		tap_skip("SSE: double traps", "this machine does not tell them");
		return;
	}
	tap_equal(sse_use(&run, EVENT_DOUBLE_TRAP, 0, skip_instruction), 0, "SSE: the event of double traps is enabled");
	run.count = 0;
	sse(SSE_UNMASK, 0, 0, 0);
	__asm__ volatile("csrs sstatus, %1\n"
			 "la %0, 1f\n"
			 ".option push\n.option norvc\n"
			 "1: ebreak\n"
			 ".option pop\n"
			 "csrc sstatus, %1"
			 : "=&r"(pc) : "r"(SSTATUS_SDT) : "memory");
	sse(SSE_MASK, 0, 0, 0);
	tap_equal((long)run.count, 1, "SSE: an exception while sstatus.SDT is set is an event");
	tap_equal((long)run.sepc, (long)pc, "SSE: which says where");
	tap_equal(sse_drop(EVENT_DOUBLE_TRAP), 0, "SSE: the event is dropped");
	tap_equal(sbi_call3(SBI_EXT_FWFT, FWFT_SET, FWFT_DOUBLE_TRAP, 0, 0).error, SBI_SUCCESS, "SSE: double traps are off again");
}

void test_sse_sources(void)
{
	test_overflow();
	test_double_trap();
}
