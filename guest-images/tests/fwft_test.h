/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of the topic "fwft", and what they share: calls, a trap vector that keeps a record, a small address space. */
#ifndef FWFT_TEST_H
#define FWFT_TEST_H

#include "tests/insn.h"
#include "tests/sbi_test.h"

enum { FWFT_SET, FWFT_GET };
enum {
	MISALIGNED_EXC_DELEG,
	LANDING_PAD,
	SHADOW_STACK,
	DOUBLE_TRAP,
	PTE_AD_HW_UPDATING,
	POINTER_MASKING_PMLEN,
	FWFT_FEATURES
};
#define FWFT_LOCK 1ul

static inline struct sbiret fwft_set(unsigned long feature, unsigned long value, unsigned long flags)
{
	return sbi_call3(SBI_EXT_FWFT, FWFT_SET, feature, value, flags);
}
static inline struct sbiret fwft_get(unsigned long feature)
{
	return sbi_call3(SBI_EXT_FWFT, FWFT_GET, feature, 0, 0);
}
/* Whether this machine has the feature, as its tree says. */
int fwft_has(unsigned feature);

#define SSTATUS_SPELP	     0x800000ul
#define SSTATUS_SDT	     0x1000000ul
#define ENVCFG_LPE	     0x4ul
#define ENVCFG_SSE	     0x8ul
#define ENVCFG_PMM_7	     (2ul << 32)
#define ENVCFG_PMM_16	     (3ul << 32)
#define CAUSE_SOFTWARE_CHECK 18
#define LANDING_PAD_FAULT    2
#define SHADOW_STACK_FAULT   3

/* ---- fwft_trap.c: traps without the runtime, whose handlers know neither landing pads nor double traps ---- */

struct record { /* offsets are known to record_vector */
	unsigned long save[2];
	unsigned long cause, tval, epc, status; /* of the last exception */
	unsigned long exceptions;
	uint64_t *fix;		 /* when not NULL: the next exception stores fix_value there and goes on where it came from */
	unsigned long fix_value;
	unsigned long landing;	 /* otherwise record_call() ends with -1 */
	unsigned long interrupts; /* which mask themselves */
};

/* Traps of this hart go to the record, until record_end(). No result is reported between them. */
void record_begin(struct record *record);
void record_end(void);
/* Calls code(arg) through s0, an indirect call that wants a landing pad. Returns a0, or -1 when an exception ended it. */
unsigned long record_call(const void *code, unsigned long arg, struct record *record);
void test_double_trap(void);
/* Double traps that end the guest: in hardware, and of an exception that is injected. */
void double_trap_in_hardware(void);
void double_trap_by_injection(void);

/* ---- fwft_memory.c ---- */

#define VM_BASE (64ul << 30)
/* Sv39: memory and devices where they are, and page n at VM_BASE + n * 4096 as *vm_pte(n) says. */
void vm_on(void);
void vm_off(void);
uint64_t *vm_pte(unsigned page);
void vm_set(unsigned page, uint64_t phys, uint64_t flags);
/* That A and D are updated by hardware, or that using such a page faults. */
void check_hardware_updating(int is_on);
void test_hardware_updating(void);
void test_pointer_masking(void);
void test_misaligned_delegation(void);

/* ---- fwft_cfi.c ---- */

void test_landing_pads(void);
void test_shadow_stacks(void);

#endif
