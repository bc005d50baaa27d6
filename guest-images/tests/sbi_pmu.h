/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the topic "pmu" share: the calls, and which counters there are. */
#ifndef SBI_PMU_H
#define SBI_PMU_H

#include "tests/sbi_test.h"

enum {
	PMU_NUM_COUNTERS,
	PMU_GET_INFO,
	PMU_CONFIG_MATCHING,
	PMU_START,
	PMU_STOP,
	PMU_FW_READ,
	PMU_FW_READ_HI,
	PMU_SNAPSHOT_SET_SHMEM,
	PMU_EVENT_GET_INFO,
};

#define CFG_SKIP_MATCH	0x1ul
#define CFG_CLEAR_VALUE 0x2ul
#define CFG_AUTO_START	0x4ul
#define CFG_SET_UINH	0x20ul
#define CFG_SET_SINH	0x40ul
#define START_INIT_VALUE    0x1ul
#define START_INIT_SNAPSHOT 0x2ul
#define STOP_RESET	    0x1ul
#define STOP_TAKE_SNAPSHOT  0x2ul

#define EVENT_CYCLES	   0x1ul
#define EVENT_INSTRUCTIONS 0x2ul
#define EVENT_DTLB_MISSES  0x10019ul
#define EVENT_FW(code)	   (0xf0000ul | (code))

enum {
	FW_MISALIGNED_LOAD,
	FW_MISALIGNED_STORE,
	FW_ACCESS_LOAD,
	FW_ACCESS_STORE,
	FW_ILLEGAL_INSN,
	FW_SET_TIMER,
	FW_IPI_SENT,
	FW_IPI_RECEIVED,
	FW_FENCE_I_SENT,
	FW_FENCE_I_RECEIVED,
	FW_SFENCE_VMA_SENT,
	FW_SFENCE_VMA_RECEIVED,
	FW_SFENCE_VMA_ASID_SENT,
	FW_SFENCE_VMA_ASID_RECEIVED,
	FW_HFENCE_GVMA_SENT,
	/* Bulkhead's own: this guest's exits by cause, scause's, and all of them, and their time (hyp/vcpu/cause_list.h). */
	FW_EXIT = 256,
	FW_EXIT_INTERRUPT = FW_EXIT + 32,
	FW_EXIT_ALL = FW_EXIT + 64,
	FW_EXIT_TICKS,
};

#define CYCLE	0
#define INSTRET 2

/* Filled by test_pmu(). */
extern unsigned long counters;      /* how many there are, holes included */
extern unsigned long programmable;  /* set: hpmcounter CSRs by their number */
extern unsigned long firmware_base; /* the first firmware counter */
extern unsigned long firmware_set;

static inline struct sbiret pmu(long fid, unsigned long a, unsigned long b, unsigned long c, unsigned long d, unsigned long e)
{
	return sbi_call(SBI_EXT_PMU, fid, a, b, c, d, e, 0);
}

static inline struct sbiret pmu_config(unsigned long set, unsigned long flags, unsigned long event, unsigned long data)
{
	return pmu(PMU_CONFIG_MATCHING, 0, set, flags, event, data);
}

static inline struct sbiret pmu_start(unsigned long counter, unsigned long flags, unsigned long value)
{
	return pmu(PMU_START, counter, 1, flags, value, 0);
}

static inline struct sbiret pmu_stop(unsigned long counter, unsigned long flags)
{
	return pmu(PMU_STOP, counter, 1, flags, 0, 0);
}

static inline struct sbiret pmu_fw_read(unsigned long counter)
{
	return pmu(PMU_FW_READ, counter, 0, 0, 0, 0);
}

/* The CSR of a hardware counter. */
unsigned long pmu_hw_read(unsigned long counter);
/* A firmware counter that counts this event from 0 on, or -1. */
long pmu_fw_open(unsigned long code);
/* Its value; it stops and is free. */
long pmu_fw_close(long counter);

void test_pmu_events(void);
void test_pmu_exits(void);
void test_pmu_snapshot(void);
/* Boot argument snapshots=1: the guest has pmu-snapshots. */
int pmu_has_snapshots(void);
void test_pmu_event_info(void);
void test_pmu_overflow(void);
void test_pmu_walk(void);
/* Boot argument neighbours=0: the guest has no-neighbour-counters. */
void test_pmu_alone(void);

#endif
