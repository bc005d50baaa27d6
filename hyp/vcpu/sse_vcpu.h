// SPDX-License-Identifier: Apache-2.0
// What SSE keeps for one vcpu, and what the harts of a guest share of it.
#ifndef BULKHEAD_VCPU_SSE_VCPU_H
#define BULKHEAD_VCPU_SSE_VCPU_H

#include "lib/types.h"
#include "rv/spec.h"

// The supported events in the order of their ids, which decides between equal priorities.
enum sse_index {
	SSE_LOCAL_RAS,
	SSE_DOUBLE_TRAP,
	SSE_PMU_OVERFLOW,
	SSE_LOCAL_SOFTWARE,
	SSE_LOCAL_COUNT,
	SSE_GLOBAL_SOFTWARE = SSE_LOCAL_COUNT,
	SSE_COUNT, // also: no event
};

// Values are those of STATUS bits 1:0.
enum sse_state { SSE_UNUSED, SSE_REGISTERED, SSE_ENABLED, SSE_RUNNING };

#define SSE_NOBODY UINT32_MAX // no vhartid

struct sse_event {
	uint64_t attr[SBI_SSE_ATTR_COUNT]; // by attr_id; STATUS holds the state alone
};

// What a vcpu has of its own. Its pending local events are in hart_shared: others set them.
struct sse_vcpu {
	bool deliver; // look for an event to take before the guest goes on
	struct sse_event local[SSE_LOCAL_COUNT];
};

// What the harts of a guest share, under guest.sse_lock.
struct sse_guest {
	struct sse_event global;
	bool pending;    // the global event
	uint32_t runner; // vhartid in whose handler the global event is while SSE_RUNNING
	uint64_t started; // set of vhartids that are not stopped
	uint64_t ready;   // those of them that do not mask events
};

#endif
