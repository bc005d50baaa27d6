// SPDX-License-Identifier: Apache-2.0
// What is done about the exits of guests that go on: told when somebody asks. All on the hart that drains the console, which reads
// other harts' counters as they are (struct exit_counts).
#include "guest/guest.h"

#include "vcpu/exits.h"

bool guest_tell_exits(void)
{
	static uint32_t guest, vcpu; // whose turn it is
	const struct partition *p = guests[guest].partition;
	struct exit_counts c = { 0 };

	exits_add(&c, &guest_hart(&guests[guest], vcpu)->vcpu);
	exits_log(p->name, (int)vcpu, &c);
	if (++vcpu < p->vcpu_count)
		return true;
	vcpu = 0;
	guest = (guest + 1) % the_plan->partition_count;
	return guest != 0;
}
