/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes a known number of SBI calls of each kind, half of them on another hart where there is one, for the hypervisor's counters.
 * Then waits for a key: r reboot, s shut down.
 */

#include "bare/guest.h"

static volatile int is_done;

static void call(unsigned times, long eid, long fid, unsigned long arg0, unsigned long arg1)
{
	for (unsigned i = 0; i < times; i++)
		sbi_call3(eid, fid, arg0, arg1, 0);
}

static void call_first(void)
{
	unsigned long self = hart_self()->id;

	call(3, SBI_EXT_TIME, 0, ~0ul, 0);
	call(4, SBI_EXT_IPI, 0, 0, self);
	call(5, SBI_EXT_RFENCE, 0, 1, self);
	call(10, SBI_EXT_BASE, 0, 0, 0);
}

static void call_second(void *arg)
{
	unsigned long self = hart_self()->id;

	(void)arg;
	call(6, SBI_EXT_HSM, HSM_HART_GET_STATUS, self, 0);
	call(7, SBI_EXT_DBCN, DBCN_WRITE, 0, 0);
	call(8, SBI_LEGACY_CLEAR_IPI, 0, 0, 0);
	call(9, 0x99999999, 0, 0, 0);
	is_done = 1;
	while (arg)
		wfi(); /* stopping would be one more call */
}

void guest_main(void)
{
	static int stays;
	int key;

	call_first();
	if (hart_count() < 2)
		call_second(NULL);
	else
		hart_start(1, call_second, &stays);
	while (!is_done)
		cpu_relax();
	print("calls: r reboot, s shut down\n");
	do
		key = console_read();
	while (key != 'r' && key != 's');
	if (key == 'r')
		guest_reboot();
}
