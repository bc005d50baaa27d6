// SPDX-License-Identifier: Apache-2.0
// Which extensions there are for a guest: what this image has, what lies beneath carries, and the partition does not deny.
#include "dbtr/dbtr.h"
#include "lib/log.h"
#include "pmu/pmu.h"
#include "rv/firmware.h"
#include "rv/room_list.h"
#include "sbi/sbi.h"
#include "sse/sse.h"

uint32_t sbi_absent(void)
{
#define ROOM_ABSENT(room, extensions) | (room##_is_linked ? 0 : (extensions))
	return 0 ROOM_LIST(ROOM_ABSENT);
#undef ROOM_ABSENT
}

// Those that are not linked in, or that the machine or its firmware cannot carry.
static uint32_t missing(void)
{
	uint32_t set = sbi_absent();

	if (!fw_has_pmu())
		set |= 1u << SBI_INDEX_PMU;
	if (!sbi_dbtr_is_carried())
		set |= 1u << SBI_INDEX_DBTR;
	return set;
}

void sbi_init_vcpu(struct vcpu *v, const struct partition *p)
{
	v->sbi.extensions = ~missing() & ~p->denied_sbi;
}

void sbi_report_missing(void)
{
	for (uint32_t i = 0; i < SBI_INDEX_UNKNOWN; i++)
		if (missing() >> i & 1)
			log_info("sbi", "extension=%s event=absent: %s", sbi_names[i],
				 sbi_absent() >> i & 1 ? "this image was built without it" :
							 "the firmware beneath does not offer what it needs");
}
