// SPDX-License-Identifier: Apache-2.0
// panic(): our own faults. Prints straight to the UART, then asks the firmware for the end.
#include "lib/panic.h"

#include <stdarg.h>
#include <stdio.h>

#include "hart/hart.h"
#include "lib/log.h"
#include "rv/csr.h"
#include "rv/firmware.h"

void panic_trap(const uint64_t *x);

static void say(const char *text)
{
	log_text(text);
}

static void say_once_that_it_cannot(void)
{
	static bool said;

	if (!said)
		say("\nerror board the firmware cannot switch it off or reset it: this is to be done by hand\n");
	said = true;
}

void board_end(uint32_t type, uint32_t reason)
{
	if (!fw_has_reset()) // the older call need not come back
		say_once_that_it_cannot();
	fw_system_reset(type, reason);
	say_once_that_it_cannot();
}

static void write_to_firmware(const char *text, size_t size)
{
	while (size > 0) {
		size_t n = fw_console_write(text, size);

		text += n;
		size -= n;
	}
}

_Noreturn static void end_board(void)
{
	say("panic: the hypervisor stops\n");
	if (!log_is_open()) // no UART was found: what was kept goes to the firmware's console
		log_open(write_to_firmware);
	board_end(SBI_RESET_SHUTDOWN, SBI_RESET_REASON_SYSTEM_FAILURE);
	for (;;)
		wfi();
}

void panic(const char *format, ...)
{
	char line[256];
	va_list args;

	hart_settle(this_hart()); // what is said does not depend on where it was said
	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	say("\npanic: ");
	say(line);
	say("\n");
	end_board();
}

// A trap of HS-mode itself, from exit/world.S; x holds x1..x31.
void panic_trap(const uint64_t *x)
{
	char line[96];

	hart_settle(this_hart());
	snprintf(line, sizeof(line), "\npanic: trap in HS-mode on hart %lu\n", (unsigned long)this_hart()->hartid);
	say(line);
	snprintf(line, sizeof(line), "scause %016lx sepc %016lx\nstval  %016lx htval %014lx\n", csr_read(CSR_SCAUSE),
		 csr_read(CSR_SEPC), csr_read(CSR_STVAL), csr_read(CSR_HTVAL));
	say(line);
	for (int i = 1; i < 32; i++) {
		snprintf(line, sizeof(line), "x%-2d %016lx%s", i, x[i], i % 4 == 0 || i == 31 ? "\n" : " ");
		say(line);
	}
	end_board();
}
