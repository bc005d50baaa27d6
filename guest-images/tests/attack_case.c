/* SPDX-License-Identifier: Apache-2.0 */
/* Named cases: runs one, names it, counts it; and the places that are none of this guest's memory. */

#include <stdio.h>

#include "tests/attack.h"

struct place places[32];
size_t place_count;
char attack_page[2 * GUEST_PAGE_SIZE] __attribute__((aligned(4096)));

static unsigned long count;

static int is_own_memory(unsigned long addr)
{
	struct range range;

	for (int i = 0; memory_range(i, &range); i++)
		if (addr - range.base < range.size)
			return 1;
	return 0;
}

/* The node of a device that this guest's tree gives it, or -1. */
static int own_device(unsigned long addr)
{
	int depth = 0;
	struct range range;

	for (int node = dt_next(dt_path("/soc"), &depth); node >= 0 && depth > 0; node = dt_next(node, &depth))
		for (int i = 0; depth == 1 && dt_reg(node, i, &range.base, &range.size); i++)
			if (addr - range.base < range.size)
				return node;
	return -1;
}

static void add(const char *name, unsigned long addr)
{
	int node = own_device(addr);
	int is_file = node >= 0 && dt_is_compatible(node, "riscv,imsics");

	if (!is_own_memory(addr))
		places[place_count++] = (struct place){name, addr, node >= 0, is_file, addr >> 56 == 0};
}

void attack_places(void)
{
	place_count = 0;
	add("in the firmware", 0x80000000);
	add("in the firmware's stacks", 0x80040000);
	add("in the hypervisor's code", 0x80200000);
	add("in the hypervisor's data", 0x80230000);
	add("in the package", 0x80240000);
	add("in a neighbour's memory", guest_arg("neighbour", 0x88000000));
	add("in the machine's last memory", 0x8ffff000);
	add("just above memory", memory_end());
	add("above all memory", memory_hole_above());
	add("in a hole below memory", memory_hole_below());
	add("at address 0", 0);
	add("at the UART", 0x10000000);
	add("at the PLIC", 0x0c000000);
	add("at the CLINT", 0x02000000);
	add("at an M-level IMSIC", 0x24000000);
	add("at an S-level IMSIC", 0x28000000);
	add("at a guest interrupt file", 0x28001000);
	add("at a neighbour's interrupt file", 0x28005000);
	add("at the last interrupt file", 0x2800f000);
	add("at the machine's APLIC", 0x0c000000 + 0x8000);
	add("at the supervisor's APLIC", 0x0d000000);
	add("at the power switch", 0x100000);
	add("at the flash", 0x20000000);
	add("own memory plus 2^41, beyond Sv39x4", (unsigned long)attack_page + (1ul << 41));
	add("own memory with bit 63", (unsigned long)attack_page | 1ul << 63);
	add("the last page of the address space", ~0xffful);
}

unsigned long attack_absent_hart(void)
{
	unsigned long id = 0;

	for (unsigned i = 0; i < hart_count(); i++)
		if (harts[i].id >= id)
			id = harts[i].id + 1;
	return id;
}

void attack_report(int passed, const char *ext, const char *function, const char *what)
{
	char name[160];

	snprintf(name, sizeof(name), "%s %s: %s", ext, function, what);
	tap_check(passed, name);
	count++;
}

unsigned long attack_count(void)
{
	return count;
}

struct sbiret attack_ask(long eid, long fid, unsigned long a, unsigned long b, unsigned long c)
{
	return sbi_call3(eid, fid, a, b, c);
}

static int is_present(long eid)
{
	static long asked = -1;
	static int answer;

	if (asked != eid)
		answer = sbi_has(eid);
	asked = eid;
	return answer;
}

void attack_try(const struct attack *attack)
{
	unsigned long args[SBI_ARGS];
	long error = attack->error, value = attack->value;
	unsigned long changed;
	int good;

	if (!is_present(attack->eid)) {
		error = SBI_ERR_NOT_SUPPORTED;
		value = 0;
	}
	/* What SBI leaves open after an error is 0 on Bulkhead; DBTR says the index of the entry that is wrong. */
	if (value == ANY_VALUE && error != SBI_SUCCESS && attack->eid != SBI_EXT_DBTR && guest_on_bulkhead())
		value = 0;
	memcpy(args, attack->args, sizeof(attack->args));
	args[6] = (unsigned long)attack->fid;
	args[7] = (unsigned long)attack->eid;
	changed = attacker_ecall(args);
	good = !changed && (long)args[0] == error && (value == ANY_VALUE || (long)args[1] == value);
	if (!good)
		print("# error %ld value 0x%lx, %lu registers changed; wanted error %ld value 0x%lx\n", (long)args[0], args[1],
		      changed, error, (unsigned long)value);
	attack_report(good, attack->ext, attack->function, attack->what);
}

void attack_at_places(const struct attack *attack, unsigned index)
{
	struct attack here = *attack;

	for (size_t i = 0; i < place_count; i++) {
		here.what = places[i].name;
		here.args[index] = places[i].addr;
		attack_try(&here);
	}
}
