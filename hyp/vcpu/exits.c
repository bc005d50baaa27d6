// SPDX-License-Identifier: Apache-2.0
// Exits as numbers and names; see vcpu/exits.h. Counts nothing itself: exit/exit.c does.
#include "vcpu/exits.h"

#include <stdio.h>

#include "lib/log.h"
#include "limits.h"
#include "rv/spec.h"

static const struct {
	uint8_t counter;
	char name[20];
} causes[] = {
#define EXCEPTION_NAME(cause, name, delegated, handler) { CAUSE_##cause, name },
#define INTERRUPT_NAME(interrupt, name) { EXIT_INTERRUPT + IRQ_##interrupt, name },
	CAUSE_LIST(EXCEPTION_NAME)
	INTERRUPT_LIST(INTERRUPT_NAME)
#undef EXCEPTION_NAME
#undef INTERRUPT_NAME
};

// Said also when there were none.
static const uint8_t usual[] = { CAUSE_VIRTUAL_SUPERVISOR_ECALL, CAUSE_LOAD_GUEST_PAGE_FAULT, CAUSE_STORE_GUEST_PAGE_FAULT,
				 EXIT_INTERRUPT + IRQ_S_SOFT, EXIT_INTERRUPT + IRQ_S_TIMER, EXIT_INTERRUPT + IRQ_S_EXTERNAL };

void exits_add(struct exit_counts *sum, const struct vcpu *v)
{
	for (uint32_t n = 0; n < EXIT_COUNTERS; n++)
		sum->by_cause[n] += __atomic_load_n(&v->exits.by_cause[n], __ATOMIC_RELAXED);
	sum->ticks += __atomic_load_n(&v->exits.ticks, __ATOMIC_RELAXED);
}

uint64_t exits_all(const struct exit_counts *c)
{
	uint64_t all = 0;

	for (uint32_t n = 0; n < EXIT_COUNTERS; n++)
		all += c->by_cause[n];
	return all;
}

const char *exits_name(uint32_t counter)
{
	for (uint32_t i = 0; i < ARRAY_SIZE(causes); i++)
		if (causes[i].counter == counter)
			return causes[i].name;
	return "other";
}

#define LOG_LINE 255 // bytes the log takes at once

struct line {
	const char *guest;
	char vcpu[20];
	size_t used;
	char text[LOG_LINE - sizeof("info guest name= vcpu=00 event=exits") - MAX_NAME];
};

static void flush_line(struct line *l)
{
	log_info("guest", "name=%s%s event=exits%s", l->guest, l->vcpu, l->text);
	l->used = 0;
}

static void add(struct line *l, const char *name, uint64_t n)
{
	if (l->used > sizeof(l->text) - sizeof(" =18446744073709551615") - sizeof(causes[0].name))
		flush_line(l);
	l->used += (size_t)snprintf(l->text + l->used, sizeof(l->text) - l->used, " %s=%lu", name, (unsigned long)n);
}

void exits_log(const char *guest, int vcpu, const struct exit_counts *c)
{
	struct line l = { .guest = guest };
	uint64_t said = 0;

	if (vcpu >= 0)
		snprintf(l.vcpu, sizeof(l.vcpu), " vcpu=%d", vcpu);
	add(&l, "all", exits_all(c));
	for (uint32_t i = 0; i < ARRAY_SIZE(usual); i++) {
		add(&l, exits_name(usual[i]), c->by_cause[usual[i]]);
		said |= 1ull << usual[i];
	}
	for (uint32_t n = 0; n < EXIT_COUNTERS; n++)
		if ((said >> n & 1) == 0 && c->by_cause[n] != 0)
			add(&l, exits_name(n), c->by_cause[n]);
	add(&l, "ticks", c->ticks);
	flush_line(&l);
}
