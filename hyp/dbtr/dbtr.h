// SPDX-License-Identifier: Apache-2.0
// The room of debug triggers: what others see of it. dbtr/absent.c is linked in its place where it is left out (README.md, "Rooms").
#ifndef BULKHEAD_DBTR_DBTR_H
#define BULKHEAD_DBTR_DBTR_H

#include "vcpu/vcpu.h"

extern const bool dbtr_is_linked;

// The calls (SBI 3.0, DBTR).
sbi_ret_t sbi_dbtr(struct vcpu *v);
// Whether the machine and its firmware carry it. After fw_init().
bool sbi_dbtr_is_carried(void);
// Takes what a vcpu has installed out of the machine, on its own hart.
void sbi_dbtr_reset(struct vcpu *v);

#endif
