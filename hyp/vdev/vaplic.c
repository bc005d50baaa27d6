// SPDX-License-Identifier: Apache-2.0
// Registers of an emulated APLIC: what an access is, by the specification's section "Memory-mapped control region".
#include "vdev/vaplic_source.h"

#include <string.h>

#define DOMAINCFG_READ_ONLY 0x80000000u
#define DOMAINCFG_IE 0x100u
#define DOMAINCFG_DM 0x4u
#define SOURCECFG_D 0x400u
#define SOURCECFG_SM 0x7u
#define TARGET_HART_SHIFT 18
#define TARGET_EIID 0x7ffu

// Offsets; SOURCECFG and TARGET lie where source 0's would be.
#define SOURCECFG 0x0000u
#define PER_BIT_BASE 0x1c00u
#define SETIPNUM_LE 0x2000u
#define GENMSI 0x3000u
#define TARGET GENMSI
#define IDC_BASE 0x4000u
#define IDC_STRIDE 0x20u
// Four groups of registers with a bit per source, each with words and a register that takes a source's number.
#define PER_BIT_STRIDE 0x100u
#define PER_BIT_NUM 0xdcu

enum per_bit { SETIP, IN_CLRIP, SETIE, CLRIE };
enum idc_register { IDELIVERY = 0x00, IFORCE = 0x04, ITHRESHOLD = 0x08, TOPI = 0x18, CLAIMI = 0x1c };

void vaplic_init(struct vaplic *a, uint32_t vcpu_count, uint32_t eiid_max, const struct vaplic_ops *ops, void *owner)
{
	memset(a, 0, sizeof(*a));
	a->ops = ops;
	a->owner = owner;
	a->vcpu_count = vcpu_count;
	a->eiid_max = eiid_max;
}

void vaplic_wire(struct vaplic *a, uint32_t source, enum vaplic_kind kind)
{
	a->sources[source].kind = (uint8_t)kind;
}

void vaplic_reset(struct vaplic *a)
{
	a->enabled = false;
	a->genmsi = 0;
	for (uint32_t source = 1; source < VAPLIC_SOURCES; source++)
		vaplic_set_mode(a, source, VAPLIC_INACTIVE);
	for (uint32_t vcpu = 0; vcpu < a->vcpu_count; vcpu++) {
		vaplic_update_line(a, vcpu);
		a->idcs[vcpu] = (struct vaplic_idc){ 0 };
	}
}

static bool read_bit(struct vaplic *a, enum per_bit group, uint32_t source)
{
	if (a->sources[source].mode == VAPLIC_INACTIVE)
		return false;
	if (group == SETIP)
		return vaplic_is_pending(a, source);
	if (group == IN_CLRIP)
		return vaplic_rectified(a, source);
	return group == SETIE && a->sources[source].enabled;
}

static void write_bit(struct vaplic *a, enum per_bit group, uint32_t source)
{
	if (source >= VAPLIC_SOURCES || a->sources[source].mode == VAPLIC_INACTIVE)
		return;
	if (group == SETIP)
		vaplic_set_pending(a, source);
	else if (group == IN_CLRIP)
		vaplic_clear_pending(a, source);
	else
		vaplic_set_enabled(a, source, group == SETIE);
}

static void access_bits(struct vaplic *a, enum per_bit group, uint32_t reg, struct mmio *access)
{
	uint32_t source = reg * 8; // the first of this word

	if (reg == PER_BIT_NUM && access->is_write)
		write_bit(a, group, (uint32_t)access->value);
	if (source >= VAPLIC_SOURCES)
		return;
	for (uint32_t bit = 0; bit < 32; bit++)
		if (!access->is_write)
			access->value |= (uint64_t)read_bit(a, group, source + bit) << bit;
		else if ((access->value >> bit & 1) != 0)
			write_bit(a, group, source + bit);
}

static void access_domaincfg(struct vaplic *a, struct mmio *access)
{
	if (!access->is_write) {
		access->value = DOMAINCFG_READ_ONLY | (a->enabled ? DOMAINCFG_IE : 0) | (vaplic_is_msi(a) ? DOMAINCFG_DM : 0);
		return;
	}
	if (a->enabled == ((access->value & DOMAINCFG_IE) != 0))
		return;
	a->enabled = !a->enabled;
	for (uint32_t source = 1; vaplic_is_msi(a) && source < VAPLIC_SOURCES; source++)
		if (a->sources[source].enabled) {
			vaplic_configure(a, source);
			vaplic_deliver(a, source);
		}
	for (uint32_t vcpu = 0; !vaplic_is_msi(a) && vcpu < a->vcpu_count; vcpu++)
		vaplic_update_line(a, vcpu);
}

// Without children, D makes it zero; so do the reserved modes.
static void write_sourcecfg(struct vaplic *a, uint32_t source, uint32_t value)
{
	uint32_t mode = value & SOURCECFG_SM;

	if ((value & SOURCECFG_D) != 0 || (mode > VAPLIC_DETACHED && mode < VAPLIC_EDGE1))
		mode = VAPLIC_INACTIVE;
	if (a->sources[source].kind != VAPLIC_ABSENT && mode != a->sources[source].mode)
		vaplic_set_mode(a, source, (enum vaplic_mode)mode);
}

// A Hart Index that is not there (WLRL) leaves the one that was. Guest Index is read-only zero. Priority 0 becomes 1.
static void write_target(struct vaplic *a, uint32_t source, uint32_t value)
{
	uint32_t vcpu = value >> TARGET_HART_SHIFT, priority = value & VAPLIC_IPRIO;

	if (a->sources[source].mode != VAPLIC_INACTIVE)
		vaplic_set_target(a, source, vcpu < a->vcpu_count ? vcpu : a->sources[source].vcpu,
				  vaplic_is_msi(a) ? (value & TARGET_EIID) : priority != 0 ? priority : 1);
}

static void access_source(struct vaplic *a, uint32_t reg, uint32_t source, struct mmio *access)
{
	if (source >= VAPLIC_SOURCES)
		return;
	if (reg == SOURCECFG && access->is_write)
		write_sourcecfg(a, source, (uint32_t)access->value);
	else if (reg == SOURCECFG)
		access->value = a->sources[source].mode;
	else if (access->is_write)
		write_target(a, source, (uint32_t)access->value);
	else
		access->value = (uint32_t)a->sources[source].vcpu << TARGET_HART_SHIFT | a->sources[source].eiid;
}

// Busy is never seen: the MSI has been sent when the write is done.
static void access_genmsi(struct vaplic *a, struct mmio *access)
{
	uint32_t value = (uint32_t)access->value, vcpu = value >> TARGET_HART_SHIFT;

	if (!access->is_write) {
		access->value = a->genmsi;
	} else if (vaplic_is_msi(a) && vcpu < a->vcpu_count) {
		a->genmsi = vcpu << TARGET_HART_SHIFT | (value & TARGET_EIID);
		vaplic_send(a, vcpu, (value & TARGET_EIID));
	}
}

static uint32_t read_idc(struct vaplic *a, uint32_t vcpu, uint32_t reg)
{
	struct vaplic_idc *idc = &a->idcs[vcpu];
	uint32_t value;

	if (reg == IDELIVERY)
		return idc->delivery;
	if (reg == IFORCE)
		return idc->force;
	if (reg == ITHRESHOLD)
		return idc->threshold;
	if (reg != TOPI && reg != CLAIMI)
		return 0;
	vaplic_sample(a, vcpu);
	value = vaplic_top(a, vcpu);
	if (reg == CLAIMI && value != 0) {
		vaplic_clear_pending(a, value >> VAPLIC_TOPI_SHIFT);
	} else if (reg == CLAIMI) {
		idc->force = 0;
		vaplic_update_line(a, vcpu);
	}
	return value;
}

static void access_idc(struct vaplic *a, uint32_t vcpu, uint32_t reg, struct mmio *access)
{
	if (vaplic_is_msi(a) || vcpu >= a->vcpu_count)
		return;

	struct vaplic_idc *idc = &a->idcs[vcpu];

	if (!access->is_write) {
		access->value = read_idc(a, vcpu, reg);
		return;
	}
	if (reg == IDELIVERY)
		idc->delivery = access->value & 1;
	else if (reg == IFORCE)
		idc->force = access->value & 1;
	else if (reg == ITHRESHOLD)
		idc->threshold = (uint8_t)access->value;
	vaplic_update_line(a, vcpu);
}

enum mmio_verdict vaplic_access(void *state, struct mmio *access)
{
	struct vaplic *a = state;
	uint32_t offset = (uint32_t)access->offset;

	if (access->width != 4 || access->offset % 4 != 0 || access->offset >= VAPLIC_SIZE)
		return MMIO_FAULT;
	if (!access->is_write)
		access->value = 0;
	if (offset >= IDC_BASE)
		access_idc(a, (offset - IDC_BASE) / IDC_STRIDE, offset % IDC_STRIDE, access);
	else if (offset == GENMSI)
		access_genmsi(a, access);
	else if (offset > GENMSI)
		access_source(a, TARGET, (offset - GENMSI) / 4, access);
	else if (offset == SETIPNUM_LE && access->is_write)
		write_bit(a, SETIP, (uint32_t)access->value);
	else if (offset >= PER_BIT_BASE && offset < SETIPNUM_LE)
		access_bits(a, (enum per_bit)((offset - PER_BIT_BASE) / PER_BIT_STRIDE), offset % PER_BIT_STRIDE, access);
	else if (offset == 0)
		access_domaincfg(a, access);
	else if (offset < PER_BIT_BASE)
		access_source(a, SOURCECFG, offset / 4, access);
	return MMIO_DONE;
}
