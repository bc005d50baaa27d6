/* SPDX-License-Identifier: Apache-2.0 */
/* In-guest test of the device tree: it agrees with itself, with SBI and with the machine; nothing of the host shows in it. */

#include "tests/dt_test.h"

#define MAX_PHANDLES 64

static const char *isa_of(int cpu, int *size)
{
	return dt_prop(cpu, "riscv,isa-extensions", size);
}

static int string_has(const char *isa, const char *name)
{
	size_t length = strlen(name);

	if (length == 1)
		return memchr(isa + 4, name[0], strcspn(isa + 4, "_")) != NULL;
	for (const char *at = strstr(isa, name); at; at = strstr(at + 1, name))
		if (at[-1] == '_' && (at[length] == '_' || at[length] == '\0'))
			return 1;
	return 0;
}

/* Both forms of a cpu's ISA name the same extensions. */
static int isa_forms_agree(int cpu)
{
	int size = 0, names = 0, in_string = 0;
	const char *list = isa_of(cpu, &size), *isa = dt_prop(cpu, "riscv,isa", NULL);

	if (!list || !isa || strncmp(isa, "rv64", 4))
		return 0;
	for (int at = 0; at < size; at += (int)strlen(list + at) + 1, names++)
		if (!string_has(isa, list + at)) {
			print("# riscv,isa lacks %s\n", list + at);
			return 0;
		}
	in_string = (int)strcspn(isa + 4, "_");
	for (const char *at = strchr(isa, '_'); at; at = strchr(at + 1, '_'))
		in_string++;
	return in_string == names;
}

static void test_cpu(int cpu, int first)
{
	int size = 0, first_size = 0;
	uint32_t id = dt_u32(cpu, "reg", ~0u);
	const char *type = dt_prop(cpu, "device_type", NULL), *base = dt_prop(cpu, "riscv,isa-base", NULL);
	const char *isa = isa_of(cpu, &size), *first_isa = isa_of(first, &first_size);

	tap_check(type && !strcmp(type, "cpu") && dt_is_compatible(cpu, "riscv"), "a cpu says so");
	tap_check(sbi_call3(SBI_EXT_HSM, HSM_HART_GET_STATUS, id, 0, 0).error == SBI_SUCCESS, "HSM knows its hart");
	tap_check(base && !strcmp(base, "rv64i"), "its base is rv64i");
	tap_check(isa_forms_agree(cpu), "riscv,isa and riscv,isa-extensions agree");
	tap_check(isa && size == first_size && !memcmp(isa, first_isa, (size_t)size), "it is like the first");
}

static void test_cpus(void)
{
	int depth = 0, cpus = dt_path("/cpus"), first = -1;
	unsigned count = 0, known = 0;

	for (int node = dt_next(cpus, &depth); node >= 0 && depth > 0; node = dt_next(node, &depth)) {
		if (depth != 1 || strncmp(dt_name(node), "cpu@", 4))
			continue;
		first = first < 0 ? node : first;
		test_cpu(node, first);
		count++;
	}
	for (unsigned long id = 0; id < 64; id++)
		known += sbi_call3(SBI_EXT_HSM, HSM_HART_GET_STATUS, id, 0, 0).error == SBI_SUCCESS;
	tap_equal((long)count, (long)known, "HSM knows as many harts as there are cpus");
	tap_equal(sbi_call3(SBI_EXT_HSM, HSM_HART_GET_STATUS, ~0ul, 0, 0).error, SBI_ERR_INVALID_PARAM, "and no other");
}

/* A timer set by the tree's frequency comes when `time` says so, and `time` advances. */
static void test_timebase(void)
{
	unsigned long frequency = dt_u32(dt_path("/cpus"), "timebase-frequency", 0), begin = rdtime(), end = timer_patience();

	tap_check(frequency >= 1000 && frequency <= 10000000000ul, "timebase-frequency is one");
	timer_set(begin + frequency / 100);
	while (!(csr_read(sip) & SIE_STIE) && rdtime() < end)
		cpu_relax();
	tap_check(rdtime() - begin >= frequency / 100 && rdtime() < end, "a timer comes at its time");
	timer_set(~0ul);
}

/* Every phandle is one node's, and what refers to one finds it. */
static void test_phandles(void)
{
	uint32_t phandles[MAX_PHANDLES];
	unsigned count = 0, twice = 0, dangling = 0;

	for (int node = dt_next(-1, NULL); node >= 0; node = dt_next(node, NULL)) {
		uint32_t own = dt_u32(node, "phandle", 0);

		for (unsigned i = 0; i < count; i++)
			twice += own && phandles[i] == own;
		if (own && count < MAX_PHANDLES)
			phandles[count++] = own;
	}
	for (int node = dt_next(-1, NULL); node >= 0; node = dt_next(node, NULL)) {
		static const char *const names[] = {"interrupt-parent", "interrupts-extended", "msi-parent", "cpu", "regmap"};

		for (size_t n = 0; n < ARRAY_SIZE(names); n++) {
			uint32_t wanted = dt_u32(node, names[n], 0);
			int found = wanted == 0;

			for (unsigned i = 0; i < count; i++)
				found |= phandles[i] == wanted;
			if (!found)
				print("# %s of %s: nothing is %u\n", names[n], dt_name(node), wanted);
			dangling += !found;
		}
	}
	tap_equal(twice, 0, "no phandle stands twice");
	tap_equal(dangling, 0, "every reference finds its phandle");
}

static void load_byte(void *arg)
{
	(void)*(volatile uint8_t *)arg;
}

/* Devices: a PLIC takes whole words only. */
static void load_word(void *arg)
{
	(void)*(volatile uint32_t *)arg;
}

static int is_there(uint64_t address)
{
	return trap_run(NULL, load_byte, (void *)address) == NO_TRAP;
}

static void test_memory_node(void)
{
	struct range range;

	for (int i = 0; memory_range(i, &range); i++) {
		print("# memory 0x%lx, 0x%lx bytes\n", range.base, range.size);
		tap_check(is_there(range.base + range.size - 1), "memory is there up to its end");
		if (guest_on_bulkhead()) { /* bare firmware keeps some of it */
			tap_check(is_there(range.base), "and from its begin on");
			tap_check(!is_there(range.base - 1) && !is_there(range.base + range.size), "and not beyond");
		}
	}
}

/* A guest's tree holds what is the guest's: nodes of these names, devices that answer. */
static void test_nothing_else(void)
{
	static const char *const known[] = {"chosen", "cpus", "memory@", "soc", "aliases", "reserved-memory"};
	static const char *const foreign[] = {"opensbi", "fw-cfg", "flash", "pci", "mmode_resv", "bulkhead,partitions", "initrd"};
	int depth = 0;
	uint64_t base;

	for (int node = dt_next(-1, &depth); node >= 0; node = dt_next(node, &depth)) {
		int good = depth != 1;

		for (size_t i = 0; i < ARRAY_SIZE(known); i++)
			good |= !strncmp(dt_name(node), known[i], strlen(known[i]));
		for (size_t i = 0; i < ARRAY_SIZE(foreign); i++)
			good &= strstr(dt_name(node), foreign[i]) == NULL;
		if (!good)
			print("# node %s\n", dt_name(node));
		tap_check(good, "a node that a guest may have");
		if (depth == 2 && dt_prop(node, "reg", NULL) && strncmp(dt_name(node), "cpu", 3) && dt_reg(node, 0, &base, NULL))
			tap_check(trap_run(NULL, load_word, (void *)base) == NO_TRAP, "a device that answers");
	}
}

static void test_stdout(void)
{
	const char *path = dt_prop(dt_path("/chosen"), "stdout-path", NULL);
	char name[64];

	if (!path) {
		tap_skip("stdout-path", "no console");
		return;
	}
	name[0] = '\0';
	strncat(name, path, strcspn(path, ":") < 63 ? strcspn(path, ":") : 63);
	tap_check(name[0] == '/' && dt_is_compatible(dt_path(name), "ns16550a"), "stdout-path leads to a UART");
}

static size_t header(unsigned field)
{
	return __builtin_bswap32(((const uint32_t *)dt_address())[field]);
}

/* A boot loader lets the tree grow where it lies: nothing is behind its blocks, and the next kilobyte is the tree's own. */
static void test_slack(void)
{
	enum { STRUCTS = 2, STRINGS = 3, STRINGS_SIZE = 8, STRUCTS_SIZE = 9 }; /* words of the header, version 17 */
	const uint8_t *tree = dt_address();
	size_t structs = header(STRUCTS) + header(STRUCTS_SIZE), strings = header(STRINGS) + header(STRINGS_SIZE);
	size_t end = structs > strings ? structs : strings;
	unsigned used = 0;

	for (size_t i = end; i < dt_size(); i++)
		used += tree[i] != 0;
	tap_check(dt_size() >= end + 1024, "the tree has room to grow");
	tap_equal(used, 0, "which is zero");
}

void test_dt(void)
{
	test_cpus();
	test_timebase();
	test_phandles();
	test_memory_node();
	test_stdout();
	if (guest_on_bulkhead()) {
		test_nothing_else();
		test_slack();
	}
	test_isa();
	test_table_extensions();
}
