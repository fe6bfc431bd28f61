/*
 * merge_value.h - what a record's key and time mean, so that they can be compared (floor:
 * workload).
 *
 * A key is a string or a number. Strings are the same when their characters are, however they are
 * escaped; numbers when their values are (1, 1.0 and 10e-1), compared as decimals of any length; a
 * string never equals a number.
 *
 * A time is a number, or a string with a date, or date and time, of ISO 8601. A number counts as
 * seconds since 1970, so that both kinds can be compared; of numbers alone simply the larger one is
 * the later. A time without a zone is UTC, a date alone its first second.
 *
 * No state; any thread enters.
 */
#ifndef IMGTOP_WORKLOAD_MERGE_VALUE_H
#define IMGTOP_WORKLOAD_MERGE_VALUE_H

#include <stddef.h>
#include <stdint.h>

#include "workload/merge_json.h"

struct merge_time {
	int64_t seconds;   /* beyond 9.2 * 10^18 all are the same */
	uint64_t fraction; /* in 10^-18 seconds, what is finer is cut off */
};

/* Less than, equal to or greater than 0 like memcmp. */
int merge_time_compare(const struct merge_time *one, const struct merge_time *other);

/* Read a field's value. NULL, or in a few words why it is no time. */
const char *merge_time_read(const struct merge_span *value, struct merge_time *time);

/* Bytes that are equal for equal keys and only for these. out has room for the value's length + 32;
 * *length is set. NULL, or in a few words why it is no key. */
const char *merge_key_read(const struct merge_span *value, unsigned char *out, size_t *length);

#endif
