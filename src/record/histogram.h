/*
 * histogram.h - log-linear latency histogram (floor: record).
 *
 * Buckets are 1/8 of an octave wide above 8 microseconds and one microsecond wide below, so a
 * percentile is off by at most 12.5 %. Counts of several histograms may be added.
 */
#ifndef IMGTOP_RECORD_HISTOGRAM_H
#define IMGTOP_RECORD_HISTOGRAM_H

#include <stdint.h>

enum { HISTOGRAM_BUCKETS = 256 };

struct histogram {
	uint32_t count[HISTOGRAM_BUCKETS];
};

/* Bucket of a duration; the last one takes all that is longer (over an hour). */
unsigned histogram_bucket(uint64_t ns);

/* Lowest duration of a bucket; the next bucket's is its upper end. */
uint64_t histogram_floor_ns(unsigned bucket);

void histogram_add(struct histogram *into, const struct histogram *other);
uint64_t histogram_total(const struct histogram *histogram);

/* Duration below which `percent` (0..100) of the entries lie, interpolated within its bucket; 0
 * when empty. */
uint64_t histogram_percentile_ns(const struct histogram *histogram, double percent);

/* The same where the largest duration is known: nothing lies behind that, though its bucket does.
 */
uint64_t histogram_percentile_within_ns(const struct histogram *histogram, double percent,
					uint64_t max_ns);

#endif
