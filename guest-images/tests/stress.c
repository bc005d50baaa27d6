/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loads the machine in one way, on all its harts, for ever and quietly; boot argument: do=spin (a loop that never leaves the guest)
 * | ticks (the same and a timer that interrupts it) | memory | exits (many kinds) | ipis | fences (both at all its harts) | lines (some
 * each millisecond; it sleeps in between, and is not quiet).
 */

#include "bare/guest.h"

#define AREA	  (4ul << 20) /* bytes that are streamed from, and as many to */
#define TICKS_MIN 50	      /* of `time` between two timer interrupts: this to eight times this */
#define RFENCE	  3	      /* functions that guests have */

static void spin(void)
{
	for (;;)
		__asm__ volatile("");
}

/* How long until the next is anything but regular. */
static void on_timer(struct frame *frame)
{
	timer_set(frame->time + TICKS_MIN * (1 + (frame->time * 2862933555777941757ul >> 61)));
}

static void tick(void)
{
	irq_handle(IRQ_S_TIMER, on_timer);
	timer_set(rdtime() + TICKS_MIN);
	csr_set(sie, SIE_STIE);
	irq_enable();
	spin();
}

/* Each hart its own memory. */
static void stream(void)
{
	char *from = (char *)memory_find(2 * AREA * hart_count(), GUEST_PAGE_SIZE) + 2 * AREA * hart_self()->index;

	for (;;) {
		memcpy(from + AREA, from, AREA);
		memcpy(from, from + AREA, AREA);
	}
}

static void load(void *arg)
{
	(void)*(volatile unsigned long *)arg;
}

static void read_hypervisor_csr(void *arg)
{
	(void)arg;
	__asm__ volatile("csrr zero, 0x600"); /* hstatus */
}

/* SBI calls that are there and are not, an emulated register, a hole, an instruction that guests do not have. */
static void leave(void)
{
	unsigned long hole = memory_hole_above();
	unsigned shift;
	volatile uint8_t *uart = console_uart(&shift);

	for (;;) {
		sbi_call3(SBI_EXT_BASE, 0, 0, 0, 0);
		sbi_call3(SBI_EXT_TIME, 0, ~0ul, 0, 0);
		sbi_call3(0x99999999, 0, 0, 0, 0);
		(void)uart[5 << shift]; /* line status */
		trap_run(NULL, load, (void *)hole);
		trap_run(NULL, read_hypervisor_csr, NULL);
	}
}

static void on_ipi(struct frame *frame)
{
	(void)frame;
	csr_clear(sip, SIE_SSIE);
}

static void send_ipis(void)
{
	irq_handle(IRQ_S_SOFTWARE, on_ipi);
	csr_set(sie, SIE_SSIE);
	irq_enable();
	for (;;)
		sbi_call3(SBI_EXT_IPI, 0, 0, ~0ul, 0);
}

static void fence(void)
{
	for (long turn = 0;; turn++)
		sbi_call(SBI_EXT_RFENCE, turn % RFENCE, 0, ~0ul, 0, turn % 2 ? ~0ul : 0x10000, 1, 0);
}

static void print_lines(void)
{
	csr_set(sie, SIE_STIE);
	for (unsigned long next = rdtime();;) {
		for (unsigned i = 0; i < 4; i++)
			print("stress: abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ\n");
		next += timer_frequency() / 1000;
		timer_set(next);
		while (rdtime() < next)
			wfi();
	}
}

static const struct {
	const char *name;
	void (*run)(void);
} loads[] = {
	{ "spin", spin }, { "ticks", tick }, { "memory", stream }, { "exits", leave }, { "ipis", send_ipis }, { "fences", fence },
	{ "lines", print_lines },
};

static void run(void *arg)
{
	loads[(unsigned long)arg].run();
}

void guest_main(void)
{
	for (unsigned long i = 0; i < ARRAY_SIZE(loads); i++) {
		if (!guest_arg_is("do", loads[i].name))
			continue;
		for (unsigned hart = 1; hart < hart_count(); hart++)
			hart_start(hart, run, (void *)i);
		print("stress: %s on %u harts\n", loads[i].name, hart_count());
		run((void *)i);
	}
	print("stress: do= is none of its loads\n");
}
