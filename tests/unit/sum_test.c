/*
 * sum_test.c - the sum workload: any cut of the array makes the same numbers and the same result.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/mem.h"
#include "workload/sum.h"
#include "workload/sum_numbers.h"

enum { WHOLE = 3 * 4096 + 77, SEED = 5, SLOT_BYTES = 1 << 20, RESULT_BYTES = 4096, MOST = 300 };

static void any_part_made_by_itself_is_the_same_as_in_the_whole(void **state)
{
	static const size_t cuts[][2] = {{0, 1}, {1, 1},   {1, 2},	 {0, 7},    {3, 8},
					 {5, 0}, {6, 999}, {4095, 4098}, {7, 5000}, {WHOLE - 1, 1}};
	uint32_t whole[WHOLE], part[WHOLE];

	(void)state;
	sum_numbers_make(whole, 0, WHOLE, SEED);
	for (size_t i = 0; i < sizeof cuts / sizeof cuts[0]; i++) {
		sum_numbers_make(part, cuts[i][0], cuts[i][1], SEED);
		assert_memory_equal(part, whole + cuts[i][0], cuts[i][1] * sizeof *part);
	}
}

static void numbers_fill_their_range_and_change_with_the_seed(void **state)
{
	enum { COUNT = 1000000, TENTH = (SUM_NUMBER_MOST + 1) / 10 };
	uint32_t *numbers = mem_calloc(COUNT, sizeof *numbers);
	uint32_t other[100];
	unsigned tenths[10] = {0};

	(void)state;
	sum_numbers_make(numbers, 0, COUNT, SEED);
	for (size_t i = 0; i < COUNT; i++) {
		assert_in_range(numbers[i], 0, SUM_NUMBER_MOST);
		tenths[numbers[i] / TENTH]++;
	}
	/* 100,000 expected in each, with a standard deviation of 300. */
	for (size_t i = 0; i < 10; i++)
		assert_in_range(tenths[i], 98500, 101500);
	sum_numbers_make(other, 0, 100, SEED + 1);
	assert_memory_not_equal(other, numbers, sizeof other);
	free(numbers);
}

static void a_total_is_what_adding_one_by_one_gives(void **state)
{
	static const size_t counts[] = {0, 1, 4095, 4096, 4097, 2 * 4096, WHOLE};
	uint32_t numbers[WHOLE];

	(void)state;
	sum_numbers_make(numbers, 9, WHOLE, SEED);
	numbers[4096] = SUM_NUMBER_MOST;
	numbers[4100] = 0;
	for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
		struct sum_total total = sum_numbers_add(numbers, counts[i]);
		struct sum_total slow = sum_total_empty();

		for (size_t j = 0; j < counts[i]; j++) {
			slow.count++;
			slow.sum += numbers[j];
			slow.least = numbers[j] < slow.least ? numbers[j] : slow.least;
			slow.most = numbers[j] > slow.most ? numbers[j] : slow.most;
		}
		assert_memory_equal(&total, &slow, sizeof total);
	}
}

static void a_block_of_the_largest_numbers_does_not_overflow(void **state)
{
	uint32_t numbers[2 * 4096];
	struct sum_total total;

	(void)state;
	for (size_t i = 0; i < 2 * 4096; i++)
		numbers[i] = SUM_NUMBER_MOST;
	total = sum_numbers_add(numbers, 2 * 4096);
	assert_int_equal(total.sum, UINT64_C(2) * 4096 * SUM_NUMBER_MOST);
	assert_int_equal(total.least, SUM_NUMBER_MOST);
	assert_int_equal(total.most, SUM_NUMBER_MOST);
}

static void a_mean_is_exact_to_six_places(void **state)
{
	char text[48];

	(void)state;
	sum_total_mean(&(struct sum_total){.count = 3, .sum = 2000000}, text, sizeof text);
	assert_string_equal(text, "666666.666666");
	sum_total_mean(&(struct sum_total){.count = UINT64_C(1000000000000),
					   .sum = UINT64_C(499999999999999999)},
		       text, sizeof text);
	assert_string_equal(text, "499999.999999");
	sum_total_mean(&(struct sum_total){0}, text, sizeof text);
	assert_string_equal(text, "0");
}

/* ---- the workload without an engine: parts are kept, done in some order, and folded ---------- */

struct kept {
	unsigned char payload[64];
	size_t length;
	char *name;
};

struct run {
	struct workload_config config;
	void *values;
	struct kept part[MOST];
	size_t nparts;
	void *accumulator;
};

static void set(struct run *run, const char *name, const char *text)
{
	const struct option_spec *spec =
		option_find(sum_workload.options, sum_workload.noptions, name, strlen(name));
	struct err err;

	assert_non_null(spec);
	assert_int_equal(option_parse(spec, text, run->values, &err), 0);
}

static bool keep(struct source *source, const struct source_item *item)
{
	struct run *run = source->engine;
	struct kept *kept = &run->part[run->nparts++];

	assert_true(run->nparts <= MOST && item->payload_length <= sizeof kept->payload);
	memcpy(kept->payload, item->payload, item->payload_length);
	kept->length = item->payload_length;
	kept->name = mem_strdup(item->name);
	return true;
}

static struct run *run_new(const char *count, unsigned workers, const char *parts)
{
	struct run *run = mem_calloc(1, sizeof *run);
	struct err err;

	run->values = mem_calloc(1, sum_workload.values_size);
	option_defaults(sum_workload.options, sum_workload.noptions, run->values);
	set(run, "count", count);
	if (parts != NULL)
		set(run, "parts", parts);
	run->config =
		(struct workload_config){.from_fd = -1, .workers = workers, .values = run->values};
	run->accumulator = mem_calloc(1, sum_workload.accumulator_size);
	assert_int_equal(sum_workload.check(&run->config, &err), 0);
	assert_int_equal(
		sum_workload.source(
			&(struct source){.config = &run->config, .emit = keep, .engine = run},
			&err),
		0);
	return run;
}

static void run_free(struct run *run)
{
	for (size_t i = 0; i < run->nparts; i++)
		free(run->part[i].name);
	option_release(sum_workload.options, sum_workload.noptions, run->values);
	free(run->values);
	free(run->accumulator);
	free(run);
}

/* Do the stages of a part in a slot that holds something else's leftovers. */
static void do_part(struct run *run, size_t index)
{
	struct slot_memory memory = {.base = mem_try(SLOT_BYTES),
				     .size = SLOT_BYTES,
				     .shares = sum_workload.region_shares};
	struct work work = {.config = &run->config,
			    .name = run->part[index].name,
			    .payload = run->part[index].payload,
			    .payload_length = run->part[index].length,
			    .memory = &memory,
			    .attempt = 1};
	struct err err = {0};

	assert_non_null(memory.base);
	memset(memory.base, 0xa5, SLOT_BYTES);
	slot_memory_reset(&memory);
	for (unsigned i = 0; i < sum_workload.nstages; i++) {
		if (sum_workload.stages[i].run(&work, &err) != 0)
			fail_msg("%s", err.text);
	}
	sum_workload.fold(run->accumulator, work.result, work.result_length);
	free(memory.base);
}

static json_t *result_of(const struct run *run)
{
	char text[RESULT_BYTES];
	json_t *result;

	sum_workload.describe(run->accumulator, text, sizeof text);
	result = json_loads(text, 0, NULL);
	if (!json_is_object(result))
		fail_msg("no JSON object: %s", text);
	return result;
}

/* The result of a run whose parts are done from the last to the first. */
static json_t *result_backwards(const char *count, unsigned workers, const char *parts)
{
	struct run *run = run_new(count, workers, parts);
	json_t *result;

	for (size_t i = run->nparts; i-- > 0;)
		do_part(run, i);
	result = result_of(run);
	run_free(run);
	return result;
}

static void every_cut_and_order_gives_the_same_result(void **state)
{
	json_t *one = result_backwards("10007", 1, NULL);

	(void)state;
	json_object_del(one, "times");
	assert_int_equal(json_integer_value(json_object_get(one, "count")), 10007);
	for (unsigned workers = 2; workers <= 240; workers += 17) {
		json_t *many = result_backwards("10007", workers, NULL);

		json_object_del(many, "parts");
		json_object_del(many, "times");
		assert_true(json_equal(one, many));
		json_decref(many);
	}
	json_decref(one);
}

static void there_is_a_part_for_each_worker_and_none_is_larger_by_two(void **state)
{
	struct run *run = run_new("10", 4, NULL);
	struct run *asked = run_new("10", 4, "7");
	struct run *few = run_new("3", 8, NULL);

	(void)state;
	assert_int_equal(run->nparts, 4);
	assert_string_equal(run->part[0].name, "part 1 of 4: numbers 1 to 3");
	assert_string_equal(run->part[3].name, "part 4 of 4: numbers 9 to 10");
	assert_int_equal(asked->nparts, 7);
	assert_int_equal(few->nparts, 3);
	run_free(run);
	run_free(asked);
	run_free(few);
}

static void large_arrays_are_cut_finer_so_that_a_part_fits(void **state)
{
	struct run *run = run_new("1000000000", 2, NULL); /* 4 GB, 256 MiB at most a part */

	(void)state;
	assert_int_equal(run->nparts, 16);
	run_free(run);
}

static void several_counts_have_a_line_each_and_the_parts_of_one_are_shown(void **state)
{
	json_t *sweep = result_backwards("100,2000,30", 2, NULL);
	json_t *alone = result_backwards("2000", 2, NULL);
	json_t *counts = json_object_get(sweep, "counts"), *second;

	(void)state;
	assert_int_equal(json_array_size(counts), 3);
	assert_null(json_object_get(sweep, "parts"));
	assert_int_equal(json_integer_value(json_object_get(sweep, "count")), 2130);
	second = json_array_get(counts, 1);
	assert_int_equal(json_array_size(json_object_get(alone, "parts")), 2);
	json_object_del(alone, "parts");
	json_object_del(alone, "times");
	assert_true(json_equal(second, alone));
	json_decref(sweep);
	json_decref(alone);
}

static void each_count_has_the_time_that_adding_it_up_took(void **state)
{
	json_t *sweep = result_backwards("100,300000", 4, NULL);
	json_t *times = json_object_get(sweep, "times"), *few = json_array_get(times, 0),
	       *many = json_array_get(times, 1);

	(void)state;
	assert_int_equal(json_array_size(times), 2);
	assert_int_equal(json_integer_value(json_object_get(few, "count")), 100);
	assert_int_equal(json_integer_value(json_object_get(many, "parts")), 4);
	assert_true(json_real_value(json_object_get(few, "add_cpu_s")) > 0);
	/* 300,000 numbers take thousands of times as long as 100: more than any clock is off */
	assert_true(json_real_value(json_object_get(many, "add_cpu_s")) >
		    json_real_value(json_object_get(few, "add_cpu_s")));
	assert_true(json_real_value(json_object_get(many, "add_span_s")) > 0);
	json_decref(sweep);
}

static void a_result_fits_its_place_however_many_parts_there_are(void **state)
{
	json_t *parts = result_backwards("999999", 1, "300");
	json_t *counts = result_backwards(
		"99991,99992,99993,99994,99995,99996,99997,99998,99999,99981,99982,99983,99984,"
		"99985,99986,99987",
		1, NULL);

	(void)state;
	assert_int_equal(json_array_size(json_object_get(parts, "parts")), 32);
	assert_int_equal(json_array_size(json_object_get(counts, "counts")), 16);
	json_decref(parts);
	json_decref(counts);
}

static void a_result_of_a_wrong_length_is_not_folded(void **state)
{
	struct run *run = run_new("10", 1, NULL);
	static const unsigned char junk[WORK_RESULT_BYTES];
	json_t *result;

	(void)state;
	sum_workload.fold(run->accumulator, junk, 3);
	sum_workload.fold(run->accumulator, junk, sizeof junk);
	result = result_of(run);
	assert_int_equal(json_integer_value(json_object_get(result, "count")), 0);
	json_decref(result);
	run_free(run);
}

static void expect_refused(const struct workload_config *config, const char *beginning)
{
	struct err err = {0};

	assert_int_equal(sum_workload.check(config, &err), -1);
	if (strncmp(err.text, beginning, strlen(beginning)) != 0)
		fail_msg("%s", err.text);
}

static void inputs_outputs_and_odd_counts_are_refused(void **state)
{
	static const char *const bad[] = {"0",
					  "x",
					  "-5",
					  "1,",
					  ",1",
					  " 1",
					  "1 ",
					  "1.5",
					  "1,,2",
					  "1000000000001",
					  "99999999999999999999",
					  NULL};
	static const char *const input = "in";
	struct run *run = run_new("10", 1, NULL);
	struct workload_config config = run->config;

	(void)state;
	config.inputs = &input;
	config.ninputs = 1;
	expect_refused(&config, "sum: takes no input");
	config = run->config;
	config.output = "out";
	expect_refused(&config, "sum: writes no output");
	config = run->config;
	for (size_t i = 0; bad[i] != NULL; i++) {
		set(run, "count", bad[i]);
		expect_refused(&config, "--count: \"");
	}
	set(run, "count", "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17");
	expect_refused(&config, "--count: at most 16");
	run_free(run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_part_made_by_itself_is_the_same_as_in_the_whole),
		cmocka_unit_test(numbers_fill_their_range_and_change_with_the_seed),
		cmocka_unit_test(a_total_is_what_adding_one_by_one_gives),
		cmocka_unit_test(a_block_of_the_largest_numbers_does_not_overflow),
		cmocka_unit_test(a_mean_is_exact_to_six_places),
		cmocka_unit_test(every_cut_and_order_gives_the_same_result),
		cmocka_unit_test(there_is_a_part_for_each_worker_and_none_is_larger_by_two),
		cmocka_unit_test(large_arrays_are_cut_finer_so_that_a_part_fits),
		cmocka_unit_test(several_counts_have_a_line_each_and_the_parts_of_one_are_shown),
		cmocka_unit_test(each_count_has_the_time_that_adding_it_up_took),
		cmocka_unit_test(a_result_fits_its_place_however_many_parts_there_are),
		cmocka_unit_test(a_result_of_a_wrong_length_is_not_folded),
		cmocka_unit_test(inputs_outputs_and_odd_counts_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
