// SPDX-License-Identifier: Apache-2.0
// SBI HSM (SBI 3.0, "Hart State Management Extension (EID #0x48534D "HSM")"): harts of this guest only.
#include "guest/guest.h"
#include "rv/csr.h"
#include "sbi/sbi.h"
#include "sse/sse.h"

bool sbi_is_code_address(const struct vcpu *v, uint64_t addr)
{
	return is_aligned(addr, 2) && guest_owns_memory(v->guest, GPA(addr), 2);
}

RARE static sbi_ret_t hart_start(struct vcpu *v, uint64_t vhartid, uint64_t addr, uint64_t opaque)
{
	struct hart *target;
	bool is_started;

	if (vhartid >= v->vcpu_count)
		return sbi_error(SBI_ERR_INVALID_PARAM);
	if (!sbi_is_code_address(v, addr))
		return sbi_error(SBI_ERR_INVALID_ADDRESS);
	target = guest_hart(v->guest, (uint32_t)vhartid);
	// The lock keeps a second starter off `start`; only starters take it, and only they move a vcpu out of HSM_STOPPED.
	spinlock_take(&target->shared.start_lock);
	is_started = atomic_load(&target->shared.state) == HSM_STOPPED;
	if (is_started) {
		target->shared.start = (struct vcpu_start){ GPA(addr), vhartid, opaque };
		hart_move_state(target, HSM_EVENT_START);
	}
	spinlock_give(&target->shared.start_lock);
	if (!is_started)
		return sbi_error(SBI_ERR_ALREADY_AVAILABLE);
	hart_msg_send(target, MSG_WAKE);
	return sbi_value(0);
}

RARE static sbi_ret_t hart_stop(struct vcpu *v)
{
	struct hart *h = hart_of_vcpu(v);

	sbi_sse_stop_vcpu(v);
	hart_move_state(h, HSM_EVENT_STOP);
	hart_move_state(h, HSM_EVENT_STOPPED);
	vcpu_snapshot(v)->verdict = VERDICT_LEAVE;
	return sbi_value(0);
}

static sbi_ret_t hart_status(struct vcpu *v, uint64_t vhartid)
{
	if (vhartid >= v->vcpu_count)
		return sbi_error(SBI_ERR_INVALID_PARAM);
	return sbi_value(atomic_load(&guest_hart(v->guest, (uint32_t)vhartid)->shared.state));
}

// Software events end a suspend as interrupts do. False: the guest is being stopped.
static bool wait(struct vcpu *v)
{
	do {
		if (!guest_wait_for_interrupt(hart_of_vcpu(v)))
			return false;
	} while (v->sbi.sse.deliver && !sbi_sse_can_deliver(v));
	return true;
}

sbi_ret_t sbi_suspend(struct vcpu *v, const struct vcpu_start *resume)
{
	struct hart *h = hart_of_vcpu(v);
	struct exit *e = vcpu_snapshot(v);

	hart_move_state(h, HSM_EVENT_SUSPEND);
	hart_move_state(h, HSM_EVENT_SUSPENDED);
	if (!wait(v)) {
		e->verdict = VERDICT_LEAVE;
		return sbi_value(0);
	}
	hart_move_state(h, HSM_EVENT_WAKE);
	hart_move_state(h, HSM_EVENT_RESUMED);
	if (resume == NULL)
		return sbi_value(0);
	vcpu_resume_at(v, resume);
	e->verdict = VERDICT_RESUME;
	return sbi_unchanged(v);
}

RARE static sbi_ret_t hart_suspend(struct vcpu *v)
{
	struct vcpu_start resume = { GPA(sbi_arg(v, 1)), v->vhartid, sbi_arg(v, 2) };
	uint32_t type = (uint32_t)sbi_arg(v, 0);
	bool retentive = type == SBI_SUSPEND_RETENTIVE_DEFAULT;

	if (!retentive && type != SBI_SUSPEND_NON_RETENTIVE_DEFAULT)
		return sbi_error(SBI_ERR_INVALID_PARAM); // reserved, or platform specific: there are none
	if (!retentive && !sbi_is_code_address(v, sbi_arg(v, 1)))
		return sbi_error(SBI_ERR_INVALID_ADDRESS);
	return sbi_suspend(v, retentive ? NULL : &resume);
}

sbi_ret_t sbi_hsm(struct vcpu *v)
{
	switch (sbi_fid(v)) {
	case SBI_HSM_HART_START:
		return hart_start(v, sbi_arg(v, 0), sbi_arg(v, 1), sbi_arg(v, 2));
	case SBI_HSM_HART_STOP:
		return hart_stop(v);
	case SBI_HSM_HART_GET_STATUS:
		return hart_status(v, sbi_arg(v, 0));
	case SBI_HSM_HART_SUSPEND:
		return hart_suspend(v);
	default:
		return sbi_error(SBI_ERR_NOT_SUPPORTED);
	}
}
