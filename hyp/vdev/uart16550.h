// SPDX-License-Identifier: Apache-2.0
// Model of an ns16550a, over two byte queues of its owner.
#ifndef BULKHEAD_VDEV_UART16550_H
#define BULKHEAD_VDEV_UART16550_H

#include "lib/ring.h"
#include "limits.h"
#include "vdev/vdev.h"

#define UART16550_CLOCK 3686400 // Hz; the model has no real line, any driver's divisor is right
#define UART16550_IER 1   // offset of the interrupt enable register
#define UART16550_FIFO 16 // bytes of the receive side in loopback mode; what LSR.THRE promises is GUEST_UART_FIFO

// The owner's queues, handed over at creation; none of them waits. The model looks at the rings and leaves them to put() and get().
struct uart16550_queue {
	void *owner;
	const struct ring *out, *in;
	void (*put)(void *owner, uint8_t byte);  // to the console; there is room
	uint8_t (*get)(void *owner);             // from the console; there is a byte
};

struct uart16550 {
	struct uart16550_queue queue;
	uint8_t ier, lcr, mcr, scr, dll, dlm, fcr;
	bool thri_pending; // transmitter-empty interrupt condition, cleared by reading IIR or writing THR
	bool overrun;      // LSR.OE: only the loop can lose a byte
	uint8_t loop_count; // MCR.LOOP: bytes written to THR that wait to be read back
	uint8_t loop[UART16550_FIFO];
};

void uart16550_init(struct uart16550 *u, struct uart16550_queue queue);
// Back to the reset state; the queues are kept.
void uart16550_reset(struct uart16550 *u);
// struct vdev's access: byte registers 0..7, other offsets are MMIO_FAULT. As on a bus of eight lines, an access of any width
// reaches the register at its offset: its low byte, zeros above in a read. THR with no room is MMIO_RETRY, and LSR.THRE is shown
// only while a whole FIFO fits, so that no byte is ever lost.
enum mmio_verdict uart16550_access(void *state, struct mmio *access);
// Whether an access may enable interrupts.
static inline bool uart16550_is_enabling(const struct mmio *access) { return access->is_write && access->offset == UART16550_IER; }
// Whether any interrupt is enabled.
static inline bool uart16550_interrupts(const struct uart16550 *u) { return u->ier != 0; }
// Level of the interrupt line: what IIR would report. Changes by accesses, and as the owner's queues fill and drain.
bool uart16550_line(const struct uart16550 *u);
// Whether the guest waits for the queue to have room for a whole FIFO (THRI), or for input (RDI): then the owner looks at the
// line again when that comes.
bool uart16550_wants_room(const struct uart16550 *u);
bool uart16550_wants_input(const struct uart16550 *u);

#endif
