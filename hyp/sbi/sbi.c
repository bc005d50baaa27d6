// SPDX-License-Identifier: Apache-2.0
// Dispatch of a guest's SBI calls. An extension is one file and one row of rv/sbi_list.h.
#include "sbi/sbi.h"

#include "guest/guest.h"
#include "lib/log.h"
#include "sbi/vmask.h"

static struct sbi_ret (*const handlers[SBI_COUNT])(struct sbi_call *c) = {
#define SBI_LIST_HANDLER(ext, name, first, last, handler) [SBI_INDEX_##ext] = sbi_##handler,
	SBI_LIST(SBI_LIST_HANDLER)
#undef SBI_LIST_HANDLER
};

// A switch, so that the compiler finds the shortest way through the numbers.
static enum sbi_index find(uint64_t eid)
{
	switch (eid) {
#define SBI_LIST_CASE(ext, name, first, last, handler) case first ... last: return SBI_INDEX_##ext;
	SBI_LIST(SBI_LIST_CASE)
#undef SBI_LIST_CASE
	default:
		return SBI_COUNT;
	}
}

static bool has(const struct vcpu *v, enum sbi_index index)
{
	return (v->sbi.extensions >> index & 1) != 0; // never bit SBI_COUNT
}

bool sbi_has_extension(const struct vcpu *v, uint64_t eid)
{
	return has(v, find(eid));
}

enum verdict sbi_dispatch(struct vcpu *v)
{
	struct sbi_call c = { v, v->x[REG_A7], v->x[REG_A6], &v->x[REG_A0], VERDICT_ADVANCE };
	enum sbi_index index = find(c.eid);
	struct sbi_ret ret;

	v->sbi.calls[index]++;
	ret = has(v, index) ? handlers[index](&c) : sbi_error(SBI_ERR_NOT_SUPPORTED);
	if (c.verdict == VERDICT_ADVANCE) {
		v->x[REG_A0] = (uint64_t)ret.error;
		if (index != SBI_INDEX_LEGACY) // returns in a0 only (SBI 3.0, "Legacy Extensions")
			v->x[REG_A1] = (uint64_t)ret.value;
	}
	return c.verdict;
}

// Those the machine or its firmware cannot carry.
static uint32_t missing(void)
{
	return 0;
}

void sbi_init_vcpu(struct vcpu *v, const struct partition *p)
{
	v->sbi.extensions = ((1u << SBI_COUNT) - 1) & ~missing() & ~p->denied_sbi;
}

void sbi_report_missing(void)
{
	for (uint32_t i = 0; i < SBI_COUNT; i++)
		if (missing() >> i & 1)
			log_info("sbi", "extension=%s event=absent: the firmware beneath does not offer what it needs", sbi_names[i]);
}

void sbi_reset_vcpu(struct vcpu *v)
{
	(void)v;
}

bool sbi_hart_set(const struct vcpu *v, uint64_t mask, uint64_t base, uint64_t *set)
{
	return vmask_make(mask, base, v->guest->partition->vcpu_count, set);
}
