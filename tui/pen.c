/*
 * pen.c - lines of a scrolled text (floor: tui). One thread.
 */
#include "config.h"

#include "tui/pen.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/text.h"

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
	int indent = pen->indent > 0 ? pen->indent : LABEL_WIDTH;
	char text[LINE_BYTES];
	const char *rest = text;
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	int row = pen_next(pen);
	if (row >= 0)
		put(pen, row, 0, COLOUR_LABEL, label);
	if (text_width(label) >= indent) /* no room beside it */
		row = pen_next(pen);
	for (;;) {
		char line[LINE_BYTES];
		size_t length = widget_line_length(rest, pen->area.width - indent);

		(void)snprintf(line, sizeof(line), "%.*s", (int)length, rest);
		if (row >= 0)
			put(pen, row, indent, colour, line);
		rest += length;
		if (length == 0 || *rest == '\0')
			break;
		row = pen_next(pen);
	}
}
