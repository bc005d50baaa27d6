// SPDX-License-Identifier: Apache-2.0
// The life of a guest, as pure transitions: one life ends, nothing of it is left, the next begins.
#ifndef BULKHEAD_GUEST_LIFE_STATE_H
#define BULKHEAD_GUEST_LIFE_STATE_H

#include "lib/types.h"

enum life_state {
	LIFE_OFF,      // not running: stopped, or it cannot start
	LIFE_RUNNING,  // its harts enter and leave it as HSM says
	LIFE_LEAVING,  // it is to end: each of its harts leaves it. Before the first start: each arrives
	LIFE_CLEARING, // no hart is inside: its devices are reset, then each hart clears its interrupt file
	LIFE_LOADING,  // its boot hart fills its memory
	LIFE_STATES,
};

enum life_event {
	LIFE_EVENT_START,  // before the seal: its images are there, and it is to run
	LIFE_EVENT_STOP,   // it asks for its end or a restart, or is stopped for what it did
	LIFE_EVENT_LEFT,   // all its harts have left
	LIFE_EVENT_LOAD,   // all its harts have cleared, and another life follows
	LIFE_EVENT_LOADED,
	LIFE_EVENT_END,    // no life follows: that was asked for, an image is bad, or a hart is missing
	LIFE_EVENTS,
};

// The state after `event` in `state`; false where it cannot happen, or is too late (*next untouched).
bool life_next(enum life_state state, enum life_event event, enum life_state *next);

#endif
