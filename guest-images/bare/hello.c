/* SPDX-License-Identifier: Apache-2.0 */
/* The smallest bare guest: says who it is and ends. */

#include "bare/guest.h"

void guest_main(void)
{
	print("hello: hart %lu of %u, %s timer\n", hart_self()->id, hart_count(),
	      timer_has_sstc() ? "Sstc" : "SBI");
}
