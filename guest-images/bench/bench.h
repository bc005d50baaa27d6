/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the benchmark is made of: tables of operations, one per file, and the readings of `cycle` around each of them. Under QEMU's
 * -icount shift=0 a cycle is an instruction, of any hart and in any mode.
 */
#ifndef BENCH_H
#define BENCH_H

#include "bare/guest.h"

#define BENCH_SAMPLES 64

struct bench_op {
	const char *name;
	/* One sample: what `cycle` advanced by from right before the operation to right after it. */
	unsigned long (*measure)(const void *with);
	const void *with;
	/* Why there is no such operation here, or NULL: there is. No function: there always is. */
	const char *(*missing)(const void *with);
	/* Called before the first sample and after the last. */
	void (*begin)(void), (*end)(void);
	unsigned samples; /* 0: BENCH_SAMPLES */
};

struct bench_group {
	const struct bench_op *ops;
	size_t count;
	unsigned harts_count; /* that take part */
};

#define BENCH_GROUP(name, harts_count) const struct bench_group name##_group = {name, ARRAY_SIZE(name), harts_count}

extern const struct bench_group bench_calls_group, bench_traps_group, bench_irqs_group, bench_wired_group, bench_devices_group,
	bench_harts_group, bench_suspends_group;

/* Tells what this start took; restarts the guest as often as the boot argument restarts=<n> says. */
void bench_restart(void);

/* What two readings are apart: main.c takes it off each sample. */
unsigned long bench_empty(void);

/* Cycles that these instructions take, which may clobber t5 and t6, and what two readings are apart. */
#define BENCH(text, ...)                                                                                    \
	({                                                                                                  \
		unsigned long begin_, end_;                                                                 \
		__asm__ volatile("rdcycle %0\n\t" text "\n\trdcycle %1"                                     \
				 : "=&r"(begin_), "=&r"(end_) : __VA_ARGS__ : "t5", "t6", "memory");         \
		end_ - begin_;                                                                              \
	})

/* Cycles from before these instructions until the first one of the handler (bench_interrupted) of the interrupt they raise. */
#define BENCH_UNTIL_HANDLER(text, ...)                                                                      \
	({                                                                                                  \
		unsigned long begin_, end_;                                                                 \
		__asm__ volatile("li t6, 0\n\trdcycle %0\n\t" text "\n1:\tbeqz t6, 1b\n\tmv %1, t6"           \
				 : "=&r"(begin_), "=&r"(end_) : __VA_ARGS__ : "t6", "memory");              \
		end_ - begin_;                                                                              \
	})

/*
 * What this hart's `cycle` is ahead of a whole number of cycles per tick of `time`, to the cycle: `time` is one for all harts, and
 * their `cycle` may have begun at different instants.
 */
unsigned long bench_cycle_ahead(void);
unsigned long bench_cycles_per_tick(void);
/* Two instructions a turn. */
void bench_spin(unsigned turns);
/* Waits for this instant of `time` in wfi, by the timer. */
void bench_sleep_until(unsigned long time);

/* ---- measure.S ---- */

struct bench_call {
	long eid, fid;
	unsigned long args[6];
	unsigned self; /* the number of the argument that this hart's id is put into, counted from 1; 0: none */
};

/* Cycles of one call; its answer is left in *answer. */
unsigned long bench_ecall(long eid, long fid, const unsigned long args[6], struct sbiret *answer);
/* Cycles from before the call until the first instruction of the handler of the interrupt that it leads to. */
unsigned long bench_ecall_until_handler(long eid, long fid, const unsigned long args[6]);
/*
 * Cycles of a call that suspends this hart or all and names where to go on (HSM, SUSP: type, address, opaque), to the first
 * instruction after it, or there.
 */
unsigned long bench_suspend(long eid, long fid, unsigned long type);

/* `time` at this image's first instruction. */
extern unsigned long bench_entered_at;

/* Trap vectors that do next to nothing, for measuring code: the trapped code goes on behind its instruction of 4 bytes. */
extern const char bench_skip[];
/* A handler that reads `cycle` into t6 first and then turns all interrupts off in sie. */
extern const char bench_interrupted[];
/* Makes a vector this hart's; NULL: the runtime's. */
void bench_vector(const char *vector);

#endif
