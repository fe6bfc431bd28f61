/*
 * options_test.c - command lines are read, refused with a sentence, and written back.
 *
 * The registry has a workload of the test's own here, so that options of every kind take part.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "options.h"

struct pictures {
	struct option_size max;
	int64_t quality;
	char *patch;
	char *colour;
	bool tolerate;
	bool sharpen;
	int metadata;
};

#define AT(field) .offset = offsetof(struct pictures, field)

static const char *const metadata_words[] = {"strip", "keep", NULL};

static const struct option_spec picture_specs[] = {
	{.name = "max",
	 .kind = OPTION_SIZE,
	 .argument = "WxH",
	 .help = "Box",
	 .initial = "1920x1920",
	 .maximum = 65500,
	 AT(max)},
	{.name = "quality",
	 .kind = OPTION_INT,
	 .argument = "N",
	 .help = "Quality",
	 .initial = "85",
	 .minimum = 1,
	 .maximum = 100,
	 AT(quality)},
	{.name = "patch", .kind = OPTION_TEXT, .argument = "X,Y,WxH", .help = "Patch", AT(patch)},
	{.name = "colour",
	 .kind = OPTION_TEXT,
	 .argument = "NAME",
	 .help = "Colour",
	 .initial = "white",
	 AT(colour)},
	{.name = "tolerate", .letter = 'T', .kind = OPTION_FLAG, .help = "Tolerate", AT(tolerate)},
	{.name = "sharpen", .kind = OPTION_FLAG, .help = "Sharpen", .initial = "yes", AT(sharpen)},
	{.name = "metadata",
	 .kind = OPTION_CHOICE,
	 .argument = "WHAT",
	 .help = "Metadata",
	 .initial = "strip",
	 .choices = metadata_words,
	 AT(metadata)},
};

static const struct workload_stage stages[] = {{.name = "read"}, {.name = "write"}};

static const struct workload pictures = {.name = "pictures",
					 .summary = "A workload",
					 .stages = stages,
					 .nstages = 2,
					 .options = picture_specs,
					 .noptions = sizeof picture_specs / sizeof picture_specs[0],
					 .values_size = sizeof(struct pictures)};
static const struct workload other = {.name = "other", .summary = "Another", .values_size = 1};

const struct workload *workload_at(size_t index)
{
	return index == 0 ? &pictures : index == 1 ? &other : NULL;
}

const struct workload *workload_find(const char *name)
{
	return strcmp(name, "pictures") == 0 ? &pictures
	       : strcmp(name, "other") == 0  ? &other
					     : NULL;
}

int workload_stage_index(const struct workload *workload, const char *name, size_t length)
{
	for (unsigned i = 0; i < workload->nstages; i++) {
		if (strlen(workload->stages[i].name) == length &&
		    memcmp(workload->stages[i].name, name, length) == 0)
			return (int)i;
	}
	return -1;
}

enum { MOST_WORDS = 40 };

/* Words of a command line, NULL-terminated. */
#define WORDS(...) ((const char *const[MOST_WORDS + 1]){"imgtop", __VA_ARGS__})

static int count_words(const char *const *words)
{
	int count = 0;

	while (words[count] != NULL)
		count++;
	return count;
}

static struct options read_words(const char *const *words)
{
	struct options options;
	struct err err = {0};

	if (options_parse(count_words(words), words, &options, &err) != 0)
		fail_msg("refused: %s", err.text);
	return options;
}

static void expect_refused(const char *const *words, const char *sentence)
{
	struct options options;
	struct err err = {0};

	assert_int_equal(options_parse(count_words(words), words, &options, &err), -1);
	assert_int_equal(err.kind, ERR_PERMANENT);
	assert_string_equal(err.text, sentence);
}

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
	assert_ptr_equal(options.workload, &pictures);
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
	assert_ptr_equal(options.workload, &pictures);
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
	assert_ptr_equal(options.workload, &pictures);
	options_release(&options);
	options = read_words(WORDS("replay", "--help"));
	assert_true(options.general.help);
	options_release(&options);
	options = read_words(WORDS("--version"));
	assert_true(options.general.version);
	options_release(&options);
}

static void unknown_words_are_refused_with_the_nearest_known_one(void **state)
{
	(void)state;
	expect_refused(WORDS("rnu"),
		       "rnu: there is no such command; the nearest is run, and files are "
		       "given to a workload: imgtop run pictures FILE...");
	expect_refused(
		WORDS("run", "pictures", "--qualty=9"),
		"--qualty: there is no such option here; the nearest is --quality (imgtop run "
		"pictures --help)");
	expect_refused(
		WORDS("run", "pictures", "--strat", "threads"),
		"--strat: there is no such option here; the nearest is --strategy (imgtop run "
		"pictures --help)");
	expect_refused(WORDS("run", "pictures", "-jx", "5"),
		       "--workers: \"x\" cannot be used; allowed: a whole number from 1 to 240");
	expect_refused(WORDS("run", "pictures", "-X"),
		       "-X: there is no such option here; imgtop run pictures --help lists them");
	expect_refused(WORDS("attach", "--json"),
		       "--json: there is no such option here; the nearest is --mono (imgtop attach "
		       "--help)");
	expect_refused(
		WORDS("run", "films", "a"),
		"run: there is no workload 'films' in this version, only: pictures, other; as in "
		"imgtop run pictures FILE...");
	expect_refused(WORDS("run"),
		       "run: needs the name of a workload: pictures, other; as in imgtop "
		       "run pictures FILE...");
	expect_refused(
		WORDS("-j4", "run", "pictures"),
		"-j4: stands before any command, where there is no such option; put it behind "
		"one, as in imgtop run pictures -j4");
	expect_refused(
		WORDS("run", "other", "--quality", "3"),
		"--quality: there is no such option here; the nearest is --queue (imgtop run other "
		"--help)");
}

static void commands_of_later_versions_are_refused(void **state)
{
	(void)state;
	expect_refused(WORDS("compare", "pictures"),
		       "compare: not in this version; imgtop --help lists what is");
	expect_refused(WORDS("advise"), "advise: not in this version; imgtop --help lists what is");
	expect_refused(WORDS("dump"), "dump: not in this version; imgtop --help lists what is");
}

static void values_that_are_missing_or_empty_are_refused(void **state)
{
	(void)state;
	expect_refused(
		WORDS("run", "pictures", "--workers"),
		"--workers: needs a value behind it: --workers N, a whole number from 1 to 240");
	expect_refused(WORDS("run", "pictures", "-o"),
		       "--output: needs a value behind it: --output PATH, any text");
	expect_refused(WORDS("run", "pictures", "-o", ""),
		       "--output: the value is empty; give a PATH or leave the option out");
	expect_refused(WORDS("run", "pictures", "--fsync=maybe"),
		       "--fsync: \"maybe\" cannot be used; allowed: yes or no");
	expect_refused(WORDS("run", "pictures", "--metadata", "all"),
		       "--metadata: \"all\" cannot be used; allowed: strip or keep");
}

static void operands_are_counted(void **state)
{
	(void)state;
	expect_refused(WORDS("replay"), "replay: needs more words: imgtop replay REPORT_DIR");
	expect_refused(WORDS("replay", "a", "b"), "b: one word too many: imgtop replay REPORT_DIR");
	expect_refused(WORDS("demo", "a"), "a: one word too many: imgtop demo");
	expect_refused(WORDS("ctl"), "ctl: needs more words: imgtop ctl [RUN] VERB [ARGUMENT...]");
	expect_refused(WORDS("samples"), "samples: needs more words: imgtop samples DIR");
}

static void contradictions_are_explained(void **state)
{
	(void)state;
	expect_refused(
		WORDS("run", "pictures", "-s", "threads", "--plan", "threads:2"),
		"--plan: cannot stand together with --strategy: each says how the work is shared "
		"out; leave one of them out");
	expect_refused(WORDS("run", "pictures", "-s", "threads", "--layout", "read-write:1t"),
		       "--layout: cannot stand together with --strategy: each says how the work is "
		       "shared out; leave one of them out");
	expect_refused(
		WORDS("run", "pictures", "--plan", "threads:2", "--layout", "read-write:1t"),
		"--plan: cannot stand together with --layout: each says how the work is shared "
		"out; leave one of them out");
	expect_refused(
		WORDS("run", "pictures", "-s", "thread"),
		"--strategy: there is no strategy 'thread'; the nearest is threads (--help lists "
		"them)");
	expect_refused(
		WORDS("run", "pictures", "-j2", "--plan", "threads:2"),
		"--workers: cannot stand together with --plan: the counts stand in the latter; "
		"leave one of them out");
	expect_refused(
		WORDS("run", "pictures", "-j2", "-s", "sequential"),
		"--workers: has no meaning for the strategy at hand; add --strategy threads, or "
		"leave it out");
	expect_refused(
		WORDS("run", "pictures", "-j2", "-s", "hybrid"),
		"--workers: has no meaning for the strategy at hand; add --strategy threads, or "
		"leave it out");
	expect_refused(
		WORDS("run", "pictures", "--io", "2"),
		"--io: has no meaning for the strategy at hand; add --strategy hybrid, or leave "
		"it out");
	expect_refused(
		WORDS("run", "pictures", "--report", "r", "--no-report"),
		"--report: cannot stand together with --no-report: one saves what the other does "
		"not; leave one of them out");
	expect_refused(
		WORDS("run", "pictures", "--detach", "--json"),
		"--detach: cannot stand together with --json: a run that is left alone shows no "
		"progress; leave one of them out");
	expect_refused(WORDS("run", "pictures", "-0"),
		       "-0: says how a list is written, but there is none; add --from FILE");
}

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
				options_scope_specs(scope, &pictures, &count);

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
		cmocka_unit_test(unknown_words_are_refused_with_the_nearest_known_one),
		cmocka_unit_test(commands_of_later_versions_are_refused),
		cmocka_unit_test(values_that_are_missing_or_empty_are_refused),
		cmocka_unit_test(operands_are_counted),
		cmocka_unit_test(contradictions_are_explained),
		cmocka_unit_test(only_what_differs_from_the_defaults_is_written),
		cmocka_unit_test(what_was_read_is_written_so_that_it_reads_the_same),
		cmocka_unit_test(counts_that_the_strategy_does_not_take_are_not_written),
		cmocka_unit_test(the_environment_stands_in_for_input_and_output),
		cmocka_unit_test(no_two_options_of_a_command_share_a_name_or_letter),
		cmocka_unit_test(the_nearest_word_needs_the_fewest_changes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
