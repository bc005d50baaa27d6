/* SPDX-License-Identifier: Apache-2.0 */
/* Access to the APLIC and the IMSICs of the tree, for their tests. */

#include "tests/aia.h"

#define IDC_BASE   0x4000u
#define IDC_STRIDE 0x20u

struct aia aia;

/* The controller whose entry in interrupts-extended is a hart's external interrupt at S level; nothing for M level. */
static int is_supervisor(int node)
{
	int size = 0;
	const uint8_t *extended = dt_prop(node, "interrupts-extended", &size);

	return extended && size >= 8 && dt_cell(extended + 4) == IRQ_S_EXTERNAL;
}

static int is_okay(int node)
{
	const char *status = dt_prop(node, "status", NULL);

	return !status || !strcmp(status, "okay");
}

/* Page n << bits of the regions one after the other, or 0. */
static uint64_t file_address(int node, uint32_t n)
{
	uint64_t offset = (uint64_t)n << dt_u32(node, "riscv,guest-index-bits", 0) << 12, base, size;

	for (int i = 0; dt_reg(node, i, &base, &size); i++) {
		if (offset < size)
			return base + offset;
		offset -= size;
	}
	return 0;
}

/* The harts in the order of interrupts-extended. */
static void find_harts(int node)
{
	int size = 0;
	const uint8_t *extended = dt_prop(node, "interrupts-extended", &size);

	aia.indices = (uint32_t)size / 8;
	for (uint32_t n = 0; n < aia.indices; n++) {
		int hart = irq_hart(dt_cell(extended + 8 * n));

		if (hart < 0)
			continue;
		aia.index[hart] = n;
		aia.file[hart] = aia.is_msi ? file_address(node, n) : 0;
	}
}

static int find_imsics(void)
{
	int node = -1;

	do
		node = dt_compatible(node, "riscv,imsics");
	while (node >= 0 && !(is_supervisor(node) && is_okay(node)));
	return node;
}

static uint32_t source_of(int node, uint32_t phandle)
{
	return dt_u32(node, "interrupt-parent", phandle) == phandle ? dt_u32(node, "interrupts", 0) : 0;
}

int aia_find(void)
{
	int imsics = find_imsics(), node = -1;
	uint32_t phandle;

	do
		node = dt_compatible(node, "riscv,aplic");
	while (node >= 0 && (dt_prop(node, "riscv,children", NULL) || !is_okay(node)));
	if (node < 0 || !dt_reg(node, 0, &aia.base, &aia.size))
		return 0;
	aia.is_msi = dt_prop(node, "msi-parent", NULL) != NULL;
	if (aia.is_msi && (imsics < 0 || dt_u32(node, "msi-parent", 0) != dt_u32(imsics, "phandle", 0)))
		return 0;
	find_harts(aia.is_msi ? imsics : node);
	aia.ids = dt_u32(imsics, "riscv,num-ids", 0);
	aia.sources = dt_u32(node, "riscv,num-sources", 0);
	phandle = dt_u32(node, "phandle", 0);
	aia.uart = source_of(uart_find(), phandle);
	aia.rtc = source_of(rtc_find(), phandle);
	return 1;
}

static volatile uint32_t *at(uint32_t offset)
{
	return (volatile uint32_t *)(aia.base + offset);
}

uint32_t aplic_read(uint32_t offset)
{
	return *at(offset);
}

void aplic_write(uint32_t offset, uint32_t value)
{
	*at(offset) = value;
}

int aplic_bit(uint32_t group, uint32_t source)
{
	return aplic_read(group + source / 32 * 4) >> source % 32 & 1;
}

void aplic_set_up(uint32_t source, unsigned mode, unsigned hart, uint32_t number)
{
	aplic_write(APLIC_SOURCECFG + 4 * source, INACTIVE);
	aplic_write(APLIC_SOURCECFG + 4 * source, mode);
	aplic_write(APLIC_CLRIPNUM, source);
	aplic_write(APLIC_TARGET + 4 * source, TARGET_HART(aia.index[hart]) | number);
}

void aplic_off(void)
{
	aplic_write(APLIC_DOMAINCFG, 0);
	for (uint32_t source = 1; source <= aia.sources; source++)
		aplic_write(APLIC_SOURCECFG + 4 * source, INACTIVE);
}

static uint32_t idc(unsigned hart, uint32_t reg)
{
	return IDC_BASE + IDC_STRIDE * aia.index[hart] + reg;
}

uint64_t idc_address(unsigned hart, uint32_t reg)
{
	return aia.base + idc(hart, reg);
}

uint32_t idc_read(unsigned hart, uint32_t reg)
{
	return aplic_read(idc(hart, reg));
}

void idc_write(unsigned hart, uint32_t reg, uint32_t value)
{
	aplic_write(idc(hart, reg), value);
}

/* siselect, sireg and stopei by number: the assembler knows their names only with Ssaia in -march */
unsigned long imsic_read(unsigned reg)
{
	csr_write(0x150, reg);
	return csr_read(0x151);
}

void imsic_write(unsigned reg, unsigned long value)
{
	csr_write(0x150, reg);
	csr_write(0x151, value);
}

/* The register of an array that holds an identity: on RV64 only the even ones are there. */
static unsigned array_reg(unsigned array, unsigned id)
{
	return array + id / 64 * 2;
}

int imsic_bit(unsigned array, unsigned id)
{
	return imsic_read(array_reg(array, id)) >> id % 64 & 1;
}

void imsic_set_bit(unsigned array, unsigned id, int on)
{
	csr_write(0x150, array_reg(array, id));
	if (on)
		csr_set(0x151, 1ul << id % 64);
	else
		csr_clear(0x151, 1ul << id % 64);
}

unsigned imsic_count(unsigned array)
{
	unsigned count = 0;

	for (unsigned id = 0; id <= aia.ids; id += 64)
		for (unsigned long left = imsic_read(array_reg(array, id)); left; left &= left - 1)
			count++;
	return count;
}

unsigned imsic_top(void)
{
	return (unsigned)(csr_read(0x15c) >> 16);
}

unsigned imsic_claim(void)
{
	unsigned long top;

	__asm__ volatile("csrrw %0, 0x15c, zero" : "=r"(top)::"memory");
	return (unsigned)(top >> 16);
}

void imsic_reset(int delivery)
{
	for (unsigned id = 0; id <= aia.ids; id += 64) {
		imsic_write(array_reg(EIE, id), 0);
		imsic_write(array_reg(EIP, id), 0);
	}
	imsic_write(EITHRESHOLD, 0);
	imsic_write(EIDELIVERY, delivery);
}

void imsic_send(unsigned hart, uint32_t id)
{
	__asm__ volatile("fence rw, o" ::: "memory"); /* what the receiver is to see comes first */
	*(volatile uint32_t *)aia.file[hart] = id;
}

int on_hart(unsigned index, void (*run)(void *arg), void *arg)
{
	return hart_wait(index, HSM_STOPPED) && !hart_start(index, run, arg).error && hart_wait(index, HSM_STOPPED);
}
