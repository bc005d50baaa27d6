// SPDX-License-Identifier: Apache-2.0
// Finds the board's console; see dt/uart_dt.h.
#include "dt/uart_dt.h"

#include "dt/board_walk.h"
#include "dt/uart_list.h"

#define USUAL_SPEED 115200

static uint32_t cell(const struct board_walk *w, const char *name, uint32_t otherwise)
{
	return tree_cell(board_property(w, name), otherwise);
}

// Whether the node is of a kind that we drive; *interrupts_off is that kind's.
static bool is_ours(const struct board_walk *w, uint8_t *interrupts_off)
{
	struct tree_prop compatible = w->props[B_COMPATIBLE];
#define ROW(name, off) \
	if (tree_list_has(compatible, name)) { \
		*interrupts_off = off; \
		return true; \
	}
	UART_LIST(ROW)
#undef ROW
	return false;
}

static bool read_uart(const struct board_walk *w, struct machine_uart *uart)
{
	struct region range;
	uint8_t off;
	if (!w->inherited[w->depth - 1].is_okay || !is_ours(w, &off) || !board_reg(w, 0, &range) || !board_translate(w, &range))
		return false;
	uint32_t offset = cell(w, "reg-offset", 0), width = cell(w, "reg-io-width", 1), shift = cell(w, "reg-shift", 0);
	uint32_t clock = cell(w, "clock-frequency", 0), speed = cell(w, "current-speed", USUAL_SPEED);
	if ((width != 1 && width != 2 && width != 4) || shift > 8)
		return false;
	if (1u << shift < width || !is_aligned(range.base + offset, width)) // a misaligned access would be our end
		return false;
	if (offset >= range.size || (8ull << shift) > range.size - offset)
		return false;
	// Without its clock nobody knows the divisor, and what it has is kept.
	uint64_t divisor = speed == 0 ? 0 : (clock + 8ull * speed) / (16ull * speed);
	*uart = (struct machine_uart){ true, { range.base + offset, range.size - offset }, shift, width, off,
					 divisor <= UINT16_MAX ? (uint16_t)divisor : 0 };
	return true;
}

void uart_find(const void *fdt, bool anywhere, struct machine_uart *uart)
{
	struct board_walk w;
	char path[MAX_DEVICE_PATH];
	const char *name;
	*uart = (struct machine_uart){ 0 };
	if (board_find_path(&w, fdt, "/chosen") && tree_string(board_property(&w, "stdout-path"), &name) &&
	    board_resolve(fdt, name, path, sizeof(path)) && board_find_path(&w, fdt, path) && read_uart(&w, uart))
		return;
	if (anywhere && board_begin(&w, fdt))
		while (board_next(&w) && !read_uart(&w, uart))
			;
}
