/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of the attacker image. */
#ifndef ATTACKER_H
#define ATTACKER_H

#include "tests/insn.h"

#define SBI_ARGS 8

/* The ecall with a0-a7 from args; a0 and a1 come back in args. Returns how many other registers it changed. */
unsigned long attacker_ecall(unsigned long args[SBI_ARGS]);

/* One call that is neither suicide nor console noise. Returns 0 when it was left out. */
int attack_call(unsigned long args[SBI_ARGS]);

/* Calls made, traps they ended in, and calls that broke a rule of the SBI. */
extern unsigned long calls_made, calls_trapped, calls_wrong;

/* Whether an address is in this guest's memory, or at most so many bytes before it, or less than so many after. */
int attacker_near_memory(unsigned long addr, unsigned long before, unsigned long after);

/* Known extensions, beside 0..0x20. */
extern const long known_eids[];
extern const size_t known_eid_count;

/* Interesting arguments: masks, bases, and addresses of all kinds. Filled by attacker.c. */
extern unsigned long interesting[];
extern size_t interesting_count;

/* The random part: steps by seed. Nothing that is drawn depends on time or on what came before. */
void fuzz(uint64_t seed, unsigned long steps);
uint64_t random64(void);
uint64_t random_below(uint64_t limit);
unsigned long random_value(void); /* one of the interesting ones, or near one, or any */

/* Random instructions: the sandbox; one step in U- or S-mode; which exceptions they ended in. */
void fuzz_insn_init(void);
void fuzz_insn(int is_user);
void fuzz_insn_report(void);

#endif
