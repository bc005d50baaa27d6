// SPDX-License-Identifier: Apache-2.0
// In the place of performance counters: no guest configures one, so that none has to be taken back.
#include "pmu/pmu.h"

#include "rv/csr.h"
#include "vcpu/sbi_call.h"

const bool pmu_is_linked = false;

sbi_ret_t sbi_pmu(struct vcpu *v)
{
	(void)v;
	return sbi_error(SBI_ERR_NOT_SUPPORTED);
}

void sbi_pmu_count_received(struct guest *g, uint32_t code, uint64_t set) { (void)g, (void)code, (void)set; }
void sbi_pmu_reset(struct vcpu *v) { (void)v; }

// Nobody enables it; were it pending all the same, it must not storm.
void sbi_pmu_overflow(struct vcpu *v)
{
	(void)v;
	csr_clear(CSR_SIE, IP_LCOFIP);
}
