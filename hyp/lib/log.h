// SPDX-License-Identifier: Apache-2.0
// Log lines: "level area key=value ...", one line per decision, no trailing dot. Not for pure code: it returns a diag instead.
#ifndef BULKHEAD_LIB_LOG_H
#define BULKHEAD_LIB_LOG_H

// Formats one line (cut at 255 bytes) and hands it to the console; before console_init() straight to the UART. Any hart,
// never waits after the seal (a line that does not fit is counted, and the count is told later).
void log_line(const char *format, ...) __attribute__((format(printf, 1, 2)));
// Writes text as it is, waiting for the UART. Boot hart, before console_init(); or at the end, when nobody else writes.
void log_text(const char *text);

#define log_info(area, ...) log_line("info " area " " __VA_ARGS__)
#define log_error(area, ...) log_line("error " area " " __VA_ARGS__)

#endif
