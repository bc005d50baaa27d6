// SPDX-License-Identifier: Apache-2.0
// The transitions of the HSM state machine as a table; who waits for whom is decided elsewhere.
#include "vcpu/hsm_state.h"

// By event: the only state in which it may happen, and the state after it.
static const struct {
	uint8_t from, to;
} transitions[] = {
	[HSM_EVENT_START] = { HSM_STOPPED, HSM_START_PENDING },
	[HSM_EVENT_STARTED] = { HSM_START_PENDING, HSM_STARTED },
	[HSM_EVENT_STOP] = { HSM_STARTED, HSM_STOP_PENDING },
	[HSM_EVENT_STOPPED] = { HSM_STOP_PENDING, HSM_STOPPED },
	[HSM_EVENT_SUSPEND] = { HSM_STARTED, HSM_SUSPEND_PENDING },
	[HSM_EVENT_SUSPENDED] = { HSM_SUSPEND_PENDING, HSM_SUSPENDED },
	[HSM_EVENT_WAKE] = { HSM_SUSPENDED, HSM_RESUME_PENDING },
	[HSM_EVENT_RESUMED] = { HSM_RESUME_PENDING, HSM_STARTED },
};

bool hsm_next(enum hsm_state state, enum hsm_event event, enum hsm_state *next)
{
	if ((size_t)event >= ARRAY_SIZE(transitions) || transitions[event].from != state)
		return false;
	*next = (enum hsm_state)transitions[event].to;
	return true;
}
