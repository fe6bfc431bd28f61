/*
 * merge_json.c - a strict look at one JSON record.
 *
 * No recursion: whether a level is an object or an array is a bit, so depth costs no stack and has
 * a bound.
 */
#include "config.h"

#include "workload/merge_json.h"

#include <stdint.h>
#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

struct scanner {
	const unsigned char *at;
	const unsigned char *to;
	const char *why;
	unsigned depth;
	unsigned char object[MERGE_JSON_DEPTH / 8]; /* a bit per level */
};

static int broken(struct scanner *s, const char *why)
{
	s->why = why;
	return -1;
}

static bool is_blank(unsigned char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

static bool is_digit(unsigned char byte)
{
	return byte >= '0' && byte <= '9';
}

const unsigned char *merge_json_blanks(const unsigned char *from, const unsigned char *to)
{
	while (from < to && is_blank(*from))
		from++;
	return from;
}

/* The byte at hand, 0 at the end: no JSON holds one outside of strings. */
static unsigned char next_byte(struct scanner *s)
{
	s->at = merge_json_blanks(s->at, s->to);
	return s->at < s->to ? *s->at : 0;
}

/* Skip what stands for itself in a string: ASCII but quote, backslash and control characters. */
static const unsigned char *skip_plain(const unsigned char *at, const unsigned char *to)
{
#if defined(__SSE2__)
	const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\');
	const __m128i blank = _mm_set1_epi8(' ');

	for (; to - at >= 16; at += 16) {
		__m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
		/* Bytes from 0x80 are negative, and so below a blank like control characters. */
		__m128i odd = _mm_or_si128(
			_mm_cmplt_epi8(bytes, blank),
			_mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, slash)));
		unsigned mask = (unsigned)_mm_movemask_epi8(odd);

		if (mask != 0)
			return at + __builtin_ctz(mask);
	}
#endif
	while (at < to && *at >= ' ' && *at < 0x80 && *at != '"' && *at != '\\')
		at++;
	return at;
}

static bool is_hex(unsigned char byte)
{
	return is_digit(byte) || (byte >= 'a' && byte <= 'f') || (byte >= 'A' && byte <= 'F');
}

static int scan_escape(struct scanner *s)
{
	size_t left = (size_t)(s->to - s->at);

	if (left < 2)
		return broken(s, "a string is not closed");
	if (s->at[1] == 'u') {
		for (size_t i = 2; i < 6; i++) {
			if (i >= left || !is_hex(s->at[i]))
				return broken(s, "\\u needs four hexadecimal digits");
		}
		s->at += 6;
		return 0;
	}
	if (memchr("\"\\/bfnrt", s->at[1], 8) == NULL)
		return broken(s, "there is no such escape");
	s->at += 2;
	return 0;
}

/* One character of more than one byte (RFC 3629: none overlong, no surrogate, up to U+10FFFF). */
static int scan_utf8(struct scanner *s)
{
	const unsigned char *at = s->at;
	size_t left = (size_t)(s->to - at), length;
	unsigned char low = 0x80, high = 0xbf;

	if (at[0] >= 0xc2 && at[0] <= 0xdf)
		length = 2;
	else if (at[0] >= 0xe0 && at[0] <= 0xef)
		length = 3;
	else if (at[0] >= 0xf0 && at[0] <= 0xf4)
		length = 4;
	else
		return broken(s, "a string is not UTF-8");
	if (at[0] == 0xe0)
		low = 0xa0;
	else if (at[0] == 0xed)
		high = 0x9f;
	else if (at[0] == 0xf0)
		low = 0x90;
	else if (at[0] == 0xf4)
		high = 0x8f;
	for (size_t i = 1; i < length; i++) {
		if (i >= left || at[i] < low || at[i] > high)
			return broken(s, "a string is not UTF-8");
		low = 0x80;
		high = 0xbf;
	}
	s->at += length;
	return 0;
}

/* From the opening quote to behind the closing one. */
static int scan_string(struct scanner *s)
{
	s->at++;
	for (;;) {
		int result;

		s->at = skip_plain(s->at, s->to);
		if (s->at == s->to)
			return broken(s, "a string is not closed");
		if (*s->at == '"') {
			s->at++;
			return 0;
		}
		if (*s->at < ' ')
			return broken(s, "a control character in a string");
		result = *s->at == '\\' ? scan_escape(s) : scan_utf8(s);
		if (result != 0)
			return result;
	}
}

static int scan_digits(struct scanner *s)
{
	if (s->at == s->to || !is_digit(*s->at))
		return broken(s, "a number lacks a digit");
	while (s->at < s->to && is_digit(*s->at))
		s->at++;
	return 0;
}

static int scan_number(struct scanner *s)
{
	if (*s->at == '-')
		s->at++;
	if (s->at + 1 < s->to && s->at[0] == '0' && is_digit(s->at[1]))
		return broken(s, "a number begins with a zero");
	if (scan_digits(s) != 0)
		return -1;
	if (s->at < s->to && *s->at == '.') {
		s->at++;
		if (scan_digits(s) != 0)
			return -1;
	}
	if (s->at < s->to && (*s->at == 'e' || *s->at == 'E')) {
		s->at++;
		if (s->at < s->to && (*s->at == '+' || *s->at == '-'))
			s->at++;
		return scan_digits(s);
	}
	return 0;
}

static int scan_word(struct scanner *s, const char *word)
{
	size_t length = strlen(word);

	if ((size_t)(s->to - s->at) < length || memcmp(s->at, word, length) != 0)
		return broken(s, "a value was expected");
	s->at += length;
	return 0;
}

static int scan_plain_value(struct scanner *s)
{
	switch (*s->at) {
	case '"':
		return scan_string(s);
	case 't':
		return scan_word(s, "true");
	case 'f':
		return scan_word(s, "false");
	case 'n':
		return scan_word(s, "null");
	default:
		if (*s->at == '-' || is_digit(*s->at))
			return scan_number(s);
		return broken(s, "a value was expected");
	}
}

static bool in_object(const struct scanner *s)
{
	unsigned level = s->depth - 1;

	return (s->object[level / 8] >> level % 8 & 1) != 0;
}

/* Step into an object or array. */
static int enter(struct scanner *s, bool object)
{
	unsigned bit;

	if (s->depth == MERGE_JSON_DEPTH)
		return broken(s, "it is nested too deep");
	bit = 1u << s->depth % 8;
	if (object)
		s->object[s->depth / 8] = (unsigned char)(s->object[s->depth / 8] | bit);
	else
		s->object[s->depth / 8] = (unsigned char)(s->object[s->depth / 8] & ~bit);
	s->depth++;
	s->at++;
	return 0;
}

/* Which of the wanted fields is called so (with its quotes)? -1: none. */
static int field_of(const struct merge_scan *scan, const unsigned char *name, size_t length)
{
	unsigned char plain[256];

	name++;
	length -= 2;
	if (length <= sizeof plain && memchr(name, '\\', length) != NULL) {
		length = merge_json_unescape(name, length, plain);
		name = plain;
	}
	for (int i = 0; i < MERGE_JSON_FIELDS; i++) {
		if (strlen(scan->names[i]) == length && memcmp(scan->names[i], name, length) == 0)
			return i;
	}
	return -1;
}

/* "name" and the colon. */
static int scan_name(struct scanner *s, const struct merge_scan *scan, int *field)
{
	const unsigned char *name;

	if (next_byte(s) != '"')
		return broken(s, "a field's name was expected");
	name = s->at;
	if (scan_string(s) != 0)
		return -1;
	if (s->depth == 1)
		*field = field_of(scan, name, (size_t)(s->at - name));
	if (next_byte(s) != ':')
		return broken(s, "a colon was expected");
	s->at++;
	return 0;
}

/* Behind a value: leave what it ends. 1: another value comes, 0: the record is over. */
static int leave(struct scanner *s, const struct merge_scan *scan, int *field)
{
	while (s->depth != 0) {
		bool object = in_object(s);
		unsigned char byte = next_byte(s);

		if (byte == ',') {
			s->at++;
			return object && scan_name(s, scan, field) != 0 ? -1 : 1;
		}
		if (byte != (object ? '}' : ']'))
			return broken(s, object ? "a comma or } was expected"
						: "a comma or ] was expected");
		s->at++;
		s->depth--;
		if (s->depth == 1)
			return 2;
	}
	return 0;
}

/* A value, or the start of one that holds others. 1: at its end, 0: another comes inside it. */
static int begin_value(struct scanner *s, const struct merge_scan *scan, int *field)
{
	unsigned char byte = next_byte(s);
	bool object = byte == '{';

	if (byte != '{' && byte != '[')
		return s->at < s->to ? (scan_plain_value(s) != 0 ? -1 : 1)
				     : broken(s, "it ends in the middle");
	if (enter(s, object) != 0)
		return -1;
	if (next_byte(s) == (object ? '}' : ']')) {
		s->at++;
		s->depth--;
		return 1;
	}
	return object && scan_name(s, scan, field) != 0 ? -1 : 0;
}

static int scan_record(struct scanner *s, struct merge_scan *scan)
{
	const unsigned char *start = NULL;
	int field = -1, result;

	if (next_byte(s) != '{')
		return broken(s, "a record must be an object");
	for (;;) {
		next_byte(s);
		if (s->depth == 1)
			start = s->at;
		result = begin_value(s, scan, &field);
		/* 2: a value of the record itself is over, of whatever depth it was */
		while (result == 1 || result == 2) {
			if (s->depth == 1 && field >= 0) {
				scan->fields[field] = (struct merge_span){
					.start = start, .length = (size_t)(s->at - start)};
				field = -1;
			}
			result = leave(s, scan, &field);
			if (result == 0)
				return 0;
			if (result == 1)
				break;
		}
		if (result < 0)
			return -1;
	}
}

int merge_json_scan(struct merge_scan *scan, const unsigned char *from, const unsigned char *to)
{
	struct scanner s = {.at = from, .to = to};
	int result;

	for (int i = 0; i < MERGE_JSON_FIELDS; i++)
		scan->fields[i] = (struct merge_span){0};
	result = scan_record(&s, scan);
	scan->end = s.at;
	scan->why = result != 0 ? s.why : NULL;
	return result;
}

/* Behind the string that starts at `at`, or NULL: it is not closed on its line. */
static const unsigned char *skip_string(const unsigned char *at, const unsigned char *to)
{
	for (at++; at < to; at++) {
		at = skip_plain(at, to);
		if (at == to || *at == '\n')
			return NULL;
		if (*at == '"')
			return at + 1;
		if (*at == '\\')
			at++;
	}
	return NULL;
}

const unsigned char *merge_json_element(const unsigned char *from, const unsigned char *to)
{
	struct scanner s = {.at = from, .to = to};

	while (s.at < to) {
		switch (*s.at) {
		case '"':
			s.at = skip_string(s.at, to);
			if (s.at == NULL)
				return NULL;
			break;
		case '{':
		case '[':
			if (enter(&s, *s.at == '{') != 0)
				return NULL;
			break;
		case '}':
		case ']':
			if (s.depth == 0)
				return *s.at == ']' ? s.at : NULL;
			if (in_object(&s) != (*s.at == '}'))
				return NULL;
			s.depth--;
			s.at++;
			break;
		case ',':
			if (s.depth == 0)
				return s.at;
			s.at++;
			break;
		default:
			s.at++;
		}
	}
	return NULL;
}
