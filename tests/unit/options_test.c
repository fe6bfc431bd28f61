/*
 * options_test.c - command lines are read.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "options_support.h"

static const struct pictures *values(const struct options *options)
{
	return options->values;
}

static void the_first_word_is_the_command(void **state)
{
	struct options options = read_words(WORDS("attach", "20261120-160401-4711"));

	(void)state;
	assert_int_equal(options.command, COMMAND_ATTACH);
	assert_int_equal(options.noperands, 1);
	assert_string_equal(options.operands[0], "20261120-160401-4711");
	assert_null(options.operands[1]);
	options_release(&options);
	options = read_words(WORDS("--mono", "-M", "replay", "report"));
	assert_int_equal(options.command, COMMAND_REPLAY);
	assert_true(options.screen.mono && options.screen.no_mouse);
	assert_string_equal(options.operands[0], "report");
	options_release(&options);
}

static void no_command_is_the_setup_of_the_first_workload(void **state)
{
	struct options options = read_words(WORDS(NULL));

	(void)state;
	assert_int_equal(options.command, COMMAND_SETUP);
	assert_ptr_equal(options.workload, &options_pictures);
	assert_int_equal(values(&options)->quality, 85);
	options_release(&options);
}

static void options_may_stand_before_and_behind_operands(void **state)
{
	struct options options = read_words(WORDS("run", "-j4", "--quality", "70", "pictures", "-T",
						  "a", "--strategy=threads", "b", "-o", "out", "-q",
						  "9", "--max=640x480", "--sharpen=no", "--json"));

	(void)state;
	assert_int_equal(options.command, COMMAND_RUN);
	assert_ptr_equal(options.workload, &options_pictures);
	assert_int_equal(options.noperands, 2);
	assert_string_equal(options.operands[0], "a");
	assert_string_equal(options.operands[1], "b");
	assert_int_equal(options.run.workers, 4);
	assert_string_equal(options.run.strategy, "threads");
	assert_string_equal(options.run.output, "out");
	assert_int_equal(options.run.queue, 9);
	assert_true(options.run.json);
	assert_int_equal(values(&options)->quality, 70);
	assert_true(values(&options)->tolerate);
	assert_false(values(&options)->sharpen);
	assert_int_equal(values(&options)->max.width_px, 640);
	options_release(&options);
}

static void two_dashes_end_the_options(void **state)
{
	struct options options =
		read_words(WORDS("run", "pictures", "-", "--", "--json", "-x", "--"));

	(void)state;
	assert_int_equal(options.noperands, 4);
	assert_string_equal(options.operands[0], "-");
	assert_string_equal(options.operands[1], "--json");
	assert_string_equal(options.operands[2], "-x");
	assert_string_equal(options.operands[3], "--");
	assert_false(options.run.json);
	options_release(&options);
}

static void letters_may_share_a_word(void **state)
{
	struct options options = read_words(WORDS("run", "pictures", "-T0Mj8", "--from", "-"));

	(void)state;
	assert_true(values(&options)->tolerate);
	assert_true(options.run.from_nul);
	assert_true(options.screen.no_mouse);
	assert_int_equal(options.run.workers, 8);
	assert_string_equal(options.run.from, "-");
	options_release(&options);
}

static void the_last_of_equal_options_counts_but_delays_add_up(void **state)
{
	struct options options =
		read_words(WORDS("run", "pictures", "-j", "2", "-j", "3", "--delay", "read=1",
				 "--delay=write=2", "--delay", "read=7,write=8"));

	(void)state;
	assert_int_equal(options.run.workers, 3);
	assert_string_equal(options.run.delay, "read=1,write=2,read=7,write=8");
	options_release(&options);
}

static void help_needs_no_workload(void **state)
{
	struct options options = read_words(WORDS("run", "--max", "5", "--help"));

	(void)state;
	assert_true(options.general.help);
	assert_null(options.workload);
	options_release(&options);
	options = read_words(WORDS("run", "pictures", "-h"));
	assert_true(options.general.help);
	assert_ptr_equal(options.workload, &options_pictures);
	options_release(&options);
	options = read_words(WORDS("replay", "--help"));
	assert_true(options.general.help);
	options_release(&options);
	options = read_words(WORDS("--version"));
	assert_true(options.general.version);
	options_release(&options);
}

static void the_environment_stands_in_for_input_and_output(void **state)
{
	struct options options;

	(void)state;
	setenv("INPUT_DIR", "/photos", 1);
	setenv("OUTPUT_DIR", "/small", 1);
	options = read_words(WORDS("run", "pictures"));
	assert_int_equal(options.noperands, 0);
	options_environment(&options);
	assert_int_equal(options.noperands, 1);
	assert_string_equal(options.operands[0], "/photos");
	assert_string_equal(options.run.output, "/small");
	options_release(&options);

	options = read_words(WORDS("run", "pictures", "in", "-o", "out"));
	options_environment(&options);
	assert_int_equal(options.noperands, 1);
	assert_string_equal(options.operands[0], "in");
	assert_string_equal(options.run.output, "out");
	options_release(&options);

	options = read_words(WORDS("run", "pictures", "--from", "list"));
	options_environment(&options);
	assert_int_equal(options.noperands, 0);
	options_release(&options);

	setenv("INPUT_DIR", "", 1);
	unsetenv("OUTPUT_DIR");
	options = read_words(WORDS("run", "pictures"));
	options_environment(&options);
	assert_int_equal(options.noperands, 0);
	assert_null(options.run.output);
	options_release(&options);

	setenv("INPUT_DIR", "/photos", 1);
	options = read_words(WORDS("attach"));
	options_environment(&options);
	assert_int_equal(options.noperands, 0);
	options_release(&options);
}

static void no_two_options_of_a_command_share_a_name_or_letter(void **state)
{
	(void)state;
	for (enum options_command command = 0; command < COMMAND_DUMP; command++) {
		unsigned scopes = options_command_info(command)->scopes;
		const struct option_spec *all[128];
		size_t total = 0;

		for (enum options_scope scope = 0; scope < SCOPES; scope++) {
			size_t count;
			const struct option_spec *specs =
				options_scope_specs(scope, &options_pictures, &count);

			for (size_t i = 0; (scopes & 1u << scope) != 0 && i < count; i++)
				all[total++] = &specs[i];
		}
		for (size_t i = 0; i < total; i++) {
			for (size_t j = i + 1; j < total; j++) {
				assert_string_not_equal(all[i]->name, all[j]->name);
				assert_true(all[i]->letter == '\0' ||
					    all[i]->letter != all[j]->letter);
			}
		}
	}
}

static void the_nearest_word_needs_the_fewest_changes(void **state)
{
	static const char *const words[] = {"workers", "write", "queue", "output"};

	(void)state;
	assert_string_equal(options_nearest("wrokers", 7, words, 4), "workers");
	assert_string_equal(options_nearest("wrte", 4, words, 4), "write");
	assert_string_equal(options_nearest("outputs", 7, words, 4), "output");
	assert_string_equal(options_nearest("q", 1, words, 4), "queue");
	assert_null(options_nearest("q", 1, words, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_word_is_the_command),
		cmocka_unit_test(no_command_is_the_setup_of_the_first_workload),
		cmocka_unit_test(options_may_stand_before_and_behind_operands),
		cmocka_unit_test(two_dashes_end_the_options),
		cmocka_unit_test(letters_may_share_a_word),
		cmocka_unit_test(the_last_of_equal_options_counts_but_delays_add_up),
		cmocka_unit_test(help_needs_no_workload),
		cmocka_unit_test(the_environment_stands_in_for_input_and_output),
		cmocka_unit_test(no_two_options_of_a_command_share_a_name_or_letter),
		cmocka_unit_test(the_nearest_word_needs_the_fewest_changes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
