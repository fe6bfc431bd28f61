/*
 * histogram_test.c - latency histograms.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "record/histogram.h"

static void every_duration_lies_between_the_floors_of_its_bucket_and_the_next(void **state)
{
	(void)state;
	for (uint64_t ns = 1; ns < UINT64_C(3600000000000); ns += ns / 37 + 1) {
		unsigned bucket = histogram_bucket(ns);

		assert_in_range(ns, histogram_floor_ns(bucket), histogram_floor_ns(bucket + 1) - 1);
	}
}

static void a_bucket_is_at_most_an_eighth_of_its_floor_wide(void **state)
{
	(void)state;
	for (unsigned i = 8; i + 1 < HISTOGRAM_BUCKETS; i++) {
		uint64_t width = histogram_floor_ns(i + 1) - histogram_floor_ns(i);

		assert_true(width > 0);
		assert_true(width * 8 <= histogram_floor_ns(i));
	}
}

static void the_last_bucket_takes_whatever_is_longer(void **state)
{
	(void)state;
	assert_int_equal(histogram_bucket(UINT64_MAX), HISTOGRAM_BUCKETS - 1);
	assert_true(histogram_floor_ns(HISTOGRAM_BUCKETS - 1) > UINT64_C(3600000000000));
}

static int compare(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void percentiles_are_within_an_eighth_of_the_true_ones(void **state)
{
	enum { ENTRIES = 5000 };
	static const double percents[] = {1, 25, 50, 75, 95, 99, 100};
	struct histogram histogram = {0};
	uint64_t *entry = calloc(ENTRIES, sizeof *entry);
	uint64_t random = 1;

	(void)state;
	assert_non_null(entry);
	for (size_t i = 0; i < ENTRIES; i++) {
		random = random * UINT64_C(6364136223846793005) + 1;
		entry[i] = 20000 + (random >> 33) % (UINT64_C(1) << (15 + i % 18));
		histogram.count[histogram_bucket(entry[i])]++;
	}
	qsort(entry, ENTRIES, sizeof *entry, compare);
	assert_int_equal(histogram_total(&histogram), ENTRIES);
	for (size_t i = 0; i < sizeof percents / sizeof *percents; i++) {
		size_t rank = (size_t)(percents[i] / 100 * ENTRIES);
		double exact = (double)entry[rank > 0 ? rank - 1 : 0];
		double said = (double)histogram_percentile_ns(&histogram, percents[i]);

		assert_true(said >= exact * 0.875 && said <= exact * 1.125);
	}
	free(entry);
}

static void no_percentile_lies_beyond_the_largest_entry(void **state)
{
	const uint64_t max_ns = 5 * 1000 * 1000;
	struct histogram histogram = {0};

	(void)state;
	histogram.count[histogram_bucket(max_ns)] = 2;
	assert_true(histogram_percentile_ns(&histogram, 99) > max_ns);
	assert_int_equal(histogram_percentile_within_ns(&histogram, 99, max_ns), max_ns);
	assert_int_equal(histogram_percentile_within_ns(&histogram, 50, UINT64_MAX),
			 histogram_percentile_ns(&histogram, 50));
}

static void an_empty_histogram_has_no_percentile(void **state)
{
	struct histogram histogram = {0};

	(void)state;
	assert_int_equal(histogram_percentile_ns(&histogram, 50), 0);
}

static void added_histograms_hold_the_entries_of_both(void **state)
{
	struct histogram a = {0}, b = {0};

	(void)state;
	a.count[histogram_bucket(1000000)] = 2;
	b.count[histogram_bucket(1000000)] = 1;
	b.count[histogram_bucket(9000000)] = 4;
	histogram_add(&a, &b);
	assert_int_equal(histogram_total(&a), 7);
	assert_int_equal(a.count[histogram_bucket(1000000)], 3);
	assert_int_equal(a.count[histogram_bucket(9000000)], 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_duration_lies_between_the_floors_of_its_bucket_and_the_next),
		cmocka_unit_test(a_bucket_is_at_most_an_eighth_of_its_floor_wide),
		cmocka_unit_test(the_last_bucket_takes_whatever_is_longer),
		cmocka_unit_test(percentiles_are_within_an_eighth_of_the_true_ones),
		cmocka_unit_test(no_percentile_lies_beyond_the_largest_entry),
		cmocka_unit_test(an_empty_histogram_has_no_percentile),
		cmocka_unit_test(added_histograms_hold_the_entries_of_both),
	};

	return cmocka_run_group_tests_name("histogram", tests, NULL, NULL);
}
