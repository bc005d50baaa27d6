/* SPDX-License-Identifier: Apache-2.0 */
/* Named cases of what does not exist: unknown extensions and functions, absent extensions, reserved kinds of reset. */

#include <stdio.h>

#include "tests/attack.h"

static const struct {
	const char *name;
	long eid;
	long first_unknown; /* function */
} extensions[] = {
	{"BASE", SBI_EXT_BASE, 7},     {"TIME", SBI_EXT_TIME, 1}, {"IPI", SBI_EXT_IPI, 1},   {"RFENCE", SBI_EXT_RFENCE, 7},
	{"HSM", SBI_EXT_HSM, 4},       {"SRST", SBI_EXT_SRST, 1}, {"DBCN", SBI_EXT_DBCN, 3}, {"PMU", SBI_EXT_PMU, 9},
	{"SUSP", SBI_EXT_SUSP, 1},     {"STA", SBI_EXT_STA, 1},   {"SSE", SBI_EXT_SSE, 10},  {"FWFT", SBI_EXT_FWFT, 2},
	{"DBTR", SBI_EXT_DBTR, 8},     {"CPPC", SBI_EXT_CPPC, 5}, {"NACL", SBI_EXT_NACL, 5}, {"MPXY", SBI_EXT_MPXY, 8},
};

static void unknown_functions(const char *name, long eid, long first)
{
	const struct {
		long fid;
		const char *what;
	} fids[] = {
		{first, "the first that is not defined"},
		{0x7fffffff, "the last positive number"},
		{-1, "-1"},
		{-0x7fffffff - 1, "the first negative number"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(fids); i++)
		attack_try(&(struct attack){name, eid, "unknown function", fids[i].fid, fids[i].what,
					    {1, 2, 3, 4, 5, 6}, SBI_ERR_NOT_SUPPORTED, 0});
}

static void unknown_extensions(void)
{
	static const struct {
		long eid;
		const char *name;
	} rows[] = {
		{0x9, "first reserved legacy number"}, {0xf, "last reserved legacy number"}, {0x11, "number after BASE"},
		{0x08000000, "first experimental"},    {0x08ffffff, "last experimental"},    {0x09000000, "first vendor's"},
		{0x09ffffff, "last vendor's"},	       {0x0a000000, "first firmware's"},     {0x0affffff, "last firmware's"},
		{0x7fffffff, "last positive"},	       {-1, "-1"},			     {-0x7fffffff - 1, "first negative"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct sbiret got = attack_ask(SBI_EXT_BASE, 3, (unsigned long)rows[i].eid, 0, 0);

		attack_report(got.error == 0 && got.value == 0, "BASE", "probe_extension", rows[i].name);
		for (long fid = 0; fid < 2; fid++)
			attack_try(&(struct attack){"unknown extension", rows[i].eid, fid ? "function 1" : "function 0", fid,
						    rows[i].name, {1, 2, 3, 4, 5, 6}, SBI_ERR_NOT_SUPPORTED, 0});
	}
}

/* Those that no guest has: every function of theirs, with addresses that a guest must not see written. */
void attack_absent(void)
{
	static const char *const names[] = {"CPPC", "NACL", "MPXY"};
	static const long eids[] = {SBI_EXT_CPPC, SBI_EXT_NACL, SBI_EXT_MPXY}, functions[] = {5, 5, 8};

	for (size_t i = 0; i < ARRAY_SIZE(eids); i++)
		for (long fid = 0; fid < functions[i] && !sbi_has(eids[i]); fid++) {
			char function[16];

			snprintf(function, sizeof(function), "function %ld", fid);
			attack_try(&(struct attack){names[i], eids[i], function, fid, "own memory",
						    {(unsigned long)attack_page}, SBI_ERR_NOT_SUPPORTED, 0});
			attack_try(&(struct attack){names[i], eids[i], function, fid, "in the hypervisor's data",
						    {0x80230000}, SBI_ERR_NOT_SUPPORTED, 0});
		}
}

void attack_base(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(extensions); i++)
		unknown_functions(extensions[i].name, extensions[i].eid, extensions[i].first_unknown);
	unknown_extensions();
}

static void reset(const char *function, const char *what, unsigned long type, unsigned long reason)
{
	attack_try(&(struct attack){"SRST", SBI_EXT_SRST, function, 0, what, {type, reason}, SBI_ERR_INVALID_PARAM, ANY_VALUE});
}

void attack_reset(void)
{
	static const struct {
		unsigned long number;
		const char *what;
	} types[] = {
		{3, "first reserved type"},	       {0xefffffff, "last reserved type"},
		{0xf0000000, "first platform's type"}, {0xffffffff, "last platform's type"},
		{~0ul, "type -1"},
	}, reasons[] = {
		{2, "first reserved reason"},		     {0xdfffffff, "last reserved reason"},
		{0xe0000000, "first implementation's reason"}, {0xefffffff, "last implementation's reason"},
		{0xf0000000, "first platform's reason"},     {0xffffffff, "last platform's reason"},
	};
	static const char *const functions[] = {"shutdown", "cold reboot", "warm reboot"};

	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		reset("without a reason", types[i].what, types[i].number, 0);
		reset("of a failure", types[i].what, types[i].number, 1);
	}
	for (unsigned long type = 0; type < ARRAY_SIZE(functions); type++)
		for (size_t i = 0; i < ARRAY_SIZE(reasons); i++)
			reset(functions[type], reasons[i].what, type, reasons[i].number);
}
