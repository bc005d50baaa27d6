// SPDX-License-Identifier: Apache-2.0
// PMU events, counter sets and filters; knows no counter and no hart.
#include "pmu/pmu_event.h"

#include "vcpu/cause_list.h"
#include "rv/spec.h"

#define RAW_DATA_BITS 48    // of SBI_PMU_EVENT_TYPE_RAW: bits of mhpmevent
#define RAW_V2_DATA_BITS 56 // of SBI_PMU_EVENT_TYPE_RAW_V2

#define CACHE_NODE 6     // the last cache id
#define CACHE_PREFETCH 2 // the last operation

static enum pmu_event_kind hardware_if(bool is_valid)
{
	return is_valid ? PMU_EVENT_HARDWARE : PMU_EVENT_INVALID;
}

#define EXCEPTION_BIT(cause, name, delegated, handler) | 1ull << CAUSE_##cause
#define INTERRUPT_BIT(interrupt, name) | 1ull << (EXIT_INTERRUPT + IRQ_##interrupt)
#define COUNTED_EXITS (0 CAUSE_LIST(EXCEPTION_BIT) INTERRUPT_LIST(INTERRUPT_BIT)) // set of exit counters

static bool is_exit_event(uint32_t code)
{
	if (code == PMU_EXIT_ALL || code == PMU_EXIT_TICKS)
		return true;
	return code >= PMU_EXIT && code < PMU_EXIT + EXIT_COUNTERS && (COUNTED_EXITS >> (code - PMU_EXIT) & 1) != 0;
}

// The platform's own event is the only one with data; the implementation's are exits, and H is hidden from guests.
static enum pmu_event_kind firmware_kind(uint32_t code, uint64_t data)
{
	if (is_exit_event(code) && data == 0)
		return PMU_EVENT_FIRMWARE;
	if (code > SBI_PMU_FW_RESERVED_MAX && (code == 0xffff || data == 0))
		return PMU_EVENT_UNSUPPORTED;
	if (code > SBI_PMU_FW_HFENCE_VVMA_ASID_RECEIVED || data != 0)
		return PMU_EVENT_INVALID;
	return code > SBI_PMU_FW_SFENCE_VMA_ASID_RECEIVED ? PMU_EVENT_UNSUPPORTED : PMU_EVENT_FIRMWARE;
}

enum pmu_event_kind pmu_event_kind(uint64_t event_idx, uint64_t event_data)
{
	uint32_t code = event_idx & 0xffff;

	switch (event_idx >> 16) {
	case SBI_PMU_EVENT_TYPE_HW:
		if (code == SBI_PMU_HW_NO_EVENT && event_data == 0)
			return PMU_EVENT_UNSUPPORTED;
		return hardware_if(code <= SBI_PMU_HW_REF_CPU_CYCLES && event_data == 0);
	case SBI_PMU_EVENT_TYPE_CACHE:
		return hardware_if(code >> 3 <= CACHE_NODE && (code >> 1 & 3) <= CACHE_PREFETCH && event_data == 0);
	case SBI_PMU_EVENT_TYPE_RAW:
		return hardware_if(code == 0 && event_data >> RAW_DATA_BITS == 0);
	case SBI_PMU_EVENT_TYPE_RAW_V2:
		return hardware_if(code == 0 && event_data >> RAW_V2_DATA_BITS == 0);
	case SBI_PMU_EVENT_TYPE_FW:
		return firmware_kind(code, event_data);
	default:
		return PMU_EVENT_INVALID;
	}
}

bool pmu_counter_set(uint64_t base, uint64_t mask, uint64_t valid, uint64_t *set)
{
	// Comparing after the shift back catches counters that were shifted out at the top.
	if (mask == 0 || base > 63 || mask << base >> base != mask || (mask << base & ~valid) != 0)
		return false;
	*set = mask << base;
	return true;
}

uint64_t pmu_filters_beneath(uint64_t flags)
{
	return SBI_PMU_CFG_FLAG_SET_MINH | SBI_PMU_CFG_FLAG_SET_SINH | SBI_PMU_CFG_FLAG_SET_UINH |
	       (flags & SBI_PMU_CFG_FLAG_SET_SINH ? SBI_PMU_CFG_FLAG_SET_VSINH : 0u) |
	       (flags & SBI_PMU_CFG_FLAG_SET_UINH ? SBI_PMU_CFG_FLAG_SET_VUINH : 0u);
}
