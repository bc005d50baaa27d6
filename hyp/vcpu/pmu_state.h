// SPDX-License-Identifier: Apache-2.0
// What PMU keeps for one vcpu. Changed by the vcpu's own hart only.
#ifndef BULKHEAD_VCPU_PMU_STATE_H
#define BULKHEAD_VCPU_PMU_STATE_H

#include "lib/types.h"

#define PMU_FIRMWARE_COUNTERS 16 // as many as OpenSBI has
#define PMU_EVENTS 14            // codes of the specification's firmware events that can be counted
#define PMU_TRAP_EVENTS 5        // of these, the first: traps that M-mode takes
#define PMU_FENCE_KINDS 3        // FENCE.I, SFENCE.VMA, SFENCE.VMA with ASID

// The counters of a hart, as its firmware reports them. Const once the hart runs.
struct pmu_counters {
	uint32_t hardware; // set: bit n is CSR cycle + n, and counter n of the firmware
	uint8_t firmware_base, firmware_count;
};

struct pmu_vcpu {
	struct pmu_counters counters;
	uint64_t configured;     // sets of counters in the guest's numbers: hardware ones as the firmware's, then firmware ones
	uint64_t started;
	uint64_t snapshot;       // guest physical address of the shared memory; UINT64_MAX: none
	bool is_touched;         // the firmware was asked to change counters since the last reset
	uint32_t fence_counters; // how many of the firmware counters count fences received
	uint64_t events[PMU_EVENTS]; // by code: how often it happened here, counted always
	uint8_t beneath[PMU_TRAP_EVENTS]; // the firmware's counter that counts it for us; 0: none
	uint16_t event[PMU_FIRMWARE_COUNTERS]; // code a firmware counter is configured for
	uint64_t value[PMU_FIRMWARE_COUNTERS]; // of a stopped one; of a running one what to add to its event's count
	_Alignas(16) uint64_t query[2];        // an entry of event_get_info for the firmware
};

#endif
