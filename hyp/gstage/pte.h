// SPDX-License-Identifier: Apache-2.0
// Page-table entry format of Sv39 and Sv39x4 (priv, "Sv39: Page-Based 39-bit Virtual-Memory System").
#ifndef BULKHEAD_GSTAGE_PTE_H
#define BULKHEAD_GSTAGE_PTE_H

#include <stdint.h>

#define PTE_V 0x01ull
#define PTE_R 0x02ull
#define PTE_W 0x04ull
#define PTE_X 0x08ull
#define PTE_U 0x10ull
#define PTE_G 0x20ull
#define PTE_A 0x40ull
#define PTE_D 0x80ull
#define PTE_PPN_SHIFT 10
#define PTE_PPN 0x3ffffffffffc00ull

typedef uint64_t pte_t;

#endif
