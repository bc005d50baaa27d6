// SPDX-License-Identifier: Apache-2.0
// The table of SBI extensions a guest has; an extension is one file and one row.
#include "sbi/sbi.h"

#include "guest/guest.h"
#include "sbi/vmask.h"

// Most frequent first.
static const struct sbi_extension extensions[] = {
	{ SBI_EXT_TIME, SBI_EXT_TIME, sbi_time, false },
	{ SBI_EXT_IPI, SBI_EXT_IPI, sbi_ipi, false },
	{ SBI_EXT_RFENCE, SBI_EXT_RFENCE, sbi_rfence, false },
	{ SBI_EXT_BASE, SBI_EXT_BASE, sbi_base, false },
	{ SBI_EXT_HSM, SBI_EXT_HSM, sbi_hsm, false },
	{ SBI_EXT_DBCN, SBI_EXT_DBCN, sbi_dbcn, false },
	{ SBI_EXT_SRST, SBI_EXT_SRST, sbi_srst, false },
	{ SBI_EXT_LEGACY_SET_TIMER, SBI_EXT_LEGACY_SHUTDOWN, sbi_legacy, true },
};

static const struct sbi_extension *find(uint64_t eid)
{
	for (size_t i = 0; i < ARRAY_SIZE(extensions); i++)
		if (eid >= extensions[i].first_eid && eid <= extensions[i].last_eid)
			return &extensions[i];
	return NULL;
}

bool sbi_has_extension(uint64_t eid)
{
	return find(eid) != NULL;
}

enum verdict sbi_dispatch(struct vcpu *v)
{
	struct sbi_call c = { v, v->x[REG_A7], v->x[REG_A6], &v->x[REG_A0], VERDICT_ADVANCE };
	const struct sbi_extension *ext = find(c.eid);
	struct sbi_ret ret = ext == NULL ? sbi_error(SBI_ERR_NOT_SUPPORTED) : ext->call(&c);

	if (c.verdict == VERDICT_ADVANCE) {
		v->x[REG_A0] = (uint64_t)ret.error;
		if (ext == NULL || !ext->is_legacy)
			v->x[REG_A1] = (uint64_t)ret.value;
	}
	return c.verdict;
}

bool sbi_hart_set(const struct vcpu *v, uint64_t mask, uint64_t base, uint64_t *set)
{
	return vmask_make(mask, base, v->guest->partition->vcpu_count, set);
}
