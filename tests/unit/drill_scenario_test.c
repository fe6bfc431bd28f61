/*
 * drill_scenario_test.c - scenario files and their steps: what they say, and what they must not.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/path.h"
#include "workload/drill_scenario.h"

static struct drill_program steps(const char *text)
{
	struct drill_vocabulary vocabulary = {0};
	struct drill_program program = {0};
	struct err err = {0};

	if (drill_steps_parse(text, &vocabulary, &program, &err) != 0)
		fail_msg("%s: %s", text, err.text);
	return program;
}

static void refused(const char *text, const char *why)
{
	struct drill_vocabulary vocabulary = {0};
	struct drill_program program = {0};
	struct err err = {0};

	assert_int_equal(drill_steps_parse(text, &vocabulary, &program, &err), -1);
	if (strstr(err.text, why) == NULL)
		fail_msg("'%s' does not say: %s", err.text, why);
	drill_program_free(&program);
}

static void steps_have_costs_ranges_and_repetitions(void **state)
{
	struct drill_program program =
		steps("wait 300ms, cpu 1.5..2s x 3, waits 10 100..300us, squares 1000 x 1..5");

	(void)state;
	assert_int_equal(program.count, 4);
	assert_int_equal(program.step[0].op, DRILL_WAIT);
	assert_int_equal(program.step[0].amount.least, 300 * CLOCK_MS_NS);
	assert_int_equal(program.step[0].amount.most, 300 * CLOCK_MS_NS);
	assert_int_equal(program.step[0].repeat.most, 1);
	assert_int_equal(program.step[1].amount.least, 1500 * CLOCK_MS_NS);
	assert_int_equal(program.step[1].amount.most, 2000 * CLOCK_MS_NS);
	assert_int_equal(program.step[1].repeat.least, 3);
	assert_int_equal(program.step[2].flights, 10);
	assert_int_equal(program.step[2].amount.least, 100000);
	assert_int_equal(program.step[3].repeat.least, 1);
	assert_int_equal(program.step[3].repeat.most, 5);
	drill_program_free(&program);
}

static void names_are_numbered_in_the_order_of_their_use(void **state)
{
	struct drill_program program = steps("lock log, lock accounts, unlock log, take shelf");

	(void)state;
	assert_int_equal(program.step[0].target, 0);
	assert_int_equal(program.step[1].target, 1);
	assert_int_equal(program.step[2].target, 0);
	assert_int_equal(program.step[3].target, 0);
	drill_program_free(&program);
}

static void a_step_may_be_for_some_items_or_attempts_only(void **state)
{
	struct drill_program program =
		steps("first wait 1ms, last wait 1ms, at 3 hang, once crash, spin");
	static const bool expected[][5] = {/* item 1, 3 and 5 of 5 */
					   {true, false, false, true, true},
					   {false, false, true, true, true},
					   {false, true, false, true, true}};

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		for (unsigned j = 0; j < 5; j++)
			assert_int_equal(drill_step_applies(&program.step[j], 1 + 2 * i, 5, 1),
					 expected[i][j]);
	}
	assert_false(drill_step_applies(&program.step[3], 1, 5, 2));
	drill_program_free(&program);
}

static void what_is_no_step_is_refused_with_what_is_allowed(void **state)
{
	(void)state;
	refused("wiat 300ms", "there are wait, waits, cpu");
	refused("wait", "'' is no time: write 300ms");
	refused("wait 300", "is no time");
	refused("wait 300ms 2", "'2' is too much");
	refused("wait 3..2s", "is no time");
	refused("wait 2h", "is no time");
	refused("wait 3601s", "an hour at most");
	refused("cpu 1ms x", "is no count");
	refused("squares 1.5", "is no count");
	refused("healthy 101%", "is no share");
	refused("lock a/b", "is no name");
	refused("at wait 1ms", "is no count");
	refused("wait 1ms,, wait 1ms", "a step is missing");
}

/* A file of this text; the caller removes it. */
static char *file_of(const char *text)
{
	char *path = mem_strdup("/tmp/imgtop-drill-XXXXXX.ini");
	int fd = mkstemps(path, 4);
	struct err err;

	assert_true(fd >= 0);
	assert_int_equal(path_write_all(fd, text, strlen(text), &err), 0);
	close(fd);
	return path;
}

static struct drill_scenario *read_text(const char *text, bool fixed)
{
	struct err err = {0};
	char *path = file_of(text);
	struct drill_scenario *scenario = drill_scenario_read(path, fixed, &err);

	unlink(path);
	free(path);
	if (scenario == NULL)
		fail_msg("%s", err.text);
	return scenario;
}

static void refuse_text(const char *text, const char *why)
{
	struct err err = {0};
	char *path = file_of(text);
	size_t length = strlen(path);

	assert_null(drill_scenario_read(path, false, &err));
	assert_int_equal(strncmp(err.text, path, length), 0);
	if (strstr(err.text + length, why) == NULL)
		fail_msg("'%s' does not say: %s", err.text, why);
	unlink(path);
	free(path);
}

static const char whole[] = "[scenario]\n"
			    "title = A title\n"
			    "text = One sentence. \n"
			    " Another.\n"
			    "interval = 10..20ms\n"
			    "queue = 4\n"
			    "layout = a:1t | b:2p\n"
			    "[stages]\n"
			    "a = wait 1ms,\n"
			    "  item\n"
			    "b = join a\n"
			    "[queues]\n"
			    "b = 2\n"
			    "[items]\n"
			    "one = cpu 2ms\n"
			    "more*3 = wait 3ms\n"
			    "[fixed]\n"
			    "layout = default\n"
			    "[fixed stages]\n"
			    "b = wait 5ms\n"
			    "[fixed items]\n"
			    "one = hang\n";

static void a_file_says_all_of_a_scenario(void **state)
{
	struct drill_scenario *scenario = read_text(whole, false);
	const struct drill_program *own;
	char name[64];

	(void)state;
	assert_string_equal(scenario->title, "A title");
	assert_string_equal(scenario->text, "One sentence. Another.");
	assert_string_equal(scenario->layout, "a:1t | b:2p");
	assert_int_equal(scenario->interval.most, 20 * CLOCK_MS_NS);
	assert_int_equal(scenario->nstages, 2);
	assert_int_equal(scenario->queue[0], 4);
	assert_int_equal(scenario->queue[1], 2);
	assert_int_equal(scenario->stage[0].program.count, 2);
	assert_int_equal(scenario->stage[1].program.step[0].op, DRILL_JOIN);
	assert_int_equal(scenario->stage[1].program.step[0].target, 0);
	assert_int_equal(scenario->count, 4);
	drill_scenario_item(scenario, 1, name, sizeof name, &own);
	assert_string_equal(name, "one");
	assert_int_equal(own->step[0].op, DRILL_CPU);
	drill_scenario_item(scenario, 4, name, sizeof name, &own);
	assert_string_equal(name, "more-3");
	assert_string_equal(drill_scenario_kind(scenario, 4), "more");
	assert_true(drill_scenario_computes(scenario, 0));
	assert_false(drill_scenario_computes(scenario, 1));
	assert_false(drill_scenario_injects(scenario));
	drill_scenario_free(scenario);
}

static void the_cure_replaces_what_it_names_and_keeps_the_rest(void **state)
{
	struct drill_scenario *scenario = read_text(whole, true);
	unsigned stage;

	(void)state;
	assert_null(scenario->layout);
	assert_string_equal(scenario->title, "A title");
	assert_int_equal(scenario->nstages, 2);
	assert_int_equal(scenario->stage[0].program.count, 2);
	assert_int_equal(scenario->stage[1].program.step[0].op, DRILL_WAIT);
	assert_int_equal(scenario->count, 4);
	assert_true(drill_scenario_injects(scenario));
	assert_int_equal(drill_scenario_fault(scenario, 1, &stage)->op, DRILL_HANG);
	assert_int_equal(stage, 0);
	assert_null(drill_scenario_fault(scenario, 2, &stage));
	drill_scenario_free(scenario);
}

static void a_bad_file_is_refused_with_file_and_line(void **state)
{
	(void)state;
	refuse_text("[scenario]\nitems = 3\n[stages]\nwork = wiat 3ms\n",
		    ":4: 'wiat' is no step; there are");
	refuse_text("[scenario]\nitms = 3\n", ":2: there is no such setting");
	refuse_text("[scenario]\nitems = many\n", ":2: 'many' is no count");
	refuse_text("[scenario]\nitems = 3\n[stage]\nwork = wait 1s\n",
		    ": there is no section [stage]");
	refuse_text("[scenario]\nitems = 3\nnonsense\n", ":3: neither a [section] nor");
	refuse_text("[scenario]\nitems = 3\n", ": there is no stage");
	refuse_text("[stages]\nwork = wait 1s\n", ": there are no items");
	refuse_text("[scenario]\nitems = 3\nend = soon\n", ":3: 'soon': workers may end by");
	refuse_text("[scenario]\nitems = 3\n[stages]\nwork = join other\n",
		    ": work: join: there is no stage 'other'");
	refuse_text("[scenario]\nitems = 3\n[stages]\nwork = wait 1s\n[queues]\nwrok = 3\n",
		    ":6: there is no stage 'wrok'");
	refuse_text("[scenario]\nitems = 3\n[stages]\nwork = wait 1s\n[fixed stages]\nwork = wat\n",
		    ":6: 'wat' is no step");
}

static void a_line_that_is_too_long_is_refused_and_not_cut(void **state)
{
	char text[2000] = "[scenario]\ntitle = ";

	(void)state;
	memset(text + strlen(text), 'x', 1500);
	refuse_text(text, ":2: the line is too long");
}

static void a_cure_is_only_there_where_the_file_has_one(void **state)
{
	struct err err = {0};
	char *path = file_of("[scenario]\nitems = 1\n[stages]\nwork = wait 1ms\n");

	(void)state;
	assert_null(drill_scenario_read(path, true, &err));
	assert_non_null(strstr(err.text, "has no cure"));
	unlink(path);
	free(path);
}

/* Every supplied scenario can be read, as it is and, where it has one, with its cure, and says what
 * it shows. */
static void the_supplied_scenarios_are_good_and_say_what_to_watch(void **state)
{
	const char *folder = getenv("IMGTOP_SCENARIOS");
	DIR *listing = folder != NULL ? opendir(folder) : NULL;
	const struct dirent *found;
	unsigned count = 0;

	(void)state;
	assert_non_null(listing);
	while ((found = readdir(listing)) != NULL) {
		char *path = path_join(folder, found->d_name);
		struct drill_scenario *scenario;
		struct err err = {0};
		bool cure;

		if (strstr(found->d_name, ".ini") != NULL) {
			scenario = drill_scenario_read(path, false, &err);
			if (scenario == NULL)
				fail_msg("%s", err.text);
			assert_non_null(scenario->title);
			assert_non_null(scenario->text);
			assert_non_null(scenario->watch);
			cure = scenario->has_fixed;
			drill_scenario_free(scenario);
			scenario = cure ? drill_scenario_read(path, true, &err) : NULL;
			if (cure && scenario == NULL)
				fail_msg("%s", err.text);
			if (cure)
				assert_false(drill_scenario_injects(scenario));
			drill_scenario_free(scenario);
			count++;
		}
		free(path);
	}
	closedir(listing);
	assert_true(count >= 19);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(steps_have_costs_ranges_and_repetitions),
		cmocka_unit_test(names_are_numbered_in_the_order_of_their_use),
		cmocka_unit_test(a_step_may_be_for_some_items_or_attempts_only),
		cmocka_unit_test(what_is_no_step_is_refused_with_what_is_allowed),
		cmocka_unit_test(a_file_says_all_of_a_scenario),
		cmocka_unit_test(the_cure_replaces_what_it_names_and_keeps_the_rest),
		cmocka_unit_test(a_bad_file_is_refused_with_file_and_line),
		cmocka_unit_test(a_line_that_is_too_long_is_refused_and_not_cut),
		cmocka_unit_test(a_cure_is_only_there_where_the_file_has_one),
		cmocka_unit_test(the_supplied_scenarios_are_good_and_say_what_to_watch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
