/* SPDX-License-Identifier: Apache-2.0 */
/* FWFT tests: landing pads (Zicfilp) and shadow stacks (Zicfiss), and that traps and exits keep their state. */

#include "fwft_test.h"

#define ANSWER 42
#define LPAD   0x00000017u /* lpad 0 */
#define LI_42  0x02a00513u /* li a0, 42 */
#define RET    0x00008067u

#define SSPUSH_RA   0xce104073u
#define SSPOPCHK_RA 0xcdc0c073u
#define SSAMOSWAP_D 0x485532afu /* ssamoswap.d t0, t0, (a0) */
#define SSP	    0x011
#define LD	    0x00053283u /* ld t0, 0(a0) */
#define SD	    0x00553023u /* sd t0, 0(a0) */

/* Code in pages of its own, so that it can be mapped elsewhere: with a landing pad, and without. */
static const uint32_t padded[1024] __attribute__((aligned(4096))) = {LPAD, LI_42, RET};
static const uint32_t plain[1024] __attribute__((aligned(4096))) = {LI_42, RET};

static struct record record;

__asm__(".text\n"
	"jump_through_a0:\n"
	"	jr	a0\n");
void jump_through_a0(void *code);

/* One call with LANDING_PAD on; no result is reported meanwhile, the runtime has no landing pads. */
static unsigned long call_with_lpe(const void *code)
{
	unsigned long answer;

	fwft_set(LANDING_PAD, 1, 0);
	answer = record_call(code, 0, &record);
	fwft_set(LANDING_PAD, 0, 0);
	return answer;
}

static void check_trap(unsigned long cause, unsigned long tval, const void *epc)
{
	tap_equal((long)record.cause, (long)cause, "cause");
	tap_equal((long)record.tval, (long)tval, "stval");
	tap_equal((long)record.epc, (long)epc, "sepc is the target");
}

/*
 * When a trap handler is left for the hypervisor, QEMU 10.0 forgets sstatus.SPELP. That happens rarely, so what depends on it
 * gets a few turns.
 */
#define TURNS 4

static void test_calls(void)
{
	unsigned long off, good, bad = 0, traps;

	record_begin(&record);
	off = record_call(plain, 0, &record);
	good = call_with_lpe(padded);
	traps = record.exceptions;
	for (int turn = 0; turn < TURNS && !(record.status & SSTATUS_SPELP); turn++)
		bad = call_with_lpe(plain);
	record_end();
	tap_equal((long)off, ANSWER, "LANDING_PAD 0: calls need no landing pad");
	tap_equal((long)good, ANSWER, "LANDING_PAD 1: a call to a landing pad");
	tap_equal((long)traps, 0, "without a trap");
	tap_equal((long)bad, -1, "LANDING_PAD 1: a call to something else");
	check_trap(CAUSE_SOFTWARE_CHECK, LANDING_PAD_FAULT, plain);
	tap_check((record.status & SSTATUS_SPELP) != 0, "sstatus.SPELP is set");
}

/* A call into a page that the handler maps first: what was expected before the page fault is expected after it. */
static void test_page_fault(const void *code, unsigned long answer)
{
	unsigned long got = 0;

	record.status = 0;
	for (int turn = 0; turn < TURNS && (!(record.status & SSTATUS_SPELP) || got != answer); turn++) {
		vm_on();
		record_begin(&record);
		record.fix = vm_pte(1);
		record.fix_value = (uint64_t)code >> 12 << PTE_PPN_SHIFT | PTE_V | PTE_R | PTE_X | PTE_A | PTE_D;
		got = call_with_lpe((void *)(VM_BASE + GUEST_PAGE_SIZE));
		record_end();
		vm_off();
	}
	tap_equal((long)got, (long)answer, "LANDING_PAD 1: a call into a page that is mapped on demand");
	tap_equal((long)record.exceptions, answer == ANSWER ? 1 : 2, "the number of traps");
	tap_equal((long)record.cause, answer == ANSWER ? CAUSE_FETCH_PAGE_FAULT : CAUSE_SOFTWARE_CHECK, "the last cause");
	tap_check((record.status & SSTATUS_SPELP) != 0, "sstatus.SPELP is set");
}

/*
 * A call to where no memory is: an access fault, which on Bulkhead is an exit and an injection. There QEMU 10.0 keeps the state in
 * the guest's SPELP instead of HS-mode's, and takes it from there at the next entry: no hypervisor can give it to the handler.
 */
static void test_hole(void)
{
	void *hole = (void *)memory_hole_above();
	unsigned long got;

	record_begin(&record);
	got = call_with_lpe(hole);
	record_end();
	tap_equal((long)got, -1, "LANDING_PAD 1: a call to a hole");
	check_trap(CAUSE_FETCH_ACCESS_FAULT, (unsigned long)hole, hole);
	if (!guest_on_bulkhead())
		tap_check((record.status & SSTATUS_SPELP) != 0, "sstatus.SPELP is set");
}

static volatile int sender_on;

static void send_ipis(void *arg)
{
	(void)arg;
	while (sender_on)
		sbi_call3(SBI_EXT_IPI, 0, 1, harts[0].id, 0);
}

/*
 * Calls to code with a landing pad and without, thousands of times: each of the latter must fault and none of the former, whatever
 * comes between the jump and its target: timer interrupts, masked or not, come at ever other times. Returns how many went wrong.
 */
static unsigned long call_many(unsigned long enabled, unsigned long *calls)
{
	unsigned long faults = 0, good = 0, fired = 0, end;

	record_begin(&record);
	fwft_set(LANDING_PAD, 1, 0);
	end = rdtime() + timer_frequency() / 20;
	/* A busy host may take all of the time from us before the first call. */
	for (*calls = 0; rdtime() < end || (*calls == 0 && fired < 1000); fired++) {
		unsigned long before = record.interrupts;

		timer_set(rdtime() + 10 + fired * 7919 % 501);
		csr_write(sie, enabled);
		csr_set(sstatus, SSTATUS_SIE);
		for (unsigned i = 0; i < 1000 && record.interrupts == before && !(csr_read(sip) & SIE_STIE & ~enabled); i++) {
			faults += record_call(plain, 0, &record) != ANSWER;
			good += record_call(padded, 0, &record) == ANSWER;
			++*calls;
		}
		csr_clear(sstatus, SSTATUS_SIE);
	}
	fwft_set(LANDING_PAD, 0, 0);
	csr_write(sie, 0);
	record_end();
	timer_set(~0ul);
	print("# %lu calls, %lu deadlines, %lu interrupts, %lu exceptions\n", *calls, fired, record.interrupts, record.exceptions);
	return (*calls - faults) + (*calls - good) + (record.exceptions - faults);
}

/* Other harts' IPIs and, where the timer is SBI's, its deadlines are masked here, but make this hart leave its guest. */
static void test_exits_between(void)
{
	unsigned long calls, wrong;

	sender_on = hart_count() > 1;
	if (sender_on)
		hart_start(1, send_ipis, NULL);
	wrong = call_many(0, &calls);
	sender_on = 0;
	tap_check(hart_count() < 2 || hart_wait(1, HSM_STOPPED), "the other hart has sent IPIs");
	csr_clear(sip, SIE_SSIE);
	tap_check(calls > 0, "calls between exits");
	tap_equal((long)wrong, 0, "every call without a landing pad faulted, no other");
}

/* An interrupt of our own: its handler returns to where a landing pad is expected. One clean turn will do. */
static void test_interrupts_between(void)
{
	unsigned long calls, wrong = 1;

	for (int turn = 0; turn < TURNS && wrong; turn++)
		wrong = call_many(SIE_STIE, &calls);
	tap_check(record.interrupts > 0, "interrupts between calls");
	tap_equal((long)wrong, 0, "every call without a landing pad faulted, no other");
}

/* VU-mode: senvcfg.LPE, whatever our own. */
static void test_user_pads(void)
{
	struct trap trap;
	unsigned long off, on;

	off = trap_run_user(&trap, jump_through_a0, (void *)plain);
	csr_set(0x10a, ENVCFG_LPE);
	on = trap_run_user(&trap, jump_through_a0, (void *)plain);
	csr_clear(0x10a, ENVCFG_LPE);
	tap_equal((long)off, (long)NO_TRAP, "senvcfg.LPE 0: a jump in U-mode needs no landing pad");
	tap_equal((long)on, CAUSE_SOFTWARE_CHECK, "senvcfg.LPE 1: it does");
	tap_equal((long)trap.tval, LANDING_PAD_FAULT, "stval is the landing pad fault");
}

void test_landing_pads(void)
{
	if (!fwft_has(LANDING_PAD)) {
		tap_skip("LANDING_PAD", "not here");
		return;
	}
	test_calls();
	test_page_fault(padded, ANSWER);
	test_page_fault(plain, ~0ul);
	test_hole();
	test_exits_between();
	test_interrupts_between();
	test_user_pads();
}

/* ---- shadow stacks ---- */

static uint64_t stack_page[512] __attribute__((aligned(4096)));

#define STACK_TOP (VM_BASE + GUEST_PAGE_SIZE)

static void map_stack(uint64_t phys, uint64_t flags)
{
	vm_set(0, phys, flags | PTE_A | PTE_D);
}

/* The cause of one instruction with ssp at `ssp`. */
static unsigned long run_on(uint64_t ssp, uint32_t insn, void *arg, struct trap *trap)
{
	csr_write(0x011, ssp);
	return run_insn(trap_run, trap, insn, arg);
}

static void test_push_and_pop(void)
{
	uint64_t pushed, popped, kept;
	struct trap trap;
	unsigned shift;
	volatile uint8_t *uart = console_uart(&shift);

	tap_equal((long)run_on(STACK_TOP, SSPUSH_RA, NULL, &trap), (long)NO_TRAP, "SHADOW_STACK 1: sspush");
	pushed = csr_read(0x011);
	tap_equal((long)pushed, (long)STACK_TOP - 8, "ssp went down");
	tap_check(stack_page[511] != 0, "the return address is on the page");
	sbi_call3(SBI_EXT_BASE, 0, 0, 0, 0);
	sbi_call3(SBI_EXT_IPI, 0, 1, hart_self()->id, 0);
	if (uart)
		(void)uart[5 << shift];
	csr_clear(sip, SIE_SSIE);
	kept = csr_read(0x011);
	tap_equal((long)kept, (long)pushed, "ssp survives calls and emulated registers");
	/* The instruction runs at the same place each time, so that its return address is the one pushed. */
	tap_equal((long)run_on(pushed, SSPOPCHK_RA, NULL, &trap), (long)NO_TRAP, "SHADOW_STACK 1: sspopchk of what was pushed");
	popped = csr_read(0x011);
	tap_equal((long)popped, (long)STACK_TOP, "ssp went up");
	tap_equal((long)run_on(STACK_TOP - 16, SSPOPCHK_RA, NULL, &trap), CAUSE_SOFTWARE_CHECK, "sspopchk of something else");
	tap_equal((long)trap.tval, SHADOW_STACK_FAULT, "stval is the shadow stack fault");
	tap_equal((long)run_on(STACK_TOP, SSAMOSWAP_D, (void *)VM_BASE, &trap), (long)NO_TRAP, "ssamoswap.d on a shadow stack page");
}

static void test_stack_faults(void)
{
	struct trap trap;

	tap_equal((long)run_on(STACK_TOP, LD, (void *)VM_BASE, &trap), (long)NO_TRAP, "a load of a shadow stack page");
	tap_equal((long)run_on(STACK_TOP, SD, (void *)VM_BASE, &trap), CAUSE_STORE_ACCESS_FAULT, "a store to a shadow stack page");
	map_stack((uint64_t)stack_page, PTE_R | PTE_W);
	tap_check(run_on(STACK_TOP, SSPUSH_RA, NULL, &trap) != CAUSE_STORE_PAGE_FAULT,
		  "sspush to an ordinary page is no page fault"); /* but an access fault, which QEMU 10.0 forgets */
	map_stack((uint64_t)stack_page, PTE_R);
	tap_equal((long)run_on(STACK_TOP, SSPUSH_RA, NULL, &trap), CAUSE_STORE_PAGE_FAULT, "sspush to a read-only page");
	tap_equal((long)trap.tval, (long)STACK_TOP - 8, "stval is the address");
	map_stack(memory_hole_above(), PTE_W);
	tap_equal((long)run_on(STACK_TOP, SSPUSH_RA, NULL, &trap), CAUSE_STORE_ACCESS_FAULT, "sspush to a hole");
	tap_equal((long)trap.tval, (long)STACK_TOP - 8, "stval is the address");
	tap_equal((long)run_on(STACK_TOP - 8, SSPOPCHK_RA, NULL, &trap), CAUSE_STORE_ACCESS_FAULT, "sspopchk from a hole");
	tap_equal((long)run_on(STACK_TOP, SSAMOSWAP_D, (void *)VM_BASE, &trap), CAUSE_STORE_ACCESS_FAULT, "ssamoswap.d to a hole");
	map_stack(0x10000000, PTE_W);
	tap_equal((long)run_on(VM_BASE + 16, SSPUSH_RA, NULL, &trap), CAUSE_STORE_ACCESS_FAULT, "sspush to a device");
	tap_equal((long)run_on(VM_BASE + 8, SSPOPCHK_RA, NULL, &trap), CAUSE_STORE_ACCESS_FAULT, "sspopchk from a device");
}

static void test_stack_off(void)
{
	struct trap trap;

	tap_equal((long)run_insn(trap_run, &trap, INSN_CSRR(SSP), NULL), CAUSE_ILLEGAL_INSTRUCTION,
		  "SHADOW_STACK 0: ssp is not there");
	tap_equal((long)run_insn(trap_run, &trap, SSPUSH_RA, NULL), (long)NO_TRAP, "SHADOW_STACK 0: sspush does nothing");
	tap_equal((long)run_insn(trap_run, &trap, SSAMOSWAP_D, stack_page), CAUSE_ILLEGAL_INSTRUCTION,
		  "SHADOW_STACK 0: ssamoswap.d is illegal");
	csr_set(0x10a, ENVCFG_SSE);
	tap_check(!(csr_read(0x10a) & ENVCFG_SSE), "SHADOW_STACK 0: senvcfg.SSE is read-only zero");
	vm_on();
	map_stack((uint64_t)stack_page, PTE_W);
	tap_equal((long)run_insn(trap_run, &trap, LD, (void *)VM_BASE), CAUSE_LOAD_PAGE_FAULT,
		  "SHADOW_STACK 0: a shadow stack page is a reserved encoding");
	vm_off();
}

void test_shadow_stacks(void)
{
	struct trap trap;

	if (!fwft_has(SHADOW_STACK)) {
		tap_skip("SHADOW_STACK", "not here");
		return;
	}
	test_stack_off();
	tap_equal(fwft_set(SHADOW_STACK, 1, 0).error, SBI_SUCCESS, "SHADOW_STACK: set to 1");
	tap_equal((long)csr_read(0x011), 0, "ssp is 0 at first");
	tap_equal((long)run_on(VM_BASE, SSPUSH_RA, NULL, &trap), CAUSE_STORE_ACCESS_FAULT, "sspush without translation");
	csr_set(0x10a, ENVCFG_SSE);
	tap_check((csr_read(0x10a) & ENVCFG_SSE) != 0, "SHADOW_STACK 1: senvcfg.SSE can be set");
	csr_clear(0x10a, ENVCFG_SSE);
	vm_on();
	map_stack((uint64_t)stack_page, PTE_W);
	test_push_and_pop();
	test_stack_faults();
	vm_off();
	tap_equal(fwft_set(SHADOW_STACK, 0, 0).error, SBI_SUCCESS, "SHADOW_STACK: set to 0");
	test_stack_off();
}
