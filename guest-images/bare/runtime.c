/* SPDX-License-Identifier: Apache-2.0 */
/* Begin and end of a bare guest: from crt0.S to guest_main() and back to the firmware; boot arguments. */

#include "guest.h"

#define IMPLEMENTATION_BULKHEAD 0x42554c4b

void guest_start(unsigned long id, const void *fdt);

/* Called by crt0.S on the boot hart's stack. */
void guest_start(unsigned long id, const void *fdt)
{
	if (!dt_init(fdt))
		guest_exit();
	hart_init(id);
	console_init();
	guest_main();
	guest_exit();
}

void guest_exit(void)
{
	sbi_call3(SBI_EXT_SRST, 0, SRST_SHUTDOWN, tap_failures() ? SRST_REASON_FAILURE : 0, 0);
	sbi_call3(SBI_LEGACY_SHUTDOWN, 0, 0, 0, 0);
	for (;;)
		wfi();
}

struct sbiret guest_reboot(void)
{
	return sbi_call3(SBI_EXT_SRST, 0, SRST_COLD_REBOOT, 0, 0);
}

int guest_on_bulkhead(void)
{
	return sbi_call3(SBI_EXT_BASE, 1, 0, 0, 0).value == IMPLEMENTATION_BULKHEAD;
}

/* The text after the word `name` in the boot arguments: at its `=`, a space or the end; NULL when it is not there. */
static const char *find_arg(const char *name)
{
	const char *args = dt_prop(dt_path("/chosen"), "bootargs", NULL);
	size_t length = strlen(name);

	for (; args && *args; args += strcspn(args, " "), args += strspn(args, " "))
		if (!strncmp(args, name, length) && strchr("= ", args[length]))
			return args + length;
	return NULL;
}

/* strtoul() would bring errno, and with it thread-local storage. */
static unsigned long parse_number(const char *text)
{
	unsigned base = text[0] == '0' && text[1] == 'x' ? 16 : 10;
	unsigned long number = 0;

	for (text += base == 16 ? 2 : 0; *text; text++) {
		const char *digits = "0123456789abcdef";
		const char *digit = memchr(digits, *text, base);

		if (!digit)
			break;
		number = number * base + (unsigned long)(digit - digits);
	}
	return number;
}

int guest_has_arg(const char *name)
{
	return find_arg(name) != NULL;
}

unsigned long guest_arg(const char *name, unsigned long otherwise)
{
	const char *value = find_arg(name);

	return value && *value == '=' ? parse_number(value + 1) : otherwise;
}

int guest_arg_is(const char *name, const char *wanted)
{
	const char *value = find_arg(name);
	size_t length = strlen(wanted);

	return value && *value == '=' && !strncmp(value + 1, wanted, length) && strcspn(value + 1, " ") == length;
}
