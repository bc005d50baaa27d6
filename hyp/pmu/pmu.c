// SPDX-License-Identifier: Apache-2.0
// SBI PMU (SBI 3.0, "Performance Monitoring Unit Extension (EID #0x504D55 "PMU")"): the calls and their arguments.
#include "pmu/pmu.h"

#include "guest/guest.h"
#include "pmu/parts.h"
#include "rv/firmware.h"

const bool pmu_is_linked = true;

#define CONFIG_FLAGS 0xffull // all that are defined
#define START_FLAGS (SBI_PMU_START_SET_INIT_VALUE | SBI_PMU_START_FLAG_INIT_SNAPSHOT)
#define STOP_FLAGS (SBI_PMU_STOP_FLAG_RESET | SBI_PMU_STOP_FLAG_TAKE_SNAPSHOT)
// What OpenSBI says of its own, to be ignored but for the type.
#define FIRMWARE_COUNTER_INFO (SBI_PMU_COUNTER_TYPE_FIRMWARE | 63u << 12)

static bool is_firmware_counter(const struct pmu_vcpu *p, uint64_t index)
{
	return pmu_in(pmu_all(p), index) && index >= pmu_firmware_base(p);
}

static sbi_ret_t counter_info(const struct pmu_vcpu *p, uint64_t index)
{
	if (!pmu_in(pmu_all(p), index))
		return sbi_error(SBI_ERR_INVALID_PARAM);
	if (is_firmware_counter(p, index))
		return sbi_value(FIRMWARE_COUNTER_INFO);
	return sbi_value(fw_pmu(SBI_PMU_COUNTER_GET_INFO, index, 0, 0, 0, 0).value);
}

static sbi_ret_t config_matching(struct vcpu *v, const uint64_t *arg)
{
	struct pmu_vcpu *p = &v->sbi.pmu;
	uint64_t set, flags = arg[2], zero = 0;
	long index;
	bool runs;

	if (!pmu_counter_set(arg[0], arg[1], pmu_all(p), &set) || (flags & ~CONFIG_FLAGS) != 0)
		return sbi_error(SBI_ERR_INVALID_PARAM);
	if (flags & SBI_PMU_CFG_FLAG_SKIP_MATCH)
		set &= -set; // unconditionally the first one
	if ((flags & SBI_PMU_CFG_FLAG_SKIP_MATCH) && (set & p->configured) != 0)
		index = __builtin_ctzll(set);
	else
		index = pmu_configure(v, set, flags, arg[3], arg[4]);
	if (index < 0)
		return sbi_error(index);
	// By starting and stopping: OpenSBI (1.8) heeds these flags for some types of events only.
	runs = pmu_in(p->started, (uint64_t)index);
	if (flags & SBI_PMU_CFG_FLAG_CLEAR_VALUE) {
		if (runs)
			pmu_stop(v, (uint32_t)index);
		pmu_start(v, (uint32_t)index, &zero);
		if (!runs && (flags & SBI_PMU_CFG_FLAG_AUTO_START) == 0)
			pmu_stop(v, (uint32_t)index);
	} else if (!runs && (flags & SBI_PMU_CFG_FLAG_AUTO_START)) {
		pmu_start(v, (uint32_t)index, NULL);
	}
	return sbi_value((uint64_t)index);
}

static sbi_ret_t start(struct vcpu *v, const uint64_t *arg)
{
	struct pmu_vcpu *p = &v->sbi.pmu;
	uint64_t set, flags = arg[2], value = arg[3];
	long error = SBI_SUCCESS;

	if (!pmu_counter_set(arg[0], arg[1], p->configured, &set) || (flags & ~(uint64_t)START_FLAGS) != 0 ||
	    flags == START_FLAGS)
		return sbi_error(SBI_ERR_INVALID_PARAM);
	if ((flags & SBI_PMU_START_FLAG_INIT_SNAPSHOT) && p->snapshot == UINT64_MAX)
		return sbi_error(SBI_ERR_NO_SHMEM);
	for (; set != 0; set &= set - 1) {
		uint32_t index = (uint32_t)__builtin_ctzll(set);

		if (flags & SBI_PMU_START_FLAG_INIT_SNAPSHOT)
			value = pmu_snapshot_value(p, index - arg[0]);
		if (pmu_in(p->started, index))
			error = SBI_ERR_ALREADY_STARTED; // the others are started all the same
		else if (!pmu_start(v, index, flags != 0 ? &value : NULL))
			return sbi_error(SBI_ERR_FAILED);
	}
	return sbi_error(error);
}

static sbi_ret_t stop(struct vcpu *v, const uint64_t *arg)
{
	struct pmu_vcpu *p = &v->sbi.pmu;
	uint64_t set, stopped, flags = arg[2];

	if (!pmu_counter_set(arg[0], arg[1], pmu_all(p), &set) || (flags & ~(uint64_t)STOP_FLAGS) != 0)
		return sbi_error(SBI_ERR_INVALID_PARAM);
	if ((flags & SBI_PMU_STOP_FLAG_TAKE_SNAPSHOT) && p->snapshot == UINT64_MAX)
		return sbi_error(SBI_ERR_NO_SHMEM);
	stopped = set & p->started; // these are, whatever the others are
	for (uint64_t left = stopped; left != 0; left &= left - 1)
		pmu_stop(v, (uint32_t)__builtin_ctzll(left));
	if ((flags & SBI_PMU_STOP_FLAG_TAKE_SNAPSHOT) && stopped != 0)
		pmu_snapshot_save(v, stopped, arg[0]);
	if (flags & SBI_PMU_STOP_FLAG_RESET)
		for (uint64_t left = set; left != 0; left &= left - 1)
			pmu_release(v, (uint32_t)__builtin_ctzll(left));
	return sbi_error(stopped == set ? SBI_SUCCESS : SBI_ERR_ALREADY_STOPPED);
}

sbi_ret_t sbi_pmu(struct vcpu *v)
{
	struct pmu_vcpu *p = &v->sbi.pmu;
	const uint64_t *arg = &v->x[REG_A0];

	switch (sbi_fid(v)) {
	case SBI_PMU_NUM_COUNTERS:
		return sbi_value(pmu_firmware_base(p) + PMU_FIRMWARE_COUNTERS);
	case SBI_PMU_COUNTER_GET_INFO:
		return counter_info(p, arg[0]);
	case SBI_PMU_COUNTER_CONFIG_MATCHING:
		return config_matching(v, arg);
	case SBI_PMU_COUNTER_START:
		return start(v, arg);
	case SBI_PMU_COUNTER_STOP:
		return stop(v, arg);
	case SBI_PMU_COUNTER_FW_READ:
	case SBI_PMU_COUNTER_FW_READ_HI:
		if (!is_firmware_counter(p, arg[0]))
			return sbi_error(SBI_ERR_INVALID_PARAM);
		return sbi_value(sbi_fid(v) == SBI_PMU_COUNTER_FW_READ ? pmu_read(v, (uint32_t)arg[0]) : 0);
	case SBI_PMU_SNAPSHOT_SET_SHMEM:
		// Not unless asked for: Linux from 6.10 on, which is told of them here, restarts the counters of an overflow with a base
		// that no counter has, and takes no sample any more (platform/BINDINGS.md).
		if (!v->guest->partition->rules.has_pmu_snapshots)
			return sbi_error(SBI_ERR_NOT_SUPPORTED);
		return pmu_set_snapshot(v, arg[0], arg[1], arg[2]);
	case SBI_PMU_EVENT_GET_INFO:
		return pmu_event_info(v, arg[0], arg[1], arg[2], arg[3]);
	default:
		return sbi_error(SBI_ERR_NOT_SUPPORTED);
	}
}
