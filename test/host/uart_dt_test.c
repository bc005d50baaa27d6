// SPDX-License-Identifier: Apache-2.0
// Tests of dt/uart_dt: which UART is the console, how it is reached, and that no tree keeps the one before its fault from being found.
#include "dt_util.h"

#include "dt/uart_dt.h"

static struct machine_uart uart;

static void find(const char *text, bool anywhere)
{
	struct blob b = dtb_from_text(text);
	uart_find(b.data, anywhere, &uart);
	free(b.data);
}

static void find_on_board(const char *name, bool anywhere)
{
	char path[128];
	snprintf(path, sizeof(path), DATA "%s.dts", name);
	struct blob b = dtb_from_file(path);
	uart_find(b.data, anywhere, &uart);
	free(b.data);
}

static void assert_uart(uint64_t base, uint64_t size, uint32_t shift, uint32_t width)
{
	assert_true(uart.is_ns16550);
	assert_int_equal(uart.reg.base, base);
	assert_int_equal(uart.reg.size, size);
	assert_int_equal(uart.reg_shift, shift);
	assert_int_equal(uart.reg_io_width, width);
}

static void test_boards(void **state)
{
	(void)state;
	find_on_board("qemu-rv64-plic", false);
	assert_uart(0x10000000, 0x100, 0, 1);
	assert_int_equal(uart.divisor, 2); // 3686400 Hz, 115200 baud
	assert_int_equal(uart.interrupts_off, 0);
	find_on_board("early-core", false); // an alias with options, a translating bus
	assert_uart(0x440001000, 0x100, 2, 4);
	for (int anywhere = 0; anywhere < 2; anywhere++) {
		find_on_board("sifive_u", anywhere);
		assert_false(uart.is_ns16550);
		find_on_board("spike", anywhere);
		assert_false(uart.is_ns16550);
	}
}

#define HEAD "/dts-v1/; / { #address-cells = <1>; #size-cells = <1>; "
#define UART(at, more) "serial@" #at " { compatible = \"ns16550a\"; reg = <0x" #at " 0x100>; " more " }; "

// Without a stdout-path, or with one that names what we do not drive, the first that takes part; only where that is asked for.
static void test_anywhere(void **state)
{
	static const char *const heads[] = {
		HEAD "chosen { }; ",
		HEAD,
		HEAD "chosen { stdout-path = \"/other@500\"; }; other@500 { compatible = \"sifive,uart0\"; reg = <0x500 0x100>; }; ",
		HEAD "chosen { stdout-path = \"/nowhere\"; }; ",
		HEAD "chosen { stdout-path = \"/serial@1000\"; }; ",
		HEAD "chosen { stdout-path = [30 00 31 00]; }; ",
	};
	char text[1024];
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(heads); i++) {
		snprintf(text, sizeof(text), "%s" UART(1000, "status = \"disabled\";") "bus { " UART(3000, "") "}; " UART(2000, "")
			 UART(4000, "") "};", heads[i]);
		find(text, false);
		assert_false(uart.is_ns16550);
		find(text, true);
		assert_uart(0x2000, 0x100, 0, 1); // below bus there are no physical addresses
	}
	find(HEAD "chosen { stdout-path = \"/serial@4000\"; }; " UART(2000, "") UART(4000, "") "};", true);
	assert_uart(0x4000, 0x100, 0, 1);
}

static void test_how_it_is_reached(void **state)
{
	static const struct {
		const char *properties;
		bool is_ours;
	} cases[] = {
		{ "reg-io-width = <2>; reg-shift = <1>;", true }, { "reg-io-width = <2>;", false },
		{ "reg-io-width = <4>; reg-shift = <1>;", false }, { "reg-io-width = <4>; reg-shift = <2>;", true },
		{ "reg-io-width = <4>; reg-shift = <2>; reg-offset = <2>;", false }, { "reg-io-width = <8>;", false }, { "reg-shift = <5>;", true },
		{ "reg-shift = <6>;", false }, { "reg-offset = <0xf8>;", true }, { "reg-offset = <0xf9>;", false },
		{ "compatible = \"me,uart\", \"snps,dw-apb-uart\";", true }, { "compatible = \"me,ns16550a\";", false },
	};
	char text[512];
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		bool has_compatible = strstr(cases[i].properties, "compatible") != NULL;
		snprintf(text, sizeof(text), HEAD "serial@2000 { reg = <0x2000 0x100>; %s %s }; };", cases[i].properties,
			 has_compatible ? "" : "compatible = \"ns16550\";");
		find(text, true);
		assert_int_equal(uart.is_ns16550, cases[i].is_ours);
	}
	find(HEAD "serial@2000 { compatible = \"x,k1-uart\", \"intel,xscale-uart\"; reg = <0x2000 0x100>; reg-shift = <2>; "
		  "reg-io-width = <4>; }; };", true);
	assert_uart(0x2000, 0x100, 2, 4);
	assert_int_equal(uart.interrupts_off, 0x40);
	assert_int_equal(uart.divisor, 0); // its clock is not told
	find(HEAD UART(2000, "clock-frequency = <50000000>; current-speed = <9600>;") "};", true);
	assert_int_equal(uart.divisor, 326);
	find(HEAD UART(2000, "clock-frequency = <50000000>; current-speed = <0>;") "};", true);
	assert_int_equal(uart.divisor, 0);
	find(HEAD UART(2000, "clock-frequency = <0x1000000>; current-speed = <7>;") "};", true);
	assert_int_equal(uart.divisor, 0); // more than the register holds
}

// What is wrong with the tree comes behind the UART, or is not a matter of it.
static void test_wrong_trees(void **state)
{
	static const uint8_t zeros[64];
	(void)state;
	uart_find(zeros, true, &uart);
	assert_false(uart.is_ns16550);
	struct blob b = dtb_from_text(HEAD UART(2000, "") "end { last = <0x12345678>; }; };");
	for (size_t i = 0; i + 4 <= b.size; i++) {
		if (memcmp((char *)b.data + i, "\x12\x34\x56\x78", 4) == 0)
			memset((char *)b.data + i + 4, 0x77, 4); // no token
	}
	uart_find(b.data, true, &uart);
	assert_uart(0x2000, 0x100, 0, 1);
	free(b.data);
}

static size_t full_size;
static void try_tree(const uint8_t *bytes, size_t size)
{
	if (size == full_size && dtb_total_size(bytes) <= size)
		uart_find(bytes, true, &uart);
}

static void test_mutations(void **state)
{
	(void)state;
	struct blob b = dtb_from_file(DATA "early-core.dts");
	full_size = b.size;
	mutate(b, try_tree);
	free(b.data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_boards), cmocka_unit_test(test_anywhere), cmocka_unit_test(test_how_it_is_reached),
		cmocka_unit_test(test_wrong_trees), cmocka_unit_test(test_mutations),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
