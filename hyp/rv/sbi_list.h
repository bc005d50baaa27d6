// SPDX-License-Identifier: Apache-2.0
// The one list of SBI extensions a guest may have: dispatch, probe, denial, counters and logs all come from it. [pure]
//
// X(enumerator, name in the partition tree, first EID, last EID, handler): the handler is sbi_<handler> in sbi/.
#ifndef BULKHEAD_RV_SBI_LIST_H
#define BULKHEAD_RV_SBI_LIST_H

#include "rv/spec.h"

#define SBI_LIST(X) \
	X(TIME, "time", SBI_EXT_TIME, SBI_EXT_TIME, time) \
	X(IPI, "ipi", SBI_EXT_IPI, SBI_EXT_IPI, ipi) \
	X(RFENCE, "rfence", SBI_EXT_RFENCE, SBI_EXT_RFENCE, rfence) \
	X(BASE, "base", SBI_EXT_BASE, SBI_EXT_BASE, base) \
	X(HSM, "hsm", SBI_EXT_HSM, SBI_EXT_HSM, hsm) \
	X(DBCN, "dbcn", SBI_EXT_DBCN, SBI_EXT_DBCN, dbcn) \
	X(SRST, "srst", SBI_EXT_SRST, SBI_EXT_SRST, srst) \
	X(LEGACY, "legacy", SBI_EXT_LEGACY_SET_TIMER, SBI_EXT_LEGACY_SHUTDOWN, legacy)

// One enumerator per row: SBI_INDEX_TIME, ... Sets of extensions have bit n for row n.
enum sbi_index {
#define SBI_LIST_INDEX(ext, name, first, last, handler) SBI_INDEX_##ext,
	SBI_LIST(SBI_LIST_INDEX)
#undef SBI_LIST_INDEX
	SBI_COUNT // also: an extension that is not in the list
};

// Names by index.
extern const char *const sbi_names[SBI_COUNT];

_Static_assert(SBI_COUNT < 32, "a set of extensions is a uint32_t");

#endif
