/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of the races image and what they share. Hart 0 leads; the words below are its and its helpers'. */
#ifndef RACES_H
#define RACES_H

#include "tests/topic.h"

#define RACE_SECONDS 60 /* what is not there by then is lost: where harts share processors, each turn may take a while */

extern unsigned long race_turns;
extern volatile unsigned long race_go;	 /* turn that the helper may begin */
extern volatile unsigned long race_done; /* turn that it has ended */
extern volatile unsigned long race_bad;	 /* what went wrong, of this race */
extern volatile unsigned long race_runs[2]; /* entries of started harts, by which of the two ways */

/* Starts a hart by the first or second entry. */
struct sbiret race_start(unsigned index, int by_b, void (*start)(void *arg));
/* The answer of hart_start for a hart that is on its way or there. */
int race_is_busy(long error);
/* Starts a helper, race_go and race_done being 0, and waits until it runs. All helpers at a time do the same work. */
void race_helper(unsigned index, void (*work)(void *arg));
/* Waits until the word is at least that, RACE_SECONDS at most. Returns 0 when it never was. */
int race_wait(volatile unsigned long *word, unsigned long value);

/* Waits until a hart is stopped, as long. Returns 0 when it never was. */
int race_stopped(unsigned index);

void test_fence_races(void);
void test_storms(void);
void test_suspend_races(void);

#endif
