// SPDX-License-Identifier: Apache-2.0
// Tests of ISA names: parsing both forms, printing, and what a guest is told.
#include "dt_util.h"

#include "hart/henvcfg_list.h"
#include "rv/isa.h"

static struct isa parse(const char *string)
{
	struct isa isa;
	assert_true(isa_parse_string(string, strlen(string), &isa));
	return isa;
}

static const char *print(const struct isa *isa)
{
	static char buf[2048];
	size_t len = isa_to_string(isa, buf, sizeof(buf));
	assert_true(len != 0 && len == strlen(buf));
	return buf;
}

static void test_names(void **state)
{
	(void)state;
	assert_int_equal(isa_find("sstc", 4), ISA_SSTC);
	assert_int_equal(isa_find("i", 1), ISA_I);
	assert_int_equal(isa_find("svvptc", 6), ISA_COUNT - 1);
	assert_int_equal(isa_find("sst", 3), -1);
	assert_int_equal(isa_find("", 0), -1);
	assert_int_equal(isa_find("sscounterenwsscounterenw", 24), -1);
	assert_int_equal(isa_find("sscounterenwx", 13), -1);
}

static void test_every_row_survives(void **state)
{
	(void)state;
	struct isa all = { 0 }, back;
	char list[2048], string[2048];
	for (uint32_t i = 0; i < ISA_COUNT; i++)
		isa_set(&all, (enum isa_ext)i);
	size_t len = isa_to_list(&all, list, sizeof(list));
	assert_true(len != 0 && isa_parse_list(list, len, &back));
	assert_memory_equal(&all, &back, sizeof(all));
	len = isa_to_string(&all, string, sizeof(string));
	assert_true(len < 1500 && isa_parse_string(string, len, &back)); // guest_dt.c has room for 1536
	assert_memory_equal(&all, &back, sizeof(all));
	assert_true(strstr(string, "rv64imafdqcbvh_zic64b_zicbom") == string);
}

static void test_strings(void **state)
{
	(void)state;
	struct isa isa = parse("rv64imafdch_zicbom_sstc_xvendor_zzunknown");
	assert_string_equal(print(&isa), "rv64imafdch_zicbom_zicntr_zicsr_zifencei_zihpm_sstc");
	isa = parse("rv64gc");
	assert_string_equal(print(&isa), "rv64imafdc_zicntr_zicsr_zifencei_zihpm");
	isa = parse("rv64i2p1_m2p0_a2p1_zba1p0_zbb1_svinval1p0");
	assert_string_equal(print(&isa), "rv64ima_zicntr_zicsr_zifencei_zihpm_zba_zbb_svinval");
	isa = parse("rv64i2p1m2p0a2zba1p0");
	assert_string_equal(print(&isa), "rv64ima_zicntr_zicsr_zifencei_zihpm_zba");
	isa = parse("rv64imafdcsu"); // as QEMU wrote it once
	assert_string_equal(print(&isa), "rv64imafdc_zicntr_zicsr_zifencei_zihpm");
	isa = parse("rv64ip2p0"); // an extension p that is no version
	assert_string_equal(print(&isa), "rv64i_zicntr_zicsr_zifencei_zihpm");
}

static void test_no_strings(void **state)
{
	(void)state;
	static const char *const wrong[] = { "", "rv64", "rv32imac", "RV64IMAC", "rv64im ac", "rv64mac", "riscv", "rv6" };
	struct isa isa;
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
		assert_false(isa_parse_string(wrong[i], strlen(wrong[i]), &isa));
}

static void test_lists(void **state)
{
	(void)state;
	struct isa isa;
	static const char list[] = "i\0m\0zicbom\0sstc1p0\0nobody";
	assert_true(isa_parse_list(list, sizeof(list), &isa));
	assert_string_equal(print(&isa), "rv64im_zicbom_sstc");
	assert_false(isa_parse_list(list, 3, &isa));
	assert_false(isa_parse_list("", 0, &isa));
	assert_true(isa_parse_list("", 1, &isa));
}

static void test_order_of_list_does_not_matter(void **state)
{
	(void)state;
	struct isa isa;
	static const char list[] = "sstc\0zba\0m\0svvptc\0i";
	assert_true(isa_parse_list(list, sizeof(list), &isa));
	assert_string_equal(print(&isa), "rv64im_zba_sstc_svvptc");
}

static void test_room(void **state)
{
	(void)state;
	struct isa isa = parse("rv64ima_sstc");
	char buf[64];
	size_t need = strlen(print(&isa));
	assert_int_equal(isa_to_string(&isa, buf, need + 1), need);
	for (size_t size = 0; size <= need; size++) {
		char *tight = malloc(size + !size);
		assert_int_equal(isa_to_string(&isa, tight, size), 0);
		(void)isa_to_list(&isa, tight, size);
		free(tight);
	}
}

static void test_guest(void **state)
{
	(void)state;
	struct isa all = parse("rv64imafdcvh_zicbom_zicboz_zihpm_zkr_zkt_smaia_ssaia_sscofpmf_sha_shtvala_sstc_svade_svadu_svpbmt_"
			       "zicfilp_ssnpm_supm_smstateen_ssstateen_svinval");
	struct isa none = { 0 }, enabled = { 0 }, ignored = { 0 };
	struct isa guest = isa_for_guest(&all, &none, &none);
	assert_string_equal(print(&guest), "rv64imafdcv_zicntr_zicsr_zifencei_zkt_svade_svinval");
	isa_set(&enabled, ISA_SSTC);
	isa_set(&enabled, ISA_SVADU);
	isa_set(&enabled, ISA_ZICBOM);
	isa_set(&enabled, ISA_SMAIA); // a hidden row stays hidden
	guest = isa_for_guest(&all, &enabled, &none);
	assert_string_equal(print(&guest), "rv64imafdcv_zicbom_zicntr_zicsr_zifencei_zkt_sstc_svade_svadu_svinval");
	isa_set(&ignored, ISA_SSTC);
	isa_set(&ignored, ISA_V);
	isa_set(&ignored, ISA_SVADU);
	guest = isa_for_guest(&all, &enabled, &ignored);
	assert_string_equal(print(&guest), "rv64imafdc_zicbom_zicntr_zicsr_zifencei_zkt_svade_svinval");
	guest = isa_and(&guest, &enabled);
	assert_string_equal(print(&guest), "rv64_zicbom");
}

// Nothing that belongs to the machine or to a hypervisor, whatever is enabled.
static void test_families_are_hidden(void **state)
{
	(void)state;
	struct isa all = { 0 }, none = { 0 };
	for (uint32_t i = 0; i < ISA_COUNT; i++)
		isa_set(&all, (enum isa_ext)i);
	struct isa guest = isa_for_guest(&all, &all, &none);
	assert_null(strstr(print(&guest), "_sm"));
	assert_null(strstr(print(&guest), "_sh"));
	assert_false(isa_has(&guest, ISA_H));
	assert_int_equal(isa_find("zk", 2), -1); // holds Zkr
}

// What every row needs before a guest may be told of it, by the names alone: an extension of floating point begins with zf, one of
// vectors with zv. The others that need a switch are those of henvcfg, and three that hang on other CSRs.
enum need { NOTHING, FLOAT, VECTOR, SWITCH, NEVER };

static enum need need_of(enum isa_ext ext, const char *name)
{
	static const enum isa_ext switched[] = {
#define EXT_OF_ROW(field, ext, when, feature) ISA_##ext,
		HENVCFG_LIST(EXT_OF_ROW)
#undef EXT_OF_ROW
		ISA_ZIHPM /* hcounteren */, ISA_SSAIA /* hstateen0, hstatus.VGEIN */, ISA_SSCOFPMF /* hvien */,
	};
	for (size_t i = 0; i < sizeof(switched) / sizeof(switched[0]); i++)
		if (switched[i] == ext)
			return SWITCH;
	if (ext == ISA_H || strcmp(name, "smaia") == 0)
		return NEVER;
	if (ext == ISA_F || ext == ISA_D || ext == ISA_Q || strncmp(name, "zf", 2) == 0 || ext == ISA_ZCD)
		return FLOAT;
	return ext == ISA_V || strncmp(name, "zv", 2) == 0 ? VECTOR : NOTHING;
}

static void test_every_row_has_its_switch(void **state)
{
	static const char *const names[] = {
#define NAME_OF_ROW(ext, name, policy) name,
		ISA_LIST(NAME_OF_ROW)
#undef NAME_OF_ROW
	};
	struct isa none = { 0 };
	uint64_t seed = 5;
	(void)state;
	for (int round = 0; round < 2000; round++) {
		struct isa all = { 0 }, enabled = { 0 };
		// Sets of single rows first, then random ones; as the units' presence decides, they are often there.
		for (uint32_t i = 0; i < ISA_COUNT; i++) {
			if (round < ISA_COUNT ? i == (uint32_t)round : random_below(&seed, 4) == 0)
				isa_set(&all, (enum isa_ext)i);
			if (random_below(&seed, 2) == 0)
				isa_set(&enabled, (enum isa_ext)i);
		}
		struct isa guest = isa_for_guest(&all, &enabled, &none);
		for (uint32_t i = 0; i < ISA_COUNT; i++) {
			enum isa_ext ext = (enum isa_ext)i;
			enum need need = need_of(ext, names[i]);
			bool is_on = need == NOTHING || (need == FLOAT && isa_has_float(&all)) ||
				     (need == VECTOR && isa_has_vector(&all)) || (need == SWITCH && isa_has(&enabled, ext));
			if (isa_has(&guest, ext) != (is_on && isa_has(&all, ext)))
				fail_msg("round %d: %s is %s", round, names[i], isa_has(&guest, ext) ? "shown" : "hidden");
		}
	}
	struct isa f = parse("rv64imafc"), v = parse("rv64imac_zve32x");
	assert_false(isa_has_float(&f));
	assert_false(isa_has_vector(&v));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_every_row_survives),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_no_strings),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_order_of_list_does_not_matter),
		cmocka_unit_test(test_room),
		cmocka_unit_test(test_guest),
		cmocka_unit_test(test_families_are_hidden),
		cmocka_unit_test(test_every_row_has_its_switch),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
