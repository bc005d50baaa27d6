// SPDX-License-Identifier: Apache-2.0
// Driver of the board's APLIC (RISC-V AIA, "Advanced PLIC"); see irq/aplic.h.
#include "irq/aplic.h"

#include "irq/imsic.h"
#include "irq/own_file.h"
#include "rv/csr.h"

#define DOMAINCFG 0x0000u
#define DOMAINCFG_IE 0x100u
#define DOMAINCFG_DM 0x4u
#define SOURCECFG 0x0000u // of source n at 4 * n; so is TARGET
#define SETIP 0x1c00u
#define SETIPNUM 0x1cdcu
#define IN_CLRIP 0x1d00u
#define CLRIPNUM 0x1ddcu
#define SETIENUM 0x1edcu
#define CLRIENUM 0x1fdcu
#define GENMSI 0x3000u
#define GENMSI_BUSY 0x1000u
#define TARGET 0x3000u
#define TARGET_HART_SHIFT 18
#define TARGET_GUEST_SHIFT 12
#define IDC 0x4000u
#define IDC_STRIDE 0x20u
#define IDC_IDELIVERY 0x00u
#define IDC_ITHRESHOLD 0x08u
#define IDC_CLAIMI 0x1cu
#define CLAIMI_SHIFT 16
#define OWN_PRIORITY 1u  // the same for all: which comes first is up to the guest's own APLIC
#define PATIENCE 100000u
#define MAX_CLAIMS 64u   // per interrupt: what is left raises the next one

static struct {
	const struct machine *m;
	const struct irq_owner *owner[VAPLIC_SOURCES]; // NULL: nobody's
	uint8_t mode[VAPLIC_SOURCES];    // enum vaplic_mode that sourcecfg holds
	bool is_enabled[VAPLIC_SOURCES]; // as its owner wants it; while one is taken the register says otherwise
	struct spinlock genmsi_lock;
} aplic;

static volatile uint32_t *aplic_reg(uint32_t offset)
{
	return (volatile uint32_t *)(uintptr_t)(aplic.m->aplic.reg.base + offset);
}

static bool is_msi(void)
{
	return aplic.m->irqchip == IRQCHIP_IMSIC;
}

static volatile uint32_t *idc_reg(const struct hart *h, uint32_t offset)
{
	return aplic_reg(IDC + aplic.m->aplic.idc[h->index] * IDC_STRIDE + offset);
}

static bool is_set(uint32_t words, uint32_t source)
{
	return (*aplic_reg(words + source / 32 * 4) >> source % 32 & 1) != 0;
}

void aplic_init(const struct machine *m)
{
	uint32_t sources = (uint32_t)min_u64(m->aplic.sources, MAX_BOARD_SOURCE);

	aplic.m = m;
	if (m->aplic.reg.size == 0) // IMSICs alone: nobody has a wired device
		return;
	for (uint32_t source = 1; source <= sources; source++)
		*aplic_reg(SOURCECFG + 4 * source) = VAPLIC_INACTIVE;
	*aplic_reg(DOMAINCFG) = DOMAINCFG_IE | (is_msi() ? DOMAINCFG_DM : 0);
	fence_iorw();
}

void aplic_assign(uint32_t source, const struct irq_owner *owner)
{
	aplic.owner[source] = owner;
}

// Whether the hypervisor takes the interrupts of the owner's sources: it does where there are no guest interrupt files.
static bool takes_sources_of(const struct irq_owner *owner)
{
	return owner->partition->file_ids == 0;
}

void aplic_settle(const struct hart *h)
{
	if (!is_msi() || h->irq == NULL || takes_sources_of(h->irq))
		return;
	spinlock_take(&aplic.genmsi_lock);
	*aplic_reg(GENMSI) = aplic.m->imsic.index[h->index] << TARGET_HART_SHIFT | OWN_FILE_SETTLED;
	for (uint32_t n = 0; n < PATIENCE && (*aplic_reg(GENMSI) & GENMSI_BUSY) != 0; n++)
		;
	spinlock_give(&aplic.genmsi_lock);
	imsic_await(OWN_FILE_SETTLED);
}

void aplic_hart_init(struct hart *h)
{
	if (is_msi()) {
		imsic_hart_init(h, aplic.m);
		return;
	}
	if (h->irq == NULL || !takes_sources_of(h->irq))
		return;
	*idc_reg(h, IDC_ITHRESHOLD) = 0;
	*idc_reg(h, IDC_IDELIVERY) = 1;
	csr_set(CSR_SIE, IP_SEIP);
}

static uint32_t target(const struct irq_owner *owner, uint32_t source, const struct vaplic_source *cfg)
{
	uint32_t hart = owner->partition->harts[cfg->vcpu];

	if (!takes_sources_of(owner))
		return aplic.m->imsic.index[hart] << TARGET_HART_SHIFT | GUEST_FILE << TARGET_GUEST_SHIFT | cfg->eiid;
	if (is_msi())
		return aplic.m->imsic.index[hart] << TARGET_HART_SHIFT | OWN_FILE_ID(source);
	return aplic.m->aplic.idc[hart] << TARGET_HART_SHIFT | OWN_PRIORITY;
}

static bool is_level(uint32_t source)
{
	return aplic.mode[source] >= VAPLIC_LEVEL1;
}

void aplic_enable(void *guest, uint32_t source)
{
	(void)guest;
	aplic.is_enabled[source] = true;
	// By direct delivery a level is pending while it is high and no longer; QEMU's stays pending until it is claimed, and would
	// enter once more for nothing. A source that was inactive is pending just when it is high.
	if (!is_msi() && is_level(source) && is_set(SETIP, source) && !is_set(IN_CLRIP, source)) {
		uint32_t where = *aplic_reg(TARGET + 4 * source);

		*aplic_reg(SOURCECFG + 4 * source) = VAPLIC_INACTIVE;
		*aplic_reg(SOURCECFG + 4 * source) = aplic.mode[source];
		*aplic_reg(TARGET + 4 * source) = where;
	}
	*aplic_reg(SETIENUM) = source;
	// A level that is high already is no event for an MSI until it is made pending again, which is ignored when it is low ("Special
	// consideration for level-sensitive interrupt sources"). A guest with interrupt files does so itself.
	if (takes_sources_of(aplic.owner[source]) && is_msi() && is_level(source))
		*aplic_reg(SETIPNUM) = source;
}

void aplic_configure(void *guest, uint32_t source, const struct vaplic_source *cfg)
{
	aplic.is_enabled[source] = false;
	*aplic_reg(CLRIENUM) = source;
	if (aplic.mode[source] != cfg->mode) {
		aplic.mode[source] = cfg->mode;
		*aplic_reg(SOURCECFG + 4 * source) = cfg->mode;
	}
	if (cfg->mode != VAPLIC_INACTIVE) {
		*aplic_reg(TARGET + 4 * source) = target(aplic.owner[source], source, cfg);
		if (cfg->enabled)
			aplic_enable(guest, source);
	}
	fence_iorw();
}

void aplic_set_pending(void *guest, uint32_t source, bool pending)
{
	(void)guest;
	*aplic_reg(pending ? SETIPNUM : CLRIPNUM) = source;
	fence_iorw();
}

bool aplic_is_pending(void *guest, uint32_t source)
{
	(void)guest;
	return is_set(SETIP, source);
}

bool aplic_is_rectified(void *guest, uint32_t source)
{
	(void)guest;
	return is_set(IN_CLRIP, source);
}

// A level that has fallen meanwhile is nothing, whether or not the real APLIC has kept it pending.
static void take_source(uint32_t source)
{
	const struct irq_owner *owner = source < VAPLIC_SOURCES ? aplic.owner[source] : NULL;

	if (owner == NULL) { // nobody's: cannot be, and does not come again
		if (aplic.m->aplic.reg.size != 0 && source <= MAX_BOARD_SOURCE)
			*aplic_reg(SOURCECFG + 4 * source) = VAPLIC_INACTIVE;
		return;
	}
	spinlock_take(owner->lock);
	*aplic_reg(CLRIENUM) = source;
	if (!is_level(source) || is_set(IN_CLRIP, source))
		owner->raise(owner->guest, source);
	else if (aplic.is_enabled[source])
		aplic_enable(owner->guest, source);
	fence_iorw(); // the registers before the lock
	spinlock_give(owner->lock);
}

void aplic_external(struct hart *h)
{
	for (uint32_t n = 0; n < MAX_CLAIMS; n++) {
		uint32_t claimed = is_msi() ? imsic_claim() : *idc_reg(h, IDC_CLAIMI) >> CLAIMI_SHIFT, source = claimed;

		if (claimed == 0)
			return;
		if (is_msi())
			source = own_file_source(claimed, h->irq != NULL && takes_sources_of(h->irq));
		if (source != 0)
			take_source(source);
	}
}
