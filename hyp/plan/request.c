// SPDX-License-Identifier: Apache-2.0
// What becomes of a request in an image that does not have all rooms.
#include "plan/request.h"

#include <stdio.h>

bool request_without(struct request *r, uint32_t absent_sbi, struct diag *why)
{
	for (uint32_t i = 0; i < r->guest_count; i++) {
		struct guest_request *g = &r->guests[i];
		char node[sizeof(why->node)];

		snprintf(node, sizeof(node), "/guests/%s", g->name);
		if (g->rules.has_pmu_snapshots && (absent_sbi >> SBI_INDEX_PMU & 1) != 0)
			return diag_set(why, DIAG_ROOM_PMU, node, "pmu-snapshots", "");
		g->denied_sbi |= absent_sbi;
	}
	return true;
}
