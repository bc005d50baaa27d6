// SPDX-License-Identifier: Apache-2.0
// The states and events of a guest's life as one table; who waits for whom is decided elsewhere (guest/guest_stop.c, exit/life.c).
#include "guest/life_state.h"

#define NEVER LIFE_STATES

static const uint8_t next_state[LIFE_STATES][LIFE_EVENTS] = {
	//                  START         STOP          LEFT           LOAD          LOADED        END
	[LIFE_OFF] =      { LIFE_LEAVING, NEVER,        NEVER,         NEVER,        NEVER,        NEVER },
	[LIFE_RUNNING] =  { NEVER,        LIFE_LEAVING, NEVER,         NEVER,        NEVER,        NEVER },
	[LIFE_LEAVING] =  { NEVER,        NEVER,        LIFE_CLEARING, NEVER,        NEVER,        LIFE_OFF },
	[LIFE_CLEARING] = { NEVER,        NEVER,        NEVER,         LIFE_LOADING, NEVER,        LIFE_OFF },
	[LIFE_LOADING] =  { NEVER,        NEVER,        NEVER,         NEVER,        LIFE_RUNNING, LIFE_OFF },
};

bool life_next(enum life_state state, enum life_event event, enum life_state *next)
{
	if ((uint32_t)state >= LIFE_STATES || (uint32_t)event >= LIFE_EVENTS || next_state[state][event] == NEVER)
		return false;
	*next = (enum life_state)next_state[state][event];
	return true;
}
