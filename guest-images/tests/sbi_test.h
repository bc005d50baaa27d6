/* SPDX-License-Identifier: Apache-2.0 */
/* Checks that the SBI topics share, and the parts of the topic "sbi", one per extension family. */
#ifndef SBI_TEST_H
#define SBI_TEST_H

#include "tests/topic.h"

/* Checks error and value of an SBI answer in one result. */
void check_ret(struct sbiret got, long error, long value, const char *name);
/*
 * Checks the error only, where the value is not defined by the specification's text. On Bulkhead it is 0 after an error: nothing
 * of the hypervisor's comes out by it. Not for DBTR, whose value then says which entry is wrong.
 */
void check_error(struct sbiret got, long error, const char *name);

/* A vhartid that this guest does not have. */
unsigned long absent_hart(void);

/* sbi_hsm.c: setjmp and longjmp of the callee-saved registers, for calls that resume elsewhere. */
int hsm_suspend_save(unsigned long *state);
_Noreturn void hsm_suspend_restore(unsigned long *state);

void test_base(void);
void test_ipi(void);
void test_rfence(void);
void test_hsm(void);
void test_dbcn(void);
void test_legacy(void);
void test_translated(void);

#endif
