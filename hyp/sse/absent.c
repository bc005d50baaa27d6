// SPDX-License-Identifier: Apache-2.0
// In the place of software events: nobody has any, so that none is ever told, taken or waited for.
#include "sse/sse.h"

#include "vcpu/sbi_call.h"

const bool sse_is_linked = false;

sbi_ret_t sbi_sse(struct vcpu *v)
{
	(void)v;
	return sbi_error(SBI_ERR_NOT_SUPPORTED);
}

// Whoever has an error to tell does what is done where a guest has not asked for the event.
bool sbi_sse_raise(struct vcpu *v, uint32_t event_id)
{
	(void)v, (void)event_id;
	return false;
}

bool sbi_sse_report(struct vcpu *v, uint32_t event_id)
{
	(void)v, (void)event_id;
	return false;
}

// Who looks for an event finds none, and does not look again.
bool sbi_sse_can_deliver(struct vcpu *v)
{
	v->sbi.sse.deliver = false;
	return false;
}

void sbi_sse_deliver(struct vcpu *v)
{
	v->sbi.sse.deliver = false;
}

void sbi_sse_start_vcpu(struct vcpu *v) { (void)v; }
void sbi_sse_stop_vcpu(struct vcpu *v) { (void)v; }
void sbi_sse_reset_guest(struct guest *g) { (void)g; }
