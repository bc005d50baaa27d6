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

struct sbi_ret sbi_ipi(struct sbi_call *c)
{
	uint64_t set;

	if (c->fid != SBI_IPI_SEND_IPI)
		return sbi_error(SBI_ERR_NOT_SUPPORTED);
	if (!sbi_hart_set(c->vcpu, c->arg[0], c->arg[1], &set))
		return sbi_error(SBI_ERR_INVALID_PARAM);
	sbi_send_ipi(c->vcpu, set);
	return sbi_value(0);
}
