// SPDX-License-Identifier: Apache-2.0
// Exit dispatch. Handlers turn values into a verdict; perform() alone injects, stops and writes back.
#include "exit/exit.h"

#include "exit/idle.h"
#include "guest/guest.h"
#include "guest/service.h"
#include "irq/imsic.h"
#include "irq/irq.h"
#include "lib/log.h"
#include "pmu/pmu.h"
#include "rv/csr.h"
#include "sbi/sbi.h"
#include "sse/sse.h"

#define SCAUSE_INTERRUPT (1ull << 63)

static enum verdict exit_fetch_guest_page_fault(struct vcpu *v, struct exit *e)
{
	(void)v;
	return exit_inject(e, CAUSE_FETCH_ACCESS, e->tval);
}

// What the guest's own kernel would get on a real machine.
static enum verdict exit_reinject(struct vcpu *v, struct exit *e)
{
	(void)v;
	return exit_inject(e, (uint32_t)e->cause, e->tval);
}

// A guest that asked for it is told of an error of the hardware as firmware would tell it.
static enum verdict exit_hardware_error(struct vcpu *v, struct exit *e)
{
	return sbi_sse_report(v, SBI_SSE_EVENT_LOCAL_HIGH_PRIO_RAS) ? VERDICT_RESUME : exit_reinject(v, e);
}

static enum verdict exit_unexpected(struct vcpu *v, struct exit *e)
{
	(void)v;
	e->reason = STOP_UNKNOWN_EXIT;
	return VERDICT_STOP;
}

// The guest took an exception while its vsstatus.SDT was set, in hardware (cause 16) or from us: it has nowhere left to keep it
// (priv, "Double Trap Control in sstatus Register"). It hears of it as a software event, if it asked for that; else it stops.
static enum verdict exit_double_trap(struct vcpu *v, struct exit *e)
{
	bool in_hardware = e->cause == CAUSE_DOUBLE_TRAP; // htval is then mtval2: the cause of the second trap

	if (sbi_sse_report(v, SBI_SSE_EVENT_LOCAL_DOUBLE_TRAP))
		return VERDICT_RESUME;
	log_info("guest", "name=%s event=double-trap cause=%lu pc=%#lx tval=%#lx", v->guest->partition->name,
		 in_hardware ? (unsigned long)csr_read(CSR_HTVAL) : (unsigned long)e->inject_cause, (unsigned long)e->pc,
		 in_hardware ? (unsigned long)e->tval : (unsigned long)e->inject_tval);
	e->reason = STOP_DOUBLE_TRAP;
	return VERDICT_STOP;
}

// The trap came from HS-mode, with a guest's registers: firmware that cannot write mstatus.MPV has entered HS-mode in the guest's
// place (hart/redirect.c).
RARE static enum verdict exit_of_nobody(struct exit *e)
{
	e->reason = STOP_FIRMWARE_ENTRY;
	return VERDICT_STOP;
}

static enum verdict (*const exit_table[CAUSE_COUNT])(struct vcpu *v, struct exit *e) = {
#define EXIT_ROW(cause, name, delegated, handler) [CAUSE_##cause] = exit_##handler,
	CAUSE_LIST(EXIT_ROW)
#undef EXIT_ROW
};

static void take_guest_messages(struct hart *h)
{
	uint32_t messages = hart_msg_take(h);

	if (messages == MSG_IPI) // what most are about
		guest_receive_ipi(h);
	else if (!guest_handle_messages(h, messages))
		hart_restart(idle);
}

RARE static void other_interrupt(struct hart *h, uint64_t number)
{
	exit_begin(&h->vcpu, EXIT_INTERRUPT + (number & 31));
	switch (number) {
	case IRQ_S_EXTERNAL:
		irq_external(h);
		// External interrupts go before all others, however many there are: these must have their turn.
		if (timer_is_due())
			service_timer(h, SERVICE_BUDGET_GUEST);
		if ((csr_read(CSR_SIP) & IP_SSIP) != 0 || hart_msg_waiting(h))
			take_guest_messages(h);
		break;
	case IRQ_S_TIMER:
		service_timer(h, SERVICE_BUDGET_GUEST);
		break;
	case IRQ_LCOFI:
		sbi_pmu_overflow(&h->vcpu);
		break;
	default:
		// Nothing else was enabled; were it pending all the same, it must not storm.
		csr_clear(CSR_SIE, 1ull << number);
		break;
	}
}

static void perform(struct vcpu *v, struct exit *e)
{
	switch (e->verdict) {
	case VERDICT_RESUME:
		break;
	case VERDICT_ADVANCE:
		e->pc += e->length;
		break;
	case VERDICT_INJECT:
		if (vcpu_inject(v, e->inject_cause, e->inject_tval) || exit_double_trap(v, e) == VERDICT_RESUME)
			break;
		// fallthrough
	case VERDICT_STOP:
		guest_stop(v->guest, e->reason);
		hart_restart(idle);
	case VERDICT_LEAVE:
		hart_restart(idle);
	}
	if (v->sbi.sse.deliver)
		sbi_sse_deliver(v);
	vcpu_write_back(v);
}

RARE static void finish_call(struct vcpu *v)
{
	struct exit *e = vcpu_snapshot(v);

	e->cause = CAUSE_VIRTUAL_SUPERVISOR_ECALL;
	perform(v, e);
}

// A software event has come, or a handler has taken the snapshot.
RARE static void finish_interrupt(struct vcpu *v)
{
	struct exit *e = vcpu_snapshot(v);

	e->verdict = VERDICT_RESUME;
	perform(v, e);
}

// Most calls want nothing but an answer: for these no trap CSR is looked at but sepc.
void exit_call(struct vcpu *v)
{
	sbi_ret_t ret;

	exit_begin(v, CAUSE_VIRTUAL_SUPERVISOR_ECALL);
	ret = sbi_dispatch(v);
	v->x[REG_A0] = sbi_ret_a0(ret);
	v->x[REG_A1] = sbi_ret_a1(ret);
	if (__builtin_expect(v->exit.is_live && !v->sbi.sse.deliver, 1))
		csr_write(CSR_SEPC, csr_read(CSR_SEPC) + 4);
	else
		finish_call(v);
	exit_end(v);
}

// A message of another hart, whichever way the kick came.
static inline bool is_message(const struct hart *h, uint64_t number)
{
	return number == IRQ_S_SOFT || (number == IRQ_S_EXTERNAL && imsic_take_kick(h));
}

void exit_interrupt(struct vcpu *v, uint64_t cause)
{
	struct hart *h = hart_of_vcpu(v);
	uint64_t number = cause & ~SCAUSE_INTERRUPT;

	if (is_message(h, number)) {
		exit_begin(v, EXIT_INTERRUPT + IRQ_S_SOFT);
		take_guest_messages(h);
	} else {
		other_interrupt(h, number);
	}
	if (__builtin_expect(!v->exit.is_live || v->sbi.sse.deliver, 0))
		finish_interrupt(v);
	exit_end(v);
}

bool exit_by_handler(struct vcpu *v)
{
	struct exit *e = vcpu_snapshot(v);
	uint64_t cause = csr_read(CSR_SCAUSE);

	e->cause = cause;
	e->tval = csr_read(CSR_STVAL);
	if (__builtin_expect((e->hstatus & HSTATUS_SPV) == 0, 0))
		e->verdict = exit_of_nobody(e);
	else
		e->verdict = cause < CAUSE_COUNT && exit_table[cause] != NULL ? exit_table[cause](v, e) : exit_unexpected(v, e);
	perform(v, e);
	exit_end(v);
	return true;
}
