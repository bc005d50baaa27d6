// SPDX-License-Identifier: Apache-2.0
// A spinlock for short sections between harts; HS-mode runs with interrupts off, so a holder is never interrupted. [pure]
#ifndef BULKHEAD_LIB_SPINLOCK_H
#define BULKHEAD_LIB_SPINLOCK_H

#include <stdatomic.h>

struct spinlock {
	atomic_flag taken; // zero is free
};

// Acquire pairs with the release of spinlock_give on another hart.
static inline void spinlock_take(struct spinlock *lock)
{
	while (atomic_flag_test_and_set_explicit(&lock->taken, memory_order_acquire))
		;
}

static inline void spinlock_give(struct spinlock *lock)
{
	atomic_flag_clear_explicit(&lock->taken, memory_order_release);
}

#endif
