// SPDX-License-Identifier: Apache-2.0
// What one hart, the one that drains the console, does for the whole board: the console, its keys, the guests' budgets of exits.
#ifndef BULKHEAD_GUEST_SERVICE_H
#define BULKHEAD_GUEST_SERVICE_H

#include "console/mux.h"
#include "hart/hart.h"

#define SERVICE_BUDGET_GUEST 512 // bytes of output, of a hart that runs a guest: once a millisecond while there is any
#define SERVICE_BUDGET_IDLE 4096 // of a hart that has nothing else to do

// What the terminal's keys do; the banner tells them.
extern const struct mux_key service_keys[];

// Does it, with `budget` bytes of output, and sets the time of the next one. On the hart itself.
void service(struct hart *h, uint32_t budget);
// The timer is due on this hart: the guest's deadline, and the service if it is this hart's.
static inline void service_timer(struct hart *h, uint32_t budget)
{
	if (timer_expired(h))
		service(h, budget);
}

#endif
