// SPDX-License-Identifier: Apache-2.0
// Exits: the snapshot, the table of causes, and the one place where a verdict takes effect.
#ifndef BULKHEAD_EXIT_EXIT_H
#define BULKHEAD_EXIT_EXIT_H

#include "rv/csr.h"
#include "vcpu/vcpu.h"

// From exit/world.S; they return to enter the guest again, or leave it for good.
// An ecall of VS-mode. Of the guest's registers those that C may change are in v->x[], and no others: neither of these two may
// look at or change s0 to s11 and gp.
void exit_call(struct vcpu *v);
// An interrupt for HS-mode; cause as in scause.
void exit_interrupt(struct vcpu *v, uint64_t cause);
// Every other exception, with all registers in v->x[]. False when none of s0 to s11 and gp has changed there.
bool exit_exception(struct vcpu *v, uint64_t cause);

// The time that an exit takes is counted from exit_begin() to exit_end(). Not in it: the registers that exit/world.S saves and
// loads around this; what the firmware does with traps that it takes itself; an exit that does not come back (a stop); and waits
// that the guest asked for (guest_wait_for_interrupt()). In it: what a hart does here for others, as to drain the console.
// In ticks of `time`: `cycle` is the guest's to stop, filter and set by SBI PMU, and Linux does so at boot.
static inline void exit_begin(struct vcpu *v, uint32_t counter)
{
	v->exit.begin = time_now();
	v->exits.by_cause[counter]++;
}

static inline void exit_end(struct vcpu *v)
{
	v->exits.ticks += time_now() - v->exit.begin;
}

// exit.c: the rest of exit_exception(), by the handler of the cause.
bool exit_by_handler(struct vcpu *v);

// mmio.c: a guest page fault of a load or store: an emulated device, or an access fault for the guest.
enum verdict exit_guest_page_fault(struct vcpu *v, struct exit *e);

// insn.c
// An instruction that H makes a virtual one.
enum verdict exit_virtual_instruction(struct vcpu *v, struct exit *e);
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
