/* SPDX-License-Identifier: Apache-2.0 */
/*
 * In-guest test of assigned devices, by their registers alone: those in the tree answer, and (foreign=<address>, last=<address>)
 * those of others do not. Interrupts are not looked at.
 */

#include "tests/topic.h"

/* google,goldfish-rtc: reading TIME_LOW latches TIME_HIGH; nanoseconds. */
#define RTC_TIME_LOW   0x00
#define RTC_TIME_HIGH  0x04
#define RTC_ALARM_HIGH 0x0c

#define VIRTIO_MAGIC 0x74726976u

static uint32_t read32(uint64_t addr)
{
	return *(volatile uint32_t *)addr;
}

static void load_word(void *arg)
{
	(void)read32((uint64_t)arg);
}

static void store_word(void *arg)
{
	*(volatile uint32_t *)arg = 0;
}

static void jump(void *arg)
{
	((void (*)(void))arg)();
}

static uint64_t rtc_time(uint64_t base)
{
	uint64_t low = read32(base + RTC_TIME_LOW);

	return (uint64_t)read32(base + RTC_TIME_HIGH) << 32 | low;
}

static void test_rtc(uint64_t base)
{
	uint64_t before = rtc_time(base), after;

	timer_delay(timer_frequency() / 100);
	after = rtc_time(base);
	print("# rtc at 0x%lx: %lu ns, then %lu more\n", base, before, after - before);
	tap_check(before > 1000000000ul * 3600 * 24 * 365, "the real-time clock is some years after 1970");
	tap_check(after > before && after - before < 60ul * 1000000000, "it goes on");
	*(volatile uint32_t *)(base + RTC_ALARM_HIGH) = 0x7fffffff; /* does not arm it */
	tap_equal((long)read32(base + RTC_ALARM_HIGH), 0x7fffffff, "a register keeps what is written");
	/* Bare QEMU executes what a device answers. */
	if (guest_on_bulkhead())
		tap_equal((long)trap_run(NULL, jump, (void *)base), CAUSE_FETCH_ACCESS_FAULT, "a device cannot be executed");
}

/* The pages of somebody else, from the first word to the last. */
static void test_foreign(uint64_t first, uint64_t last)
{
	struct trap trap;
	uint64_t loads = 0, stores = 0, addresses = 0, words = 0;

	for (uint64_t addr = first; addr <= last; addr += 4, words++) {
		loads += trap_run(&trap, load_word, (void *)addr) == CAUSE_LOAD_ACCESS_FAULT;
		addresses += trap.tval == addr;
		stores += trap_run(&trap, store_word, (void *)addr) == CAUSE_STORE_ACCESS_FAULT;
		addresses += trap.tval == addr;
	}
	tap_equal((long)loads, (long)words, "no word of a foreign device can be read");
	tap_equal((long)stores, (long)words, "nor be written");
	tap_equal((long)addresses, (long)(2 * words), "stval is the address");
}

void test_devices(void)
{
	unsigned long foreign = guest_arg("foreign", 0);
	uint64_t base, size;
	unsigned found = 0, answers = 0, virtios = 0;

	for (int node = dt_compatible(-1, "google,goldfish-rtc"); node >= 0; node = dt_compatible(node, "google,goldfish-rtc"))
		if (dt_reg(node, 0, &base, &size)) {
			test_rtc(base);
			found++;
		}
	for (int node = dt_compatible(-1, "virtio,mmio"); node >= 0; node = dt_compatible(node, "virtio,mmio"))
		if (dt_reg(node, 0, &base, &size)) {
			virtios++;
			answers += read32(base) == VIRTIO_MAGIC;
		}
	tap_equal((long)found, (long)guest_arg("rtc", 1), "the tree has the real-time clocks that rtc= says");
	if (guest_has_arg("virtio"))
		tap_equal((long)virtios, (long)guest_arg("virtio", 0), "and the virtio devices that virtio= says");
	tap_equal((long)answers, (long)virtios, "each virtio device says what it is");
	if (foreign)
		test_foreign(foreign, guest_arg("last", foreign));
}
