// SPDX-License-Identifier: Apache-2.0
// SBI Supervisor Software Events (SBI 3.0, "Supervisor Software Events Extension (EID #0x535345 "SSE")"): the calls, the locks
// and messages between harts, and the registers of a vcpu that takes an event. What events are stands in sse_state.h.
//
// A vcpu's own events are touched by its own hart only. What the harts of a guest share (struct sse_guest) is touched under
// guest.sse_lock, the innermost lock: nothing else is taken, and no firmware called, while it is held. A pending local event is a
// bit of hart_shared.sse_pending, set by any hart, taken by the owner.
//
// Nothing is lost: whoever makes an event pending or deliverable on a hart does so first (the atomic, or the lock's release) and
// tells the hart then, by `deliver` or MSG_SSE (whose post is a release too); the hart clears `deliver` before it looks.
#include "sse/sse.h"

#include "guest/guest_memory.h"
#include "rv/csr.h"
#include "sse/sse_state.h"
#include "vcpu/sbi_call.h"

const bool sse_is_linked = true;

static uint32_t supported(struct vcpu *v)
{
	uint32_t set = (1u << SSE_COUNT) - 1;

	// Overflows that hideleg gives to the guest do not come by here.
	return hart_of_vcpu(v)->config.lcofi == LCOFI_INJECTED ? set : set & ~(1u << SSE_PMU_OVERFLOW);
}

// The events as v sees them; the caller holds the lock, or uses nothing of the guest's.
static struct sse_view view_of(struct vcpu *v)
{
	struct sse_guest *g = &v->guest->sse;
	uint32_t pending = atomic_load(&hart_of_vcpu(v)->shared.sse_pending);

	return (struct sse_view){ &v->sbi.sse, g, v->vhartid, pending | (uint32_t)g->pending << SSE_GLOBAL_SOFTWARE };
}

static struct sse_view lock(struct vcpu *v)
{
	spinlock_take(&v->guest->sse_lock);
	return view_of(v);
}

static void tell(struct vcpu *v, uint32_t vhartid)
{
	if (vhartid == v->vhartid)
		v->sbi.sse.deliver = true;
	else if (vhartid != SSE_NOBODY)
		hart_msg_send(guest_hart(v->guest, vhartid), MSG_SSE);
}

// Ends what lock() began, and tells the hart that shall take the global event now.
static void unlock_and_tell(struct vcpu *v)
{
	uint32_t target = sse_target(&v->guest->sse);

	spinlock_give(&v->guest->sse_lock);
	tell(v, target);
}

// A bit that is set already has been told, or its hart looks for itself when it can take it.
static void set_pending(struct vcpu *v, uint32_t vhartid, enum sse_index index)
{
	struct hart *h = guest_hart(v->guest, vhartid);

	if ((atomic_fetch_or(&h->shared.sse_pending, 1u << index) >> index & 1) == 0)
		tell(v, vhartid);
}

static struct sse_context context_of(const struct vcpu *v)
{
	return (struct sse_context){ v->exit.pc, v->exit.sstatus & (SSTATUS_SPP | SSTATUS_SPELP), csr_read(CSR_VSEPC),
				     csr_read(CSR_VSSTATUS), v->x[REG_A6], v->x[REG_A7] };
}

static void set_context(struct vcpu *v, const struct sse_context *c)
{
	struct exit *e = &v->exit;

	csr_write(CSR_VSEPC, c->sepc);
	csr_write(CSR_VSSTATUS, c->sstatus);
	v->x[REG_A6] = c->a6;
	v->x[REG_A7] = c->a7;
	e->pc = c->pc;
	e->sstatus = (e->sstatus & ~(uint64_t)(SSTATUS_SPP | SSTATUS_SPELP)) | c->mode;
	e->hstatus = (e->hstatus & ~(uint64_t)HSTATUS_SPVP) | (c->mode & SSTATUS_SPP ? HSTATUS_SPVP : 0);
}

void sbi_sse_deliver(struct vcpu *v)
{
	struct sse_view s;
	enum sse_index index;

	v->sbi.sse.deliver = false;
	s = lock(v);
	index = sse_choose(&s);
	if (index != SSE_COUNT) {
		struct sse_context c = context_of(v);

		sse_enter(&s, index, &c);
		atomic_fetch_and(&hart_of_vcpu(v)->shared.sse_pending, ~(1u << index)); // never holds the global one's bit
		set_context(v, &c);
	}
	spinlock_give(&v->guest->sse_lock);
}

bool sbi_sse_can_deliver(struct vcpu *v)
{
	struct sse_view s = lock(v);

	v->sbi.sse.deliver = sse_choose(&s) != SSE_COUNT;
	spinlock_give(&v->guest->sse_lock);
	return v->sbi.sse.deliver;
}

bool sbi_sse_raise(struct vcpu *v, uint32_t event_id)
{
	enum sse_index index;

	if (sse_find(event_id, supported(v), &index) != SBI_SUCCESS || index >= SSE_LOCAL_COUNT ||
	    v->sbi.sse.local[index].attr[SBI_SSE_ATTR_STATUS] < SSE_ENABLED)
		return false;
	atomic_fetch_or(&hart_of_vcpu(v)->shared.sse_pending, 1u << index);
	v->sbi.sse.deliver = true;
	return true;
}

bool sbi_sse_report(struct vcpu *v, uint32_t event_id)
{
	struct sse_view s;
	enum sse_index index;
	bool takes_it;

	if (sse_find(event_id, supported(v), &index) != SBI_SUCCESS)
		return false;
	s = lock(v);
	s.pending = 1u << index;
	takes_it = sse_choose(&s) == index;
	spinlock_give(&v->guest->sse_lock);
	return takes_it && sbi_sse_raise(v, event_id);
}

void sbi_sse_reset_guest(struct guest *g)
{
	sse_reset_guest(&g->sse);
}

void sbi_sse_start_vcpu(struct vcpu *v)
{
	struct sse_view s = lock(v);

	sse_start_vcpu(&s);
	atomic_store(&hart_of_vcpu(v)->shared.sse_pending, 0);
	spinlock_give(&v->guest->sse_lock); // it is masked: nothing for anybody to take
}

void sbi_sse_stop_vcpu(struct vcpu *v)
{
	struct sse_view s = lock(v);

	sse_stop_vcpu(&s);
	unlock_and_tell(v);
}

static sbi_ret_t mask(struct vcpu *v, bool is_mask)
{
	struct sse_view s = lock(v);
	bool was_masked = (s.guest->ready >> v->vhartid & 1) == 0;

	if (is_mask)
		s.guest->ready &= ~(1ull << v->vhartid);
	else
		s.guest->ready |= 1ull << v->vhartid;
	unlock_and_tell(v);
	if (was_masked == is_mask)
		return sbi_error(is_mask ? SBI_ERR_ALREADY_STOPPED : SBI_ERR_ALREADY_STARTED);
	v->sbi.sse.deliver = true;
	return sbi_value(0);
}

static sbi_ret_t complete_call(struct vcpu *v)
{
	struct sse_view s = lock(v);
	enum sse_index index = sse_running(&s);

	if (index != SSE_COUNT) {
		struct exit *e = vcpu_snapshot(v);
		struct sse_context context = context_of(v);

		sse_leave(&s, index, &context);
		set_context(v, &context);
		v->sbi.sse.deliver = true; // those of lower priority, and this one again
		e->verdict = VERDICT_RESUME;
	}
	unlock_and_tell(v);
	return index != SSE_COUNT ? sbi_unchanged(v) : sbi_value(0);
}

static long inject(struct vcpu *v, enum sse_index index, uint64_t vhartid)
{
	if (index == SSE_GLOBAL_SOFTWARE) {
		lock(v).guest->pending = true;
		unlock_and_tell(v);
		return SBI_SUCCESS;
	}
	if (vhartid >= v->guest->partition->vcpu_count)
		return SBI_ERR_INVALID_PARAM;
	set_pending(v, (uint32_t)vhartid, index);
	return SBI_SUCCESS;
}

// Attributes lie one behind the other from the address on: the text's size of the memory says so, its offsets do not.
static long attributes(struct vcpu *v, enum sse_index index)
{
	uint64_t values[SBI_SSE_ATTR_COUNT], low = sbi_arg(v, 3);
	uint32_t base = (uint32_t)sbi_arg(v, 1), count = (uint32_t)sbi_arg(v, 2);
	const struct partition *p = v->guest->partition;
	long error = SBI_SUCCESS;
	struct sse_view s;

	if (count == 0)
		return SBI_ERR_INVALID_PARAM;
	if ((uint64_t)base + count > SBI_SSE_ATTR_COUNT)
		return SBI_ERR_BAD_RANGE;
	if (!is_aligned(low, 8) || !gpa_is_shmem(v->guest, low, sbi_arg(v, 4), 8ull * count))
		return SBI_ERR_INVALID_ADDRESS;
	if (sbi_fid(v) == SBI_SSE_WRITE_ATTRS)
		gpa_read(GPA(low), values, 8ull * count);
	s = lock(v);
	if (sbi_fid(v) == SBI_SSE_WRITE_ATTRS)
		error = sse_write(&s, index, base, count, values, p->vcpu_count);
	else
		for (uint32_t i = 0; i < count; i++)
			values[i] = sse_read(&s, index, base + i);
	spinlock_give(&v->guest->sse_lock);
	if (sbi_fid(v) == SBI_SSE_READ_ATTRS)
		gpa_write(GPA(low), values, 8ull * count);
	return error;
}

static long change_state(struct vcpu *v, enum sse_index index)
{
	static const struct {
		uint8_t from, to;
	} steps[] = {
		[SBI_SSE_UNREGISTER] = { SSE_REGISTERED, SSE_UNUSED },
		[SBI_SSE_ENABLE] = { SSE_REGISTERED, SSE_ENABLED },
		[SBI_SSE_DISABLE] = { SSE_ENABLED, SSE_REGISTERED },
	};
	struct sse_view s = lock(v);
	struct sse_event *e = sse_event(&s, index);
	long error;

	if (sbi_fid(v) == SBI_SSE_REGISTER)
		error = sse_register(e, sbi_arg(v, 1), sbi_arg(v, 2));
	else
		error = sse_move(e, (enum sse_state)steps[sbi_fid(v)].from, (enum sse_state)steps[sbi_fid(v)].to);
	if (sbi_fid(v) == SBI_SSE_ENABLE) // it may have been pending
		v->sbi.sse.deliver = true;
	unlock_and_tell(v);
	return error;
}

sbi_ret_t sbi_sse(struct vcpu *v)
{
	enum sse_index index;
	long error;

	if (sbi_fid(v) > SBI_SSE_HART_MASK)
		return sbi_error(SBI_ERR_NOT_SUPPORTED);
	if (sbi_fid(v) == SBI_SSE_COMPLETE)
		return complete_call(v);
	if (sbi_fid(v) >= SBI_SSE_HART_UNMASK)
		return mask(v, sbi_fid(v) == SBI_SSE_HART_MASK);
	error = sse_find((uint32_t)sbi_arg(v, 0), supported(v), &index);
	if (error != SBI_SUCCESS)
		return sbi_error(error);
	if (sbi_fid(v) <= SBI_SSE_WRITE_ATTRS)
		return sbi_error(attributes(v, index));
	if (sbi_fid(v) == SBI_SSE_INJECT)
		return sbi_error(inject(v, index, sbi_arg(v, 1)));
	return sbi_error(change_state(v, index));
}
