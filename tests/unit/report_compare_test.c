/*
 * report_compare_test.c - what the runs of several plans come to, and the files that say so.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/mem.h"
#include "report/compare.h"

enum { ROUNDS = 3 };

static void add_plan(struct compare *compare, const char *name, unsigned workers,
		     const double seconds[ROUNDS])
{
	struct compare_plan *plan;

	compare->plans = mem_realloc(compare->plans, compare->nplans + 1, sizeof *compare->plans);
	plan = &compare->plans[compare->nplans++];
	*plan = (struct compare_plan){.name = mem_strdup(name),
				      .layout = mem_strdup("read-write:1t"),
				      .workers = workers,
				      .runs = mem_calloc(ROUNDS, sizeof *plan->runs),
				      .nruns = ROUNDS};
	for (unsigned i = 0; i < ROUNDS; i++)
		plan->runs[i] = (struct compare_run){.elapsed_s = seconds[i],
						     .shares = {.busy = 0.25 * i, .get = 0.5},
						     .peak_memory_bytes = 1000000 * (i + 1),
						     .found = 9,
						     .ok = 9,
						     .result = mem_strdup("{\"a\":1}"),
						     .output_hash = 77};
}

static int setup(void **state)
{
	struct compare *compare = mem_calloc(1, sizeof *compare);

	*compare = (struct compare){.workload = "images",
				    .items = "images",
				    .command = mem_strdup("imgtop compare images"),
				    .cores = 2,
				    .rounds = ROUNDS};
	/* The second round was slow for all: within a round the quotients are 2, 2.5 and 2. */
	add_plan(compare, "sequential", 1, (const double[]){8, 20, 6});
	add_plan(compare, "threads:2", 2, (const double[]){4, 8, 3});
	add_plan(compare, "read:1t | decode-encode:5p | write:2p", 8, (const double[]){8, 40, 6});
	*state = compare;
	return 0;
}

static int teardown(void **state)
{
	compare_release(*state);
	free(*state);
	return 0;
}

static void figures_are_medians_and_speedups_come_from_within_a_round(void **state)
{
	struct compare_figures base = compare_figures(*state, 0), two = compare_figures(*state, 1);

	assert_true(base.median_s == 8 && base.least_s == 6 && base.most_s == 20);
	assert_true(base.spread == 14.0 / 8 && base.speedup == 1 && base.efficiency == 1);
	assert_true(two.median_s == 4 && two.speedup == 2 && two.ideal == 2 && two.efficiency == 1);
	assert_true(two.shares.busy == 0.25 && two.shares.get == 0.5);
	assert_int_equal(two.peak_memory_bytes, 3000000);
	assert_false(two.beyond_cores);
	assert_true(compare_figures(*state, 2).beyond_cores);
}

static void other_outputs_results_and_failures_are_noticed(void **state)
{
	struct compare *compare = *state;
	struct compare_run *run = &compare->plans[1].runs[2];

	assert_true(compare_is_sound(compare));
	run->output_hash = 78;
	assert_false(compare_figures(compare, 1).equal || compare_is_sound(compare));
	run->output_hash = 77;
	free(run->result);
	run->result = mem_strdup("{\"a\":2}");
	assert_false(compare_figures(compare, 1).equal || compare_is_sound(compare));
	free(run->result);
	run->result = mem_strdup("{\"a\":1}");
	run->exit_code = 1;
	assert_true(compare_figures(compare, 1).equal && compare_figures(compare, 1).failed);
	assert_false(compare_is_sound(compare));
}

static void the_table_is_at_most_eighty_columns_wide(void **state)
{
	struct textbuf out;
	char *rest, *line;

	textbuf_init(&out);
	compare_text(*state, &(struct compare_style){.columns = 80}, &out);
	assert_non_null(strstr(out.text, "images: 9 images, 3 rounds, 2 CPUs"));
	assert_non_null(strstr(out.text,
			       "\nthreads:2        4.000 125  2.00  2.0   100  3.0 MB   25  "
			       "50   0   0    yes\n"));
	assert_non_null(strstr(out.text, "\nread:1t | decode-encode:5p | write:2p\n"));
	assert_non_null(strstr(out.text, " 8.0*"));
	rest = out.text;
	while ((line = strsep(&rest, "\n")) != NULL)
		assert_in_range(text_width(line), 0, 80);
	textbuf_free(&out);
}

static void json_and_tsv_hold_every_run(void **state)
{
	char *text = compare_json(*state), *tsv = compare_tsv(*state), *rest = tsv;
	json_t *object = json_loads(text, 0, NULL);
	json_t *plan = json_array_get(json_object_get(object, "plans"), 1);
	unsigned lines = 0;

	assert_int_equal(json_integer_value(json_object_get(object, "schema")), 1);
	assert_true(json_is_true(json_object_get(object, "equal")));
	assert_true(json_real_value(json_object_get(plan, "speedup")) == 2);
	assert_int_equal(json_array_size(json_object_get(plan, "runs")), ROUNDS);
	while (strsep(&rest, "\n") != NULL)
		lines++;
	assert_int_equal(lines, 1 + 3 * ROUNDS + 1);
	json_decref(object);
	free(text);
	free(tsv);
}

static void names_in_the_chart_are_harmless(void **state)
{
	struct compare *compare = *state;
	char *svg;

	free(compare->plans[0].name);
	compare->plans[0].name = mem_strdup("<script>&\n\033[2J");
	svg = compare_svg(compare);
	assert_null(strstr(svg, "<script"));
	assert_non_null(strstr(svg, "&lt;script&gt;&amp;"));
	for (const char *at = svg; *at != '\0'; at++)
		assert_true((unsigned char)*at >= ' ' || *at == '\n');
	assert_non_null(strstr(svg, "</svg>"));
	free(svg);
}

static void a_summary_is_read_without_what_depends_on_the_plan(void **state)
{
	static const char summary[] =
		"{\"exit_code\":0,\"elapsed_s\":2.5,\"cpu_s\":4,\"ideal_s\":2,"
		"\"peak_memory_bytes\":5000000,\"items\":{\"found\":7,\"ok\":6},"
		"\"workers\":[{\"name\":\"walk-1\",\"wall_s\":100,\"busy_s\":100},"
		"{\"name\":\"recorder\",\"wall_s\":100},"
		"{\"name\":\"read-1\",\"wall_s\":2,\"busy_s\":1,\"get_wait_s\":0.5},"
		"{\"name\":\"read-2\",\"wall_s\":2,\"busy_s\":2,\"lock_wait_s\":1}],"
		"\"result\":{\"sum\":3,\"parts\":[1,2],\"count\":2}}";
	static const char *const varies[] = {"parts", NULL};
	char path[] = "/tmp/imgtop-compare-XXXXXX";
	int fd = mkstemp(path);
	struct compare_run run = {0};
	struct err err = {0};

	(void)state;
	assert_int_equal(write(fd, summary, strlen(summary)), strlen(summary));
	assert_int_equal(compare_read_run(path, varies, &run, &err), 0);
	assert_true(run.elapsed_s == 2.5 && run.cpu_s == 4 && run.ideal_s == 2);
	assert_true(run.shares.busy == 0.75 && run.shares.get == 0.125 && run.shares.lock == 0.25);
	assert_int_equal(run.peak_memory_bytes, 5000000);
	assert_int_equal(run.found, 7);
	assert_string_equal(run.result, "{\"count\":2,\"sum\":3}");
	compare_run_release(&run);
	assert_int_equal(ftruncate(fd, 20), 0);
	assert_int_equal(compare_read_run(path, NULL, &run, &err), -1);
	close(fd);
	unlink(path);
	assert_int_equal(compare_read_run(path, NULL, &run, &err), -1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(figures_are_medians_and_speedups_come_from_within_a_round),
		TEST(other_outputs_results_and_failures_are_noticed),
		TEST(the_table_is_at_most_eighty_columns_wide),
		TEST(json_and_tsv_hold_every_run),
		TEST(names_in_the_chart_are_harmless),
		TEST(a_summary_is_read_without_what_depends_on_the_plan),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
