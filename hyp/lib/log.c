// SPDX-License-Identifier: Apache-2.0
// The hypervisor's own words: kept until they can be written somewhere, written until there is a queue for lines.
#include "lib/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lib/region.h"
#include "lib/spinlock.h"

static struct {
	void (*write)(const char *text, size_t size); // NULL: not known yet
	struct ring *queue;                           // of lines; NULL: they are written, too
	struct spinlock lock;                         // many harts produce into the queue
	uint32_t dropped;                             // lines, under the lock
	uint32_t kept_size;
	char kept[512]; // what is said before there is a way to write it
} out;

static void write_text(const char *text, size_t size)
{
	if (out.write != NULL) {
		out.write(text, size);
		return;
	}
	size = min_u64(size, sizeof(out.kept) - out.kept_size); // what comes first says most
	memcpy(&out.kept[out.kept_size], text, size);
	out.kept_size += (uint32_t)size;
}

bool log_is_open(void)
{
	return out.write != NULL;
}

void log_open(void (*write)(const char *text, size_t size))
{
	out.write = write;
	write(out.kept, out.kept_size);
}

void log_queue(struct ring *queue)
{
	out.queue = queue;
}

static bool queue_text(const char *line, size_t length)
{
	if (ring_room(out.queue) < length)
		return false;
	for (size_t i = 0; i < length; i++)
		ring_put(out.queue, (uint8_t)line[i]);
	return true;
}

void log_line(const char *format, ...)
{
	char line[256];
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(line, sizeof(line) - 1, format, args);
	va_end(args);
	length = length < 0 ? 0 : (int)min_u64((uint64_t)length, sizeof(line) - 2);
	line[length++] = '\n';
	line[length] = '\0';
	if (out.queue == NULL) {
		log_text(line);
		return;
	}
	spinlock_take(&out.lock);
	if (out.dropped != 0) {
		char lost[48];
		int n = snprintf(lost, sizeof(lost), "info log dropped=%u\n", (unsigned)out.dropped);

		if (queue_text(lost, (size_t)n))
			out.dropped = 0;
	}
	if (out.dropped != 0 || !queue_text(line, (size_t)length))
		out.dropped++;
	spinlock_give(&out.lock);
}

void log_text(const char *text)
{
	for (const char *end = strchr(text, '\n'); end != NULL; end = strchr(text, '\n')) {
		write_text(text, (size_t)(end - text));
		write_text("\r\n", 2);
		text = end + 1;
	}
	write_text(text, strlen(text));
}
