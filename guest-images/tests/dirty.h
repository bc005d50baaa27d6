/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of the image "dirty": what a hart's state is, and how it is spoilt. */
#ifndef DIRTY_H
#define DIRTY_H

#include "bare/guest.h"

#define ENTRY_CSRS 10

struct entry { /* known to dirty_entry.S */
	unsigned long x[32];
	unsigned long csr[ENTRY_CSRS];
	struct hart *hart;
};

/* Interrupt controllers; as below. */
void print_irq_state(void);
void spoil_irq_state(void);

/* Assigned devices: prints what they are in, or (write) uses them. On one hart. */
void look_at_devices(int write);

/* Prints one state line, with the hart's index. */
#define STATE(format, ...) print("state: hart %lu " format "\n", hart_self()->index, ##__VA_ARGS__)

/* State behind SBI extensions that this firmware has; on each hart. */
void print_sbi_state(void);
/* Changes it. Returns to code that makes no indirect calls and takes no traps: landing pads and the like may be on. */
void spoil_sbi_state(void);

#endif
