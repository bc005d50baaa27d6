// SPDX-License-Identifier: Apache-2.0
// The room of performance counters: what others see of it. pmu/absent.c is linked in its place where it is left out (README.md,
// "Rooms"): events are counted all the same (v->sbi.pmu.events), and what a guest reads of the hart's counters is hart/counters.c's.
#ifndef BULKHEAD_PMU_PMU_H
#define BULKHEAD_PMU_PMU_H

#include "guest/guest.h"
#include "vcpu/vcpu.h"

extern const bool pmu_is_linked;

// The calls (SBI 3.0, PMU).
sbi_ret_t sbi_pmu(struct vcpu *v);
// Counts a fence at its receivers, the vcpus `set`: the event `code`. The sender does, where one of them wants it
// (guest.fence_counters): firmware that carries a fence tells them nothing.
void sbi_pmu_count_received(struct guest *g, uint32_t code, uint64_t set);
// Takes this hart's counters, and what PMU keeps for the vcpu, into the state of a reset hart. Its own hart, outside the guest.
void sbi_pmu_reset(struct vcpu *v);
// A counter of this hart has overflowed while the guest ran: it is told.
void sbi_pmu_overflow(struct vcpu *v);

#endif
