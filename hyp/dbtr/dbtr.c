// SPDX-License-Identifier: Apache-2.0
// SBI Debug Triggers (SBI 3.0, "Debug Triggers Extension (EID #0x44425452 "DBTR")"): a hart has one guest for ever, and so have its
// triggers. Entries pass between the guest's shared memory and the one of this hart and the firmware.
#include "dbtr/dbtr.h"

#include "dbtr/dbtr_state.h"
#include "guest/guest_memory.h"
#include "rv/firmware.h"
#include "vcpu/sbi_call.h"

const bool dbtr_is_linked = true;

static struct dbtr triggers[MAX_HARTS]; // each its own hart's

static struct dbtr_ret firmware(uint64_t fid, uint64_t a, uint64_t b)
{
	struct fw_ret ret = fw_dbtr(fid, a, b, 0);

	return (struct dbtr_ret){ ret.error, ret.value };
}

bool sbi_dbtr_is_carried(void)
{
	return fw_has_dbtr() && fw_spec_version() >= SBI_SPEC_VERSION_3_0 &&
	       fw_dbtr(SBI_DBTR_NUM_TRIGGERS, 0, 0, 0).value != 0;
}

// The triggers of this hart, which the firmware hears of at the first call.
static struct dbtr *triggers_of(struct vcpu *v)
{
	struct dbtr *d = &triggers[hart_of_vcpu(v)->index];

	if (d->firmware == NULL) {
		d->firmware = firmware;
		if (fw_dbtr(SBI_DBTR_SET_SHMEM, (uint64_t)(uintptr_t)d->shared, 0, 0).error == SBI_SUCCESS)
			d->count = min_u64(fw_dbtr(SBI_DBTR_NUM_TRIGGERS, 0, 0, 0).value, DBTR_MAX);
	}
	return d;
}

void sbi_dbtr_reset(struct vcpu *v)
{
	struct dbtr *d = &triggers[hart_of_vcpu(v)->index];

	d->guest_shmem = DBTR_NO_SHMEM;
	dbtr_reset(d);
}

static long set_shmem(struct dbtr *d, const struct guest *g, const uint64_t *arg)
{
	if (arg[2] != 0)
		return SBI_ERR_INVALID_PARAM;
	if (arg[0] == UINT64_MAX && arg[1] == UINT64_MAX) {
		d->guest_shmem = DBTR_NO_SHMEM;
		return SBI_SUCCESS;
	}
	if (!is_aligned(arg[0], sizeof(uint64_t)))
		return SBI_ERR_INVALID_PARAM;
	if (!gpa_is_shmem(g, arg[0], arg[1], d->count * sizeof(struct dbtr_entry)))
		return SBI_ERR_INVALID_ADDRESS;
	d->guest_shmem = arg[0];
	return SBI_SUCCESS;
}

// read_triggers, install_triggers and update_triggers: those that use shared memory. What is out of range for all of it is
// answered before any of it is touched.
static struct dbtr_ret exchange(struct dbtr *d, uint64_t fid, const uint64_t *arg)
{
	struct dbtr_entry entries[DBTR_MAX];
	gpa_t shmem = GPA(d->guest_shmem);
	struct dbtr_ret ret;

	if (d->guest_shmem == DBTR_NO_SHMEM)
		return (struct dbtr_ret){ SBI_ERR_NO_SHMEM, 0 };
	if (fid == SBI_DBTR_READ_TRIGGERS) {
		ret = dbtr_read(d, arg[0], arg[1]);
		if (ret.error == SBI_SUCCESS)
			gpa_write(shmem, d->shared, arg[1] * sizeof(struct dbtr_entry));
		return ret;
	}
	if (arg[0] < d->count)
		gpa_read(shmem, entries, arg[0] * sizeof(struct dbtr_entry));
	if (fid == SBI_DBTR_UPDATE_TRIGGERS)
		return dbtr_update(d, entries, arg[0]);
	ret = dbtr_install(d, entries, arg[0]);
	if (ret.error == SBI_ERR_BAD_RANGE)
		return ret;
	for (uint64_t i = 0; i < (ret.error == SBI_SUCCESS ? arg[0] : ret.value); i++)
		gpa_write(GPA(shmem.addr + i * sizeof(struct dbtr_entry)), &entries[i].word[0], sizeof(uint64_t));
	return ret;
}

sbi_ret_t sbi_dbtr(struct vcpu *v)
{
	struct dbtr *d = triggers_of(v);
	struct dbtr_ret ret = { SBI_ERR_NOT_SUPPORTED, 0 };

	switch (sbi_fid(v)) {
	case SBI_DBTR_NUM_TRIGGERS:
		return sbi_value(dbtr_num_triggers(d, sbi_arg(v, 0)));
	case SBI_DBTR_SET_SHMEM:
		return sbi_error(set_shmem(d, v->guest, &v->x[REG_A0]));
	case SBI_DBTR_READ_TRIGGERS:
	case SBI_DBTR_INSTALL_TRIGGERS:
	case SBI_DBTR_UPDATE_TRIGGERS:
		ret = exchange(d, sbi_fid(v), &v->x[REG_A0]);
		break;
	case SBI_DBTR_UNINSTALL_TRIGGERS:
	case SBI_DBTR_ENABLE_TRIGGERS:
	case SBI_DBTR_DISABLE_TRIGGERS:
		ret = dbtr_change(d, sbi_fid(v), sbi_arg(v, 0), sbi_arg(v, 1));
		break;
	default:
		break;
	}
	return sbi_ret((uint64_t)ret.error, ret.value);
}
