/* SPDX-License-Identifier: Apache-2.0 */
/* SBI calls as a guest makes them, with the specification's names and numbers. */
#ifndef BARE_SBI_H
#define BARE_SBI_H

#define SBI_LEGACY_SET_TIMER	      0x0
#define SBI_LEGACY_PUTCHAR	      0x1
#define SBI_LEGACY_GETCHAR	      0x2
#define SBI_LEGACY_CLEAR_IPI	      0x3
#define SBI_LEGACY_SEND_IPI	      0x4
#define SBI_LEGACY_REMOTE_FENCE_I     0x5
#define SBI_LEGACY_REMOTE_SFENCE      0x6
#define SBI_LEGACY_REMOTE_SFENCE_ASID 0x7
#define SBI_LEGACY_SHUTDOWN	      0x8

#define SBI_EXT_BASE   0x10
#define SBI_EXT_TIME   0x54494d45
#define SBI_EXT_IPI    0x735049
#define SBI_EXT_RFENCE 0x52464e43
#define SBI_EXT_HSM    0x48534d
#define SBI_EXT_SRST   0x53525354
#define SBI_EXT_PMU    0x504d55
#define SBI_EXT_DBCN   0x4442434e
#define SBI_EXT_SUSP   0x53555350
#define SBI_EXT_CPPC   0x43505043
#define SBI_EXT_NACL   0x4e41434c
#define SBI_EXT_STA    0x535441
#define SBI_EXT_SSE    0x535345
#define SBI_EXT_FWFT   0x46574654
#define SBI_EXT_DBTR   0x44425452
#define SBI_EXT_MPXY   0x4d505859

#define SBI_SUCCESS		  0
#define SBI_ERR_FAILED		  (-1)
#define SBI_ERR_NOT_SUPPORTED	  (-2)
#define SBI_ERR_INVALID_PARAM	  (-3)
#define SBI_ERR_DENIED		  (-4)
#define SBI_ERR_INVALID_ADDRESS	  (-5)
#define SBI_ERR_ALREADY_AVAILABLE (-6)
#define SBI_ERR_ALREADY_STARTED	  (-7)
#define SBI_ERR_ALREADY_STOPPED	  (-8)
#define SBI_ERR_NO_SHMEM	  (-9)
#define SBI_ERR_INVALID_STATE	  (-10)
#define SBI_ERR_BAD_RANGE	  (-11)
#define SBI_ERR_DENIED_LOCKED	  (-14)

#define HSM_STARTED	    0
#define HSM_STOPPED	    1
#define HSM_START_PENDING   2
#define HSM_STOP_PENDING    3
#define HSM_SUSPENDED	    4
#define HSM_SUSPEND_PENDING 5
#define HSM_RESUME_PENDING  6

enum { HSM_HART_START, HSM_HART_STOP, HSM_HART_GET_STATUS, HSM_HART_SUSPEND };
enum { RFENCE_FENCE_I, RFENCE_SFENCE_VMA, RFENCE_SFENCE_VMA_ASID };
enum { DBCN_WRITE, DBCN_READ, DBCN_WRITE_BYTE };
enum { SRST_SHUTDOWN, SRST_COLD_REBOOT, SRST_WARM_REBOOT };
#define SRST_REASON_FAILURE 1

struct sbiret {
	long error;
	long value;
};

/* One SBI call; arguments that a function does not take are ignored by it. */
static inline struct sbiret sbi_call(long eid, long fid, unsigned long arg0, unsigned long arg1,
				     unsigned long arg2, unsigned long arg3, unsigned long arg4,
				     unsigned long arg5)
{
	register unsigned long a0 __asm__("a0") = arg0;
	register unsigned long a1 __asm__("a1") = arg1;
	register unsigned long a2 __asm__("a2") = arg2;
	register unsigned long a3 __asm__("a3") = arg3;
	register unsigned long a4 __asm__("a4") = arg4;
	register unsigned long a5 __asm__("a5") = arg5;
	register long a6 __asm__("a6") = fid;
	register long a7 __asm__("a7") = eid;

	__asm__ volatile("ecall"
			 : "+r"(a0), "+r"(a1)
			 : "r"(a2), "r"(a3), "r"(a4), "r"(a5), "r"(a6), "r"(a7)
			 : "memory");
	return (struct sbiret){(long)a0, (long)a1};
}

/* The common case: up to three arguments. */
static inline struct sbiret sbi_call3(long eid, long fid, unsigned long arg0, unsigned long arg1,
				      unsigned long arg2)
{
	return sbi_call(eid, fid, arg0, arg1, arg2, 0, 0, 0);
}

/* True when the extension is there (BASE probe_extension). */
static inline int sbi_has(long eid)
{
	return sbi_call3(SBI_EXT_BASE, 3, (unsigned long)eid, 0, 0).value != 0;
}

#endif
