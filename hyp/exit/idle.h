// SPDX-License-Identifier: Apache-2.0
// What a hart does outside a guest.
#ifndef BULKHEAD_EXIT_IDLE_H
#define BULKHEAD_EXIT_IDLE_H

#include "hart/hart.h"

// Waits for its vcpu to be started and for stop messages, serves the console, ends the board's run.
_Noreturn void idle(struct hart *h);

#endif
