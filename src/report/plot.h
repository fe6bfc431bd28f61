/*
 * plot.h - a chart of character cells: axes, points, lines (floor: report). No state.
 *
 * A plot is drawn into first and read off line by line then, so that two can stand side by side.
 * Every glyph is one column wide.
 */
#ifndef IMGTOP_REPORT_PLOT_H
#define IMGTOP_REPORT_PLOT_H

#include <stdbool.h>

#include "base/text.h"

enum { PLOT_LABEL = 8, PLOT_ABOVE = 1, PLOT_BELOW = 2 }; /* columns left of, lines around */

/* A colour of ECMA-48 (31 = red), 0 = none. */
struct plot_ink {
	const char *glyph;
	int colour;
};

struct plot; /* cells */

/* Of so many columns, labels and axis included (at least 16), and so many rows for the cells (at
 * least 2). The bottom row is y = 0, the top row y_most > 0; x_most >= x_least. */
struct plot *plot_create(int columns, int rows, double x_least, double x_most, double y_most);
void plot_free(struct plot *plot);

/* A point; outside the plot it is left out. */
void plot_point(struct plot *plot, double x, double y, struct plot_ink ink);

/* A line through y(x) of every column, where nothing is drawn yet; it ends where it leaves the
 * plot. */
void plot_curve(struct plot *plot, double (*y)(const void *context, double x), const void *context,
		struct plot_ink ink);

/* Say a number below the axis, where there is room for it. */
void plot_tick(struct plot *plot, unsigned x);

/* How many lines it has: title, cells, axis, ticks. */
int plot_lines(const struct plot *plot);

/* One of them, padded to the plot's width, without a newline. ascii: of the axes; colour: glyphs
 * in colours. */
void plot_line(const struct plot *plot, int line, const char *title, bool ascii, bool colour,
	       struct textbuf *out);

#endif
