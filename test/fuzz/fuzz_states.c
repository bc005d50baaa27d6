// SPDX-License-Identifier: Apache-2.0
// libFuzzer: what a guest's SBI calls, its instructions and what it prints do to the states that
// the hypervisor keeps of it, over a firmware that answers anything.
#include <string.h>

#include "console/mux.h"
#include "dbtr/dbtr_state.h"
#include "exit/decode.h"
#include "input.h"
#include "pmu/pmu_event.h"
#include "sse/sse_state.h"
#include "vcpu/vmask.h"

static uint64_t next_any(void)
{
	uint64_t high = next_bool() ? next_word() : 0;

	return high << 32 | (next_bool() ? next_word() : next_byte());
}

// ---- SSE

#define SSE_VCPUS 3u

static struct sse_guest sse_guest;
static struct sse_vcpu sse_vcpus[SSE_VCPUS];
static uint32_t sse_pending[SSE_VCPUS];

static struct sse_view view_of(uint32_t vhartid)
{
	return (struct sse_view){ &sse_vcpus[vhartid], &sse_guest, vhartid,
				  sse_pending[vhartid] |
					  (uint32_t)sse_guest.pending << SSE_GLOBAL_SOFTWARE };
}

static void write_attributes(const struct sse_view *s, enum sse_index index)
{
	uint32_t base = next_byte() % SBI_SSE_ATTR_COUNT;
	uint32_t count = 1 + next_byte() % (SBI_SSE_ATTR_COUNT - base);
	uint64_t values[SBI_SSE_ATTR_COUNT];

	for (uint32_t i = 0; i < count; i++)
		values[i] = next_any();
	sse_write(s, index, base, count, values, SSE_VCPUS);
}

// A hart takes what is to be taken, or leaves its handler.
static void run_handler(const struct sse_view *s, bool enters)
{
	static struct sse_context context;
	enum sse_index index = enters ? sse_choose(s) : sse_running(s);

	if (index == SSE_COUNT)
		return;
	must(index < SSE_COUNT, "it is an event");
	if (!enters) {
		sse_leave(s, index, &context);
		return;
	}
	must((sse_guest.ready >> s->vhartid & 1) != 0, "only a hart that is ready takes an event");
	must((s->pending >> index & 1) != 0, "only what is pending is taken");
	sse_enter(s, index, &context);
	sse_pending[s->vhartid] &= ~(1u << index);
	must((sse_event(s, index)->attr[SBI_SSE_ATTR_STATUS] & 3) == SSE_RUNNING, "it runs then");
}

static void step_sse(const struct sse_view *s, enum sse_index index)
{
	struct sse_event *event = sse_event(s, index);

	switch (next_byte() % 10) {
	case 0:
		sse_register(event, next_any(), next_any());
		break;
	case 1:
		sse_move(event, next_byte() % 3, next_byte() % 3);
		break;
	case 2:
		write_attributes(s, index);
		break;
	case 3:
		if (index == SSE_GLOBAL_SOFTWARE)
			sse_guest.pending = true;
		else
			sse_pending[s->vhartid] |= 1u << index;
		break;
	case 4:
		sse_guest.ready |= sse_guest.started & 1ull << s->vhartid;
		break;
	case 5:
		sse_guest.ready &= ~(1ull << s->vhartid);
		break;
	case 6:
		run_handler(s, false);
		break;
	case 7:
		sse_stop_vcpu(s);
		break;
	case 8:
		sse_start_vcpu(s);
		break;
	default:
		run_handler(s, true);
		break;
	}
}

// The global event goes to the preferred hart where that is not stopped, else to any that is ready.
static void check_target(void)
{
	const uint64_t *attr = sse_guest.global.attr;
	uint32_t target = sse_target(&sse_guest);
	uint64_t preferred = 1ull << attr[SBI_SSE_ATTR_PREFERRED_HART], may = sse_guest.ready;

	if ((sse_guest.started & preferred) != 0)
		may &= preferred;
	if (!sse_guest.pending || attr[SBI_SSE_ATTR_STATUS] != SSE_ENABLED)
		may = 0;
	must((target == SSE_NOBODY) == (may == 0), "an event waits while nobody may take it, no longer");
	must(may == 0 || (target < SSE_VCPUS && (may >> target & 1) != 0), "it goes to one that may");
}

static void run_sse(void)
{
	sse_reset_guest(&sse_guest);
	for (uint32_t i = 0; i < SSE_VCPUS; i++) {
		struct sse_view s = view_of(i);

		sse_pending[i] = 0;
		sse_start_vcpu(&s);
	}
	while (input_left != 0) {
		struct sse_view s = view_of(next_byte() % SSE_VCPUS);
		enum sse_index index = (enum sse_index)(next_byte() % SSE_COUNT);

		step_sse(&s, index);
		check_target();
		for (uint32_t i = 0; i < SBI_SSE_ATTR_COUNT; i++)
			(void)sse_read(&s, index, i);
	}
}

// ---- debug triggers

static struct dbtr dbtr;
static uint32_t armed; // triggers that the firmware has installed
static uint64_t tdata1[DBTR_MAX];

static struct dbtr_ret install_beneath(uint64_t count, bool lies)
{
	for (uint64_t i = 0; i < count; i++) {
		uint64_t machine = dbtr.shared[i].word[1];
		uint32_t at = (uint32_t)__builtin_ctz(~armed | 1u << DBTR_MAX);

		must(machine >> 60 == 6 || machine >> 60 == 3, "only kinds of a guest's own");
		if (lies) {
			at = next_byte();
			dbtr.shared[i].word[1] = next_any();
		}
		dbtr.shared[i].word[0] = at;
		if (at < DBTR_MAX) {
			armed |= 1u << at;
			tdata1[at] = machine;
		}
	}
	return (struct dbtr_ret){ 0, 0 };
}

static struct dbtr_ret answer_beneath(uint64_t fid, uint64_t a, uint64_t b)
{
	uint32_t mood = next_byte();

	if (mood >= 236)
		return (struct dbtr_ret){ -(long)(next_byte() % 12), next_byte() };
	switch (fid) {
	case SBI_DBTR_NUM_TRIGGERS:
		return (struct dbtr_ret){ 0, mood > 200 ? next_byte() : dbtr.count };
	case SBI_DBTR_READ_TRIGGERS:
		must(a <= DBTR_MAX && b <= DBTR_MAX - a, "what is read is there");
		for (uint64_t i = 0; i < b; i++)
			dbtr.shared[i] = (struct dbtr_entry){
				{ next_byte(), mood > 200 ? next_any() : tdata1[a + i] }
			};
		return (struct dbtr_ret){ 0, 0 };
	case SBI_DBTR_INSTALL_TRIGGERS:
		must(a <= DBTR_MAX, "what is installed has room");
		return install_beneath(a, mood > 200);
	case SBI_DBTR_UNINSTALL_TRIGGERS:
		if (a < DBTR_MAX)
			armed &= ~(uint32_t)(b << a);
		return (struct dbtr_ret){ 0, 0 };
	default:
		return (struct dbtr_ret){ 0, 0 };
	}
}

static void step_dbtr(void)
{
	struct dbtr_entry entries[DBTR_MAX];
	uint64_t count = next_byte() % (DBTR_MAX + 4), base = next_byte() % (DBTR_MAX + 4);

	for (uint64_t i = 0; i < DBTR_MAX; i++) {
		uint64_t fields = next_bool() ? next_word() : 1u << next_byte() % 27;

		entries[i].word[0] = next_byte() % (DBTR_MAX + 4);
		entries[i].word[1] = (next_bool() ? 6ull : 3ull) << 60 | fields;
		entries[i].word[2] = next_byte();
		entries[i].word[3] = next_bool() ? next_word() : 0;
	}
	switch (next_byte() % 6) {
	case 0:
		dbtr_update(&dbtr, entries, count);
		break;
	case 1:
		dbtr_read(&dbtr, base, count);
		break;
	case 2:
		dbtr_change(&dbtr, SBI_DBTR_UNINSTALL_TRIGGERS + next_byte() % 4,
			    next_bool() ? base : next_any(), next_any());
		break;
	case 3:
		dbtr_num_triggers(&dbtr, next_any());
		break;
	case 4:
		if (next_byte() < 16) {
			dbtr_reset(&dbtr);
			must(dbtr.installed == 0, "nothing is left over a reset");
		}
		break;
	default:
		dbtr_install(&dbtr, entries, count);
		break;
	}
}

static void run_dbtr(void)
{
	memset(&dbtr, 0, sizeof(dbtr));
	dbtr.count = next_byte() % (DBTR_MAX + 1);
	dbtr.guest_shmem = DBTR_NO_SHMEM;
	dbtr.firmware = answer_beneath;
	armed = 0;
	memset(tdata1, 0, sizeof(tdata1));
	while (input_left != 0) {
		step_dbtr();
		must(dbtr.installed >> dbtr.count == 0, "only what is there is installed");
	}
}

// ---- instructions, sets of harts and of counters, events

static void run_values(void)
{
	while (input_left != 0) {
		uint32_t insn = next_word(), count = 1 + next_byte() % 64;
		struct insn_access a = decode_access(insn, next_bool());
		uint64_t set = 0, valid = next_any();

		must(a.length == (insn % 4 == 3 ? 4u : 2u), "its length is in its bits");
		if (a.kind != ACCESS_NONE && a.kind != ACCESS_OTHER) {
			must(a.width <= 8 && (0x116u >> a.width & 1) != 0, "widths are 1, 2, 4, 8");
			must(a.reg < 32 && a.base < 32, "a register is one of 32");
			must(a.offset >= -2048 && a.offset < 2048, "an offset has 12 bits");
			(void)access_result(&a, next_any());
		}
		if (vmask_make(next_any(), next_any(), count, &set))
			must(count == 64 || set >> count == 0, "a set of harts that are there");
		if (pmu_counter_set(next_any(), next_any(), valid, &set))
			must((set & ~valid) == 0 && set != 0, "a set of counters that are there");
		(void)pmu_event_kind(next_any(), next_any());
	}
}

// ---- the console

#define PORTS 3u

static struct mux mux;
static struct mux_port ports[PORTS];
static uint8_t port_out[PORTS][1024], port_in[PORTS][64];

static bool tell(void)
{
	return next_bool();
}

static const struct mux_key mux_keys[] = { MUX_KEYS, { 'e', 'e', "something", NULL, tell }, { 0 } };

static void begin_console(void)
{
	static const char *const names[PORTS] = { "bulkhead", "a",
						  "0123456789012345678901234567890" };

	mux_init(&mux, mux_keys, next_bool(), 50);
	memset(ports, 0, sizeof(ports));
	for (uint32_t i = 0; i < PORTS; i++) {
		ports[i].name = names[i];
		ports[i].takes_input = i > 0;
		ring_init(&ports[i].out, port_out[i], sizeof(port_out[i]));
		ring_init(&ports[i].in, port_in[i], sizeof(port_in[i]));
		mux_add(&mux, &ports[i]);
	}
}

static void print(struct ring *out)
{
	static const char *const pieces[] = { "\x1b[", "\x1b]0;", "\x1bP", "\x1b[6n", "\r",
					      "\n",    "\xc3",    "\xe2\x82", "m" };
	uint32_t what = next_byte();
	uint32_t count = what < 64 ? next_byte() : 1;

	for (; count > 0 && ring_room(out) > 8; count--) {
		if (what < 128) {
			ring_put(out, next_byte());
			continue;
		}
		for (const char *p = pieces[what % ARRAY_SIZE(pieces)]; *p != '\0'; p++)
			ring_put(out, (uint8_t)*p);
	}
}

// Bytes that no guest may bring to the terminal, whatever has the focus.
static void look_at_terminal(uint32_t count)
{
	static const char never[] = { 0x00, 0x05, 0x0b, 0x0c, 0x11, 0x13, 0x18, 0x1a, 0x7f };

	for (; count > 0 && ring_used(&mux.terminal) > 0; count--)
		must(memchr(never, ring_get(&mux.terminal), sizeof(never)) == NULL,
		     "no such byte is shown");
}

static void run_console(void)
{
	uint64_t now = 0;
	uint32_t keys = 0;

	begin_console();
	while (input_left != 0) {
		uint32_t what = next_byte();

		if (what < 100) {
			print(&ports[what % PORTS].out);
		} else if (what < 140) {
			uint8_t key = next_bool() ? next_byte() : MUX_ESCAPE;

			for (uint32_t times = what % 16; times > 0; times--, keys++)
				mux_type(&mux, key, now);
		} else if (what < 170) {
			look_at_terminal(next_word() % 1100);
		} else {
			now += next_bool() ? next_byte() : next_byte() * 100;
			mux_gather(&mux, now);
		}
		must(ring_used(&mux.terminal) <= MUX_OUT_SIZE, "what is staged has room");
		must(ring_used(&ports[1].in) <= sizeof(port_in[1]), "what was typed has room");
		must(mux.open <= mux.count, "a port is open, or none");
		must(mux.focus < mux.count && mux.focus != 0, "a guest has the focus");
		must(ports[0].in.head == 0 && ports[1].in.head + ports[2].in.head <= keys,
		     "nothing is typed but keys");
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const runs[])(void) = { run_sse, run_dbtr, run_values, run_console };

	run_one_of(runs, ARRAY_SIZE(runs), data, size);
	return 0;
}
