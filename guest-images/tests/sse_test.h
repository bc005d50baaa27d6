/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the topic "sse" share: the calls, handlers of events, and the numbers. sse_entry.S knows struct sse_run. */
#ifndef SSE_TEST_H
#define SSE_TEST_H

#include "tests/sbi_test.h"

#define EVENT_RAS	     0x0ul
#define EVENT_DOUBLE_TRAP    0x1ul
#define EVENT_PMU_OVERFLOW   0x10000ul
#define EVENT_LOCAL	     0xffff0000ul
#define EVENT_GLOBAL	     0xffff8000ul

enum { SSE_READ, SSE_WRITE, SSE_REGISTER, SSE_UNREGISTER, SSE_ENABLE, SSE_DISABLE, SSE_COMPLETE, SSE_INJECT, SSE_UNMASK, SSE_MASK };
enum { STATUS, PRIORITY, CONFIG, PREFERRED_HART, ENTRY_PC, ENTRY_ARG, INTERRUPTED_SEPC, INTERRUPTED_FLAGS, INTERRUPTED_A6,
       INTERRUPTED_A7, ATTR_COUNT };
enum { UNUSED, REGISTERED, ENABLED, RUNNING, PENDING = 4, INJECTABLE = 8 };

#define SSE_ERR_INVALID_STATE (-10)
#define SSE_ERR_BAD_RANGE     (-11)

#define SSE_STACK_SIZE 2048

/* One event's handler on one hart: what it interrupted and what it does; ENTRY_ARG points here. */
struct sse_run {
	unsigned long x[32];  /* interrupted registers, but a6 and a7 */
	unsigned long stack;  /* top: 256 */
	struct hart *hart;    /* whose tp the handler wants: 264 */
	unsigned long a6;     /* as it came: 272 */
	void (*handle)(struct sse_run *run);
	unsigned long event;
	volatile unsigned long count; /* how often it ran */
	unsigned long sepc, sstatus, scause, stval, satp; /* as the handler found them, the last time */
	unsigned long attr[ATTR_COUNT];
	uint8_t memory[SSE_STACK_SIZE] __attribute__((aligned(16)));
};

extern const char sse_entry[];

static inline struct sbiret sse(long fid, unsigned long a, unsigned long b, unsigned long c)
{
	return sbi_call(SBI_EXT_SSE, fid, a, b, c, 0x5a5a, 0x5a5a, 0x5a5a);
}

static inline struct sbiret sse_attrs(long fid, unsigned long event, unsigned long base, unsigned long count, const void *at)
{
	return sbi_call(SBI_EXT_SSE, fid, event, base, count, (unsigned long)at, 0, 0x5a5a);
}

/* One attribute; ~0 when it cannot be read. */
unsigned long sse_get(unsigned long event, unsigned long attr);
long sse_set(unsigned long event, unsigned long attr, unsigned long value);
/* Prepares *run and registers and enables the event with it: handle runs in the handler, may be NULL. Returns the first error. */
long sse_use(struct sse_run *run, unsigned long event, unsigned long priority, void (*handle)(struct sse_run *run));
/* Disables and unregisters. Returns the first error. */
long sse_drop(unsigned long event);
/* Waits until *counter >= wanted, at most about ten seconds. Returns 0 when it never was. */
int sse_wait(const volatile unsigned long *counter, unsigned long wanted);

/*
 * Loads x1-x31 from in, executes an ecall (spin: counts x31 down to 0 instead, with interrupts as they are), and stores x1-x31
 * to out. sscratch is taken meanwhile: no trap may come.
 */
struct sse_exact {
	unsigned long in[32], out[32], saved[16];
};
void sse_exact_call(struct sse_exact *regs);
void sse_exact_spin(struct sse_exact *regs);

void test_sse_calls(void);
void test_sse_reset(unsigned long event);
void test_sse_attrs(void);
void test_sse_delivery(void);
void test_sse_priority(void);
void test_sse_harts(void);
void test_sse_global(void);
void test_sse_races(void);
void test_sse_sources(void);

#endif
