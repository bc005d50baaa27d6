/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The topics of the in-guest tests. A topic is one function that reports by tap_*(); guest-images.mk makes an image of each
 * (<name>_TOPIC), and the image "selftest" runs them all.
 */
#ifndef TOPIC_H
#define TOPIC_H

#include "bare/guest.h"

void test_sbi(void);
void test_traps(void);
void test_memory(void);
void test_timers(void);
void test_harts(void);

#endif
