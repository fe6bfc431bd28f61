/*
 * advice_test.c - the rules of advice, case by case, and what a description says.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "advice.h"
#include "advice_task.h"

/* read decode resize thumb patch encode write */
enum { READ, DECODE, THUMB = 3, WRITE = 6 };

static const struct machine four_cpus = {.cpus = 4, .memory_bytes = UINT64_C(8) << 30};
static const struct machine one_cpu = {.cpus = 1, .memory_bytes = UINT64_C(8) << 30};
static const struct machine little = {.cpus = 4, .memory_bytes = 500 << 20};
static const struct machine large = {.cpus = 48, .memory_bytes = UINT64_C(1) << 38};
static const struct machine huge = {.cpus = 300, .memory_bytes = UINT64_C(1) << 40};

/* 31 ms of computing; 30 ms of it waiting; 300 ms of both, in stages of their own and in one. */
static const struct advice_cost thinks = {.wall_ms = {[READ] = 1, [DECODE] = 30},
					  .cpu_ms = {[READ] = 0.5, [DECODE] = 30},
					  .memory_bytes = 48 << 20};
static const struct advice_cost waits = {.wall_ms = {[READ] = 29, [DECODE] = 2},
					 .cpu_ms = {[READ] = 0.5, [DECODE] = 2}};
static const struct advice_cost mixed = {.wall_ms = {[READ] = 200, [DECODE] = 100},
					 .cpu_ms = {[DECODE] = 100}};
static const struct advice_cost in_one = {.wall_ms = {[DECODE] = 300}, .cpu_ms = {[DECODE] = 150}};
static const struct advice_cost quick = {.wall_ms = {[DECODE] = 0.02}, .cpu_ms = {[DECODE] = 0.02}};
static const struct advice_cost longest = {
	.wall_ms = {[DECODE] = 2000}, .cpu_ms = {[DECODE] = 2000}, .longest_ms = 5000};

static const struct rule_case {
	const char *what;
	const struct machine *machine;
	struct advice_facts facts; /* the rest of them */
	const char *plan;
	enum advice_rule decided;
	unsigned queue;
} rule_cases[] = {
	/* Nothing is known but what was asked for. */
	{"nothing known", &four_cpus, {0}, "threads:4", ADVICE_THINKING_WORK, 8},
	{"--gil", &four_cpus, {.gil = true}, "processes:4", ADVICE_ONE_LOCK, 8},
	{"--delay", &four_cpus, {.waits = true}, "threads:16", ADVICE_WAITING_WORK, 32},
	{"99 items", &four_cpus, {.items = 99}, "sequential", ADVICE_FEW_ITEMS, 0},
	{"100 items", &four_cpus, {.items = 100}, "threads:4", ADVICE_THINKING_WORK, 8},
	{"one CPU", &one_cpu, {0}, "sequential", ADVICE_ONE_CPU, 0},
	{"one CPU that waits", &one_cpu, {.waits = true}, "threads:4", ADVICE_WAITING_WORK, 8},
	{"little memory", &little, {0}, "sequential", ADVICE_LITTLE_MEMORY, 0},
	{"48 CPUs that wait", &large, {.waits = true}, "threads:192", ADVICE_WAITING_WORK, 384},
	{"48 CPUs", &large, {0}, "threads:48", ADVICE_THINKING_WORK, 96},
	{"48 CPUs, --gil", &large, {.gil = true}, "processes:48", ADVICE_ONE_LOCK, 96},
	{"300 CPUs that wait", &huge, {.waits = true}, "threads:240", ADVICE_WAITING_WORK, 480},
	{"300 CPUs", &huge, {0}, "threads:240", ADVICE_THINKING_WORK, 480},
	{"own queue", &four_cpus, {.queue = 3}, "threads:4", ADVICE_THINKING_WORK, 3},
	{"own layout",
	 &four_cpus,
	 {.own_layout = "read:1t | decode-write:2p", .items = 5},
	 "read:1t | decode-write:2p",
	 ADVICE_OWN_LAYOUT,
	 0},
	/* Described. */
	{"debugging", &four_cpus, {.debugging = true}, "sequential", ADVICE_DEBUGGING, 0},
	{"short", &four_cpus, {.duration_s = 0.09}, "sequential", ADVICE_LITTLE_WORK, 0},
	{"waiting",
	 &four_cpus,
	 {.kind = ADVICE_WAITING, .duration_s = 9},
	 "threads:16",
	 ADVICE_WAITING_WORK,
	 32},
	{"mixed", &four_cpus, {.kind = ADVICE_MIXED}, "threads:16", ADVICE_MIXED_WORK, 32},
	{"mixed, --gil",
	 &four_cpus,
	 {.kind = ADVICE_MIXED, .gil = true},
	 "processes:16",
	 ADVICE_MIXED_WORK,
	 32},
	/* Measured: what the work takes outweighs how many items it is. */
	{"36 photographs",
	 &four_cpus,
	 {.cost = &thinks, .items = 36},
	 "threads:4",
	 ADVICE_THINKING_WORK,
	 8},
	{"three photographs",
	 &four_cpus,
	 {.cost = &thinks, .items = 3},
	 "sequential",
	 ADVICE_LITTLE_WORK,
	 0},
	{"four photographs",
	 &four_cpus,
	 {.cost = &thinks, .items = 4},
	 "threads:4",
	 ADVICE_THINKING_WORK,
	 8},
	{"memory for two",
	 &four_cpus,
	 {.cost = &thinks, .items = 500, .memory_limit_bytes = 100 << 20},
	 "threads:2",
	 ADVICE_THINKING_WORK,
	 4},
	{"memory for one",
	 &four_cpus,
	 {.cost = &thinks, .items = 500, .memory_limit_bytes = 1 << 20},
	 "sequential",
	 ADVICE_THINKING_WORK,
	 0},
	{"thinks under --gil",
	 &four_cpus,
	 {.cost = &thinks, .items = 500, .gil = true},
	 "processes:4",
	 ADVICE_ONE_LOCK,
	 8},
	/* 31 / 2.5 for each CPU, but no more than 5. */
	{"waits",
	 &four_cpus,
	 {.cost = &waits, .items = 500},
	 "threads:20",
	 ADVICE_WAITING_WORK,
	 40},
	{"waits under --gil",
	 &four_cpus,
	 {.cost = &waits, .items = 500, .gil = true},
	 "threads:20",
	 ADVICE_WAITING_WORK,
	 40},
	{"waits, seven items",
	 &four_cpus,
	 {.cost = &waits, .items = 7},
	 "threads:7",
	 ADVICE_WAITING_WORK,
	 14},
	/* 300 / 100 for each CPU; a hybrid would be no faster. */
	{"mixed, measured",
	 &four_cpus,
	 {.cost = &mixed, .items = 500},
	 "threads:12",
	 ADVICE_MIXED_WORK,
	 24},
	{"mixed in one stage",
	 &four_cpus,
	 {.cost = &in_one, .items = 500},
	 "threads:8",
	 ADVICE_MIXED_WORK,
	 16},
	{"quick items",
	 &four_cpus,
	 {.cost = &quick, .items = 100000},
	 "threads:4",
	 ADVICE_THINKING_WORK,
	 0},
	{"few long items",
	 &four_cpus,
	 {.cost = &longest, .items = 5},
	 "threads:4",
	 ADVICE_THINKING_WORK,
	 8},
};

static void give(const struct rule_case *row, struct advice *advice)
{
	struct advice_facts facts = row->facts;

	facts.workload = workload_find("images");
	facts.machine = row->machine;
	advice_give(&facts, advice);
}

static void every_case_has_its_plan_and_its_rule(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rule_cases / sizeof rule_cases[0]; i++) {
		const struct rule_case *row = &rule_cases[i];
		struct advice advice;

		give(row, &advice);
		if (strcmp(advice.plan, row->plan) != 0)
			fail_msg("%s: %s instead of %s", row->what, advice.plan, row->plan);
		if (advice.nreasons == 0 || advice.reason[0].rule != row->decided)
			fail_msg("%s: decided by %s", row->what,
				 advice.nreasons > 0 ? advice_rule_name(advice.reason[0].rule)
						     : "nothing");
		if (advice.queue != row->queue)
			fail_msg("%s: queues of %u instead of %u", row->what, advice.queue,
				 row->queue);
	}
}

static const struct advice_reason *find_reason(const struct advice *advice, enum advice_rule rule)
{
	for (unsigned i = 0; i < advice->nreasons; i++) {
		if (advice->reason[i].rule == rule)
			return &advice->reason[i];
	}
	return NULL;
}

static const struct rule_case *find_case(const char *what)
{
	for (size_t i = 0; i < sizeof rule_cases / sizeof rule_cases[0]; i++) {
		if (strcmp(rule_cases[i].what, what) == 0)
			return &rule_cases[i];
	}
	fail_msg("no case %s", what);
	return NULL;
}

static void what_else_holds_is_said_as_well(void **state)
{
	static const struct {
		const char *what;
		enum advice_rule rule;
		bool outweighed;
		const char *why;
	} rows[] = {
		{"36 photographs", ADVICE_FEW_ITEMS, true, "36 images are few, but 1.12 s of work"},
		{"36 photographs", ADVICE_LARGE_DATA, false, "50 MB"},
		{"36 photographs", ADVICE_QUEUE, false, "2 for each of 4 workers"},
		{"memory for two", ADVICE_MEMORY_BRAKE, false, "more than 2 at a time"},
		{"memory for one", ADVICE_MEMORY_BRAKE, false, "more than 1 at a time"},
		{"quick items", ADVICE_MANY_ITEMS, false, "100000 images"},
		{"quick items", ADVICE_TASK_SIZE, false, "up to 64 of them travel together"},
		{"few long items", ADVICE_TASK_SIZE, false, "smaller ones share out better"},
		{"48 CPUs", ADVICE_THINKING_WORK, false, "as many workers as CPUs"},
		{"300 CPUs", ADVICE_THINKING_WORK, false, "more than a run may have workers"},
		{"300 CPUs", ADVICE_MOST_WORKERS, false, "300 would be wanted for 300 CPUs"},
		{"300 CPUs that wait", ADVICE_MOST_WORKERS, false, "1200 would be wanted"},
		{"mixed, measured", ADVICE_MIXED_WORK, false,
		 "(under --gil it would be hybrid:16+4)"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct advice_reason *reason;
		struct advice advice;

		give(find_case(rows[i].what), &advice);
		reason = find_reason(&advice, rows[i].rule);
		if (reason == NULL || reason->outweighed != rows[i].outweighed ||
		    strstr(reason->why, rows[i].why) == NULL)
			fail_msg("%s, %s: \"%s\"", rows[i].what, advice_rule_name(rows[i].rule),
				 reason != NULL ? reason->why : "not said");
	}
}

/* Processes would do as well, but for what each of them takes. */
static void much_of_both_kinds_under_the_lock_calls_for_a_hybrid(void **state)
{
	struct advice_facts facts = {.workload = workload_find("images"),
				     .machine = &four_cpus,
				     .items = 500,
				     .gil = true,
				     .cost = &mixed};
	struct advice advice;

	(void)state;
	advice_give(&facts, &advice);
	assert_string_equal(advice.plan, "hybrid:16+4");
	assert_int_equal(advice.reason[0].rule, ADVICE_BOTH_LARGE);
	facts.cost = &in_one; /* nothing to part */
	advice_give(&facts, &advice);
	assert_string_equal(advice.plan, "processes:8");
	assert_int_equal(advice.reason[0].rule, ADVICE_MIXED_WORK);
}

static void whatever_the_machine_a_plan_that_is_advised_can_be_run(void **state)
{
	static const struct advice_cost *const costs[] = {NULL,	   &thinks, &waits,  &mixed,
							  &in_one, &quick,  &longest};
	const struct workload *workload;

	(void)state;
	for (unsigned cpus = 1; cpus <= 500; cpus += cpus < 130 ? 1 : 61) {
		const struct machine machine = {.cpus = cpus, .memory_bytes = UINT64_C(1) << 40};

		for (size_t i = 0; (workload = workload_at(i / 14)) != NULL; i++) {
			const struct advice_facts facts = {.workload = workload,
							   .machine = &machine,
							   .items = 100000,
							   .gil = i % 2 != 0,
							   .cost = costs[i / 2 % 7]};
			struct layout layout = {0};
			struct advice advice;
			struct err err;

			advice_give(&facts, &advice);
			if (layout_parse(workload, advice.plan, &layout, &err) != 0)
				fail_msg("%s, %u CPUs: %s", workload->name, cpus, err.text);
			if (advice.sequential_s > 0 && !(advice.expected_s > 0))
				fail_msg("%s, %u CPUs: no time for %s", workload->name, cpus,
					 advice.plan);
		}
	}
}

static double expect(const char *plan, const struct advice_cost *cost, uint64_t items, bool gil)
{
	const struct advice_facts facts = {.workload = workload_find("images"),
					   .machine = &four_cpus,
					   .items = items,
					   .gil = gil,
					   .cost = cost};
	struct layout layout = {0};
	struct err err;

	assert_int_equal(layout_parse(facts.workload, plan, &layout, &err), 0);
	return advice_expect_s(&facts, &layout);
}

static void assert_seconds(double seconds, double wanted)
{
	if (seconds < 0.999 * wanted || seconds > 1.001 * wanted)
		fail_msg("%g s instead of %g s", seconds, wanted);
}

static void expected_times_follow_the_slowest_station_and_the_cpus(void **state)
{
	(void)state;
	assert_seconds(expect("sequential", &mixed, 100, false), 30);
	assert_seconds(expect("threads:4", &mixed, 100, false), 7.5);
	/* no faster than 100 times 100 ms of computing on four CPUs */
	assert_seconds(expect("threads:60", &mixed, 100, false), 2.5);
	assert_seconds(expect("threads:60", &mixed, 100, true), 10);
	assert_seconds(expect("processes:60", &mixed, 100, true), 2.5);
	/* reading is the slowest: 200 ms by two; the first item then has 100 ms before it */
	assert_seconds(expect("read:2t | decode-write:4p", &mixed, 100, false), 10.1);
	/* neighbouring threads share a host and its lock, processes do not */
	assert_seconds(expect("read:40t | decode-encode:4t | write:1t", &mixed, 100, true), 10.1);
	/* five items by four workers are two rounds */
	assert_seconds(expect("threads:4", &longest, 5, false), 5);
	assert_seconds(expect("threads:4", &longest, 6, false), 5);
	assert_seconds(expect("threads:2", &longest, 5, false), 6);
}

/* ---- descriptions ----------------------------------------------------------------------------
 */

static void a_description_tells_waiting_from_thinking(void **state)
{
	static const struct {
		const char *text;
		enum advice_kind kind;
		bool debugging;
		uint64_t items;
	} rows[] = {
		{"download 5,000 pages", ADVICE_WAITING, false, 5000},
		{"Downloading 5000 small photos", ADVICE_MIXED, false, 5000},
		{"calls a web API and waits for the responses", ADVICE_WAITING, false, 0},
		{"copies of queries", ADVICE_WAITING, false, 0},
		{"resizes 1200 photos to 1920 pixels", ADVICE_THINKING, false, 1200},
		{"RESIZE!", ADVICE_THINKING, false, 0},
		{"computing primes", ADVICE_THINKING, false, 0},
		{"computation", ADVICE_THINKING, false, 0},
		{"calculations", ADVICE_THINKING, false, 0},
		{"compression of files", ADVICE_MIXED, false, 0},
		{"fetch, parse and compress", ADVICE_MIXED, false, 0},
		{"debugging a script", ADVICE_UNKNOWN, true, 0},
		{"a bug in the encoder", ADVICE_THINKING, true, 0},
		{"movies", ADVICE_UNKNOWN, false, 0}, /* nothing is moved */
		{"a movie", ADVICE_UNKNOWN, false, 0},
		{"moves what was moved by a mover, moving", ADVICE_WAITING, false, 0},
		{"10 min", ADVICE_UNKNOWN, false, 0}, /* nothing is mined */
		{"takes 10 mins", ADVICE_UNKNOWN, false, 0},
		{"mines what a miner mined, mining", ADVICE_THINKING, false, 0},
		{"rots", ADVICE_UNKNOWN, false, 0}, /* nothing is rotated */
		{"rotations", ADVICE_THINKING, false, 0},
		{"copied", ADVICE_WAITING, false, 0},
		{"classifies", ADVICE_THINKING, false, 0},
		{"an analysis", ADVICE_THINKING, false, 0},
		{"saving 12 files", ADVICE_WAITING, false, 12},
		{"logging", ADVICE_WAITING, false, 0},
		{"zipped", ADVICE_THINKING, false, 0},
		{"adding up", ADVICE_THINKING, false, 0},
		{"300 rows", ADVICE_UNKNOWN, false, 300},
		{"makes the bed", ADVICE_UNKNOWN, false, 0},
		{"already", ADVICE_UNKNOWN, false, 0}, /* whole words: "read" is in it */
		{"", ADVICE_UNKNOWN, false, 0},
		{"\xff\xfe 12 12 \x80", ADVICE_UNKNOWN, false, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct advice_task task;

		advice_task_read(rows[i].text, &task);
		if (task.kind != rows[i].kind || task.debugging != rows[i].debugging ||
		    task.items != rows[i].items)
			fail_msg("\"%s\": kind %d, debugging %d, %llu items", rows[i].text,
				 (int)task.kind, task.debugging, (unsigned long long)task.items);
	}
}

static void the_words_that_told_are_kept_as_they_stood(void **state)
{
	struct advice_task task;

	(void)state;
	advice_task_read("Uploading, then RESIZING and resizing again", &task);
	assert_int_equal(task.nwaiting, 1);
	assert_string_equal(task.waiting[0], "uploading");
	assert_int_equal(task.nthinking, 2);
	assert_string_equal(task.thinking[1], "resizing");
}

static void every_word_of_the_table_is_known_by_itself(void **state)
{
	static const enum advice_kind kinds[] = {ADVICE_WAITING, ADVICE_THINKING};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct textbuf list;
		char *rest, *word;
		unsigned count = 0;

		textbuf_init(&list);
		advice_task_words(kinds[i], &list);
		rest = list.text;
		while ((word = strsep(&rest, ", ")) != NULL) {
			struct advice_task task;

			if (*word == '\0')
				continue;
			count++;
			advice_task_read(word, &task);
			if (task.kind != kinds[i])
				fail_msg("%s: kind %d", word, (int)task.kind);
		}
		assert_true(count > 30);
		textbuf_free(&list);
	}
}

static void times_have_three_digits(void **state)
{
	static const struct {
		double seconds;
		const char *text;
	} rows[] = {{0.00011, "0.11 ms"}, {0.0314, "31.4 ms"}, {0.9, "900 ms"},
		    {1.04, "1.04 s"},	  {31.24, "31.2 s"},   {312.4, "312 s"}};
	char text[ADVICE_TIME_BYTES];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_string_equal(advice_time(rows[i].seconds, text), rows[i].text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_case_has_its_plan_and_its_rule),
		cmocka_unit_test(what_else_holds_is_said_as_well),
		cmocka_unit_test(much_of_both_kinds_under_the_lock_calls_for_a_hybrid),
		cmocka_unit_test(whatever_the_machine_a_plan_that_is_advised_can_be_run),
		cmocka_unit_test(expected_times_follow_the_slowest_station_and_the_cpus),
		cmocka_unit_test(a_description_tells_waiting_from_thinking),
		cmocka_unit_test(the_words_that_told_are_kept_as_they_stood),
		cmocka_unit_test(every_word_of_the_table_is_known_by_itself),
		cmocka_unit_test(times_have_three_digits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
