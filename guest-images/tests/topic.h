/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The topics of the in-guest tests. A topic is one function that reports by tap_*(); guest-images.mk makes an image of each
 * (<name>_TOPIC), and the image "selftest" runs those of TOPICS one after the other. A topic there must come back: it does not
 * reboot, stops the harts it starts, and does without what others may have left in free memory.
 */
#ifndef TOPIC_H
#define TOPIC_H

#include "bare/guest.h"

/* In the order in which the self-test runs them: memory first, while nothing has been written to it yet; fwft last, for it
 * locks what it switches on. */
#define TOPICS(X) \
	X(memory) \
	X(sbi) \
	X(traps) \
	X(timers) \
	X(harts) \
	X(susp) \
	X(sta) \
	X(race) \
	X(state) \
	X(csr_walk) \
	X(pmu) \
	X(sse) \
	X(dbtr) \
	X(dt) \
	X(plic) \
	X(hart_races) \
	X(aia) \
	X(fwft)

#define TOPIC_DECLARE(name) void test_##name(void);
TOPICS(TOPIC_DECLARE)
/* Not part of the self-test: a partition has to give the guest a device. */
TOPIC_DECLARE(devices)

#endif
