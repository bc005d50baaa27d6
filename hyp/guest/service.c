// SPDX-License-Identifier: Apache-2.0
// The service that one hart gives the whole board; see guest/service.h.
#include "guest/service.h"

#include "console/console.h"
#include "guest/guest.h"
#include "rv/csr.h"

const struct mux_key service_keys[] = {
	MUX_KEYS,
	{ 'e', 'e', "exits so far", NULL, guest_tell_exits },
	{ 0 },
};

void service(struct hart *h, uint32_t budget)
{
	uint64_t begin = time_now(), end, ticks;

	ticks = console_service(begin, budget);
	guest_check_exits(begin);
	end = time_now();
	// A slow UART (the firmware's console waits for it) gets a ninth of the hart at most.
	timer_service_at(h, end + max_u64(ticks, 8 * (end - begin)));
}
