/*
 * plan_make_test.c - options become a plan.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "plan_make.h"

enum { MOST_WORDS = 32 };

#define WORDS(...) ((const char *const[MOST_WORDS + 1]){"imgtop", "run", "images", __VA_ARGS__})

static const struct machine four_cpus = {.cpus = 4, .memory_bytes = UINT64_C(8) << 30};
static const struct machine one_cpu = {.cpus = 1, .memory_bytes = UINT64_C(8) << 30};

static struct options read_words(const char *const *words)
{
	struct options options;
	struct err err = {0};
	int count = 0;

	while (words[count] != NULL)
		count++;
	if (options_parse(count, words, &options, &err) != 0)
		fail_msg("refused: %s", err.text);
	return options;
}

static void expect_layout(const char *const *words, const struct machine *machine,
			  const char *layout, const char *plan_word)
{
	struct options options = read_words(words);
	char text[LAYOUT_TEXT_BYTES];
	struct plan plan;
	struct err err = {0};

	if (plan_make_unchecked(&options, machine, &plan, &err) != 0)
		fail_msg("refused: %s", err.text);
	layout_format(plan.workload, &plan.layout, text, sizeof text);
	assert_string_equal(text, layout);
	assert_string_equal(plan.layout.plan, plan_word);
	plan_release(&plan);
	options_release(&options);
}

static void expect_refused(const char *const *words, const char *beginning)
{
	struct options options = read_words(words);
	struct plan plan;
	struct err err = {0};

	assert_int_equal(plan_make_unchecked(&options, &four_cpus, &plan, &err), -1);
	assert_int_equal(err.kind, ERR_PERMANENT);
	if (strncmp(err.text, beginning, strlen(beginning)) != 0)
		fail_msg("\"%s\" does not begin with \"%s\"", err.text, beginning);
	options_release(&options);
}

static void as_many_workers_as_cpus_unless_given(void **state)
{
	(void)state;
	expect_layout(WORDS("in"), &four_cpus, "read-write:4t", "threads:4");
	expect_layout(WORDS("in"), &one_cpu, "read-write:1t", "threads:1");
	expect_layout(WORDS("in", "-j", "7"), &four_cpus, "read-write:7t", "threads:7");
	expect_layout(WORDS("in", "-s", "processes"), &four_cpus, "read-write:4p", "processes:4");
	expect_layout(WORDS("in", "-s", "sequential"), &four_cpus, "read-write:1t", "sequential");
}

static void hybrid_parts_reading_and_writing_from_computing(void **state)
{
	(void)state;
	expect_layout(WORDS("in", "-s", "hybrid"), &one_cpu,
		      "read:1t | decode-encode:1p | write:1t", "hybrid:2+1");
	expect_layout(WORDS("in", "-s", "hybrid", "--io", "3", "--cpu", "5"), &four_cpus,
		      "read:2t | decode-encode:5p | write:1t", "hybrid:3+5");
}

static void a_plan_or_layout_says_it_all(void **state)
{
	(void)state;
	expect_layout(WORDS("in", "--plan", "hybrid:4+8"), &one_cpu,
		      "read:2t | decode-encode:8p | write:2t", "hybrid:4+8");
	expect_layout(WORDS("in", "--layout", "read:2t|decode-write:3p"), &one_cpu,
		      "read:2t | decode-write:3p", "read:2t | decode-write:3p");
	expect_refused(WORDS("in", "--plan", "threads:0"), "--plan: ");
	expect_refused(WORDS("in", "--layout", "read:1t"), "--layout: ");
	expect_refused(WORDS("in", "-s", "hybrid", "--io", "1"), "--strategy: ");
}

#define DRILL(...) ((const char *const[MOST_WORDS + 1]){"imgtop", "run", "drill", __VA_ARGS__})

static void a_plan_is_made_of_what_the_inputs_make_of_the_workload(void **state)
{
	struct options options = read_words(DRILL("assembly-line", "--delay", "inspect=5"));
	unsigned capacities[LAYOUT_STATIONS];
	struct plan plan;
	struct err err = {0};

	(void)state;
	assert_int_equal(plan_make_unchecked(&options, &four_cpus, &plan, &err), 0);
	assert_int_equal(plan.workload->nstages, 3);
	assert_string_equal(plan.workload->stages[1].name, "assemble");
	assert_true(plan.workload->stages[0].io);
	assert_false(plan.workload->stages[1].io);
	assert_ptr_equal(plan.config.instance, plan.instance);
	assert_true(plan.delay_ms[2] == 5);
	plan_capacities(&plan, capacities);
	assert_int_equal(capacities[1], 3);
	plan_release(&plan);
	options_release(&options);
	expect_refused(DRILL("nonesuch"), "drill: there is no scenario 'nonesuch'; there are ");
	expect_refused(DRILL("assembly-line", "--delay", "read=5"),
		       "--delay: \"read=5\" cannot be used");
}

static void what_the_user_says_wins_over_what_the_inputs_want(void **state)
{
	struct options options = read_words(DRILL("assembly-line", "-q", "9"));
	unsigned capacities[LAYOUT_STATIONS];
	struct plan plan;
	struct err err = {0};

	(void)state;
	expect_layout(DRILL("assembly-line"), &four_cpus, "prepare:1t | assemble:1t | inspect:1t",
		      "prepare:1t | assemble:1t | inspect:1t");
	expect_layout(DRILL("assembly-line", "-j", "3"), &four_cpus, "prepare-inspect:3t",
		      "threads:3");
	expect_layout(DRILL("assembly-line", "-s", "sequential"), &four_cpus, "prepare-inspect:1t",
		      "sequential");
	expect_layout(DRILL("assembly-line", "--plan", "hybrid:2+2"), &four_cpus,
		      "prepare:1t | assemble:2p | inspect:1t", "hybrid:2+2");
	expect_layout(DRILL("starvation", "--plan", "hybrid:2+2"), &four_cpus, "fetch:2t | use:2p",
		      "hybrid:2+2");
	expect_layout(DRILL("backpressure", "--plan", "hybrid:2+2"), &four_cpus,
		      "make:2p | write:2t", "hybrid:2+2");
	assert_int_equal(plan_make_unchecked(&options, &four_cpus, &plan, &err), 0);
	plan_capacities(&plan, capacities);
	assert_int_equal(capacities[1], 9);
	plan_release(&plan);
	options_release(&options);
}

static void delays_belong_to_stages(void **state)
{
	struct options options = read_words(WORDS("in", "--delay", "read=5,write=0.5",
						  "--delay=decode=7", "--delay", "read=6"));
	struct plan plan;
	struct err err = {0};

	(void)state;
	assert_int_equal(plan_make_unchecked(&options, &four_cpus, &plan, &err), 0);
	assert_true(plan.delay_ms[0] == 6);
	assert_true(plan.delay_ms[workload_stage_index(plan.workload, "decode", 6)] == 7);
	assert_true(plan.delay_ms[workload_stage_index(plan.workload, "write", 5)] == 0.5);
	assert_true(plan.delay_ms[workload_stage_index(plan.workload, "encode", 6)] == 0);
	options_release(&options);
	expect_refused(
		WORDS("in", "--delay", "reed=5"),
		"--delay: \"reed=5\" cannot be used; give STAGE=MS, milliseconds up to 3600000 "
		"for a stage of these: read decode resize thumb patch encode write");
	expect_refused(WORDS("in", "--delay", "read"), "--delay: \"read\" cannot be used");
	expect_refused(WORDS("in", "--delay", "read="), "--delay: \"read=\" cannot be used");
	expect_refused(WORDS("in", "--delay", "read=-1"), "--delay: \"read=-1\" cannot be used");
	expect_refused(WORDS("in", "--delay", "read=3600001"), "--delay: \"read=3600001\" cannot");
	expect_refused(WORDS("in", "--delay", "read=1,,"), "--delay: \"\" cannot be used");
}

static void every_option_of_the_run_reaches_the_plan(void **state)
{
	static const char *const command[] = {"imgtop", "run", NULL};
	char folder[] = "/tmp/imgtop-plan-XXXXXX";
	struct options options =
		read_words(WORDS("a", "b", "-o", "out", "-q", "5", "--gil", "--retries", "7",
				 "--item-timeout", "1.5", "--hang-after", "2.5", "--fsync",
				 "--memory", "3M", "--slot-size", "64M", "--report", "r"));
	struct plan plan;
	struct err err = {0};

	(void)state;
	assert_non_null(mkdtemp(folder));
	assert_int_equal(chdir(folder), 0);
	assert_int_equal(mkdir("a", 0700) | mkdir("b", 0700), 0);
	if (plan_make(&options, &four_cpus, 9, command, &plan, &err) != 0)
		fail_msg("refused: %s", err.text);
	assert_string_equal(plan.workload->name, "images");
	assert_int_equal(plan.config.ninputs, 2);
	assert_string_equal(plan.config.inputs[1], "b");
	assert_string_equal(plan.config.output, "out");
	assert_int_equal(plan.config.from_fd, 9);
	assert_ptr_equal(plan.config.values, options.values);
	assert_true(plan.config.fsync && plan.gil && plan.report);
	assert_int_equal(plan.queue_capacity, 5);
	assert_int_equal(plan.retries, 7);
	assert_true(plan.item_timeout_s == 1.5);
	assert_true(plan.hang_after_s == 2.5);
	assert_int_equal(plan.memory_bytes, 3 << 20);
	assert_int_equal(plan.slot_bytes, 64 << 20);
	assert_string_equal(plan.report_dir, "r");
	assert_ptr_equal(plan.command, command);
	options_release(&options);
	assert_int_equal(rmdir("a") | rmdir("b") | chdir("/") | rmdir(folder), 0);
}

static void inputs_and_outputs_are_checked_before_anything_starts(void **state)
{
	static const char *const command[] = {"imgtop", NULL};
	struct options options = read_words(WORDS("/no/such/folder", "-o", "out"));
	struct plan plan;
	struct err err = {0};

	(void)state;
	assert_int_equal(plan_make(&options, &four_cpus, -1, command, &plan, &err), -1);
	assert_non_null(strstr(err.text, "/no/such/folder"));
	options_release(&options);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_many_workers_as_cpus_unless_given),
		cmocka_unit_test(hybrid_parts_reading_and_writing_from_computing),
		cmocka_unit_test(a_plan_or_layout_says_it_all),
		cmocka_unit_test(a_plan_is_made_of_what_the_inputs_make_of_the_workload),
		cmocka_unit_test(what_the_user_says_wins_over_what_the_inputs_want),
		cmocka_unit_test(delays_belong_to_stages),
		cmocka_unit_test(every_option_of_the_run_reaches_the_plan),
		cmocka_unit_test(inputs_and_outputs_are_checked_before_anything_starts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
