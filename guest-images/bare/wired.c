/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One device's wired interrupt for this hart: through a PLIC, through an APLIC that delivers directly, or through an APLIC that
 * sends MSIs to this hart's interrupt file. As it is in a guest's tree: one supervisor-level controller, whose entry n is hart n's;
 * a PLIC's context 2n + 1.
 */

#include "guest.h"

#define PLIC_ENABLE	 0x2000
#define PLIC_ENABLE_STRIDE 0x80
#define PLIC_CONTEXT	 0x200000
#define PLIC_CONTEXT_STRIDE 0x1000
#define PLIC_CLAIM	 4

#define APLIC_SETIPNUM	 0x1cdc
#define APLIC_SETIENUM	 0x1edc
#define APLIC_TARGET	 0x3000
#define APLIC_IDC	 0x4000
#define APLIC_IDC_STRIDE 0x20
#define APLIC_ITHRESHOLD 0x08
#define APLIC_CLAIMI	 0x1c
#define LEVEL_HIGH	 6

#define EIDELIVERY  0x70
#define EITHRESHOLD 0x72
#define EIE	    0xc0

enum kind { PLIC, APLIC, IMSIC };

static enum kind kind;
static volatile uint8_t *base;
static uint32_t source;
static void (*handler)(void);

static volatile uint32_t *reg(uint32_t offset)
{
	return (volatile uint32_t *)(base + offset);
}

static void on_external(struct frame *frame)
{
	uint32_t index = (uint32_t)hart_self()->index;

	(void)frame;
	if (kind == PLIC) {
		volatile uint32_t *claim = reg(PLIC_CONTEXT + (2 * index + 1) * PLIC_CONTEXT_STRIDE + PLIC_CLAIM);
		uint32_t claimed = *claim;

		if (claimed == source)
			handler();
		*claim = claimed;
	} else if (kind == APLIC) {
		while (*reg(APLIC_IDC + index * APLIC_IDC_STRIDE + APLIC_CLAIMI) >> 16 == source)
			handler();
	} else {
		while (csr_swap(0x15c, 0) >> 16 == source) { /* stopei */
			handler();
			*reg(APLIC_SETIPNUM) = source; /* should the level still be high */
		}
	}
}

static void open_plic(uint32_t index)
{
	*reg(4 * source) = 1;
	*reg(PLIC_ENABLE + (2 * index + 1) * PLIC_ENABLE_STRIDE + source / 32 * 4) = 1u << source % 32;
	*reg(PLIC_CONTEXT + (2 * index + 1) * PLIC_CONTEXT_STRIDE) = 0;
}

static void write_file(unsigned long number, unsigned long value)
{
	csr_write(0x150, number); /* siselect */
	csr_write(0x151, value);  /* sireg */
}

static void open_aplic(uint32_t index)
{
	if (kind == IMSIC) {
		write_file(EIE + source / 64 * 2, 1ul << source % 64);
		write_file(EITHRESHOLD, 0);
		write_file(EIDELIVERY, 1);
	} else {
		*reg(APLIC_IDC + index * APLIC_IDC_STRIDE + APLIC_ITHRESHOLD) = 0;
		*reg(APLIC_IDC + index * APLIC_IDC_STRIDE) = 1;
	}
	*reg(4 * source) = LEVEL_HIGH;
	*reg(APLIC_TARGET + 4 * source) = index << 18 | (kind == IMSIC ? source : 1); /* EIID or priority */
	*reg(0) = 0x80000104; /* domaincfg: IE, DM where there is a choice */
	*reg(APLIC_SETIENUM) = source;
}

int wired_open(int node, void (*on_interrupt)(void))
{
	int plic = dt_compatible(-1, "sifive,plic-1.0.0"), aplic = dt_compatible(-1, "riscv,aplic");
	int controller = plic >= 0 ? plic : aplic;
	uint64_t address;

	source = dt_u32(node, "interrupts", 0);
	if (source == 0 || controller < 0 || !dt_reg(controller, 0, &address, NULL))
		return 0;
	base = (volatile uint8_t *)address;
	handler = on_interrupt;
	kind = plic >= 0 ? PLIC : dt_prop(aplic, "msi-parent", NULL) ? IMSIC : APLIC;
	irq_handle(IRQ_S_EXTERNAL, on_external);
	if (kind == PLIC)
		open_plic((uint32_t)hart_self()->index);
	else
		open_aplic((uint32_t)hart_self()->index);
	csr_set(sie, SIE_SEIE);
	return 1;
}
