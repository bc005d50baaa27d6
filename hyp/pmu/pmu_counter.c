// SPDX-License-Identifier: Apache-2.0
// Single counters of SBI PMU. A hardware counter is the firmware's of the same number: the hart is this guest's for ever, so the
// firmware's calls do the work. A firmware counter is ours: events are always counted, it only keeps the difference.
#include <stdatomic.h>

#include "guest/guest.h"
#include "pmu/parts.h"
#include "pmu/pmu.h"
#include "rv/csr.h"
#include "rv/firmware.h"
#include "rv/guestmem.h"
#include "sse/sse.h"
#include "vcpu/exits.h"

#define FIXED (HCOUNTEREN_CY | HCOUNTEREN_IR) // counters with one event only, which run from reset on

static struct pmu_vcpu *state(struct vcpu *v)
{
	return &v->sbi.pmu;
}

uint32_t pmu_firmware_base(const struct pmu_vcpu *p)
{
	return p->counters.hardware == 0 ? 0 : 32 - (uint32_t)__builtin_clz(p->counters.hardware);
}

uint64_t pmu_all(const struct pmu_vcpu *p)
{
	return p->counters.hardware | ((1ull << PMU_FIRMWARE_COUNTERS) - 1) << pmu_firmware_base(p);
}

// ---- events ----

static uint32_t event_idx_of(uint32_t code)
{
	return SBI_PMU_EVENT_TYPE_FW << 16 | code;
}

// Traps that M-mode takes are counted by the firmware: one of its counters runs for each event the guest counts.
static bool open_beneath(struct pmu_vcpu *p, uint32_t code)
{
	uint64_t all = ((1ull << p->counters.firmware_count) - 1) << p->counters.firmware_base;
	struct fw_ret r;

	if (p->beneath[code] != 0)
		return true;
	if (p->counters.firmware_base == 0)
		return false;
	p->is_touched = true;
	r = fw_pmu(SBI_PMU_COUNTER_CONFIG_MATCHING, 0, all, // base 0: up to 1.7 OpenSBI mistakes bits of the mask for counters
		   SBI_PMU_CFG_FLAG_CLEAR_VALUE | SBI_PMU_CFG_FLAG_AUTO_START, event_idx_of(code), 0);
	if (r.error == SBI_SUCCESS)
		p->beneath[code] = (uint8_t)r.value;
	return r.error == SBI_SUCCESS;
}

static void close_beneath(struct pmu_vcpu *p)
{
	for (uint32_t code = 0; code < PMU_TRAP_EVENTS; code++) {
		if (p->beneath[code] != 0)
			fw_pmu(SBI_PMU_COUNTER_STOP, p->beneath[code], 1, SBI_PMU_STOP_FLAG_RESET, 0, 0);
		p->beneath[code] = 0;
	}
}

// What comes to a hart by interrupts, and the sums with it, may be for the console's sake: others' output.
static bool tells_of_neighbours(uint32_t code)
{
	return code >= PMU_EXIT + EXIT_INTERRUPT;
}

bool pmu_counts_firmware_event(struct vcpu *v, uint32_t code)
{
	if (tells_of_neighbours(code) && v->guest->partition->rules.no_neighbour_counters)
		return false;
	return code >= PMU_TRAP_EVENTS || open_beneath(state(v), code);
}

static bool is_fence_received(uint32_t code)
{
	return code == SBI_PMU_FW_FENCE_I_RECEIVED || code == SBI_PMU_FW_SFENCE_VMA_RECEIVED ||
	       code == SBI_PMU_FW_SFENCE_VMA_ASID_RECEIVED;
}

static _Atomic uint64_t *fences_received(struct vcpu *v, uint32_t code)
{
	return &hart_of_vcpu(v)->shared.fences[(code - SBI_PMU_FW_FENCE_I_RECEIVED) / 2];
}

// The exit that asks is among those counted, its own time is not yet.
static uint64_t exits_of(const struct vcpu *v, uint32_t code)
{
	if (code == PMU_EXIT_ALL)
		return exits_all(&v->exits);
	return code == PMU_EXIT_TICKS ? v->exits.ticks : v->exits.by_cause[code - PMU_EXIT];
}

// How often an event has happened to this vcpu, from some moment on.
static uint64_t count_of(struct vcpu *v, uint32_t code)
{
	uint64_t count;

	if (code >= PMU_EXIT)
		return exits_of(v, code);
	if (is_fence_received(code))
		return atomic_load_explicit(fences_received(v, code), memory_order_relaxed);
	count = state(v)->events[code];
	if (code < PMU_TRAP_EVENTS)
		count += fw_pmu(SBI_PMU_COUNTER_FW_READ, state(v)->beneath[code], 0, 0, 0, 0).value;
	return count;
}

void sbi_pmu_count_received(struct guest *g, uint32_t code, uint64_t set)
{
	for (uint32_t i = 0; i < g->partition->vcpu_count; i++)
		if (set >> i & 1)
			atomic_fetch_add_explicit(fences_received(&guest_hart(g, i)->vcpu, code), 1, memory_order_relaxed);
}

// ---- counters ----

static long configure_hardware(struct pmu_vcpu *p, uint64_t set, uint64_t flags, uint64_t event_idx, uint64_t event_data)
{
	// The fixed counters run from reset on and can be had all the same, as bare firmware has it.
	uint64_t candidates = set & p->counters.hardware & (~p->started | FIXED);
	struct fw_ret r;

	if (candidates == 0)
		return SBI_ERR_NOT_SUPPORTED;
	p->is_touched = true;
	r = fw_pmu(SBI_PMU_COUNTER_CONFIG_MATCHING, 0, candidates, pmu_filters_beneath(flags), event_idx, event_data);
	if (r.error != SBI_SUCCESS || !pmu_in(candidates, r.value)) // OpenSBI answers with fixed counters outside the set, too
		return SBI_ERR_NOT_SUPPORTED;
	return (long)r.value;
}

static long configure_firmware(struct vcpu *v, uint64_t set, uint32_t code)
{
	struct pmu_vcpu *p = state(v);
	uint32_t base = pmu_firmware_base(p);
	uint64_t free = (set & ~p->configured) >> base;
	uint32_t n;

	if (free == 0 || !pmu_counts_firmware_event(v, code))
		return SBI_ERR_NOT_SUPPORTED;
	n = (uint32_t)__builtin_ctzll(free);
	p->event[n] = (uint16_t)code;
	if (is_fence_received(code)) {
		p->fence_counters++;
		atomic_fetch_add(&v->guest->fence_counters, 1);
	}
	return base + n;
}

long pmu_configure(struct vcpu *v, uint64_t set, uint64_t flags, uint64_t event_idx, uint64_t event_data)
{
	struct pmu_vcpu *p = state(v);
	long index = SBI_ERR_NOT_SUPPORTED;

	switch (pmu_event_kind(event_idx, event_data)) {
	case PMU_EVENT_INVALID: // "none of the counters can monitor the specified event"
	case PMU_EVENT_UNSUPPORTED:
		break;
	case PMU_EVENT_HARDWARE:
		index = configure_hardware(p, set, flags, event_idx, event_data);
		break;
	case PMU_EVENT_FIRMWARE:
		index = configure_firmware(v, set, event_idx & 0xffff);
		break;
	}
	if (index >= 0)
		p->configured |= 1ull << index;
	return index;
}

bool pmu_start(struct vcpu *v, uint32_t index, const uint64_t *value)
{
	struct pmu_vcpu *p = state(v);
	uint32_t n = index - pmu_firmware_base(p);
	struct fw_ret r;

	if (index >= pmu_firmware_base(p)) {
		p->value[n] = (value != NULL ? *value : p->value[n]) - count_of(v, p->event[n]);
	} else {
		p->is_touched = true;
		r = fw_pmu(SBI_PMU_COUNTER_START, index, 1, value != NULL ? SBI_PMU_START_SET_INIT_VALUE : 0,
			   value != NULL ? *value : 0, 0);
		if (r.error != SBI_SUCCESS)
			return false;
	}
	p->started |= 1ull << index;
	return true;
}

void pmu_stop(struct vcpu *v, uint32_t index)
{
	struct pmu_vcpu *p = state(v);
	uint32_t n = index - pmu_firmware_base(p);

	p->started &= ~(1ull << index);
	if (index >= pmu_firmware_base(p)) {
		p->value[n] += count_of(v, p->event[n]);
		return;
	}
	p->is_touched = true;
	fw_pmu(SBI_PMU_COUNTER_STOP, index, 1, 0, 0, 0);
}

void pmu_release(struct vcpu *v, uint32_t index)
{
	struct pmu_vcpu *p = state(v);
	uint32_t base = pmu_firmware_base(p);

	if (!pmu_in(p->configured & ~(uint64_t)(p->counters.hardware & FIXED), index))
		return;
	p->configured &= ~(1ull << index);
	if (index < base) {
		// The value too, while it can still be written: the guest's next life can read the CSR.
		fw_pmu(SBI_PMU_COUNTER_START, index, 1, SBI_PMU_START_SET_INIT_VALUE, 0, 0);
		fw_pmu(SBI_PMU_COUNTER_STOP, index, 1, SBI_PMU_STOP_FLAG_RESET, 0, 0);
	} else if (is_fence_received(p->event[index - base])) {
		p->fence_counters--;
		atomic_fetch_sub(&v->guest->fence_counters, 1);
	}
}

uint64_t pmu_read(struct vcpu *v, uint32_t index)
{
	struct pmu_vcpu *p = state(v);
	uint32_t base = pmu_firmware_base(p);
	uint64_t value = 0;

	if (index < base) {
		vcpu_snapshot(v); // it was readable when it was asked for; should it not be any more, that is no fault of ours
		probe_counter(index, &value);
		return value;
	}
	return p->value[index - base] + (pmu_in(p->started, index) ? count_of(v, p->event[index - base]) : 0);
}

// ---- reset ----

// A fixed counter as the firmware's own reset leaves it: without filters, running, and from 0.
static void reset_fixed(uint32_t index, uint64_t event)
{
	fw_pmu(SBI_PMU_COUNTER_STOP, index, 1, 0, 0, 0);
	fw_pmu(SBI_PMU_COUNTER_CONFIG_MATCHING, 0, 1ull << index, 0, event, 0);
	fw_pmu(SBI_PMU_COUNTER_START, index, 1, SBI_PMU_START_SET_INIT_VALUE, 0, 0);
}

void sbi_pmu_reset(struct vcpu *v)
{
	struct pmu_vcpu *p = state(v);
	uint64_t fixed = p->counters.hardware & FIXED, all = pmu_all(p);

	for (uint32_t i = 0; i < 64 && p->configured != fixed; i++)
		if (pmu_in(all & p->configured & ~fixed, i)) {
			if (pmu_in(p->started, i))
				pmu_stop(v, i);
			pmu_release(v, i);
		}
	if (p->is_touched) {
		if (fixed & HCOUNTEREN_CY)
			reset_fixed(0, SBI_PMU_HW_CPU_CYCLES);
		if (fixed & HCOUNTEREN_IR)
			reset_fixed(2, SBI_PMU_HW_INSTRUCTIONS);
		close_beneath(p);
		p->is_touched = false;
	}
	p->configured = p->started = fixed;
	p->snapshot = UINT64_MAX;
	for (uint32_t i = 0; i < PMU_FIRMWARE_COUNTERS; i++)
		p->value[i] = 0;
}

// Through HS-mode: the interrupt is the hart's, the pending bit that the guest sees and clears is its own.
void sbi_pmu_overflow(struct vcpu *v)
{
	csr_clear(CSR_SIP, IP_LCOFIP);
	if (!sbi_sse_raise(v, SBI_SSE_EVENT_LOCAL_PMU_OVERFLOW))
		csr_set(CSR_HVIP, IP_LCOFIP);
}
