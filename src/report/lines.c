/*
 * lines.c - paragraphs and figures of the text reports (floor: report).
 */
#include "config.h"

#include "report/lines.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text_utf8.h"

char *lines_sanitised(const char *text)
{
	size_t length = strlen(text);
	size_t size = 8 * length + 1; /* room for any escape of a byte */
	char *copy = mem_calloc(size, 1);

	text_sanitise(copy, size, text, length);
	return copy;
}

static int width_of(const char *text, size_t length)
{
	char *copy = mem_strndup(text, length);
	int width = text_width(copy);

	free(copy);
	return width;
}

/* Bytes of the longest start of text that takes at most `room` columns; at least one character. */
static size_t fitting(const char *text, size_t length, int room)
{
	size_t used = 0;

	while (used < length) {
		uint32_t point;
		size_t n = text_utf8_decode(text + used, length - used, &point);

		room -= width_of(text + used, n);
		if (room < 0 && used > 0)
			break;
		used += n;
	}
	return used;
}

/* Harmless words from column `column` on, where the line stands at its indentation. */
static void wrap(struct textbuf *out, int indent, int columns, const char *text)
{
	int column = indent;

	while (*(text += strspn(text, " ")) != '\0') {
		size_t length = strcspn(text, " ");
		int gap = column > indent;

		if (gap && column + 1 + width_of(text, length) > columns) {
			textbuf_printf(out, "\n%*s", indent, "");
			column = indent;
			gap = 0;
		}
		length = fitting(text, length, columns - column - gap);
		textbuf_printf(out, "%s%.*s", gap ? " " : "", (int)length, text);
		column += gap + width_of(text, length);
		text += length;
		if (*text != ' ' && *text != '\0') { /* a word in pieces goes on */
			textbuf_printf(out, "\n%*s", indent, "");
			column = indent;
		}
	}
	textbuf_append(out, "\n", 1);
}

void lines_wrapped_to(struct textbuf *out, int indent, int columns, const char *text)
{
	char *safe = lines_sanitised(text);

	textbuf_printf(out, "%*s", indent, "");
	wrap(out, indent, columns, safe);
	free(safe);
}

void lines_wrapped(struct textbuf *out, int indent, const char *text)
{
	lines_wrapped_to(out, indent, LINES_COLUMNS, text);
}

void lines_paragraph(struct textbuf *out, const char *label, const char *text)
{
	char *safe = lines_sanitised(text);

	textbuf_printf(out, "%-*s", LINES_LABEL, label);
	wrap(out, LINES_LABEL, LINES_COLUMNS, safe);
	free(safe);
}

void lines_printf(struct textbuf *out, const char *label, const char *format, ...)
{
	char text[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	lines_paragraph(out, label, text);
}

void lines_duration(char *text, size_t size, uint64_t ns)
{
	double us = (double)ns / 1e3;
	double value = ns < CLOCK_SECOND_NS ? us / 1e3 : us / 1e6;
	int decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;

	if (ns == 0)
		snprintf(text, size, "0 s");
	else if (us < 999.5)
		snprintf(text, size, "%.0f us", us);
	else
		snprintf(text, size, "%.*f %s", decimals, value, ns < CLOCK_SECOND_NS ? "ms" : "s");
}

double lines_percent(uint64_t part, uint64_t whole)
{
	return whole ? 100.0 * (double)part / (double)whole : 0.0;
}
