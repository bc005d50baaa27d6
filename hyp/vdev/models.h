// SPDX-License-Identifier: Apache-2.0
// The one list of emulated devices. A row is expanded once for run time (guest/guest.c: the model's
// state and functions) and once for the boot (plan/plan_models.c: who gets one, where; dt/model_node.c:
// its node in the guest's tree): what runs names nothing that boots.
#ifndef BULKHEAD_VDEV_MODELS_H
#define BULKHEAD_VDEV_MODELS_H

#include "limits.h"
#include "vdev/finisher.h"
#include "vdev/uart16550.h"
#include "vdev/vaplic.h"
#include "vdev/vplic.h"

// How a guest comes to have one.
enum model_kind {
	MODEL_CONSOLE, // unless its property is "none", not the model's name; stdout-path is here
	MODEL_FLAG,    // where its property is, which is empty
	MODEL_OF_PLIC, // the interrupt controller of a guest that has something wired, on a board with a
	MODEL_OF_APLIC, // PLIC, with an APLIC
};

// X(enumerator, functions, state, kind, property, name, base, size, source, node, compatible, code, cells)
//
// functions: model_<functions> is its struct model_ops. state: a type, of which each guest has one.
// property: in the guest's node of the partition tree. name: for people. base, size: its registers,
// guest physical. source: at the guest's interrupt controller, 0: it has no interrupt; where an
// assigned device has it, the lowest that is free. node, compatible: in the guest's tree, where
// cells are properties of one cell each, and node_<code>(), boot-only, in a file of its own in dt/,
// adds what is not as simple.
#define MODELS_ASKED(X) \
	X(UART, uart, struct uart16550, MODEL_CONSOLE, "console", "ns16550a", \
	  GUEST_UART_GPA, GUEST_UART_SIZE, GUEST_UART_SOURCE, "serial", "ns16550a", plain, \
	  CELLS({ "clock-frequency", UART16550_CLOCK }, { "reg-shift", 0 }, { "reg-io-width", 1 }, \
		{ "fifo-size", GUEST_UART_FIFO }, { "tx-threshold", 0 })) \
	X(FINISHER, finisher, struct model_stateless, MODEL_FLAG, "finisher", "sifive,test0", \
	  GUEST_FINISHER_GPA, GUEST_FINISHER_SIZE, 0, "test", "sifive,test1\0sifive,test0", plain, NO_CELLS)
#define MODELS_OF_BOARD(X) \
	X(PLIC, plic, struct vplic, MODEL_OF_PLIC, "memory-base", "PLIC", \
	  GUEST_PLIC_GPA, GUEST_PLIC_SIZE, 0, "plic", "sifive,plic-1.0.0\0riscv,plic0", irqchip, \
	  CELLS({ "#interrupt-cells", 1 }, { "#address-cells", 0 }, { "riscv,ndev", VPLIC_SOURCES - 1 })) \
	X(APLIC, aplic, struct vaplic, MODEL_OF_APLIC, "memory-base", "APLIC", \
	  GUEST_APLIC_GPA, GUEST_APLIC_SIZE, 0, "aplic", "riscv,aplic", irqchip, \
	  CELLS({ "#interrupt-cells", 2 }, { "#address-cells", 0 }, { "riscv,num-sources", VAPLIC_SOURCES - 1 }))
#define MODELS(X) MODELS_ASKED(X) MODELS_OF_BOARD(X)

// For a row's cells: at most 5, and an end.
#define MODEL_CELLS 6
#define CELLS(...) { __VA_ARGS__, { NULL, 0 } }
#define NO_CELLS { { NULL, 0 } }

#define MODEL_ENUM(enumerator, functions, state, kind, property, name, base, size, source, node, compatible, code, cells) \
	MODEL_##enumerator,
enum model { MODELS(MODEL_ENUM) MODEL_COUNT };
#define MODEL_ASKED_ENUM(enumerator, functions, state, kind, property, name, base, size, source, node, compatible, code, cells) \
	MODEL_ASKED_##enumerator,
enum { MODELS_ASKED(MODEL_ASKED_ENUM) MODEL_ASKED_COUNT }; // the first of enum model

// What the guest has a device do outside of it.
struct model_wire {
	void *owner;     // the guest
	uint32_t source; // 0: none
	void (*set_level)(void *owner, uint32_t source, bool high); // of its source, while it is accessed
};

struct model_ops {
	// Boot hart, once; what it returns is access' and reset's first argument. NULL: it is the state.
	void *(*init)(void *state, const struct model_wire *wire);
	enum mmio_verdict (*access)(void *state, struct mmio *access); // struct vdev's
	void (*reset)(void *state); // while all the guest's harts are parked; NULL: nothing is kept
};

#define MODEL_OPS(enumerator, functions, ...) extern const struct model_ops model_##functions;
MODELS(MODEL_OPS)
#undef MODEL_OPS

struct model_stateless {
	uint8_t nothing;
};

#endif
