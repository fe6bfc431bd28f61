/*
 * text.h - text that is fit to be shown: harmless names, widths, clipped columns, number formats
 * (floor: base).
 *
 * Names come from strangers. Everything that reaches a terminal, a log or a report passes
 * text_sanitise first: control characters, escape sequences, bidirectional marks, zero-width
 * characters and invalid UTF-8 become '?' or a visible escape, one column each or as many as the
 * escape has characters.
 */
#ifndef IMGTOP_BASE_TEXT_H
#define IMGTOP_BASE_TEXT_H

#include <stddef.h>
#include <stdint.h>

/* A harmless copy of bytes in dst (size bytes, terminated, cut at a character border). Returns
 * the length written. Valid printable UTF-8 stays as it is. */
size_t text_sanitise(char *dst, size_t size, const char *bytes, size_t length);

/* Columns that a sanitised UTF-8 string takes (wcwidth; 1 for what the locale does not know). */
int text_width(const char *text);

/*
 * Copy at most `columns` columns of text into dst, padded with spaces to exactly that width.
 * Longer text is cut at a character border and ends in "…" ("~" in a non-UTF-8 locale).
 * text_clip_left cuts at the front and keeps the end: for paths.
 */
void text_clip(char *dst, size_t size, const char *text, int columns);
void text_clip_left(char *dst, size_t size, const char *text, int columns);

/* printf behind what text (size bytes, terminated) holds; cut where there is no more room. */
void text_add(char *text, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* "0 B", "812 kB", "61 MB", "1.4 GB" (powers of 1000, at most 3 digits). */
void text_bytes(char *dst, size_t size, uint64_t bytes);

/* "0.4ms", "41ms", "4.2s", "3m07", "2h15": at most 5 columns, for columns of ages. */
void text_age(char *dst, size_t size, uint64_t ns);

/* "00:12.4", "1:02:09": elapsed times in headers. */
void text_elapsed(char *dst, size_t size, uint64_t ns);

/* "0.42", "6.1", "25.1", "312": a rate per second in at most 5 columns. */
void text_rate(char *dst, size_t size, double per_second);

/* Growing string for reports. text is always terminated, never NULL after textbuf_init. */
struct textbuf {
	char *text;
	size_t length;
	size_t capacity;
};

void textbuf_init(struct textbuf *buffer);
void textbuf_free(struct textbuf *buffer);
void textbuf_printf(struct textbuf *buffer, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void textbuf_append(struct textbuf *buffer, const char *bytes, size_t length);

/* A field of a line of tab-separated values. What is no valid UTF-8, and characters that a terminal
 * would obey rather than show, become the \xNN of their bytes; tab, newline and backslash \t \n \\:
 * the file is valid UTF-8, may be shown as it is, and reads back exactly. */
void textbuf_tsv_field(struct textbuf *buffer, const char *bytes, size_t length);

/* One word of a command line that a POSIX shell reads back as exactly these bytes; quoted only
 * where it must be, $'...' for control characters. */
void textbuf_shell_word(struct textbuf *buffer, const char *word);

#endif
