// SPDX-License-Identifier: Apache-2.0
// Names of SBI extensions, for trees and logs.
#include "rv/sbi_list.h"

const char *const sbi_names[SBI_INDEXES] = {
#define SBI_LIST_NAME(ext, name, eid, handler) [SBI_INDEX_##ext] = name,
	SBI_LIST(SBI_LIST_NAME)
#undef SBI_LIST_NAME
	[SBI_INDEX_UNKNOWN] = "unknown",
};

const uint32_t sbi_eids[SBI_INDEX_UNKNOWN] = {
#define SBI_LIST_EID(ext, name, eid, handler) [SBI_INDEX_##ext] = eid,
	SBI_LIST(SBI_LIST_EID)
#undef SBI_LIST_EID
};
