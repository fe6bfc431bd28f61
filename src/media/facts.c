/*
 * facts.c - what a media file tells of itself: times as text.
 */
#include "config.h"

#include "media/facts.h"

#include <stdio.h>
#include <time.h>

void facts_time_text(int64_t seconds, char text[FACTS_TIME_BYTES])
{
	time_t when = (time_t)seconds;
	struct tm parts;

	if (gmtime_r(&when, &parts) == NULL || parts.tm_year < -1900 || parts.tm_year > 9999 - 1900)
		parts = (struct tm){.tm_year = -1900, .tm_mday = 1};
	/* %Y has as many digits as the year, and a catalogue is sorted by this text. */
	snprintf(text, FACTS_TIME_BYTES, "%04u", (unsigned)(parts.tm_year + 1900) % 10000);
	strftime(text + 4, FACTS_TIME_BYTES - 4, "-%m-%d %H:%M:%S", &parts);
}
