// SPDX-License-Identifier: Apache-2.0
// From one life of a guest to the next: what is reset, by whom and when.
#ifndef BULKHEAD_EXIT_LIFE_H
#define BULKHEAD_EXIT_LIFE_H

#include "hart/hart.h"

// Moments in the life of a guest (guest/life_state.h) and of its harts at which something is reset.
enum life_moment {
	LIFE_HART_LEAVES, // each hart, whenever it leaves the guest: by hart_stop, too
	LIFE_ALL_LEFT,    // the boot hart, once all harts have left
	LIFE_HART_CLEARS, // each hart of a guest with interrupt files, after that
	LIFE_BEGINS,      // the boot hart, once all harts have cleared, if another life follows
	LIFE_HART_ENTERS, // each hart, before it enters the guest: by hart_start, too
};

// Resets what is to be reset at a moment, in the order of the list. On a hart of a guest, outside of it.
void life_reset(struct hart *h, enum life_moment moment);
// What a hart of a guest does for the guest's life while it is outside of it: its part of a reset that it is asked for by `messages`;
// on the boot hart, whatever comes next once all harts are done. True when it is to enter the guest now: it is reset for that.
bool life_go_on(struct hart *h, uint32_t messages);

#endif
