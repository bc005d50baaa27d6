// SPDX-License-Identifier: Apache-2.0
// The rooms: what an image may be built without (make FEATURES=, README.md, "Rooms").
//
// X(folder, set of the SBI extensions it serves): the folder defines <folder>_is_linked, true in the room, false in its absent.c.
#ifndef BULKHEAD_RV_ROOM_LIST_H
#define BULKHEAD_RV_ROOM_LIST_H

#include "rv/sbi_list.h"

#define ROOM_LIST(X) \
	X(sse, 1u << SBI_INDEX_SSE) \
	X(pmu, 1u << SBI_INDEX_PMU) \
	X(dbtr, 1u << SBI_INDEX_DBTR)

#endif
