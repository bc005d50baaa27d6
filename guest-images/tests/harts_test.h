/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of the topic "harts". */
#ifndef HARTS_TEST_H
#define HARTS_TEST_H

#include "tests/topic.h"

/* harts_fence.c: what remote fences do to another hart. Wants two harts, the other one stopped, and leaves it so. */
void test_fence_effects(void);

#endif
