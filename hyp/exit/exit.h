// SPDX-License-Identifier: Apache-2.0
// Exits: the snapshot, the table of causes, and the one place where a verdict takes effect.
#ifndef BULKHEAD_EXIT_EXIT_H
#define BULKHEAD_EXIT_EXIT_H

#include "vcpu/vcpu.h"

// From vcpu/world.S; they return to enter the guest again, or leave it for good.
// An ecall of VS-mode. Of the guest's registers those that C may change are in v->x[], and no others: neither of these two may
// look at or change s0 to s11 and gp.
void exit_call(struct vcpu *v);
// An interrupt for HS-mode; cause as in scause.
void exit_interrupt(struct vcpu *v, uint64_t cause);
// Every other exception, with all registers in v->x[].
void exit_exception(struct vcpu *v, uint64_t cause);

// mmio.c: a guest page fault of a load or store: an emulated device, or an access fault for the guest.
enum verdict exit_guest_page_fault(struct vcpu *v, struct exit *e);

// Fetches the instruction at e->pc as the guest sees it now. False when it faults: the verdict is then in *verdict.
bool exit_fetch(struct exit *e, uint32_t *insn, enum verdict *verdict);

// What is at e->pc now is not what trapped: another hart has changed the code or its translation meanwhile. The guest executes
// what is there, and hardware says what comes of it.
enum verdict exit_retry(void);

static inline enum verdict exit_inject(struct exit *e, uint32_t cause, uint64_t tval)
{
	e->inject_cause = cause;
	e->inject_tval = tval;
	return VERDICT_INJECT;
}

#endif
