// SPDX-License-Identifier: Apache-2.0
// SBI Timer (SBI 3.0, "Timer Extension (EID #0x54494D45 "TIME")").
#include "hart/hart.h"
#include "rv/csr.h"
#include "sbi/sbi.h"

void sbi_set_timer(struct vcpu *v, uint64_t deadline)
{
	v->sbi.pmu.events[SBI_PMU_FW_SET_TIMER]++;
	if (v->use_vstimecmp)
		csr_write(CSR_VSTIMECMP, deadline); // a later value also takes a pending VSTIP back
	else
		timer_set_guest(hart_of_vcpu(v), deadline);
}

sbi_ret_t sbi_time(struct vcpu *v)
{
	if (sbi_fid(v) != SBI_TIME_SET_TIMER)
		return sbi_error(SBI_ERR_NOT_SUPPORTED);
	sbi_set_timer(v, sbi_arg(v, 0));
	return sbi_value(0);
}
