/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prints all of a fresh guest's state as `state: ...` lines, on all its harts, then spoils everything it can and reboots: every
 * life must print the same. Keys on the console say what follows: d spoil and reboot, s shut down.
 */

#include "../hyp/rv/csr_list.h"
#include "tests/dirty.h"
#include "tests/fpv.h"
#include "tests/insn.h"
#include "tests/step.h"

extern struct entry dirty_entries[GUEST_MAX_HARTS];
extern const char dirty_hart_entry[];
extern char _image_end[];

_Static_assert(sizeof(struct entry) == 344, "dirty_entry.S");
_Static_assert(offsetof(struct entry, hart) == 336, "dirty_entry.S");

#define LOOKS	2048 /* pages of each memory range */
#define DEADLINE       50 /* milliseconds: time enough to be in the next life */
#define AFTER_DEADLINE 60
#define PATTERN 0xd1d1d1d1d1d1d1d1ul

static const char *const entry_csrs[ENTRY_CSRS] = {"sstatus", "sie", "stvec", "scounteren", "sscratch", "sepc", "scause", "stval",
						   "sip", "satp"};

/* All that a guest has, or could be thought to have, in some extension or other. */
#define NUMBER(number, name, kind) number,
static const uint16_t csrs[] = {CSR_LIST(NUMBER)};

/* Whether it is shown and spoilt with the others: not what this program runs by, or moves by itself. */
static int is_one_of_many(uint16_t number)
{
	static const uint16_t others[] = {0x100, 0x104, 0x105, 0x140, 0x141,
					  0x142, 0x143, 0x144, 0x180, 0xda0};

	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		if (number == others[i])
			return 0;
	return number < 0xc00 || number > 0xc1f;
}

static volatile unsigned done;
static volatile unsigned spoilt;

static void print_csrs(void)
{
	struct step step;

	csr_set(sstatus, SSTATUS_FS | SSTATUS_VS);
	for (size_t i = 0; i < ARRAY_SIZE(csrs); i++) {
		if (!is_one_of_many(csrs[i]))
			continue;
		step_fill(&step, 1);
		step.entry |= SSTATUS_VS;
		if (step_insn(&step, INSN_CSRR(csrs[i])) == NO_TRAP)
			STATE("csr-%03x %lx", csrs[i], step.out[10]);
		else
			STATE("csr-%03x cause %ld", csrs[i], (long)step.cause);
	}
}

/*
 * Values as they are but for what firmware leaves in them: all ones where it looked for their width, and what one without filters
 * counts between its calls. (scountovf is left out: in firmware's hands its bits tell what has been configured once.)
 */
static void print_hpmcounters(void)
{
	struct step step;

	for (unsigned i = 3; i < 32; i++) {
		step_fill(&step, 1);
		if (step_insn(&step, INSN_CSRR(0xc00 + i)) == NO_TRAP)
			STATE("hpmcounter%u %lx", i, (step.out[10] + 1) >> 16);
		else
			STATE("hpmcounter%u cause %ld", i, (long)step.cause);
	}
}

static void print_f(void)
{
	uint64_t f[32];

	f_read(f);
	for (unsigned i = 0; i < 32; i++)
		STATE("f%u %lx", i, f[i]);
}

static void print_v(void)
{
	static uint8_t bytes[GUEST_MAX_HARTS][V_MAX_BYTES];
	uint8_t *v = bytes[hart_self()->index];
	unsigned long size = FPV_READ(CSR_VLENB);

	if (32 * size > V_MAX_BYTES)
		return;
	v_read(v);
	for (unsigned i = 0; i < 32; i++) {
		unsigned long sum = 0;

		for (unsigned long n = 0; n < size; n++)
			sum = sum * 257 + v[i * size + n];
		STATE("v%u sum %lx", i, sum);
	}
}

/* The state as it was at the first instruction, then what can only be looked at from here on. */
static void print_state(void *arg)
{
	const struct entry *entry = arg;

	for (unsigned i = 1; i < 32; i++)
		STATE("x%u %lx", i, entry->x[i]);
	for (unsigned i = 0; i < ENTRY_CSRS; i++)
		STATE("%s %lx", entry_csrs[i], entry->csr[i]);
	timer_delay(timer_frequency() / 1000 * AFTER_DEADLINE);
	STATE("sip after the last life's deadline %lx", csr_read(sip));
	print_csrs();
	print_hpmcounters();
	if (dt_has_isa("d"))
		print_f();
	if (dt_has_isa("v"))
		print_v();
	print_irq_state();
	print_sbi_state();
	csr_clear(sstatus, SSTATUS_FS | SSTATUS_VS);
	__atomic_add_fetch(&done, 1, __ATOMIC_RELEASE);
}

static void each_word(uint64_t begin, uint64_t end, unsigned long *not_zero, int write)
{
	uint64_t stride = (end - begin) / LOOKS & ~(GUEST_PAGE_SIZE - 1);

	if (stride == 0)
		stride = GUEST_PAGE_SIZE;
	for (uint64_t at = begin; at + GUEST_PAGE_SIZE <= end; at += stride) {
		volatile uint64_t *page = (volatile uint64_t *)at;

		if (memory_is_taken(at))
			continue;
		*not_zero += (page[0] != 0) + (page[511] != 0) + (page[at >> 12 & 511] != 0);
		if (write)
			page[0] = page[511] = page[at >> 12 & 511] = PATTERN;
	}
}

/* First, last and one more word of free pages all over memory. */
static void look_at_memory(int write)
{
	unsigned long not_zero = 0;
	struct range range;

	for (int i = 0; memory_range(i, &range); i++)
		each_word(range.base, range.base + range.size, &not_zero, write);
	if (!write)
		STATE("memory: %lu words are not zero", not_zero);
}

static void spoil_fpv(void)
{
	static uint64_t pattern[V_MAX_BYTES / 8];

	for (size_t i = 0; i < ARRAY_SIZE(pattern); i++)
		pattern[i] = PATTERN;
	csr_set(sstatus, SSTATUS_FS | SSTATUS_VS);
	if (dt_has_isa("d"))
		f_write(pattern);
	if (dt_has_isa("v") && 32 * FPV_READ(CSR_VLENB) <= V_MAX_BYTES) {
		FPV_WRITE(CSR_VSTART, 0);
		v_write(pattern);
		v_configure(3, 0xd1); /* e32, m2, ta, ma */
	}
}

static void spoil_csrs(void)
{
	struct step step;

	for (size_t i = 0; i < ARRAY_SIZE(csrs); i++) {
		if (!is_one_of_many(csrs[i]))
			continue;
		step_fill(&step, 1);
		step.entry |= SSTATUS_VS;
		step.in[10] = csrs[i] == CSR_VSTART ? 1 : PATTERN;
		step_insn(&step, csrs[i] << 20 | 0x51073u); /* csrw csr, a0 */
	}
}

/* Translation on: our own memory in one gigapage, as far as Sv39 reaches. */
static void spoil_satp(void)
{
	static uint64_t root[512] __attribute__((aligned(4096)));
	uint64_t here = (uint64_t)root >> 30;

	if (here >= 256)
		return;
	root[here] = here << 30 >> 12 << PTE_PPN_SHIFT | PTE_V | PTE_R | PTE_W | PTE_X | PTE_A | PTE_D;
	csr_write(satp, SATP_MODE_SV39 | (uint64_t)root >> 12);
}

/* Everything that a hart can change; it takes no trap and makes no indirect call any more afterwards. */
static void spoil(void *arg)
{
	timer_set(hart_self()->index % 2 != 0 ? 0 : csr_read(time) + timer_frequency() / 1000 * DEADLINE);
	spoil_irq_state();
	spoil_csrs();
	spoil_fpv();
	spoil_satp();
	csr_write(sepc, PATTERN);
	csr_write(scause, 5);
	csr_write(stval, PATTERN);
	csr_set(sstatus, SSTATUS_SUM | SSTATUS_SPIE | SSTATUS_SPP | 1ul << 19); /* and MXR */
	csr_set(sip, SIE_SSIE);
	csr_write(scounteren, 0);
	csr_write(sie, SIE_SSIE | SIE_STIE | SIE_SEIE);
	spoil_sbi_state();
	csr_write(stvec, PATTERN);
	csr_write(sscratch, PATTERN);
	__atomic_add_fetch(&spoilt, 1, __ATOMIC_RELEASE);
	if (arg == NULL) /* any hart but the one that reboots */
		for (;;)
			cpu_relax();
}

static void print_and_spoil(void *arg)
{
	print_state(arg);
	while (done < 1000)
		cpu_relax();
	spoil(NULL);
}

/* One hart after the other: their lines have an order. */
static void print_others(void)
{
	for (unsigned i = 1; i < hart_count(); i++) {
		dirty_entries[i].hart = &harts[i];
		harts[i].start = print_and_spoil;
		harts[i].arg = &dirty_entries[i];
		__sync_synchronize();
		sbi_call3(SBI_EXT_HSM, HSM_HART_START, harts[i].id, (unsigned long)dirty_hart_entry,
			  (unsigned long)&dirty_entries[i]);
		while (__atomic_load_n(&done, __ATOMIC_ACQUIRE) <= i)
			cpu_relax();
	}
}

void guest_main(void)
{
	irq_disable();
	look_at_memory(0);
	look_at_devices(0);
	print_state(&dirty_entries[0]);
	print_others();
	print("dirty: d spoil and reboot, s shut down?\n");
	if (console_wait("ds") == 's')
		return;
	print("dirty: spoiling\n");
	look_at_memory(1);
	look_at_devices(1);
	__atomic_add_fetch(&done, 1000, __ATOMIC_RELEASE);
	while (__atomic_load_n(&spoilt, __ATOMIC_ACQUIRE) + 1 < hart_count())
		cpu_relax();
	spoil((void *)1);
	sbi_call3(SBI_EXT_SRST, 0, SRST_COLD_REBOOT, 0, 0);
	print("dirty: reboot refused\n");
}
