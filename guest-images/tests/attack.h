/* SPDX-License-Identifier: Apache-2.0 */
/* Named negative cases of the attacker: what a case is, and where addresses that are not its memory lie. */
#ifndef ATTACK_H
#define ATTACK_H

#include "tests/attacker.h"

#define ANY_VALUE (-0x7fffffffffffffffl - 1) /* of a1: the specification leaves it open */

/* An address that no part of this guest's memory may answer for. */
struct place {
	const char *name;
	unsigned long addr;
	unsigned char is_device; /* of this guest's own, emulated: only what a device cannot do is forbidden there */
	unsigned char is_hardware; /* its own interrupt file: hardware answers loads and stores there as it likes */
	unsigned char is_memory_shaped; /* a frame number of satp or a page-table entry can name it */
};

/* Places, without those that are this guest's own memory or device. Filled by attack_places(). */
extern struct place places[];
extern size_t place_count;
void attack_places(void);

/* A call, and the answer that the specification demands of an SBI that has the extension. */
struct attack {
	const char *ext;
	long eid;
	const char *function;
	long fid;
	const char *what; /* class of its arguments */
	unsigned long args[6];
	long error;
	long value;
};

/*
 * One case: makes the call and reports. Where the extension is absent, NOT_SUPPORTED and 0 are demanded instead. All registers
 * but a0 and a1 must come back as they were.
 */
void attack_try(const struct attack *attack);
/* The same call with each place as its argument `index`. */
void attack_at_places(const struct attack *attack, unsigned index);
/* The answer alone, for questions on the way to a case. */
struct sbiret attack_ask(long eid, long fid, unsigned long a, unsigned long b, unsigned long c);
/* One case whose result is known already: "<ext> <function>: <what>". */
void attack_report(int passed, const char *ext, const char *function, const char *what);
/* How many cases were reported. */
unsigned long attack_count(void);

/* A vhartid that this guest does not have; a page of its own that nothing else uses. */
unsigned long attack_absent_hart(void);
extern char attack_page[2 * GUEST_PAGE_SIZE];

/* The tables. */
void attack_base(void);
void attack_masks(void);
void attack_harts(void);
void attack_reset(void);
void attack_console(void);
void attack_legacy(void);
void attack_pmu(void);
void attack_sse(void);
void attack_features(void);
void attack_steal_time(void);
void attack_suspend(void);
void attack_triggers(void);
void attack_absent(void);
void attack_accesses(void);
void attack_walks(void);
void attack_csrs(void);

/* Storms of illegal instructions and misaligned accesses under hostile page tables, that all other harts change meanwhile. */
void attack_storm(unsigned long steps, uint64_t seed);

#endif
