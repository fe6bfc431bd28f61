/*
 * merge_json_text.c - the characters of a JSON string. It has been found well-formed.
 */
#include "config.h"

#include <string.h>

#include "workload/merge_json.h"

static unsigned hex_value(const unsigned char *digits)
{
	unsigned value = 0;

	for (int i = 0; i < 4; i++) {
		unsigned char digit = digits[i];

		value = value * 16 + (digit <= '9' ? (unsigned)(digit - '0')
						   : (unsigned)((digit | 0x20) - 'a' + 10));
	}
	return value;
}

static size_t put_utf8(unsigned code, unsigned char *out)
{
	if (code < 0x80) {
		out[0] = (unsigned char)code;
		return 1;
	}
	if (code < 0x800) {
		out[0] = (unsigned char)(0xc0 | code >> 6);
		out[1] = (unsigned char)(0x80 | (code & 0x3f));
		return 2;
	}
	if (code < 0x10000) {
		out[0] = (unsigned char)(0xe0 | code >> 12);
		out[1] = (unsigned char)(0x80 | (code >> 6 & 0x3f));
		out[2] = (unsigned char)(0x80 | (code & 0x3f));
		return 3;
	}
	out[0] = (unsigned char)(0xf0 | code >> 18);
	out[1] = (unsigned char)(0x80 | (code >> 12 & 0x3f));
	out[2] = (unsigned char)(0x80 | (code >> 6 & 0x3f));
	out[3] = (unsigned char)(0x80 | (code & 0x3f));
	return 4;
}

/* \uXXXX, and the second half of a pair with it. Returns the bytes read. */
static size_t unescape_code(const unsigned char *at, size_t left, unsigned char *out, size_t *used)
{
	unsigned code = hex_value(at + 2), second;

	if (code >= 0xd800 && code <= 0xdbff && left >= 12 && at[6] == '\\' && at[7] == 'u') {
		second = hex_value(at + 8);
		if (second >= 0xdc00 && second <= 0xdfff) {
			code = 0x10000 + ((code - 0xd800) << 10) + (second - 0xdc00);
			*used += put_utf8(code, out + *used);
			return 12;
		}
	}
	*used += put_utf8(code, out + *used);
	return 6;
}

size_t merge_json_unescape(const unsigned char *content, size_t length, unsigned char *out)
{
	static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
	size_t used = 0;

	for (size_t i = 0; i < length;) {
		const char *special;

		if (content[i] != '\\') {
			out[used++] = content[i++];
			continue;
		}
		if (content[i + 1] == 'u') {
			i += unescape_code(content + i, length - i, out, &used);
			continue;
		}
		special = strchr(from, content[i + 1]);
		out[used++] = special != NULL ? (unsigned char)to[special - from] : content[i + 1];
		i += 2;
	}
	return used;
}
