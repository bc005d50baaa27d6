/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the one topic of an image: the linker calls it `topic` (guest-images.mk). */

#include "tests/topic.h"

void topic(void);

void guest_main(void)
{
	topic();
	tap_end();
}
