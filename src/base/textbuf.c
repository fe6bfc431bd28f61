/*
 * textbuf.c - a growing string (floor: base). One thread at a time per buffer.
 */
#include "config.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text_utf8.h"

void textbuf_init(struct textbuf *buffer)
{
	*buffer = (struct textbuf){.capacity = 64};
	buffer->text = mem_calloc(buffer->capacity, 1);
}

void textbuf_free(struct textbuf *buffer)
{
	free(buffer->text);
	*buffer = (struct textbuf){0};
}

/* Room for `more` bytes and the terminator. */
static void textbuf_reserve(struct textbuf *buffer, size_t more)
{
	size_t needed = buffer->length + more + 1;

	if (needed <= buffer->capacity)
		return;
	while (buffer->capacity < needed)
		buffer->capacity *= 2;
	buffer->text = mem_realloc(buffer->text, buffer->capacity, 1);
}

void textbuf_append(struct textbuf *buffer, const char *bytes, size_t length)
{
	textbuf_reserve(buffer, length);
	memcpy(buffer->text + buffer->length, bytes, length);
	buffer->length += length;
	buffer->text[buffer->length] = '\0';
}

void textbuf_printf(struct textbuf *buffer, const char *format, ...)
{
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (length < 0)
		return;
	textbuf_reserve(buffer, (size_t)length);
	va_start(args, format);
	vsnprintf(buffer->text + buffer->length, (size_t)length + 1, format, args);
	va_end(args);
	buffer->length += (size_t)length;
}

/* How much quoting a word needs. */
enum quoting { QUOTE_NONE, QUOTE_PLAIN, QUOTE_ESCAPES };

static enum quoting word_quoting(const char *word, size_t length)
{
	static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789_@%+=:,./-";
	enum quoting quoting = length == 0 ? QUOTE_PLAIN : QUOTE_NONE;

	for (size_t at = 0; at < length;) {
		uint32_t point;

		at += text_utf8_decode(word + at, length - at, &point);
		if (!text_utf8_harmless(point))
			return QUOTE_ESCAPES;
		if (point >= 0x80 || strchr(safe, (int)point) == NULL)
			quoting = QUOTE_PLAIN;
	}
	return quoting;
}

static void append_plain_quoted(struct textbuf *buffer, const char *word, size_t length)
{
	textbuf_append(buffer, "'", 1);
	for (size_t at = 0; at < length; at++) {
		if (word[at] == '\'')
			textbuf_append(buffer, "'\\''", 4);
		else
			textbuf_append(buffer, word + at, 1);
	}
	textbuf_append(buffer, "'", 1);
}

/* Three octal digits end by themselves, whatever follows; \x would swallow a hex digit in some
 * shells. */
static void append_escaped(struct textbuf *buffer, const char *word, size_t length)
{
	textbuf_append(buffer, "$'", 2);
	for (size_t at = 0; at < length;) {
		uint32_t point;
		size_t taken = text_utf8_decode(word + at, length - at, &point);

		if (point == '\n')
			textbuf_append(buffer, "\\n", 2);
		else if (point == '\t')
			textbuf_append(buffer, "\\t", 2);
		else if (point == '\'' || point == '\\')
			textbuf_printf(buffer, "\\%c", (char)point);
		else if (text_utf8_harmless(point))
			textbuf_append(buffer, word + at, taken);
		else
			for (size_t i = 0; i < taken; i++)
				textbuf_printf(buffer, "\\%03o", (unsigned char)word[at + i]);
		at += taken;
	}
	textbuf_append(buffer, "'", 1);
}

void textbuf_shell_word(struct textbuf *buffer, const char *word)
{
	size_t length = strlen(word);

	switch (word_quoting(word, length)) {
	case QUOTE_NONE:
		textbuf_append(buffer, word, length);
		break;
	case QUOTE_PLAIN:
		append_plain_quoted(buffer, word, length);
		break;
	case QUOTE_ESCAPES:
		append_escaped(buffer, word, length);
		break;
	}
}

void textbuf_tsv_field(struct textbuf *buffer, const char *bytes, size_t length)
{
	size_t at = 0;

	while (at < length) {
		uint32_t point;
		size_t taken = text_utf8_decode(bytes + at, length - at, &point);

		if (point == '\t')
			textbuf_append(buffer, "\\t", 2);
		else if (point == '\n')
			textbuf_append(buffer, "\\n", 2);
		else if (point == '\\')
			textbuf_append(buffer, "\\\\", 2);
		else if (text_utf8_harmless(point))
			textbuf_append(buffer, bytes + at, taken);
		else
			for (size_t i = 0; i < taken; i++)
				textbuf_printf(buffer, "\\x%02X", (unsigned char)bytes[at + i]);
		at += taken;
	}
}
