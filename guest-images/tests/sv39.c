/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of that address space: gigapages, but for the window's, in which megapages, but for the window's. */

#include "tests/sv39.h"

#define ASID_SHIFT 44
#define GIB_SHIFT  30
#define MIB_SHIFT  21
#define LOWER_HALF 256 /* gigapages; the upper half is the sign-extended addresses */

static uint64_t root[512] __attribute__((aligned(4096)));
static uint64_t middle[512] __attribute__((aligned(4096)));
static uint64_t leaf[512] __attribute__((aligned(4096)));
uint8_t sv39_window[GUEST_PAGE_SIZE] __attribute__((aligned(4096)));
uint8_t sv39_other[GUEST_PAGE_SIZE] __attribute__((aligned(4096)));

static uint64_t pte(uint64_t phys, uint64_t flags)
{
	return phys >> 12 << PTE_PPN_SHIFT | flags;
}

static void fence(void)
{
	__asm__ volatile("sfence.vma" ::: "memory");
}

void sv39_init(void)
{
	uint64_t window = (uint64_t)sv39_window;

	for (uint64_t i = 0; i < LOWER_HALF; i++)
		root[i] = pte(i << GIB_SHIFT, SV39_LEAF);
	for (uint64_t i = 0; i < 512; i++) {
		middle[i] = pte((window >> GIB_SHIFT << GIB_SHIFT) + (i << MIB_SHIFT), SV39_LEAF);
		leaf[i] = pte((window >> MIB_SHIFT << MIB_SHIFT) + i * GUEST_PAGE_SIZE, SV39_LEAF);
	}
	root[window >> GIB_SHIFT] = pte((uint64_t)middle, PTE_V);
	middle[window >> MIB_SHIFT & 511] = pte((uint64_t)leaf, PTE_V);
}

void sv39_set(const void *to)
{
	volatile uint64_t *entry = &leaf[(uint64_t)sv39_window / GUEST_PAGE_SIZE & 511];

	*entry = to ? pte((uint64_t)to, SV39_LEAF) : 0;
}

unsigned long sv39_on(unsigned long asid)
{
	csr_write(satp, SATP_MODE_SV39 | asid << ASID_SHIFT | (uint64_t)root >> 12);
	fence();
	return csr_read(satp);
}

void sv39_off(void)
{
	csr_write(satp, 0);
	fence();
}
