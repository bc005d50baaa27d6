// SPDX-License-Identifier: Apache-2.0
// Dispatch of a guest's SBI calls. An extension is one file and one row of rv/sbi_list.h.
#include "sbi/sbi.h"

// The EID of a row without an extension is 0, which no call finds there.
_Static_assert(SBI_INDEX(0) == SBI_INDEX_LEGACY, "EID 0 must find a row with an extension");

const struct sbi_row sbi_rows[SBI_INDEX_UNKNOWN] = {
#define SBI_LIST_ROW(ext, name, eid, handler) [SBI_INDEX_##ext] = { eid, sbi_##handler },
	SBI_LIST(SBI_LIST_ROW)
#undef SBI_LIST_ROW
};

sbi_ret_t sbi_dispatch_rest(struct vcpu *v)
{
	uint64_t key = sbi_key(v->x[REG_A7]);

	if (sbi_rows[SBI_INDEX(key)].eid != key) {
		v->sbi.calls[SBI_INDEX_UNKNOWN]++;
		return sbi_error(SBI_ERR_NOT_SUPPORTED);
	}
	v->sbi.calls[SBI_INDEX(key)]++;
	if (sbi_has_extension(v, key))
		return sbi_rows[SBI_INDEX(key)].call(v);
	// Legacy calls return in a0 only (SBI 3.0, "Legacy Extensions").
	return sbi_ret((uint64_t)SBI_ERR_NOT_SUPPORTED, key == SBI_EXT_LEGACY_SET_TIMER ? sbi_arg(v, 1) : 0);
}
