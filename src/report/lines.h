/*
 * lines.h - paragraphs and figures of the text reports, at most 80 columns wide (floor: report).
 */
#ifndef IMGTOP_REPORT_LINES_H
#define IMGTOP_REPORT_LINES_H

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

enum { LINES_COLUMNS = 80, LINES_LABEL = 12 };

/* "Label       text that goes on" with the text broken at spaces under its own beginning. Words
 * that are wider than the space are cut into pieces. Any bytes may come in; they leave harmless. */
void lines_paragraph(struct textbuf *out, const char *label, const char *text);

/* The same from a format. */
void lines_printf(struct textbuf *out, const char *label, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Harmless text on lines of its own: indented by `indent` columns, broken at 80. */
void lines_wrapped(struct textbuf *out, int indent, const char *text);

/* The same broken at another width. */
void lines_wrapped_to(struct textbuf *out, int indent, int columns, const char *text);

/* A harmless copy; caller frees. */
char *lines_sanitised(const char *text);

/* "12.4 s", "3.07 ms", "850 us", "0 s" */
void lines_duration(char *text, size_t size, uint64_t ns);

/* part of whole in percent, 0 when whole is 0. */
double lines_percent(uint64_t part, uint64_t whole);

#endif
