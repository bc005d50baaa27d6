/* SPDX-License-Identifier: Apache-2.0 */
/* Traps of a bare guest: interrupts go to handlers, exceptions to whoever expects them; anything else ends the guest loudly. */

#include "guest.h"

extern const char trap_landing[];
extern const char trap_user_end[];

unsigned long trap_call(void (*run)(void *arg), void *arg);
void trap_enter_user(void (*run)(void *arg), void *arg);
void trap_handle(struct hart *hart);

_Static_assert(offsetof(struct hart, frame.time) == 256, "FRAME_TIME in trap_entry.S");
_Static_assert(offsetof(struct hart, trap_stack) == 264, "TRAP_STACK in trap_entry.S");
_Static_assert(offsetof(struct hart, stack) == 272, "stack in crt0.S");
_Static_assert(offsetof(struct hart, catch_stack) == 280, "CATCH_STACK in trap_entry.S");

static void handle_interrupt(struct hart *hart, unsigned long number)
{
	irq_handler handler = number < ARRAY_SIZE(hart->handlers) ? hart->handlers[number] : NULL;

	if (handler) {
		handler(&hart->frame);
		return;
	}
	hart->unexpected++;
	csr_clear(sie, 1ul << number);
}

/* Called by trap_entry.S on the hart's trap stack; may change the frame. */
void trap_handle(struct hart *hart)
{
	unsigned long cause = csr_read(scause);
	struct trap trap = {cause, csr_read(stval), hart->frame.x[0]};

	if (cause & CAUSE_INTERRUPT) {
		handle_interrupt(hart, cause & ~CAUSE_INTERRUPT);
		return;
	}
	if (!hart->catch_stack) {
		print("unexpected trap: hart %lu cause %lu tval %lx epc %lx ra %lx\n", hart->id,
		      trap.cause, trap.tval, trap.epc, hart->frame.x[1]);
		tap_check(0, "no unexpected trap");
		tap_end();
		guest_exit();
	}
	hart->caught = trap;
	hart->frame.x[0] = (unsigned long)trap_landing;
	hart->frame.x[2] = hart->catch_stack;
	hart->frame.x[4] = (unsigned long)hart;
	csr_set(sstatus, SSTATUS_SPP);
}

static unsigned long caught_cause(struct trap *trap, int caught)
{
	struct trap none = {NO_TRAP, 0, 0};
	struct trap result = caught ? hart_self()->caught : none;

	if (trap)
		*trap = result;
	return result.cause;
}

unsigned long trap_run(struct trap *trap, void (*run)(void *arg), void *arg)
{
	return caught_cause(trap, trap_call(run, arg) != 0);
}

struct user_call {
	void (*run)(void *arg);
	void *arg;
};

static void enter_user(void *arg)
{
	struct user_call *call = arg;

	trap_enter_user(call->run, call->arg);
}

unsigned long trap_run_user(struct trap *trap, void (*run)(void *arg), void *arg)
{
	struct user_call call = {run, arg};

	if (trap_call(enter_user, &call) &&
	    hart_self()->caught.cause == CAUSE_ECALL_FROM_U &&
	    hart_self()->caught.epc == (unsigned long)trap_user_end)
		return caught_cause(trap, 0);
	return caught_cause(trap, 1);
}

void irq_handle(unsigned number, irq_handler handler)
{
	hart_self()->handlers[number] = handler;
}
