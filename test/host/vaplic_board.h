// SPDX-License-Identifier: Apache-2.0
// A board for the tests of vdev/vaplic: its real APLIC with the wires of the hardware sources, and a guest's accesses.
#ifndef BULKHEAD_TEST_VAPLIC_BOARD_H
#define BULKHEAD_TEST_VAPLIC_BOARD_H

#include <string.h>

#include "vdev/vaplic.h"
#include "testing.h"

#define VCPUS 3
#define EIID_MAX 63
#define EMULATED(n) (1 + 3 * (n)) // the first 42 sources of each kind; the others are absent
#define HARDWARE(n) (2 + 3 * (n))
#define ABSENT(n) (3 + 3 * (n))
#define OF_A_KIND 42

#define DOMAINCFG 0
#define SOURCECFG(source) (4 * (source))
#define SETIP(word) (0x1c00 + 4 * (word))
#define SETIPNUM 0x1cdc
#define IN_CLRIP(word) (0x1d00 + 4 * (word))
#define CLRIPNUM 0x1ddc
#define SETIE(word) (0x1e00 + 4 * (word))
#define SETIENUM 0x1edc
#define CLRIE(word) (0x1f00 + 4 * (word))
#define CLRIENUM 0x1fdc
#define SETIPNUM_LE 0x2000
#define GENMSI 0x3000
#define TARGET(source) (0x3000 + 4 * (source))
#define IDC(vcpu) (0x4000 + 32 * (vcpu))
#define IDELIVERY(vcpu) IDC(vcpu)
#define IFORCE(vcpu) (IDC(vcpu) + 4)
#define ITHRESHOLD(vcpu) (IDC(vcpu) + 8)
#define TOPI(vcpu) (IDC(vcpu) + 0x18)
#define CLAIMI(vcpu) (IDC(vcpu) + 0x1c)
#define IE 0x100

static const uint32_t kinds[] = { EMULATED(2), HARDWARE(2) }; // 7 and 8: for tests that both kinds pass

static struct vaplic a;

static struct board {
	bool msi;
	bool wire[VAPLIC_SOURCES], pending[VAPLIC_SOURCES], enabled[VAPLIC_SOURCES];
	struct vaplic_source cfg[VAPLIC_SOURCES];
	uint32_t takes[VAPLIC_SOURCES]; // entries of the hypervisor
	uint32_t calls;                 // accesses to the real APLIC
	bool lines[VCPUS];
	uint32_t msis[VCPUS][EIID_MAX + 1];
} board;

static bool board_is_level(uint32_t source)
{
	return board.cfg[source].mode >= VAPLIC_LEVEL1;
}

static bool board_rectified(uint32_t source)
{
	return board.cfg[source].mode >= VAPLIC_EDGE1 && board.wire[source] != (board.cfg[source].mode & 1);
}

static void on_msi(void *owner, uint32_t vcpu, uint32_t eiid)
{
	assert_ptr_equal(owner, &board);
	assert_true(board.msi && vcpu < VCPUS && eiid >= 1 && eiid <= EIID_MAX);
	board.msis[vcpu][eiid]++;
}

static void on_line(void *owner, uint32_t vcpu, bool level)
{
	assert_ptr_equal(owner, &board);
	assert_true(!board.msi && vcpu < VCPUS);
	assert_true(board.lines[vcpu] != level); // only at a change
	board.lines[vcpu] = level;
}

static bool is_held(uint32_t source)
{
	return (a.held[source / 32] >> source % 32 & 1) != 0;
}

static void on_configure(void *owner, uint32_t source, const struct vaplic_source *cfg)
{
	bool is_new = cfg->mode != board.cfg[source].mode;

	board.calls++;
	assert_ptr_equal(owner, &board);
	assert_int_equal(cfg->kind, VAPLIC_HARDWARE);
	assert_true(cfg->vcpu < VCPUS);
	assert_false(cfg->enabled && is_held(source));
	board.cfg[source] = *cfg;
	board.enabled[source] = cfg->enabled;
	if (cfg->mode == VAPLIC_INACTIVE || (board_is_level(source) && !board_rectified(source)))
		board.pending[source] = false;
	else if (board_rectified(source) && is_new)
		board.pending[source] = true;
}

static void on_set_pending(void *owner, uint32_t source, bool pending)
{
	board.calls++;
	assert_ptr_equal(owner, &board);
	assert_true(board.msi || !pending);
	if (board.cfg[source].mode != VAPLIC_INACTIVE && !(board_is_level(source) && (!board.msi || (pending && !board_rectified(source)))))
		board.pending[source] = pending;
}

static bool on_pending(void *owner, uint32_t source)
{
	board.calls++;
	assert_ptr_equal(owner, &board);
	return board.pending[source];
}

static bool on_rectified(void *owner, uint32_t source)
{
	board.calls++;
	assert_ptr_equal(owner, &board);
	assert_true(board.cfg[source].kind == VAPLIC_HARDWARE);
	return board_rectified(source);
}

static void on_enable(void *owner, uint32_t source)
{
	board.calls++;
	assert_ptr_equal(owner, &board);
	assert_true(!board.msi && !board.enabled[source] && !is_held(source));
	board.enabled[source] = true;
}

static const struct vaplic_ops board_ops = {
	on_msi, on_line, on_configure, on_set_pending, on_pending, on_rectified, on_enable,
};

// What the real APLIC does between the guest's instructions: sends MSIs into the guest's file, or enters the hypervisor.
static void board_run(void)
{
	for (uint32_t source = 1; source < VAPLIC_SOURCES; source++) {
		struct vaplic_source *cfg = &board.cfg[source];

		if (!board.pending[source] || !board.enabled[source])
			continue;
		if (board.msi || !board_is_level(source))
			board.pending[source] = false;
		if (board.msi) {
			if (cfg->eiid >= 1 && cfg->eiid <= EIID_MAX)
				board.msis[cfg->vcpu][cfg->eiid]++;
		} else {
			board.enabled[source] = false;
			board.takes[source]++;
			assert_false(is_held(source));
			vaplic_take(&a, source);
		}
	}
}

static void set_wire(uint32_t source, bool high)
{
	bool before = board_rectified(source);

	if (a.sources[source].kind == VAPLIC_EMULATED) {
		vaplic_set_level(&a, source, high);
		return;
	}
	board.wire[source] = high;
	if (board_rectified(source) && !before)
		board.pending[source] = true;
	else if (!board_rectified(source) && board_is_level(source))
		board.pending[source] = false;
	board_run();
}

static uint32_t in(uint64_t offset)
{
	struct mmio access = { .offset = offset, .width = 4, .value = 0xdeadbeefcafe };

	assert_int_equal(vaplic_access(&a, &access), MMIO_DONE);
	assert_true(access.value <= UINT32_MAX);
	board_run();
	return (uint32_t)access.value;
}

static void out(uint64_t offset, uint32_t value)
{
	struct mmio access = { .offset = offset, .width = 4, .is_write = true, .value = value };

	assert_int_equal(vaplic_access(&a, &access), MMIO_DONE);
	board_run();
}

static inline uint32_t bit_of(uint32_t source, uint32_t offset_of_word_0)
{
	return in(offset_of_word_0 + 4 * (source / 32)) >> source % 32 & 1;
}

static inline void set_up_source(uint32_t source, uint32_t mode, uint32_t target)
{
	out(SOURCECFG(source), mode);
	out(TARGET(source), target);
	out(SETIENUM, source);
}

static inline void set_up_vcpu(uint32_t vcpu)
{
	out(DOMAINCFG, IE);
	out(IDELIVERY(vcpu), 1);
}

static void set_up_board(bool msi)
{
	memset(&a, 0xff, sizeof(a));
	memset(&board, 0, sizeof(board));
	board.msi = msi;
	vaplic_init(&a, VCPUS, msi ? EIID_MAX : 0, &board_ops, &board);
	for (uint32_t n = 0; n < OF_A_KIND; n++) {
		vaplic_wire(&a, EMULATED(n), VAPLIC_EMULATED);
		vaplic_wire(&a, HARDWARE(n), VAPLIC_HARDWARE);
	}
	vaplic_reset(&a);
}

static inline int set_up_direct(void **state)
{
	(void)state;
	set_up_board(false);
	return 0;
}

static inline int set_up_msi(void **state)
{
	(void)state;
	set_up_board(true);
	return 0;
}

#endif
