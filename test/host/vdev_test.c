// SPDX-License-Identifier: Apache-2.0
// Tests of vdev/vdev.h: which device of a list an address belongs to, at every edge.
#include "testing.h"
#include "vdev/vdev.h"

static enum mmio_verdict access_nothing(void *state, struct mmio *access)
{
	(void)state;
	(void)access;
	return MMIO_FAULT;
}

static void the_device_at_an_address(void **state)
{
	static const struct vdev list[3] = {
		{ { 0x10000000, 0x100 }, access_nothing, NULL },
		{ { 0x0c000000, 0x4000000 }, access_nothing, NULL },
	};

	(void)state;
	assert_ptr_equal(vdev_find(list, 0x10000000), &list[0]);
	assert_ptr_equal(vdev_find(list, 0x100000ff), &list[0]);
	assert_null(vdev_find(list, 0x10000100));
	assert_ptr_equal(vdev_find(list, 0x0fffffff), &list[1]);
	assert_ptr_equal(vdev_find(list, 0x0c000000), &list[1]);
	assert_null(vdev_find(list, 0x0bffffff));
	assert_null(vdev_find(list, 0));
	assert_null(vdev_find(list, UINT64_MAX));
	assert_null(vdev_find(&list[2], UINT64_MAX));
	assert_null(vdev_find(&list[2], 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(the_device_at_an_address) };

	return cmocka_run_group_tests_name("vdev", tests, NULL, NULL);
}
