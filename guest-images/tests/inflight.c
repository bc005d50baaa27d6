/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A disk that is still reading when its guest restarts: keys on the console: `r` leaves reads in flight and reboots, `w` watches
 * whether they arrive in this life. Wants a virtio-mmio block device (of the first, "legacy" kind) that takes its time.
 */

#include "bare/guest.h"

/* Registers and layouts: Virtual I/O Device (VIRTIO) 1.2, "MMIO Device Register Layout", "Legacy interface", "Split Virtqueues". */
#define VERSION		1
#define DEVICE_ID	2
#define DRIVER_FEATURES 8
#define PAGE_SIZE_OF_GUEST 10
#define QUEUE_SEL	12
#define QUEUE_NUM	14
#define QUEUE_ALIGN	15
#define QUEUE_PFN	16
#define QUEUE_NOTIFY	20
#define STATUS		28

#define ID_BLOCK	 2
#define STATUS_DRIVER	 3 /* ACKNOWLEDGE, DRIVER */
#define STATUS_DRIVER_OK 7

#define READS	 8
#define QUEUE	 32 /* descriptors: three per read */
#define DESC_NEXT  1
#define DESC_WRITE 2

/* The disk holds ext4: in sector 2 there is its superblock, with this number at 56. */
#define SECTOR	   2
#define EXT4_MAGIC 0xef53

struct area {
	struct {
		uint64_t addr;
		uint32_t len;
		uint16_t flags, next;
	} desc[QUEUE];
	struct {
		uint16_t flags, idx, ring[QUEUE];
	} avail;
	struct {
		uint16_t flags, idx;
		struct {
			uint32_t id, len;
		} ring[QUEUE];
	} __attribute__((aligned(GUEST_PAGE_SIZE))) used;
	struct {
		uint32_t type, reserved;
		uint64_t sector;
		uint8_t status;
	} request[READS] __attribute__((aligned(GUEST_PAGE_SIZE)));
	uint8_t data[READS][512] __attribute__((aligned(GUEST_PAGE_SIZE)));
};

static volatile uint32_t *reg;
static volatile struct area *area;

static int find_disk(void)
{
	uint64_t base;

	for (int node = dt_compatible(-1, "virtio,mmio"); node >= 0; node = dt_compatible(node, "virtio,mmio"))
		if (dt_reg(node, 0, &base, NULL)) {
			reg = (volatile uint32_t *)base;
			if (reg[DEVICE_ID] == ID_BLOCK && reg[VERSION] == 1)
				return 1;
		}
	return 0;
}

static void put_descriptor(unsigned index, volatile void *addr, uint32_t len, uint16_t flags)
{
	area->desc[index].addr = (uint64_t)addr;
	area->desc[index].len = len;
	area->desc[index].flags = flags;
	area->desc[index].next = (uint16_t)(index + 1);
}

static void begin_reads(void)
{
	reg[STATUS] = STATUS_DRIVER;
	reg[DRIVER_FEATURES] = 0;
	reg[PAGE_SIZE_OF_GUEST] = GUEST_PAGE_SIZE;
	reg[QUEUE_SEL] = 0;
	reg[QUEUE_NUM] = QUEUE;
	reg[QUEUE_ALIGN] = GUEST_PAGE_SIZE;
	reg[QUEUE_PFN] = (uint32_t)((uint64_t)area / GUEST_PAGE_SIZE);
	reg[STATUS] = STATUS_DRIVER_OK;
	for (unsigned i = 0; i < READS; i++) {
		area->request[i].sector = SECTOR;
		put_descriptor(3 * i, &area->request[i], 16, DESC_NEXT);
		put_descriptor(3 * i + 1, area->data[i], sizeof(area->data[i]), DESC_NEXT | DESC_WRITE);
		put_descriptor(3 * i + 2, &area->request[i].status, 1, DESC_WRITE);
		area->avail.ring[i] = (uint16_t)(3 * i);
	}
	__asm__ volatile("fence iorw, iorw" ::: "memory");
	area->avail.idx = READS;
	__asm__ volatile("fence iorw, iorw" ::: "memory");
	reg[QUEUE_NOTIFY] = 0;
}

static int is_zero(void)
{
	const volatile uint64_t *word = (const volatile uint64_t *)area;

	for (size_t i = 0; i < sizeof(*area) / sizeof(*word); i++)
		if (word[i])
			return 0;
	return 1;
}

static void watch(void)
{
	unsigned long end = rdtime() + guest_arg("seconds", 3) * timer_frequency();
	int stays_zero = 1;

	tap_equal((long)reg[STATUS], 0, "the disk has no driver yet");
	reg[QUEUE_SEL] = 0;
	tap_equal((long)reg[QUEUE_PFN], 0, "and no queue");
	while (stays_zero && rdtime() < end)
		stays_zero = is_zero();
	tap_check(stays_zero, "nothing arrives in memory that was asked for in the life before");
	begin_reads();
	end += guest_arg("seconds", 3) * timer_frequency();
	while (area->used.idx != READS && rdtime() < end)
		;
	tap_equal(area->used.idx, READS, "the disk reads for this life");
	tap_equal(area->data[READS - 1][56] | area->data[READS - 1][57] << 8, EXT4_MAGIC, "what is on it");
	tap_end();
}

void guest_main(void)
{
	int key = -1;

	area = (volatile struct area *)memory_find(sizeof(*area), GUEST_PAGE_SIZE);
	if (!find_disk()) {
		tap_check(0, "there is a disk");
		tap_end();
		return;
	}
	print("inflight: r reboot, w watch?\n");
	while (key != 'r' && key != 'w')
		key = console_read();
	if (key == 'w') {
		watch();
		return;
	}
	begin_reads();
	print("inflight: %u reads are in flight\n", READS - area->used.idx);
	print("inflight: reboot refused, error %ld\n", guest_reboot().error);
}
