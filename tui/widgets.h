/*
 * widgets.h - small things that screens are put together from (floor: tui). They draw and keep
 * nothing.
 */
#ifndef IMGTOP_TUI_WIDGETS_H
#define IMGTOP_TUI_WIDGETS_H

#include "tui/canvas.h"
#include "tui/glyphs.h"

/* Where something is drawn: its upper left corner and its size. Lines have one row. */
struct widget_area {
	int row;
	int column;
	int rows;
	int width;
};

/* "[||||||      ]" of exactly `width` columns, share 0..1. */
void widget_bar(struct canvas *canvas, int row, int column, int width, double share,
		const char *glyph);

/* "[##......]": full of capacity places, scaled to at most the width of the area. Returns the
 * column after. */
int widget_gauge(struct canvas *canvas, struct widget_area area, uint64_t full, uint64_t capacity,
		 const struct glyphs *glyphs);

enum { WIDGET_PIECES = 14 };

/* A piece of a line; the pieces with the highest `rank` go first when there is no room. */
struct widget_piece {
	enum colour colour;
	int rank;
	char text[96];
};

/* A line while it is put together; begun with all zero. */
struct widget_pieces {
	struct widget_piece piece[WIDGET_PIECES];
	size_t count;
};

/* One more piece; none when there are WIDGET_PIECES. */
void widget_add(struct widget_pieces *pieces, enum colour colour, int rank, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Draw them with `gap` columns between them, or one when more of them fit so. Returns the column
 * after. */
int widget_pieces(struct canvas *canvas, struct widget_area area,
		  const struct widget_pieces *pieces, int gap);

/* A column of a table. rank: 1 is kept to the last. */
struct widget_column {
	const char *title;
	int minimum;
	int maximum; /* grows up to this; 0: as much as there is */
	int rank;
	bool right;
};

/* Share out a width over columns with one blank between them; widths[i] is 0 for those that do not
 * fit. Returns how many do. */
int widget_columns(const struct widget_column *columns, size_t count, int width, int *widths);

/* The bottom bar: keys and labels of the bindings that these scopes have. */
void widget_key_bar(struct canvas *canvas, struct widget_area area, unsigned scopes);

/* A framed, filled box. */
void widget_box(struct canvas *canvas, struct widget_area area, const char *title,
		const struct glyphs *glyphs);

/* Draw text broken at blanks into at most the rows of the area. Returns the lines. */
int widget_wrap(struct canvas *canvas, struct widget_area area, enum colour colour,
		const char *text);

/* Bytes of text that fit into width columns, cut after a blank where there is one; 0 only at its
 * end or without any width. */
size_t widget_line_length(const char *text, int width);

/* The lines that it takes, at most `rows`. */
int widget_wrap_lines(int rows, int width, const char *text);

#endif
