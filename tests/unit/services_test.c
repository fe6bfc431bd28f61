/*
 * services_test.c - the form of the setup screen: its fields, what they take, and their preview.
 */
#include "config.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "services.h"

struct form {
	char folder[40];
	struct services *services;
	const struct ui_services *ui;
};

/* A setup screen in a folder of its own, which holds an input folder "photos". */
static int setup(void **state)
{
	struct form *form = mem_calloc(1, sizeof *form);
	const char *const words[] = {"imgtop", NULL};
	struct options options;
	struct err err;

	strcpy(form->folder, "/tmp/imgtop-services-XXXXXX");
	if (mkdtemp(form->folder) == NULL || chdir(form->folder) != 0 ||
	    mkdir("photos", 0700) != 0 || options_parse(1, words, &options, &err) != 0)
		return -1;
	form->services = services_new(&options);
	form->ui = services_ui(form->services);
	*state = form;
	return 0;
}

static int teardown(void **state)
{
	struct form *form = *state;
	int result;

	services_free(form->services);
	result = rmdir("photos") | chdir("/") | rmdir(form->folder);
	free(form);
	return result;
}

static size_t field(const struct form *form, const char *name)
{
	for (size_t i = 0; i < form->ui->nfields; i++) {
		if (strcmp(form->ui->fields[i].name, name) == 0)
			return i;
	}
	fail_msg("no field %s", name);
	return 0;
}

static void put(const struct form *form, const char *name, const char *text)
{
	struct err err;

	if (form->ui->set(form->ui->context, field(form, name), text, &err) != 0)
		fail_msg("%s", err.text);
}

static void value_is(const struct form *form, const char *name, const char *expected)
{
	char text[256];

	form->ui->get(form->ui->context, field(form, name), text, sizeof text);
	assert_string_equal(text, expected);
}

static bool applies(const struct form *form, const char *name)
{
	return form->ui->field_applies(form->ui->context, field(form, name));
}

static void expect_command(const struct form *form, const char *expected)
{
	struct ui_preview preview;

	form->ui->preview(form->ui->context, &preview);
	assert_string_equal(preview.command, expected);
}

static void expect_problem(const struct form *form, const char *name, const char *part)
{
	struct ui_preview preview;

	form->ui->preview(form->ui->context, &preview);
	assert_int_not_equal(preview.bad_field, -1);
	assert_string_equal(form->ui->fields[preview.bad_field].name, name);
	assert_non_null(strstr(preview.problem, part));
}

static void every_option_of_a_run_is_a_field_but_how_it_is_shown(void **state)
{
	struct form *form = *state;
	static const char *const missing[] = {"plan", "batch", "json", "detach", NULL};
	static const enum options_scope scopes[] = {SCOPE_RUN, SCOPE_WORKLOAD};

	for (size_t s = 0; s < 2; s++) {
		size_t count;
		const struct option_spec *specs =
			options_scope_specs(scopes[s], workload_at(0), &count);

		for (size_t i = 0; i < count; i++) {
			bool left_out = false;

			for (size_t j = 0; missing[j] != NULL; j++)
				left_out = left_out || strcmp(missing[j], specs[i].name) == 0;
			if (!left_out)
				assert_string_equal(
					form->ui->fields[field(form, specs[i].name)].help,
					specs[i].help);
		}
	}
	for (size_t i = 0; i < form->ui->nfields; i++) {
		assert_non_null(form->ui->fields[i].label);
		assert_true(form->ui->fields[i].label[0] >= 'A' &&
			    form->ui->fields[i].label[0] <= 'Z');
	}
}

static void of_the_fields_at_hand_no_two_have_the_same_name(void **state)
{
	struct form *form = *state;
	const struct ui_services *ui = form->ui;

	for (size_t w = 0; workload_at(w) != NULL; w++) {
		put(form, "workload", workload_at(w)->name);
		for (size_t i = 0; i < ui->nfields; i++) {
			for (size_t j = i + 1; j < ui->nfields; j++)
				assert_false(ui->field_applies(ui->context, i) &&
					     ui->field_applies(ui->context, j) &&
					     strcmp(ui->fields[i].name, ui->fields[j].name) == 0);
		}
	}
}

static void a_workload_that_makes_its_items_asks_for_no_files(void **state)
{
	struct form *form = *state;
	struct ui_preview preview;

	put(form, "input", "photos");
	put(form, "workload", "sum");
	assert_false(applies(form, "input") || applies(form, "output") || applies(form, "from"));
	assert_true(applies(form, "count") && applies(form, "workers"));
	assert_false(form->ui->needs_samples(form->ui->context));
	form->ui->preview(form->ui->context, &preview);
	assert_string_equal(preview.problem, "");
	assert_string_equal(preview.command, "imgtop run sum");
	put(form, "workload", "images");
	assert_true(applies(form, "input") && applies(form, "output"));
	value_is(form, "output", "imgtop-output");
}

static void strategies_are_choices_with_a_sentence_each(void **state)
{
	struct form *form = *state;
	const struct ui_field *strategy = &form->ui->fields[field(form, "strategy")];
	size_t count = 0;

	assert_non_null(strategy->choices);
	for (; strategy->choices[count] != NULL; count++)
		assert_true(strlen(strategy->choice_help[count]) > 10);
	assert_int_equal(count, 4);
	value_is(form, "strategy", "threads");
}

static void the_counts_of_the_strategy_at_hand_apply(void **state)
{
	struct form *form = *state;

	assert_true(applies(form, "workers") && !applies(form, "io") && !applies(form, "cpu"));
	put(form, "strategy", "hybrid");
	assert_true(!applies(form, "workers") && applies(form, "io") && applies(form, "cpu"));
	put(form, "strategy", "sequential");
	assert_true(!applies(form, "workers") && !applies(form, "io") && !applies(form, "cpu"));
	put(form, "layout", "read-write:2t");
	value_is(form, "strategy", "");
	assert_true(!applies(form, "workers") && !applies(form, "io"));
	put(form, "strategy", "threads");
	value_is(form, "layout", "");
	assert_true(applies(form, "workers"));
}

static void the_command_line_says_what_the_form_says(void **state)
{
	struct form *form = *state;

	put(form, "input", "photos 'no such' ");
	put(form, "output", "small");
	put(form, "workers", "3");
	put(form, "quality", "70");
	put(form, "tolerate", "yes");
	put(form, "delay", "read=5");
	value_is(form, "input", "photos 'no such'");
	expect_command(form,
		       "imgtop run images photos 'no such' --workers 3 --output small --delay "
		       "read=5 --quality 70 --tolerate");
	/* A count that the strategy does not take stays in the form and off the line. */
	put(form, "strategy", "hybrid");
	put(form, "tolerate", "no");
	put(form, "quality", "");
	put(form, "delay", "");
	value_is(form, "quality", "85");
	expect_command(form, "imgtop run images photos 'no such' --strategy hybrid --output small");
	put(form, "strategy", "threads");
	value_is(form, "workers", "3");
}

static void a_refused_value_leaves_the_old_one_and_says_what_is_allowed(void **state)
{
	struct form *form = *state;
	struct err err = {0};

	put(form, "workers", "3");
	assert_int_equal(form->ui->set(form->ui->context, field(form, "workers"), "many", &err),
			 -1);
	assert_string_equal(err.text,
			    "--workers: \"many\" cannot be used; allowed: a whole number from "
			    "1 to 240");
	value_is(form, "workers", "3");
	assert_int_equal(form->ui->set(form->ui->context, field(form, "input"), "'x", &err), -1);
	assert_string_equal(err.text, "a quote is not closed");
	value_is(form, "input", "");
}

static void the_preview_shows_topology_machine_and_advice(void **state)
{
	struct form *form = *state;
	struct ui_preview preview;

	put(form, "input", "photos");
	put(form, "layout", "read:2t | decode-encode:4p | write:1t");
	put(form, "queue", "8");
	form->ui->preview(form->ui->context, &preview);
	assert_string_equal(preview.problem, "");
	assert_int_equal(preview.bad_field, -1);
	assert_non_null(strstr(preview.topology, "walk"));
	assert_non_null(strstr(preview.topology, "[q 8]"));
	assert_non_null(strstr(preview.machine, "CPU"));
	assert_non_null(strstr(preview.recommendation, ": "));
}

static void problems_are_shown_beside_the_field_that_has_them(void **state)
{
	struct form *form = *state;

	put(form, "input", "missing");
	expect_problem(form, "input", "missing");
	put(form, "input", "photos");
	put(form, "layout", "read:1t");
	expect_problem(form, "layout", "decode");
	put(form, "layout", "");
	put(form, "delay", "reed=1");
	expect_problem(form, "delay", "reed=1");
	put(form, "delay", "");
	put(form, "output", "photos");
	expect_problem(form, "output", "photos");
}

static void without_an_input_samples_are_offered_and_nothing_is_wrong(void **state)
{
	struct form *form = *state;
	struct ui_preview preview;

	assert_true(form->ui->needs_samples(form->ui->context));
	form->ui->preview(form->ui->context, &preview);
	assert_int_equal(preview.bad_field, -1);
	assert_string_equal(preview.problem, "");
	assert_string_equal(preview.command, "imgtop run images --output imgtop-output");
	put(form, "input", "photos");
	assert_false(form->ui->needs_samples(form->ui->context));
}

static void a_home_folder_may_be_written_as_a_tilde(void **state)
{
	struct form *form = *state;

	setenv("HOME", "/home/me", 1);
	put(form, "output", "~/small");
	value_is(form, "output", "/home/me/small");
	put(form, "input", "~/photos");
	value_is(form, "input", "/home/me/photos");
}

static void a_run_that_cannot_be_planned_is_refused_at_once(void **state)
{
	struct form *form = *state;
	struct ui_run run = {0};
	struct err err = {0};

	put(form, "input", "missing");
	assert_int_equal(form->ui->start(form->ui->context, &run, &err), -1);
	assert_non_null(strstr(err.text, "missing"));
	assert_null(run.page_path);
}

static void a_drill_says_what_it_shows_and_asks_for_no_output(void **state)
{
	struct form *form = *state;
	struct ui_preview preview;

	put(form, "workload", "drill");
	assert_false(form->ui->needs_samples(form->ui->context));
	assert_false(applies(form, "output"));
	assert_true(applies(form, "input"));
	expect_problem(form, "input", "which scenario?");
	put(form, "input", "lock-order");
	form->ui->preview(form->ui->context, &preview);
	assert_int_equal(preview.bad_field, -1);
	assert_non_null(strstr(preview.about, "Deadlock: two locks"));
	assert_non_null(strstr(preview.about, "Watch: two workers"));
	assert_non_null(strstr(preview.topology, "transfer"));
	expect_command(form, "imgtop run drill lock-order");
	put(form, "workload", "images");
	expect_command(form, "imgtop run images --output imgtop-output");
	form->ui->preview(form->ui->context, &preview);
	assert_string_equal(preview.about, "");
}

/* ---- measuring: the program that is started is this one, see main ---------------------------- */

static const char said[] =
	"{\"schema\":1,\"items\":36,\"sample\":{\"items\":20},\"note\":null,"
	"\"rules\":[{\"rule\":\"thinking-work\",\"says\":\"thinking work\",\"why\":\"much "
	"computing\"}],\"plan\":\"hybrid:2+3\",\"queue\":6,\"expected_s\":0.5,\"sequential_s\":1}";

/* "imgtop" "advise" "images" "photos" ... */
static int be_measured(int argc, char **argv)
{
	bool refuses = argc > 3 && strcmp(argv[3], "photos") != 0;

	for (int i = 4; i < argc; i++)
		refuses = refuses || strcmp(argv[i], "--strategy") == 0;
	if (refuses)
		fprintf(stderr, "imgtop: refused\n");
	else
		printf("%s\n", said);
	return refuses ? 2 : 0;
}

static void await_measured(const struct form *form)
{
	struct pollfd polled = {.fd = form->ui->measure_fd(form->ui->context), .events = POLLIN};

	assert_true(polled.fd >= 0);
	while (!form->ui->measured(form->ui->context))
		assert_int_equal(poll(&polled, 1, 60000), 1);
	assert_int_equal(form->ui->measure_fd(form->ui->context), -1);
}

static void expect_recommendation(const struct form *form, bool measured, const char *text)
{
	struct ui_preview preview;

	form->ui->preview(form->ui->context, &preview);
	assert_int_equal(preview.measured, measured);
	if (strstr(preview.recommendation, text) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", preview.recommendation, text);
}

static void a_measurement_holds_for_the_values_it_was_made_of(void **state)
{
	struct form *form = *state;
	struct err err = {0};

	assert_int_equal(form->ui->measure(form->ui->context, &err), -1);
	assert_string_equal(err.text, "there is nothing to measure yet: give an input");
	put(form, "input", "photos");
	put(form, "strategy", "sequential");
	assert_int_equal(form->ui->measure(form->ui->context, &err), 0);
	expect_recommendation(form, true, "measuring a sample...");
	await_measured(form);
	expect_recommendation(form, true,
			      "hybrid:2+3, queues of 6: much computing. Rule: thinking");
	expect_recommendation(form, true,
			      "Measured: 20 of 36 images; about 500 ms, one worker 1.00 s");
	put(form, "strategy", "threads"); /* is no part of what was measured */
	expect_recommendation(form, true, "hybrid:2+3");
	put(form, "max", "100");
	expect_recommendation(form, false, ": ");
	put(form, "max", "1920x1920");
	expect_recommendation(form, true, "hybrid:2+3");
}

static void what_cannot_be_measured_says_why(void **state)
{
	struct form *form = *state;
	struct err err = {0};

	put(form, "input", "elsewhere");
	assert_int_equal(form->ui->measure(form->ui->context, &err), 0);
	await_measured(form);
	expect_recommendation(form, true, "imgtop: refused");
}

static void advice_is_taken_into_the_fields(void **state)
{
	struct form *form = *state;
	struct err err = {0};

	put(form, "input", "photos");
	put(form, "delay", "read=100");
	assert_int_equal(form->ui->take_advice(form->ui->context, &err), 0);
	value_is(form, "strategy", "threads"); /* by the rules */
	put(form, "delay", "");
	assert_int_equal(form->ui->measure(form->ui->context, &err), 0);
	await_measured(form);
	assert_int_equal(form->ui->take_advice(form->ui->context, &err), 0);
	value_is(form, "strategy", "hybrid");
	value_is(form, "io", "2");
	value_is(form, "cpu", "3");
	value_is(form, "queue", "6");
	expect_recommendation(form, true, "hybrid:2+3"); /* it still holds */
}

static void a_measurement_under_way_ends_with_the_form(void **state)
{
	struct form *form = *state;
	struct err err = {0};

	put(form, "input", "photos");
	assert_int_equal(form->ui->measure(form->ui->context, &err), 0);
	assert_int_equal(form->ui->measure(form->ui->context, &err), 0); /* a new one instead */
	assert_true(form->ui->measure_fd(form->ui->context) >= 0);
	/* teardown releases it */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "advise") == 0)
		return be_measured(argc, argv);
	const struct CMUnitTest tests[] = {
		TEST(every_option_of_a_run_is_a_field_but_how_it_is_shown),
		TEST(of_the_fields_at_hand_no_two_have_the_same_name),
		TEST(a_workload_that_makes_its_items_asks_for_no_files),
		TEST(a_drill_says_what_it_shows_and_asks_for_no_output),
		TEST(strategies_are_choices_with_a_sentence_each),
		TEST(the_counts_of_the_strategy_at_hand_apply),
		TEST(the_command_line_says_what_the_form_says),
		TEST(a_refused_value_leaves_the_old_one_and_says_what_is_allowed),
		TEST(the_preview_shows_topology_machine_and_advice),
		TEST(problems_are_shown_beside_the_field_that_has_them),
		TEST(without_an_input_samples_are_offered_and_nothing_is_wrong),
		TEST(a_home_folder_may_be_written_as_a_tilde),
		TEST(a_run_that_cannot_be_planned_is_refused_at_once),
		TEST(a_measurement_holds_for_the_values_it_was_made_of),
		TEST(what_cannot_be_measured_says_why),
		TEST(advice_is_taken_into_the_fields),
		TEST(a_measurement_under_way_ends_with_the_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
