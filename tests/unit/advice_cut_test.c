/*
 * advice_cut_test.c - advice on sums, whose parts are cut to fit the plan: what simulated latency
 * of each part comes to.
 *
 * Expected times are those that runs of these plans take: a part of each worker, or several where
 * the numbers are too many for that.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "advice.h"
#include "options.h"

enum { FILL, SUM };

static const struct machine four_cpus = {.cpus = 4, .memory_bytes = UINT64_C(64) << 30};

/* Filling and adding up takes 2 ns a number. */
static const double number_ms = 2e-6;

struct sums {
	struct options options;
	struct workload_config config;
	struct advice_cost cost;
	struct advice_facts facts;
};

/* As if it had been measured with a worker for each CPU. parts: NULL, as many as fit the plan. */
static void measure(struct sums *sums, const char *count, const char *parts, double latency_ms)
{
	const char *const words[] = {"imgtop", "run", "sum", "--count", count, "--parts", parts};
	struct err err = {0};
	double each_ms;

	if (options_parse(parts != NULL ? 7 : 5, words, &sums->options, &err) != 0)
		fail_msg("%s", err.text);
	sums->config = (struct workload_config){.values = sums->options.values};
	sums->facts = (struct advice_facts){.workload = workload_find("sum"),
					    .machine = &four_cpus,
					    .config = &sums->config,
					    .waits = latency_ms > 0};
	sums->facts.items = sums->facts.workload->items_for(&sums->config, four_cpus.cpus);
	each_ms = number_ms * strtod(count, NULL) / (double)sums->facts.items;
	sums->cost = (struct advice_cost){
		.wall_ms = {[FILL] = 0.9 * each_ms, [SUM] = latency_ms + 0.1 * each_ms},
		.cpu_ms = {[FILL] = 0.9 * each_ms, [SUM] = 0.1 * each_ms},
		.latency_ms = {[SUM] = latency_ms},
		.longest_ms = latency_ms + each_ms};
	sums->facts.cost = &sums->cost;
}

static void assert_seconds(double seconds, double wanted)
{
	if (seconds < 0.999 * wanted || seconds > 1.001 * wanted)
		fail_msg("%g s instead of %g s", seconds, wanted);
}

static double expect(const struct sums *sums, const char *plan)
{
	struct layout layout = {0};
	struct err err;

	assert_int_equal(layout_parse(sums->facts.workload, plan, &layout, &err), 0);
	return advice_expect_s(&sums->facts, &layout);
}

static void latency_of_each_part_is_not_shared_out(void **state)
{
	struct sums sums;
	struct advice advice;

	(void)state;
	measure(&sums, "1000000", NULL, 500); /* 2 ms of computing */
	assert_seconds(expect(&sums, "sequential"), 0.502);
	assert_seconds(expect(&sums, "threads:4"), 0.5005);
	advice_give(&sums.facts, &advice);
	assert_string_equal(advice.plan, "sequential");
	assert_int_equal(advice.reason[0].rule, ADVICE_OWN_LATENCY);
	assert_non_null(strstr(advice.reason[0].why,
			       "each waits 500 ms for itself: one worker takes about 502 ms"));
	assert_seconds(advice.sequential_s, 0.502);
	assert_seconds(advice.expected_s, 0.502);
	options_release(&sums.options);
}

static void the_computing_is_shared_out_all_the_same(void **state)
{
	struct sums sums;
	struct advice advice;

	(void)state;
	measure(&sums, "60000000", NULL, 10); /* 120 ms of computing, in one part if need be */
	assert_seconds(expect(&sums, "sequential"), 0.130);
	assert_seconds(expect(&sums, "threads:4"), 0.040);
	/* eight parts of 15 ms on four CPUs, and a wait */
	assert_seconds(expect(&sums, "threads:8"), 0.040);
	advice_give(&sums.facts, &advice);
	assert_string_equal(advice.plan, "threads:4");
	assert_int_equal(advice.reason[0].rule, ADVICE_OWN_LATENCY);
	assert_seconds(advice.sequential_s, 0.130);
	assert_seconds(advice.expected_s, 0.040);
	sums.facts.gil = true;
	advice_give(&sums.facts, &advice);
	assert_string_equal(advice.plan, "processes:4");
	options_release(&sums.options);
}

/* A part has at most 67,108,864 numbers: 400 millions are six parts for one worker. */
static void numbers_too_many_for_a_part_wait_more_than_once(void **state)
{
	struct sums sums;
	struct advice advice;

	(void)state;
	measure(&sums, "400000000", NULL, 1000);
	assert_seconds(expect(&sums, "sequential"), 6.8);
	assert_seconds(expect(&sums, "threads:2"), 3 * (1 + 0.8 / 6));
	assert_seconds(expect(&sums, "threads:3"), 2 * (1 + 0.8 / 6));
	/* all six compute, four at a time, then all wait */
	assert_seconds(expect(&sums, "threads:6"), 1 + 0.2);
	advice_give(&sums.facts, &advice);
	assert_string_equal(advice.plan, "threads:6");
	assert_seconds(advice.sequential_s, 6.8);
	options_release(&sums.options);
}

static void parts_that_were_asked_for_are_shared_out(void **state)
{
	struct sums sums;
	struct advice advice;

	(void)state;
	measure(&sums, "1000000", "100", 500);
	assert_seconds(expect(&sums, "sequential"), 50.002);
	advice_give(&sums.facts, &advice);
	assert_string_equal(advice.plan, "threads:20");
	assert_int_equal(advice.reason[0].rule, ADVICE_WAITING_WORK);
	options_release(&sums.options);
}

static void without_latency_and_without_a_measurement_it_is_computing(void **state)
{
	struct sums sums;
	struct advice advice;

	(void)state;
	measure(&sums, "400000000", NULL, 0);
	advice_give(&sums.facts, &advice);
	assert_string_equal(advice.plan, "threads:4");
	assert_int_equal(advice.reason[0].rule, ADVICE_THINKING_WORK);
	for (unsigned i = 0; i < advice.nreasons; i++)
		assert_int_not_equal(advice.reason[i].rule, ADVICE_FEW_ITEMS);
	options_release(&sums.options);
	measure(&sums, "400000000", NULL, 1000);
	sums.facts.cost = NULL;
	sums.facts.items = 0;
	advice_give(&sums.facts, &advice);
	assert_string_equal(advice.plan, "threads:4");
	assert_int_equal(advice.reason[0].rule, ADVICE_THINKING_WORK);
	options_release(&sums.options);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(latency_of_each_part_is_not_shared_out),
		cmocka_unit_test(the_computing_is_shared_out_all_the_same),
		cmocka_unit_test(numbers_too_many_for_a_part_wait_more_than_once),
		cmocka_unit_test(parts_that_were_asked_for_are_shared_out),
		cmocka_unit_test(without_latency_and_without_a_measurement_it_is_computing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
