/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hostile guest: every SBI extension and function with every class of bad argument, then a seeded random walk over SBI
 * calls, CSRs and addresses. Whatever it does may hurt itself only. Boot arguments: seed=N, steps=N (20000), eid=N
 * (sweep only this), skip=N (never call this), verbose; do=cases: the named cases instead, neighbour=ADDRESS of foreign
 * memory among them; do=storm: exceptions through M-mode under hostile page tables.
 */

#include "tests/attack.h"

#define HART_START   0
#define HART_STOP    1
#define HART_SUSPEND 3
#define SSE_READ     0
#define SSE_REGISTER 2
#define SSE_COMPLETE 6
#define FID_COUNT    10
#define LAST_ERROR   (-14) /* of SBI 3.0 */

const long known_eids[] = {
	SBI_EXT_TIME, SBI_EXT_IPI, SBI_EXT_RFENCE, SBI_EXT_HSM,	 SBI_EXT_SRST, SBI_EXT_PMU,  SBI_EXT_DBCN, SBI_EXT_SUSP,
	SBI_EXT_CPPC, SBI_EXT_NACL, SBI_EXT_STA,   SBI_EXT_SSE, SBI_EXT_FWFT, SBI_EXT_DBTR, SBI_EXT_MPXY,
};
const size_t known_eid_count = ARRAY_SIZE(known_eids);

unsigned long calls_made, calls_trapped, calls_wrong;
unsigned long interesting[32];
size_t interesting_count;

static unsigned long left_out; /* an extension to leave alone */

/* What hart_start may run: it does nothing for ever. Also what DBCN may print. */
static char text[GUEST_PAGE_SIZE] __attribute__((aligned(4096)));

static void add(unsigned long value)
{
	interesting[interesting_count++] = value;
}

static void fill_interesting(void)
{
	memset(text, '#', sizeof(text));
	for (size_t i = 63; i < sizeof(text); i += 64)
		text[i] = '\n';
	add(0);
	add(1);
	add(2);
	add(64);
	add(4096);
	add(1ul << 63);
	add(~0ul);
	add(~0ul - 1);
	add(~0ul - 4095);
	add(1ul << 32);
	add(0x80000000);		/* the firmware's place on the host, and the last reserved suspend type */
	add(0x80200000);		/* the hypervisor's */
	add(0x10000000);		/* the UART */
	add(0x0c000000);		/* a host's PLIC */
	add(0x28000000);		/* a host's IMSIC */
	add(0x100000);			/* a host's power switch */
	add(memory_end() - 8);
	add(memory_end());
	add(memory_hole_above());
	add(0x8000000000000000ul | (unsigned long)text);
	add((unsigned long)text);
	add((unsigned long)text + 1);
}

int attacker_near_memory(unsigned long addr, unsigned long before, unsigned long after)
{
	static struct range own[4]; /* reading the tree each time would be most of a step */
	static int count = -1;

	if (count < 0)
		for (count = 0; count < (int)ARRAY_SIZE(own) && memory_range(count, &own[count]);)
			count++;
	for (int i = 0; i < count; i++)
		if (addr + before >= own[i].base && addr < own[i].base + own[i].size + after)
			return 1;
	return 0;
}

static int is_own_memory(unsigned long addr)
{
	return attacker_near_memory(addr, 0, 0);
}

static int is_suicide(const unsigned long *args)
{
	unsigned long fid = args[6];

	switch ((long)args[7]) {
	case SBI_LEGACY_SHUTDOWN:
		return 1;
	case SBI_EXT_SRST: /* types 0 to 2 are defined, those from 0xf0000000 on are the implementation's */
		return fid == 0 && ((uint32_t)args[0] <= 2 || (uint32_t)args[0] >= 0xf0000000);
	case SBI_EXT_HSM:
		if (fid == HART_SUSPEND) /* default types would sleep for ever; bare firmware takes any resume address */
			return (uint32_t)args[0] == 0 || is_own_memory(args[1]) || args[0] >> 32 || !guest_on_bulkhead();
		return fid == HART_STOP || (fid == HART_START && is_own_memory(args[1]));
	case SBI_EXT_SUSP:
		return (uint32_t)args[0] == 0 && (is_own_memory(args[1]) || !guest_on_bulkhead());
	case SBI_EXT_SSE: /* a handler in this program's middle, and going on where sepc happens to point */
		return (fid == SSE_REGISTER && is_own_memory(args[1])) || fid == SSE_COMPLETE;
	case SBI_EXT_FWFT: /* landing pads, shadow stacks, double traps: this program is not made for them */
		return fid == 0 && (uint32_t)args[0] - 1 < 3;
	default:
		return 0;
	}
}

/* Console calls that would print binary, or overwrite this program with input. */
static int is_noise(const unsigned long *args)
{
	unsigned long place = args[1];
	unsigned long offset = place - (unsigned long)text;
	int in_text = args[0] <= sizeof(text) && offset <= sizeof(text) - args[0];

	if (args[7] == SBI_LEGACY_PUTCHAR)
		return 1;
	if (args[7] != SBI_EXT_DBCN)
		return 0;
	return args[6] == DBCN_WRITE_BYTE ||
	       (is_own_memory(place) && is_own_memory(place + args[0] - 1) && !in_text && args[0]) ||
	       (!guest_on_bulkhead() && !in_text);
}

/* Calls that would write over this program: steal time, attributes of events. */
static int is_overwriting(const unsigned long *args)
{
	unsigned long place = (long)args[7] == SBI_EXT_STA ? args[0] : args[3];

	if ((long)args[7] != SBI_EXT_STA && ((long)args[7] != SBI_EXT_SSE || args[6] != SSE_READ))
		return 0;
	return is_own_memory(place) && place - (unsigned long)text > sizeof(text) - 128;
}

/* Extensions that write to memory, or jump there: with this program's own memory they would only hurt it. */
static int is_firmware_risk(const unsigned long *args)
{
	static const long memory_writers[] = {SBI_EXT_PMU, SBI_EXT_STA, SBI_EXT_NACL, SBI_EXT_DBTR, SBI_EXT_MPXY, SBI_EXT_SSE, SBI_EXT_FWFT};

	for (size_t i = 0; i < ARRAY_SIZE(memory_writers); i++)
		if ((long)args[7] == memory_writers[i])
			return !guest_on_bulkhead() || is_own_memory(args[0]) || is_own_memory(args[1]) || is_own_memory(args[3]);
	return 0;
}

static int answer_is_legal(const unsigned long *args, const unsigned long *asked)
{
	long error = (long)args[0];

	if (asked[7] <= SBI_LEGACY_SHUTDOWN)
		return 1;
	if (error > 0 || error < LAST_ERROR)
		return 0;
	return error != SBI_ERR_NOT_SUPPORTED || args[1] == 0;
}

static void do_call(void *arg)
{
	unsigned long *args = arg;
	unsigned long asked[SBI_ARGS];

	memcpy(asked, args, sizeof(asked));
	if (attacker_ecall(args) || !answer_is_legal(args, asked)) {
		if (calls_wrong++ < 10)
			print("# wrong: eid %lx fid %lx args %lx %lx %lx: %ld %lx\n", asked[7], asked[6], asked[0],
			      asked[1], asked[2], (long)args[0], args[1]);
	}
}

int attack_call(unsigned long args[SBI_ARGS])
{
	unsigned long cause;

	if (args[7] == left_out || is_suicide(args) || is_noise(args) || is_overwriting(args) || is_firmware_risk(args))
		return 0;
	cause = trap_run(NULL, do_call, args);
	calls_made++;
	if (cause != NO_TRAP)
		calls_trapped++;
	csr_clear(sip, SIE_SSIE);
	return 1;
}

static void sweep_function(unsigned long eid, unsigned long fid)
{
	if (guest_has_arg("verbose"))
		print("# eid 0x%lx fid %lu\n", eid, fid);
	for (size_t i = 0; i < interesting_count; i++)
		for (size_t j = 0; j < interesting_count; j++) {
			unsigned long other = interesting[(i + j) % interesting_count];
			unsigned long args[SBI_ARGS] = {interesting[i], interesting[j], other, interesting[i], other, 0, fid, eid};

			if (eid == SBI_EXT_DBCN)
				args[2] = 0;
			attack_call(args);
		}
}

static void sweep(void)
{
	unsigned long only = guest_arg("eid", ~0ul);

	for (unsigned long eid = 0; eid <= 0x20; eid++)
		for (unsigned long fid = 0; fid < (eid == SBI_EXT_BASE ? FID_COUNT : 1); fid++)
			if (only == ~0ul || only == eid)
				sweep_function(eid, fid);
	for (size_t i = 0; i < known_eid_count; i++)
		for (unsigned long fid = 0; fid < FID_COUNT; fid++)
			if (only == ~0ul || only == (unsigned long)known_eids[i])
				sweep_function((unsigned long)known_eids[i], fid);
}

/* Bare firmware lets S-mode name any address, so there only what needs none is asked. */
static void named_cases(void)
{
	static void (*const tables[])(void) = {
		attack_base, attack_reset, attack_masks, attack_absent, attack_harts, attack_console, attack_legacy, attack_pmu,
		attack_sse, attack_features, attack_steal_time, attack_suspend, attack_triggers, attack_accesses, attack_walks,
		attack_csrs,
	};
	size_t count = guest_on_bulkhead() ? ARRAY_SIZE(tables) : 2;

	attack_places();
	for (size_t i = 0; i < count; i++)
		tables[i]();
	print("attacker: %lu named cases\n", attack_count());
}

static void sweep_and_fuzz(void)
{
	uint64_t seed = guest_arg("seed", rdtime());
	unsigned long steps = guest_arg("steps", 20000);

	left_out = guest_arg("skip", ~0ul);
	fill_interesting();
	sweep();
	timer_set(~0ul);
	print("# sweep: %lu calls, %lu ended in a trap\n", calls_made, calls_trapped);
	tap_check(calls_made > 0, "every call of the sweep came back");
	tap_equal((long)calls_wrong, 0, "every answer is one that the SBI allows, other registers kept");
	calls_wrong = 0;
	print("# fuzz: seed=%lu steps=%lu\n", seed, steps);
	fuzz(seed, steps);
	timer_set(~0ul);
	tap_check(1, "every step of the fuzzer came back");
	tap_equal((long)calls_wrong, 0, "every answer to the fuzzer is one that the SBI allows");
}

void guest_main(void)
{
	if (guest_arg_is("do", "cases"))
		named_cases();
	else if (guest_arg_is("do", "storm"))
		attack_storm(guest_arg("steps", 20000), guest_arg("seed", 1));
	else
		sweep_and_fuzz();
	tap_end();
}
