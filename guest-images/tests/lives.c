/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many short lives: each asks on the console what it is to be like, by three letters, and ends so:
 * `<end><what><features>`. Whatever the harts were doing when one of them ended the life, the next
 * one begins, with every feature off.
 * end: 0 to 7: this hart reboots; 8: hart 0 shuts down; 9: the last hart does.
 * what: what all other harts do meanwhile, one of the letters below.
 * features (SBI FWFT) that all have switched on before: 0 to 5 that one, a all, n none.
 */

#include "fwft_test.h"

#define COMPUTE 'c' /* a loop */
#define WAIT	'w' /* WFI */
#define SUSPEND 's' /* SBI HSM, retentive */
#define USER	'u' /* a loop in U-mode */
#define STOP	'h' /* SBI HSM hart_stop */
#define EVENT	'e' /* a loop in the handler of a software event */
#define DEVICE	'd' /* reads of the UART */
#define CALL	'b' /* SBI calls */
#define FAULT	'f' /* exceptions that the guest takes itself, each with sstatus.SDT set by it */

#define SSE_REGISTER  2
#define SSE_ENABLE    4
#define SSE_INJECT    7
#define SSE_UNMASK    8
#define SSE_SOFTWARE  0xffff0000ul /* this hart's own */

static struct {
	char end, what, features;
	unsigned long ready; /* harts that are where they should be */
} life;

static volatile uint8_t *line_status;

/* The handler of a software event: a7 = &life.ready. */
__asm__(".balign 4\n"
	"lives_event:\n"
	"	li	a0, 1\n"
	"	amoadd.d zero, a0, (a7)\n"
	"1:	j	1b\n");
extern const char lives_event[];

static int is_wanted(unsigned feature)
{
	return life.features == 'a' || life.features == (char)('0' + feature);
}

static unsigned long value_on(unsigned feature)
{
	return feature == POINTER_MASKING_PMLEN ? 7 : 1;
}

/* At the beginning of a life, on each hart: the features are as they were at the first. */
static void check_features(void)
{
	for (unsigned feature = 0; feature < FWFT_FEATURES; feature++) {
		struct sbiret got = fwft_get(feature);
		long reset = feature == PTE_AD_HW_UPDATING && dt_has_isa("svadu") && !dt_has_isa("svade");

		if (!got.error && got.value != reset)
			print("not ok lives: hart %lu: feature %u is %ld\n", hart_self()->id, feature, got.value);
	}
	if (csr_read(sstatus) & (SSTATUS_SDT | SSTATUS_SPELP | SSTATUS_SUM))
		print("not ok lives: hart %lu: sstatus %lx\n", hart_self()->id, csr_read(sstatus));
}

static void prepare(void)
{
	if (life.what == EVENT) {
		sbi_call3(SBI_EXT_SSE, SSE_REGISTER, SSE_SOFTWARE, (unsigned long)lives_event,
			  (unsigned long)&life.ready);
		sbi_call3(SBI_EXT_SSE, SSE_ENABLE, SSE_SOFTWARE, 0, 0);
		sbi_call3(SBI_EXT_SSE, SSE_UNMASK, 0, 0, 0);
	}
	for (unsigned feature = FWFT_FEATURES; feature-- > 0;)
		if (is_wanted(feature))
			fwft_set(feature, value_on(feature), 0); /* or the machine has it not */
}

/* From here on nothing is called through a pointer: with landing pads on, there are none. */

static inline void count_ready(void)
{
	__atomic_add_fetch(&life.ready, 1, __ATOMIC_SEQ_CST);
}

static inline void run_user(void)
{
	__asm__ volatile("csrc sstatus, %0\n"
			 "lla t0, 1f\n"
			 "csrw sepc, t0\n"
			 "sret\n"
			 "1: j 1b"
			 : : "r"(SSTATUS_SPP) : "t0", "memory");
}

static inline void run_faults(void)
{
	__asm__ volatile("lla t0, 1f\n"
			 "csrw stvec, t0\n"
			 ".balign 4\n"
			 "1: csrc sstatus, %0\n" /* the trap has set it */
			 "unimp"
			 : : "r"(SSTATUS_SDT) : "t0", "memory");
}

/* What the others do until their life ends. */
static void live(void)
{
	if (life.what == EVENT)
		sbi_call3(SBI_EXT_SSE, SSE_INJECT, SSE_SOFTWARE, hart_self()->id, 0); /* counts */
	else
		count_ready();
	if (life.what == USER)
		run_user();
	if (life.what == FAULT)
		run_faults();
	if (life.what == STOP)
		sbi_call3(SBI_EXT_HSM, HSM_HART_STOP, 0, 0, 0);
	for (;;) {
		if (life.what == WAIT)
			wfi();
		else if (life.what == SUSPEND)
			sbi_call3(SBI_EXT_HSM, HSM_HART_SUSPEND, 0, 0, 0);
		else if (life.what == DEVICE)
			(void)*line_status;
		else if (life.what == CALL)
			sbi_call3(SBI_EXT_BASE, 0, 0, 0, 0);
	}
}

static void end_life(void)
{
	while (__atomic_load_n(&life.ready, __ATOMIC_SEQ_CST) != hart_count() - 1)
		;
	timer_delay(timer_frequency() / 2000);
	sbi_call3(SBI_EXT_SRST, 0, life.end < '8' ? SRST_COLD_REBOOT : SRST_SHUTDOWN, 0, 0);
}

static unsigned long ender(void)
{
	return life.end == '8' ? 0 : life.end == '9' ? hart_count() - 1 : (unsigned)(life.end - '0');
}

static void run(void *arg)
{
	(void)arg;
	check_features();
	prepare();
	if (hart_self()->index == ender())
		end_life();
	else
		live();
}

static char read_letter(void)
{
	int key;

	while ((key = console_read()) < 0)
		;
	return (char)key;
}

void guest_main(void)
{
	unsigned shift;

	line_status = console_uart(&shift);
	line_status += 5ul << shift;
	print("lives: which?\n");
	life.end = read_letter();
	life.what = read_letter();
	life.features = read_letter();
	for (unsigned index = 1; index < hart_count(); index++)
		hart_start(index, run, NULL);
	run(NULL);
}
