/* SPDX-License-Identifier: Apache-2.0 */
/* SBI tests: software events between harts: while the target loops, runs in U-mode, waits, sleeps, is masked or stopped. */

#include "tests/sse_test.h"

#define ROUNDS 100

static struct sse_run runs[2];
static struct sse_exact regs;
static volatile unsigned long ready, leave, seen[4];
static unsigned long local_event = EVENT_LOCAL;

static void own(unsigned i)
{
	seen[0] = (unsigned long)sse_use(&runs[i], local_event, 0, NULL);
	seen[1] = (unsigned long)sse(SSE_UNMASK, 0, 0, 0).error;
}

static void disown(void)
{
	seen[2] = (unsigned long)sse_drop(local_event);
	seen[3] = (unsigned long)sse(SSE_MASK, 0, 0, 0).error;
}

/* Starts hart 1 in run and waits until it says that it is ready. */
static int begin(void (*run)(void *arg))
{
	ready = leave = 0;
	hart_start(1, run, NULL);
	return sse_wait(&ready, 1);
}

static int end(void)
{
	leave = 1;
	return hart_wait(1, HSM_STOPPED) && !seen[0] && !seen[1] && !seen[2] && !seen[3];
}

static void inject_to_other(void)
{
	check_ret(sse(SSE_INJECT, local_event, harts[1].id, 0), SBI_SUCCESS, 0, "SSE: inject to another hart");
}

/* ---- a target that keeps all its registers in view ---- */

static volatile unsigned long spins, broken;

static void spin(void *arg)
{
	(void)arg;
	own(1);
	for (unsigned n = 1; n < 32; n++)
		regs.in[n] = 0x0123456789abcdeful * n;
	ready = 1;
	while (!leave) {
		regs.in[31] = 5000;
		csr_write(sepc, 0x1357913579bdf00);
		csr_write(scause, 12);
		csr_write(stval, spins);
		sse_exact_spin(&regs);
		for (unsigned n = 1; n < 31; n++)
			broken += regs.out[n] != regs.in[n];
		broken += regs.out[31] != 0 || csr_read(sepc) != 0x1357913579bdf00 || csr_read(scause) != 12 || csr_read(stval) != spins;
		spins++;
	}
	disown();
}

static void test_looping(void)
{
	unsigned long wanted = 0;

	broken = 0;
	tap_check(begin(spin), "SSE: another hart loops");
	for (unsigned i = 0; i < ROUNDS; i++) {
		if (sse(SSE_INJECT, local_event, harts[1].id, 0).error || !sse_wait(&runs[1].count, ++wanted))
			break;
	}
	tap_equal((long)runs[1].count, ROUNDS, "SSE: its handler runs once for each injection");
	tap_equal((long)runs[1].a6, (long)harts[1].id, "SSE: with its id");
	tap_check(end() && spins > 0 && broken == 0, "SSE: its registers are kept throughout");
}

/* ---- in U-mode, in WFI, asleep ---- */

static volatile unsigned long in_user;

static void user_loop(void *arg)
{
	(void)arg;
	in_user = 1;
	while (!leave)
		;
}

static void run_user(void *arg)
{
	(void)arg;
	own(1);
	ready = 1;
	seen[1] |= trap_run_user(NULL, user_loop, NULL) != NO_TRAP;
	disown();
}

static void test_user(void)
{
	in_user = 0;
	tap_check(begin(run_user) && sse_wait(&in_user, 1), "SSE: another hart is in U-mode");
	inject_to_other();
	tap_check(sse_wait(&runs[1].count, 1), "SSE: its handler runs");
	tap_check(!(runs[1].sstatus & SSTATUS_SPP), "SSE: it interrupted U-mode");
	tap_check(end(), "SSE: U-mode went on");
}

static void run_wfi(void *arg)
{
	(void)arg;
	own(1);
	csr_write(sie, 0);
	ready = 1;
	while (!leave)
		wfi();
	disown();
}

static void test_wfi(void)
{
	tap_check(begin(run_wfi), "SSE: another hart is in WFI");
	inject_to_other();
	tap_check(sse_wait(&runs[1].count, 1), "SSE: its handler runs");
	leave = 1;
	inject_to_other(); /* so that it looks */
	tap_check(end() && runs[1].count == 2, "SSE: and again");
}

static volatile long sleep_error;
static volatile unsigned long wakes;

static void run_sleep(void *arg)
{
	(void)arg;
	own(1);
	csr_write(sie, SIE_SSIE);
	ready = 1;
	sleep_error = sbi_call3(SBI_EXT_HSM, HSM_HART_SUSPEND, 0, 0, 0).error;
	csr_write(sie, 0);
	while (!leave)
		;
	disown();
}

static void test_sleep(void)
{
	sleep_error = 99;
	tap_check(begin(run_sleep) && hart_wait(1, HSM_SUSPENDED), "SSE: another hart is suspended");
	inject_to_other();
	tap_check(sse_wait(&runs[1].count, 1), "SSE: its handler runs");
	tap_check(hart_wait(1, HSM_STARTED), "SSE: it is awake");
	tap_check(end() && sleep_error == 0, "SSE: its suspend has returned");
}

/* A masked hart goes on sleeping, and takes the event once it is woken and unmasks. */
static void run_sleep_masked(void *arg)
{
	(void)arg;
	own(1);
	sse(SSE_MASK, 0, 0, 0);
	csr_write(sie, SIE_SSIE);
	ready = 1;
	for (wakes = 0; !leave; wakes++)
		sleep_error = sbi_call3(SBI_EXT_HSM, HSM_HART_SUSPEND, 0, 0, 0).error;
	csr_clear(sip, SIE_SSIE);
	csr_write(sie, 0);
	seen[1] |= runs[1].count != 0;
	sse(SSE_UNMASK, 0, 0, 0);
	seen[1] |= runs[1].count != 1;
	disown();
}

static void test_sleep_masked(void)
{
	tap_check(begin(run_sleep_masked) && hart_wait(1, HSM_SUSPENDED), "SSE: another hart is suspended and masked");
	inject_to_other();
	for (unsigned long until = rdtime() + timer_frequency() / 100; rdtime() < until;)
		cpu_relax();
	tap_equal(hart_status(1), HSM_SUSPENDED, "SSE: it sleeps");
	if (guest_on_bulkhead()) /* OpenSBI's hart returns, to be suspended again */
		tap_equal((long)wakes, 0, "SSE: all the time");
	leave = 1;
	sbi_call3(SBI_EXT_IPI, 0, 1, harts[1].id, 0);
	tap_check(end(), "SSE: woken and unmasked it takes the event");
}

/* Entered with a1 = struct hart by a non-retentive resume. */
__asm__(".text\n"
	"sse_resume:\n"
	"	mv	tp, a1\n"
	"	ld	sp, 272(tp)\n"
	"	j	sse_resumed\n");
extern const char sse_resume[];
void sse_resumed(void);

void sse_resumed(void)
{
	extern const char trap_vector[];

	csr_write(sscratch, hart_self());
	csr_write(stvec, trap_vector);
	csr_write(sie, 0);
	while (!leave)
		;
	disown();
	hart_stop();
}

static void run_sleep_deep(void *arg)
{
	(void)arg;
	own(1);
	csr_write(sie, SIE_SSIE);
	ready = 1;
	sbi_call3(SBI_EXT_HSM, HSM_HART_SUSPEND, 0x80000000, (unsigned long)sse_resume, (unsigned long)hart_self());
}

static void test_sleep_deep(void)
{
	tap_check(begin(run_sleep_deep) && hart_wait(1, HSM_SUSPENDED), "SSE: another hart is suspended for good");
	inject_to_other();
	tap_check(sse_wait(&runs[1].count, 1), "SSE: its handler runs");
	tap_equal((long)runs[1].sepc, (long)sse_resume, "SSE: before anything else does");
	tap_check(runs[1].satp == 0 && end(), "SSE: it resumes where it wanted");
}

/* ---- stopped harts ---- */

static void run_and_stop(void *arg)
{
	(void)arg;
	own(1);
	ready = 1;
}

static void look_after_start(void *arg)
{
	(void)arg;
	seen[0] = sse_get(local_event, STATUS);
	seen[1] = (unsigned long)sse(SSE_MASK, 0, 0, 0).error;
	seen[2] = sse_get(local_event, PRIORITY) | sse_get(local_event, ENTRY_PC) | sse_get(local_event, ENTRY_ARG);
	ready = 1;
}

/* A start is a reset: nothing is left of the events, nor of one injected while it was stopped. */
static void test_stopped(void)
{
	if (!guest_on_bulkhead())
		return; /* OpenSBI keeps registrations and the mask over a stop; what it does on a stop is its own */
	tap_check(begin(run_and_stop) && hart_wait(1, HSM_STOPPED), "SSE: another hart has stopped");
	inject_to_other();
	ready = 0;
	hart_start(1, look_after_start, NULL);
	tap_check(sse_wait(&ready, 1) && hart_wait(1, HSM_STOPPED), "SSE: it is started again");
	tap_equal((long)seen[0], UNUSED | INJECTABLE, "SSE: its event is unused and not pending");
	tap_equal((long)seen[1], SBI_ERR_ALREADY_STOPPED, "SSE: it is masked");
	tap_equal((long)seen[2], 0, "SSE: its attributes are those of a reset");
	tap_equal((long)runs[1].count, 0, "SSE: no handler ran");
}

void test_sse_harts(void)
{
	if (hart_count() < 2) {
		tap_skip("SSE: between harts", "one hart");
		return;
	}
	test_looping();
	test_user();
	test_wfi();
	test_sleep();
	test_sleep_masked();
	test_sleep_deep();
	test_stopped();
	test_sse_global();
	if (guest_on_bulkhead()) {
		local_event = EVENT_RAS; /* any event can be injected, from any hart */
		test_looping();
		test_user();
		local_event = EVENT_LOCAL;
	}
}
