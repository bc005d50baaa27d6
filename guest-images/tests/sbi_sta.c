/* SPDX-License-Identifier: Apache-2.0 */
/* SBI tests: STA, steal time: its shared memory is zeroed and stays so; every wrong address, alignment and flag. */

#include "sbi_test.h"

#define POISON 0x5a5a5a5a5a5a5a5aul
#define SIZE   64

static uint8_t shmem[3][SIZE] __attribute__((aligned(SIZE)));

static struct sbiret set_shmem(unsigned long low, unsigned long high, unsigned long flags)
{
	return sbi_call(SBI_EXT_STA, 0, low, high, flags, POISON, POISON, POISON);
}

/* shmem[1] holds only `byte`, and its neighbours are as they were. */
static int shmem_is(uint8_t byte)
{
	for (unsigned i = 0; i < SIZE; i++)
		if (shmem[0][i] != 0xa5 || shmem[1][i] != byte || shmem[2][i] != 0xa5)
			return 0;
	return 1;
}

static void test_wrong(unsigned long addr)
{
	static const unsigned long steps[] = {1, 2, 4, 8, 16, 32, 63};

	for (size_t i = 0; i < ARRAY_SIZE(steps); i++)
		check_ret(set_shmem(addr + steps[i], 0, 0), SBI_ERR_INVALID_PARAM, 0, "STA: a misaligned address");
	for (unsigned bit = 0; bit < 64; bit += 7)
		check_ret(set_shmem(addr, 0, 1ul << bit), SBI_ERR_INVALID_PARAM, 0, "STA: a flag");
	check_ret(set_shmem(~0ul, ~0ul, 1), SBI_ERR_INVALID_PARAM, 0, "STA: a flag while disabling");
	check_ret(set_shmem(memory_end() + 1, 0, 0), SBI_ERR_INVALID_PARAM, 0, "STA: misaligned comes before outside memory");
	check_ret(set_shmem(~0ul, 0, 0), SBI_ERR_INVALID_PARAM, 0, "STA: only the low half is all ones");
	check_ret(set_shmem(addr, ~0ul, 0), SBI_ERR_INVALID_ADDRESS, 0, "STA: only the high half is all ones");
	check_ret(set_shmem(addr, 1, 0), SBI_ERR_INVALID_ADDRESS, 0, "STA: an address beyond XLEN bits");
	check_ret(set_shmem(memory_end(), 0, 0), SBI_ERR_INVALID_ADDRESS, 0, "STA: above memory");
	check_ret(set_shmem(memory_hole_below(), 0, 0), SBI_ERR_INVALID_ADDRESS, 0, "STA: a hole below");
	check_ret(set_shmem(0x10000000, 0, 0), SBI_ERR_INVALID_ADDRESS, 0, "STA: a device");
	check_ret(set_shmem(0, 0, 0), SBI_ERR_INVALID_ADDRESS, 0, "STA: address 0");
	check_ret(set_shmem(-64ul, 0, 0), SBI_ERR_INVALID_ADDRESS, 0, "STA: the last 64 bytes of all");
	check_ret(sbi_call3(SBI_EXT_STA, 1, addr, 0, 0), SBI_ERR_NOT_SUPPORTED, 0, "STA: unknown function");
	check_ret(sbi_call3(SBI_EXT_STA, -1, addr, 0, 0), SBI_ERR_NOT_SUPPORTED, 0, "STA: function -1");
	tap_check(shmem_is(0xa5), "STA: no refused call wrote anything");
}

void test_sta(void)
{
	unsigned long addr = (unsigned long)shmem[1], end;

	memset(shmem, 0xa5, sizeof(shmem));
	if (!sbi_has(SBI_EXT_STA)) { /* bare firmware never takes a hart away either, and has no STA */
		check_ret(set_shmem(addr, 0, 0), SBI_ERR_NOT_SUPPORTED, 0, "STA: absent, so not supported");
		tap_check(shmem_is(0xa5), "STA: nothing was written");
		return;
	}
	test_wrong(addr);
	check_ret(set_shmem(addr, 0, 0), SBI_SUCCESS, 0, "STA: set");
	tap_check(shmem_is(0), "STA: its 64 bytes are zero, and only those");
	end = rdtime() + timer_frequency() / 50;
	while (rdtime() < end)
		cpu_relax();
	tap_check(shmem_is(0), "STA: no time is stolen");
	memset(shmem[1], 0xc3, SIZE); /* not expected of a guest, and must do no harm */
	end = rdtime() + timer_frequency() / 100;
	while (rdtime() < end)
		cpu_relax();
	tap_check(shmem_is(0xc3), "STA: what the guest writes is left alone");
	check_ret(set_shmem(~0ul, ~0ul, 0), SBI_SUCCESS, 0, "STA: disable");
	check_ret(set_shmem(~0ul, ~0ul, 0), SBI_SUCCESS, 0, "STA: disable again");
	tap_check(shmem_is(0xc3), "STA: disabling writes nothing");
	check_ret(set_shmem(memory_end() - SIZE, 0, 0), SBI_SUCCESS, 0, "STA: set to the last bytes of memory");
	check_ret(set_shmem(~0ul, ~0ul, 0), SBI_SUCCESS, 0, "STA: disable that too");
}
