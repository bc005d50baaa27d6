// SPDX-License-Identifier: Apache-2.0
// SBI HSM (SBI 3.0, "Hart State Management Extension (EID #0x48534D "HSM")"): harts of this guest only.
#include "guest/guest.h"
#include "rv/csr.h"
#include "sbi/sbi.h"

bool sbi_is_code_address(const struct vcpu *v, uint64_t addr)
{
	return is_aligned(addr, 2) && guest_owns_memory(v->guest, GPA(addr), 2);
}

static struct sbi_ret hart_start(struct vcpu *v, uint64_t vhartid, uint64_t addr, uint64_t opaque)
{
	struct hart *target;
	bool is_started;

	if (vhartid >= v->guest->partition->vcpu_count)
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

static struct sbi_ret hart_stop(struct sbi_call *c)
{
	struct hart *h = hart_of_vcpu(c->vcpu);

	sbi_sse_stop_vcpu(c->vcpu);
	hart_move_state(h, HSM_EVENT_STOP);
	hart_move_state(h, HSM_EVENT_STOPPED);
	c->verdict = VERDICT_LEAVE;
	return sbi_value(0);
}

static struct sbi_ret hart_status(struct vcpu *v, uint64_t vhartid)
{
	if (vhartid >= v->guest->partition->vcpu_count)
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

struct sbi_ret sbi_suspend(struct sbi_call *c, const struct vcpu_start *resume)
{
	struct hart *h = hart_of_vcpu(c->vcpu);

	hart_move_state(h, HSM_EVENT_SUSPEND);
	hart_move_state(h, HSM_EVENT_SUSPENDED);
	if (!wait(c->vcpu)) {
		c->verdict = VERDICT_LEAVE;
		return sbi_value(0);
	}
	hart_move_state(h, HSM_EVENT_WAKE);
	hart_move_state(h, HSM_EVENT_RESUMED);
	if (resume != NULL) {
		vcpu_resume_at(c->vcpu, resume);
		c->verdict = VERDICT_RESUME;
	}
	return sbi_value(0);
}

static struct sbi_ret hart_suspend(struct sbi_call *c)
{
	struct vcpu_start resume = { GPA(c->arg[1]), c->vcpu->vhartid, c->arg[2] };
	uint32_t type = (uint32_t)c->arg[0];
	bool retentive = type == SBI_SUSPEND_RETENTIVE_DEFAULT;

	if (!retentive && type != SBI_SUSPEND_NON_RETENTIVE_DEFAULT)
		return sbi_error(SBI_ERR_INVALID_PARAM); // reserved, or platform specific: there are none
	if (!retentive && !sbi_is_code_address(c->vcpu, c->arg[1]))
		return sbi_error(SBI_ERR_INVALID_ADDRESS);
	return sbi_suspend(c, retentive ? NULL : &resume);
}

struct sbi_ret sbi_hsm(struct sbi_call *c)
{
	switch (c->fid) {
	case SBI_HSM_HART_START:
		return hart_start(c->vcpu, c->arg[0], c->arg[1], c->arg[2]);
	case SBI_HSM_HART_STOP:
		return hart_stop(c);
	case SBI_HSM_HART_GET_STATUS:
		return hart_status(c->vcpu, c->arg[0]);
	case SBI_HSM_HART_SUSPEND:
		return hart_suspend(c);
	default:
		return sbi_error(SBI_ERR_NOT_SUPPORTED);
	}
}
