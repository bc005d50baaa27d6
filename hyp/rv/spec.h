// SPDX-License-Identifier: Apache-2.0
// Numbers of the specifications under their own names: CSRs, fields, causes, SBI ids. No code, no policy. [pure]
#ifndef BULKHEAD_RV_SPEC_H
#define BULKHEAD_RV_SPEC_H

// CSR numbers (priv, "CSR Listing"); also used by assembly.
#define CSR_SSTATUS 0x100
#define CSR_SIE 0x104
#define CSR_STVEC 0x105
#define CSR_SCOUNTEREN 0x106
#define CSR_SENVCFG 0x10a
#define CSR_SSTATEEN0 0x10c
#define CSR_SSCRATCH 0x140
#define CSR_SEPC 0x141
#define CSR_SCAUSE 0x142
#define CSR_STVAL 0x143
#define CSR_SIP 0x144
#define CSR_STIMECMP 0x14d
#define CSR_SATP 0x180
#define CSR_VSSTATUS 0x200
#define CSR_VSIE 0x204
#define CSR_VSTVEC 0x205
#define CSR_VSSCRATCH 0x240
#define CSR_VSEPC 0x241
#define CSR_VSCAUSE 0x242
#define CSR_VSTVAL 0x243
#define CSR_VSIP 0x244
#define CSR_VSTIMECMP 0x24d
#define CSR_VSISELECT 0x250
#define CSR_VSATP 0x280
#define CSR_HSTATUS 0x600
#define CSR_HEDELEG 0x602
#define CSR_HIDELEG 0x603
#define CSR_HIE 0x604
#define CSR_HTIMEDELTA 0x605
#define CSR_HCOUNTEREN 0x606
#define CSR_HGEIE 0x607
#define CSR_HENVCFG 0x60a
#define CSR_HSTATEEN0 0x60c
#define CSR_HTVAL 0x643
#define CSR_HIP 0x644
#define CSR_HVIP 0x645
#define CSR_HTINST 0x64a
#define CSR_HGATP 0x680
#define CSR_CYCLE 0xc00
#define CSR_TIME 0xc01
#define CSR_FCSR 0x003
#define CSR_VL 0xc20
#define CSR_VTYPE 0xc21
#define CSR_VLENB 0xc22
#define CSR_VSTART 0x008
#define CSR_VCSR 0x00f

// sstatus, vsstatus
#define SSTATUS_SIE 0x2
#define SSTATUS_SPIE 0x20
#define SSTATUS_SPP 0x100
#define SSTATUS_VS 0x600
#define SSTATUS_FS 0x6000
#define SSTATUS_SUM 0x40000
#define SSTATUS_MXR 0x80000
#define SSTATUS_SPELP 0x800000
#define SSTATUS_SDT 0x1000000
#define SSTATUS_UXL_64 0x200000000

// hstatus
#define HSTATUS_GVA 0x40
#define HSTATUS_SPV 0x80
#define HSTATUS_SPVP 0x100
#define HSTATUS_HU 0x200
#define HSTATUS_VTVM 0x100000
#define HSTATUS_VTW 0x200000
#define HSTATUS_VTSR 0x400000
#define HSTATUS_VSXL_64 0x200000000

// henvcfg
#define HENVCFG_CBIE_FLUSH 0x10ull // CBIE = 01: cbo.inval flushes
#define HENVCFG_CBCFE 0x40ull
#define HENVCFG_CBZE 0x80ull
#define HENVCFG_ADUE (1ull << 61)
#define HENVCFG_PBMTE (1ull << 62)
#define HENVCFG_STCE (1ull << 63)

// hstateen0
#define HSTATEEN0_ENVCFG (1ull << 62)

// hcounteren
#define HCOUNTEREN_CY 0x1
#define HCOUNTEREN_TM 0x2
#define HCOUNTEREN_IR 0x4

// Interrupt bits of sip/sie and hip/hie/hvip
#define IP_SSIP 0x2
#define IP_VSSIP 0x4
#define IP_STIP 0x20
#define IP_VSTIP 0x40
#define IP_SEIP 0x200
#define IP_VSEIP 0x400
#define IP_VS_ALL 0x444

// satp, vsatp, hgatp
#define SATP_MODE_SV39 8
#define HGATP_MODE_SV39X4 8
#define SATP_MODE_SHIFT 60
#define HGATP_VMID_SHIFT 44
#define HGATP_VMID (0x3fffull << HGATP_VMID_SHIFT)

// Exception causes
#define CAUSE_MISALIGNED_FETCH 0
#define CAUSE_FETCH_ACCESS 1
#define CAUSE_ILLEGAL_INSTRUCTION 2
#define CAUSE_BREAKPOINT 3
#define CAUSE_MISALIGNED_LOAD 4
#define CAUSE_LOAD_ACCESS 5
#define CAUSE_MISALIGNED_STORE 6
#define CAUSE_STORE_ACCESS 7
#define CAUSE_USER_ECALL 8
#define CAUSE_SUPERVISOR_ECALL 9
#define CAUSE_VIRTUAL_SUPERVISOR_ECALL 10
#define CAUSE_MACHINE_ECALL 11
#define CAUSE_FETCH_PAGE_FAULT 12
#define CAUSE_LOAD_PAGE_FAULT 13
#define CAUSE_STORE_PAGE_FAULT 15
#define CAUSE_DOUBLE_TRAP 16
#define CAUSE_SOFTWARE_CHECK 18
#define CAUSE_HARDWARE_ERROR 19
#define CAUSE_FETCH_GUEST_PAGE_FAULT 20
#define CAUSE_LOAD_GUEST_PAGE_FAULT 21
#define CAUSE_VIRTUAL_INSTRUCTION 22
#define CAUSE_STORE_GUEST_PAGE_FAULT 23
#define CAUSE_COUNT 24

// Interrupt causes (scause without the top bit)
#define IRQ_S_SOFT 1
#define IRQ_S_TIMER 5
#define IRQ_S_EXTERNAL 9
#define IRQ_S_GUEST_EXTERNAL 12

// htinst pseudoinstructions of implicit accesses of VS-stage translation (priv, "Transformed Instruction or Pseudoinstruction")
#define HTINST_PSEUDO_READ 0x3000
#define HTINST_PSEUDO_WRITE 0x3020

// SBI 3.0: extension ids
#define SBI_EXT_LEGACY_SET_TIMER 0x0
#define SBI_EXT_LEGACY_PUTCHAR 0x1
#define SBI_EXT_LEGACY_GETCHAR 0x2
#define SBI_EXT_LEGACY_CLEAR_IPI 0x3
#define SBI_EXT_LEGACY_SEND_IPI 0x4
#define SBI_EXT_LEGACY_FENCE_I 0x5
#define SBI_EXT_LEGACY_SFENCE_VMA 0x6
#define SBI_EXT_LEGACY_SFENCE_VMA_ASID 0x7
#define SBI_EXT_LEGACY_SHUTDOWN 0x8
#define SBI_EXT_BASE 0x10
#define SBI_EXT_TIME 0x54494d45
#define SBI_EXT_IPI 0x735049
#define SBI_EXT_RFENCE 0x52464e43
#define SBI_EXT_HSM 0x48534d
#define SBI_EXT_SRST 0x53525354
#define SBI_EXT_DBCN 0x4442434e
#define SBI_EXT_SUSP 0x53555350
#define SBI_EXT_PMU 0x504d55
#define SBI_EXT_FWFT 0x46574654
#define SBI_EXT_STA 0x535441
#define SBI_EXT_SSE 0x535345
#define SBI_EXT_DBTR 0x44425452

// SBI 3.0: function ids
#define SBI_BASE_GET_SPEC_VERSION 0
#define SBI_BASE_GET_IMPL_ID 1
#define SBI_BASE_GET_IMPL_VERSION 2
#define SBI_BASE_PROBE_EXTENSION 3
#define SBI_BASE_GET_MVENDORID 4
#define SBI_BASE_GET_MARCHID 5
#define SBI_BASE_GET_MIMPID 6
#define SBI_TIME_SET_TIMER 0
#define SBI_IPI_SEND_IPI 0
#define SBI_RFENCE_FENCE_I 0
#define SBI_RFENCE_SFENCE_VMA 1
#define SBI_RFENCE_SFENCE_VMA_ASID 2
#define SBI_RFENCE_HFENCE_GVMA_VMID 3
#define SBI_RFENCE_HFENCE_GVMA 4
#define SBI_RFENCE_HFENCE_VVMA_ASID 5
#define SBI_RFENCE_HFENCE_VVMA 6
#define SBI_HSM_HART_START 0
#define SBI_HSM_HART_STOP 1
#define SBI_HSM_HART_GET_STATUS 2
#define SBI_HSM_HART_SUSPEND 3
#define SBI_SRST_SYSTEM_RESET 0
#define SBI_DBCN_WRITE 0
#define SBI_DBCN_READ 1
#define SBI_DBCN_WRITE_BYTE 2
#define SBI_SUSP_SYSTEM_SUSPEND 0
#define SBI_STA_SET_SHMEM 0

// SBI 3.0: hart_suspend types
#define SBI_SUSPEND_RETENTIVE_DEFAULT 0x0
#define SBI_SUSPEND_RETENTIVE_PLATFORM 0x10000000
#define SBI_SUSPEND_NON_RETENTIVE_DEFAULT 0x80000000
#define SBI_SUSPEND_NON_RETENTIVE_PLATFORM 0x90000000

// SBI 3.0: system_suspend types
#define SBI_SLEEP_SUSPEND_TO_RAM 0

// SBI 3.0: size in bytes, and so alignment, of the steal-time shared memory
#define SBI_STA_SHMEM_SIZE 64

// SBI 3.0: system_reset types and reasons
#define SBI_RESET_SHUTDOWN 0
#define SBI_RESET_COLD_REBOOT 1
#define SBI_RESET_WARM_REBOOT 2
#define SBI_RESET_REASON_NONE 0
#define SBI_RESET_REASON_SYSTEM_FAILURE 1

// SBI 3.0: error codes
#define SBI_SUCCESS 0
#define SBI_ERR_FAILED (-1)
#define SBI_ERR_NOT_SUPPORTED (-2)
#define SBI_ERR_INVALID_PARAM (-3)
#define SBI_ERR_DENIED (-4)
#define SBI_ERR_INVALID_ADDRESS (-5)
#define SBI_ERR_ALREADY_AVAILABLE (-6)
#define SBI_ERR_ALREADY_STARTED (-7)
#define SBI_ERR_ALREADY_STOPPED (-8)
#define SBI_ERR_NO_SHMEM (-9)
#define SBI_ERR_INVALID_STATE (-10)
#define SBI_ERR_BAD_RANGE (-11)
#define SBI_ERR_DENIED_LOCKED (-14)

#define SBI_SPEC_VERSION_3_0 0x03000000

#endif
