// SPDX-License-Identifier: Apache-2.0
// In the place of debug triggers: no guest installs one, so that none has to be taken out.
#include "dbtr/dbtr.h"

#include "vcpu/sbi_call.h"

const bool dbtr_is_linked = false;

sbi_ret_t sbi_dbtr(struct vcpu *v)
{
	(void)v;
	return sbi_error(SBI_ERR_NOT_SUPPORTED);
}

bool sbi_dbtr_is_carried(void)
{
	return false;
}

void sbi_dbtr_reset(struct vcpu *v) { (void)v; }
