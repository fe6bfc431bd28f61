/*
 * options_written_test.c - what was read is written back as a command line.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "options_support.h"

/* Arguments of what was read, read again and written again, must be the same words. */
static void expect_arguments(const char *const *words, const char *line)
{
	struct options options = read_words(words), again;
	char **arguments = options_arguments(&options), **second;
	char *written = options_command_line(arguments);

	assert_string_equal(written, line);
	again = read_words((const char *const *)arguments);
	second = options_arguments(&again);
	for (size_t i = 0; arguments[i] != NULL || second[i] != NULL; i++) {
		assert_non_null(arguments[i]);
		assert_non_null(second[i]);
		assert_string_equal(arguments[i], second[i]);
	}
	assert_int_equal(options.noperands, again.noperands);
	for (size_t i = 0; i < options.noperands; i++)
		assert_string_equal(options.operands[i], again.operands[i]);
	for (enum options_scope scope = SCOPE_SCREEN; scope <= SCOPE_WORKLOAD; scope++) {
		size_t count;
		const struct option_spec *specs =
			options_scope_specs(scope, options.workload, &count);

		for (size_t i = 0; i < count; i++) {
			char before[128], after[128];

			option_format(&specs[i], options_values(&options, scope), before, 128);
			option_format(&specs[i], options_values(&again, scope), after, 128);
			assert_string_equal(before, after);
		}
	}
	free(written);
	options_arguments_free(arguments);
	options_arguments_free(second);
	options_release(&options);
	options_release(&again);
}

static void only_what_differs_from_the_defaults_is_written(void **state)
{
	(void)state;
	expect_arguments(WORDS("run", "pictures"), "imgtop run pictures");
	expect_arguments(
		WORDS("run", "--quality=85", "pictures", "in", "--retries", "1", "--max", "1920"),
		"imgtop run pictures in");
}

static void what_was_read_is_written_so_that_it_reads_the_same(void **state)
{
	(void)state;
	expect_arguments(
		WORDS("run", "pictures", "a b", "c", "-s", "hybrid", "--io", "4", "--cpu=8"),
		"imgtop run pictures 'a b' c --strategy hybrid --io 4 --cpu 8");
	expect_arguments(
		WORDS("run", "pictures", "in", "--plan", "hybrid:4+8", "--mono", "--ascii", "-M"),
		"imgtop run pictures in --mono --ascii --no-mouse --plan hybrid:4+8");
	expect_arguments(
		WORDS("run", "pictures", "in", "--layout", "read:1t | write:2t", "-q", "3"),
		"imgtop run pictures in --layout 'read:1t | write:2t' --queue 3");
	expect_arguments(
		WORDS("run", "pictures", "--from=-", "-0", "-o", "-x", "--report", "r", "--batch",
		      "--json", "--fsync"),
		"imgtop run pictures --output=-x --from=- --null --fsync --report r --batch "
		"--json");
	expect_arguments(WORDS("run", "pictures", "in", "--detach", "--no-report", "--retries", "0",
			       "--item-timeout", "1.25", "--hang-after", "2.5", "--gil", "--memory",
			       "3G", "--slot-size", "64M", "--delay", "read=5", "--delay",
			       "write=0.5", "-j", "16", "--transfer", "copy"),
			 "imgtop run pictures in --workers 16 --delay read=5,write=0.5 --gil "
			 "--transfer copy "
			 "--retries 0 "
			 "--item-timeout 1.25 --hang-after 2.5 --memory 3G --slot-size 64M "
			 "--no-report --detach");
	expect_arguments(
		WORDS("run", "pictures", "in", "--max", "96", "--quality", "1", "--patch",
		      "-1,2,3x4", "--colour=", "-T", "--sharpen=no", "--metadata", "keep"),
		"imgtop run pictures in --max 96x96 --quality 1 --patch=-1,2,3x4 --colour= "
		"--tolerate --sharpen=no --metadata keep");
	expect_arguments(WORDS("run", "other", "--", "in", "-odd", "--name"),
			 "imgtop run other -- in -odd --name");
}

static void counts_that_the_strategy_does_not_take_are_not_written(void **state)
{
	struct options options = read_words(WORDS("run", "pictures", "in", "-j", "4"));
	char **arguments;
	char *line;

	(void)state;
	/* As a form may leave them. */
	options.run.strategy = mem_strdup("hybrid");
	options.run.cpu = 3;
	arguments = options_arguments(&options);
	line = options_command_line(arguments);
	assert_string_equal(line, "imgtop run pictures in --strategy hybrid --cpu 3");
	free(line);
	options_arguments_free(arguments);
	options_release(&options);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_what_differs_from_the_defaults_is_written),
		cmocka_unit_test(what_was_read_is_written_so_that_it_reads_the_same),
		cmocka_unit_test(counts_that_the_strategy_does_not_take_are_not_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
