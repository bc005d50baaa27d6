// SPDX-License-Identifier: Apache-2.0
// Tests of vdev/uart16550: register semantics, the probing sequence of Linux' 8250 driver, and that no byte is lost.
#include <string.h>

#include "testing.h"
#include "vdev/uart16550.h"

enum { DATA, IER, IIR, LCR, MCR, LSR, MSR, SCR, FCR = IIR, EFR = IIR, DLL = DATA, DLM = IER };

static struct uart16550 u;
static struct {
	struct ring out, in;
	uint8_t out_bytes[512], in_bytes[64];
	uint8_t sent[512];
	uint32_t sent_count;
} wire;

static void wire_put(void *owner, uint8_t byte)
{
	assert_ptr_equal(owner, &wire);
	assert_true(ring_room(&wire.out) > 0);
	ring_put(&wire.out, byte);
	wire.sent[wire.sent_count++] = byte;
}

static uint8_t wire_get(void *owner)
{
	assert_ptr_equal(owner, &wire);
	assert_true(ring_used(&wire.in) > 0);
	return ring_get(&wire.in);
}

// The console has drained all but what leaves this room.
static void make_room(uint32_t room)
{
	atomic_store(&wire.out.tail, atomic_load(&wire.out.head) - (wire.out.size - room));
}

static void type(const char *text)
{
	while (*text)
		ring_put(&wire.in, (uint8_t)*text++);
}

static int set_up(void **state)
{
	(void)state;
	memset(&wire, 0, sizeof(wire));
	memset(&u, 0xff, sizeof(u));
	ring_init(&wire.out, wire.out_bytes, sizeof(wire.out_bytes));
	ring_init(&wire.in, wire.in_bytes, sizeof(wire.in_bytes));
	make_room(2 * GUEST_UART_FIFO);
	uart16550_init(&u, (struct uart16550_queue){ &wire, &wire.out, &wire.in, wire_put, wire_get });
	return 0;
}

static uint8_t in(uint64_t reg)
{
	struct mmio access = { .offset = reg, .width = 1, .value = 0xdeadbeef };

	assert_int_equal(uart16550_access(&u, &access), MMIO_DONE);
	assert_true(access.value <= 0xff);
	return (uint8_t)access.value;
}

static enum mmio_verdict try_out(uint64_t reg, uint64_t value)
{
	struct mmio access = { .offset = reg, .width = 1, .is_write = true, .value = value };

	return uart16550_access(&u, &access);
}

static void out(uint64_t reg, uint64_t value)
{
	assert_int_equal(try_out(reg, value), MMIO_DONE);
}

static void reset_state(void **state)
{
	(void)state;
	assert_int_equal(in(IER), 0);
	assert_int_equal(in(IIR), 0x01);
	assert_int_equal(in(LCR), 0);
	assert_int_equal(in(MCR), 0);
	assert_int_equal(in(LSR), 0x60);
	assert_int_equal(in(MSR), 0xb0);
	out(SCR, 0x5a);
	assert_int_equal(in(SCR), 0x5a);
	uart16550_reset(&u);
	assert_int_equal(in(SCR), 0);
	assert_int_equal(in(LSR), 0x60); // the queues are still there
}

// An access of any width reaches the register at its offset, by its low byte, and no register beside it.
static void widths_and_offsets(void **state)
{
	(void)state;
	for (uint32_t width = 1; width <= 8; width *= 2) {
		for (uint64_t offset = 0; offset < 16; offset += width) {
			struct mmio access = { .offset = offset, .width = width, .is_write = true };
			enum mmio_verdict expected = offset < 8 ? MMIO_DONE : MMIO_FAULT;
			uint64_t scratch = 0x1122334455667788 + width;

			set_up(state);
			out(LCR, 0x03);
			out(SCR, 0xa5);
			access.value = scratch;
			assert_int_equal(uart16550_access(&u, &access), expected);
			assert_int_equal(in(SCR), offset == SCR ? scratch & 0xff : 0xa5);
			assert_int_equal(in(LCR), offset == LCR ? scratch & 0xff : 0x03);
			assert_int_equal(wire.sent_count, offset == DATA);
			access = (struct mmio){ .offset = offset, .width = width, .value = UINT64_MAX };
			assert_int_equal(uart16550_access(&u, &access), expected);
			if (expected == MMIO_DONE)
				assert_int_equal(access.value, in(offset)); // nothing above it
		}
	}
	assert_int_equal(try_out(UINT64_MAX, 0), MMIO_FAULT);
}

static void divisor_latch(void **state)
{
	(void)state;
	out(IER, 0x05);
	out(LCR, 0x83);
	assert_true(in(DLL) != 0 || in(DLM) != 0); // drivers divide by it
	out(DLL, 0x12);
	out(DLM, 0x34);
	assert_int_equal(in(DLL), 0x12);
	assert_int_equal(in(DLM), 0x34);
	assert_int_equal(wire.sent_count, 0);
	out(LCR, 0x03);
	assert_int_equal(in(IER), 0x05);
	assert_int_equal(in(LCR), 0x03);
}

static void interrupt_identification(void **state)
{
	(void)state;
	out(FCR, 0x01);
	assert_int_equal(in(IIR), 0xc1);
	out(IER, 0x02); // raises THRI at once: the transmitter is empty
	assert_int_equal(in(IIR), 0xc2);
	assert_int_equal(in(IIR), 0xc1); // reading has cleared it
	out(IER, 0x02);
	assert_int_equal(in(IIR), 0xc1); // only a change raises it
	out(DATA, 'x');
	assert_int_equal(in(IIR), 0xc2); // empty again
	type("ab");
	assert_int_equal(in(IIR), 0xc1); // not enabled
	out(DATA, 'y');
	out(IER, 0x03);
	assert_int_equal(in(IIR), 0xc4); // received data comes first, and hides THRI without clearing it
	assert_int_equal(in(DATA), 'a');
	assert_int_equal(in(IIR), 0xc4);
	assert_int_equal(in(DATA), 'b');
	assert_int_equal(in(IIR), 0xc2);
	assert_int_equal(in(IIR), 0xc1);
	out(FCR, 0x00);
	assert_int_equal(in(IIR), 0x01);
}

static void back_pressure(void **state)
{
	(void)state;
	make_room(GUEST_UART_FIFO);
	out(FCR, 0x01);
	out(IER, 0x02);
	assert_int_equal(in(IIR), 0xc2);
	assert_int_equal(in(LSR), 0x60);
	for (int i = 0; i < GUEST_UART_FIFO; i++) { // a driver that has seen THRE may fill the FIFO
		out(DATA, (uint64_t)i);
		assert_int_equal(in(LSR), 0x00);
		assert_int_equal(in(IIR), 0xc1);
	}
	assert_int_equal(try_out(DATA, 'x'), MMIO_RETRY);
	assert_int_equal(wire.sent_count, GUEST_UART_FIFO);
	make_room(GUEST_UART_FIFO - 1);
	assert_int_equal(in(LSR), 0x00);
	assert_int_equal(in(IIR), 0xc1);
	make_room(GUEST_UART_FIFO);
	assert_int_equal(in(LSR), 0x60);
	assert_int_equal(in(IIR), 0xc2); // the condition waited
	for (int i = 0; i < GUEST_UART_FIFO; i++)
		assert_int_equal(wire.sent[i], i);
}

static void reception(void **state)
{
	(void)state;
	assert_int_equal(in(DATA), 0);
	type("hi");
	out(FCR, 0x07); // clearing the FIFO loses nothing that is still in the queue
	assert_int_equal(in(LSR), 0x61);
	assert_int_equal(in(DATA), 'h');
	assert_int_equal(in(LSR), 0x61);
	assert_int_equal(in(DATA), 'i');
	assert_int_equal(in(LSR), 0x60);
}

static void loop_back(void **state)
{
	(void)state;
	for (uint8_t lines = 0; lines < 16; lines++) {
		uint8_t expected = 0;

		expected |= lines & 2 ? 0x10 : 0; // RTS to CTS
		expected |= lines & 1 ? 0x20 : 0; // DTR to DSR
		expected |= lines & 4 ? 0x40 : 0; // OUT1 to RI
		expected |= lines & 8 ? 0x80 : 0; // OUT2 to DCD
		out(MCR, 0xf0 | lines);
		assert_int_equal(in(MCR), 0x10 | lines);
		assert_int_equal(in(MSR), expected);
	}
	type("!");
	assert_int_equal(in(LSR), 0x60); // the wire is cut off
	out(DATA, 'a');
	assert_int_equal(in(LSR), 0x61);
	out(DATA, 'b'); // no FIFO: overrun
	assert_int_equal(in(LSR), 0x63);
	assert_int_equal(in(LSR), 0x61); // shown once
	assert_int_equal(in(DATA), 'a');
	out(FCR, 0x01);
	for (int i = 0; i < UART16550_FIFO; i++)
		out(DATA, (uint64_t)i);
	assert_int_equal(in(LSR), 0x61);
	out(IER, 0x04);
	out(DATA, 0x77);
	assert_int_equal(in(IIR), 0xc6); // receiver line status
	assert_int_equal(in(LSR), 0x63);
	assert_int_equal(in(IIR), 0xc1);
	for (int i = 0; i < UART16550_FIFO; i++)
		assert_int_equal(in(DATA), i);
	assert_int_equal(in(LSR), 0x60);
	out(DATA, 'z');
	out(FCR, 0x03);
	assert_int_equal(in(LSR), 0x60); // cleared
	assert_int_equal(wire.sent_count, 0);
	out(MCR, 0x0b);
	assert_int_equal(in(DATA), '!');
}

// The accesses of autoconfig() in drivers/tty/serial/8250/8250_port.c, with the values for which it goes on.
static void linux_finds_a_16550a(void **state)
{
	uint8_t ier, status1, status2;

	(void)state;
	// Is there an IER with four bits?
	ier = in(IER);
	out(IER, 0);
	assert_int_equal(in(IER) & 0x0f, 0);
	out(IER, 0x0f);
	assert_int_equal(in(IER) & 0x0f, 0x0f);
	out(IER, ier);
	// Is there a loop?
	out(MCR, 0x10 | 0x0a);
	assert_int_equal(in(MSR) & 0xf0, 0x90);
	out(MCR, 0);
	// Which FIFO? LCR 0xbf is where an EFR would show.
	out(LCR, 0xbf);
	out(EFR, 0);
	out(LCR, 0);
	out(FCR, 0x01);
	assert_int_equal(in(IIR) >> 6, 3);
	// autoconfig_16550a(): no EFR of a 16650, and not hidden behind DLAB either.
	out(LCR, 0x80);
	assert_int_not_equal(in(EFR), 0);
	out(LCR, 0xbf);
	assert_int_not_equal(in(EFR), 0);
	// No 64-byte FIFO of a 16750.
	out(LCR, 0);
	out(FCR, 0x01 | 0x20);
	status1 = in(IIR) >> 5;
	out(FCR, 0x01);
	out(LCR, 0x80);
	out(FCR, 0x01 | 0x20);
	status2 = in(IIR) >> 5;
	out(FCR, 0x01);
	out(LCR, 0);
	assert_int_equal(status1, 6);
	assert_int_equal(status2, 6);
	// No UUE bit of an XScale UART.
	ier = in(IER);
	out(IER, ier & ~0x40u);
	assert_int_equal(in(IER) & 0x40, 0);
	out(IER, ier | 0x40u);
	assert_int_equal(in(IER) & 0x40, 0);
	out(IER, ier);
	// Clean up, as it does at its end.
	out(MCR, 0);
	out(FCR, 0x01);
	out(FCR, 0x07);
	out(FCR, 0x00);
	(void)in(DATA);
	out(IER, 0);
	assert_int_equal(wire.sent_count, 0);
}

// serial8250_do_startup() and then transmission as the driver does it from its poll timer.
static void linux_transmits_by_polling(void **state)
{
	static const char text[] = "a line that is longer than one FIFO and than the queue behind it, so that THRE has to wait, again and again "
				   "and once more until all of it has gone to the terminal without a byte lost\n";
	size_t at = 0;

	(void)state;
	make_room(GUEST_UART_FIFO + 4);
	out(FCR, 0x07);
	(void)in(LSR), (void)in(DATA), (void)in(IIR), (void)in(MSR);
	assert_int_not_equal(in(LSR), 0xff);
	out(LCR, 0x03);
	// The test for UART_BUG_TXEN: enabling THRI must be seen in IIR.
	out(IER, 0x02);
	assert_int_equal(in(LSR) & 0x40, 0x40);
	assert_int_equal(in(IIR) & 0x01, 0);
	out(IER, 0);
	out(FCR, 0x81);
	out(IER, 0x05);
	out(IER, 0x07); // start_tx
	for (int polls = 0; at < sizeof(text) - 1; polls++) {
		assert_true(polls < 100);
		if (!(in(IIR) & 0x01) && (in(LSR) & 0x20)) {
			for (int i = 0; i < GUEST_UART_FIFO && at < sizeof(text) - 1; i++)
				out(DATA, (uint8_t)text[at++]);
		}
		make_room(ring_room(&wire.out) + 5); // the console has drained a little
	}
	assert_int_equal(wire.sent_count, sizeof(text) - 1);
	assert_memory_equal(wire.sent, text, sizeof(text) - 1);
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(reset_state),
		TEST(widths_and_offsets),
		TEST(divisor_latch),
		TEST(interrupt_identification),
		TEST(back_pressure),
		TEST(reception),
		TEST(loop_back),
		TEST(linux_finds_a_16550a),
		TEST(linux_transmits_by_polling),
	};

	return cmocka_run_group_tests_name("uart16550", tests, NULL, NULL);
}
