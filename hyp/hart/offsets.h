// SPDX-License-Identifier: Apache-2.0
// What assembly needs of structs: a few offsets, each asserted in hart/hart.c; and which registers it saves when.
#ifndef BULKHEAD_HART_OFFSETS_H
#define BULKHEAD_HART_OFFSETS_H

#define HART_SAVE 0       // struct hart.hs_save[2]
#define HART_STACK_TOP 16 // struct hart.stack_top
#define HART_SATP 24      // struct hart.satp
#define HART_VCPU 32      // struct hart.vcpu, whose first member is x[32]
#define VCPU_IS_LIVE 256  // struct vcpu.exit.is_live

// x registers that C keeps itself (s0 to s11), and gp, for which the hypervisor has no use: bit n for register n.
#define REGISTERS_KEPT 0x0ffc0308

#endif
