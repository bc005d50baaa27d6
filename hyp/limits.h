// SPDX-License-Identifier: Apache-2.0
// Every compile-time limit of the hypervisor, in one list. Nothing here may depend on a board.
#ifndef BULKHEAD_LIMITS_H
#define BULKHEAD_LIMITS_H

#define MAX_HARTS 64          // harts the board's tree may describe, and vcpus of one guest
#define MAX_GUESTS 16         // partitions in one plan
#define MAX_RAM_REGIONS 8     // /memory ranges of the board
#define MAX_RESERVED 32       // ranges of RAM that nobody may be given
#define MAX_DEVICES 96        // register ranges the board's tree describes
#define MAX_EXTENTS 16        // host extents one guest's memory may be joined from
#define MAX_IMSIC_REGIONS 4    // register ranges of the IMSICs
#define MAX_GUEST_DEVICES 16   // devices of the board given to one guest
#define MAX_GUEST_RESETS 32    // words that reset devices given to one guest
#define MAX_GUEST_FIXED 16     // clocks, regulators and the like without registers that they need
#define MAX_DEVICE_PATH 96     // path of a device's node, with the terminating zero
#define MAX_DEVICE_REGS 4      // register ranges of one such device
#define MAX_DEVICE_SOURCES 16  // its interrupts
#define MAX_BOARD_SOURCE 1023  // highest number of an interrupt source that a PLIC or APLIC can have
#define MAX_IMAGES 64         // images in one package
#define MAX_NAME 32           // node, guest and image names, with the terminating zero
#define MAX_BOOTARGS 1024     // bootargs of one guest, with the terminating zero
#define MAX_GUEST_DTB 0x10000 // bytes of one generated guest tree, fragment included, of a guest of at most GUEST_DTB_HARTS
#define GUEST_DTB_HARTS 16
#define GUEST_DTB_FOR_HART 0x1000 // for each hart beyond: names of extensions, twice, are most of it

#define EXIT_BUDGET_AFTER 10  // seconds after a guest's start for which its budget of exits does not hold, unless the tree says otherwise

#define MAX_SEED 64           // bytes kept of the board's rng-seed
#define GUEST_SEED_SIZE 32    // bytes of rng-seed in a guest's tree

#define PAGE_SIZE 4096u
#define HART_STACK_SIZE 4096u   // bytes of stack per hart; a guard page lies below it
#define BOOT_STACK_SIZE 16384u  // of the boot hart, which reads trees on it; likewise
#define CONSOLE_RING_SIZE 16384u // bytes of console output one guest may have waiting

// Where every guest finds its emulated ns16550a (guest physical), unless the partition tree says otherwise.
#define GUEST_UART_GPA 0x10000000ull
#define GUEST_UART_SIZE 0x100ull
#define GUEST_UART_FIFO 128 // bytes it takes at once: told by the tree (fifo-size), an ns16550a has 16
// Where a guest finds its interrupt controllers (guest physical): an emulated PLIC or APLIC, as the board has one or the other, and
// with the latter its vcpus' interrupt files where the harts have guest interrupt files to give. Its UART is wired to this source.
#define GUEST_PLIC_GPA 0x0c000000ull
#define GUEST_PLIC_SIZE 0x400000ull
#define GUEST_APLIC_GPA 0x0d000000ull
#define GUEST_APLIC_SIZE 0x5000ull
#define GUEST_IMSIC_GPA 0x28000000ull
// Identities in the hypervisor's own interrupt file of a hart: a kick goes before the wired sources that it takes for guests.
#define OWN_FILE_KICK 1
#define OWN_FILE_ID(source) (OWN_FILE_KICK + (source))
#define GUEST_FILE 1 // a hart has one guest for ever, which needs one of its guest interrupt files: hstatus.VGEIN
#define GUEST_SOURCES 128 // source numbers at a guest's interrupt controller, of which 0 means "none"
#define GUEST_UART_SOURCE 10
// Where a guest that asks for it finds a test finisher (guest physical), as on QEMU's virt machine.
#define GUEST_FINISHER_GPA 0x100000ull
#define GUEST_FINISHER_SIZE 0x1000ull
#define GUEST_MEMORY_GPA 0x80000000ull

#endif
