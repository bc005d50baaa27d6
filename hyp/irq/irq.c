// SPDX-License-Identifier: Apache-2.0
// Chooses the driver of the board's interrupt controller.
#include "irq/irq.h"

#include "irq/aplic.h"
#include "irq/plic.h"
#include "rv/csr.h"

static enum irqchip irqchip;

void irq_init(const struct machine *m)
{
	irqchip = m->irqchip;
	switch (irqchip) {
	case IRQCHIP_PLIC:
		plic_init(m);
		break;
	case IRQCHIP_APLIC:
	case IRQCHIP_IMSIC:
		aplic_init(m);
		break;
	case IRQCHIP_NONE:
		break;
	}
}

void irq_assign(uint32_t source, const struct irq_owner *owner)
{
	if (irqchip == IRQCHIP_PLIC)
		plic_assign(source, owner);
	else
		aplic_assign(source, owner);
}

void irq_hart_init(struct hart *h)
{
	switch (irqchip) {
	case IRQCHIP_PLIC:
		plic_hart_init(h);
		break;
	case IRQCHIP_APLIC:
	case IRQCHIP_IMSIC:
		aplic_hart_init(h);
		break;
	case IRQCHIP_NONE:
		break;
	}
}

void irq_external(struct hart *h)
{
	switch (irqchip) {
	case IRQCHIP_PLIC:
		plic_external(h);
		break;
	case IRQCHIP_APLIC:
	case IRQCHIP_IMSIC:
		aplic_external(h);
		break;
	case IRQCHIP_NONE:
		csr_clear(CSR_SIE, IP_SEIP); // nothing was enabled; were it pending all the same, it must not storm
		break;
	}
}
