/* SPDX-License-Identifier: Apache-2.0 */
/* SBI tests: HSM start, stop, status and suspend of harts, with every kind of bad argument. */

#include "sbi_test.h"

#define SUSPEND_RETENTIVE     0x00000000ul
#define SUSPEND_NON_RETENTIVE 0x80000000ul

static volatile unsigned long started_id;
static volatile int resumed;

static struct sbiret hsm(long fid, unsigned long a, unsigned long b, unsigned long c)
{
	return sbi_call3(SBI_EXT_HSM, fid, a, b, c);
}

static void test_start_invalid(void)
{
	unsigned long entry = (unsigned long)hart_entry;

	check_error(hsm(HSM_HART_START, absent_hart(), entry, 0), SBI_ERR_INVALID_PARAM, "HSM: start an absent hart");
	check_error(hsm(HSM_HART_START, ~0ul, entry, 0), SBI_ERR_INVALID_PARAM, "HSM: start hart -1");
	check_error(hsm(HSM_HART_START, hart_self()->id, entry, 0), SBI_ERR_ALREADY_AVAILABLE,
		    "HSM: start oneself");
	check_error(hsm(HSM_HART_GET_STATUS, absent_hart(), 0, 0), SBI_ERR_INVALID_PARAM,
		    "HSM: status of an absent hart");
	check_ret(hsm(HSM_HART_GET_STATUS, hart_self()->id, 0, 0), SBI_SUCCESS, HSM_STARTED, "HSM: own status is started");
}

/* Bare firmware may accept an address that is a hole: PMP lets S-mode go anywhere. */
static void test_start_address(unsigned long id)
{
	if (!guest_on_bulkhead())
		return;
	check_error(hsm(HSM_HART_START, id, memory_hole_above(), 0), SBI_ERR_INVALID_ADDRESS, "HSM: start above memory");
	check_error(hsm(HSM_HART_START, id, memory_hole_below(), 0), SBI_ERR_INVALID_ADDRESS, "HSM: start in a hole below");
	check_error(hsm(HSM_HART_START, id, 0x10000000, 0), SBI_ERR_INVALID_ADDRESS, "HSM: start at a device");
	check_error(hsm(HSM_HART_START, id, ~0ul, 0), SBI_ERR_INVALID_ADDRESS, "HSM: start at address -1");
}

static void note_start(void *arg)
{
	unsigned long status = csr_read(sstatus);

	(void)arg;
	if (!(status & SSTATUS_SIE) && csr_read(satp) == 0)
		started_id = hart_self()->id;
}

static void test_start_stop(void)
{
	unsigned long id;

	if (hart_count() < 2) {
		tap_skip("HSM: start and stop of another hart", "one hart");
		return;
	}
	id = harts[1].id;
	started_id = ~0ul;
	tap_equal(hart_status(1), HSM_STOPPED, "HSM: the other hart is stopped at first");
	test_start_address(id);
	check_error(hart_start(1, note_start, NULL), SBI_SUCCESS, "HSM: start another hart");
	tap_check(hart_wait(1, HSM_STOPPED), "HSM: it stops itself");
	tap_equal((long)started_id, (long)id, "HSM: it began with its id, SIE 0 and satp 0");
}

/* Entered by a non-retentive resume with a0 = vhartid, a1 = opaque; continues on the hart's own stack. */
__asm__(".text\n"
	".globl hsm_resume\n"
	"hsm_resume:\n"
	"	mv	tp, a1\n"
	"	ld	sp, 272(tp)\n"
	"	j	hsm_resumed\n");
extern const char hsm_resume[];
void hsm_resumed(void);

static struct hart *resumed_hart;
static unsigned long resume_sp[14];
static void on_wake(struct frame *frame)
{
	(void)frame;
	timer_set(~0ul);
	csr_clear(sie, SIE_STIE);
}

__asm__(".text\n"
	".globl hsm_suspend_save, hsm_suspend_restore\n"
	"hsm_suspend_save:\n"
	"	sd ra, 0(a0)\n sd sp, 8(a0)\n"
	"	sd s0, 16(a0)\n sd s1, 24(a0)\n sd s2, 32(a0)\n sd s3, 40(a0)\n sd s4, 48(a0)\n sd s5, 56(a0)\n"
	"	sd s6, 64(a0)\n sd s7, 72(a0)\n sd s8, 80(a0)\n sd s9, 88(a0)\n sd s10, 96(a0)\n sd s11, 104(a0)\n"
	"	li a0, 0\n ret\n"
	"hsm_suspend_restore:\n"
	"	ld ra, 0(a0)\n ld sp, 8(a0)\n"
	"	ld s0, 16(a0)\n ld s1, 24(a0)\n ld s2, 32(a0)\n ld s3, 40(a0)\n ld s4, 48(a0)\n ld s5, 56(a0)\n"
	"	ld s6, 64(a0)\n ld s7, 72(a0)\n ld s8, 80(a0)\n ld s9, 88(a0)\n ld s10, 96(a0)\n ld s11, 104(a0)\n"
	"	li a0, 1\n ret\n");

void hsm_resumed(void)
{
	resumed_hart = hart_self();
	resumed = 1;
	hsm_suspend_restore(resume_sp);
}

static void arm_wake(void)
{
	irq_handle(IRQ_S_TIMER, on_wake);
	timer_set(rdtime() + timer_frequency() / 100);
	csr_set(sie, SIE_STIE);
}

static void test_suspend(void)
{
	unsigned long begin = rdtime();
	struct sbiret got;

	arm_wake();
	got = hsm(HSM_HART_SUSPEND, SUSPEND_RETENTIVE, 0, 0);
	check_ret(got, SBI_SUCCESS, 0, "HSM: retentive suspend returns");
	tap_check(rdtime() - begin >= timer_frequency() / 100, "HSM: it slept until the timer");
	on_wake(NULL);

	check_error(hsm(HSM_HART_SUSPEND, 1, 0, 0), SBI_ERR_INVALID_PARAM, "HSM: reserved suspend type 1");
	if (guest_on_bulkhead()) { /* OpenSBI says not supported, the specification invalid */
		check_error(hsm(HSM_HART_SUSPEND, 0x10000000, 0, 0), SBI_ERR_INVALID_PARAM,
			    "HSM: a platform's retentive suspend type");
		check_error(hsm(HSM_HART_SUSPEND, 0x90000000, memory_end() - 4096, 0), SBI_ERR_INVALID_PARAM,
			    "HSM: a platform's non-retentive suspend type");
		check_error(hsm(HSM_HART_SUSPEND, 0x80000001, memory_end() - 4096, 0), SBI_ERR_INVALID_PARAM,
			    "HSM: a reserved non-retentive suspend type");
	}
	check_error(hsm(HSM_HART_SUSPEND, 0x0fffffff, 0, 0), SBI_ERR_INVALID_PARAM,
		    "HSM: last reserved retentive type");
	check_error(hsm(HSM_HART_SUSPEND, 0x80000001, 0, 0), SBI_ERR_INVALID_PARAM,
		    "HSM: reserved non-retentive type");
	if (guest_on_bulkhead())
		check_error(hsm(HSM_HART_SUSPEND, SUSPEND_NON_RETENTIVE, memory_hole_above(), 0), SBI_ERR_INVALID_ADDRESS,
			    "HSM: non-retentive suspend with a resume address above memory");
}

static void test_suspend_non_retentive(void)
{
	struct sbiret got = {0, 0};

	arm_wake();
	resumed = 0;
	if (!hsm_suspend_save(resume_sp)) {
		got = hsm(HSM_HART_SUSPEND, SUSPEND_NON_RETENTIVE, (unsigned long)hsm_resume, (unsigned long)hart_self());
		tap_equal(got.error, SBI_SUCCESS, "HSM: non-retentive suspend does not return");
	}
	on_wake(NULL);
	if (!resumed)
		return;
	tap_check(resumed_hart == &harts[0], "HSM: non-retentive suspend resumes with its opaque argument");
	tap_check(!(csr_read(sstatus) & SSTATUS_SIE) && csr_read(satp) == 0, "HSM: it resumes with SIE 0 and satp 0");
}

void test_hsm(void)
{
	extern const char trap_vector[];

	test_start_invalid();
	test_start_stop();
	test_suspend();
	test_suspend_non_retentive();
	csr_write(sscratch, hart_self());
	csr_write(stvec, trap_vector);
}
