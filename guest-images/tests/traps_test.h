/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of the trap test image and what they share. */
#ifndef TRAPS_TEST_H
#define TRAPS_TEST_H

#include "tests/insn.h"
#include "tests/topic.h"

/* Runs it and compares the cause; one result. Details in *trap. */
void check_cause(runner how, struct trap *trap, void (*run)(void *arg), void *arg, unsigned long cause,
		 const char *name);
/* stval must hold the instruction's bits, or 0. */
void check_tval_insn(const struct trap *trap, unsigned long insn, const char *name);
void test_instructions(void);
void test_memory_faults(void);
void test_user(void);
void test_uart(void);

#endif
