// SPDX-License-Identifier: Apache-2.0
// Interrupts of a guest's emulated devices: from a device's line through the emulated PLIC to the vcpus' external interrupts.
#include "console/console.h"
#include "guest/guest.h"
#include "rv/csr.h"

static bool has_plic(const struct guest *g)
{
	return g->partition->plic.size != 0;
}

static void set_external(bool level)
{
	if (level)
		csr_set(CSR_HVIP, IP_VSEIP);
	else
		csr_clear(CSR_HVIP, IP_VSEIP);
}

// A context's level has changed; device_lock is held.
static void on_line(void *owner, uint32_t context, bool level)
{
	struct hart *h = guest_hart(owner, context);

	if (h == this_hart())
		set_external(level);
	else
		hart_msg_send(h, MSG_LINE); // it reads the level itself: a message that is late tells nothing wrong
}

static void on_done(void *owner, uint32_t source)
{
	(void)owner;
	(void)source; // emulated devices have their level at hand
}

void guest_irq_init(struct guest *g)
{
	if (!has_plic(g))
		return;
	vplic_init(&g->plic, g->partition->vcpu_count, (struct vplic_lines){ g, on_line, on_done });
	vplic_wire(&g->plic, g->partition->uart_source);
	console_listen(g->partition->index, guest_hart(g, 0));
}

void guest_irq_reset(struct guest *g)
{
	if (!has_plic(g))
		return;
	g->uart_line = false;
	atomic_store(&g->port->wants, 0);
	vplic_set_level(&g->plic, g->partition->uart_source, false);
	vplic_reset(&g->plic);
}

void guest_update_uart(struct guest *g)
{
	const struct uart16550 *u = &g->uart;
	bool level;

	if (!has_plic(g) || (!g->uart_line && !uart16550_interrupts(u)))
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
	vplic_set_level(&g->plic, g->partition->uart_source, level);
}

void guest_update_devices(struct guest *g)
{
	spinlock_take(&g->device_lock);
	guest_update_uart(g);
	spinlock_give(&g->device_lock);
}

void guest_apply_line(struct hart *h)
{
	struct guest *g = h->guest;

	if (!has_plic(g))
		return;
	spinlock_take(&g->device_lock);
	set_external(g->plic.contexts[h->vcpu.vhartid].level);
	spinlock_give(&g->device_lock);
}
