/*
 * canvas.h - a grid of characters that screens draw into (floor: tui).
 *
 * Knows no terminal: tests compare canvases as text, terminal.c carries one to curses. It is also
 * the last guard against hostile names: whatever is drawn, a cell only ever holds a printable
 * character, so a text that nobody sanitised is still harmless.
 *
 * Coordinates start at 0. What lies outside the grid is dropped, so drawing never fails.
 */
#ifndef IMGTOP_TUI_CANVAS_H
#define IMGTOP_TUI_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/colours.h"
#include "tui/zones.h"

enum { CANVAS_MARKS = 2 }; /* combining marks kept per cell */

struct canvas_cell {
	uint32_t character;	     /* 0: right half of a wide character */
	uint32_t mark[CANVAS_MARKS]; /* 0: none */
	uint8_t columns;	     /* 1 or 2; 0 for the right half */
	uint8_t colour;		     /* enum colour */
};

struct canvas;

/* A blank grid. ascii: every character beyond ASCII is drawn as one that stands for it. */
struct canvas *canvas_new(int rows, int columns, bool ascii);
void canvas_free(struct canvas *canvas);

/* From now on; what is there stays. */
void canvas_set_ascii(struct canvas *canvas, bool ascii);

/* Another size; the content is blank afterwards. */
void canvas_resize(struct canvas *canvas, int rows, int columns);
void canvas_clear(struct canvas *canvas);

int canvas_rows(const struct canvas *canvas);
int canvas_columns(const struct canvas *canvas);
const struct canvas_cell *canvas_cell(const struct canvas *canvas, int row, int column);

/* Draw UTF-8 text; returns the column after it, which may lie outside. */
int canvas_text(struct canvas *canvas, int row, int column, enum colour colour, const char *text);
int canvas_printf(struct canvas *canvas, int row, int column, enum colour colour,
		  const char *format, ...) __attribute__((format(printf, 5, 6)));

/* Draw text into exactly `width` columns: cut with an ellipsis, or padded. */
void canvas_field(struct canvas *canvas, int row, int column, int width, enum colour colour,
		  const char *text);

/* The same, set to the right edge. */
void canvas_field_right(struct canvas *canvas, int row, int column, int width, enum colour colour,
			const char *text);

/* Give `width` cells a colour and leave their characters. */
void canvas_paint(struct canvas *canvas, int row, int column, int width, enum colour colour);

/* Blank a rectangle. */
void canvas_blank(struct canvas *canvas, int row, int column, int rows, int width,
		  enum colour colour);

/* What is drawn there can be clicked on. */
void canvas_zone(struct canvas *canvas, struct zone zone);
const struct zones *canvas_zones(const struct canvas *canvas);

/* Nothing that was drawn so far can be clicked on any more: a dialog covers it. */
void canvas_forget_zones(struct canvas *canvas);

/* Do both look the same? */
bool canvas_cell_equal(const struct canvas_cell *cell, const struct canvas_cell *other);

/* Are both grids the same to the eye? */
bool canvas_equal(const struct canvas *canvas, const struct canvas *other);

/* A row as UTF-8 without trailing blanks. Returns the length. */
size_t canvas_row_text(const struct canvas *canvas, int row, char *text, size_t size);

#endif
