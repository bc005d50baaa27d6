// SPDX-License-Identifier: Apache-2.0
// PMU arguments as values: which events there are, which counters a call means, which filters lie beneath.
#ifndef BULKHEAD_PMU_PMU_EVENT_H
#define BULKHEAD_PMU_PMU_EVENT_H

#include "lib/types.h"

enum pmu_event_kind {
	PMU_EVENT_INVALID,     // reserved or malformed
	PMU_EVENT_UNSUPPORTED, // the specification has it, nobody here counts it
	PMU_EVENT_HARDWARE,    // the hardware may count it: the firmware knows
	PMU_EVENT_FIRMWARE,    // one of the guest's own traffic: its code is below PMU_EVENTS, or one of vcpu/cause_list.h
};

// What an event_idx with its event_data is (SBI 3.0, "Performance Monitoring Unit Extension").
enum pmu_event_kind pmu_event_kind(uint64_t event_idx, uint64_t event_data);
// The set of counters (bit n: counter n) of counter_idx_base and counter_idx_mask; false when it is empty or not all of it is
// in `valid`.
bool pmu_counter_set(uint64_t base, uint64_t mask, uint64_t valid, uint64_t *set);
// The flags of config_matching for the firmware: the guest's filters moved to its modes, all others always inhibited.
uint64_t pmu_filters_beneath(uint64_t flags);

#endif
