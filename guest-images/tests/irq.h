/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of interrupt controllers share: two devices, and tests by them that any controller must pass. */
#ifndef IRQ_H
#define IRQ_H

#include "bare/guest.h"

#define US 1000ul /* in nanoseconds */

/* ---- irq_devices.c ---- */

/* A cell of a property. */
uint32_t dt_cell(const uint8_t *cell);
/* Index of the hart whose interrupt controller has this phandle, or -1. */
int irq_hart(uint32_t phandle);

/* An access of any width to registers, for trap_run(): loads (what comes is not kept), or stores the value's low bytes. */
struct irq_access {
	uint64_t address;
	unsigned width; /* 1, 2, 4 or 8 bytes */
	uint64_t value;
};
void irq_load(void *access);
void irq_store(void *access);

/*
 * The UART's interrupt as a line: it rises because the transmitter is empty, or because a byte has come (by the UART's own
 * loop); it falls. Nothing is printed while it is up: that would move it.
 */
int uart_find(void); /* its node, -1: none */
void uart_raise(void);
void uart_raise_by_input(void);
void uart_lower(void);

/* The goldfish RTC's alarm: from now in nanoseconds (0: in the past, so at once); the interrupt's line goes down. */
int rtc_find(void); /* its node, -1: none */
void rtc_alarm(uint64_t nanoseconds);
void rtc_clear(void);
/* No more alarms. */
void rtc_off(void);

/* Whether this hart's external interrupt is pending, once it has had time to come: what is told across harts takes a while. */
int external_soon(int wanted);
/* Waits some microseconds in wfi, interrupts being off in sstatus: where harts take turns (QEMU's icount) others come to run. */
void nap(void);

/* ---- irq_tests.c: of a source that is enabled for this hart, external interrupts being off in sstatus ---- */

/* How a handler takes an interrupt and ends it; either runs on the hart that is interrupted. */
struct irq_controller {
	uint32_t (*claim)(void); /* the source, 0: there is none */
	void (*complete)(uint32_t source);
	int is_spurious; /* a claim may find none */
};

/* Every interrupt of the UART is taken once, and ends a wait. Boot argument: interrupts=<n> (100). */
void test_irq_uart(const struct irq_controller *use, uint32_t source);
/* Every alarm of the RTC interrupts once. Boot argument: alarms=<n> (200). between(n), if any, is called before the nth. */
void test_irq_alarms(const struct irq_controller *use, uint32_t source, void (*between)(unsigned n));
/* An alarm that comes while the hart waits ends the wait. */
void test_irq_waits(const struct irq_controller *use, uint32_t source);
/* Alarms that are each set by the handler of the one before. Boot argument: storm=<n> (1000). */
void test_irq_storm(const struct irq_controller *use, uint32_t source);
/* Makes this hart handle the RTC's interrupt for test_irq_alarms() on another. */
void irq_handle_alarms(void);

#endif
