/*
 * utf16.c - see utf16.h.
 */
#include "config.h"

#include "media/utf16.h"

#include <stdint.h>

#include "base/text_utf8.h"

static size_t units_of(uint32_t point)
{
	return point != TEXT_UTF8_INVALID && point > 0xffff ? 2 : 1;
}

size_t utf16_units(const char *bytes, size_t length)
{
	size_t units = 0;

	for (size_t at = 0; at < length;) {
		uint32_t point;

		at += text_utf8_decode(bytes + at, length - at, &point);
		units += units_of(point);
	}
	return units;
}

size_t utf16_clip(const char *bytes, size_t length, size_t units)
{
	size_t at = 0;

	if (length <= units) /* no character takes fewer bytes than units */
		return length;
	while (at < length) {
		uint32_t point;
		size_t taken = text_utf8_decode(bytes + at, length - at, &point);

		if (units_of(point) > units)
			break;
		units -= units_of(point);
		at += taken;
	}
	return at;
}
