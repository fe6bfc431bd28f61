/*
 * text.c - harmless names, widths and clipped columns (floor: base).
 *
 * No state; any thread of any process may enter. wcwidth() and the ellipsis follow the locale of
 * the process; a wchar_t is a code point on Linux, so no conversion of the locale takes part.
 */
#include "config.h"

#include "base/text.h"

#include <langinfo.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

#include "base/text_utf8.h"

/* First and last of code points that a terminal does not show, shows elsewhere, or that change
 * how their neighbours are shown: controls, bidirectional and other format characters, fillers,
 * variation selectors, tags, line separators, and what is no character at all. Rising. */
static const uint32_t unfit[][2] = {
	{0x0000, 0x001f},   {0x007f, 0x009f},	{0x00ad, 0x00ad},   {0x034f, 0x034f},
	{0x0600, 0x0605},   {0x061c, 0x061c},	{0x06dd, 0x06dd},   {0x070f, 0x070f},
	{0x08e2, 0x08e2},   {0x115f, 0x1160},	{0x17b4, 0x17b5},   {0x180b, 0x180f},
	{0x200b, 0x200f},   {0x2028, 0x202e},	{0x2060, 0x206f},   {0x3164, 0x3164},
	{0xd800, 0xdfff},   {0xfdd0, 0xfdef},	{0xfe00, 0xfe0f},   {0xfeff, 0xfeff},
	{0xffa0, 0xffa0},   {0xfff0, 0xfffb},	{0xfffe, 0xffff},   {0x110bd, 0x110bd},
	{0x13430, 0x1343f}, {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff},
};

size_t text_utf8_decode(const char *bytes, size_t length, uint32_t *point)
{
	const unsigned char *in = (const unsigned char *)bytes;
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t count;
	uint32_t value;

	*point = TEXT_UTF8_INVALID;
	if (length == 0)
		return 0;
	if (in[0] < 0x80) {
		*point = in[0];
		return 1;
	}
	count = in[0] >= 0xf0 ? 4 : in[0] >= 0xe0 ? 3 : 2;
	if (in[0] < 0xc2 || in[0] > 0xf4 || count > length)
		return 1;
	value = in[0] & (0x7fu >> count);
	for (size_t i = 1; i < count; i++) {
		if ((in[i] & 0xc0) != 0x80)
			return 1;
		value = value << 6 | (in[i] & 0x3fu);
	}
	if (value < least[count] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
		return 1;
	*point = value;
	return count;
}

bool text_utf8_harmless(uint32_t point)
{
	size_t low = 0, high = sizeof unfit / sizeof unfit[0];

	if (point >= ' ' && point <= '~')
		return true;
	if (point > 0x10ffff || (point & 0xfffe) == 0xfffe)
		return false;
	while (low < high) {
		size_t middle = (low + high) / 2;

		if (point > unfit[middle][1])
			low = middle + 1;
		else if (point < unfit[middle][0])
			high = middle;
		else
			return false;
	}
	return true;
}

size_t text_sanitise(char *dst, size_t size, const char *bytes, size_t length)
{
	size_t used = 0;

	if (size == 0)
		return 0;
	for (size_t at = 0; at < length;) {
		uint32_t point;
		size_t taken = text_utf8_decode(bytes + at, length - at, &point);
		bool harmless = text_utf8_harmless(point);
		size_t needed = harmless ? taken : 1;

		if (used + needed >= size)
			break;
		if (harmless)
			memcpy(dst + used, bytes + at, taken);
		else
			dst[used] = '?';
		used += needed;
		at += taken;
	}
	dst[used] = '\0';
	return used;
}

static bool locale_is_utf8(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

static int point_width(uint32_t point)
{
	if (point >= ' ' && point <= '~')
		return 1; /* almost all there is; the locale need not be asked */
	int width = wcwidth((wchar_t)point);

	return width < 0 ? 1 : width;
}

int text_width(const char *text)
{
	size_t length = strlen(text);
	int columns = 0;

	for (size_t at = 0; at < length;) {
		uint32_t point;

		at += text_utf8_decode(text + at, length - at, &point);
		columns += point_width(point);
	}
	return columns;
}

/* Output of a clip: appends whole characters while there is room for them. */
struct clip {
	char *dst;
	size_t size;
	size_t used;
	int columns; /* taken so far */
	bool utf8;
};

static void clip_put(struct clip *clip, const char *bytes, size_t length, int width)
{
	if (clip->used + length >= clip->size)
		return;
	memcpy(clip->dst + clip->used, bytes, length);
	clip->used += length;
	clip->columns += width;
}

/* A terminal of another encoding may take UTF-8's bytes for C1 controls: none get there. */
static void clip_put_point(struct clip *clip, const char *bytes, size_t length, uint32_t point)
{
	if (point >= 0x80 && (!clip->utf8 || point == TEXT_UTF8_INVALID))
		clip_put(clip, "?", 1, 1);
	else
		clip_put(clip, bytes, length, point_width(point));
}

static void clip_ellipsis(struct clip *clip)
{
	if (clip->utf8)
		clip_put(clip, "\xe2\x80\xa6", 3, 1);
	else
		clip_put(clip, "~", 1, 1);
}

static void clip_pad(struct clip *clip, int columns)
{
	while (clip->columns < columns && clip->used + 1 < clip->size)
		clip_put(clip, " ", 1, 1);
	clip->dst[clip->used] = '\0';
}

/* Append characters of text while they stay within `columns` in all. */
static void clip_fill(struct clip *clip, const char *text, int columns)
{
	size_t length = strlen(text);

	for (size_t at = 0; at < length;) {
		uint32_t point;
		size_t taken = text_utf8_decode(text + at, length - at, &point);

		if (clip->columns + point_width(point) > columns)
			break;
		clip_put_point(clip, text + at, taken, point);
		at += taken;
	}
}

void text_clip(char *dst, size_t size, const char *text, int columns)
{
	struct clip clip = {.dst = dst, .size = size, .utf8 = locale_is_utf8()};

	if (size == 0)
		return;
	if (text_width(text) <= columns) {
		clip_fill(&clip, text, columns);
	} else if (columns > 0) {
		clip_fill(&clip, text, columns - 1);
		clip_ellipsis(&clip);
	}
	clip_pad(&clip, columns);
}

void text_clip_left(char *dst, size_t size, const char *text, int columns)
{
	struct clip clip = {.dst = dst, .size = size, .utf8 = locale_is_utf8()};
	size_t length = strlen(text), at = 0;
	int width = text_width(text);

	if (size == 0)
		return;
	if (width > columns && columns > 0) {
		/* Drop what is too much, and marks that would combine with the ellipsis. */
		while (at < length) {
			uint32_t point;
			size_t taken = text_utf8_decode(text + at, length - at, &point);

			if (width <= columns - 1 && point_width(point) > 0)
				break;
			width -= point_width(point);
			at += taken;
		}
		clip_ellipsis(&clip);
	}
	if (columns > 0)
		clip_fill(&clip, text + at, columns);
	clip_pad(&clip, columns);
}

void text_add(char *text, size_t size, const char *format, ...)
{
	size_t length = strlen(text);
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(text + length, size - length, format, arguments);
	va_end(arguments);
}
