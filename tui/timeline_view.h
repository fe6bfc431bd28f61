/*
 * timeline_view.h - columns of a timeline: where they lie in time, and what they showed before
 * (floor: tui).
 */
#ifndef IMGTOP_TUI_TIMELINE_VIEW_H
#define IMGTOP_TUI_TIMELINE_VIEW_H

#include "tui/timeline.h"

enum { TIMELINE_COLUMNS = 512 }; /* the widest view */

/* Time per column at a zoom, 0 where there is none; 0 is the closest. */
uint64_t timeline_zoom(int zoom);

/* Where columns lie in time. */
struct timeline_scale {
	uint64_t origin_ns;
	uint64_t now_ns;
	uint64_t step_ns;
	int64_t oldest; /* first column that anything is known of */
	int64_t present;
};

/* Column of a time, and the time at which a column begins. */
int64_t timeline_column(const struct timeline_scale *scale, uint64_t at_ns);
uint64_t timeline_time(const struct timeline_scale *scale, int64_t column);
struct timeline_stretch timeline_stretch(const struct timeline_scale *scale, int64_t column);

/* Time since the start, as exact as the zoom makes sense of. */
void timeline_format(char *text, size_t size, const struct timeline_scale *scale, uint64_t at_ns);

/* Columns that are over, for one zoom of one run. Starts as all zeros. */
struct timeline_cache {
	const struct past *past;
	uint64_t revision;
	uint64_t origin_ns;
	uint64_t step_ns;
	struct {
		int64_t key; /* of the column; 0: none */
		uint8_t kind;
	} cell[PAGE_WORKERS][TIMELINE_COLUMNS];
};

/* Before a picture is drawn: forget what is out of date. */
void timeline_cache_refresh(struct timeline_cache *cache, const struct timeline_scale *scale,
			    const struct past *past);

/* timeline_cell of a column, worked out once when its time is over. */
enum timeline_kind timeline_cached(struct timeline_cache *cache, const struct timeline_scale *scale,
				   unsigned worker, int64_t column);

#endif
