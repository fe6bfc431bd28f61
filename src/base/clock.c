/*
 * clock.c - the clocks in use, all in nanoseconds.
 */
#include "config.h"

#include "base/clock.h"

#include <time.h>

static uint64_t read_clock(clockid_t id)
{
	struct timespec now;

	clock_gettime(id, &now);
	return (uint64_t)now.tv_sec * CLOCK_SECOND_NS + (uint64_t)now.tv_nsec;
}

uint64_t clock_ns(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

uint64_t clock_real_ns(void)
{
	return read_clock(CLOCK_REALTIME);
}

uint64_t clock_thread_cpu_ns(void)
{
	return read_clock(CLOCK_THREAD_CPUTIME_ID);
}

void clock_format_utc(uint64_t real_ns, char *text, size_t size)
{
	time_t seconds = (time_t)(real_ns / CLOCK_SECOND_NS);
	struct tm utc;

	gmtime_r(&seconds, &utc);
	if (strftime(text, size, "%Y-%m-%dT%H:%M:%SZ", &utc) == 0 && size > 0)
		text[0] = '\0';
}

uint32_t clock_limit_ms(double seconds)
{
	double ms = seconds * 1e3;

	if (ms >= (double)UINT32_MAX)
		return UINT32_MAX;
	return ms > 0 && ms < 1 ? 1 : (uint32_t)ms;
}

double clock_seconds(uint64_t ns)
{
	return (double)ns / 1e9;
}
