/*
 * timeline_view.c - columns, times and the cache between them (floor: tui). One thread.
 */
#include "config.h"

#include "tui/timeline_view.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"

/* Late events change a column no more when it is this old. */
#define SETTLED_NS (3 * CLOCK_SECOND_NS)

/* Time per column. */
static const uint64_t zooms[] = {CLOCK_MS_NS,		2 * CLOCK_MS_NS,       5 * CLOCK_MS_NS,
				 10 * CLOCK_MS_NS,	20 * CLOCK_MS_NS,      50 * CLOCK_MS_NS,
				 100 * CLOCK_MS_NS,	200 * CLOCK_MS_NS,     500 * CLOCK_MS_NS,
				 CLOCK_SECOND_NS,	2 * CLOCK_SECOND_NS,   5 * CLOCK_SECOND_NS,
				 10 * CLOCK_SECOND_NS,	20 * CLOCK_SECOND_NS,  60 * CLOCK_SECOND_NS,
				 300 * CLOCK_SECOND_NS, 1800 * CLOCK_SECOND_NS};

enum { ZOOMS = sizeof(zooms) / sizeof(zooms[0]) };

uint64_t timeline_zoom(int zoom)
{
	return zoom >= 0 && zoom < ZOOMS ? zooms[zoom] : 0;
}

int64_t timeline_column(const struct timeline_scale *scale, uint64_t at_ns)
{
	int64_t step_ns = (int64_t)scale->step_ns;
	int64_t since_ns = (int64_t)(at_ns - scale->origin_ns);

	return since_ns >= 0 ? since_ns / step_ns : -((-since_ns + step_ns - 1) / step_ns);
}

uint64_t timeline_time(const struct timeline_scale *scale, int64_t column)
{
	return scale->origin_ns + (uint64_t)(column * (int64_t)scale->step_ns);
}

struct timeline_stretch timeline_stretch(const struct timeline_scale *scale, int64_t column)
{
	return (struct timeline_stretch){
		.from_ns = timeline_time(scale, column),
		.to_ns = timeline_time(scale, column + 1),
		.now_ns = scale->now_ns,
	};
}

void timeline_format(char *text, size_t size, const struct timeline_scale *scale, uint64_t at_ns)
{
	uint64_t since_ns = at_ns > scale->origin_ns ? at_ns - scale->origin_ns : 0;
	uint64_t seconds = since_ns / CLOCK_SECOND_NS;
	uint64_t ms = since_ns % CLOCK_SECOND_NS / CLOCK_MS_NS;
	int length = snprintf(text, size, "%" PRIu64 ":%02" PRIu64, seconds / 60, seconds % 60);

	if (length < 0 || (size_t)length >= size || scale->step_ns >= CLOCK_SECOND_NS)
		return;
	if (scale->step_ns >= 10 * CLOCK_MS_NS)
		(void)snprintf(text + length, size - (size_t)length, ".%02" PRIu64, ms / 10);
	else
		(void)snprintf(text + length, size - (size_t)length, ".%03" PRIu64, ms);
}

void timeline_cache_refresh(struct timeline_cache *cache, const struct timeline_scale *scale,
			    const struct past *past)
{
	if (cache->past == past && cache->revision == past_revision(past) &&
	    cache->origin_ns == scale->origin_ns && cache->step_ns == scale->step_ns)
		return;
	memset(cache, 0, sizeof(*cache));
	cache->past = past;
	cache->revision = past_revision(past);
	cache->origin_ns = scale->origin_ns;
	cache->step_ns = scale->step_ns;
}

enum timeline_kind timeline_cached(struct timeline_cache *cache, const struct timeline_scale *scale,
				   unsigned worker, int64_t column)
{
	struct timeline_stretch stretch = timeline_stretch(scale, column);
	size_t slot = (uint64_t)column % TIMELINE_COLUMNS;
	int64_t key = 2 * column + 1;

	if (cache->cell[worker][slot].key == key && stretch.to_ns <= scale->now_ns)
		return (enum timeline_kind)cache->cell[worker][slot].kind;
	enum timeline_kind kind = timeline_cell(cache->past, worker, &stretch);
	if (stretch.to_ns + SETTLED_NS < scale->now_ns) {
		cache->cell[worker][slot].key = key;
		cache->cell[worker][slot].kind = (uint8_t)kind;
	}
	return kind;
}
