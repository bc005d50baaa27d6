// SPDX-License-Identifier: Apache-2.0
// The terminal's line discipline; see console/mux.h.
#include "console/mux.h"

#include <assert.h>
#include <string.h>

// Room a step may need in the terminal's staging: a line break, a prefix with colours, a kept line.
#define STEP_ROOM (MUX_LINE_KEPT + MAX_NAME + 64)
static_assert(FILTER_KEPT + 64 <= STEP_ROOM, "a sequence and a prefix fit");

// Undoes what outlasts a line: colours, then the character set; and what outlasts the focus: keys, insert mode, the cursor and margins.
#define UNDO_COLOUR "\x1b[0m"
#define UNDO_LINE UNDO_COLOUR "\x0f\x1b(B"
#define UNDO_FOCUS UNDO_LINE "\x1b[?1l\x1b>\x1b[4l\x1b[?7h\x1b[?25h\x1b" "7\x1b[r\x1b" "8"

void mux_init(struct mux *m, const struct mux_key *keys, bool is_terminal, uint64_t quiet)
{
	memset(m, 0, sizeof(*m));
	m->keys = keys;
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

static void undo_line(struct mux *m)
{
	if (m->is_coloured)
		emit(m, m->is_changed ? UNDO_LINE : UNDO_COLOUR);
	m->is_coloured = false;
}

// Takes an unfinished line off the terminal: wiped where that works, else ended.
static void leave_line(struct mux *m)
{
	if (m->open == m->count)
		return;
	undo_line(m);
	emit(m, m->is_terminal && m->ports[m->open]->row_length < MUX_COLUMNS ? "\r\x1b[2K" : "\r\n");
	m->open = m->count;
}

static void begin_row(struct mux_port *p)
{
	p->row_length = p->line_kept = p->columns = 0;
}

// Makes the port's line the one on the terminal, taking another's unfinished line off it.
static void open_port(struct mux *m, uint32_t index, uint64_t now)
{
	struct mux_port *p = m->ports[index];

	if (m->open == index)
		return;
	leave_line(m);
	m->open = index;
	m->open_time = now;
	emit_prefix(m, index);
	p->columns = 0;
	if (p->row_length >= MUX_LINE_FAIR - MUX_TURN) // not over and over for one without end
		return;
	for (uint32_t i = 0; i < p->line_kept; i++)
		ring_put(&m->terminal, p->line[i]);
	m->is_coloured = memchr(p->line, 0x1b, p->line_kept) != NULL;
}

static void close_line(struct mux *m, struct mux_port *p)
{
	undo_line(m);
	emit(m, "\r\n");
	filter_reset(&p->filter);
	begin_row(p);
	p->line_length = 0;
	p->was_carriage_return = false;
	m->open = m->count;
}

// Whether no answer can be on its way to another port. A question that is put begins the wait for its answer.
static bool may_ask(struct mux *m, uint64_t now)
{
	if (m->has_asked && m->asker != m->open && now - m->asked_time < MUX_ANSWER * m->quiet)
		return false;
	m->has_asked = true;
	m->asker = m->open;
	m->asked_time = now;
	return true;
}

// What of that which the filter lets through goes to the terminal. Without the focus nobody goes back over his name.
static enum filter_out judge(struct mux *m, struct mux_port *p, enum filter_out what, uint64_t now)
{
	if (what == FILTER_ASK && !may_ask(m, now))
		return FILTER_NOTHING;
	if (what != FILTER_TEXT || p->filter.size != 1) // wide or of no width: columns that nobody counts
		return what;
	if (p->filter.bytes[0] != '\b')
		p->columns++;
	else if (p->columns != 0)
		p->columns--;
	else
		return m->open == m->focus ? FILTER_CONTROL : FILTER_NOTHING;
	return what;
}

static void show(struct mux *m, struct mux_port *p, enum filter_out what)
{
	uint32_t size = p->filter.size;

	for (uint32_t i = 0; i < size; i++)
		ring_put(&m->terminal, p->filter.bytes[i]);
	if (what == FILTER_CONTROL)
		m->is_changed = true;
	if (what == FILTER_COLOUR || what == FILTER_CONTROL)
		m->is_coloured = true;
	if (what > FILTER_COLOUR || p->line_kept + size > MUX_LINE_KEPT)
		return;
	memcpy(p->line + p->line_kept, p->filter.bytes, size);
	p->line_kept += size;
}

// Moves one byte of the open port to the terminal. Returns true when it ended the line.
static bool move_byte(struct mux *m, struct mux_port *p, uint64_t now)
{
	uint8_t byte = ring_get(&p->out);
	enum filter_out what;

	if (byte == '\n') {
		close_line(m, p);
		return true;
	}
	if (p->was_carriage_return) { // a lone '\r': start of the line, behind the name
		p->was_carriage_return = false;
		undo_line(m); // the name is to be read
		ring_put(&m->terminal, '\r');
		emit_prefix(m, m->open);
		begin_row(p);
	}
	p->line_length++;
	p->row_length++;
	if (byte == '\r') {
		filter_reset(&p->filter);
		p->was_carriage_return = true;
		return false;
	}
	what = judge(m, p, filter_put(&p->filter, byte, m->open == m->focus), now);
	if (what != FILTER_NOTHING)
		show(m, p, what);
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

// Input of the port that the mux gives it to, dropped when its queue is full.
static void give(struct mux *m, uint32_t index, const uint8_t *bytes, uint32_t size)
{
	struct ring *r = &m->ports[index]->in;

	for (uint32_t i = 0; i < size && ring_room(r) != 0; i++)
		ring_put(r, bytes[i]);
}

static void give_answer(struct mux *m, uint32_t index)
{
	give(m, index, m->answer, m->answer_size);
	m->answer_size = 0;
}

// Whether an answer to a port that has no focus any more may come. What came is typed when it was none.
static bool expects_answer(struct mux *m, uint64_t now)
{
	if (m->has_asked && m->asker != m->focus && now - m->asked_time < MUX_ANSWER * m->quiet)
		return true;
	give_answer(m, m->focus);
	return false;
}

bool mux_gather(struct mux *m, uint64_t now)
{
	if (m->answer_size != 0)
		expects_answer(m, now);
	if (m->is_lost && ring_room(&m->terminal) >= STEP_ROOM) {
		leave_line(m); // where the cursor is in it, nobody knows
		emit(m, UNDO_FOCUS);
		m->is_lost = m->is_changed = false;
	}
	if (!look_at_ports(m, now)) {
		if (m->open == m->count && ring_room(&m->terminal) >= STEP_ROOM)
			restore_focus(m, now);
		return false;
	}
	for (uint32_t turns = 0; turns < MUX_TURNS; turns++) {
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
			if (move_byte(m, p, now)) {
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
	return true;
}

static void set_focus(struct mux *m, uint32_t index)
{
	m->is_lost |= m->is_changed && index != m->focus;
	m->focus = index;
	if (ring_room(&m->terminal) < STEP_ROOM)
		return;
	leave_line(m);
	emit(m, "[bulkhead] input goes to ");
	emit(m, m->ports[index]->name);
	emit(m, "\r\n");
}

void mux_focus_next(struct mux *m, uint8_t key)
{
	(void)key;
	for (uint32_t n = 1; n <= m->count; n++) {
		uint32_t i = (m->focus + n) % m->count;

		if (m->ports[i]->takes_input) {
			set_focus(m, i);
			return;
		}
	}
}

void mux_focus_to(struct mux *m, uint8_t key)
{
	uint32_t wanted = (uint32_t)key - '0';

	if (wanted < m->count && m->ports[wanted]->takes_input)
		set_focus(m, wanted);
}

void mux_type_escape(struct mux *m, uint8_t key)
{
	(void)key;
	give(m, m->focus, &(uint8_t){ MUX_ESCAPE }, 1);
}

static void command(struct mux *m, uint8_t key)
{
	for (const struct mux_key *k = m->keys; k->first != 0; k++) {
		if (key < k->first || key > k->last)
			continue;
		if (k->press != NULL)
			k->press(m, key);
		else
			m->telling = k;
	}
}

void mux_tell(struct mux *m)
{
	if (m->telling != NULL && !m->telling->tell())
		m->telling = NULL;
}

// Takes what may belong to the terminal's answer: ESC [ numbers, then R or n. Returns false when the byte does not.
static bool take_answer(struct mux *m, uint8_t byte)
{
	bool is_number = (byte >= '0' && byte <= '9') || byte == ';';
	bool ends = m->answer_size >= 3 && (byte == 'R' || byte == 'n');

	if (m->answer_size == 1 ? byte != '[' : m->answer_size > 1 && !is_number && !ends)
		give_answer(m, m->focus); // what came was typed
	if (m->answer_size == 0 && byte != 0x1b)
		return false;
	m->answer[m->answer_size++] = byte;
	if (ends)
		give_answer(m, m->asker);
	else if (m->answer_size == MUX_ANSWER_SIZE)
		give_answer(m, m->focus);
	return true;
}

void mux_type(struct mux *m, uint8_t byte, uint64_t now)
{
	if (m->focus >= m->count)
		return;
	if (expects_answer(m, now) && take_answer(m, byte))
		return;
	if (m->is_escaped) {
		m->is_escaped = false;
		command(m, byte);
	} else if (byte == MUX_ESCAPE) {
		m->is_escaped = true;
	} else {
		give(m, m->focus, &byte, 1);
	}
}
