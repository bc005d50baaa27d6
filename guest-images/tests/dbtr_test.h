/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the topic "dbtr" share: the extension's calls, its numbers, and one page of shared memory. */
#ifndef DBTR_TEST_H
#define DBTR_TEST_H

#include "tests/sbi_test.h"

enum {
	DBTR_NUM,
	DBTR_SET_SHMEM,
	DBTR_READ,
	DBTR_INSTALL,
	DBTR_UPDATE,
	DBTR_UNINSTALL,
	DBTR_ENABLE,
	DBTR_DISABLE
};

/* tdata1 (debug 1.0, "mcontrol6") */
#define TYPE(type)    ((unsigned long)(type) << 60)
#define MC6	      TYPE(6)
#define MC6_LOAD      0x1ul
#define MC6_STORE     0x2ul
#define MC6_EXECUTE   0x4ul
#define MC6_U	      0x8ul
#define MC6_S	      0x10ul
#define MC6_M	      0x40ul
#define MC6_MATCH(n)  ((unsigned long)(n) << 7)
#define MC6_CHAIN     0x800ul
#define MC6_ACTION(n) ((unsigned long)(n) << 12)
#define MC6_SIZE(n)   ((unsigned long)(n) << 16)
#define MC6_SELECT    0x200000ul
#define MC6_HIT0      0x400000ul
#define MC6_HIT1      0x2000000ul
#define MC6_VU	      0x800000ul
#define MC6_VS	      0x1000000ul
#define DMODE	      (1ul << 59)
#define EXECUTE_S     (MC6 | MC6_EXECUTE | MC6_S)

/* tdata1 (debug 1.0, "icount") */
#define ICOUNT	  TYPE(3)
#define ICOUNT_U  0x40ul
#define ICOUNT_S  0x80ul
#define ICOUNT_OF(n) ((unsigned long)(n) << 10)

#define STATE_MAPPED 0x1
#define STATE_U	     0x2
#define STATE_S	     0x4
#define STATE_VU     0x8
#define STATE_VS     0x10

#define MAX_ENTRIES 32

struct dbtr_entry {
	unsigned long word[4]; /* trig_idx or trig_state, tdata1, tdata2, tdata3 */
};

/* Each hart's own shared memory. */
extern struct dbtr_entry shmem[GUEST_MAX_HARTS][MAX_ENTRIES];

struct sbiret dbtr(long fid, unsigned long a, unsigned long b);
/* Gives this hart its shared memory, whether it has it already or not. */
void dbtr_open(void);
/* Installs one trigger. Returns its trig_idx, or -1 after a failed check. */
long dbtr_install(unsigned long tdata1, unsigned long tdata2, const char *name);
/* Uninstalls a set. */
void dbtr_uninstall(unsigned long base, unsigned long mask, const char *name);
/* The call with one entry made of the arguments. */
struct sbiret dbtr_one(long fid, unsigned long index, unsigned long tdata1, unsigned long tdata2, unsigned long tdata3);

/* What a trigger watches in the tests of when triggers fire: two functions, a load and a store of a word. */
void dbtr_watched(void *arg);
void dbtr_unwatched(void *arg);
void dbtr_load_word(void *arg);
void dbtr_store_word(void *arg);

typedef unsigned long (*dbtr_runner)(struct trap *trap, void (*run)(void *arg), void *arg);

/* Runs run(arg) by `how`, trap_run or trap_run_user, with interrupts on: triggers may be silent in S-mode while they are off. */
unsigned long dbtr_run(dbtr_runner how, struct trap *trap, void (*run)(void *arg), void *arg);
/* The trigger on `address` fires when run(arg) is run by `how`. */
void dbtr_fires(dbtr_runner how, void (*run)(void *arg), void *arg, unsigned long address, const char *name);
/* No trigger fires there. */
void dbtr_silent(dbtr_runner how, void (*run)(void *arg), void *arg, const char *name);

/* Triggers are told to fire, or not to. */
void test_dbtr_fire(void);
/* What a machine may have or lack: it is refused, or it does what debug 1.0 says. */
void test_dbtr_abilities(void);
/* A configuration of one trigger that this machine lacks (debug 1.0: tdata registers are WARL); 0 when it lacks none of those tried. */
unsigned long dbtr_beyond_machine(void);
/* A trigger does nothing to those beneath: text= and data= are addresses of the hypervisor's. */
void test_dbtr_beneath(void);
void test_dbtr_harts(void);
/* fuzz=N random calls, from seed=. */
void test_dbtr_fuzz(void);

#endif
