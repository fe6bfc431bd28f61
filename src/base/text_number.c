/*
 * text_number.c - numbers in few columns (floor: base). No state.
 */
#include "config.h"

#include "base/text.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "base/clock.h"

void text_bytes(char *dst, size_t size, uint64_t bytes)
{
	static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
	double value = (double)bytes;
	unsigned unit = 0;

	/* 999.5 would be shown with four digits. */
	while (value >= 999.5) {
		value /= 1000;
		unit++;
	}
	if (unit == 0)
		snprintf(dst, size, "%" PRIu64 " B", bytes);
	else
		snprintf(dst, size, "%.*f %s", value < 9.95 ? 1 : 0, value, units[unit]);
}

void text_age(char *dst, size_t size, uint64_t ns)
{
	uint64_t ms = ns / CLOCK_MS_NS;
	uint64_t s = ms / 1000;

	/* Cut, never rounded up: an age has been reached. */
	uint64_t tenths = ns % CLOCK_MS_NS / (CLOCK_MS_NS / 10);
	if (ms < 10 && tenths != 0)
		snprintf(dst, size, "%" PRIu64 ".%" PRIu64 "ms", ms, tenths);
	else if (ms < 1000)
		snprintf(dst, size, "%" PRIu64 "ms", ms);
	else if (s < 60)
		snprintf(dst, size, "%" PRIu64 ".%" PRIu64 "s", s, ms % 1000 / 100);
	else if (s < 3600)
		snprintf(dst, size, "%" PRIu64 "m%02" PRIu64, s / 60, s % 60);
	else if (s < 24 * 3600)
		snprintf(dst, size, "%" PRIu64 "h%02" PRIu64, s / 3600, s / 60 % 60);
	else if (s < 100 * 24 * 3600)
		snprintf(dst, size, "%" PRIu64 "d%02" PRIu64, s / 86400, s / 3600 % 24);
	else
		snprintf(dst, size, "%" PRIu64 "d", s / 86400 < 9999 ? s / 86400 : 9999);
}

void text_elapsed(char *dst, size_t size, uint64_t ns)
{
	uint64_t tenths = ns / (CLOCK_SECOND_NS / 10);
	uint64_t s = tenths / 10;

	if (s < 3600)
		snprintf(dst, size, "%02" PRIu64 ":%02" PRIu64 ".%" PRIu64, s / 60, s % 60,
			 tenths % 10);
	else
		snprintf(dst, size, "%" PRIu64 ":%02" PRIu64 ":%02" PRIu64, s / 3600, s / 60 % 60,
			 s % 60);
}

void text_rate(char *dst, size_t size, double per_second)
{
	if (!isfinite(per_second) || per_second < 0)
		snprintf(dst, size, "-");
	else if (per_second < 0.995)
		snprintf(dst, size, "%.2f", per_second);
	else if (per_second < 99.95)
		snprintf(dst, size, "%.1f", per_second);
	else if (per_second < 99999.5)
		snprintf(dst, size, "%.0f", per_second);
	else if (per_second < 9999.5e3)
		snprintf(dst, size, "%.0fk", per_second / 1e3);
	else if (per_second < 9999.5e6)
		snprintf(dst, size, "%.0fM", per_second / 1e6);
	else if (per_second < 9999.5e9)
		snprintf(dst, size, "%.0fG", per_second / 1e9);
	else
		snprintf(dst, size, "huge");
}
