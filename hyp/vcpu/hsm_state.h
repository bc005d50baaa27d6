// SPDX-License-Identifier: Apache-2.0
// The HSM state machine of one vcpu (SBI 3.0, "Hart State Management Extension"), as pure transitions.
#ifndef BULKHEAD_VCPU_HSM_STATE_H
#define BULKHEAD_VCPU_HSM_STATE_H

#include "lib/types.h"

// Values are those of sbi_hart_get_status.
enum hsm_state {
	HSM_STARTED = 0,
	HSM_STOPPED = 1,
	HSM_START_PENDING = 2,
	HSM_STOP_PENDING = 3,
	HSM_SUSPENDED = 4,
	HSM_SUSPEND_PENDING = 5,
	HSM_RESUME_PENDING = 6,
};

enum hsm_event {
	HSM_EVENT_START,   // another hart calls hart_start
	HSM_EVENT_STARTED, // the target enters the guest
	HSM_EVENT_STOP,    // the hart itself calls hart_stop, or its guest is stopped
	HSM_EVENT_STOPPED, // the hart has left the guest
	HSM_EVENT_SUSPEND,
	HSM_EVENT_SUSPENDED,
	HSM_EVENT_WAKE,
	HSM_EVENT_RESUMED,
};

// The state after `event` in `state`; returns false when the specification has no such transition (*next untouched).
bool hsm_next(enum hsm_state state, enum hsm_event event, enum hsm_state *next);

#endif
