/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of the trap test image and what they share. */
#ifndef TRAPS_TEST_H
#define TRAPS_TEST_H

#include "tests/insn.h"
#include "tests/step.h"
#include "tests/topic.h"

/* Runs it and compares the cause; one result. Details in *trap. */
void check_cause(runner how, struct trap *trap, void (*run)(void *arg), void *arg, unsigned long cause,
		 const char *name);
/* stval must hold the instruction's bits, or 0. */
void check_tval_insn(const struct trap *trap, unsigned long insn, const char *name);
/* The trap has this cause and sepc, sstatus is as "Trap Entry" says, and no register has changed. */
int step_is_exact(const struct step *s, unsigned long cause, unsigned long epc);
void test_instructions(void);
void test_memory_faults(void);
void test_user(void);
void test_uart(void);
void test_accesses(void);
void test_fp_accesses(unsigned long uart_base);
void test_causes(void);
void test_tables(void);

#endif
