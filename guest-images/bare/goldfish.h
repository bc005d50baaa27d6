/* SPDX-License-Identifier: Apache-2.0 */
/* Registers of QEMU's goldfish RTC (google,goldfish-rtc), by number of the 32-bit word. */
#ifndef BARE_GOLDFISH_H
#define BARE_GOLDFISH_H

#define RTC_TIME_LOW	    0
#define RTC_TIME_HIGH	    1
#define RTC_ALARM_LOW	    2
#define RTC_ALARM_HIGH	    3
#define RTC_IRQ_ENABLED	    4
#define RTC_CLEAR_ALARM	    5
#define RTC_CLEAR_INTERRUPT 7

#endif
