// SPDX-License-Identifier: Apache-2.0
// Shares one terminal among ports: output line by line under the port's name, input to the port in focus. Only the hart that
// drains the console calls it; ports' queues connect it to the others.
#ifndef BULKHEAD_CONSOLE_MUX_H
#define BULKHEAD_CONSOLE_MUX_H

#include "console/filter.h"
#include "lib/ring.h"
#include "limits.h"

#define MUX_ESCAPE 0x1d       // Ctrl-]
#define MUX_LINE_KEPT 160     // bytes of an unfinished line kept for showing it again
#define MUX_COLUMNS 72        // a line this long may have wrapped, and is not wiped but ended
#define MUX_LINE_FAIR 256     // a line longer than this may be broken by another port's
#define MUX_TURN 64           // bytes that a longer line goes on with when its turn comes again
#define MUX_TURNS 16          // of lines and pieces in one mux_gather(): what is dropped fills no queue
#define MUX_ANSWER 100        // quiet times in which a terminal has answered
#define MUX_ANSWER_SIZE 16    // bytes of its answer
#define MUX_TELL_MAX 2048    // bytes of the log that a key tells at once
#define MUX_MAX_PORTS (MAX_GUESTS + 1)
#define MUX_OUT_SIZE 1024     // staging for the terminal, a power of two

// What a guest's UART waits for.
#define MUX_WANTS_ROOM 0x1  // room for GUEST_UART_FIFO bytes of output
#define MUX_WANTS_INPUT 0x2

struct mux_port {
	const char *name;
	bool takes_input;
	struct ring out; // producer: the guest's harts (one at a time); consumer: the mux
	struct ring in;  // producer: the mux; consumer: the guest's harts (one at a time)
	_Atomic uint32_t wants; // MUX_WANTS_*: set by the guest's harts, taken by the hart that drains the console
	// The rest is the mux's own.
	struct filter filter;
	uint8_t line[MUX_LINE_KEPT]; // the unfinished line so far: its text and colours
	uint32_t line_kept;          // bytes of it
	uint32_t line_length;        // how many bytes of the line have come, shown or not; in a long one, fewer
	uint32_t row_length;         // how many since its last '\r'
	uint32_t columns;            // of the terminal, at least, between the name and the cursor
	bool was_carriage_return;    // a '\r' waits to see whether '\n' follows
	uint32_t seen_head;          // out.head when last looked at
	uint64_t seen_time;          // when out.head last moved
};

struct mux;

// A key, or a run of keys, after the escape key. What is pressed is nobody's input.
struct mux_key {
	uint8_t first, last; // 0: the end of a table
	const char *what;    // for people; NULL: not told
	void (*press)(struct mux *m, uint8_t key); // does it at once; NULL: there is something to tell,
	bool (*tell)(void);  // by lines of the log, MUX_TELL_MAX bytes at most; whether there are more
};

// The keys of the mux' own, for a table.
#define MUX_KEYS \
	{ 'n', 'n', "input to the next guest", mux_focus_next, NULL }, \
	{ MUX_ESCAPE, MUX_ESCAPE, NULL, mux_focus_next, NULL }, \
	{ '1', '9', "to that guest", mux_focus_to, NULL }, \
	{ ']', ']', "Ctrl-] itself", mux_type_escape, NULL }

struct mux {
	struct mux_port *ports[MUX_MAX_PORTS];
	uint32_t count;
	uint32_t focus;   // index of the port that gets input
	uint32_t open;    // index of the port whose unfinished line is on the terminal, or count
	uint64_t open_time; // when it came there
	uint32_t next;    // where the round robin goes on
	bool is_terminal; // a person looks: colours, and unfinished lines stay at the bottom
	bool is_escaped;  // the escape key was pressed, the next key is a command
	const struct mux_key *keys;
	const struct mux_key *telling; // of a key that was pressed, while there is more to tell; or NULL
	bool is_coloured; // the open line has changed colours
	bool is_changed;  // a port in focus has changed more of the terminal than that,
	bool is_lost;     // and has lost the focus since
	bool has_asked;   // a port has asked the terminal
	uint32_t asker;   // which, last,
	uint64_t asked_time;              // and when
	uint8_t answer[MUX_ANSWER_SIZE];  // the beginning of what may be the answer
	uint32_t answer_size;
	uint64_t quiet;   // time after which an unfinished line is shown, and may be broken by another port
	struct ring terminal; // bytes on their way to the UART; producer and consumer are the same hart
	uint8_t terminal_bytes[MUX_OUT_SIZE];
};

// quiet in the unit of `now`; keys ends with a row of zeros. Ports are added with mux_add.
void mux_init(struct mux *m, const struct mux_key *keys, bool is_terminal, uint64_t quiet);
// Adds a port; its rings are ready. The first that takes input gets the focus. Boot only.
void mux_add(struct mux *m, struct mux_port *port);
// Moves as much as fits from the ports' queues to m->terminal. Returns whether anything still waits in a port.
bool mux_gather(struct mux *m, uint64_t now);
// A byte was typed: a command after the escape key, or input of the port in focus (dropped when its queue is full).
// What answers a port's question to the terminal goes to that port, whoever has the focus now.
void mux_type(struct mux *m, uint8_t byte, uint64_t now);
// Tells what a key has asked for, a part each time. The log has room for MUX_TELL_MAX bytes.
void mux_tell(struct mux *m);

// What MUX_KEYS do.
void mux_focus_next(struct mux *m, uint8_t key);
void mux_focus_to(struct mux *m, uint8_t key); // ports are numbered from 1, the hypervisor's own is 0
void mux_type_escape(struct mux *m, uint8_t key);

#endif
