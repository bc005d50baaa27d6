// SPDX-License-Identifier: Apache-2.0
// The part of plan_check() that looks at assigned devices. For plan/ alone.
#ifndef BULKHEAD_PLAN_PLAN_CHECK_DEVICES_H
#define BULKHEAD_PLAN_PLAN_CHECK_DEVICES_H

#include "plan/plan.h"

// Every frame with a device in it and every interrupt source has at most one owner, devices lie where the guest has nothing else,
// and only trusted guests have those that reach memory. False with *why.
bool plan_check_devices(const struct plan_input *in, const struct plan *plan, struct diag *why);

#endif
