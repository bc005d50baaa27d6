// SPDX-License-Identifier: Apache-2.0
// Log lines: "level area key=value ...", one line per decision, no trailing dot. Not for pure code:
// it returns a diag instead. Who knows a device or a queue says so here; nothing above is called.
#ifndef BULKHEAD_LIB_LOG_H
#define BULKHEAD_LIB_LOG_H

#include "lib/ring.h"

// Formats one line (cut at 255 bytes) and queues it; before log_queue() it is written. Any hart,
// never waits after the seal (a line that does not fit is counted, and the count is told later).
void log_line(const char *format, ...) __attribute__((format(printf, 1, 2)));
// Writes text as it is, waiting for the device. Boot hart, before log_queue(); or at the end, when
// nobody else writes.
void log_text(const char *text);

// From here on text is written this way: all of it, waiting for the device. What was said before
// has been kept, as far as there was room, and is written now. Boot hart, or at the end.
void log_open(void (*write)(const char *text, size_t size));
bool log_is_open(void);
// From here on lines go into a queue, which somebody empties. Boot hart, once.
void log_queue(struct ring *queue);

#define log_info(area, ...) log_line("info " area " " __VA_ARGS__)
#define log_error(area, ...) log_line("error " area " " __VA_ARGS__)

#endif
