/*
 * compare_curves_test.c - which plans of a comparison are a curve, and the charts that show it.
 */
#include "config.h"

#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/mem.h"
#include "report/compare_chart.h"
#include "report/compare_curves.h"

static void add_plan(struct compare *compare, const char *name, const char *family,
		     unsigned workers, double seconds)
{
	struct compare_plan *plan;

	compare->plans = mem_realloc(compare->plans, compare->nplans + 1, sizeof *compare->plans);
	plan = &compare->plans[compare->nplans++];
	*plan = (struct compare_plan){.name = mem_strdup(name),
				      .layout = mem_strdup("read-write:1t"),
				      .family = family != NULL ? mem_strdup(family) : NULL,
				      .workers = workers,
				      .runs = mem_calloc(1, sizeof *plan->runs),
				      .nruns = 1};
	plan->runs[0] = (struct compare_run){.elapsed_s = seconds, .result = mem_strdup("{}")};
}

/* Eight CPUs, a tenth of the work in one hand: 1 + 9 / n seconds. */
static double amdahl_s(unsigned workers)
{
	return 1 + 9.0 / workers;
}

static int setup(void **state)
{
	struct compare *compare = mem_calloc(1, sizeof *compare);

	*compare = (struct compare){.workload = "images",
				    .items = "images",
				    .command = mem_strdup("imgtop compare images"),
				    .cores = 8,
				    .rounds = 1};
	*state = compare;
	return 0;
}

static int teardown(void **state)
{
	compare_release(*state);
	free(*state);
	return 0;
}

static void add_family(struct compare *compare, const char *family, size_t count)
{
	static const unsigned workers[] = {1, 2, 4, 8, 16, 24};

	for (size_t i = 0; i < count; i++) {
		char *name = mem_printf("%s:%u", family, workers[i]);

		add_plan(compare, name, family, workers[i], amdahl_s(workers[i]));
		free(name);
	}
}

static void one_family_is_a_curve_with_its_law(void **state)
{
	struct compare *compare = *state;
	struct compare_curves curves;

	add_family(compare, "threads", 6);
	curves = compare_curves(compare);
	assert_int_equal(curves.count, 1);
	assert_string_equal(curves.curve[0].family, "threads");
	assert_int_equal(curves.curve[0].nplans, 6);
	assert_int_equal(curves.curve[0].beyond, 2);
	assert_true(curves.curve[0].has_amdahl && curves.curve[0].has_usl &&
		    curves.curve[0].has_within);
	assert_true(fabs(curves.curve[0].amdahl.contention - 0.1) < 1e-9);
	assert_true(fabs(curves.curve[0].within.contention - 0.1) < 1e-9);
	assert_ptr_equal(compare_curve_law(&curves.curve[0]), &curves.curve[0].usl);
	compare_curves_release(&curves);
}

static void five_points_have_no_usl(void **state)
{
	struct compare_curves curves;

	add_family(*state, "threads", 5);
	curves = compare_curves(*state);
	assert_false(curves.curve[0].has_usl);
	assert_ptr_equal(compare_curve_law(&curves.curve[0]), &curves.curve[0].amdahl);
	compare_curves_release(&curves);
}

/* However they are ordered; and sequential is where each begins that has no plan of one worker. */
static void families_are_told_apart_and_begin_at_one_worker(void **state)
{
	struct compare *compare = *state;
	struct compare_curves curves;

	add_plan(compare, "processes:4", "processes", 4, 4);
	add_plan(compare, "sequential", "sequential", 1, 10);
	add_plan(compare, "threads:2", "threads", 2, 5);
	add_plan(compare, "processes:2", "processes", 2, 6);
	add_plan(compare, "threads:1", "threads", 1, 9);
	add_plan(compare, "odd", NULL, 3, 9);
	curves = compare_curves(compare);
	assert_int_equal(curves.count, 2);
	assert_string_equal(curves.curve[0].family, "processes");
	assert_int_equal(curves.curve[0].nplans, 3);
	assert_int_equal(curves.curve[0].plan[0], 1);
	assert_int_equal(curves.curve[0].plan[1], 3);
	assert_int_equal(curves.curve[0].plan[2], 0);
	assert_int_equal(curves.curve[1].nplans, 2);
	assert_int_equal(curves.curve[1].plan[0], 4);
	assert_null(compare_curves_of(&curves, 5));
	assert_ptr_equal(compare_curves_of(&curves, 1), &curves.curve[0]);
	compare_curves_release(&curves);
}

static void only_a_plan_of_one_worker_is_a_beginning(void **state)
{
	struct compare_curves curves;

	add_plan(*state, "hybrid:1+2", "hybrid", 3, 9);
	add_plan(*state, "threads:4", "threads", 4, 8);
	add_plan(*state, "threads:8", "threads", 8, 7);
	curves = compare_curves(*state);
	assert_int_equal(curves.count, 1);
	assert_int_equal(curves.curve[0].nplans, 2);
	compare_curves_release(&curves);
}

static void a_curve_begins_on_its_own_input(void **state)
{
	struct compare *compare = *state;
	struct compare_curves curves;

	add_plan(compare, "sequential", "sequential", 1, 10);
	add_plan(compare, "threads:2", "threads on pieces", 2, 60);
	add_plan(compare, "threads:4", "threads on pieces", 4, 35);
	compare->plans[1].input = mem_strdup("pieces");
	compare->plans[2].input = mem_strdup("pieces");
	curves = compare_curves(compare);
	assert_int_equal(curves.count, 1);
	assert_int_equal(curves.curve[0].nplans, 2);
	compare_curves_release(&curves);
	add_plan(compare, "sequential", "sequential on pieces", 1, 110);
	compare->plans[3].input = mem_strdup("pieces");
	curves = compare_curves(compare);
	assert_int_equal(curves.curve[0].nplans, 3);
	assert_int_equal(curves.curve[0].plan[0], 3);
	compare_curves_release(&curves);
}

static void plans_without_a_family_or_alone_in_it_are_no_curve(void **state)
{
	struct compare *compare = *state;
	struct compare_curves curves;

	add_plan(compare, "sequential", "sequential", 1, 10);
	add_plan(compare, "threads:1", "threads", 1, 10);
	add_plan(compare, "a rung", NULL, 8, 10);
	add_plan(compare, "processes:2", "processes", 2, 10);
	curves = compare_curves(compare);
	assert_int_equal(curves.count, 0);
	compare_curves_release(&curves);
}

static char *chart(const struct compare *compare, struct compare_style style)
{
	struct textbuf out;

	textbuf_init(&out);
	compare_chart(compare, &style, &out);
	return out.text;
}

static void expect(const char *text, const char *part)
{
	if (strstr(text, part) == NULL) {
		print_error("%s\n", text);
		fail_msg("\"%s\" is not in this text", part);
	}
}

static void the_chart_shows_points_law_and_ideal_and_says_the_constants(void **state)
{
	char *text;

	add_family(*state, "threads", 5);
	text = chart(*state, (struct compare_style){.columns = 80, .ascii = true});
	expect(text, "seconds by workers");
	expect(text, "times as fast");
	expect(text, "     10 |A");
	expect(text,
	       "A threads, small letter more workers than the 8 CPUs, . ideal, - law (Amdahl)");
	expect(text,
	       "threads, Amdahl: 10 % of one worker's time cannot be shared out, so no number of\n"
	       "workers is more than 10 times as fast as one. The times lie on it.\n");
	expect(text, "1 of 5 points has more workers than the 8 CPUs");
	assert_null(strchr(text, '\033'));
	for (const char *at = text; *at != '\0'; at++)
		assert_true((unsigned char)*at < 0x80);
	free(text);
	text = chart(*state, (struct compare_style){.columns = 80, .colour = true});
	expect(text, "\033[32m●\033[0m");
	expect(text, "\033[32m○\033[0m");
	expect(text, "\033[31m·\033[0m");
	free(text);
}

/* Ten seconds at one worker, at the top of the left chart, and 1.5 at 16 near its bottom right. */
static void points_stand_where_they_belong(void **state)
{
	char *text, *rest, *line;
	int row = 0;

	add_plan(*state, "threads:1", "threads", 1, 10);
	add_plan(*state, "threads:5", "threads", 5, 5);
	add_plan(*state, "threads:9", "threads", 9, 0.001);
	text = rest = chart(*state, (struct compare_style){.columns = 40, .ascii = true});
	while ((line = strsep(&rest, "\n")) != NULL && row < 12) {
		if (row == 1)
			assert_memory_equal(line, "     10 |A", 10);
		if (row == 6)
			assert_int_equal(line[9 + 15], 'A'); /* in the middle of 31 columns */
		if (row == 11)
			assert_int_equal(line[9 + 30], 'a'); /* the 9th of 8 CPUs */
		row++;
	}
	free(text);
}

static void every_width_is_kept(void **state)
{
	static const int widths[] = {1, 20, 24, 40, 75, 76, 80, 132, 500};

	add_family(*state, "threads", 6);
	add_plan(*state, "a plan with a name that is rather long for a label", NULL, 3, 7);
	for (size_t i = 0; i < sizeof widths / sizeof widths[0]; i++) {
		int most = widths[i] < 24 ? 24 : widths[i];

		for (int ascii = 0; ascii < 2; ascii++) {
			char *text = chart(*state, (struct compare_style){.columns = widths[i],
									  .ascii = ascii});
			char *rest = text, *line;

			while ((line = strsep(&rest, "\n")) != NULL)
				assert_in_range(text_width(line), 0, most);
			free(text);
		}
	}
}

static void what_is_no_curve_has_bars_and_it_is_said(void **state)
{
	struct compare *compare = *state;
	char *text;

	add_plan(compare, "read-write:1t", NULL, 1, 8);
	add_plan(compare, "read:1t | decode-write:10p", NULL, 11, 4);
	compare->plans[1].title = mem_strdup("one thread and ten processes");
	text = chart(compare, (struct compare_style){.columns = 80, .ascii = true});
	expect(text, "read-write:1t       ");
	/* half as long, lighter for more workers than CPUs, the ideal at an eleventh */
	expect(text, "\n2. one thread and ten processes ===|=====");
	expect(text, "  4.000 s   2.00x\n");
	expect(text, "No curve and no law: ");
	assert_null(strstr(text, "by workers\n      "));
	free(text);
}

static void odd_times_break_no_chart(void **state)
{
	struct compare *compare = *state;
	char *text, *svg;

	add_plan(compare, "threads:1", "threads", 1, 0);
	add_plan(compare, "threads:2", "threads", 2, 0);
	add_plan(compare, "threads:240", "threads", 240, 1e9);
	text = chart(compare, (struct compare_style){.columns = 80});
	svg = compare_svg(compare);
	assert_null(strstr(svg, "nan"));
	assert_null(strstr(svg, "inf"));
	free(text);
	free(svg);
}

static void the_files_hold_the_constants(void **state)
{
	struct compare *compare = *state;
	char *text, *tsv, *svg;
	json_t *object, *curve;

	add_family(compare, "threads", 6);
	add_plan(compare, "odd", NULL, 3, 7);
	text = compare_json(compare);
	tsv = compare_tsv(compare);
	svg = compare_svg(compare);
	object = json_loads(text, 0, NULL);
	curve = json_array_get(json_object_get(object, "curves"), 0);
	assert_string_equal(json_string_value(json_object_get(curve, "family")), "threads");
	assert_int_equal(json_array_size(json_object_get(curve, "points")), 6);
	assert_true(fabs(json_real_value(json_object_get(json_object_get(curve, "amdahl"),
							 "serial_share")) -
			 0.1) < 1e-6);
	assert_true(json_is_number(json_object_get(json_object_get(curve, "usl"), "coherence")));
	expect(text, "\"meaning\": \"Amdahl: 10 % of one worker's time");
	expect(tsv, "\tcurve\tamdahl_serial_share\tusl_contention\tusl_coherence\n");
	expect(tsv, "\tyes\tthreads\t0.100000\t0.100000\t0.0000000");
	expect(tsv, "\tyes\t-\t-\t-\t-\n");
	expect(svg, "class=\"law\"");
	expect(svg, "class=\"amdahl\"");
	expect(svg, "class=\"perfect\"");
	expect(svg, "class=\"shade\"");
	expect(svg, "threads, Amdahl: 10 % of one worker");
	json_decref(object);
	free(text);
	free(tsv);
	free(svg);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(one_family_is_a_curve_with_its_law),
		TEST(five_points_have_no_usl),
		TEST(families_are_told_apart_and_begin_at_one_worker),
		TEST(only_a_plan_of_one_worker_is_a_beginning),
		TEST(a_curve_begins_on_its_own_input),
		TEST(plans_without_a_family_or_alone_in_it_are_no_curve),
		TEST(the_chart_shows_points_law_and_ideal_and_says_the_constants),
		TEST(points_stand_where_they_belong),
		TEST(every_width_is_kept),
		TEST(what_is_no_curve_has_bars_and_it_is_said),
		TEST(odd_times_break_no_chart),
		TEST(the_files_hold_the_constants),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
