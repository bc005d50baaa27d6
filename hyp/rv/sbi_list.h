// SPDX-License-Identifier: Apache-2.0
// The one list of SBI extensions a guest may have: dispatch, probe, denial, counters and logs all come from it.
//
// X(enumerator, name in the partition tree, EID, handler): the handler is sbi_<handler> in sbi/. The legacy calls have the EIDs
// 0 to 8, and stand here with the first.
#ifndef BULKHEAD_RV_SBI_LIST_H
#define BULKHEAD_RV_SBI_LIST_H

#include "lib/types.h"
#include "rv/spec.h"

#define SBI_LIST(X) \
	X(TIME, "time", SBI_EXT_TIME, time) \
	X(IPI, "ipi", SBI_EXT_IPI, ipi) \
	X(RFENCE, "rfence", SBI_EXT_RFENCE, rfence) \
	X(BASE, "base", SBI_EXT_BASE, base) \
	X(HSM, "hsm", SBI_EXT_HSM, hsm) \
	X(DBCN, "dbcn", SBI_EXT_DBCN, dbcn) \
	X(SRST, "srst", SBI_EXT_SRST, srst) \
	X(SUSP, "susp", SBI_EXT_SUSP, susp) \
	X(STA, "sta", SBI_EXT_STA, sta) \
	X(SSE, "sse", SBI_EXT_SSE, sse) \
	X(FWFT, "fwft", SBI_EXT_FWFT, fwft) \
	X(PMU, "pmu", SBI_EXT_PMU, pmu) \
	X(DBTR, "dbtr", SBI_EXT_DBTR, dbtr) \
	X(LEGACY, "legacy", SBI_EXT_LEGACY_SET_TIMER, legacy)

// SBI_INDEX_TIME, ...: an extension's place in tables, counters and sets (bit n for index n). It is a hash of the EID, so that
// finding an extension costs the same for all; two in one place would not compile.
#define SBI_INDEX(eid) (((eid) >> 2 ^ (eid) >> 13) % 32)
enum sbi_index {
#define SBI_LIST_INDEX(ext, name, eid, handler) SBI_INDEX_##ext = SBI_INDEX(eid),
	SBI_LIST(SBI_LIST_INDEX)
#undef SBI_LIST_INDEX
	SBI_INDEX_UNKNOWN = 32,
	SBI_INDEXES
};

// Names by index; NULL where there is no extension.
extern const char *const sbi_names[SBI_INDEXES];
// EIDs by index; 0 where there is no extension.
extern const uint32_t sbi_eids[SBI_INDEX_UNKNOWN];

#endif
