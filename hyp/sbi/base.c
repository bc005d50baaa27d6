// SPDX-License-Identifier: Apache-2.0
// SBI Base (SBI 3.0, "Base Extension (EID #0x10)").
#include "rv/firmware.h"
#include "sbi/sbi.h"

// No registered number yet; spells "BULK".
#define IMPLEMENTATION_ID 0x42554c4b
#define IMPLEMENTATION_VERSION 0x00010000

RARE static sbi_ret_t identify(uint64_t fid)
{
	switch (fid) {
	case SBI_BASE_GET_IMPL_ID:
		return sbi_value(IMPLEMENTATION_ID);
	case SBI_BASE_GET_IMPL_VERSION:
		return sbi_value(IMPLEMENTATION_VERSION);
	case SBI_BASE_GET_MVENDORID:
		return sbi_value(fw_mvendorid());
	case SBI_BASE_GET_MARCHID:
		return sbi_value(fw_marchid());
	case SBI_BASE_GET_MIMPID:
		return sbi_value(fw_mimpid());
	default:
		return sbi_error(SBI_ERR_NOT_SUPPORTED);
	}
}

sbi_ret_t sbi_base(struct vcpu *v)
{
	if (sbi_fid(v) == SBI_BASE_GET_SPEC_VERSION)
		return sbi_value(SBI_SPEC_VERSION_3_0);
	if (sbi_fid(v) == SBI_BASE_PROBE_EXTENSION)
		return sbi_value(sbi_has_extension(v, sbi_arg(v, 0)));
	return identify(sbi_fid(v));
}
