// SPDX-License-Identifier: Apache-2.0
// The part of plan_check() that looks at what page tables can reach. For plan/ alone.
#ifndef BULKHEAD_PLAN_PLAN_CHECK_REACH_H
#define BULKHEAD_PLAN_PLAN_CHECK_REACH_H

#include "plan/plan.h"

// Everything the hypervisor maps lies where its own table and the window reach. False with *why.
bool plan_check_reach(const struct plan_input *in, const struct plan *plan, struct diag *why);

#endif
