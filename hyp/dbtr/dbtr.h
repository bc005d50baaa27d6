// SPDX-License-Identifier: Apache-2.0
// Debug triggers: what others see of them.
#ifndef BULKHEAD_DBTR_DBTR_H
#define BULKHEAD_DBTR_DBTR_H

#include "vcpu/vcpu.h"

// The calls (SBI 3.0, DBTR).
sbi_ret_t sbi_dbtr(struct vcpu *v);
// Whether the machine and its firmware carry it. After fw_init().
bool sbi_dbtr_is_carried(void);
// Takes what a vcpu has installed out of the machine, on its own hart.
void sbi_dbtr_reset(struct vcpu *v);

#endif
