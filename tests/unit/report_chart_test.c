/*
 * report_chart_test.c - the chart of a run: a bar for each worker, as long as its times.
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

#include "report/chart.h"
#include "report_fixture.h"

static unsigned count(const char *text, const char *part)
{
	unsigned found = 0;

	while ((text = strstr(text, part)) != NULL) {
		found++;
		text += strlen(part);
	}
	return found;
}

/* Widths of all parts of that class, without the legend. */
static double width_of(const char *chart, const char *class)
{
	double sum = 0;
	char part[32];

	snprintf(part, sizeof part, "<rect class=\"%s\" x=\"", class);
	chart = strstr(chart, part) + 1;
	while ((chart = strstr(chart, part)) != NULL) {
		chart = strstr(chart, "width=\"") + strlen("width=\"");
		sum += strtod(chart, NULL);
	}
	return sum;
}

static void every_worker_has_a_row(void **state)
{
	const struct fixture *fixture = *state;
	char *chart = chart_svg(fixture->snapshot);

	assert_non_null(strstr(chart, ">walk-1</text>"));
	assert_non_null(strstr(chart, ">read-1</text>"));
	assert_non_null(strstr(chart, ">decode-1</text>"));
	assert_non_null(strstr(chart, ">recorder</text>"));
	assert_int_equal(count(chart, " items</text>"), FIXTURE_WORKERS);
	assert_non_null(strstr(chart, "images, hybrid:1+1: "));
	assert_string_equal(chart + strlen(chart) - 7, "</svg>\n");
	free(chart);
}

static void parts_are_as_long_as_their_times(void **state)
{
	const struct fixture *fixture = *state;
	char *chart = chart_svg(fixture->snapshot);
	uint64_t get_ns = 0, put_ns = 0;
	double ratio;

	for (unsigned i = 0; i < FIXTURE_WORKERS; i++) {
		get_ns += snapshot_state_ns(fixture->snapshot, i, WORKER_GET);
		put_ns += snapshot_state_ns(fixture->snapshot, i, WORKER_PUT);
	}
	assert_true(get_ns != 0 && put_ns != 0);
	ratio = width_of(chart, "s3") / width_of(chart, "s4") * (double)put_ns / (double)get_ns;
	assert_true(ratio > 0.98 && ratio < 1.02);
	free(chart);
}

static void the_axis_has_few_and_round_ticks(void **state)
{
	static const struct {
		uint64_t elapsed_ns;
		const char *first, *last;
		unsigned ticks;
	} cases[] = {{420000000, ">0.1 s</text>", ">0.4 s</text>", 5},
		     {13600000000, ">5 s</text>", ">10 s</text>", 3},
		     {6000000000000, ">1000 s</text>", ">6000 s</text>", 7}};
	const struct fixture *fixture = *state;
	struct snapshot *snapshot = fixture->snapshot;

	memset(snapshot->worker, 0, sizeof snapshot->worker);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char *chart;

		snapshot->at_ns = snapshot->plan.started_ns + cases[i].elapsed_ns;
		snapshot->status.ended_ns = 0;
		chart = chart_svg(snapshot);
		assert_non_null(strstr(chart, ">0 s</text>"));
		assert_non_null(strstr(chart, cases[i].first));
		assert_non_null(strstr(chart, cases[i].last));
		assert_int_equal(count(chart, "class=\"grid\""), cases[i].ticks);
		free(chart);
	}
}

static void names_cannot_break_out_of_the_document(void **state)
{
	const struct fixture *fixture = *state;
	char *chart;

	strcpy(fixture->snapshot->worker[FIXTURE_READ].live.name, "a<b>&\x1b\xff");
	strcpy(fixture->snapshot->plan.plan, "<script>");
	chart = chart_svg(fixture->snapshot);
	assert_null(strstr(chart, "<b>"));
	assert_null(strstr(chart, "<script>"));
	assert_null(strchr(chart, '\x1b'));
	assert_null(strstr(chart, "\xff"));
	free(chart);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_worker_has_a_row, fixture_setup,
						fixture_teardown),
		cmocka_unit_test_setup_teardown(parts_are_as_long_as_their_times, fixture_setup,
						fixture_teardown),
		cmocka_unit_test_setup_teardown(the_axis_has_few_and_round_ticks, fixture_setup,
						fixture_teardown),
		cmocka_unit_test_setup_teardown(names_cannot_break_out_of_the_document,
						fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
