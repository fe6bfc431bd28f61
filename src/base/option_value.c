/*
 * option_value.c - one option's value to and from text (floor: base). No state.
 *
 * Numbers are read digit by digit rather than by strtod: a decimal comma of the user's locale must
 * not change what a command line means.
 */
#include "config.h"

#include "base/option_value.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

/* Longest time that an option takes; more is a slip of the finger, and as nanoseconds it must fit
 * 64 bits. */
#define SECONDS_MOST 1000000000

static uint64_t format_bytes(uint64_t bytes, char *suffix)
{
	static const char suffixes[] = "kMGT";
	unsigned power = 0;

	while (power < 4 && bytes != 0 && bytes % 1024 == 0) {
		bytes /= 1024;
		power++;
	}
	suffix[0] = power == 0 ? '\0' : suffixes[power - 1];
	suffix[1] = '\0';
	return bytes;
}

/* " from 1 to 100", " from 1", "" */
static void append_range(struct textbuf *text, const struct option_spec *spec)
{
	char from[2] = "", to[2] = "";
	int64_t least = spec->minimum, most = spec->maximum;

	if (spec->kind == OPTION_SIZE && least < 1)
		least = 1;
	if (spec->kind == OPTION_BYTES) {
		least = (int64_t)format_bytes((uint64_t)least, from);
		most = (int64_t)format_bytes((uint64_t)most, to);
	}
	textbuf_printf(text, " from %" PRId64 "%s", least, from);
	if (spec->maximum != 0)
		textbuf_printf(text, " to %" PRId64 "%s", most, to);
}

void option_allowed(const struct option_spec *spec, char *text, size_t size)
{
	struct textbuf allowed;

	textbuf_init(&allowed);
	switch (spec->kind) {
	case OPTION_FLAG:
		textbuf_printf(&allowed, "yes or no");
		break;
	case OPTION_INT:
		textbuf_printf(&allowed, "a whole number");
		append_range(&allowed, spec);
		break;
	case OPTION_BYTES:
		textbuf_printf(&allowed, "a number of bytes");
		append_range(&allowed, spec);
		textbuf_printf(&allowed, ", with k, M, G or T behind it if you like");
		break;
	case OPTION_SECONDS:
		textbuf_printf(&allowed, "a number of seconds, as 2 or 0.5");
		if (spec->minimum != 0 || spec->maximum != 0)
			append_range(&allowed, spec);
		break;
	case OPTION_TEXT:
		textbuf_printf(&allowed, "any text");
		break;
	case OPTION_CHOICE:
		for (size_t i = 0; spec->choices[i] != NULL; i++)
			textbuf_printf(&allowed, "%s%s",
				       i == 0			      ? ""
				       : spec->choices[i + 1] == NULL ? " or "
								      : ", ",
				       spec->choices[i]);
		break;
	case OPTION_SIZE:
		textbuf_printf(&allowed, "WIDTHxHEIGHT or one number for a square, each");
		append_range(&allowed, spec);
		break;
	}
	snprintf(text, size, "%s", allowed.text);
	textbuf_free(&allowed);
}

/* Digits at *text into *value; *text moves behind them. false: none, or too large. */
static bool read_digits(const char **text, uint64_t *value)
{
	const char *at = *text;

	*value = 0;
	for (; *at >= '0' && *at <= '9'; at++) {
		unsigned digit = (unsigned)(*at - '0');

		if (*value > ((uint64_t)INT64_MAX - digit) / 10)
			return false;
		*value = *value * 10 + digit;
	}
	if (at == *text)
		return false;
	*text = at;
	return true;
}

static bool in_range(const struct option_spec *spec, int64_t value)
{
	return value >= spec->minimum && (spec->maximum == 0 || value <= spec->maximum);
}

static bool read_integer(const struct option_spec *spec, const char *text, int64_t *value)
{
	bool negative = *text == '-';
	uint64_t digits;

	text += negative;
	if (!read_digits(&text, &digits) || *text != '\0')
		return false;
	*value = negative ? -(int64_t)digits : (int64_t)digits;
	return in_range(spec, *value);
}

static bool read_bytes(const struct option_spec *spec, const char *text, uint64_t *value)
{
	unsigned shift = 0;

	if (!read_digits(&text, value))
		return false;
	switch (*text) {
	case 'k':
	case 'K':
		shift = 10;
		break;
	case 'M':
		shift = 20;
		break;
	case 'G':
		shift = 30;
		break;
	case 'T':
		shift = 40;
		break;
	default:
		break;
	}
	text += shift != 0;
	if (*text != '\0' || *value > (uint64_t)INT64_MAX >> shift)
		return false;
	*value <<= shift;
	return in_range(spec, (int64_t)*value);
}

static bool read_seconds(const struct option_spec *spec, const char *text, double *value)
{
	uint64_t whole = 0, nanos = 0, place = 100000000;
	bool digits = *text >= '0' && *text <= '9';

	if (digits && (!read_digits(&text, &whole) || whole > SECONDS_MOST))
		return false;
	if (*text == '.') {
		for (text++; *text >= '0' && *text <= '9'; text++, place /= 10) {
			nanos += place * (uint64_t)(*text - '0');
			digits = true;
		}
	}
	if (!digits || *text != '\0')
		return false;
	/* One division: what a user writes becomes the nearest double, as in C source. */
	*value = (double)(whole * 1000000000 + nanos) / 1e9;
	return *value >= (double)spec->minimum &&
	       (spec->maximum == 0 || *value <= (double)spec->maximum);
}

static bool read_side(const struct option_spec *spec, const char **text, int *side)
{
	uint64_t value;

	if (!read_digits(text, &value) || value < 1 || value > INT_MAX)
		return false;
	*side = (int)value;
	return in_range(spec, (int64_t)value);
}

static bool read_size(const struct option_spec *spec, const char *text, struct option_size *value)
{
	if (!read_side(spec, &text, &value->width_px))
		return false;
	value->height_px = value->width_px;
	if (*text == 'x') {
		text++;
		if (!read_side(spec, &text, &value->height_px))
			return false;
	}
	return *text == '\0';
}

static bool read_choice(const struct option_spec *spec, const char *text, int *value)
{
	for (int i = 0; spec->choices[i] != NULL; i++) {
		if (strcmp(spec->choices[i], text) == 0) {
			*value = i;
			return true;
		}
	}
	return false;
}

static bool read_flag(const char *text, bool *value)
{
	*value = text == NULL || strcmp(text, "yes") == 0;
	return *value || strcmp(text, "no") == 0;
}

bool option_value_read(const struct option_spec *spec, const char *text, union option_value *value)
{
	switch (spec->kind) {
	case OPTION_FLAG:
		return read_flag(text, &value->flag);
	case OPTION_INT:
		return read_integer(spec, text, &value->integer);
	case OPTION_BYTES:
		return read_bytes(spec, text, &value->bytes);
	case OPTION_SECONDS:
		return read_seconds(spec, text, &value->seconds);
	case OPTION_TEXT:
		value->text = mem_strdup(text);
		return true;
	case OPTION_CHOICE:
		return read_choice(spec, text, &value->choice);
	case OPTION_SIZE:
		return read_size(spec, text, &value->size);
	}
	return false;
}

static size_t format_seconds(double seconds, char *text, size_t size)
{
	char digits[64];
	size_t length = (size_t)snprintf(digits, sizeof digits, "%.9f", seconds);

	while (digits[length - 1] == '0')
		digits[--length] = '\0';
	if (digits[length - 1] < '0' || digits[length - 1] > '9')
		digits[--length] = '\0';
	return (size_t)snprintf(text, size, "%s", digits);
}

size_t option_value_format(const struct option_spec *spec, const union option_value *value,
			   char *text, size_t size)
{
	char suffix[2];
	uint64_t bytes;

	switch (spec->kind) {
	case OPTION_FLAG:
		return (size_t)snprintf(text, size, "%s", value->flag ? "yes" : "no");
	case OPTION_INT:
		return (size_t)snprintf(text, size, "%" PRId64, value->integer);
	case OPTION_BYTES:
		bytes = format_bytes(value->bytes, suffix);
		return (size_t)snprintf(text, size, "%" PRIu64 "%s", bytes, suffix);
	case OPTION_SECONDS:
		return format_seconds(value->seconds, text, size);
	case OPTION_TEXT:
		return (size_t)snprintf(text, size, "%s", value->text ? value->text : "");
	case OPTION_CHOICE:
		return (size_t)snprintf(text, size, "%s", spec->choices[value->choice]);
	case OPTION_SIZE:
		return (size_t)snprintf(text, size, "%dx%d", value->size.width_px,
					value->size.height_px);
	}
	return 0;
}
