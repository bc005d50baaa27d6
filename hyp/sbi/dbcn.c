// SPDX-License-Identifier: Apache-2.0
// SBI Debug Console (SBI 3.0, "Debug Console Extension (EID #0x4442434E "DBCN")"), on the guest's own port. No call waits for
// the UART: a write takes as much as the port has room for.
#include "guest/guest_memory.h"
#include "rv/guestmem.h"
#include "sbi/sbi.h"

static uint64_t write_bytes(struct guest *g, uint64_t gpa, uint64_t size)
{
	struct gpa_access access = gpa_begin();
	struct ring *out = &g->port->out;
	uint64_t n = 0, word;
	bool was_empty;
	uint8_t byte;

	spinlock_take(&g->device_lock);
	was_empty = ring_used(out) == 0;
	size = min_u64(size, ring_room(out));
	while (n < size) {
		if (is_aligned(gpa + n, 8) && size - n >= 8) {
			if (guestmem_load(gpa + n, &word) != 0)
				break;
			for (uint32_t i = 0; i < 8; i++, word >>= 8)
				ring_put(out, (uint8_t)word);
			n += 8;
		} else {
			if (guestmem_load_byte(gpa + n, &byte) != 0)
				break;
			ring_put(out, byte);
			n++;
		}
	}
	if (n != 0)
		guest_console_tell(was_empty);
	spinlock_give(&g->device_lock);
	gpa_end(access);
	return n;
}

static uint64_t read_bytes(struct guest *g, uint64_t gpa, uint64_t size)
{
	struct gpa_access access = gpa_begin();
	uint64_t n = 0;

	spinlock_take(&g->device_lock);
	for (; n < size && ring_used(&g->port->in) != 0; n++) {
		if (guestmem_store_byte(gpa + n, ring_peek(&g->port->in, 0)) != 0)
			break;
		guest_console_get(g);
	}
	guest_update_uart(g);
	spinlock_give(&g->device_lock);
	gpa_end(access);
	return n;
}

sbi_ret_t sbi_write_byte(struct vcpu *v)
{
	struct guest *g = v->guest;
	bool is_taken;

	spinlock_take(&g->device_lock);
	is_taken = guest_console_room(g) != 0;
	if (is_taken)
		guest_console_put(g, (uint8_t)sbi_arg(v, 0));
	spinlock_give(&g->device_lock);
	if (is_taken)
		return sbi_value(0);
	vcpu_snapshot(v)->verdict = VERDICT_RESUME; // a blocking call: the guest comes again, and takes its interrupts meanwhile
	return sbi_unchanged(v);
}

sbi_ret_t sbi_dbcn(struct vcpu *v)
{
	struct guest *g = v->guest;
	uint64_t size = sbi_arg(v, 0), gpa = sbi_arg(v, 1), gpa_high = sbi_arg(v, 2);

	switch (sbi_fid(v)) {
	case SBI_DBCN_WRITE:
	case SBI_DBCN_READ:
		if (size == 0)
			return sbi_value(0);
		if (!gpa_is_shmem(g, gpa, gpa_high, size))
			return sbi_error(SBI_ERR_INVALID_PARAM);
		return sbi_value(sbi_fid(v) == SBI_DBCN_WRITE ? write_bytes(g, gpa, size) : read_bytes(g, gpa, size));
	case SBI_DBCN_WRITE_BYTE:
		return sbi_write_byte(v);
	default:
		return sbi_error(SBI_ERR_NOT_SUPPORTED);
	}
}
