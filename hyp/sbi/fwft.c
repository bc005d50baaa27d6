// SPDX-License-Identifier: Apache-2.0
// SBI Firmware Features (SBI 3.0, "SBI Firmware Features Extension (EID #0x46574654 "FWFT")"): what is in henvcfg here, and the
// delegation of misaligned accesses, which the firmware has. All features are local: each call is about the calling hart.
#include "hart/hart.h"
#include "rv/csr.h"
#include "rv/firmware.h"
#include "sbi/sbi.h"

// The field of henvcfg that switches a feature.
static const uint64_t fields[] = {
	[SBI_FWFT_LANDING_PAD] = HENVCFG_LPE,
	[SBI_FWFT_SHADOW_STACK] = HENVCFG_SSE,
	[SBI_FWFT_DOUBLE_TRAP] = HENVCFG_DTE,
	[SBI_FWFT_PTE_AD_HW_UPDATING] = HENVCFG_ADUE,
	[SBI_FWFT_POINTER_MASKING_PMLEN] = HENVCFG_PMM,
};

// The bits of a feature's field for a value; false: no feature has this value. PMLEN is what it says, nothing is rounded.
static bool encode(uint32_t feature, uint64_t value, uint64_t *bits)
{
	bool is_length = feature == SBI_FWFT_POINTER_MASKING_PMLEN;

	if (value == 0)
		*bits = 0;
	else if (is_length && value == 7)
		*bits = HENVCFG_PMM_7;
	else if (is_length && value == 16)
		*bits = HENVCFG_PMM_16;
	else if (!is_length && value == 1)
		*bits = fields[feature];
	else
		return false;
	return true;
}

static uint64_t decode(uint32_t feature, uint64_t bits)
{
	if (feature != SBI_FWFT_POINTER_MASKING_PMLEN)
		return bits != 0;
	return bits == HENVCFG_PMM_16 ? 16 : bits == HENVCFG_PMM_7 ? 7 : 0;
}

static sbi_ret_t get_misaligned(void)
{
	struct fw_ret r = fw_fwft(SBI_FWFT_GET, SBI_FWFT_MISALIGNED_EXC_DELEG, 0, 0);

	return r.error == SBI_SUCCESS ? sbi_value(r.value) : sbi_error(SBI_ERR_NOT_SUPPORTED);
}

static sbi_ret_t get(const struct vcpu_config *config, uint32_t feature)
{
	if (feature >= ARRAY_SIZE(fields))
		return sbi_error(SBI_ERR_DENIED); // reserved, or platform specific: there are none
	if (feature == SBI_FWFT_MISALIGNED_EXC_DELEG)
		return get_misaligned();
	if ((config->fwft & fields[feature]) == 0)
		return sbi_error(SBI_ERR_NOT_SUPPORTED);
	return sbi_value(decode(feature, csr_read(CSR_HENVCFG) & fields[feature]));
}

// The firmware never gets our lock: another guest's life on this hart begins without it.
static long set_misaligned(struct fwft_state *s, uint64_t before, uint64_t value)
{
	if (before == value)
		return SBI_SUCCESS;
	if (!s->misaligned_is_set)
		s->misaligned_reset = before;
	if (fw_fwft(SBI_FWFT_SET, SBI_FWFT_MISALIGNED_EXC_DELEG, value, 0).error != SBI_SUCCESS)
		return SBI_ERR_DENIED;
	s->misaligned_is_set = true;
	return SBI_SUCCESS;
}

// QEMU 10.0 masks VS-mode's pointers as menvcfg.PMM says, not henvcfg's, so the firmware is asked for the same; whether it can is
// of no interest. In HS-mode masking changes no address: all of ours are canonical.
static void set_pmlen_beneath(struct fwft_state *s, uint64_t value)
{
	fw_fwft(SBI_FWFT_SET, SBI_FWFT_POINTER_MASKING_PMLEN, value, 0);
	s->pmlen_is_set = value != 0;
}

static long set_henvcfg(uint32_t feature, uint64_t bits)
{
	uint64_t before = csr_read(CSR_HENVCFG), field = fields[feature];

	if ((before & field) == bits)
		return SBI_SUCCESS;
	csr_write(CSR_HENVCFG, (before & ~field) | bits);
	if ((csr_read(CSR_HENVCFG) & field) != bits) {
		csr_write(CSR_HENVCFG, before); // a length that this hart does not have
		return SBI_ERR_INVALID_PARAM;
	}
	if (field == HENVCFG_ADUE)
		hfence_vvma_all(); // priv, "Memory-Management Fences": suffices for this change
	if (field == HENVCFG_DTE)
		csr_clear(CSR_VSSTATUS, SSTATUS_SDT); // was read-only zero, whatever the bit held before
	return SBI_SUCCESS;
}

// Checks in the order of the specification's list of errors.
static long set(struct vcpu *v, uint32_t feature, uint64_t value, uint64_t flags)
{
	struct fwft_state *s = &v->sbi.fwft;
	sbi_ret_t before = get(&hart_of_vcpu(v)->config, feature);
	uint64_t bits;
	long error;

	if (sbi_ret_a0(before) != SBI_SUCCESS)
		return (long)sbi_ret_a0(before);
	if (!encode(feature, value, &bits) || (flags & ~(uint64_t)SBI_FWFT_SET_LOCK) != 0)
		return SBI_ERR_INVALID_PARAM;
	// Also for the value it has: a lock denies the call, as firmware and conformance tests understand it.
	if (s->locked >> feature & 1)
		return SBI_ERR_DENIED_LOCKED;
	if (feature == SBI_FWFT_MISALIGNED_EXC_DELEG)
		error = set_misaligned(s, sbi_ret_a1(before), value);
	else
		error = set_henvcfg(feature, bits);
	if (error == SBI_SUCCESS && feature == SBI_FWFT_POINTER_MASKING_PMLEN && sbi_ret_a1(before) != value)
		set_pmlen_beneath(s, value);
	if (error == SBI_SUCCESS && flags != 0)
		s->locked |= 1u << feature;
	return error;
}

sbi_ret_t sbi_fwft(struct vcpu *v)
{
	uint32_t feature = (uint32_t)sbi_arg(v, 0);

	switch (sbi_fid(v)) {
	case SBI_FWFT_SET:
		return sbi_error(set(v, feature, sbi_arg(v, 1), sbi_arg(v, 2))); // its value is 0, also on success
	case SBI_FWFT_GET:
		return get(&hart_of_vcpu(v)->config, feature);
	default:
		return sbi_error(SBI_ERR_NOT_SUPPORTED);
	}
}

void fwft_reset(struct vcpu *v)
{
	struct fwft_state *s = &v->sbi.fwft;

	if (s->misaligned_is_set)
		fw_fwft(SBI_FWFT_SET, SBI_FWFT_MISALIGNED_EXC_DELEG, s->misaligned_reset, 0);
	if (s->pmlen_is_set)
		set_pmlen_beneath(s, 0);
	*s = (struct fwft_state){ 0 };
}
