// SPDX-License-Identifier: Apache-2.0
// A guest's console: its emulated UART, and the queues behind it, which SBI's console uses, too.
#include "console/console.h"
#include "guest/guest.h"

uint64_t guest_console_room(struct guest *g)
{
	return ring_room(&g->port->out);
}

void guest_console_tell(bool was_empty)
{
	struct hart *h = this_hart();

	if (was_empty && h->service_deadline != UINT64_MAX)
		timer_service_within(h, console_busy_ticks());
}

void guest_console_put(struct guest *g, uint8_t byte)
{
	bool was_empty = ring_used(&g->port->out) == 0;

	ring_put(&g->port->out, byte);
	guest_console_tell(was_empty);
}

int guest_console_get(struct guest *g)
{
	return ring_used(&g->port->in) != 0 ? ring_get(&g->port->in) : -1;
}

static void queue_put(void *owner, uint8_t byte) { guest_console_put(owner, byte); }
static uint8_t queue_get(void *owner) { return (uint8_t)guest_console_get(owner); }

RARE static enum mmio_verdict access_interrupting_uart(struct guest *g, struct mmio *access)
{
	enum mmio_verdict verdict = uart16550_access(&g->model.uart, access);

	guest_update_uart(g);
	return verdict;
}

static enum mmio_verdict access_uart(void *state, struct mmio *access)
{
	struct guest *g = state;

	// While its interrupts are off the line stays down.
	if (g->uart_line || uart16550_interrupts(&g->model.uart) || uart16550_is_enabling(access))
		return access_interrupting_uart(g, access);
	return uart16550_access(&g->model.uart, access);
}

static void *init_uart(void *state, const struct model_wire *wire)
{
	struct guest *g = wire->owner;

	g->uart_source = wire->source;
	uart16550_init(state, (struct uart16550_queue){ g, &g->port->out, &g->port->in, queue_put, queue_get });
	if (wire->source != 0)
		console_listen(g->partition->index, guest_hart(g, 0));
	return g;
}

static void reset_uart(void *state)
{
	struct guest *g = state;

	uart16550_reset(&g->model.uart);
	if (g->uart_source == 0)
		return;
	g->uart_line = false;
	atomic_store(&g->port->wants, 0);
	guest_set_level(g, g->uart_source, false);
}

const struct model_ops model_uart = { init_uart, access_uart, reset_uart };

void guest_update_uart(struct guest *g)
{
	const struct uart16550 *u = &g->model.uart;
	bool level;

	if (g->uart_source == 0 || (!g->uart_line && !uart16550_interrupts(u)))
		return;
	level = uart16550_line(u);
	if (!level) {
		uint32_t wants = (uart16550_wants_room(u) ? MUX_WANTS_ROOM : 0) | (uart16550_wants_input(u) ? MUX_WANTS_INPUT : 0);

		// Say what is waited for, then look again: the console's hart changes the queues first and looks at `wants` then, so
		// one of the two sees it (the fences here and in console.c's tell_guests() are a pair).
		atomic_store(&g->port->wants, wants);
		atomic_thread_fence(memory_order_seq_cst);
		level = uart16550_line(u);
	}
	if (level == g->uart_line)
		return;
	g->uart_line = level;
	guest_set_level(g, g->uart_source, level);
}

void guest_update_devices(struct guest *g)
{
	spinlock_take(&g->device_lock);
	guest_update_uart(g);
	spinlock_give(&g->device_lock);
}
