/* SPDX-License-Identifier: Apache-2.0 */
/* FWFT tests: an address space, and the features about memory: A and D bits, pointer masking, misaligned accesses. */

#include "fwft_test.h"

#define LD	  0x00053283u /* ld t0, 0(a0) */
#define SD	  0x00553023u /* sd t0, 0(a0) */
#define AMOADD_D  0x005532afu /* amoadd.d t0, t0, (a0) */
#define AMOADD_W  0x005522afu
#define PTE_RW	  (PTE_V | PTE_R | PTE_W)
#define GIB_SHIFT 30

static uint64_t root[512] __attribute__((aligned(4096)));
static uint64_t middle[512] __attribute__((aligned(4096)));
static uint64_t leaf[512] __attribute__((aligned(4096)));
static uint64_t data[512] __attribute__((aligned(4096)));

static void fence(void)
{
	__asm__ volatile("sfence.vma" ::: "memory");
}

static uint64_t pte(uint64_t phys, uint64_t flags)
{
	return phys >> 12 << PTE_PPN_SHIFT | flags;
}

void vm_on(void)
{
	uint64_t here = (uint64_t)root >> GIB_SHIFT;

	memset(root, 0, sizeof(root));
	memset(leaf, 0, sizeof(leaf));
	root[here] = pte(here << GIB_SHIFT, PTE_RW | PTE_X | PTE_A | PTE_D);
	root[0] = PTE_RW | PTE_A | PTE_D;
	root[VM_BASE >> GIB_SHIFT] = pte((uint64_t)middle, PTE_V);
	middle[0] = pte((uint64_t)leaf, PTE_V);
	csr_write(satp, SATP_MODE_SV39 | (uint64_t)root >> 12);
	fence();
}

void vm_off(void)
{
	csr_write(satp, 0);
	fence();
}

uint64_t *vm_pte(unsigned page)
{
	return &leaf[page];
}

void vm_set(unsigned page, uint64_t phys, uint64_t flags)
{
	leaf[page] = pte(phys, PTE_V | flags);
	fence();
}

/* Runs one access to page 0, whose A and D are clear. Returns the cause; *bits: A and D afterwards. */
static unsigned long access_unused_page(uint32_t insn, uint64_t *bits)
{
	unsigned long cause;

	vm_on();
	vm_set(0, (uint64_t)data, PTE_R | PTE_W);
	cause = run_insn(trap_run, NULL, insn, (void *)VM_BASE);
	*bits = leaf[0] & (PTE_A | PTE_D);
	vm_off();
	return cause;
}

void check_hardware_updating(int is_on)
{
	uint64_t bits;

	print("# PTE_AD_HW_UPDATING %d\n", is_on);
	tap_equal((long)access_unused_page(LD, &bits), is_on ? (long)NO_TRAP : CAUSE_LOAD_PAGE_FAULT, "a load of an unused page");
	tap_equal((long)bits, is_on ? PTE_A : 0, "sets A, or nothing");
	tap_equal((long)access_unused_page(SD, &bits), is_on ? (long)NO_TRAP : CAUSE_STORE_PAGE_FAULT, "a store to an unused page");
	tap_equal((long)bits, is_on ? (long)(PTE_A | PTE_D) : 0, "sets A and D, or nothing");
}

void test_hardware_updating(void)
{
	int at_reset = !dt_has_isa("svade");

	if (!fwft_has(PTE_AD_HW_UPDATING)) {
		check_hardware_updating(0);
		return;
	}
	check_hardware_updating(at_reset);
	for (int turn = 0; turn < 2; turn++) {
		int is_on = turn == 0 ? !at_reset : at_reset;

		tap_equal(fwft_set(PTE_AD_HW_UPDATING, (unsigned long)is_on, 0).error, SBI_SUCCESS, "PTE_AD_HW_UPDATING: set");
		check_hardware_updating(is_on);
	}
}

static uint64_t tag(const volatile void *address, unsigned pmlen)
{
	return (uint64_t)address | 0xa5a5a5a5a5a5a5a5ul << (64 - pmlen);
}

/* What accesses through tagged pointers do at this PMLEN: those whose tag is masked work, others fault. */
static void check_tags(unsigned pmlen, runner how)
{
	static const uint32_t insns[] = {LD, SD, AMOADD_D};

	for (unsigned bits = 7; bits <= 16; bits += 9)
		for (size_t i = 0; i < ARRAY_SIZE(insns); i++) {
			unsigned long cause = run_insn(how, NULL, insns[i], (void *)tag(&data[1], bits));

			tap_check((cause == NO_TRAP) == (bits <= pmlen), bits <= pmlen ? "an access with a masked tag works"
										       : "an access with an unmasked tag faults");
		}
}

static void check_tagged_device(unsigned pmlen)
{
	unsigned shift;
	volatile uint8_t *uart = console_uart(&shift);

	if (!uart)
		return;
	tap_equal(*(volatile uint8_t *)tag(uart + (5 << shift), pmlen) & 0x20, 0x20, "a register of a device by a tagged pointer");
}

static void check_masking(unsigned pmlen)
{
	static unsigned long nobody;
	struct trap trap;

	print("# POINTER_MASKING_PMLEN %u\n", pmlen);
	tap_equal(fwft_set(POINTER_MASKING_PMLEN, pmlen, 0).error, SBI_SUCCESS, "POINTER_MASKING_PMLEN: set");
	if (guest_on_bulkhead() && sbi_has(SBI_LEGACY_SEND_IPI))
		tap_equal(sbi_call3(SBI_LEGACY_SEND_IPI, 0, pmlen ? tag(&nobody, pmlen) : (unsigned long)&nobody, 0, 0).error, 0,
			  "the SBI reads a hart mask by such a pointer");
	check_tags(pmlen, trap_run);
	check_tags(0, trap_run_user); /* senvcfg's business */
	if (pmlen)
		check_tagged_device(pmlen);
	vm_on();
	check_tags(pmlen, trap_run);
	if (pmlen) {
		check_tagged_device(pmlen);
		run_insn(trap_run, &trap, LD, (void *)tag((void *)VM_BASE, pmlen));
		tap_equal((long)trap.cause, CAUSE_LOAD_PAGE_FAULT, "an unmapped page by a tagged pointer");
		tap_equal((long)trap.tval, (long)VM_BASE, "stval has no tag");
		if (guest_on_bulkhead()) { /* OpenSBI 1.8.1 does not come back from it */
			vm_off();
			check_ret(sbi_call3(SBI_EXT_DBCN, DBCN_WRITE, 1, tag(data, pmlen), 0), SBI_ERR_INVALID_PARAM, 0,
				  "an address that SBI takes is not masked");
		}
	}
	vm_off();
}

void test_pointer_masking(void)
{
	if (!fwft_has(POINTER_MASKING_PMLEN)) {
		tap_skip("POINTER_MASKING_PMLEN", "not here");
		return;
	}
	check_masking(7);
	check_masking(16);
	check_masking(0);
	csr_set(0x10a, ENVCFG_PMM_16); /* senvcfg */
	check_tags(16, trap_run_user);
	check_tags(0, trap_run);
	csr_clear(0x10a, ENVCFG_PMM_16);
}

/* Whether misaligned accesses trap at all is the hart's business; when they do and are delegated, they come to us. */
void test_misaligned_delegation(void)
{
	struct sbiret reset = fwft_get(MISALIGNED_EXC_DELEG);
	struct trap trap;

	if (reset.error)
		return;
	for (unsigned long value = 0; value < 2; value++) {
		unsigned long cause;

		check_ret(fwft_set(MISALIGNED_EXC_DELEG, value, 0), SBI_SUCCESS, 0, "MISALIGNED_EXC_DELEG: set");
		check_ret(fwft_get(MISALIGNED_EXC_DELEG), SBI_SUCCESS, (long)value, "MISALIGNED_EXC_DELEG: get");
		cause = run_insn(trap_run, &trap, LD, (char *)data + 1);
		print("# MISALIGNED_EXC_DELEG %lu: misaligned ld: cause %ld\n", value, (long)cause);
		tap_check(cause == NO_TRAP || (value == 1 && cause == CAUSE_LOAD_MISALIGNED), "a misaligned load works or comes to us");
		cause = run_insn(trap_run, &trap, AMOADD_W, (char *)data + 1);
		print("# misaligned amoadd.w: cause %ld\n", (long)cause);
	}
	tap_equal(fwft_set(MISALIGNED_EXC_DELEG, (unsigned long)reset.value, 0).error, SBI_SUCCESS, "MISALIGNED_EXC_DELEG: set back");
}
