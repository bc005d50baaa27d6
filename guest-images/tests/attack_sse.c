/* SPDX-License-Identifier: Apache-2.0 */
/* Named cases of SSE (SBI 3.0): events of no kind, wrong states, reserved attributes, foreign memory, absent harts. */

#include "tests/attack.h"

#define LOCAL_SOFTWARE	0xffff0000ul
#define GLOBAL_SOFTWARE 0xffff8000ul
#define ATTRIBUTES	10

enum { READ_ATTRS, WRITE_ATTRS, REGISTER, UNREGISTER, ENABLE, DISABLE, COMPLETE, INJECT, HART_UNMASK, HART_MASK };

static void sse(const char *function, long fid, const char *what, unsigned long a, unsigned long b, unsigned long c,
		unsigned long d, long error)
{
	attack_try(&(struct attack){"SSE", SBI_EXT_SSE, function, fid, what, {a, b, c, d, 0}, error, ANY_VALUE});
}

static void reserved_events(void)
{
	static const struct {
		unsigned long id;
		const char *what;
	} rows[] = {
		{0x2, "first reserved local event"},	   {0x3fff, "last reserved local event of range 0"},
		{0x8001, "first reserved global event"},   {0xbfff, "last reserved global event of range 0"},
		{0x10001, "reserved local event of range 1"}, {0x18000, "reserved global event of range 1"},
		{0x100001, "reserved low priority event"}, {0x20000, "event of a reserved range"},
		{0xffff0001, "event after the software injected local one"},
		{0xffff8001, "event after the software injected global one"},
	};
	unsigned long own = (unsigned long)attack_page, pc = (unsigned long)hart_entry;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		unsigned long id = rows[i].id;

		sse("read_attrs", READ_ATTRS, rows[i].what, id, 0, 1, own, SBI_ERR_INVALID_PARAM);
		sse("write_attrs", WRITE_ATTRS, rows[i].what, id, 1, 1, own, SBI_ERR_INVALID_PARAM);
		sse("register", REGISTER, rows[i].what, id, pc, 0, 0, SBI_ERR_INVALID_PARAM);
		sse("unregister", UNREGISTER, rows[i].what, id, 0, 0, 0, SBI_ERR_INVALID_PARAM);
		sse("enable", ENABLE, rows[i].what, id, 0, 0, 0, SBI_ERR_INVALID_PARAM);
		sse("disable", DISABLE, rows[i].what, id, 0, 0, 0, SBI_ERR_INVALID_PARAM);
		sse("inject", INJECT, rows[i].what, id, hart_self()->id, 0, 0, SBI_ERR_INVALID_PARAM);
	}
}

static void attributes(const char *function, long fid, unsigned long event, unsigned long first)
{
	unsigned long own = (unsigned long)attack_page;
	struct attack at = {"SSE", SBI_EXT_SSE, function, fid, NULL, {event, first, 1}, SBI_ERR_INVALID_ADDRESS, ANY_VALUE};

	attack_at_places(&at, 3);
	sse(function, fid, "no attribute at all", event, first, 0, own, SBI_ERR_INVALID_PARAM);
	sse(function, fid, "the first reserved attribute", event, ATTRIBUTES, 1, own, SBI_ERR_BAD_RANGE);
	sse(function, fid, "one attribute too many", event, 0, ATTRIBUTES + 1, own, SBI_ERR_BAD_RANGE);
	sse(function, fid, "the last attribute and a reserved one", event, ATTRIBUTES - 1, 2, own, SBI_ERR_BAD_RANGE);
	sse(function, fid, "a range that wraps around 32 bits", event, 0xffffffff, 2, own, SBI_ERR_BAD_RANGE);
	at.what = "a high part of 1";
	at.args[3] = own;
	at.args[4] = 1;
	attack_try(&at);
	at.what = "a high part of all ones";
	at.args[4] = ~0ul;
	attack_try(&at);
}

/* Legal events of which nothing is registered, so that every change of state is a wrong one. */
static void states(unsigned long event, const char *what)
{
	unsigned long pc = (unsigned long)hart_entry;

	sse("unregister", UNREGISTER, what, event, 0, 0, 0, SBI_ERR_INVALID_STATE);
	sse("enable", ENABLE, what, event, 0, 0, 0, SBI_ERR_INVALID_STATE);
	sse("disable", DISABLE, what, event, 0, 0, 0, SBI_ERR_INVALID_STATE);
	sse("register at an odd address", REGISTER, what, event, pc + 1, 0, 0, SBI_ERR_INVALID_PARAM);
}

static void read_only(void)
{
	static const struct {
		unsigned long attribute;
		const char *what;
	} rows[] = {{0, "STATUS is read-only"}, {3, "PREFERRED_HART of a local event is read-only"}, {4, "ENTRY_PC is read-only"},
		    {5, "ENTRY_ARG is read-only"}};

	memset(attack_page, 0, sizeof(attack_page));
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		sse("write_attrs", WRITE_ATTRS, rows[i].what, LOCAL_SOFTWARE, rows[i].attribute, 1, (unsigned long)attack_page,
		    SBI_ERR_DENIED);
	sse("write_attrs", WRITE_ATTRS, "INTERRUPTED_SEPC while nothing runs", LOCAL_SOFTWARE, 6, 1, (unsigned long)attack_page,
	    SBI_ERR_INVALID_STATE);
	attack_page[0] = 2;
	sse("write_attrs", WRITE_ATTRS, "a reserved bit of CONFIG", LOCAL_SOFTWARE, 2, 1, (unsigned long)attack_page,
	    SBI_ERR_INVALID_PARAM);
	attack_page[0] = 0;
}

void attack_sse(void)
{
	static const struct {
		unsigned long distance;
		const char *what;
	} harts_absent[] = {{0, "the first absent hart"}, {1, "the second absent hart"}, {1ul << 32, "beyond 2^32"}};
	unsigned long absent = attack_absent_hart();

	reserved_events();
	attributes("read_attrs", READ_ATTRS, LOCAL_SOFTWARE, 0);
	attributes("write_attrs", WRITE_ATTRS, LOCAL_SOFTWARE, 1);
	attributes("read_attrs of a global event", READ_ATTRS, GLOBAL_SOFTWARE, 0);
	states(LOCAL_SOFTWARE, "an unused local event");
	states(GLOBAL_SOFTWARE, "an unused global event");
	read_only();
	for (size_t i = 0; i < ARRAY_SIZE(harts_absent); i++)
		sse("inject", INJECT, harts_absent[i].what, LOCAL_SOFTWARE, absent + harts_absent[i].distance, 0, 0,
		    SBI_ERR_INVALID_PARAM);
	sse("inject", INJECT, "hart -1", LOCAL_SOFTWARE, ~0ul, 0, 0, SBI_ERR_INVALID_PARAM);
	sse("hart_mask", HART_MASK, "a hart that is masked", 0, 0, 0, 0, SBI_ERR_ALREADY_STOPPED);
	sse("complete", COMPLETE, "nothing runs", 0, 0, 0, 0, SBI_SUCCESS);
}
