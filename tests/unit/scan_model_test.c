/*
 * scan_model_test.c - the model of a scan's cost, and measured figures beside it.
 */
#include "config.h"

#include "report/scan_model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char summary_text[] =
	"{\"workload\": \"scan\", \"plan\": \"threads:2\", \"elapsed_s\": 2.5, \"startup_s\": 0.25,"
	" \"shutdown_s\": 0.25, \"peak_memory_bytes\": 16000000, \"items\": {\"found\": 1100,"
	" \"ok\": 1000, \"skipped\": 100}, \"result\": {\"bytes_read\": 3000000000,"
	" \"read_rate_bytes_per_s\": 1500000000}, \"workers\": [{\"name\": \"stat-1\", \"stages\":"
	" {\"stat\": {\"total_s\": 0.5}, \"read\": {\"total_s\": 1.0}}, \"kind\": \"thread\","
	" \"start_s\": 0.0100}, {\"name\": \"stat-2\", \"stages\": {\"read\": {\"total_s\":"
	" 2.0}}, \"kind\": \"thread\", \"start_s\": 0.0102}, {\"name\": \"walk-1\", \"kind\":"
	" \"process\", \"start_s\": 5, \"stages\": {}}, {\"name\": \"crc-1\", \"kind\":"
	" \"process\", \"start_s\": 0.011, \"peak_rss_bytes\": 4000000, \"stages\": {\"crc\":"
	" {\"total_s\": 0}}}, {\"name\": \"crc-2\", \"kind\": \"process\", \"start_s\": 0.012,"
	" \"peak_rss_bytes\": 6000000, \"incarnation\": 1, \"stages\": {\"crc\": {\"total_s\":"
	" 0}}}, {\"name\": \"crc-2\", \"kind\": \"process\", \"start_s\": 2, \"incarnation\": 2,"
	" \"stages\": {\"crc\": {\"total_s\": 0}}}]}";

static struct scan_measured measured(void)
{
	json_t *summary = json_loads(summary_text, 0, NULL);
	struct scan_measured taken;
	struct err err;

	assert_non_null(summary);
	assert_int_equal(scan_measured_take(summary, &taken, &err), 0);
	json_decref(summary);
	return taken;
}

static void assert_about(double got, double expected, double within)
{
	if (!(fabs(got - expected) <= within))
		fail_msg("%g is not %g", got, expected);
}

static void the_model_gives_the_figures_it_is_known_for(void **state)
{
	static const double sequential_s[] = {34, 340, 3400, 17000};
	static const double parallel_s[] = {5.3, 50.3, 500.3, 2500};

	(void)state;
	for (int i = 0; i < SCAN_MODEL_SIZES; i++) {
		uint64_t files = scan_model_files[i];
		double one = scan_cost_seconds(&scan_model_sequential, files);
		double many = scan_cost_seconds(&scan_model_parallel, files);

		assert_about(one, sequential_s[i], 0.05);
		assert_about(many, parallel_s[i], i < 3 ? 0.05 : 0.5);
		assert_true(one / many > 6.4 && one / many < 6.85);
	}
}

static void a_run_is_taken_apart_into_start_files_and_end(void **state)
{
	struct scan_measured run = measured();

	(void)state;
	assert_string_equal(run.plan, "threads:2");
	assert_int_equal(run.files, 1000);
	assert_about(run.cost.file_s, 0.002, 1e-9);
	assert_about(scan_cost_seconds(&run.cost, 1000), 2.5, 1e-9);
	assert_about(scan_cost_seconds(&run.cost, 10000), 20.5, 1e-9);
	assert_about(run.cost.memory_bytes, 16e6, 1);
}

static void the_disk_floor_is_bytes_by_rate(void **state)
{
	struct scan_measured run = measured();

	(void)state;
	assert_about(scan_floor_seconds(&run, 1000), 2, 1e-9);
	assert_about(scan_floor_seconds(&run, 500000), 1000, 1e-6);
	run.read_bytes_per_s = 0;
	assert_about(scan_floor_seconds(&run, 1000), 0, 0);
}

static void a_stage_is_what_all_workers_spent_in_it(void **state)
{
	struct scan_measured run = measured();

	(void)state;
	assert_int_equal(run.nstages, 3);
	assert_string_equal(run.stage[0].name, "stat");
	assert_about(run.stage[0].file_s, 0.0005, 1e-9);
	assert_string_equal(run.stage[1].name, "read");
	assert_about(run.stage[1].file_s, 0.003, 1e-9);
	assert_string_equal(run.stage[2].name, "crc");
	assert_about(run.stage[2].file_s, 0, 0);
}

static void another_workload_or_an_empty_scan_is_refused(void **state)
{
	json_t *other = json_loads("{\"workload\": \"images\", \"items\": {\"ok\": 3}}", 0, NULL);
	json_t *empty = json_loads("{\"workload\": \"scan\", \"items\": {\"ok\": 0}}", 0, NULL);
	struct scan_measured run;
	struct err err;

	(void)state;
	assert_int_equal(scan_measured_take(other, &run, &err), -1);
	assert_int_equal(err.kind, ERR_PERMANENT);
	assert_int_equal(scan_measured_take(empty, &run, &err), -1);
	json_decref(other);
	json_decref(empty);
}

/* The text with one space for each run of them: columns may be as wide as they like. */
static char *squeezed(const char *text)
{
	char *copy = strdup(text);
	char *to = copy;

	assert_non_null(copy);
	for (const char *from = copy; *from != '\0'; from++) {
		if (*from != ' ' || (to > copy && to[-1] != ' '))
			*to++ = *from;
	}
	*to = '\0';
	return copy;
}

static void expect(const struct textbuf *text, const char *line)
{
	char *got = squeezed(text->text);

	if (strstr(got, line) == NULL)
		fail_msg("no '%s' in:\n%s", line, text->text);
	free(got);
}

static void model_and_measurement_stand_side_by_side(void **state)
{
	struct scan_measured run = measured();
	struct textbuf text;

	(void)state;
	textbuf_init(&text);
	scan_model_text(&run, &run, &text);
	expect(&text, " sidecar: read 0.5 stat 0.5000\n");
	expect(&text, " all 34 all 3.5000\n");
	expect(&text, " start-up ms 10.0 216.0 250.0 250.0\n");
	expect(&text, " memory MB 70.0 736.0 16.0 16.0\n");
	expect(&text, " 1 k files s 34.0 5.28 6.4x 2.50 2.50 1.0x 2.00\n");
	expect(&text, " 500 k files s 17000 2500 6.8x 1000 1000 1.0x 1000\n");
	expect(&text, " takes 2 MB by the model; here in 0.20 ms.\n");
	expect(&text, " takes 80 MB; here in 1.00 ms,\n 5.0 MB with what it shares.\n");
	textbuf_free(&text);
}

static void one_run_alone_leaves_the_other_column_empty(void **state)
{
	struct scan_measured run = measured();
	struct textbuf text;

	(void)state;
	run.read_bytes_per_s = 0;
	textbuf_init(&text);
	scan_model_text(&run, NULL, &text);
	expect(&text, " 1 k files s 34.0 5.28 6.4x 2.50 - -\n");
	textbuf_free(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_model_gives_the_figures_it_is_known_for),
		cmocka_unit_test(a_run_is_taken_apart_into_start_files_and_end),
		cmocka_unit_test(the_disk_floor_is_bytes_by_rate),
		cmocka_unit_test(a_stage_is_what_all_workers_spent_in_it),
		cmocka_unit_test(another_workload_or_an_empty_scan_is_refused),
		cmocka_unit_test(model_and_measurement_stand_side_by_side),
		cmocka_unit_test(one_run_alone_leaves_the_other_column_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
