// SPDX-License-Identifier: Apache-2.0
// Takes a hart over from whoever ran on it before: what a boot loader asked of the firmware and has not taken back. The registers that it
// left are others' business (vcpu/vcpu.c, hart/settle.c). None of it is a room's: it holds whatever a guest may have of these.
#include "hart/hart.h"

#include "rv/firmware.h"
#include "rv/spec.h"

#define TRIGGERS_MOST 64 // of one hart

// Events whose handlers the firmware would enter in HS-mode, where there is something else by now. Masked first: one that cannot be
// taken back is not told either.
static void drop_events(void)
{
	static const uint32_t events[] = {
		SBI_SSE_EVENT_LOCAL_HIGH_PRIO_RAS, SBI_SSE_EVENT_LOCAL_DOUBLE_TRAP, SBI_SSE_EVENT_GLOBAL_HIGH_PRIO_RAS,
		SBI_SSE_EVENT_LOCAL_PMU_OVERFLOW, SBI_SSE_EVENT_LOCAL_LOW_PRIO_RAS, SBI_SSE_EVENT_GLOBAL_LOW_PRIO_RAS,
		SBI_SSE_EVENT_LOCAL_SOFTWARE, SBI_SSE_EVENT_GLOBAL_SOFTWARE,
	};

	if (fw_sse(SBI_SSE_HART_MASK, 0).error == SBI_ERR_NOT_SUPPORTED)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(events); i++) {
		fw_sse(SBI_SSE_DISABLE, events[i]);
		fw_sse(SBI_SSE_UNREGISTER, events[i]);
	}
}

// Triggers that fire in HS-mode, which takes no breakpoints. One by one: OpenSBI ends a call at the first that is not installed.
static void drop_triggers(void)
{
	struct fw_ret count = fw_dbtr(SBI_DBTR_NUM_TRIGGERS, 0, 0, 0);

	for (uint64_t i = 0; count.error == SBI_SUCCESS && i < min_u64(count.value, TRIGGERS_MOST); i++) {
		fw_dbtr(SBI_DBTR_DISABLE_TRIGGERS, i, 1, 0);
		fw_dbtr(SBI_DBTR_UNINSTALL_TRIGGERS, i, 1, 0);
	}
	fw_dbtr(SBI_DBTR_SET_SHMEM, UINT64_MAX, UINT64_MAX, 0);
}

// Counters that count what nobody asked for, HS-mode's own work too, overflow, and are saved to memory that is a guest's by now. The fixed
// ones run on.
static void drop_counters(void)
{
	struct fw_ret count = fw_pmu(SBI_PMU_NUM_COUNTERS, 0, 0, 0, 0, 0);
	uint64_t fixed = HCOUNTEREN_CY | HCOUNTEREN_TM | HCOUNTEREN_IR;

	if (count.error != SBI_SUCCESS || count.value == 0)
		return;
	fw_pmu(SBI_PMU_COUNTER_STOP, 0, UINT64_MAX >> (64 - min_u64(count.value, 64)) & ~fixed, SBI_PMU_STOP_FLAG_RESET, 0, 0);
	fw_pmu(SBI_PMU_SNAPSHOT_SET_SHMEM, UINT64_MAX, UINT64_MAX, 0, 0, 0);
}

void hart_take_over(void)
{
	// With landing pads HS-mode's first jump through a register would be an exception. Of FWFT's other features it does not notice
	// whether they are on.
	fw_fwft(SBI_FWFT_SET, SBI_FWFT_LANDING_PAD, 0, 0);
	drop_events();
	drop_triggers();
	drop_counters();
}
