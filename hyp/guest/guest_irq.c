// SPDX-License-Identifier: Apache-2.0
// Interrupts of a guest's devices, emulated and assigned: from a device's line, or a source of the board's controller, through the
// emulated PLIC or APLIC to the vcpus' external interrupts, or to their interrupt files.
#include "guest/guest.h"
#include "irq/aplic.h"
#include "irq/imsic.h"
#include "irq/irq.h"
#include "irq/plic.h"
#include "rv/csr.h"

static bool has_plic(const struct guest *g)
{
	return g->partition->irqchip == GUEST_IRQCHIP_PLIC;
}

void guest_set_level(struct guest *g, uint32_t source, bool high)
{
	if (has_plic(g))
		vplic_set_level(&g->model.plic, source, high);
	else
		vaplic_set_level(&g->model.aplic, source, high);
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

static bool is_assigned(const struct guest *g, uint32_t source)
{
	return (g->assigned[source / 32] >> source % 32 & 1) != 0;
}

// The hart of the vcpu whose own context has the source enabled, the lowest of several; NULL: none.
static struct hart *find_target(const struct guest *g, uint32_t source)
{
	for (uint32_t i = 0; i < g->partition->vcpu_count; i++)
		if ((g->model.plic.contexts[i].enabled[source / 32] >> source % 32 & 1) != 0 && plic_can_reach(guest_hart(g, i)))
			return guest_hart(g, i);
	return NULL;
}

// The board's interrupts follow what the guest has enabled.
RARE static void route(struct guest *g, uint32_t word)
{
	for (uint32_t left = g->assigned[word]; left != 0; left &= left - 1) {
		uint32_t source = word * 32 + (uint32_t)__builtin_ctz(left);

		plic_route(source, find_target(g, source));
	}
}

static void on_done(void *owner, uint32_t source)
{
	struct guest *g = owner;

	if (!is_assigned(g, source) || !plic_complete(source))
		return;
	plic_route(source, find_target(g, source)); // it could not move while it was claimed
	vplic_set_level(&g->model.plic, source, false);   // should it still be there, the board's PLIC says so
}

// struct irq_owner's raise.
static void on_plic(void *owner, uint32_t source)
{
	struct guest *g = owner;

	vplic_set_level(&g->model.plic, source, true);
}

static void on_aplic(void *owner, uint32_t source)
{
	struct guest *g = owner;

	vaplic_take(&g->model.aplic, source);
}

// struct vdev's access of the emulated PLIC.
static enum mmio_verdict access_plic(void *state, struct mmio *access)
{
	struct guest *g = state;
	enum mmio_verdict verdict = vplic_access(&g->model.plic, access);
	uint32_t offset = (uint32_t)access->offset, word;

	if (offset >= VPLIC_CONTEXT || offset < VPLIC_PENDING || verdict != MMIO_DONE)
		return verdict;
	word = offset % VPLIC_ENABLE_STRIDE / 4;
	if (offset < VPLIC_ENABLE && offset < VPLIC_PENDING + 4 * VPLIC_WORDS && !access->is_write)
		access->value |= g->assigned[word] != 0 ? plic_pending(word) & g->assigned[word] : 0;
	else if (offset >= VPLIC_ENABLE && access->is_write && word < VPLIC_WORDS)
		route(g, word);
	return verdict;
}

static void on_msi(void *owner, uint32_t vcpu, uint32_t eiid)
{
	imsic_send(((struct guest *)owner)->partition, vcpu, eiid);
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
		vplic_wire(&g->model.plic, source);
	else
		vaplic_wire(&g->model.aplic, source, kind);
}

// A source of the board's that is the guest's.
static void assign(struct guest *g, uint32_t source)
{
	wire(g, source, VAPLIC_HARDWARE);
	g->assigned[source / 32] |= 1u << source % 32;
	irq_assign(source, &g->irq);
	for (uint32_t i = 0; i < g->partition->vcpu_count; i++)
		guest_hart(g, i)->irq = &g->irq;
}

void guest_wire(struct guest *g)
{
	const struct partition *p = g->partition;

	if (!guest_has_controller(g))
		return;
	for (uint32_t i = 0; i < p->map_count; i++)
		if (p->map[i].source != 0)
			wire(g, p->map[i].source, VAPLIC_EMULATED);
	g->irq = (struct irq_owner){ p, &g->device_lock, has_plic(g) ? on_plic : on_aplic, g };
	for (uint32_t source = 1; source < VPLIC_SOURCES; source++)
		if ((p->sources[source / 32] >> source % 32 & 1) != 0)
			assign(g, source);
}

static void release(struct guest *g)
{
	for (uint32_t source = 1; source < VPLIC_SOURCES; source++)
		if (is_assigned(g, source) && plic_release(source))
			vplic_set_level(&g->model.plic, source, false);
}

static void *init_plic(void *state, const struct model_wire *wire)
{
	struct guest *g = wire->owner;

	vplic_init(state, g->partition->vcpu_count, (struct vplic_lines){ g, on_line, on_done });
	return g;
}

static void reset_plic(void *state)
{
	struct guest *g = state;

	release(g);
	vplic_reset(&g->model.plic);
}

const struct model_ops model_plic = { init_plic, access_plic, reset_plic };

static void *init_aplic(void *state, const struct model_wire *wire)
{
	struct guest *g = wire->owner;

	vaplic_init(state, g->partition->vcpu_count, g->partition->file_ids, &aplic_ops, g);
	return state;
}

static void reset_aplic(void *state)
{
	vaplic_reset(state);
}

const struct model_ops model_aplic = { init_aplic, vaplic_access, reset_aplic };

void guest_apply_line(struct hart *h)
{
	struct guest *g = h->guest;
	uint32_t vhartid = h->vcpu.vhartid;

	if (!guest_has_controller(g))
		return;
	spinlock_take(&g->device_lock);
	set_external(has_plic(g) ? g->model.plic.contexts[vhartid].level : g->model.aplic.idcs[vhartid].level);
	spinlock_give(&g->device_lock);
}
