/*
 * plot.c - cells that hold a glyph or nothing.
 */
#include "config.h"

#include "report/plot.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { AXIS = 1, TITLE_BYTES = 256 };

struct plot {
	int columns; /* of cells */
	int rows;
	double x_least;
	double x_most;
	double y_most;
	struct plot_ink *cell; /* row by row from the top; glyph NULL = nothing */
	char *ticks;	       /* a line of `columns` characters */
};

struct plot *plot_create(int columns, int rows, double x_least, double x_most, double y_most)
{
	struct plot *plot = mem_calloc(1, sizeof *plot);

	assert(columns >= 16 && rows >= 2 && y_most > 0 && x_most >= x_least);
	*plot = (struct plot){.columns = columns - PLOT_LABEL - AXIS,
			      .rows = rows,
			      .x_least = x_least,
			      .x_most = x_most,
			      .y_most = y_most};
	plot->cell = mem_calloc((size_t)plot->columns * (size_t)rows, sizeof *plot->cell);
	plot->ticks = mem_calloc((size_t)plot->columns + 1, 1);
	memset(plot->ticks, ' ', (size_t)plot->columns);
	return plot;
}

void plot_free(struct plot *plot)
{
	if (plot == NULL)
		return;
	free(plot->cell);
	free(plot->ticks);
	free(plot);
}

static int column_of(const struct plot *plot, double x)
{
	double range = plot->x_most - plot->x_least;

	return range > 0 ? (int)lround((x - plot->x_least) / range * (plot->columns - 1)) : 0;
}

/* May be outside the plot; never beyond what an int holds. */
static int row_of(const struct plot *plot, double y)
{
	double row = (1 - y / plot->y_most) * (plot->rows - 1);

	return (int)lround(fmin(fmax(row, -2), plot->rows + 1));
}

static struct plot_ink *cell_at(const struct plot *plot, int row, int column)
{
	if (row < 0 || row >= plot->rows || column < 0 || column >= plot->columns)
		return NULL;
	return &plot->cell[row * plot->columns + column];
}

void plot_point(struct plot *plot, double x, double y, struct plot_ink ink)
{
	struct plot_ink *cell = cell_at(plot, row_of(plot, y), column_of(plot, x));

	if (cell != NULL)
		*cell = ink;
}

void plot_curve(struct plot *plot, double (*y)(const void *context, double x), const void *context,
		struct plot_ink ink)
{
	double step = (plot->x_most - plot->x_least) / (plot->columns > 1 ? plot->columns - 1 : 1);
	int before = -1;

	for (int column = 0; column < plot->columns; column++) {
		int row = row_of(plot, y(context, plot->x_least + step * column));
		int from = row, to = row;

		/* steep: what lies between two columns belongs to the later one */
		if (column > 0 && before < row - 1)
			from = before + 1;
		if (column > 0 && before > row + 1)
			to = before - 1;
		for (int at = from; at <= to; at++) {
			struct plot_ink *cell = cell_at(plot, at, column);

			if (cell != NULL && cell->glyph == NULL)
				*cell = ink;
		}
		before = row;
	}
}

void plot_tick(struct plot *plot, unsigned x)
{
	char text[16];
	int length = snprintf(text, sizeof text, "%u", x);
	int at = column_of(plot, x) - (length - 1) / 2;

	if (at + length > plot->columns)
		at = plot->columns - length;
	at = at < 0 ? 0 : at;
	for (int i = at > 0 ? at - 1 : 0; i <= at + length && i < plot->columns; i++) {
		if (plot->ticks[i] != ' ')
			return; /* would run together with its neighbour */
	}
	memcpy(plot->ticks + at, text, (size_t)length);
}

int plot_lines(const struct plot *plot)
{
	return PLOT_ABOVE + plot->rows + PLOT_BELOW;
}

/* "  12.5", of the top, the middle and the bottom. */
static void add_label(const struct plot *plot, int row, struct textbuf *out)
{
	int middle = (plot->rows - 1) / 2;
	double y = plot->y_most * (1 - (double)row / (plot->rows - 1));

	if (row == 0 || row == middle || row == plot->rows - 1)
		textbuf_printf(out, "%*.*g", PLOT_LABEL - 1, y >= 1000 ? 4 : 3, y);
	else
		textbuf_printf(out, "%*s", PLOT_LABEL - 1, "");
	textbuf_printf(out, " ");
}

static void add_cells(const struct plot *plot, int row, bool colour, struct textbuf *out)
{
	for (int column = 0; column < plot->columns; column++) {
		const struct plot_ink *ink = &plot->cell[row * plot->columns + column];

		if (ink->glyph == NULL)
			textbuf_append(out, " ", 1);
		else if (colour && ink->colour != 0)
			textbuf_printf(out, "\033[%dm%s\033[0m", ink->colour, ink->glyph);
		else
			textbuf_printf(out, "%s", ink->glyph);
	}
}

static void add_axis(const struct plot *plot, bool ascii, struct textbuf *out)
{
	textbuf_printf(out, "%*s%s", PLOT_LABEL, "", ascii ? "+" : "└");
	for (int column = 0; column < plot->columns; column++)
		textbuf_printf(out, "%s", ascii ? "-" : "─");
}

void plot_line(const struct plot *plot, int line, const char *title, bool ascii, bool colour,
	       struct textbuf *out)
{
	char clipped[TITLE_BYTES];
	int row = line - PLOT_ABOVE;

	if (row < 0) {
		text_clip(clipped, sizeof clipped, title, PLOT_LABEL + AXIS + plot->columns);
		textbuf_printf(out, "%s", clipped);
	} else if (row < plot->rows) {
		add_label(plot, row, out);
		textbuf_printf(out, "%s", ascii ? "|" : "│");
		add_cells(plot, row, colour, out);
	} else if (row == plot->rows) {
		add_axis(plot, ascii, out);
	} else {
		textbuf_printf(out, "%*s%s", PLOT_LABEL + AXIS, "", plot->ticks);
	}
}
