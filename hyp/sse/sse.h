// SPDX-License-Identifier: Apache-2.0
// The room of software events: what others see of it. All on the vcpu's own hart. sse/absent.c is linked in its place where it is
// left out (README.md, "Rooms").
#ifndef BULKHEAD_SSE_SSE_H
#define BULKHEAD_SSE_SSE_H

#include "guest/guest.h"
#include "vcpu/vcpu.h"

extern const bool sse_is_linked;

// The calls (SBI 3.0, SSE).
sbi_ret_t sbi_sse(struct vcpu *v);
// Makes a local event pending. False, and nothing changes, when the guest has it not enabled there.
bool sbi_sse_raise(struct vcpu *v, uint32_t event_id);
// The same for an error that must be answered before the guest goes on: false also when the vcpu would not take the event at once.
bool sbi_sse_report(struct vcpu *v, uint32_t event_id);
// Lets the vcpu take an event if there is one: changes v->x, v->exit and vs* CSRs. Before the exit's CSRs are written back.
void sbi_sse_deliver(struct vcpu *v);
// Whether it would; sets v->sbi.sse.deliver accordingly.
bool sbi_sse_can_deliver(struct vcpu *v);
// The vcpu starts: its own events are as after a reset. It stops: others take what it leaves.
void sbi_sse_start_vcpu(struct vcpu *v);
void sbi_sse_stop_vcpu(struct vcpu *v);
// What the harts of a guest share is as after a reset. On its boot hart, before its first hart is entered.
void sbi_sse_reset_guest(struct guest *g);

#endif
