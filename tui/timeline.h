/*
 * timeline.h - what a stretch of a worker's time is shown as (floor: tui).
 *
 * A cell stands for what took most of its time; a failure in it is shown whatever else there was.
 */
#ifndef IMGTOP_TUI_TIMELINE_H
#define IMGTOP_TUI_TIMELINE_H

#include "tui/colours.h"
#include "tui/glyphs.h"
#include "tui/past.h"

enum timeline_kind {
	TIMELINE_NOTHING, /* before the worker was, or after now */
	TIMELINE_WORK,
	TIMELINE_IDLE, /* not started, ended, or between two waits */
	TIMELINE_GET,
	TIMELINE_PUT,
	TIMELINE_LOCK,
	TIMELINE_MEMORY,
	TIMELINE_DELAY,
	TIMELINE_PAUSED,
	TIMELINE_ERROR,
	TIMELINE_UNKNOWN, /* events were lost */
	TIMELINE_KINDS
};

const char *timeline_glyph(enum timeline_kind kind, const struct glyphs *glyphs);
const char *timeline_word(enum timeline_kind kind);
enum colour timeline_colour(enum timeline_kind kind);

/* A stretch [from_ns, to_ns) of what is known at now_ns. */
struct timeline_stretch {
	uint64_t from_ns;
	uint64_t to_ns;
	uint64_t now_ns;
};

enum timeline_kind timeline_cell(const struct past *past, unsigned worker,
				 const struct timeline_stretch *stretch);

/* What a cell is best named by: the longest span of its kind, or what failed in it. */
struct timeline_pick {
	enum timeline_kind kind;
	struct past_span span;
	uint64_t begin_ns; /* of the span, also when that lies before the stretch */
	uint64_t end_ns;   /* now when it still goes on */
	bool going;
	unsigned changes; /* spans that begin in the stretch */
};

/* false: there is nothing. */
bool timeline_pick(const struct past *past, unsigned worker, const struct timeline_stretch *stretch,
		   struct timeline_pick *pick);

#endif
