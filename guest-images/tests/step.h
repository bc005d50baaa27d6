/* SPDX-License-Identifier: Apache-2.0 */
/* Single steps: code runs with chosen x registers in a chosen mode until it traps, and every register is seen as the trap left it. */
#ifndef STEP_H
#define STEP_H

#include "bare/guest.h"

#define INSN_EBREAK 0x00100073u

struct step { /* offsets are known to step.S */
	unsigned long in[32];  /* x1 to x31 to begin with; in[0] is pc */
	unsigned long out[32]; /* the same at the trap; out[0] is sepc */
	unsigned long cause, tval;
	unsigned long status; /* sstatus at the trap */
	unsigned long entry;  /* SSTATUS_SPP: in S-mode; SSTATUS_SPIE: with SIE; SSTATUS_FS bits */
	unsigned long kept[4];
};

/* Runs until the first trap, interrupts included. On one hart a struct each. */
void step_run(struct step *step);
/* Fills `in` with values that differ in every byte, and enters in S-mode with floating point on (dirty). */
void step_fill(struct step *step, unsigned long seed);
/* Writes up to 4 instructions (0: none) and an ebreak to `code`, 20 bytes of memory. Returns the address of the ebreak. */
unsigned long step_compose(uint16_t *code, uint32_t a, uint32_t b, uint32_t c, uint32_t d);
/* One instruction, composed in the hart's own buffer: the cause, or NO_TRAP when it was executed. pc is set. */
unsigned long step_insn(struct step *step, uint32_t insn);
/* How many of x1 to x31 differ from `in`, x[except] left out. */
unsigned step_changed(const struct step *step, unsigned except);

#endif
