// SPDX-License-Identifier: Apache-2.0
// The few offsets that assembly needs; each is asserted in hart/hart.c against the structs.
#ifndef BULKHEAD_VCPU_OFFSETS_H
#define BULKHEAD_VCPU_OFFSETS_H

#define HART_SAVE 0       // struct hart.hs_save[2]
#define HART_STACK_TOP 16 // struct hart.stack_top
#define HART_SATP 24      // struct hart.satp
#define HART_VCPU 32      // struct hart.vcpu, whose first member is x[32]
#define VCPU_IS_LIVE 256  // struct vcpu.exit.is_live

#endif
