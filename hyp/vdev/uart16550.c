// SPDX-License-Identifier: Apache-2.0
// Model of an ns16550a: registers and its line, bytes come from and go to its owner's queues.
#include "vdev/uart16550.h"

#include <string.h>

enum { REG_DATA, REG_IER = UART16550_IER, REG_IIR_FCR, REG_LCR, REG_MCR, REG_LSR, REG_MSR, REG_SCR, REG_COUNT };

#define IER_RDI 0x01  // received data available
#define IER_THRI 0x02 // transmitter holding register empty
#define IER_RLSI 0x04 // receiver line status
#define IER_MASK 0x0f // the upper bits belong to other chips, drivers look for them
#define IIR_NO_INT 0x01
#define IIR_THRI 0x02
#define IIR_RDI 0x04
#define IIR_RLSI 0x06
#define IIR_FIFOS 0xc0
#define FCR_ENABLE 0x01
#define FCR_CLEAR_RX 0x02
#define LCR_DLAB 0x80
#define MCR_DTR 0x01
#define MCR_RTS 0x02
#define MCR_OUT1 0x04
#define MCR_OUT2 0x08
#define MCR_LOOP 0x10
#define MCR_MASK 0x1f
#define LSR_DR 0x01
#define LSR_OE 0x02
#define LSR_THRE 0x20
#define LSR_TEMT 0x40
#define MSR_CTS 0x10
#define MSR_DSR 0x20
#define MSR_RI 0x40
#define MSR_DCD 0x80

void uart16550_init(struct uart16550 *u, struct uart16550_queue queue)
{
	u->queue = queue;
	uart16550_reset(u);
}

void uart16550_reset(struct uart16550 *u)
{
	*u = (struct uart16550){ .queue = u->queue, .dll = 1 }; // no divisor of 0 for drivers that compute a rate
}

static bool is_looped(const struct uart16550 *u)
{
	return u->mcr & MCR_LOOP;
}

// The loop's receiver is the FIFO, or a single register while the FIFOs are off.
static uint32_t loop_capacity(const struct uart16550 *u)
{
	return u->fcr & FCR_ENABLE ? UART16550_FIFO : 1;
}

static bool has_data(const struct uart16550 *u)
{
	return is_looped(u) ? u->loop_count != 0 : ring_used(u->queue.in) != 0;
}

static bool is_thr_empty(const struct uart16550 *u)
{
	return is_looped(u) || ring_room(u->queue.out) >= GUEST_UART_FIFO;
}

static uint8_t read_data(struct uart16550 *u)
{
	uint8_t byte;

	if (!has_data(u))
		return 0;
	if (!is_looped(u))
		return u->queue.get(u->queue.owner);
	byte = u->loop[0];
	memmove(u->loop, u->loop + 1, --u->loop_count);
	return byte;
}

static enum mmio_verdict write_data(struct uart16550 *u, uint8_t byte)
{
	if (is_looped(u)) {
		if (u->loop_count < loop_capacity(u))
			u->loop[u->loop_count++] = byte;
		else
			u->overrun = true;
	} else {
		if (ring_room(u->queue.out) == 0)
			return MMIO_RETRY;
		u->queue.put(u->queue.owner, byte);
	}
	// Not empty, then empty again at once; read_iir() reports it when LSR.THRE says so too.
	u->thri_pending = true;
	return MMIO_DONE;
}

static uint8_t read_iir(struct uart16550 *u)
{
	uint8_t fifos = u->fcr & FCR_ENABLE ? IIR_FIFOS : 0;

	if ((u->ier & IER_RLSI) && u->overrun)
		return fifos | IIR_RLSI;
	if ((u->ier & IER_RDI) && has_data(u))
		return fifos | IIR_RDI;
	if ((u->ier & IER_THRI) && u->thri_pending && is_thr_empty(u)) {
		u->thri_pending = false; // reading the register that names this condition clears it
		return fifos | IIR_THRI;
	}
	return fifos | IIR_NO_INT;
}

bool uart16550_line(const struct uart16550 *u)
{
	return ((u->ier & IER_RLSI) && u->overrun) || ((u->ier & IER_RDI) && has_data(u)) ||
	       ((u->ier & IER_THRI) && u->thri_pending && is_thr_empty(u));
}

bool uart16550_wants_room(const struct uart16550 *u)
{
	return (u->ier & IER_THRI) && u->thri_pending && !is_thr_empty(u);
}

bool uart16550_wants_input(const struct uart16550 *u)
{
	return (u->ier & IER_RDI) && !is_looped(u) && !has_data(u);
}

static void write_ier(struct uart16550 *u, uint8_t value)
{
	// Enabling the interrupt while the transmitter is empty raises it: drivers start to send that way.
	if (value & ~u->ier & IER_THRI)
		u->thri_pending = true;
	u->ier = value & IER_MASK;
}

static void write_fcr(struct uart16550 *u, uint8_t value)
{
	// Bytes in the owner's queues are on the wire, not in the FIFOs: clearing loses none of them.
	if ((value & FCR_CLEAR_RX) || ((value ^ u->fcr) & FCR_ENABLE))
		u->loop_count = 0;
	u->fcr = value;
}

RARE static uint8_t read_lsr_of_loop(struct uart16550 *u)
{
	uint8_t lsr = (has_data(u) ? LSR_DR : 0) | (u->overrun ? LSR_OE : 0) | (is_thr_empty(u) ? LSR_THRE | LSR_TEMT : 0);

	u->overrun = false;
	return lsr;
}

static uint8_t read_lsr(struct uart16550 *u)
{
	if (is_looped(u) || u->overrun)
		return read_lsr_of_loop(u);
	return (ring_used(u->queue.in) != 0 ? LSR_DR : 0) |
	       (ring_room(u->queue.out) >= GUEST_UART_FIFO ? LSR_THRE | LSR_TEMT : 0);
}

static uint8_t read_msr(const struct uart16550 *u)
{
	uint8_t msr = 0;

	if (!is_looped(u))
		return MSR_DCD | MSR_DSR | MSR_CTS;
	msr |= u->mcr & MCR_RTS ? MSR_CTS : 0;
	msr |= u->mcr & MCR_DTR ? MSR_DSR : 0;
	msr |= u->mcr & MCR_OUT1 ? MSR_RI : 0;
	msr |= u->mcr & MCR_OUT2 ? MSR_DCD : 0;
	return msr;
}

static uint8_t read_register(struct uart16550 *u, uint64_t reg)
{
	bool dlab = u->lcr & LCR_DLAB;

	switch (reg) {
	case REG_DATA:
		return dlab ? u->dll : read_data(u);
	case REG_IER:
		return dlab ? u->dlm : u->ier;
	case REG_IIR_FCR:
		return read_iir(u);
	case REG_LCR:
		return u->lcr;
	case REG_MCR:
		return u->mcr;
	case REG_MSR:
		return read_msr(u);
	default:
		return u->scr;
	}
}

static enum mmio_verdict write_register(struct uart16550 *u, uint64_t reg, uint8_t value)
{
	bool dlab = u->lcr & LCR_DLAB;

	switch (reg) {
	case REG_DATA:
		if (!dlab)
			return write_data(u, value);
		u->dll = value;
		break;
	case REG_IER:
		if (dlab)
			u->dlm = value;
		else
			write_ier(u, value);
		break;
	case REG_IIR_FCR:
		write_fcr(u, value);
		break;
	case REG_LCR:
		u->lcr = value;
		break;
	case REG_MCR:
		u->mcr = value & MCR_MASK;
		break;
	case REG_SCR:
		u->scr = value;
		break;
	default: // LSR and MSR are read-only
		break;
	}
	return MMIO_DONE;
}

RARE static enum mmio_verdict access_any(struct uart16550 *u, struct mmio *access)
{
	if (access->offset >= REG_COUNT)
		return MMIO_FAULT;
	if (access->is_write)
		return write_register(u, access->offset, (uint8_t)access->value);
	access->value = read_register(u, access->offset);
	return MMIO_DONE;
}

enum mmio_verdict uart16550_access(void *state, struct mmio *access)
{
	struct uart16550 *u = state;

	if (access->offset != REG_LSR || access->is_write)
		return access_any(u, access);
	access->value = read_lsr(u); // what drivers poll
	return MMIO_DONE;
}
