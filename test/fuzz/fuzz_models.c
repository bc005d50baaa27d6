// SPDX-License-Identifier: Apache-2.0
// libFuzzer: whatever a guest does to its emulated devices, they keep to their registers and
// to what they promise their owner.
#include <string.h>

#include "lib/ring.h"
#include "lib/stop_list.h"
#include "input.h"
#include "vdev/finisher.h"
#include "vdev/uart16550.h"
#include "vdev/vaplic.h"
#include "vdev/vplic.h"

// Any access: most models take one width alone, so that is the usual one.
static struct mmio any_access(uint32_t size)
{
	struct mmio a = { .offset = next_word() % size, .width = 1u << next_byte() % 4 };

	return a;
}

static bool lines[MAX_HARTS];
static uint32_t line_count;

static void on_line(void *owner, uint32_t number, bool level)
{
	(void)owner;
	must(number < line_count, "only a vcpu's line is told");
	must(lines[number] != level, "a line is told at a change alone");
	lines[number] = level;
}

static void begin_lines(void)
{
	memset(lines, 0, sizeof(lines));
	line_count = 1 + next_number(MAX_HARTS);
}

// ---- the PLIC

static struct vplic plic;

static void on_done(void *owner, uint32_t source)
{
	(void)owner;
	must(source > 0 && source < VPLIC_SOURCES, "only a source is completed");
	if (source % 2 != 0)
		vplic_set_level(&plic, source, false);
}

static struct mmio plic_access(uint32_t what)
{
	struct mmio a = { .width = 4 };

	switch (what) {
	case 2:
		a.offset = 4 * next_number(130);
		break;
	case 3:
		a.offset = VPLIC_ENABLE + VPLIC_ENABLE_STRIDE * next_number(2 * MAX_HARTS + 4);
		a.offset += 4 * (next_byte() % 32);
		break;
	case 4:
	case 5:
		a.offset = VPLIC_CONTEXT + 0x1000 * next_number(2 * MAX_HARTS + 4);
		a.offset += 4 * (next_byte() % 3);
		break;
	case 6:
		a = any_access(0x410000);
		break;
	default:
		a.offset = VPLIC_PENDING + 4 * (next_byte() % 32);
		break;
	}
	return a;
}

// Whether the access is to a context that a guest has.
static bool is_of_context(const struct mmio *a)
{
	uint64_t context = (a->offset - VPLIC_ENABLE) / VPLIC_ENABLE_STRIDE;

	if (a->offset >= VPLIC_CONTEXT)
		context = (a->offset - VPLIC_CONTEXT) / 0x1000;
	return context % 2 != 0 && context / 2 < line_count;
}

static void check_plic(void)
{
	for (uint32_t w = 0; w < VPLIC_WORDS; w++)
		must((plic.pending[w] & plic.claimed[w]) == 0, "a closed gateway passes nothing");
	for (uint32_t c = 0; c < line_count; c++) {
		const struct vplic_context *context = &plic.contexts[c];
		bool level = false;

		for (uint32_t w = 0; w < VPLIC_WORDS; w++) {
			uint32_t bits = plic.pending[w] & context->enabled[w];

			must((context->enabled[w] & ~plic.wired[w]) == 0, "enabled is wired");
			for (uint32_t s = 32 * w; bits != 0; s++, bits >>= 1)
				level |= bits % 2 != 0 && plic.priority[s] > context->threshold;
		}
		must(lines[c] == level, "a line is what the registers say");
	}
}

static void access_plic(uint32_t what)
{
	static struct vplic before;
	struct mmio a = plic_access(what);
	uint64_t value = next_bool() ? next_word() : next_byte();
	enum mmio_verdict verdict;
	bool is_done = a.width == 4 && a.offset < GUEST_PLIC_SIZE;

	a.is_write = next_bool();
	a.value = value;
	memcpy(&before, &plic, sizeof(plic));
	verdict = vplic_access(&plic, &a);
	must(verdict == (is_done ? MMIO_DONE : MMIO_FAULT), "its registers are words");
	if (is_done && (a.offset < VPLIC_ENABLE || is_of_context(&a)))
		return;
	must(memcmp(&before, &plic, sizeof(plic)) == 0, "what is not there ignores writes");
	must(!is_done || a.is_write || a.value == 0, "what is not there reads as zero");
}

static void write_plic(uint64_t offset, uint32_t value)
{
	struct mmio a = { .offset = offset, .width = 4, .is_write = true, .value = value };

	must(vplic_access(&plic, &a) == MMIO_DONE, "it takes words");
}

// As a driver leaves it, so that claims are not far.
static void drive_plic(void)
{
	for (uint32_t s = 1; s < VPLIC_SOURCES; s++)
		write_plic(4 * s, s % 8);
	for (uint32_t w = 0; w < VPLIC_WORDS; w++)
		write_plic(VPLIC_ENABLE + VPLIC_ENABLE_STRIDE + 4 * w, UINT32_MAX);
}

static void run_plic(void)
{
	begin_lines();
	vplic_init(&plic, line_count, (struct vplic_lines){ NULL, on_line, on_done });
	for (int i = 0; i < 20; i++)
		vplic_wire(&plic, 1 + next_number(VPLIC_SOURCES - 1));
	if (next_bool())
		drive_plic();
	while (input_left != 0) {
		uint32_t what = next_byte() % 8;

		if (what == 0)
			vplic_set_level(&plic, 1 + next_number(VPLIC_SOURCES - 1), next_bool());
		else if (what > 1)
			access_plic(what);
		else if (next_byte() < 3)
			vplic_reset(&plic);
		check_plic();
	}
}

// ---- the APLIC

static struct vaplic aplic;
static uint32_t identities; // 0: direct delivery
static bool is_enabled[VAPLIC_SOURCES]; // the real sources
static uint32_t wires[VAPLIC_WORDS];

static bool is_real(uint32_t source)
{
	return source > 0 && source < VAPLIC_SOURCES &&
	       aplic.sources[source].kind == VAPLIC_HARDWARE;
}

static void on_msi(void *owner, uint32_t vcpu, uint32_t eiid)
{
	(void)owner;
	must(vcpu < line_count && eiid >= 1 && eiid <= identities, "an MSI is one of its file");
}

static void on_configure(void *owner, uint32_t source, const struct vaplic_source *cfg)
{
	bool is_mode = cfg->mode == VAPLIC_INACTIVE || cfg->mode == VAPLIC_DETACHED ||
		       (cfg->mode >= VAPLIC_EDGE1 && cfg->mode <= VAPLIC_LEVEL0);

	(void)owner;
	must(is_real(source), "a real source is configured");
	must(is_mode && cfg->vcpu < line_count && cfg->eiid < 2048,
	     "a source has a mode, a vcpu and an identity");
	is_enabled[source] = cfg->enabled && cfg->mode != VAPLIC_INACTIVE;
}

static void on_set_pending(void *owner, uint32_t source, bool pending)
{
	(void)owner;
	(void)pending;
	must(is_real(source), "a real source is set or cleared");
}

static bool on_look(void *owner, uint32_t source)
{
	(void)owner;
	must(is_real(source), "a real source is looked at");
	return (wires[source / 32] >> source % 32 & 1) != 0;
}

static void on_enable(void *owner, uint32_t source)
{
	(void)owner;
	must(is_real(source) && identities == 0 && aplic.sources[source].mode != VAPLIC_INACTIVE,
	     "a source that is released is active");
	is_enabled[source] = true;
}

static const struct vaplic_ops aplic_ops = { on_msi,  on_line, on_configure, on_set_pending,
					     on_look, on_look, on_enable };

static struct mmio aplic_access(uint32_t what)
{
	struct mmio a = { .width = 4 };

	switch (what) {
	case 4:
		break; // domaincfg
	case 5:
		a.offset = 4 * next_number(200); // sourcecfg
		break;
	case 6:
		a.offset = 0x1c00 + 4 * next_byte(); // the bits
		break;
	case 7:
		a.offset = 0x3000 + 4 * next_number(200); // genmsi, target
		break;
	case 8:
		a.offset = 0x4000 + 0x20 * next_number(130) + 4 * (next_byte() % 8);
		break;
	case 9:
		a = any_access(0x6000);
		break;
	default:
		a.offset = 0x4000 + 0x20 * (next_byte() % 4) + 4 * (next_byte() % 8);
		break;
	}
	return a;
}

static void check_aplic(void)
{
	for (uint32_t v = 0; v < MAX_HARTS; v++)
		must(aplic.idcs[v].level == lines[v] && (identities == 0 || !lines[v]),
		     "a line is what its owner was told");
	for (uint32_t s = 0; s < VAPLIC_SOURCES; s++) {
		const struct vaplic_source *source = &aplic.sources[s];
		bool is_held = (aplic.held[s / 32] >> s % 32 & 1) != 0;

		must(source->kind != VAPLIC_ABSENT || source->mode == VAPLIC_INACTIVE,
		     "what is not connected is inactive");
		must(source->mode != VAPLIC_INACTIVE ||
			     (source->eiid == 0 && source->vcpu == 0 && !source->enabled),
		     "what is inactive is all zeros");
		must(!is_held || (source->kind == VAPLIC_HARDWARE && identities == 0),
		     "what is held is a real source whose interrupts we deliver");
		must(source->kind != VAPLIC_HARDWARE || identities != 0 ||
			     is_enabled[s] == (source->enabled && !is_held),
		     "a real source is on as the guest wants it, but for what is held");
	}
}

static void access_aplic(uint32_t what)
{
	struct mmio a = aplic_access(what);
	enum mmio_verdict verdict;
	bool is_done = a.width == 4 && a.offset % 4 == 0 && a.offset < VAPLIC_SIZE;

	a.is_write = next_bool();
	a.value = next_bool() ? next_word() : next_byte();
	if (next_bool()) // a target
		a.value |= (uint64_t)next_number(line_count) << 18;
	verdict = vaplic_access(&aplic, &a);
	must(verdict == (is_done ? MMIO_DONE : MMIO_FAULT), "its registers are words");
	must(verdict != MMIO_DONE || a.is_write || a.value <= UINT32_MAX, "a word is read");
}

static void write_aplic(uint64_t offset, uint32_t value)
{
	struct mmio a = { .offset = offset, .width = 4, .is_write = true, .value = value };

	must(vaplic_access(&aplic, &a) == MMIO_DONE, "it takes words");
}

// As a driver leaves it: levels and edges, all enabled, each delivered to the first vcpu.
static void drive_aplic(void)
{
	write_aplic(0, 0x100);
	for (uint32_t s = 1; s < VAPLIC_SOURCES; s++) {
		write_aplic(4 * s, VAPLIC_EDGE1 + s % 4);
		write_aplic(0x3000 + 4 * s, s);
	}
	for (uint32_t w = 0; w < VAPLIC_WORDS; w++)
		write_aplic(0x1e00 + 4 * w, UINT32_MAX);
	write_aplic(0x4000, 1);
}

static void run_aplic(void)
{
	begin_lines();
	identities = next_bool() ? 0 : next_bool() ? 255 : 63;
	memset(is_enabled, 0, sizeof(is_enabled));
	memset(wires, 0, sizeof(wires));
	vaplic_init(&aplic, line_count, identities, &aplic_ops, NULL);
	for (int i = 0; i < 40; i++)
		vaplic_wire(&aplic, 1 + next_number(VAPLIC_SOURCES - 1),
			    next_bool() ? VAPLIC_HARDWARE : VAPLIC_EMULATED);
	if (next_bool())
		drive_aplic();
	while (input_left != 0) {
		uint32_t what = next_byte() % 12, source = 1 + next_number(VAPLIC_SOURCES - 1);
		bool is_hardware = aplic.sources[source].kind == VAPLIC_HARDWARE;

		if (what == 0 && !is_hardware) {
			vaplic_set_level(&aplic, source, next_bool());
		} else if (what == 1) {
			wires[source / 32] ^= 1u << source % 32;
		} else if (what == 2 && identities == 0 && is_hardware && is_enabled[source]) {
			is_enabled[source] = false;
			vaplic_take(&aplic, source);
		} else if (what == 3 && next_byte() < 3) {
			vaplic_reset(&aplic);
		} else if (what > 3) {
			access_aplic(what);
		}
		check_aplic();
	}
}

// ---- UART and finisher

static struct ring out_ring, in_ring;
static uint8_t out_bytes[256], in_bytes[64];
static struct uart16550 uart;

static void on_put(void *owner, uint8_t byte)
{
	(void)owner;
	must(ring_room(&out_ring) > 0, "a byte is sent where there is room");
	ring_put(&out_ring, byte);
}

static uint8_t on_get(void *owner)
{
	(void)owner;
	must(ring_used(&in_ring) > 0, "a byte is taken where there is one");
	return ring_get(&in_ring);
}

static void access_uart(bool is_write)
{
	uint64_t offset = next_byte() % 10;
	struct mmio a = { .offset = offset, .width = 1u << next_byte() % 4, .is_write = is_write };
	uint32_t sent = out_ring.head, room = ring_room(&out_ring);
	enum mmio_verdict verdict;

	a.value = next_byte();
	verdict = uart16550_access(&uart, &a);
	must((verdict == MMIO_FAULT) == (offset > 7), "it has eight registers");
	must(verdict != MMIO_RETRY || (is_write && offset == 0 && room == 0),
	     "only a full queue lets it wait");
	must(verdict != MMIO_END, "it ends no machine");
	must(verdict != MMIO_DONE || is_write || a.value <= UINT8_MAX, "a byte is read");
	must(out_ring.head - sent <= (is_write && offset == 0), "a write to THR sends a byte");
}

static void run_uart(void)
{
	struct uart16550_queue queue = { NULL, &out_ring, &in_ring, on_put, on_get };

	ring_init(&out_ring, out_bytes, sizeof(out_bytes));
	ring_init(&in_ring, in_bytes, sizeof(in_bytes));
	uart16550_init(&uart, queue);
	while (input_left != 0) {
		uint32_t what = next_byte();

		if (what == UINT8_MAX) {
			uart16550_reset(&uart);
		} else if (what % 8 == 0) {
			for (uint32_t n = next_byte(); n > 0 && ring_used(&out_ring) > 0; n--)
				ring_get(&out_ring);
		} else if (what % 8 == 1) {
			for (uint32_t n = next_byte(); n > 0 && ring_room(&out_ring) > 0; n--)
				ring_put(&out_ring, 0);
		} else if (what % 8 == 2) {
			if (ring_room(&in_ring) > 0)
				ring_put(&in_ring, (uint8_t)what);
		} else {
			access_uart((what & 16) != 0);
		}
		must(uart.loop_count <= UART16550_FIFO, "the loop has a FIFO's bytes");
		must(!uart16550_line(&uart) || uart16550_interrupts(&uart),
		     "without an enable there is no interrupt");
	}
}

static void run_finisher(void)
{
	while (input_left != 0) {
		struct mmio a = any_access(GUEST_FINISHER_SIZE);
		uint64_t offset = next_bool() ? 0 : a.offset;
		bool is_write = next_bool(), is_width = a.width == 2 || a.width == 4;
		enum mmio_verdict verdict;

		a.offset = offset;
		a.is_write = is_write;
		a.value = next_bool() ? 0x1111u * (next_byte() % 16) : next_word();
		verdict = finisher_access(NULL, &a);
		must((verdict == MMIO_FAULT) != is_width, "it takes half a word or a word");
		must(verdict != MMIO_RETRY, "it never waits");
		must(verdict != MMIO_END || (is_write && offset == 0 && a.value >= STOP_FINISHER_PASS && a.value <= STOP_FINISHER_RESET),
		     "it ends by one of its words");
		must(verdict != MMIO_DONE || is_write || a.value == 0, "it reads as zero");
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const runs[])(void) = { run_plic, run_aplic, run_uart, run_finisher };

	run_one_of(runs, ARRAY_SIZE(runs), data, size);
	return 0;
}
