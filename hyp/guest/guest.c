// SPDX-License-Identifier: Apache-2.0
// The mutable half of partitions: set-up and questions.
#include "guest/guest.h"

#include "console/console.h"
#include "rv/csr.h"
#include "vdev/finisher.h"

#define TOLD_STARTS 8 // of a guest, all of which the log tells; then one a second

struct guest guests[MAX_GUESTS];
const struct plan *the_plan;

uint64_t guest_hgatp(const struct guest *g)
{
	// Cores without VMIDs (VMIDLEN 0) read the field as zero; a hart has one guest for ever, so nothing depends on it.
	return (uint64_t)HGATP_MODE_SV39X4 << SATP_MODE_SHIFT | (uint64_t)(g->partition->index + 1) << HGATP_VMID_SHIFT |
	       (uint64_t)(uintptr_t)g->gstage.root / PAGE_SIZE;
}

bool guest_owns_memory(const struct guest *g, gpa_t gpa, uint64_t size)
{
	struct region memory = { g->partition->memory_base.addr, g->partition->memory_size };

	return region_contains(memory, gpa.addr, size);
}

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

bool guest_may_tell(struct guest *g)
{
	uint64_t now = time_now(), second = 1000 * console_busy_ticks();

	if (g->starts > TOLD_STARTS && now - g->told < second)
		return false;
	g->told = now;
	return true;
}

static void queue_put(void *owner, uint8_t byte) { guest_console_put(owner, byte); }
static uint8_t queue_get(void *owner) { return (uint8_t)guest_console_get(owner); }

RARE static enum mmio_verdict access_interrupting_uart(struct guest *g, struct mmio *access)
{
	enum mmio_verdict verdict = uart16550_access(&g->uart, access);

	guest_update_uart(g);
	return verdict;
}

static enum mmio_verdict access_uart(void *state, struct mmio *access)
{
	struct guest *g = state;

	// While its interrupts are off the line stays down.
	if (g->uart_line || uart16550_interrupts(&g->uart) || uart16550_is_enabling(access))
		return access_interrupting_uart(g, access);
	return uart16550_access(&g->uart, access);
}

void guest_add_vdev(struct guest *g, const struct vdev *dev)
{
	uint32_t n = 0;

	while (g->vdevs[n].access != NULL)
		n++;
	g->vdevs[n] = *dev;
}

void guest_init(struct guest *g, const struct partition *p)
{
	g->partition = p;
	g->port = console_port(p->index);
	uart16550_init(&g->uart, (struct uart16550_queue){ g, &g->port->out, &g->port->in, queue_put, queue_get });
	if (p->has_console)
		guest_add_vdev(g, &(struct vdev){ p->uart, access_uart, g });
	if (p->finisher.size != 0)
		guest_add_vdev(g, &(struct vdev){ p->finisher, finisher_access, NULL });
	for (uint32_t i = 0; i < p->vcpu_count; i++) {
		struct hart *h = &harts[p->harts[i]];

		g->harts[i] = h;
		h->guest = g;
		h->vcpu.guest = g;
		h->vcpu.vhartid = i;
		h->vcpu.vcpu_count = p->vcpu_count;
	}
	guest_irq_init(g);
}
