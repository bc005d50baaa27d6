/* SPDX-License-Identifier: Apache-2.0 */
/* Alarms of the goldfish RTC, and how late their interrupt's handler ran by the RTC's own clock. */

#include "bare/goldfish.h"
#include "bare/pulse.h"

static volatile uint32_t *rtc;
static struct report reports[2]; /* one being filled by the handler, one taken */
static struct report *filling = &reports[0];
static uint64_t alarm, period; /* nanoseconds */

static uint64_t rtc_now(void)
{
	uint32_t low = rtc[RTC_TIME_LOW]; /* latches the other half */

	return (uint64_t)rtc[RTC_TIME_HIGH] << 32 | low;
}

static void set_alarm(void)
{
	rtc[RTC_ALARM_HIGH] = (uint32_t)(alarm >> 32);
	rtc[RTC_ALARM_LOW] = (uint32_t)alarm;
}

static void on_alarm(void)
{
	uint64_t now = rtc_now();

	rtc[RTC_CLEAR_INTERRUPT] = 1;
	report_note(filling, now - alarm);
	alarm += period;
	for (now = rtc_now(); now >= alarm; alarm += period)
		filling->missed++;
	set_alarm();
}

int alarm_open(unsigned long period_us)
{
	int node = dt_compatible(-1, "google,goldfish-rtc");
	uint64_t address;

	if (node < 0 || !dt_reg(node, 0, &address, NULL))
		return 0;
	rtc = (volatile uint32_t *)address;
	period = period_us * 1000ul;
	report_clear(&reports[0]);
	report_clear(&reports[1]);
	return wired_open(node, on_alarm);
}

void alarm_start(void)
{
	alarm = rtc_now() + period;
	rtc[RTC_IRQ_ENABLED] = 1;
	set_alarm();
}

struct report *alarm_take(void)
{
	struct report *taken = filling;

	filling = taken == &reports[0] ? &reports[1] : &reports[0];
	return taken;
}

void alarm_stop(void)
{
	rtc[RTC_IRQ_ENABLED] = 0;
	rtc[RTC_CLEAR_ALARM] = 1;
	rtc[RTC_CLEAR_INTERRUPT] = 1;
}
