/* SPDX-License-Identifier: Apache-2.0 */
/* Named cases of calls that read or write memory for long-known purposes: the debug console, and the legacy hart masks. */

#include "tests/attack.h"

static void dbcn(const char *function, long fid, const char *what, unsigned long size, unsigned long low, unsigned long high)
{
	attack_try(&(struct attack){"DBCN", SBI_EXT_DBCN, function, fid, what, {size, low, high}, SBI_ERR_INVALID_PARAM, ANY_VALUE});
}

static void buffers(const char *function, const char *single, long fid)
{
	unsigned long own = (unsigned long)attack_page, end = memory_end();

	for (size_t i = 0; i < place_count; i++) {
		dbcn(function, fid, places[i].name, 16, places[i].addr, 0);
		dbcn(single, fid, places[i].name, 1, places[i].addr + 8, 0);
	}
	dbcn(function, fid, "across the end of memory", 32, end - 16, 0);
	dbcn(function, fid, "one byte beyond memory", 1, end, 0);
	dbcn(function, fid, "from own memory far beyond it", 1ul << 40, own, 0);
	dbcn(function, fid, "a size up to the end of the address space", ~own + 1, own, 0);
	dbcn(function, fid, "a size past the end of the address space", ~own + 2, own, 0);
	dbcn(function, fid, "a size of all ones", ~0ul, own, 0);
	dbcn(function, fid, "the sign bit as size", 1ul << 63, own, 0);
	dbcn(function, fid, "a range that wraps around", 16, ~0ul - 7, 0);
	dbcn(function, fid, "a high part of 1", 16, own, 1);
	dbcn(function, fid, "a high part of all ones", 16, own, ~0ul);
	dbcn(function, fid, "the sign bit as high part", 16, own, 1ul << 63);
}

void attack_console(void)
{
	memset(attack_page, 0x5a, sizeof(attack_page));
	buffers("write", "write of one byte", DBCN_WRITE);
	buffers("read", "read of one byte", DBCN_READ);
	for (size_t i = 0; i < sizeof(attack_page); i++)
		if (attack_page[i] != 0x5a)
			attack_report(0, "DBCN", "read", "refused reads leave own memory alone");
	attack_try(&(struct attack){"DBCN", SBI_EXT_DBCN, "write", DBCN_WRITE, "nothing, from own memory",
				    {0, (unsigned long)attack_page, 0}, SBI_SUCCESS, 0});
	attack_try(&(struct attack){"DBCN", SBI_EXT_DBCN, "read", DBCN_READ, "nothing, to own memory",
				    {0, (unsigned long)attack_page, 0}, SBI_SUCCESS, 0});
}

struct legacy_call {
	long eid;
	unsigned long mask;
};

static void do_legacy(void *arg)
{
	struct legacy_call *call = arg;

	sbi_call3(call->eid, 0, call->mask, 0x1000, 0x1000);
}

/* The mask is read at a virtual address, as if by the caller: it takes the fault of a load there. */
void attack_legacy(void)
{
	static const struct {
		long eid;
		const char *name;
	} rows[] = {
		{SBI_LEGACY_SEND_IPI, "send_ipi"},
		{SBI_LEGACY_REMOTE_FENCE_I, "remote_fence_i"},
		{SBI_LEGACY_REMOTE_SFENCE, "remote_sfence_vma"},
		{SBI_LEGACY_REMOTE_SFENCE_ASID, "remote_sfence_vma_asid"},
	};
	struct trap trap;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		for (size_t j = 0; j < place_count; j++) {
			struct legacy_call call = {rows[i].eid, places[j].addr};

			if (!places[j].addr)
				continue; /* NULL is every hart */
			trap_run(&trap, do_legacy, &call);
			if (trap.cause != CAUSE_LOAD_ACCESS_FAULT || trap.tval != places[j].addr)
				print("# cause %ld, stval 0x%lx\n", (long)trap.cause, trap.tval);
			attack_report(trap.cause == CAUSE_LOAD_ACCESS_FAULT && trap.tval == places[j].addr, "legacy",
				      rows[i].name, places[j].name);
		}
	csr_clear(sip, SIE_SSIE);
}
