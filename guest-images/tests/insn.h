/* SPDX-License-Identifier: Apache-2.0 */
/* Running single instructions that tests compose at run time; on one hart at a time. */
#ifndef INSN_H
#define INSN_H

#include "bare/guest.h"

/* How a piece of code is run: trap_run or trap_run_user. */
typedef unsigned long (*runner)(struct trap *trap, void (*run)(void *arg), void *arg);

#define INSN_CSRR(csr) ((uint32_t)(csr) << 20 | 0x2573)	 /* csrr a0, csr */
#define INSN_CSRW(csr) ((uint32_t)(csr) << 20 | 0x51073) /* csrw csr, a0 */

/* Runs one instruction (2 or 4 bytes by its low bits) and a return, with a0 = arg. Returns the cause, or NO_TRAP. */
unsigned long run_insn(runner how, struct trap *trap, uint32_t insn, void *arg);

#endif
