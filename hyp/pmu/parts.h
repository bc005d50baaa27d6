// SPDX-License-Identifier: Apache-2.0
// The parts of SBI PMU among themselves.
#ifndef BULKHEAD_PMU_PARTS_H
#define BULKHEAD_PMU_PARTS_H

#include "hart/hart.h"
#include "pmu/pmu_event.h"
#include "vcpu/sbi_call.h"

// pmu_counter.c: single counters, in the guest's numbers. All on the vcpu's own hart.
// The first of the guest's firmware counters; those before it are hardware's.
uint32_t pmu_firmware_base(const struct pmu_vcpu *p);
// All counters there are.
uint64_t pmu_all(const struct pmu_vcpu *p);
static inline bool pmu_in(uint64_t set, uint64_t index) { return index < 64 && (set >> index & 1) != 0; }
// Configures one counter out of a set for an event; returns its number, or an SBI error.
long pmu_configure(struct vcpu *v, uint64_t set, uint64_t flags, uint64_t event_idx, uint64_t event_data);
// Starts a stopped one, from *value unless NULL; stops a started one.
bool pmu_start(struct vcpu *v, uint32_t index, const uint64_t *value);
void pmu_stop(struct vcpu *v, uint32_t index);
// Takes a stopped one's event away, and a hardware one's value.
void pmu_release(struct vcpu *v, uint32_t index);
uint64_t pmu_read(struct vcpu *v, uint32_t index);
// Whether a counter could count an event of kind PMU_EVENT_FIRMWARE.
bool pmu_counts_firmware_event(struct vcpu *v, uint32_t code);

// pmu_shmem.c: shared memory.
sbi_ret_t pmu_set_snapshot(struct vcpu *v, uint64_t low, uint64_t high, uint64_t flags);
// The value a snapshot holds at a position; and writes the values of `saved` counters, each at its number less base.
uint64_t pmu_snapshot_value(const struct pmu_vcpu *p, uint64_t position);
void pmu_snapshot_save(struct vcpu *v, uint64_t saved, uint64_t base);
sbi_ret_t pmu_event_info(struct vcpu *v, uint64_t low, uint64_t high, uint64_t count, uint64_t flags);

#endif
