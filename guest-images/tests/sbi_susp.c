/* SPDX-License-Identifier: Apache-2.0 */
/* SBI tests: SUSP, suspending the whole guest: who may, every wrong argument, and what the guest wakes up with. */

#include "sbi_test.h"

#define POISON		 0x5a5a5a5a5a5a5a5aul
#define SUSPEND_TO_RAM	 0ul
#define ALSO_SUSPEND_RAM (1ul << 32) /* uint32_t parameters are taken modulo 2^32 */

static struct sbiret susp(unsigned long type, unsigned long addr, unsigned long opaque)
{
	return sbi_call(SBI_EXT_SUSP, 0, type, addr, opaque, POISON, POISON, POISON);
}

/* Entered by a resume with a0 = vhartid, a1 = opaque = struct hart; goes on on the hart's own stack. */
__asm__(".text\n"
	"susp_resume:\n"
	"	mv	tp, a1\n"
	"	ld	sp, 272(tp)\n"
	"	j	susp_resumed\n");
extern const char susp_resume[];
void susp_resumed(unsigned long id);

static unsigned long before[14], resumed_id;
static volatile int resumed;

void susp_resumed(unsigned long id)
{
	resumed_id = id;
	resumed = 1;
	hsm_suspend_restore(before);
}

static void no_more_timer(struct frame *frame)
{
	(void)frame;
	timer_set(~0ul);
	csr_clear(sie, SIE_STIE);
}

static void test_types(unsigned long addr)
{
	static const struct {
		unsigned long type;
		const char *name;
	} wrong[] = {
		{1, "SUSP: type 1 is reserved"},
		{0x7fffffff, "SUSP: the last reserved type"},
		{0x80000000, "SUSP: the first platform's type"},
		{0xffffffff, "SUSP: the last platform's type"},
		{ALSO_SUSPEND_RAM + 1, "SUSP: type 1 with the upper half set"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
		check_error(susp(wrong[i].type, addr, 0), SBI_ERR_INVALID_PARAM, wrong[i].name);
	check_error(susp(1, ~0ul, 0), SBI_ERR_INVALID_PARAM, "SUSP: a wrong type comes before a wrong address");
	check_error(sbi_call3(SBI_EXT_SUSP, 1, 0, addr, 0), SBI_ERR_NOT_SUPPORTED, "SUSP: unknown function");
	check_error(sbi_call3(SBI_EXT_SUSP, -1, 0, addr, 0), SBI_ERR_NOT_SUPPORTED, "SUSP: function -1");
}

/* Bare firmware takes any address that PMP does not forbid. */
static void test_addresses(void)
{
	if (!guest_on_bulkhead())
		return;
	check_ret(susp(SUSPEND_TO_RAM, memory_hole_above(), 0), SBI_ERR_INVALID_ADDRESS, 0, "SUSP: resume above memory");
	check_ret(susp(SUSPEND_TO_RAM, memory_hole_below(), 0), SBI_ERR_INVALID_ADDRESS, 0, "SUSP: resume in a hole below");
	check_ret(susp(SUSPEND_TO_RAM, 0x10000000, 0), SBI_ERR_INVALID_ADDRESS, 0, "SUSP: resume at a device");
	check_ret(susp(SUSPEND_TO_RAM, memory_end(), 0), SBI_ERR_INVALID_ADDRESS, 0, "SUSP: resume at the end of memory");
	check_ret(susp(SUSPEND_TO_RAM, memory_end() - 1, 0), SBI_ERR_INVALID_ADDRESS, 0, "SUSP: resume at an odd address");
	check_ret(susp(SUSPEND_TO_RAM, ~0ul, 0), SBI_ERR_INVALID_ADDRESS, 0, "SUSP: resume at address -1");
	check_ret(susp(SUSPEND_TO_RAM, ~1ul, 0), SBI_ERR_INVALID_ADDRESS, 0, "SUSP: resume at address -2");
}

static volatile int let_go;

static void wait_to_be_let_go(void *arg)
{
	(void)arg;
	while (!let_go)
		cpu_relax();
}

static void sleep_until_let_go(void *arg)
{
	(void)arg;
	csr_write(sie, SIE_SSIE);
	while (!let_go)
		sbi_call3(SBI_EXT_HSM, HSM_HART_SUSPEND, 0, 0, 0);
	csr_clear(sip, SIE_SSIE);
}

/* All other harts must be stopped: one that runs or is suspended forbids it. */
static void test_others(unsigned long addr)
{
	if (hart_count() < 2) {
		tap_skip("SUSP: beside other harts", "one hart");
		return;
	}
	let_go = 0;
	hart_start(1, wait_to_be_let_go, NULL);
	hart_wait(1, HSM_STARTED);
	check_error(susp(SUSPEND_TO_RAM, addr, 0), SBI_ERR_DENIED, "SUSP: denied while another hart runs");
	if (guest_on_bulkhead())
		check_error(susp(SUSPEND_TO_RAM, memory_end(), 0), SBI_ERR_INVALID_ADDRESS,
			    "SUSP: a wrong address comes before another hart");
	let_go = 1;
	tap_check(hart_wait(1, HSM_STOPPED), "SUSP: that hart stops");
	let_go = 0;
	hart_start(1, sleep_until_let_go, NULL);
	tap_check(hart_wait(1, HSM_SUSPENDED), "SUSP: another hart suspends itself");
	check_error(susp(SUSPEND_TO_RAM, addr, 0), SBI_ERR_DENIED, "SUSP: denied while another hart is suspended");
	let_go = 1;
	sbi_call3(SBI_EXT_IPI, 0, 1, harts[1].id, 0);
	tap_check(hart_wait(1, HSM_STOPPED), "SUSP: that hart stops too");
}

/* On a busy host the timer may come before the hart is asleep. */
static void once_more(struct frame *frame)
{
	timer_set(frame->time + timer_frequency() / 100);
}

static void test_resume(unsigned long type)
{
	extern const char trap_vector[];
	unsigned long begin = rdtime();

	irq_handle(IRQ_S_TIMER, once_more);
	timer_set(begin + timer_frequency() / 100);
	csr_set(sie, SIE_STIE);
	resumed = 0;
	if (!hsm_suspend_save(before)) {
		csr_set(sstatus, SSTATUS_SIE); /* the timer comes while asleep: resuming has to clear SIE first */
		check_error(susp(type, (unsigned long)susp_resume, (unsigned long)hart_self()), SBI_SUCCESS,
			    "SUSP: a success does not return");
	}
	tap_check(resumed && resumed_id == harts[0].id, "SUSP: resumes with its hart id and its opaque argument");
	tap_check(!(csr_read(sstatus) & SSTATUS_SIE) && csr_read(satp) == 0, "SUSP: resumes with SIE 0 and satp 0");
	tap_check(rdtime() - begin >= timer_frequency() / 100, "SUSP: it slept until the timer");
	no_more_timer(NULL);
	csr_write(sscratch, hart_self());
	csr_write(stvec, trap_vector);
}

static void note(void *arg)
{
	*(volatile int *)arg = 1;
}

void test_susp(void)
{
	unsigned long addr = (unsigned long)susp_resume;
	static volatile int started;

	if (!sbi_has(SBI_EXT_SUSP)) {
		check_ret(susp(SUSPEND_TO_RAM, addr, 0), SBI_ERR_NOT_SUPPORTED, 0, "SUSP: absent, so not supported");
		return;
	}
	test_types(addr);
	test_addresses();
	test_others(addr);
	test_resume(SUSPEND_TO_RAM);
	if (guest_on_bulkhead()) /* OpenSBI's driver for tests sleeps for five seconds each time */
		test_resume(ALSO_SUSPEND_RAM);
	if (hart_count() >= 2) {
		hart_start(1, note, (void *)&started);
		tap_check(hart_wait(1, HSM_STOPPED) && started, "SUSP: another hart starts after the resume");
	}
}
