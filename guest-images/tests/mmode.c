/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How long a guest can keep its hart in M-mode: what it can do that the firmware works on, each TURNS times, and the most of it in
 * instructions where the machine counts them as time. What is not there answers at once.
 */
#include "bare/guest.h"

#define TURNS 256

static void system_unknown(void *arg) { (void)arg; __asm__ volatile(".4byte 0x02004073"); }
static void compressed_zero(void *arg) { (void)arg; __asm__ volatile(".2byte 0"); }
static void all_ones(void *arg) { (void)arg; __asm__ volatile(".4byte 0xffffffff"); }
static void misc_mem(void *arg) { (void)arg; __asm__ volatile(".4byte 0x0000700f"); }
static void machine_return(void *arg) { (void)arg; __asm__ volatile("mret"); }
static void machine_csr(void *arg) { (void)arg; __asm__ volatile("csrr t0, mscratch" ::: "t0"); }
static void read_time(void *arg) { (void)arg; __asm__ volatile("rdtime t0" ::: "t0"); }

static void misaligned_load(void *arg)
{
	__asm__ volatile("ld t0, 1(%0)" : : "r"(arg) : "t0", "memory");
}

static void misaligned_store(void *arg)
{
	__asm__ volatile("sd zero, 1(%0)" : : "r"(arg) : "memory");
}

static void atomic_of_nothing(void *arg)
{
	(void)arg;
	__asm__ volatile("amoadd.d t0, zero, (%0)" : : "r"(8ul) : "t0", "memory");
}

static uint64_t memory[4];

static const struct {
	const char *name;
	void (*run)(void *arg);
} instructions[] = {
	{"SYSTEM, unknown", system_unknown}, {"compressed zero", compressed_zero}, {"all ones", all_ones},
	{"MISC-MEM, unknown", misc_mem}, {"mret", machine_return}, {"csrr mscratch", machine_csr}, {"rdtime", read_time},
	{"misaligned load", misaligned_load}, {"misaligned store", misaligned_store}, {"AMO of no memory", atomic_of_nothing},
};

/* arg0 HARTS: all harts of the guest. */
#define HARTS (-1ul)

static const struct {
	const char *name;
	long eid, fid;
	unsigned long arg0, arg1, arg2, arg3, arg4;
} calls[] = {
	{"set_timer", SBI_EXT_TIME, 0, -1ul, 0, 0, 0, 0},
	{"send_ipi to all", SBI_EXT_IPI, 0, HARTS, 0, 0, 0, 0},
	{"fence.i of all", SBI_EXT_RFENCE, RFENCE_FENCE_I, HARTS, 0, 0, 0, 0},
	{"sfence.vma of all, 1 page", SBI_EXT_RFENCE, RFENCE_SFENCE_VMA, HARTS, 0, 0, 4096, 0},
	{"sfence.vma of all, 512 pages", SBI_EXT_RFENCE, RFENCE_SFENCE_VMA, HARTS, 0, 0, 512 * 4096, 0},
	{"sfence.vma of all, everything", SBI_EXT_RFENCE, RFENCE_SFENCE_VMA, HARTS, 0, 0, -1ul, 0},
	{"PMU counter_config_matching", SBI_EXT_PMU, 2, 0, 0xff, 0, 0x10019, 0},
	{"PMU counter_start", SBI_EXT_PMU, 3, 0, 0xff, 0, 0, 0},
	{"PMU counter_stop", SBI_EXT_PMU, 4, 0, 0xff, 0, 0, 0},
	{"FWFT set, misaligned", SBI_EXT_FWFT, 0, 0, 1, 0, 0, 0},
	{"FWFT get, misaligned", SBI_EXT_FWFT, 1, 0, 0, 0, 0, 0},
	{"DBTR num_triggers", SBI_EXT_DBTR, 0, 0, 0, 0, 0, 0},
};

static void spin(void *arg)
{
	(void)arg;
	for (;;)
		cpu_relax();
}

static void tell(const char *name, unsigned long most)
{
	print("mmode: %s: %lu\n", name, most);
}

void guest_main(void)
{
	struct trap t;

	for (unsigned i = 1; i < hart_count(); i++)
		hart_start(i, spin, NULL);
	for (unsigned i = 0; i < sizeof(instructions) / sizeof(instructions[0]); i++) {
		unsigned long most = 0;

		for (unsigned turn = 0; turn < TURNS; turn++) {
			unsigned long begin = rdcycle(), took;

			trap_run(&t, instructions[i].run, memory);
			took = rdcycle() - begin;
			most = took > most ? took : most;
		}
		tell(instructions[i].name, most);
	}
	for (unsigned i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		unsigned long mask = calls[i].arg0 == HARTS && calls[i].eid != SBI_EXT_TIME ? (1ul << hart_count()) - 1 : calls[i].arg0;
		unsigned long most = 0;

		for (unsigned turn = 0; turn < TURNS; turn++) {
			unsigned long begin = rdcycle(), took;

			sbi_call(calls[i].eid, calls[i].fid, mask, calls[i].arg1, calls[i].arg2, calls[i].arg3, calls[i].arg4, 0);
			took = rdcycle() - begin;
			csr_clear(sip, 2);
			most = took > most ? took : most;
		}
		tell(calls[i].name, most);
	}
	print("mmode: done\n");
}
