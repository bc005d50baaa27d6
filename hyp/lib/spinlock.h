// SPDX-License-Identifier: Apache-2.0
// A spinlock for short sections between harts; HS-mode runs with interrupts off, so a holder is never interrupted.
#ifndef BULKHEAD_LIB_SPINLOCK_H
#define BULKHEAD_LIB_SPINLOCK_H

#include <stdatomic.h>
#include <stdint.h>

struct spinlock {
	_Atomic uint32_t taken; // 0 is free; a word, which takes one AMO
};

// Acquire pairs with the release of spinlock_give on another hart.
static inline void spinlock_take(struct spinlock *lock)
{
	while (atomic_exchange_explicit(&lock->taken, 1, memory_order_acquire) != 0)
		;
}

static inline void spinlock_give(struct spinlock *lock)
{
	atomic_store_explicit(&lock->taken, 0, memory_order_release);
}

#endif
