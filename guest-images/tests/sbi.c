/* SPDX-License-Identifier: Apache-2.0 */
/* In-guest test of the SBI as the guest sees it; runs with the same answers under Bulkhead and on bare OpenSBI. */

#include "tests/sbi_test.h"

void test_sbi(void)
{
	test_base();
	test_ipi();
	test_rfence();
	test_hsm();
	test_dbcn();
	test_legacy();
	test_translated();
}
