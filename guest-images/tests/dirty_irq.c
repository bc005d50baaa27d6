/* SPDX-License-Identifier: Apache-2.0 */
/*
 * State of interrupt controllers, the hart's interrupt file, which is hardware's, and the emulated PLIC or APLIC; and of assigned
 * devices.
 */

#include "tests/dirty.h"

#define SOURCES 128

#define EIDELIVERY  0x70
#define EITHRESHOLD 0x72
#define EIP	    0x80
#define EIE	    0xc0

static unsigned long file_read(unsigned long reg)
{
	csr_write(0x150, reg); /* siselect */
	return csr_read(0x151); /* sireg */
}

static void file_write(unsigned long reg, unsigned long value)
{
	csr_write(0x150, reg);
	csr_write(0x151, value);
}

/* Registers of all sources, a word each from offset 0 on or a bit each; those that do something when they are read are left out. */
static const struct block {
	const char *name;
	uint32_t offset, words;
} plic_blocks[] = {{"priority", 0, SOURCES}, {"pending", 0x1000, SOURCES / 32}, {"enable", 0x2000, 4 * 32}, {"threshold", 0x201000, 1}},
  aplic_blocks[] = {{"domaincfg and sourcecfg", 0, SOURCES},  {"setip", 0x1c00, SOURCES / 32}, {"in_clrip", 0x1d00, SOURCES / 32},
		    {"setie", 0x1e00, SOURCES / 32},	    {"genmsi and target", 0x3000, SOURCES}, {"idc", 0x4000, 3}};

static volatile uint32_t *controller(const struct block **blocks, size_t *count)
{
	int plic = dt_compatible(-1, "sifive,plic-1.0.0"), aplic = dt_compatible(-1, "riscv,aplic");
	uint64_t base, size;

	*blocks = plic >= 0 ? plic_blocks : aplic_blocks;
	*count = plic >= 0 ? ARRAY_SIZE(plic_blocks) : ARRAY_SIZE(aplic_blocks);
	return dt_reg(plic >= 0 ? plic : aplic, 0, &base, &size) ? (volatile uint32_t *)base : NULL;
}

static uint32_t file_ids(void)
{
	int node = dt_compatible(-1, "riscv,imsics");

	return node >= 0 ? dt_u32(node, "riscv,num-ids", 0) : 0;
}

void print_irq_state(void)
{
	const struct block *blocks;
	size_t count;
	volatile uint32_t *base = controller(&blocks, &count);

	if (file_ids() != 0) {
		STATE("file: eidelivery %lx, eithreshold %lx", file_read(EIDELIVERY), file_read(EITHRESHOLD));
		for (uint32_t word = 0; word <= file_ids() / 32; word += 2)
			STATE("file: eip%u %lx, eie%u %lx", word, file_read(EIP + word), word, file_read(EIE + word));
		csr_write(0x150, 0);
	}
	for (size_t i = 0; base && i < count; i++) {
		unsigned long sum = 0;

		for (uint32_t word = 0; word < blocks[i].words; word++)
			sum = sum * 257 + base[blocks[i].offset / 4 + word];
		STATE("%s: sum %lx", blocks[i].name, sum);
	}
}

/* Every source of the UART's kind on, high where it can be; every identity pending, at other harts' files, too. */
void spoil_irq_state(void)
{
	int node = dt_compatible(-1, "riscv,imsics");
	const struct block *blocks;
	size_t count;
	volatile uint32_t *base = controller(&blocks, &count);
	uint64_t file, size;

	for (uint32_t source = 1; base && source < SOURCES; source++) {
		base[source] = blocks == plic_blocks ? 7 : 6; /* priority; sourcecfg: level-sensitive */
		if (blocks == aplic_blocks) {
			base[0x3000 / 4 + source] = source; /* target */
			base[0x1cdc / 4] = base[0x1edc / 4] = source; /* setipnum, setienum */
		} else {
			base[0x2080 / 4 + source / 32] = ~0u; /* context 1: S-mode of hart 0 */
			base[0x201000 / 4] = 6;
		}
	}
	if (base && blocks == aplic_blocks) {
		base[0] = 0x100; /* domaincfg.IE */
		base[0x4000 / 4] = base[0x4004 / 4] = 1; /* idelivery, iforce */
		base[0x3000 / 4] = 5; /* genmsi */
	}
	if (node < 0 || !dt_reg(node, 0, &file, &size))
		return;
	file_write(EIDELIVERY, 1);
	file_write(EITHRESHOLD, 7);
	for (uint32_t word = 0; word <= file_ids() / 32; word += 2) {
		file_write(EIE + word, ~0ul);
		file_write(EIP + word, ~0ul);
	}
	for (unsigned long id = 1; id <= file_ids(); id++)
		for (uint64_t page = 0; page < size; page += GUEST_PAGE_SIZE)
			*(volatile uint32_t *)(file + page) = (uint32_t)id;
}

/* Virtio devices by MMIO: their status, of which a driver says 1 and 2 first; 0 resets the device. */
void look_at_devices(int write)
{
	for (int node = -1; (node = dt_compatible(node, "virtio,mmio")) >= 0;) {
		volatile uint32_t *base;
		uint64_t at, size;

		if (!dt_reg(node, 0, &at, &size))
			continue;
		base = (volatile uint32_t *)at;
		if (write)
			base[0x70 / 4] = 3;
		else
			STATE("virtio %lx: device %u, status %u", at, base[8 / 4], base[0x70 / 4]);
	}
}
