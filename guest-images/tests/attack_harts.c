/* SPDX-License-Identifier: Apache-2.0 */
/* Named cases about harts: masks and bases of IPI and RFENCE, harts and addresses of HSM. */

#include "tests/attack.h"

struct mask_class {
	const char *what;
	unsigned long mask, base;
	long error;
};

/* Functions that take a hart mask; those of hypervisors are not there whatever the mask is. */
static const struct {
	const char *ext, *function;
	long eid, fid;
	int is_absent;
} takers[] = {
	{"IPI", "send_ipi", SBI_EXT_IPI, 0, 0},
	{"RFENCE", "fence_i", SBI_EXT_RFENCE, 0, 0},
	{"RFENCE", "sfence_vma", SBI_EXT_RFENCE, 1, 0},
	{"RFENCE", "sfence_vma_asid", SBI_EXT_RFENCE, 2, 0},
	{"RFENCE", "hfence_gvma_vmid", SBI_EXT_RFENCE, 3, 1},
	{"RFENCE", "hfence_gvma", SBI_EXT_RFENCE, 4, 1},
	{"RFENCE", "hfence_vvma_asid", SBI_EXT_RFENCE, 5, 1},
	{"RFENCE", "hfence_vvma", SBI_EXT_RFENCE, 6, 1},
};

static void try_mask(size_t taker, const struct mask_class *class)
{
	int is_absent = takers[taker].is_absent;

	attack_try(&(struct attack){takers[taker].ext, takers[taker].eid, takers[taker].function, takers[taker].fid,
				    class->what, {class->mask, class->base, 0x1000, 0x1000, 1},
				    is_absent ? SBI_ERR_NOT_SUPPORTED : class->error, is_absent ? 0 : ANY_VALUE});
	csr_clear(sip, SIE_SSIE);
}

void attack_masks(void)
{
	unsigned long absent = attack_absent_hart(), self = hart_self()->id;
	const struct mask_class classes[] = {
		{"oneself by base", 1, self, SBI_SUCCESS},
		{"everyone, base -1 and an empty mask", 0, ~0ul, SBI_SUCCESS},
		{"everyone, base -1 and a mask of all ones", ~0ul, ~0ul, SBI_SUCCESS},
		{"nobody", 0, 0, SBI_SUCCESS},
		{"nobody, counted from the first absent hart", 0, absent, SBI_SUCCESS},
		{"nobody, counted from -2", 0, ~0ul - 1, SBI_SUCCESS},
		{"the first absent hart by base", 1, absent, SBI_ERR_INVALID_PARAM},
		{"hart 64", 1, 64, SBI_ERR_INVALID_PARAM},
		{"a hart of the machine's, not of the guest's", 1, absent + 1, SBI_ERR_INVALID_PARAM},
		{"base 1000000", 1, 1000000, SBI_ERR_INVALID_PARAM},
		{"base 2^32", 1, 1ul << 32, SBI_ERR_INVALID_PARAM},
		{"base 2^63", 1, 1ul << 63, SBI_ERR_INVALID_PARAM},
		{"base -2", 1, ~0ul - 1, SBI_ERR_INVALID_PARAM},
		{"base -2, shifted to -1", 2, ~0ul - 1, SBI_ERR_INVALID_PARAM},
		{"base -2, shifted to 0", 4, ~0ul - 1, SBI_ERR_INVALID_PARAM},
		{"base -64, shifted out to -1", 1ul << 63, ~0ul - 63, SBI_ERR_INVALID_PARAM},
		{"the first absent hart by mask", 1ul << absent, 0, SBI_ERR_INVALID_PARAM},
		{"an absent hart beside oneself", 1ul << absent | 1ul << self, 0, SBI_ERR_INVALID_PARAM},
		{"the last bit", 1ul << 63, 0, SBI_ERR_INVALID_PARAM},
		{"a mask of all ones", ~0ul, 0, SBI_ERR_INVALID_PARAM},
		{"a mask of all ones from hart 1 on", ~0ul, 1, SBI_ERR_INVALID_PARAM},
		{"a bit shifted out to hart 64", 1ul << 63, 1, SBI_ERR_INVALID_PARAM},
		{"a bit shifted out beside oneself", 1ul << 63 | 1, self + 1 < absent ? self + 1 : self, SBI_ERR_INVALID_PARAM},
		{"all ones from the last hart on", ~0ul, absent - 1, SBI_ERR_INVALID_PARAM},
	};

	for (size_t taker = 0; taker < ARRAY_SIZE(takers); taker++)
		for (size_t i = 0; i < ARRAY_SIZE(classes); i++)
			if (classes[i].mask != 1ul << 63 || classes[i].base || absent <= 63)
				try_mask(taker, &classes[i]);
}

static void hsm(const char *function, long fid, const char *what, unsigned long a, unsigned long b, long error)
{
	attack_try(&(struct attack){"HSM", SBI_EXT_HSM, function, fid, what, {a, b, 0x5eed}, error, ANY_VALUE});
}

/* Reserved and platform specific kinds; the resume address is one that would be refused as well. */
static void suspend_kinds(void)
{
	static const struct {
		unsigned long type;
		const char *what;
	} rows[] = {
		{1, "first reserved retentive type"},		   {0x0fffffff, "last reserved retentive type"},
		{0x10000000, "first platform's retentive type"},   {0x7fffffff, "last platform's retentive type"},
		{0x80000001, "first reserved non-retentive type"}, {0x8fffffff, "last reserved non-retentive type"},
		{0x90000000, "first platform's non-retentive type"}, {0xffffffff, "last platform's non-retentive type"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		hsm("hart_suspend", HSM_HART_SUSPEND, rows[i].what, rows[i].type, (unsigned long)hart_entry, SBI_ERR_INVALID_PARAM);
}

void attack_harts(void)
{
	unsigned long absent = attack_absent_hart(), entry = (unsigned long)hart_entry;
	const struct {
		unsigned long id;
		const char *what;
	} rows[] = {
		{absent, "the first absent hart"}, {absent + 1, "the second absent hart"}, {63, "hart 63"},
		{64, "hart 64"},		   {1000000, "hart 1000000"},		   {1ul << 31, "hart 2^31"},
		{1ul << 32, "hart 2^32"},	   {1ul << 63, "hart 2^63"},		   {~0ul, "hart -1"},
		{~0ul - 1, "hart -2"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		hsm("hart_start", HSM_HART_START, rows[i].what, rows[i].id, entry, SBI_ERR_INVALID_PARAM);
		hsm("hart_get_status", HSM_HART_GET_STATUS, rows[i].what, rows[i].id, 0, SBI_ERR_INVALID_PARAM);
	}
	hsm("hart_start", HSM_HART_START, "oneself", hart_self()->id, entry, SBI_ERR_ALREADY_AVAILABLE);
	suspend_kinds();
	for (size_t i = 0; i < place_count; i++) {
		if (hart_count() > 1)
			hsm("hart_start", HSM_HART_START, places[i].name, harts[1].id, places[i].addr, SBI_ERR_INVALID_ADDRESS);
		hsm("hart_suspend", HSM_HART_SUSPEND, places[i].name, 0x80000000, places[i].addr, SBI_ERR_INVALID_ADDRESS);
	}
	hsm("hart_suspend", HSM_HART_SUSPEND, "the last byte of memory", 0x80000000, memory_end() - 1, SBI_ERR_INVALID_ADDRESS);
	hsm("hart_suspend", HSM_HART_SUSPEND, "an odd address", 0x80000000, entry + 1, SBI_ERR_INVALID_ADDRESS);
	if (hart_count() < 2)
		return;
	hsm("hart_start", HSM_HART_START, "the last byte of memory", harts[1].id, memory_end() - 1, SBI_ERR_INVALID_ADDRESS);
	hsm("hart_start", HSM_HART_START, "an odd address", harts[1].id, entry + 1, SBI_ERR_INVALID_ADDRESS);
	tap_equal(hart_status(1), HSM_STOPPED, "HSM: after all this the other hart is still stopped");
}
