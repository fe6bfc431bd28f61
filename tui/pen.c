/*
 * pen.c - lines of a scrolled text (floor: tui). One thread.
 */
#include "config.h"

#include "tui/pen.h"

#include <stdarg.h>
#include <stdio.h>

enum { LABEL_WIDTH = 10, LINE_BYTES = 512 };

int pen_next(struct pen *pen)
{
	int row = pen->line++ - pen->top;

	return row >= 0 && row < pen->area.rows ? pen->area.row + row : -1;
}

void pen_blank(struct pen *pen)
{
	pen->line++;
}

static void put(struct pen *pen, int row, int indent, enum colour colour, const char *text)
{
	if (pen->area.width > indent)
		canvas_field(pen->canvas, row, pen->area.column + indent, pen->area.width - indent,
			     colour, text);
}

void pen_line(struct pen *pen, enum colour colour, const char *format, ...)
{
	int row = pen_next(pen);
	char text[LINE_BYTES];
	va_list arguments;

	if (row < 0)
		return;
	va_start(arguments, format);
	(void)vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	put(pen, row, 0, colour, text);
}

void pen_fact(struct pen *pen, const char *label, enum colour colour, const char *format, ...)
{
	int row = pen_next(pen);
	char text[LINE_BYTES];
	va_list arguments;

	if (row < 0)
		return;
	va_start(arguments, format);
	(void)vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	put(pen, row, 0, COLOUR_LABEL, label);
	put(pen, row, LABEL_WIDTH, colour, text);
}
