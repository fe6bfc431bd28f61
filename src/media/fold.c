/*
 * fold.c - see fold.h.
 */
#include "config.h"

#include "media/fold.h"

#include <stdbool.h>
#include <string.h>

#include <utf8proc.h>

enum { POINTS = FOLD_BYTES / 4 - 1 }; /* utf8proc turns them into UTF-8 in place */

static char lower(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

/* Copy with A to Z folded. Returns whether all of it was ASCII, for which that is enough. */
static bool fold_ascii(const char *bytes, size_t length, enum fold how, char *out)
{
	unsigned char seen = 0;

	for (size_t i = 0; i < length; i++) {
		seen |= (unsigned char)bytes[i];
		out[i] = how == FOLD_CASE ? lower(bytes[i]) : bytes[i];
	}
	return seen < 0x80;
}

size_t fold_name(const char *bytes, size_t length, enum fold how, char *out)
{
	utf8proc_int32_t points[POINTS + 1];
	utf8proc_option_t options = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
	utf8proc_ssize_t count, encoded;

	if (length > FOLD_BYTES)
		length = FOLD_BYTES;
	if (fold_ascii(bytes, length, how, out))
		return length;
	if (how == FOLD_CASE)
		options |= UTF8PROC_CASEFOLD;
	count = utf8proc_decompose((const utf8proc_uint8_t *)bytes, (utf8proc_ssize_t)length,
				   points, POINTS, options);
	if (count < 0 || count > POINTS)
		return length;
	encoded = utf8proc_reencode(points, count, options);
	if (encoded < 0)
		return length;
	memcpy(out, points, (size_t)encoded);
	return (size_t)encoded;
}
