// SPDX-License-Identifier: Apache-2.0
// For tests of console/mux: three ports, what the screen shows of them, and keys.
#ifndef BULKHEAD_TEST_HOST_MUX_SAMPLE_H
#define BULKHEAD_TEST_HOST_MUX_SAMPLE_H

#include <stdio.h>
#include <string.h>

#include "console/mux.h"
#include "testing.h"

#define QUIET 100
#define PORTS 3

static struct mux mux;
static struct mux_port ports[PORTS];
static uint8_t out_bytes[PORTS][4096], in_bytes[PORTS][16];
static char screen[65536];
static size_t screen_length;
static uint64_t typed_time;

static bool says_more; // what the key 'e' answers
static int told;

static bool tell(void)
{
	told++;
	return says_more;
}

static const struct mux_key mux_keys[] = {
	MUX_KEYS,
	{ 'e', 'e', "something", NULL, tell },
	{ 0 },
};

static inline void start(bool is_terminal)
{
	static const char *const names[PORTS] = { "bulkhead", "one", "two" };

	memset(ports, 0, sizeof(ports));
	mux_init(&mux, mux_keys, is_terminal, QUIET);
	for (int i = 0; i < PORTS; i++) {
		ports[i].name = names[i];
		ports[i].takes_input = i > 0;
		ring_init(&ports[i].out, out_bytes[i], sizeof(out_bytes[i]));
		ring_init(&ports[i].in, in_bytes[i], sizeof(in_bytes[i]));
		mux_add(&mux, &ports[i]);
	}
	screen_length = 0;
	screen[0] = '\0';
}

static inline void write_port(int port, const char *text)
{
	for (; *text != '\0'; text++) {
		assert_true(ring_room(&ports[port].out) > 0);
		ring_put(&ports[port].out, (uint8_t)*text);
	}
}

// Lets the mux work at a time, with a UART that takes everything.
static inline const char *show(uint64_t now)
{
	for (;;) {
		bool waits = mux_gather(&mux, now);
		uint32_t moved = ring_used(&mux.terminal);

		while (ring_used(&mux.terminal) != 0) {
			assert_true(screen_length + 1 < sizeof(screen));
			screen[screen_length++] = (char)ring_get(&mux.terminal);
		}
		screen[screen_length] = '\0';
		if (!waits || moved == 0)
			return screen;
	}
}

static inline void type(const char *keys)
{
	while (*keys != '\0')
		mux_type(&mux, (uint8_t)*keys++, typed_time);
}

static inline const char *typed(int port)
{
	static char text[32];
	size_t n = 0;

	while (ring_used(&ports[port].in) != 0)
		text[n++] = (char)ring_get(&ports[port].in);
	text[n] = '\0';
	return text;
}

// Shows what came since it was called last.
static inline const char *show_more(uint64_t now)
{
	screen_length = 0;
	screen[0] = '\0';
	return show(now);
}

#endif
