// SPDX-License-Identifier: Apache-2.0
// Interrupts of a guest's devices, emulated and assigned: from a device's line through the emulated PLIC to the vcpus' external
// interrupts.
#include "console/console.h"
#include "guest/guest.h"
#include "irq/plic.h"
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
	struct guest *g = owner;

	if (plic_done(g, source)) // emulated devices have their level at hand, the board's PLIC tells when it is still there
		vplic_set_level(&g->plic, source, false);
}

enum mmio_verdict guest_access_plic(void *state, struct mmio *access)
{
	struct guest *g = state;
	enum mmio_verdict verdict = vplic_access(&g->plic, access);
	uint32_t offset = (uint32_t)access->offset, word;

	if (offset >= VPLIC_CONTEXT || offset < VPLIC_PENDING || verdict != MMIO_DONE)
		return verdict;
	word = offset % VPLIC_ENABLE_STRIDE / 4;
	if (offset < VPLIC_ENABLE && offset < VPLIC_PENDING + 4 * VPLIC_WORDS && !access->is_write)
		access->value |= plic_pending(g, word);
	else if (offset >= VPLIC_ENABLE && access->is_write && word < VPLIC_WORDS)
		plic_route(g, word);
	return verdict;
}

static void wire_devices(struct guest *g)
{
	const struct guest_request *r = g->partition->request;

	for (uint32_t i = 0; i < r->device_count; i++)
		for (uint32_t n = 0; n < r->devices[i].source_count; n++)
			vplic_wire(&g->plic, r->devices[i].sources[n]);
}

void guest_irq_init(struct guest *g)
{
	if (!has_plic(g))
		return;
	vplic_init(&g->plic, g->partition->vcpu_count, (struct vplic_lines){ g, on_line, on_done });
	if (g->partition->has_console)
		vplic_wire(&g->plic, g->partition->uart_source);
	wire_devices(g);
	console_listen(g->partition->index, guest_hart(g, 0));
}

void guest_irq_reset(struct guest *g)
{
	if (!has_plic(g))
		return;
	spinlock_take(&g->device_lock); // its harts are parked, but still take the interrupts of its devices
	g->uart_line = false;
	atomic_store(&g->port->wants, 0);
	vplic_set_level(&g->plic, g->partition->uart_source, false);
	plic_release(g);
	vplic_reset(&g->plic);
	spinlock_give(&g->device_lock);
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
