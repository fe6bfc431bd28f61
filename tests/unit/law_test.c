/*
 * law_test.c - constants of Amdahl's law and of the USL from exact, noisy and odd times.
 */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "report/law.h"

static const double counts[] = {1, 2, 4, 8, 16, 24, 32, 48};
enum { COUNTS = sizeof counts / sizeof counts[0] };

static void expect_near(double value, double wanted, double within)
{
	if (!(fabs(value - wanted) <= within))
		fail_msg("%g instead of %g within %g", value, wanted, within);
}

/* Gunther's C(n), from which times follow. */
static double capacity(double n, double s, double k)
{
	return n / (1 + s * (n - 1) + k * n * (n - 1));
}

static void make_points(struct law_point *points, size_t count, double one_s, double s, double k)
{
	for (size_t i = 0; i < count; i++)
		points[i] = (struct law_point){counts[i], one_s / capacity(counts[i], s, k)};
}

/* The same noise for ever: a factor of up to 1 ± size. */
static void disturb(struct law_point *points, size_t count, double size)
{
	uint32_t state = 12345;

	for (size_t i = 0; i < count; i++) {
		state = state * 1664525 + 1013904223;
		points[i].seconds *= 1 + size * ((double)(state >> 8) / (1 << 23) - 1);
	}
}

static void exact_times_give_the_constants_that_made_them(void **state)
{
	struct law_point points[COUNTS];
	struct law law;

	(void)state;
	make_points(points, COUNTS, 12, 0.05, 0);
	assert_true(law_fit(LAW_AMDAHL, points, COUNTS, &law));
	expect_near(law.contention, 0.05, 1e-9);
	expect_near(law.one_s, 12, 1e-9);
	expect_near(law.deviation, 0, 1e-9);
	expect_near(law_limit(&law), 20, 1e-6);
	assert_true(isinf(law_best_workers(&law)) && law.coherence == 0 && !law.exact &&
		    !law.faster && law.points == COUNTS);

	make_points(points, COUNTS, 0.7, 0.03, 0.0005);
	assert_true(law_fit(LAW_USL, points, COUNTS, &law));
	expect_near(law.contention, 0.03, 1e-9);
	expect_near(law.coherence, 0.0005, 1e-10);
	expect_near(law.one_s, 0.7, 1e-9);
	expect_near(law_best_workers(&law), sqrt(0.97 / 0.0005), 1e-4);
	expect_near(law_limit(&law), capacity(sqrt(0.97 / 0.0005), 0.03, 0.0005), 1e-6);
	for (size_t i = 0; i < COUNTS; i++)
		expect_near(law_seconds(&law, counts[i]), points[i].seconds, 1e-9);
}

static void noisy_times_give_constants_nearby(void **state)
{
	struct law_point points[COUNTS];
	struct law law;

	(void)state;
	make_points(points, COUNTS, 12, 0.05, 0);
	disturb(points, COUNTS, 0.05);
	assert_true(law_fit(LAW_AMDAHL, points, COUNTS, &law));
	expect_near(law.contention, 0.05, 0.01);
	expect_near(law.one_s, 12, 0.8);
	assert_true(law.deviation > 0.005 && law.deviation < 0.05);
	make_points(points, COUNTS, 12, 0.1, 0.002);
	disturb(points, COUNTS, 0.05);
	assert_true(law_fit(LAW_USL, points, COUNTS, &law));
	expect_near(law.contention, 0.1, 0.04);
	expect_near(law.coherence, 0.002, 0.001);
}

/* Whatever else is tried nearby leaves more. */
static void no_constants_nearby_are_better(void **state)
{
	struct law_point points[COUNTS];
	struct law law, other;

	(void)state;
	make_points(points, COUNTS, 3, 0.2, 0.004);
	disturb(points, COUNTS, 0.2);
	assert_true(law_fit(LAW_USL, points, COUNTS, &law));
	for (int i = 0; i < 27; i++) {
		double left = 0;

		other = law;
		other.one_s *= 1 + 0.01 * (i % 3 - 1);
		other.contention += 0.005 * (i / 3 % 3 - 1);
		other.coherence += 0.0001 * (i / 9 - 1);
		for (size_t p = 0; p < COUNTS; p++)
			left += pow(law_seconds(&other, counts[p]) / points[p].seconds - 1, 2);
		assert_true(sqrt(left / COUNTS) >= law.deviation - 1e-12);
	}
}

static void too_few_numbers_of_workers_have_no_law(void **state)
{
	struct law_point points[COUNTS];
	struct law law = {.points = 77};

	(void)state;
	make_points(points, COUNTS, 5, 0.1, 0);
	assert_false(law_fit(LAW_AMDAHL, points, 0, &law));
	assert_false(law_fit(LAW_AMDAHL, points, 1, &law));
	assert_false(law_fit(LAW_USL, points, 5, &law));
	assert_true(law_fit(LAW_USL, points, 6, &law));
	law.points = 77;
	points[1].workers = 1; /* two points of the same number are one number */
	assert_false(law_fit(LAW_AMDAHL, points, 2, &law));
	points[1] = (struct law_point){2, 0};
	assert_false(law_fit(LAW_AMDAHL, points, 2, &law));
	points[1] = (struct law_point){2, NAN};
	assert_false(law_fit(LAW_AMDAHL, points, 2, &law));
	assert_int_equal(law.points, 77);
}

static void two_numbers_of_workers_are_met_exactly(void **state)
{
	const struct law_point points[] = {{1, 10}, {4, 4}};
	struct law law;

	(void)state;
	assert_true(law_fit(LAW_AMDAHL, points, 2, &law));
	expect_near(law.contention, 0.2, 1e-9);
	expect_near(law_seconds(&law, 4), 4, 1e-9);
	assert_true(law.exact);
}

static void equal_times_mean_that_nothing_is_shared_out(void **state)
{
	struct law_point points[COUNTS];
	struct law law;

	(void)state;
	make_points(points, COUNTS, 2, 1, 0);
	assert_true(law_fit(LAW_AMDAHL, points, COUNTS, &law));
	expect_near(law.contention, 1, 1e-9);
	expect_near(law_limit(&law), 1, 1e-9);
	assert_true(law_fit(LAW_USL, points, COUNTS, &law));
	expect_near(law.contention, 1, 1e-9);
	expect_near(law.coherence, 0, 1e-9);
}

/* Slower with every worker: Amdahl has no constant for that, the USL has. */
static void times_that_rise_have_constants_that_mean_something(void **state)
{
	struct law_point points[COUNTS];
	struct law law;

	(void)state;
	for (size_t i = 0; i < COUNTS; i++)
		points[i] = (struct law_point){counts[i], 1 + 0.1 * counts[i]};
	assert_true(law_fit(LAW_AMDAHL, points, COUNTS, &law));
	expect_near(law.contention, 1, 1e-9);
	assert_true(law.deviation > 0.1);
	assert_true(law_fit(LAW_USL, points, COUNTS, &law));
	expect_near(law.coherence, 0.1 / 1.1, 1e-9);
	expect_near(law_best_workers(&law), 1, 1e-9);
}

static void faster_than_the_workers_is_said_and_no_share_is_negative(void **state)
{
	struct law_point points[6];
	struct law law;

	(void)state;
	for (size_t i = 0; i < 6; i++)
		points[i] = (struct law_point){counts[i], 8 / pow(counts[i], 1.2)};
	assert_true(law_fit(LAW_AMDAHL, points, 6, &law));
	assert_true(law.contention == 0 && law.faster && isinf(law_limit(&law)));
	assert_true(law_fit(LAW_USL, points, 6, &law));
	assert_true(law.contention >= 0 && law.coherence >= 0 && law.faster);
}

static void meant(const struct law *law, const char *sentence)
{
	struct textbuf out;

	textbuf_init(&out);
	law_meaning(law, &out);
	if (strstr(out.text, sentence) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", sentence, out.text);
	textbuf_free(&out);
}

static void constants_are_said_in_words(void **state)
{
	struct law law = {.kind = LAW_AMDAHL, .one_s = 1, .contention = 0.05, .deviation = 0.021};

	(void)state;
	meant(&law,
	      "Amdahl: 5 % of one worker's time cannot be shared out, so no number of workers "
	      "is more than 20 times as fast as one. The times are 2.1 % off it.");
	law.contention = 0;
	meant(&law, "so n workers are n times as fast");
	law.contention = 1;
	meant(&law, "more workers bring nothing");
	law.exact = true;
	meant(&law, "nothing tests it");
	law.faster = true;
	meant(&law, "faster than workers are added");
	law = (struct law){.kind = LAW_USL, .one_s = 1, .contention = 0.03, .coherence = 0.0097};
	meant(&law, "USL: contention 3 % (what one alone can do at a time), coherence 0.97 % (what "
		    "each worker costs every other); fastest with 10 workers, 4.67 times one: more "
		    "are slower.");
	law.coherence = 0;
	meant(&law, "never more than 33.3 times one");
	law.contention = 0;
	meant(&law, "n workers are n times as fast as one");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exact_times_give_the_constants_that_made_them),
		cmocka_unit_test(noisy_times_give_constants_nearby),
		cmocka_unit_test(no_constants_nearby_are_better),
		cmocka_unit_test(too_few_numbers_of_workers_have_no_law),
		cmocka_unit_test(two_numbers_of_workers_are_met_exactly),
		cmocka_unit_test(equal_times_mean_that_nothing_is_shared_out),
		cmocka_unit_test(times_that_rise_have_constants_that_mean_something),
		cmocka_unit_test(faster_than_the_workers_is_said_and_no_share_is_negative),
		cmocka_unit_test(constants_are_said_in_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
