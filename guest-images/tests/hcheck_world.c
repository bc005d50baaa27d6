/* SPDX-License-Identifier: Apache-2.0 */
/* Runs code in HS-, VS- and VU-mode under a G-stage of our own until it traps; CSRs that may be absent. */

#include "tests/hcheck.h"

extern char _image_start[], _image_end[];
extern const char world_ecall_insn[];
void world_enter(struct world *world);

_Static_assert(offsetof(struct world, host_sp) == 256, "HOST_SP in hcheck_entry.S");
_Static_assert(offsetof(struct world, sstatus) == 280, "SSTATUS in hcheck_entry.S");
_Static_assert(offsetof(struct world, htinst) == 320, "HTINST in hcheck_entry.S");

#define SIZE_1G (1ul << 30)
#define SIZE_2M (1ul << 21)
#define VA_PAGES  200ul /* entry of the VS root: our pages */
#define VA_BEYOND 203ul /* its table lies in HOLE */

struct world world;
unsigned long world_hstatus, world_sstatus;

static uint16_t code[8] __attribute__((aligned(16)));
static uint64_t gstage_root[2048] __attribute__((aligned(16384)));
static uint64_t gstage_middle[512] __attribute__((aligned(4096)));
static uint64_t gstage_leaf[512] __attribute__((aligned(4096)));
static uint8_t pages[PAGE_COUNT][GUEST_PAGE_SIZE] __attribute__((aligned(32768)));

_Static_assert(sizeof(pages) <= 32768, "all pages lie in one table of the G-stage");

unsigned long world_call(enum mode mode, unsigned long pc, unsigned long a0, unsigned long a1)
{
	const unsigned long own_sstatus = SSTATUS_SIE | SSTATUS_SPIE | SSTATUS_SPP;
	const unsigned long own_hstatus = HSTATUS_SPV | HSTATUS_SPVP | HSTATUS_GVA | HSTATUS_VTVM | HSTATUS_VTW | HSTATUS_VTSR;

	memset(world.x, 0, sizeof(world.x));
	world.x[0] = pc;
	world.x[10] = a0;
	world.x[11] = a1;
	world.sstatus = (csr_read(sstatus) & ~own_sstatus) | world_sstatus | SSTATUS_FS | (mode == VU ? 0 : SSTATUS_SPP);
	world.hstatus = (hcsr_read(CSR_HSTATUS) & ~own_hstatus) | world_hstatus | (mode == HS ? 0 : HSTATUS_SPV);
	csr_write(stval, STALE);
	hcsr_write(CSR_HTVAL, STALE);
	hcsr_write(CSR_HTINST, STALE);
	world_enter(&world);
	return world.scause;
}

unsigned long world_run(enum mode mode, uint32_t insn, unsigned long a0, unsigned long a1)
{
	unsigned used = 0;

	code[used++] = (uint16_t)insn;
	if ((insn & 3) == 3)
		code[used++] = (uint16_t)(insn >> 16);
	code[used++] = 0x0073; /* ebreak, uncompressed */
	code[used] = 0x0010;
	__asm__ volatile("fence.i" ::: "memory");
	return world_call(mode, (unsigned long)code, a0, a1);
}

unsigned long world_code(void)
{
	return (unsigned long)code;
}

unsigned long world_ecall(void)
{
	return (unsigned long)world_ecall_insn;
}

#define INSN_CSRR_A0(csr) ((uint32_t)(csr) << 20 | 0x2573)  /* csrr a0, csr */
#define INSN_CSRW_A0(csr) ((uint32_t)(csr) << 20 | 0x51073) /* csrw csr, a0 */

int csr_get(unsigned csr, unsigned long *value)
{
	if (world_run(HS, INSN_CSRR_A0(csr), 0, 0) != DONE)
		return 0;
	*value = world.x[10];
	return 1;
}

int csr_put(unsigned csr, unsigned long value)
{
	return world_run(HS, INSN_CSRW_A0(csr), value, 0) == DONE;
}

int csr_readback(unsigned csr, unsigned long value, unsigned long *back)
{
	unsigned long before;

	return csr_get(csr, &before) && csr_put(csr, value) && csr_get(csr, back) && csr_put(csr, before);
}

unsigned long world_page(enum page page)
{
	return (unsigned long)pages[page];
}

unsigned long world_va(enum page page)
{
	return VA_PAGES * SIZE_1G + page * GUEST_PAGE_SIZE;
}

unsigned long world_va_beyond(void)
{
	return VA_BEYOND * SIZE_1G + 0x12345678;
}

void hfence_all(void)
{
	__asm__ volatile(".word 0x62000073\n.word 0x22000073" ::: "memory"); /* hfence.gvma, hfence.vvma */
}

static uint64_t pte(unsigned long address, unsigned long flags)
{
	return address >> 12 << PTE_PPN_SHIFT | flags;
}

void world_map_gstage(enum page page, enum page to, unsigned long flags)
{
	gstage_leaf[world_page(page) >> 12 & 511] = pte(world_page(to), flags);
	hfence_all();
}

void world_map_vs(enum page page, enum page to, unsigned long flags)
{
	((uint64_t *)world_page(VS_LEAF))[page] = pte(world_page(to), flags);
	hfence_all();
}

/* All memory that this image touches is where it is, in VS-mode too; our pages are at VA_PAGES. */
static void make_vs_tables(void)
{
	uint64_t *root = (uint64_t *)world_page(VS_ROOT);

	for (unsigned long i = (unsigned long)_image_start / SIZE_1G; i <= (unsigned long)_image_end / SIZE_1G; i++)
		root[i] = pte(i * SIZE_1G, PTE_ALL & ~PTE_U);
	root[VA_PAGES] = pte(world_page(VS_MIDDLE), PTE_V);
	root[VA_BEYOND] = pte(world_page(HOLE), PTE_V);
	((uint64_t *)world_page(VS_MIDDLE))[0] = pte(world_page(VS_LEAF), PTE_V);
}

void world_vs_stage(int on)
{
	hcsr_write(CSR_VSATP, on ? ATP_SV39 | world_page(VS_ROOT) >> 12 : 0);
	hfence_all();
}

void world_init(void)
{
	unsigned long base = (unsigned long)pages / SIZE_1G;

	for (unsigned long i = (unsigned long)_image_start / SIZE_1G; i <= (unsigned long)_image_end / SIZE_1G; i++)
		gstage_root[i] = pte(i * SIZE_1G, PTE_ALL);
	gstage_root[base] = pte((unsigned long)gstage_middle, PTE_V);
	for (unsigned long i = 0; i < 512; i++) {
		gstage_middle[i] = pte(base * SIZE_1G + i * SIZE_2M, PTE_ALL);
		gstage_leaf[i] = pte(((unsigned long)pages & ~(SIZE_2M - 1)) + i * GUEST_PAGE_SIZE, PTE_ALL);
	}
	gstage_middle[(unsigned long)pages / SIZE_2M & 511] = pte((unsigned long)gstage_leaf, PTE_V);
	gstage_leaf[world_page(HOLE) >> 12 & 511] = 0;
	make_vs_tables();
	hcsr_write(CSR_HEDELEG, 0);
	hcsr_write(CSR_HIDELEG, 0);
	hcsr_write(CSR_HVIP, 0);
	hcsr_write(CSR_HIE, 0);
	hcsr_write(CSR_VSSTATUS, SSTATUS_FS | (hcsr_read(CSR_VSSTATUS) & HSTATUS_VSXL));
	hcsr_write(CSR_VSTVEC, world_ecall());
	hcsr_write(CSR_VSATP, 0);
	hcsr_write(CSR_HGATP, ATP_SV39 | (unsigned long)gstage_root >> 12);
	hfence_all();
}
