/*
 * histogram.c - log-linear latency histogram.
 *
 * In microseconds u: below 16, bucket u. Above, with 2^k <= u < 2^(k+1), the octave is cut into
 * eight: bucket 8 (k - 3) + (u >> (k - 3)). The last bucket begins above two hours.
 */
#include "config.h"

#include "record/histogram.h"

#define MICROSECOND_NS UINT64_C(1000)

enum { PARTS = 8, PARTS_LOG2 = 3 };

unsigned histogram_bucket(uint64_t ns)
{
	uint64_t us = ns / MICROSECOND_NS;
	unsigned octave, bucket;

	if (us < 2 * PARTS)
		return (unsigned)us;
	octave = 63 - (unsigned)__builtin_clzll(us) - PARTS_LOG2;
	bucket = octave * PARTS + (unsigned)(us >> octave);
	return bucket < HISTOGRAM_BUCKETS ? bucket : HISTOGRAM_BUCKETS - 1;
}

uint64_t histogram_floor_ns(unsigned bucket)
{
	unsigned octave;

	if (bucket < 2 * PARTS)
		return bucket * MICROSECOND_NS;
	octave = bucket / PARTS - 1;
	return ((uint64_t)(PARTS + bucket % PARTS) << octave) * MICROSECOND_NS;
}

void histogram_add(struct histogram *into, const struct histogram *other)
{
	for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++)
		into->count[i] += other->count[i];
}

uint64_t histogram_total(const struct histogram *histogram)
{
	uint64_t total = 0;

	for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++)
		total += histogram->count[i];
	return total;
}

uint64_t histogram_percentile_ns(const struct histogram *histogram, double percent)
{
	double rank = (double)histogram_total(histogram) * percent / 100.0;
	double below = 0.0;
	unsigned last = 0;

	for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++) {
		double count = histogram->count[i];
		double from = (double)histogram_floor_ns(i);
		double width = (double)histogram_floor_ns(i + 1) - from;

		if (count == 0.0)
			continue;
		if (below + count >= rank)
			return (uint64_t)(from +
					  width * (rank > below ? (rank - below) / count : 0.0));
		below += count;
		last = i;
	}
	return below > 0.0 ? histogram_floor_ns(last + 1) : 0;
}

uint64_t histogram_percentile_within_ns(const struct histogram *histogram, double percent,
					uint64_t max_ns)
{
	uint64_t ns = histogram_percentile_ns(histogram, percent);

	return ns < max_ns ? ns : max_ns;
}
