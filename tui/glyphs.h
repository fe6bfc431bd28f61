/*
 * glyphs.h - the drawing characters, in UTF-8 and in ASCII (floor: tui).
 *
 * Every pair has the same width in columns, so a layout does not depend on the choice.
 */
#ifndef IMGTOP_TUI_GLYPHS_H
#define IMGTOP_TUI_GLYPHS_H

#include <stdbool.h>

struct glyphs {
	const char *bar;	 /* a filled cell of a speed bar */
	const char *gauge_full;	 /* a taken place in a queue */
	const char *gauge_empty; /* a free one */
	const char *branch;	 /* tree: more rows follow; 2 columns */
	const char *last_branch; /* tree: the last one; 2 columns */
	const char *open;	 /* a host whose threads are shown */
	const char *closed;	 /* a host whose threads are folded */
	const char *horizontal;
	const char *vertical;
	const char *corner[4]; /* top left, top right, bottom left, bottom right */
	const char *cursor;    /* before the chosen row of a list */
	const char *bullet;    /* before the strategy in force */
	const char *because;   /* what is before it comes from what is behind it */
	const char *up;	       /* sort directions */
	const char *down;
	const char *spark[8]; /* an eighth of a cell's height .. a full one */
};

const struct glyphs *glyphs_get(bool ascii);

#endif
