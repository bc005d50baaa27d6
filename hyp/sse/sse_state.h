// SPDX-License-Identifier: Apache-2.0
// Software events of a guest (SBI 3.0, "Supervisor Software Events Extension"): states, attributes, choice by priority, and what
// entering and leaving a handler does to registers; who holds which lock is decided in sse.c.
#ifndef BULKHEAD_SSE_SSE_STATE_H
#define BULKHEAD_SSE_SSE_STATE_H

#include "vcpu/sse_vcpu.h"

// All events as one vcpu sees them.
struct sse_view {
	struct sse_vcpu *vcpu;
	struct sse_guest *guest;
	uint32_t vhartid;
	uint32_t pending; // set of enum sse_index
};

// The registers that handlers and SSE share, as the guest's S-mode knows them.
struct sse_context {
	uint64_t pc;
	uint64_t mode;    // SSTATUS_SPP: the mode at pc is S; SSTATUS_SPELP: a landing pad is expected at pc
	uint64_t sepc;
	uint64_t sstatus;
	uint64_t a6, a7;
};

void sse_reset_guest(struct sse_guest *g);
// The vcpu of the view starts: all of its own is reset, events are masked. It stops: the global event, where it is in its handler,
// completes without resuming anything. What is pending may have another target then.
void sse_start_vcpu(const struct sse_view *s);
void sse_stop_vcpu(const struct sse_view *s);

// Finds an event among the supported ones (set of enum sse_index): SBI_SUCCESS, SBI_ERR_NOT_SUPPORTED or _INVALID_PARAM.
long sse_find(uint32_t event_id, uint32_t supported, enum sse_index *index);
struct sse_event *sse_event(const struct sse_view *s, enum sse_index index);

// One attribute's value; attr_id < SBI_SSE_ATTR_COUNT.
uint64_t sse_read(const struct sse_view *s, enum sse_index index, uint32_t attr_id);
// Writes the attributes base_attr_id on, or none of them: SBI_SUCCESS, or the error of the first that cannot be written.
long sse_write(const struct sse_view *s, enum sse_index index, uint32_t base_attr_id, uint32_t attr_count, const uint64_t *values,
	       uint32_t vcpu_count);
// sbi_sse_register; SBI_SUCCESS, SBI_ERR_INVALID_STATE or _INVALID_PARAM.
long sse_register(struct sse_event *e, uint64_t entry_pc, uint64_t entry_arg);
// The transition from -> to: SBI_SUCCESS or SBI_ERR_INVALID_STATE.
long sse_move(struct sse_event *e, enum sse_state from, enum sse_state to);

// The hart that takes the global event next: the preferred one, for which the event waits while it masks events; while that is
// stopped, the lowest one that is ready. SSE_NOBODY: there is none, or the event is not both pending and enabled.
uint32_t sse_target(const struct sse_guest *g);
// The event whose handler the vcpu is in (the innermost one), or SSE_COUNT.
enum sse_index sse_running(const struct sse_view *s);
// The event that the vcpu takes now, or SSE_COUNT.
enum sse_index sse_choose(const struct sse_view *s);

// "Software Event Injection" and "Software Event Completion". Entering leaves the pending bit of a local event to the caller.
void sse_enter(const struct sse_view *s, enum sse_index index, struct sse_context *c);
void sse_leave(const struct sse_view *s, enum sse_index index, struct sse_context *c);

#endif
