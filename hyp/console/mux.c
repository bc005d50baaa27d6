// SPDX-License-Identifier: Apache-2.0
// The terminal's line discipline; see console/mux.h. [pure]
#include "console/mux.h"

#include <string.h>

// Room a step may need in the terminal's staging: a line break, a prefix with colours, a kept line.
#define STEP_ROOM (MUX_LINE_KEPT + MAX_NAME + 32)

void mux_init(struct mux *m, bool is_terminal, uint64_t quiet)
{
	memset(m, 0, sizeof(*m));
	m->is_terminal = is_terminal;
	m->quiet = quiet;
	m->focus = UINT32_MAX;
	ring_init(&m->terminal, m->terminal_bytes, MUX_OUT_SIZE);
}

void mux_add(struct mux *m, struct mux_port *port)
{
	if (m->focus == UINT32_MAX && port->takes_input)
		m->focus = m->count;
	m->ports[m->count++] = port;
	m->open = m->count;
}

static void emit(struct mux *m, const char *s)
{
	while (*s != '\0')
		ring_put(&m->terminal, (uint8_t)*s++);
}

static void emit_prefix(struct mux *m, uint32_t index)
{
	static const char colours[] = "0263514"; // the hypervisor's own lines plain, then green, cyan, yellow, ...
	char sequence[] = "\x1b[1;30m";

	if (m->is_terminal && index > 0) {
		sequence[5] = colours[1 + (index - 1) % 6];
		emit(m, sequence);
	}
	emit(m, "[");
	emit(m, m->ports[index]->name);
	emit(m, "] ");
	if (m->is_terminal && index > 0)
		emit(m, "\x1b[0m");
}

// Takes an unfinished line off the terminal: wiped where that works, else ended.
static void leave_line(struct mux *m)
{
	if (m->open == m->count)
		return;
	emit(m, m->is_terminal && m->ports[m->open]->line_length < MUX_COLUMNS ? "\r\x1b[2K" : "\r\n");
	m->open = m->count;
}

// Shows the unfinished line again: its text and colours, but no other escape sequence (a terminal answers some of them).
static void show_line(struct mux *m, const struct mux_port *p)
{
	uint32_t length = p->line_length < MUX_LINE_KEPT ? p->line_length : MUX_LINE_KEPT;

	for (uint32_t i = 0; i < length; i++) {
		uint32_t end = i + 2;

		if (p->line[i] == 0x1b && i + 1 < length && p->line[i + 1] == '[') {
			while (end < length && (p->line[end] < 0x40 || p->line[end] > 0x7e))
				end++;
			if (end >= length || p->line[end] != 'm') {
				i = end;
				continue;
			}
		}
		ring_put(&m->terminal, p->line[i]);
	}
}

// Makes the port's line the one on the terminal, taking another's unfinished line off it.
static void open_port(struct mux *m, uint32_t index, uint64_t now)
{
	const struct mux_port *p = m->ports[index];

	if (m->open == index)
		return;
	leave_line(m);
	m->open = index;
	m->open_time = now;
	emit_prefix(m, index);
	if (p->line_length < MUX_LINE_FAIR - MUX_TURN) // not over and over for one without end
		show_line(m, p);
}

static void close_line(struct mux *m, struct mux_port *p)
{
	emit(m, "\r\n");
	p->line_length = 0;
	p->was_carriage_return = false;
	m->open = m->count;
}

// Moves one byte of the open port to the terminal. Returns true when it ended the line.
static bool move_byte(struct mux *m, struct mux_port *p)
{
	uint8_t byte = ring_get(&p->out);

	if (byte == '\n') {
		close_line(m, p);
		return true;
	}
	if (p->was_carriage_return) { // a lone '\r': start of the line, behind the name
		p->was_carriage_return = false;
		ring_put(&m->terminal, '\r');
		emit_prefix(m, m->open);
		p->line_length = 0;
	}
	if (byte == '\r') {
		p->was_carriage_return = true;
		return false;
	}
	ring_put(&m->terminal, byte);
	if (p->line_length < MUX_LINE_KEPT)
		p->line[p->line_length] = byte;
	p->line_length++;
	return false;
}

// Whether the port has something worth opening a line for: a whole line, something that will not grow, or lots of it.
static bool is_ready(const struct mux *m, uint32_t index, uint64_t now)
{
	const struct mux_port *p = m->ports[index];
	uint32_t used = ring_used(&p->out);

	if (used == 0)
		return false;
	if (index == m->focus || used >= MUX_LINE_FAIR || now - p->seen_time >= m->quiet)
		return true;
	for (uint32_t i = 0; i < used; i++)
		if (ring_peek(&p->out, i) == '\n')
			return true;
	return false;
}

// Remembers when each port last produced something.
static bool look_at_ports(struct mux *m, uint64_t now)
{
	bool waiting = false;

	for (uint32_t i = 0; i < m->count; i++) {
		struct mux_port *p = m->ports[i];
		uint32_t head = atomic_load_explicit(&p->out.head, memory_order_acquire);

		if (head != p->seen_head) {
			p->seen_head = head;
			p->seen_time = now;
		}
		waiting |= ring_used(&p->out) != 0;
	}
	return waiting;
}

// Next port to serve, in turn; m->count when none is ready.
static uint32_t pick_port(struct mux *m, uint64_t now)
{
	uint32_t open = m->open;

	if (open != m->count) {
		const struct mux_port *p = m->ports[open];
		// A line that grows byte by byte must not hold up the others for long.
		bool may_break = p->line_length >= MUX_LINE_FAIR || now - p->seen_time >= m->quiet ||
				 now - m->open_time >= 5 * m->quiet;

		if (ring_used(&p->out) != 0 && p->line_length < MUX_LINE_FAIR)
			return open;
		if (!may_break)
			return m->count;
	}
	for (uint32_t n = 0; n < m->count; n++) {
		uint32_t i = (m->next + n) % m->count;

		if (i != open && is_ready(m, i, now))
			return i;
	}
	if (open != m->count && ring_used(&m->ports[open]->out) != 0)
		return open;
	return m->count;
}

// When all is quiet, a person sees the prompt of the port in focus again.
static void restore_focus(struct mux *m, uint64_t now)
{
	if (m->is_terminal && m->open == m->count && m->focus < m->count && m->ports[m->focus]->line_length != 0)
		open_port(m, m->focus, now);
}

bool mux_gather(struct mux *m, uint64_t now)
{
	if (!look_at_ports(m, now)) {
		if (m->open == m->count && ring_room(&m->terminal) >= STEP_ROOM)
			restore_focus(m, now);
		return false;
	}
	for (;;) {
		uint32_t index = pick_port(m, now);
		struct mux_port *p;

		if (index == m->count)
			return true;
		p = m->ports[index];
		if (ring_room(&m->terminal) < 2 * STEP_ROOM)
			return true;
		open_port(m, index, now);
		if (p->line_length >= MUX_LINE_FAIR) // its turn anew, in a line that was too long for the others
			p->line_length = MUX_LINE_FAIR - MUX_TURN;
		while (ring_used(&p->out) != 0 && ring_room(&m->terminal) >= STEP_ROOM) {
			if (move_byte(m, p)) {
				m->next = index + 1;
				break;
			}
			if (p->line_length >= MUX_LINE_FAIR) {
				m->next = index + 1;
				break;
			}
		}
		if (!look_at_ports(m, now))
			return false;
	}
}

static void set_focus(struct mux *m, uint32_t index)
{
	m->focus = index;
	if (ring_room(&m->terminal) < STEP_ROOM)
		return;
	leave_line(m);
	emit(m, "[bulkhead] input goes to ");
	emit(m, m->ports[index]->name);
	emit(m, "\r\n");
}

static void command(struct mux *m, uint8_t key)
{
	uint32_t wanted = (uint32_t)key - '0'; // ports are numbered from 1, the hypervisor's own is 0

	if (key == 'n' || key == MUX_ESCAPE) {
		for (uint32_t n = 1; n <= m->count; n++) {
			uint32_t i = (m->focus + n) % m->count;

			if (m->ports[i]->takes_input) {
				set_focus(m, i);
				return;
			}
		}
	} else if (key == 'e') {
		m->asks_exits = true;
	} else if (key >= '0' && key <= '9' && wanted < m->count && m->ports[wanted]->takes_input) {
		set_focus(m, wanted);
	}
}

void mux_type(struct mux *m, uint8_t byte)
{
	struct mux_port *p;

	if (m->focus >= m->count)
		return;
	if (m->is_escaped) {
		m->is_escaped = false;
		if (byte != ']') {
			command(m, byte);
			return;
		}
		byte = MUX_ESCAPE; // escape, ']': the escape key itself
	} else if (byte == MUX_ESCAPE) {
		m->is_escaped = true;
		return;
	}
	p = m->ports[m->focus];
	if (ring_room(&p->in) != 0)
		ring_put(&p->in, byte);
}
