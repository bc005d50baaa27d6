// SPDX-License-Identifier: Apache-2.0
// The console's state and its service; see console/console.h. Guest harts touch only their own port's rings.
#include "console/console.h"

#include "console/uart.h"
#include "hart/hart.h"
#include "lib/log.h"
#include "rv/csr.h"

#define INPUT_SIZE 256
#define INPUT_PER_SERVICE 64 // bytes: typing must not starve output
#define PUMP_RUN 64          // bytes to the UART between two looks at the clock
#define LOG_SIZE 4096
#define POLL_BUSY_HZ 1000 // while output waits
#define POLL_IDLE_HZ 100  // looking for input

static struct {
	uint64_t busy_ticks, idle_ticks;
	struct mux mux;
	struct mux_port ports[MUX_MAX_PORTS];
	uint8_t input[MUX_MAX_PORTS][INPUT_SIZE];
	struct hart *listeners[MUX_MAX_PORTS];
	uint8_t log_bytes[LOG_SIZE];
} console;

static void port_init(uint32_t index, const char *name, bool takes_input, uint8_t *bytes, uint32_t size)
{
	struct mux_port *p = &console.ports[index];

	p->name = name;
	p->takes_input = takes_input;
	ring_init(&p->out, bytes, size);
	ring_init(&p->in, console.input[index], INPUT_SIZE);
	mux_add(&console.mux, p);
}

void console_init(const struct plan *plan, const struct mux_key *keys, uint64_t timebase, uint8_t *ring_memory)
{
	console.busy_ticks = timebase / POLL_BUSY_HZ;
	console.idle_ticks = timebase / POLL_IDLE_HZ;
	mux_init(&console.mux, keys, plan->colour, timebase / 50);
	port_init(0, "bulkhead", false, console.log_bytes, LOG_SIZE);
	for (uint32_t i = 0; i < plan->partition_count; i++)
		port_init(i + 1, plan->partitions[i].name, true,
			  ring_memory + (uint64_t)i * CONSOLE_RING_SIZE, CONSOLE_RING_SIZE);
	log_queue(&console.ports[0].out);
}

struct mux_port *console_port(uint32_t partition_index)
{
	return &console.ports[partition_index + 1];
}

uint64_t console_busy_ticks(void)
{
	return console.busy_ticks;
}

// Hands staged bytes to the UART while it takes them. Returns how many went.
static uint32_t pump(uint32_t limit)
{
	struct ring *r = &console.mux.terminal;
	uint32_t sent = 0;

	while (sent < limit) {
		uint32_t used = ring_used(r);
		uint32_t at = atomic_load_explicit(&r->tail, memory_order_relaxed) & (r->size - 1);
		uint32_t run = (uint32_t)min_u64(min_u64(used, r->size - at), limit - sent);
		uint32_t n = run == 0 ? 0 : (uint32_t)uart_write(&r->bytes[at], run);

		if (n == 0)
			break;
		atomic_fetch_add_explicit(&r->tail, n, memory_order_release);
		sent += n;
	}
	return sent;
}

void console_listen(uint32_t partition_index, struct hart *listener)
{
	console.listeners[partition_index + 1] = listener;
}

// Tells guests whose UART waits for what is there now.
static void tell_guests(void)
{
	// The queues were changed before this, `wants` is read after it; pairs with the fence in guest_update_uart().
	atomic_thread_fence(memory_order_seq_cst);
	for (uint32_t i = 1; i < console.mux.count; i++) {
		struct mux_port *p = &console.ports[i];
		uint32_t come = (ring_room(&p->out) >= GUEST_UART_FIFO ? MUX_WANTS_ROOM : 0) |
				(ring_used(&p->in) != 0 ? MUX_WANTS_INPUT : 0);

		come &= atomic_load(&p->wants);
		if (come == 0)
			continue;
		atomic_fetch_and(&p->wants, ~come);
		hart_msg_send(console.listeners[i], MSG_DEVICE);
	}
}

uint64_t console_service(uint64_t now, uint32_t budget)
{
	uint64_t end = now + console.busy_ticks;
	bool is_busy = false, waiting;
	uint32_t sent;

	for (uint32_t n = 0; n < INPUT_PER_SERVICE; n++) {
		int byte = uart_read();

		if (byte < 0)
			break;
		mux_type(&console.mux, (uint8_t)byte, now);
		is_busy = true; // more may follow faster than a FIFO holds
	}
	if (ring_room(&console.ports[0].out) >= MUX_TELL_MAX) // no line of the log is lost to it
		mux_tell(&console.mux);
	// Bounded in bytes and in time: a flood must not keep this hart from its messages and timers.
	do {
		waiting = mux_gather(&console.mux, now);
		sent = pump((uint32_t)min_u64(budget, PUMP_RUN));
		budget -= sent;
	} while (sent != 0 && budget != 0 && time_now() < end);
	tell_guests();
	is_busy |= waiting || console.mux.telling != NULL || ring_used(&console.mux.terminal) != 0;
	return is_busy ? console.busy_ticks : console.idle_ticks;
}

bool console_is_idle(void)
{
	for (uint32_t i = 0; i < console.mux.count; i++)
		if (ring_used(&console.ports[i].out) != 0)
			return false;
	return ring_used(&console.mux.terminal) == 0 && uart_is_drained();
}
