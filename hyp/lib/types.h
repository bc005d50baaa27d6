// SPDX-License-Identifier: Apache-2.0
// Address types: one struct per address space, so that a guest physical address can never be
// passed where a physical one is meant. Costs nothing at -O2.
#ifndef BULKHEAD_LIB_TYPES_H
#define BULKHEAD_LIB_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct { uint64_t addr; } pa_t;  // (supervisor) physical address
typedef struct { uint64_t addr; } gpa_t; // guest physical address
typedef struct { uint64_t addr; } gva_t; // guest virtual address

#define PA(x) ((pa_t){ (uint64_t)(x) })
#define GPA(x) ((gpa_t){ (uint64_t)(x) })
#define GVA(x) ((gva_t){ (uint64_t)(x) })

// Of a function that a fast path calls seldom: kept out of it, so that it costs the path no registers.
#define RARE __attribute__((noinline, cold))

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

static inline uint64_t align_down(uint64_t x, uint64_t align) { return x & ~(align - 1); }
static inline uint64_t align_up(uint64_t x, uint64_t align) { return (x + align - 1) & ~(align - 1); }
static inline bool is_aligned(uint64_t x, uint64_t align) { return (x & (align - 1)) == 0; }
static inline uint64_t min_u64(uint64_t a, uint64_t b) { return a < b ? a : b; }
static inline uint64_t max_u64(uint64_t a, uint64_t b) { return a > b ? a : b; }

#endif
