// SPDX-License-Identifier: Apache-2.0
// Shared memory of SBI PMU: snapshots of counters, and questions about events.
#include "guest/guest_memory.h"
#include "pmu/parts.h"
#include "rv/csr.h"
#include "rv/firmware.h"
#include "rv/guestmem.h"

#define SNAPSHOT_SIZE PAGE_SIZE
#define SNAPSHOT_VALUES 8 // offset of the values, behind the bitmap of overflows
#define INFO_SIZE 16      // an entry of event_get_info: event_idx and output, then event_data
#define INFO_MAX 256      // entries in one call, so that no call takes long
#define EVENT_IDX_MAX 0xfffff

sbi_ret_t pmu_set_snapshot(struct vcpu *v, uint64_t low, uint64_t high, uint64_t flags)
{
	bool is_off = low == UINT64_MAX && high == UINT64_MAX;

	if (flags != 0 || (!is_off && !is_aligned(low, SNAPSHOT_SIZE)))
		return sbi_error(SBI_ERR_INVALID_PARAM);
	if (!is_off && !gpa_is_shmem(v->guest, low, high, SNAPSHOT_SIZE))
		return sbi_error(SBI_ERR_INVALID_ADDRESS);
	v->sbi.pmu.snapshot = low;
	return sbi_value(0);
}

uint64_t pmu_snapshot_value(const struct pmu_vcpu *p, uint64_t position)
{
	uint64_t value = 0;

	gpa_read(GPA(p->snapshot + SNAPSHOT_VALUES + 8 * position), &value, 8);
	return value;
}

void pmu_snapshot_save(struct vcpu *v, uint64_t saved, uint64_t base)
{
	uint64_t overflown = 0;

	vcpu_snapshot(v);
	if (hart_of_vcpu(v)->config.lcofi != LCOFI_NONE)
		probe_scountovf(&overflown);
	overflown = (overflown & saved & v->sbi.pmu.counters.hardware) >> base;
	gpa_write(GPA(v->sbi.pmu.snapshot), &overflown, 8);
	for (; saved != 0; saved &= saved - 1) {
		uint32_t index = (uint32_t)__builtin_ctzll(saved);
		uint64_t value = pmu_read(v, index);

		gpa_write(GPA(v->sbi.pmu.snapshot + SNAPSHOT_VALUES + 8 * (index - base)), &value, 8);
	}
}

// The firmware's answer by its own event_get_info, or where it has none (before SBI 3.0) by trying on a free counter.
static bool firmware_counts(struct pmu_vcpu *p, uint64_t event_idx, uint64_t event_data)
{
	uint64_t programmable = p->counters.hardware & HCOUNTEREN_HPM;
	struct fw_ret r;

	if (event_idx == SBI_PMU_HW_CPU_CYCLES && (p->counters.hardware & HCOUNTEREN_CY) != 0)
		return true;
	if (event_idx == SBI_PMU_HW_INSTRUCTIONS && (p->counters.hardware & HCOUNTEREN_IR) != 0)
		return true;
	if (programmable == 0)
		return false;
	p->query[0] = event_idx;
	p->query[1] = event_data;
	r = fw_pmu(SBI_PMU_EVENT_GET_INFO, (uint64_t)(uintptr_t)p->query, 0, 1, 0, 0);
	if (r.error != SBI_ERR_NOT_SUPPORTED)
		return r.error == SBI_SUCCESS && (p->query[0] >> 32 & 1) != 0;
	programmable &= ~p->configured;
	if (programmable == 0)
		return false;
	r = fw_pmu(SBI_PMU_COUNTER_CONFIG_MATCHING, 0, programmable, 0, event_idx, event_data);
	if (r.error == SBI_SUCCESS)
		fw_pmu(SBI_PMU_COUNTER_STOP, r.value, 1, SBI_PMU_STOP_FLAG_RESET, 0, 0);
	return r.error == SBI_SUCCESS;
}

static bool is_counted(struct vcpu *v, uint64_t event_idx, uint64_t event_data)
{
	switch (pmu_event_kind(event_idx, event_data)) {
	case PMU_EVENT_HARDWARE:
		return firmware_counts(&v->sbi.pmu, event_idx, event_data);
	case PMU_EVENT_FIRMWARE:
		return pmu_counts_firmware_event(v, event_idx & 0xffff);
	case PMU_EVENT_INVALID:
	case PMU_EVENT_UNSUPPORTED:
		break;
	}
	return false;
}

sbi_ret_t pmu_event_info(struct vcpu *v, uint64_t low, uint64_t high, uint64_t count, uint64_t flags)
{
	uint64_t entry[2];

	if (flags != 0 || !is_aligned(low, INFO_SIZE) || count == 0)
		return sbi_error(SBI_ERR_INVALID_PARAM);
	if (count > UINT64_MAX / INFO_SIZE || !gpa_is_shmem(v->guest, low, high, count * INFO_SIZE))
		return sbi_error(SBI_ERR_INVALID_ADDRESS);
	if (count > INFO_MAX)
		return sbi_error(SBI_ERR_FAILED);
	for (uint64_t i = 0; i < count; i++) {
		gpa_read(GPA(low + i * INFO_SIZE), entry, 8);
		if ((uint32_t)entry[0] > EVENT_IDX_MAX)
			return sbi_error(SBI_ERR_INVALID_PARAM);
	}
	for (uint64_t i = 0; i < count; i++) {
		gpa_read(GPA(low + i * INFO_SIZE), entry, INFO_SIZE);
		entry[0] = (uint32_t)entry[0];
		entry[0] |= (uint64_t)is_counted(v, entry[0], entry[1]) << 32;
		gpa_write(GPA(low + i * INFO_SIZE), entry, 8);
	}
	return sbi_value(0);
}
