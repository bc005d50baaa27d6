/* SPDX-License-Identifier: Apache-2.0 */
/* Runs code in HS-, VS- and VU-mode under a G-stage of our own until it traps; CSRs that may be absent. */

#include "tests/hcheck.h"

extern char _image_start[], _image_end[];
extern const char world_ecall_insn[], world_exit[];
void world_enter(struct world *world);

_Static_assert(offsetof(struct world, host_sp) == 256, "HOST_SP in hcheck_entry.S");
_Static_assert(offsetof(struct world, sstatus) == 280, "SSTATUS in hcheck_entry.S");
_Static_assert(offsetof(struct world, htinst) == 320, "HTINST in hcheck_entry.S");

#define SIZE_1G (1ul << 30)
#define SIZE_2M (1ul << 21)
#define VA_PAGES   200ul /* entry of the VS root: our pages */
#define VA_BEYOND  203ul /* its table lies in HOLE */
#define VMID_SHIFT 44
#define ASID_SHIFT 44

struct world world;
unsigned long world_hstatus, world_sstatus;

static uint16_t code[8] __attribute__((aligned(16)));
static struct gstage {
	uint64_t root[2048] __attribute__((aligned(16384)));
	uint64_t middle[512], leaf[512];
} gstages[2];
static uint8_t pages[PAGE_COUNT][GUEST_PAGE_SIZE] __attribute__((aligned(65536)));

_Static_assert(sizeof(pages) <= 65536, "all pages lie in one table of the G-stage");

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

int world_strayed(void)
{
	return world.scause == CAUSE_VIRTUAL_INSTRUCTION && world.x[0] == (unsigned long)world_exit;
}

static unsigned put_insn(unsigned used, uint32_t insn)
{
	code[used++] = (uint16_t)insn;
	if ((insn & 3) == 3)
		code[used++] = (uint16_t)(insn >> 16);
	return used;
}

unsigned long world_run_two(enum mode mode, uint32_t first, uint32_t second, unsigned long a0,
			    unsigned long a1)
{
	unsigned used = put_insn(0, first);

	if (second != 0)
		used = put_insn(used, second);
	put_insn(used, EBREAK);
	__asm__ volatile("fence.i" ::: "memory");
	return world_call(mode, (unsigned long)code, a0, a1);
}

unsigned long world_run(enum mode mode, uint32_t insn, unsigned long a0, unsigned long a1)
{
	return world_run_two(mode, insn, 0, a0, a1);
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
	hfence_gvma();
	hfence_vvma();
}

static uint64_t pte(unsigned long address, unsigned long flags)
{
	return address >> 12 << PTE_PPN_SHIFT | flags;
}

void world_set_gstage(unsigned which, enum page page, enum page to, unsigned long flags)
{
	gstages[which].leaf[world_page(page) >> 12 & 511] = pte(world_page(to), flags);
}

void world_map_gstage(enum page page, enum page to, unsigned long flags)
{
	world_set_gstage(0, page, to, flags);
	hfence_all();
}

static enum page vs_table(unsigned which, enum page table)
{
	return which ? table + (VS_ROOT2 - VS_ROOT) : table;
}

void world_set_vs(unsigned which, enum page page, unsigned long to, unsigned long flags)
{
	((uint64_t *)world_page(vs_table(which, VS_LEAF)))[page] = pte(to, flags);
}

void world_map_vs(enum page page, enum page to, unsigned long flags)
{
	world_set_vs(0, page, world_page(to), flags);
	hfence_all();
}

/* All memory that this image touches is where it is, in VS-mode too; our pages are at VA_PAGES. */
static void make_vs_tables(unsigned which)
{
	uint64_t *root = (uint64_t *)world_page(vs_table(which, VS_ROOT));
	uint64_t *middle = (uint64_t *)world_page(vs_table(which, VS_MIDDLE));
	unsigned long first = (unsigned long)_image_start / SIZE_1G, last = (unsigned long)_image_end / SIZE_1G;

	for (unsigned long i = first; i <= last; i++)
		root[i] = pte(i * SIZE_1G, PTE_ALL & ~PTE_U);
	root[VA_PAGES] = pte((unsigned long)middle, PTE_V);
	root[VA_BEYOND] = pte(world_page(HOLE), PTE_V);
	middle[0] = pte(world_page(vs_table(which, VS_LEAF)), PTE_V);
}

void world_use_vs_stage(unsigned which, unsigned long asid)
{
	unsigned long root = world_page(vs_table(which, VS_ROOT));

	hcsr_write(CSR_VSATP, ATP_SV39 | asid << ASID_SHIFT | root >> 12);
}

void world_vs_stage(int on)
{
	if (on)
		world_use_vs_stage(0, 0);
	else
		hcsr_write(CSR_VSATP, 0);
	hfence_all();
}

static void make_gstage(struct gstage *g)
{
	unsigned long base = (unsigned long)pages / SIZE_1G, block = (unsigned long)pages & ~(SIZE_2M - 1);
	unsigned long first = (unsigned long)_image_start / SIZE_1G, last = (unsigned long)_image_end / SIZE_1G;

	for (unsigned long i = first; i <= last; i++)
		g->root[i] = pte(i * SIZE_1G, PTE_ALL);
	g->root[base] = pte((unsigned long)g->middle, PTE_V);
	for (unsigned long i = 0; i < 512; i++) {
		g->middle[i] = pte(base * SIZE_1G + i * SIZE_2M, PTE_ALL);
		g->leaf[i] = pte(block + i * GUEST_PAGE_SIZE, PTE_ALL);
	}
	g->middle[block / SIZE_2M & 511] = pte((unsigned long)g->leaf, PTE_V);
	g->leaf[world_page(HOLE) >> 12 & 511] = 0;
}

void world_use_gstage(unsigned which, unsigned long vmid)
{
	unsigned long root = (unsigned long)gstages[which].root;

	hcsr_write(CSR_HGATP, ATP_SV39 | vmid << VMID_SHIFT | root >> 12);
}

void world_init(void)
{
	for (unsigned which = 0; which < 2; which++) {
		make_gstage(&gstages[which]);
		make_vs_tables(which);
	}
	csr_write(sie, 0); /* no interrupt may be taken for an instruction's answer */
	hcsr_write(CSR_HEDELEG, 0);
	hcsr_write(CSR_HIDELEG, 0);
	hcsr_write(CSR_HVIP, 0);
	hcsr_write(CSR_HIE, 0);
	hcsr_write(CSR_VSSTATUS, SSTATUS_FS | (hcsr_read(CSR_VSSTATUS) & HSTATUS_VSXL));
	hcsr_write(CSR_VSTVEC, world_ecall());
	hcsr_write(CSR_VSATP, 0);
	world_use_gstage(0, 0);
	hfence_all();
}
