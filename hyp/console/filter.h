// SPDX-License-Identifier: Apache-2.0
// What of a guest's output a terminal that others share may see. A sequence goes on whole or not at all, and is judged when its last
// byte has come: it may be cut anywhere, and the focus may change in it. The terminal is one that speaks UTF-8.
//
// Every guest: printable text, well-formed UTF-8, TAB, BS, and SGR (colours); line ends are the mux's. The guest that has the focus,
// also what moves the cursor, changes characters or lines or the title, and DSR's two questions. Nobody: what else makes a terminal
// answer, send by itself, or send something else for a key than the modes of full-screen programs want (DECCKM, DECKPAM).
#ifndef BULKHEAD_CONSOLE_FILTER_H
#define BULKHEAD_CONSOLE_FILTER_H

#include "lib/types.h"

#define FILTER_KEPT 80 // bytes of a sequence; a longer one is dropped

enum filter_out {
	FILTER_NOTHING, // nothing, or nothing yet
	FILTER_TEXT,
	FILTER_COLOUR,  // SGR
	FILTER_CONTROL, // what only the focus may: it outlasts the line
	FILTER_ASK,     // DSR: the terminal answers
};

struct filter {
	uint8_t bytes[FILTER_KEPT]; // when there is something: what goes to the terminal
	uint8_t size;
	uint8_t state;
	uint8_t left; // bytes of a character that are to come
};

// One byte of output, not a line end. Zeroes are a filter's beginning.
enum filter_out filter_put(struct filter *f, uint8_t byte, bool has_focus);
// A line has ended: what is unfinished is dropped.
void filter_reset(struct filter *f);

#endif
