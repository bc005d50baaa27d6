// SPDX-License-Identifier: Apache-2.0
// What is done about the exits of guests that go on: told when somebody asks, and watched over where there is a budget. All on the hart that drains the console, which reads
// other harts' counters as they are (struct exit_counts).
#include "guest/guest.h"

#include "console/console.h"
#include "lib/log.h"
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

_Static_assert(EXITS_LOG_MAX <= MUX_TELL_MAX, "one vcpu's exits are told at once");

// The second of a guest's that is being counted.
static struct watch {
	uint64_t life;   // time of the start that it belongs to
	uint64_t due;    // time of its end, or, while nothing is counted yet, of the first one's beginning
	uint64_t begin;  // time of its beginning; 0: nothing is counted yet
	uint32_t broken; // seconds over the budget so far, in all lives
	uint32_t counts[EXIT_COUNTERS]; // at its beginning, modulo 2^32
} watches[MAX_GUESTS];

// Said of the first second over the budget, the second, the fourth, the eighth ...: however long it goes on, the log stays short.
static void broken(const struct guest *g, struct watch *w, uint64_t exits, uint32_t most)
{
	w->broken++;
	if ((w->broken & (w->broken - 1)) == 0)
		log_info("guest", "name=%s event=exit-budget exits=%lu allowed=%u most=%s seconds=%u", g->partition->name,
			 (unsigned long)exits, (unsigned)g->partition->rules.max_exits, exits_name(most),
			 (unsigned)w->broken);
}

// One second is over, and the next begins.
static void count(const struct guest *g, struct watch *w, uint64_t now, uint64_t second)
{
	struct exit_counts c = { 0 };
	uint32_t most = 0;
	uint64_t exits = 0;

	for (uint32_t i = 0; i < g->partition->vcpu_count; i++)
		exits_add(&c, &guest_hart(g, i)->vcpu);
	// What was read is of this life only if it goes on: counts are reset between two.
	if (!guest_is(g, LIFE_RUNNING) || atomic_load(&g->started) != w->life)
		return;
	for (uint32_t n = 0; n < EXIT_COUNTERS; n++) {
		w->counts[n] = (uint32_t)c.by_cause[n] - w->counts[n]; // since the beginning
		exits += w->counts[n];
		if (w->counts[n] > w->counts[most])
			most = n;
	}
	if (w->begin != 0) {
		// The service comes a little late: per second, rounded up, so that one exit is more than none.
		uint64_t elapsed = now - w->begin;

		exits = (exits * second + elapsed - 1) / elapsed;
		if (exits > g->partition->rules.max_exits)
			broken(g, w, exits, most);
	}
	for (uint32_t n = 0; n < EXIT_COUNTERS; n++)
		w->counts[n] = (uint32_t)c.by_cause[n];
	w->begin = now;
	w->due = now + second;
}

void guest_check_exits(uint64_t now)
{
	uint64_t second = 1000 * console_busy_ticks();

	for (uint32_t i = 0; i < the_plan->partition_count; i++) {
		const struct guest *g = &guests[i];
		const struct guest_rules *r = &g->partition->rules;
		struct watch *w = &watches[i];

		if (!r->has_exit_budget || !guest_is(g, LIFE_RUNNING))
			continue;
		if (w->life != atomic_load(&g->started)) {
			w->life = atomic_load(&g->started);
			w->due = w->life + r->budget_after * second;
			w->begin = 0;
		}
		if (now < w->due)
			continue;
		count(g, w, now, second);
		return; // the others' turn comes with the next service
	}
}
