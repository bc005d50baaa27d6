// SPDX-License-Identifier: Apache-2.0
// A byte queue with one producer and one consumer, which may be different harts. Nobody waits.
#ifndef BULKHEAD_LIB_RING_H
#define BULKHEAD_LIB_RING_H

#include <stdatomic.h>

#include "lib/types.h"

struct ring {
	uint8_t *bytes;
	uint32_t size; // a power of two
	_Atomic uint32_t head; // written by the producer only; counts bytes put, modulo 2^32
	_Atomic uint32_t tail; // written by the consumer only; counts bytes taken
};

static inline void ring_init(struct ring *r, uint8_t *bytes, uint32_t size)
{
	r->bytes = bytes;
	r->size = size;
	atomic_init(&r->head, 0);
	atomic_init(&r->tail, 0);
}

// Bytes waiting. Either side; acquire pairs with the producer's release in ring_put.
static inline uint32_t ring_used(const struct ring *r)
{
	return atomic_load_explicit(&r->head, memory_order_acquire) - atomic_load_explicit(&r->tail, memory_order_acquire);
}

static inline uint32_t ring_room(const struct ring *r)
{
	return r->size - ring_used(r);
}

// Producer. The caller has seen ring_room() > 0.
static inline void ring_put(struct ring *r, uint8_t byte)
{
	uint32_t head = atomic_load_explicit(&r->head, memory_order_relaxed);

	r->bytes[head & (r->size - 1)] = byte;
	// Release: the byte is there before the consumer sees the new head.
	atomic_store_explicit(&r->head, head + 1, memory_order_release);
}

// Consumer: the byte `index` places behind the oldest one. The caller has seen ring_used() > index.
static inline uint8_t ring_peek(const struct ring *r, uint32_t index)
{
	uint32_t tail = atomic_load_explicit(&r->tail, memory_order_relaxed);

	return r->bytes[(tail + index) & (r->size - 1)];
}

// Consumer. The caller has seen ring_used() > 0.
static inline uint8_t ring_get(struct ring *r)
{
	uint32_t tail = atomic_load_explicit(&r->tail, memory_order_relaxed);
	uint8_t byte = r->bytes[tail & (r->size - 1)];

	// Release: the byte has been read before the producer may overwrite it.
	atomic_store_explicit(&r->tail, tail + 1, memory_order_release);
	return byte;
}

#endif
