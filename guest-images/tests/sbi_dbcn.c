/* SPDX-License-Identifier: Apache-2.0 */
/* SBI tests: DBCN write, read and write byte, with memory that is and is not this guest's. */

#include "sbi_test.h"

static struct sbiret dbcn(long fid, unsigned long size, unsigned long low, unsigned long high)
{
	return sbi_call3(SBI_EXT_DBCN, fid, size, low, high);
}

/* Writes all of it, however many calls that takes. Returns the number of bytes written. */
static size_t write_all(const char *text, size_t size)
{
	size_t done = 0;

	while (done < size) {
		struct sbiret got = dbcn(DBCN_WRITE, size - done, (unsigned long)text + done, 0);

		if (got.error || (size_t)got.value > size - done)
			break;
		done += (size_t)got.value;
	}
	return done;
}

static void test_write(void)
{
	static char lines[3 * GUEST_PAGE_SIZE];
	char *crossing = (char *)(((unsigned long)lines + 2 * GUEST_PAGE_SIZE - 1) & ~(GUEST_PAGE_SIZE - 1)) - 24;
	const char *text = "# dbcn: a whole line\n";
	const char *across = "# dbcn: across two pages: all of this line\n";

	tap_equal((long)write_all(text, strlen(text)), (long)strlen(text), "DBCN: write a line");
	memcpy(crossing, across, strlen(across));
	tap_equal((long)write_all(crossing, strlen(across)), (long)strlen(across), "DBCN: write across a page border");
	check_ret(dbcn(DBCN_WRITE, 0, (unsigned long)text, 0), SBI_SUCCESS, 0, "DBCN: write nothing");
	check_ret(dbcn(DBCN_WRITE_BYTE, '#', 0, 0), SBI_SUCCESS, 0, "DBCN: write_byte");
	dbcn(DBCN_WRITE_BYTE, '\n', 0, 0);
}

static void test_read(void)
{
	char buffer[16];
	struct sbiret got = dbcn(DBCN_READ, sizeof(buffer), (unsigned long)buffer, 0);

	tap_check(got.error == 0 && got.value >= 0 && got.value <= (long)sizeof(buffer), "DBCN: read takes what is there");
	check_ret(dbcn(DBCN_READ, 0, (unsigned long)buffer, 0), SBI_SUCCESS, 0, "DBCN: read nothing");
}

/* Only Bulkhead knows what is not this guest's; bare firmware lets S-mode name any address. */
static void test_foreign(long fid, const char *what)
{
	print("# %s\n", what);
	check_error(dbcn(fid, 16, memory_hole_above(), 0), SBI_ERR_INVALID_PARAM, "DBCN: memory above the guest's");
	check_error(dbcn(fid, 16, memory_hole_below(), 0), SBI_ERR_INVALID_PARAM, "DBCN: a hole below");
	check_error(dbcn(fid, 16, 0, 0), SBI_ERR_INVALID_PARAM, "DBCN: address 0");
	check_error(dbcn(fid, 4, 0x10000000, 0), SBI_ERR_INVALID_PARAM, "DBCN: a device page");
	check_error(dbcn(fid, 32, memory_end() - 16, 0), SBI_ERR_INVALID_PARAM, "DBCN: across the end of memory");
	check_error(dbcn(fid, 16, ~0ul - 7, 0), SBI_ERR_INVALID_PARAM, "DBCN: a range that wraps around");
	check_error(dbcn(fid, ~0ul, memory_end() - 4096, 0), SBI_ERR_INVALID_PARAM, "DBCN: a size that wraps around");
	check_error(dbcn(fid, 16, (unsigned long)&test_foreign, 1), SBI_ERR_INVALID_PARAM, "DBCN: a high part of the address");
}

void test_dbcn(void)
{
	if (!sbi_has(SBI_EXT_DBCN)) {
		tap_skip("DBCN", "absent");
		return;
	}
	test_write();
	test_read();
	if (guest_on_bulkhead()) {
		test_foreign(DBCN_WRITE, "write");
		test_foreign(DBCN_READ, "read");
	}
}
