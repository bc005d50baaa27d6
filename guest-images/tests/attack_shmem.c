/* SPDX-License-Identifier: Apache-2.0 */
/* Named cases of FWFT, STA, SUSP and DBTR (SBI 3.0): reserved features and kinds, foreign and misaligned memory. */

#include "tests/attack.h"

enum { FWFT_SET, FWFT_GET };
enum { DBTR_NUM_TRIGGERS, DBTR_SET_SHMEM, DBTR_READ, DBTR_INSTALL, DBTR_UPDATE, DBTR_UNINSTALL, DBTR_ENABLE, DBTR_DISABLE };

static void feature(const char *function, long fid, const char *what, unsigned long id, unsigned long value,
		    unsigned long flags, long error)
{
	attack_try(&(struct attack){"FWFT", SBI_EXT_FWFT, function, fid, what, {id, value, flags}, error,
				    fid == FWFT_GET ? 0 : ANY_VALUE});
}

static void reserved_features(void)
{
	static const struct {
		unsigned long id;
		const char *what;
	} rows[] = {
		{6, "first reserved local feature"},	      {0x3fffffff, "last reserved local feature"},
		{0x40000000, "first platform's local feature"}, {0x7fffffff, "last platform's local feature"},
		{0x80000000, "first reserved global feature"}, {0xbfffffff, "last reserved global feature"},
		{0xc0000000, "first platform's global feature"}, {0xffffffff, "last platform's global feature"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		feature("get", FWFT_GET, rows[i].what, rows[i].id, 0, 0, SBI_ERR_DENIED);
		feature("set", FWFT_SET, rows[i].what, rows[i].id, 0, 0, SBI_ERR_DENIED);
		feature("set and lock", FWFT_SET, rows[i].what, rows[i].id, 0, 1, SBI_ERR_DENIED);
	}
}

/* Values and flags are looked at where the feature is there and may be set. */
void attack_features(void)
{
	static const char *const names[] = {"set MISALIGNED_EXC_DELEG", "set LANDING_PAD", "set SHADOW_STACK",
					    "set DOUBLE_TRAP", "set PTE_AD_HW_UPDATING", "set POINTER_MASKING_PMLEN"};

	reserved_features();
	for (unsigned long id = 0; id < ARRAY_SIZE(names); id++) {
		struct sbiret now = attack_ask(SBI_EXT_FWFT, FWFT_GET, id, 0, 0);
		unsigned long value = (unsigned long)now.value;
		long error = now.error ? now.error : attack_ask(SBI_EXT_FWFT, FWFT_SET, id, value, 0).error;

		if (!error)
			error = SBI_ERR_INVALID_PARAM;
		feature(names[id], FWFT_SET, "an invalid value", id, id == 5 ? 99 : 2, 0, error);
		feature(names[id], FWFT_SET, "a value of all ones", id, ~0ul, 0, error);
		feature(names[id], FWFT_SET, "reserved flag 1", id, value, 2, error);
		feature(names[id], FWFT_SET, "reserved flag 63", id, value, 1ul << 63, error);
	}
}

static void steal_time(const char *what, unsigned long low, unsigned long high, unsigned long flags, long error)
{
	attack_try(&(struct attack){"STA", SBI_EXT_STA, "steal_time_set_shmem", 0, what, {low, high, flags}, error, 0});
}

void attack_steal_time(void)
{
	unsigned long own = (unsigned long)attack_page;
	struct attack at = {"STA", SBI_EXT_STA, "steal_time_set_shmem", 0, NULL, {0}, SBI_ERR_INVALID_ADDRESS, 0};

	attack_at_places(&at, 0);
	steal_time("a high part of 1", own, 1, 0, SBI_ERR_INVALID_ADDRESS);
	steal_time("a high part of all ones", own, ~0ul, 0, SBI_ERR_INVALID_ADDRESS);
	steal_time("misaligned by 1", own + 1, 0, 0, SBI_ERR_INVALID_PARAM);
	steal_time("misaligned by 32", own + 32, 0, 0, SBI_ERR_INVALID_PARAM);
	steal_time("a low part of all ones", ~0ul, 0, 0, SBI_ERR_INVALID_PARAM);
	steal_time("flag 0", own, 0, 1, SBI_ERR_INVALID_PARAM);
	steal_time("flag 63", own, 0, 1ul << 63, SBI_ERR_INVALID_PARAM);
	steal_time("off, with a flag", ~0ul, ~0ul, 1, SBI_ERR_INVALID_PARAM);
}

static void suspend(const char *what, unsigned long type, unsigned long address, long error)
{
	attack_try(&(struct attack){"SUSP", SBI_EXT_SUSP, "system_suspend", 0, what, {type, address, 0x5eed}, error, ANY_VALUE});
}

void attack_suspend(void)
{
	unsigned long entry = (unsigned long)hart_entry;
	struct attack at = {"SUSP", SBI_EXT_SUSP, "system_suspend", 0, NULL, {0}, SBI_ERR_INVALID_ADDRESS, ANY_VALUE};

	attack_at_places(&at, 1);
	suspend("the last byte of memory", 0, memory_end() - 1, SBI_ERR_INVALID_ADDRESS);
	suspend("an odd address", 0, entry + 1, SBI_ERR_INVALID_ADDRESS);
	suspend("first reserved type", 1, entry, SBI_ERR_INVALID_PARAM);
	suspend("last reserved type", 0x7fffffff, entry, SBI_ERR_INVALID_PARAM);
	suspend("first platform's type", 0x80000000, entry, SBI_ERR_INVALID_PARAM);
	suspend("last platform's type", 0xffffffff, entry, SBI_ERR_INVALID_PARAM);
}

static void dbtr(const char *function, long fid, const char *what, unsigned long a, unsigned long b, unsigned long c, long error)
{
	attack_try(&(struct attack){"DBTR", SBI_EXT_DBTR, function, fid, what, {a, b, c}, error, ANY_VALUE});
}

static void trigger_sets(unsigned long count)
{
	static const struct {
		const char *function;
		long fid;
	} rows[] = {{"uninstall_triggers", DBTR_UNINSTALL}, {"enable_triggers", DBTR_ENABLE}, {"disable_triggers", DBTR_DISABLE}};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		dbtr(rows[i].function, rows[i].fid, "a trigger that is not installed", 0, 1, 0, SBI_ERR_INVALID_PARAM);
		dbtr(rows[i].function, rows[i].fid, "the first absent trigger", count, 1, 0, SBI_ERR_INVALID_PARAM);
		dbtr(rows[i].function, rows[i].fid, "a bit shifted out", 1, 1ul << 63, 0, SBI_ERR_INVALID_PARAM);
		dbtr(rows[i].function, rows[i].fid, "base 2^63", 1ul << 63, 1, 0, SBI_ERR_INVALID_PARAM);
		dbtr(rows[i].function, rows[i].fid, "base -1, shifted to 0", ~0ul, 2, 0, SBI_ERR_INVALID_PARAM);
	}
}

static void trigger_ranges(unsigned long count)
{
	dbtr("read_triggers", DBTR_READ, "without shared memory", 0, 0, 0, SBI_ERR_NO_SHMEM);
	dbtr("install_triggers", DBTR_INSTALL, "without shared memory", 1, 0, 0, SBI_ERR_NO_SHMEM);
	dbtr("update_triggers", DBTR_UPDATE, "without shared memory", 1, 0, 0, SBI_ERR_NO_SHMEM);
	attack_ask(SBI_EXT_DBTR, DBTR_SET_SHMEM, (unsigned long)attack_page, 0, 0);
	dbtr("read_triggers", DBTR_READ, "the first absent trigger", count, 1, 0, SBI_ERR_BAD_RANGE);
	dbtr("read_triggers", DBTR_READ, "one trigger too many", 0, count + 1, 0, SBI_ERR_BAD_RANGE);
	dbtr("read_triggers", DBTR_READ, "base -1", ~0ul, 1, 0, SBI_ERR_BAD_RANGE);
	dbtr("read_triggers", DBTR_READ, "a count that wraps around", 1, ~0ul, 0, SBI_ERR_BAD_RANGE);
	dbtr("install_triggers", DBTR_INSTALL, "one trigger too many", count + 1, 0, 0, SBI_ERR_BAD_RANGE);
	dbtr("install_triggers", DBTR_INSTALL, "2^59 triggers, a size that wraps", 1ul << 59, 0, 0, SBI_ERR_BAD_RANGE);
	dbtr("update_triggers", DBTR_UPDATE, "one trigger too many", count + 1, 0, 0, SBI_ERR_BAD_RANGE);
	dbtr("update_triggers", DBTR_UPDATE, "-1 triggers", ~0ul, 0, 0, SBI_ERR_BAD_RANGE);
	attack_ask(SBI_EXT_DBTR, DBTR_SET_SHMEM, ~0ul, ~0ul, 0);
}

void attack_triggers(void)
{
	unsigned long count = (unsigned long)attack_ask(SBI_EXT_DBTR, DBTR_NUM_TRIGGERS, 0, 0, 0).value;
	unsigned long own = (unsigned long)attack_page;
	struct attack at = {"DBTR", SBI_EXT_DBTR, "set_shmem", DBTR_SET_SHMEM, NULL, {0}, SBI_ERR_INVALID_ADDRESS, ANY_VALUE};

	attack_at_places(&at, 0);
	dbtr("set_shmem", DBTR_SET_SHMEM, "a high part of 1", own, 1, 0, SBI_ERR_INVALID_ADDRESS);
	dbtr("set_shmem", DBTR_SET_SHMEM, "misaligned by 1", own + 1, 0, 0, SBI_ERR_INVALID_PARAM);
	dbtr("set_shmem", DBTR_SET_SHMEM, "misaligned by 4", own + 4, 0, 0, SBI_ERR_INVALID_PARAM);
	dbtr("set_shmem", DBTR_SET_SHMEM, "flag 0", own, 0, 1, SBI_ERR_INVALID_PARAM);
	dbtr("set_shmem", DBTR_SET_SHMEM, "flag 63", own, 0, 1ul << 63, SBI_ERR_INVALID_PARAM);
	trigger_sets(count);
	trigger_ranges(count);
}
