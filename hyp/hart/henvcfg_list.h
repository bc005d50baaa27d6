// SPDX-License-Identifier: Apache-2.0
// The one list of henvcfg's fields that let a guest use an extension. Adding a row is all such an extension needs.
#ifndef BULKHEAD_HART_HENVCFG_LIST_H
#define BULKHEAD_HART_HENVCFG_LIST_H

#include "rv/isa.h"
#include "rv/spec.h"

enum henvcfg_when {
	ON_RESET,
	ON_CALL,         // the guest switches it on by SBI FWFT
	ON_CALL_BENEATH, // likewise, and the field is read-only zero until menvcfg's is on: FWFT of the firmware, the same feature
};

// X(field, extension, when, feature of FWFT). cbo.inval flushes: invalidating would bring back what lay in memory before it was
// zeroed. Of PMM's lengths either will do.
#define HENVCFG_LIST(X) \
	X(HENVCFG_STCE, SSTC, ON_RESET, 0) \
	X(HENVCFG_PBMTE, SVPBMT, ON_RESET, 0) \
	X(HENVCFG_CBIE_FLUSH | HENVCFG_CBCFE, ZICBOM, ON_RESET, 0) \
	X(HENVCFG_CBZE, ZICBOZ, ON_RESET, 0) \
	X(HENVCFG_ADUE, SVADU, ON_CALL_BENEATH, SBI_FWFT_PTE_AD_HW_UPDATING) \
	X(HENVCFG_DTE, SSDBLTRP, ON_CALL_BENEATH, SBI_FWFT_DOUBLE_TRAP) \
	X(HENVCFG_SSE, ZICFISS, ON_CALL_BENEATH, SBI_FWFT_SHADOW_STACK) \
	X(HENVCFG_LPE, ZICFILP, ON_CALL, SBI_FWFT_LANDING_PAD) \
	X(HENVCFG_PMM_7, SSNPM, ON_CALL, SBI_FWFT_POINTER_MASKING_PMLEN) \
	X(HENVCFG_PMM_16, SSNPM, ON_CALL, SBI_FWFT_POINTER_MASKING_PMLEN)

#endif
