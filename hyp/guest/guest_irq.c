// SPDX-License-Identifier: Apache-2.0
// Interrupts of a guest's devices, emulated and assigned: from a device's line through the emulated PLIC or APLIC to the vcpus'
// external interrupts, or to their interrupt files.
#include "console/console.h"
#include "guest/guest.h"
#include "irq/aplic.h"
#include "irq/imsic.h"
#include "irq/plic.h"
#include "rv/csr.h"

static bool has_controller(const struct guest *g)
{
	return g->partition->controller.size != 0;
}

static bool has_plic(const struct guest *g)
{
	return g->partition->irqchip == GUEST_IRQCHIP_PLIC;
}

// A source's line at the guest's controller; device_lock is held.
static void set_level(struct guest *g, uint32_t source, bool high)
{
	if (has_plic(g))
		vplic_set_level(&g->plic, source, high);
	else
		vaplic_set_level(&g->aplic, source, high);
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

// struct vdev's access of the emulated PLIC.
static enum mmio_verdict access_plic(void *state, struct mmio *access)
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

static void on_msi(void *owner, uint32_t vcpu, uint32_t eiid)
{
	imsic_send(owner, vcpu, eiid);
}

static const struct vaplic_ops aplic_ops = {
	.msi = on_msi,
	.line = on_line,
	.hw_configure = aplic_configure,
	.hw_set_pending = aplic_set_pending,
	.hw_pending = aplic_is_pending,
	.hw_rectified = aplic_is_rectified,
	.hw_enable = aplic_enable,
};

static void wire(struct guest *g, uint32_t source, enum vaplic_kind kind)
{
	if (has_plic(g))
		vplic_wire(&g->plic, source);
	else
		vaplic_wire(&g->aplic, source, kind);
}

void guest_irq_init(struct guest *g)
{
	const struct partition *p = g->partition;
	const struct guest_request *r = p->request;

	if (!has_controller(g))
		return;
	if (has_plic(g)) {
		vplic_init(&g->plic, p->vcpu_count, (struct vplic_lines){ g, on_line, on_done });
		guest_add_vdev(g, &(struct vdev){ p->controller, access_plic, g });
	} else {
		vaplic_init(&g->aplic, p->vcpu_count, p->file_ids, &aplic_ops, g);
		guest_add_vdev(g, &(struct vdev){ p->controller, vaplic_access, &g->aplic });
	}
	if (p->has_console)
		wire(g, p->uart_source, VAPLIC_EMULATED);
	for (uint32_t i = 0; i < r->device_count; i++)
		for (uint32_t n = 0; n < r->devices[i].source_count; n++)
			wire(g, r->devices[i].sources[n], VAPLIC_HARDWARE);
	console_listen(p->index, guest_hart(g, 0));
}

void guest_irq_reset(struct guest *g)
{
	spinlock_take(&g->device_lock); // its harts are parked, but still take the interrupts of its devices
	uart16550_reset(&g->uart);
	if (has_controller(g)) {
		g->uart_line = false;
		atomic_store(&g->port->wants, 0);
		set_level(g, g->partition->uart_source, false);
		if (has_plic(g)) {
			plic_release(g);
			vplic_reset(&g->plic);
		} else {
			vaplic_reset(&g->aplic);
		}
	}
	spinlock_give(&g->device_lock);
}

void guest_update_uart(struct guest *g)
{
	const struct uart16550 *u = &g->uart;
	bool level;

	if (!has_controller(g) || (!g->uart_line && !uart16550_interrupts(u)))
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
	set_level(g, g->partition->uart_source, level);
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
	uint32_t vhartid = h->vcpu.vhartid;

	if (!has_controller(g))
		return;
	spinlock_take(&g->device_lock);
	set_external(has_plic(g) ? g->plic.contexts[vhartid].level : g->aplic.idcs[vhartid].level);
	spinlock_give(&g->device_lock);
}
