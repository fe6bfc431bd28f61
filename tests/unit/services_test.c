/*
 * services_test.c - the form of the setup screen: its fields, what they take, and their preview.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "services_fixture.h"

static bool applies(const struct form *form, const char *name)
{
	return form->ui->field_applies(form->ui->context, form_field(form, name));
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
					form->ui->fields[form_field(form, specs[i].name)].help,
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
		form_put(form, "workload", workload_at(w)->name);
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

	form_put(form, "input", "photos");
	form_put(form, "workload", "sum");
	assert_false(applies(form, "input") || applies(form, "output") || applies(form, "from"));
	assert_true(applies(form, "count") && applies(form, "workers"));
	assert_false(form->ui->needs_samples(form->ui->context));
	form->ui->preview(form->ui->context, &preview);
	assert_string_equal(preview.problem, "");
	assert_string_equal(preview.command, "imgtop run sum");
	form_put(form, "workload", "images");
	assert_true(applies(form, "input") && applies(form, "output"));
	form_value_is(form, "output", "imgtop-output");
}

static void strategies_are_choices_with_a_sentence_each(void **state)
{
	struct form *form = *state;
	const struct ui_field *strategy = &form->ui->fields[form_field(form, "strategy")];
	size_t count = 0;

	assert_non_null(strategy->choices);
	for (; strategy->choices[count] != NULL; count++)
		assert_true(strlen(strategy->choice_help[count]) > 10);
	assert_int_equal(count, 4);
	form_value_is(form, "strategy", "threads");
}

static void the_counts_of_the_strategy_at_hand_apply(void **state)
{
	struct form *form = *state;

	assert_true(applies(form, "workers") && !applies(form, "io") && !applies(form, "cpu"));
	form_put(form, "strategy", "hybrid");
	assert_true(!applies(form, "workers") && applies(form, "io") && applies(form, "cpu"));
	form_put(form, "strategy", "sequential");
	assert_true(!applies(form, "workers") && !applies(form, "io") && !applies(form, "cpu"));
	form_put(form, "layout", "read-write:2t");
	form_value_is(form, "strategy", "");
	assert_true(!applies(form, "workers") && !applies(form, "io"));
	form_put(form, "strategy", "threads");
	form_value_is(form, "layout", "");
	assert_true(applies(form, "workers"));
}

static void the_command_line_says_what_the_form_says(void **state)
{
	struct form *form = *state;

	form_put(form, "input", "photos 'no such' ");
	form_put(form, "output", "small");
	form_put(form, "workers", "3");
	form_put(form, "quality", "70");
	form_put(form, "tolerate", "yes");
	form_put(form, "delay", "read=5");
	form_value_is(form, "input", "photos 'no such'");
	expect_command(form,
		       "imgtop run images photos 'no such' --workers 3 --output small --delay "
		       "read=5 --quality 70 --tolerate");
	/* A count that the strategy does not take stays in the form and off the line. */
	form_put(form, "strategy", "hybrid");
	form_put(form, "tolerate", "no");
	form_put(form, "quality", "");
	form_put(form, "delay", "");
	form_value_is(form, "quality", "85");
	expect_command(form, "imgtop run images photos 'no such' --strategy hybrid --output small");
	form_put(form, "strategy", "threads");
	form_value_is(form, "workers", "3");
}

static void a_refused_value_leaves_the_old_one_and_says_what_is_allowed(void **state)
{
	struct form *form = *state;
	struct err err = {0};

	form_put(form, "workers", "3");
	assert_int_equal(
		form->ui->set(form->ui->context, form_field(form, "workers"), "many", &err), -1);
	assert_string_equal(err.text,
			    "--workers: \"many\" cannot be used; allowed: a whole number from "
			    "1 to 240");
	form_value_is(form, "workers", "3");
	assert_int_equal(form->ui->set(form->ui->context, form_field(form, "input"), "'x", &err),
			 -1);
	assert_string_equal(err.text, "a quote is not closed");
	form_value_is(form, "input", "");
}

static void the_preview_shows_topology_machine_and_advice(void **state)
{
	struct form *form = *state;
	struct ui_preview preview;

	form_put(form, "input", "photos");
	form_put(form, "layout", "read:2t | decode-encode:4p | write:1t");
	form_put(form, "queue", "8");
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

	form_put(form, "input", "missing");
	expect_problem(form, "input", "missing");
	form_put(form, "input", "photos");
	form_put(form, "layout", "read:1t");
	expect_problem(form, "layout", "decode");
	form_put(form, "layout", "");
	form_put(form, "delay", "reed=1");
	expect_problem(form, "delay", "reed=1");
	form_put(form, "delay", "");
	form_put(form, "output", "photos");
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
	form_put(form, "input", "photos");
	assert_false(form->ui->needs_samples(form->ui->context));
}

static void a_home_folder_may_be_written_as_a_tilde(void **state)
{
	struct form *form = *state;

	setenv("HOME", "/home/me", 1);
	form_put(form, "output", "~/small");
	form_value_is(form, "output", "/home/me/small");
	form_put(form, "input", "~/photos");
	form_value_is(form, "input", "/home/me/photos");
}

static void a_run_that_cannot_be_planned_is_refused_at_once(void **state)
{
	struct form *form = *state;
	struct ui_run run = {0};
	struct err err = {0};

	form_put(form, "input", "missing");
	assert_int_equal(form->ui->start(form->ui->context, &run, &err), -1);
	assert_non_null(strstr(err.text, "missing"));
	assert_null(run.page_path);
}

static void a_drill_says_what_it_shows_and_asks_for_no_output(void **state)
{
	struct form *form = *state;
	struct ui_preview preview;

	form_put(form, "workload", "drill");
	assert_false(form->ui->needs_samples(form->ui->context));
	assert_false(applies(form, "output"));
	assert_true(applies(form, "input"));
	expect_problem(form, "input", "which scenario?");
	form_put(form, "input", "lock-order");
	form->ui->preview(form->ui->context, &preview);
	assert_int_equal(preview.bad_field, -1);
	assert_non_null(strstr(preview.about, "Deadlock: two locks"));
	assert_non_null(strstr(preview.about, "Watch: two workers"));
	assert_non_null(strstr(preview.topology, "transfer"));
	expect_command(form, "imgtop run drill lock-order");
	form_put(form, "workload", "images");
	expect_command(form, "imgtop run images --output imgtop-output");
	form->ui->preview(form->ui->context, &preview);
	assert_string_equal(preview.about, "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, form_setup, form_teardown)

int main(void)
{
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
