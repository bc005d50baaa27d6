/* SPDX-License-Identifier: Apache-2.0 */
/* Counts samples of a hardware event, as perf takes them: how many periods went by, and how many records the kernel wrote. */

#include "sys.h"

#define PERF_TYPE_HARDWARE	0
#define PERF_COUNT_CYCLES	0
#define PERF_COUNT_INSTRUCTIONS 1
#define PERF_SAMPLE_IP		1
#define PERF_ATTR_DISABLED	1
#define PERF_IOC_ENABLE		0x2400
#define PERF_IOC_DISABLE	0x2401
#define PERF_DATA_HEAD		1024 /* offset in the first page of a ring */
#define RECORD_SIZE		16   /* a header and the address */
#define RING_PAGES		3    /* that page, and two with records: more than this test has */
#define PROT_READ_WRITE		3
#define MAP_SHARED		1

/* Linux, include/uapi/linux/perf_event.h, struct perf_event_attr as it was at first. */
struct perf_attr {
	uint32_t type;
	uint32_t size;
	uint64_t config;
	uint64_t sample_period;
	uint64_t sample_type;
	uint64_t read_format;
	uint64_t flags;
	uint32_t wakeup_events;
	uint32_t bp_type;
	uint64_t bp_addr;
};

static void count_samples(const char *name, uint64_t event, uint64_t period)
{
	struct perf_attr attr = {
		.type = PERF_TYPE_HARDWARE,
		.size = sizeof(attr),
		.config = event,
		.sample_period = period,
		.sample_type = PERF_SAMPLE_IP,
		.flags = PERF_ATTR_DISABLED,
		.wakeup_events = 1,
	};
	long fd = sys6(SYS_perf_event_open, (long)&attr, 0, -1, -1, 0, 0);
	long ring = fd < 0 ? fd : sys6(SYS_mmap, 0, RING_PAGES * 4096, PROT_READ_WRITE, MAP_SHARED, fd, 0);
	uint64_t count = 0;

	if (ring < 0 && ring > -4096) {
		print("bulkhead-linux: samples of %s: error %ld\n", name, ring);
		return;
	}
	sys3(SYS_ioctl, fd, PERF_IOC_ENABLE, 0);
	for (volatile unsigned long i = 0; i < 20000000; i++)
		;
	sys3(SYS_ioctl, fd, PERF_IOC_DISABLE, 0);
	if (sys3(SYS_read, fd, (long)&count, sizeof(count)) != sizeof(count))
		count = 0;
	print("bulkhead-linux: samples of %s: %lu of %lu\n", name,
	      *(volatile uint64_t *)(ring + PERF_DATA_HEAD) / RECORD_SIZE, count / period);
	sys3(SYS_close, fd, 0, 0);
}

void run_samples(uint64_t period)
{
	for (unsigned turn = 0; turn < 3; turn++) {
		count_samples("cycles", PERF_COUNT_CYCLES, period);
		count_samples("instructions", PERF_COUNT_INSTRUCTIONS, period);
	}
}
