/* SPDX-License-Identifier: Apache-2.0 */
/* Where bare guests are linked; crt0.S moves them to where they run. Included by assembly and by the linker script. */
#define GUEST_LINK_ADDR 0x80200000
