/*
 * merge_value.c - what a record's key and time mean. The values have been found well-formed.
 */
#include "config.h"

#include "workload/merge_value.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { EXPONENT_MOST = 1000000 };

#define TENTH UINT64_C(100000000000000000) /* of a second, in its fraction's unit */

static bool is_digit(unsigned char byte)
{
	return byte >= '0' && byte <= '9';
}

/* ---- decimals ---------------------------------------------------------------------------------
 */

/* A number as sign, digits without zeros at either end, and where its point stands: the value is
 * 0.DIGITS * 10^point. Digits may have a point between them, which is passed over. */
struct decimal {
	bool negative;
	const unsigned char *first; /* NULL: zero */
	const unsigned char *last;  /* the last digit that is not zero */
	int64_t point;
};

static int64_t read_exponent(const unsigned char *at, const unsigned char *to)
{
	int64_t exponent = 0;
	bool negative;

	if (at == to)
		return 0;
	at++; /* e */
	negative = *at == '-';
	if (*at == '-' || *at == '+')
		at++;
	for (; at < to; at++) {
		if (exponent < EXPONENT_MOST)
			exponent = exponent * 10 + (*at - '0');
	}
	return negative ? -exponent : exponent;
}

static struct decimal read_decimal(const struct merge_span *value)
{
	const unsigned char *at = value->start, *to = value->start + value->length;
	struct decimal decimal = {.negative = *at == '-'};
	bool after_point = false;

	for (at += decimal.negative; at < to && *at != 'e' && *at != 'E'; at++) {
		if (*at == '.') {
			after_point = true;
			continue;
		}
		if (decimal.first == NULL && *at != '0')
			decimal.first = at;
		if (decimal.first != NULL && !after_point)
			decimal.point++;
		else if (decimal.first == NULL && after_point)
			decimal.point--;
		if (*at != '0')
			decimal.last = at;
	}
	decimal.point += read_exponent(at, to);
	return decimal;
}

/* ---- times ------------------------------------------------------------------------------------
 */

int merge_time_compare(const struct merge_time *one, const struct merge_time *other)
{
	if (one->seconds != other->seconds)
		return one->seconds < other->seconds ? -1 : 1;
	if (one->fraction != other->fraction)
		return one->fraction < other->fraction ? -1 : 1;
	return 0;
}

/* Below zero the whole seconds are rounded down, so that the fraction always adds. */
static void negate(struct merge_time *time)
{
	const uint64_t one = UINT64_C(1000000000000000000);

	time->seconds = -time->seconds;
	if (time->fraction != 0) {
		time->seconds--;
		time->fraction = one - time->fraction;
	}
}

static int64_t saturating_digit(int64_t value, int digit)
{
	if (__builtin_mul_overflow(value, 10, &value) ||
	    __builtin_add_overflow(value, digit, &value))
		return INT64_MAX;
	return value;
}

static void number_time(const struct merge_span *value, struct merge_time *time)
{
	struct decimal decimal = read_decimal(value);
	int64_t place = decimal.point; /* of the digit at hand: 1 = ones, 0 = tenths */
	uint64_t scale = TENTH;

	*time = (struct merge_time){0};
	if (decimal.first == NULL)
		return;
	for (; place < 0 && scale != 0; place++)
		scale /= 10;
	for (const unsigned char *at = decimal.first; at <= decimal.last; at++) {
		if (*at == '.')
			continue;
		if (place > 0) {
			time->seconds = saturating_digit(time->seconds, *at - '0');
			place--;
		} else {
			time->fraction += scale * (uint64_t)(*at - '0');
			scale /= 10;
		}
	}
	for (; place > 0 && time->seconds != INT64_MAX; place--)
		time->seconds = saturating_digit(time->seconds, 0);
	if (decimal.negative)
		negate(time);
}

/* Read exactly `count` digits. -1 when they are not there. */
static int take_digits(const unsigned char **at, const unsigned char *to, unsigned count)
{
	int value = 0;

	if ((size_t)(to - *at) < count)
		return -1;
	for (unsigned i = 0; i < count; i++) {
		if (!is_digit((*at)[i]))
			return -1;
		value = value * 10 + ((*at)[i] - '0');
	}
	*at += count;
	return value;
}

static bool take(const unsigned char **at, const unsigned char *to, char byte)
{
	if (*at == to || **at != (unsigned char)byte)
		return false;
	(*at)++;
	return true;
}

/* Days since 1970 (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms"). */
static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
	int64_t shifted = month <= 2 ? year - 1 : year;
	int64_t era = shifted / 400;
	int64_t of_era = shifted - era * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	if (shifted < 0)
		return days_of(year + 400, month, day) - 146097;
	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static int days_in(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month == 2 && leap ? 29 : days[month - 1];
}

/* "2024-02-29" or "20240229" */
static bool take_date(const unsigned char **at, const unsigned char *to, int64_t *seconds)
{
	int year = take_digits(at, to, 4);
	bool dashes = year >= 0 && take(at, to, '-');
	int month = year >= 0 ? take_digits(at, to, 2) : -1;
	int day;

	if (month < 1 || month > 12 || (dashes && !take(at, to, '-')))
		return false;
	day = take_digits(at, to, 2);
	if (day < 1 || day > days_in(year, month))
		return false;
	*seconds = days_of(year, month, day) * 86400;
	return true;
}

static uint64_t take_fraction(const unsigned char **at, const unsigned char *to)
{
	uint64_t scale = TENTH, fraction = 0;

	for (; *at < to && is_digit(**at); (*at)++) {
		fraction += scale * (uint64_t)(**at - '0');
		scale /= 10;
	}
	return fraction;
}

/* "12:30", "12:30:59.5", "123059"; a leap second counts as the second after it. */
static bool take_clock(const unsigned char **at, const unsigned char *to, struct merge_time *time)
{
	int hour = take_digits(at, to, 2);
	bool colons = hour >= 0 && take(at, to, ':');
	int minute = hour >= 0 ? take_digits(at, to, 2) : -1;
	int second = 0;

	if (hour < 0 || hour > 24 || minute < 0 || minute > 59)
		return false;
	if (colons ? take(at, to, ':') : *at < to && is_digit(**at)) {
		second = take_digits(at, to, 2);
		if (second < 0 || second > 60)
			return false;
		if (take(at, to, '.') || take(at, to, ',')) {
			if (*at == to || !is_digit(**at))
				return false;
			time->fraction = take_fraction(at, to);
		}
	}
	if (hour == 24 && (minute != 0 || second != 0 || time->fraction != 0))
		return false;
	time->seconds += hour * 3600 + minute * 60 + second;
	return true;
}

/* "Z", "+02:00", "+0200", "-05" or nothing */
static bool take_zone(const unsigned char **at, const unsigned char *to, struct merge_time *time)
{
	bool west;
	int hours, minutes = 0;

	if (*at == to || take(at, to, 'Z') || take(at, to, 'z'))
		return true;
	west = **at == '-';
	if (!take(at, to, west ? '-' : '+'))
		return false;
	hours = take_digits(at, to, 2);
	if (take(at, to, ':') || *at < to)
		minutes = take_digits(at, to, 2);
	if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59)
		return false;
	time->seconds -= (west ? -1 : 1) * (hours * 3600 + minutes * 60);
	return true;
}

static bool text_time(const unsigned char *at, const unsigned char *to, struct merge_time *time)
{
	*time = (struct merge_time){0};
	if (!take_date(&at, to, &time->seconds))
		return false;
	if (at == to)
		return true;
	if (!take(&at, to, 'T') && !take(&at, to, 't') && !take(&at, to, ' '))
		return false;
	return take_clock(&at, to, time) && take_zone(&at, to, time) && at == to;
}

const char *merge_time_read(const struct merge_span *value, struct merge_time *time)
{
	if (*value->start == '-' || is_digit(*value->start)) {
		number_time(value, time);
		return NULL;
	}
	if (*value->start != '"')
		return "its time is neither a text nor a number";
	if (!text_time(value->start + 1, value->start + value->length - 1, time))
		return "its time is none of ISO 8601";
	return NULL;
}

/* ---- keys -------------------------------------------------------------------------------------
 */

static size_t number_key(const struct merge_span *value, unsigned char *out)
{
	struct decimal decimal = read_decimal(value);
	size_t used = 0;

	out[used++] = 'n';
	if (decimal.first == NULL)
		return used;
	if (decimal.negative)
		out[used++] = '-';
	for (const unsigned char *at = decimal.first; at <= decimal.last; at++) {
		if (*at != '.')
			out[used++] = *at;
	}
	used += (size_t)snprintf((char *)out + used, 24, "e%" PRId64, decimal.point);
	return used;
}

const char *merge_key_read(const struct merge_span *value, unsigned char *out, size_t *length)
{
	if (*value->start == '-' || is_digit(*value->start)) {
		*length = number_key(value, out);
		return NULL;
	}
	if (*value->start != '"')
		return "its key is neither a text nor a number";
	out[0] = 's';
	if (memchr(value->start, '\\', value->length) == NULL) {
		memcpy(out + 1, value->start + 1, value->length - 2);
		*length = value->length - 1;
	} else {
		*length = 1 + merge_json_unescape(value->start + 1, value->length - 2, out + 1);
	}
	return NULL;
}
