// SPDX-License-Identifier: Apache-2.0
// SBI IPI (SBI 3.0, "IPI Extension (EID #0x735049 "sPI: s-mode IPI")"): to harts of this guest only.
#include "guest/guest.h"
#include "rv/csr.h"
#include "sbi/sbi.h"

static void send_to_others(struct vcpu *v, uint64_t set)
{
	for (uint64_t left = set; left != 0; left &= left - 1)
		v->sbi.pmu.events[SBI_PMU_FW_IPI_SENT]++;
	hart_msg_send_set(v->guest->partition, set, MSG_IPI);
}

void sbi_send_ipi(struct vcpu *v, uint64_t set)
{
	uint64_t self = 1ull << v->vhartid;

	if (set & self)
		csr_set(CSR_HVIP, IP_VSSIP);
	if (set & ~self)
		send_to_others(v, set & ~self);
}

static sbi_ret_t send_any(struct vcpu *v)
{
	uint64_t set;

	if (!sbi_hart_set(v, sbi_arg(v, 0), sbi_arg(v, 1), &set))
		return sbi_error(SBI_ERR_INVALID_PARAM);
	sbi_send_ipi(v, set);
	return sbi_value(0);
}

sbi_ret_t sbi_ipi(struct vcpu *v)
{
	if (sbi_fid(v) != SBI_IPI_SEND_IPI)
		return sbi_error(SBI_ERR_NOT_SUPPORTED);
	if (sbi_arg(v, 0) != 1 || sbi_arg(v, 1) >= v->vcpu_count || sbi_arg(v, 1) == v->vhartid)
		return send_any(v);
	v->sbi.pmu.events[SBI_PMU_FW_IPI_SENT]++; // to one other, what most calls are
	hart_msg_send(guest_hart(v->guest, sbi_arg(v, 1)), MSG_IPI);
	return sbi_value(0);
}
