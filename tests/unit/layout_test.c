/*
 * layout_test.c - plans and layouts as users write them, and strategies as rows of a table.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "engine/layout.h"

static const struct workload_stage stages[] = {{.name = "read"},
					       {.name = "decode"},
					       {.name = "resize"},
					       {.name = "encode"},
					       {.name = "write"}};

static const struct workload pictures = {.name = "pictures",
					 .stages = stages,
					 .nstages = 5,
					 .hybrid_cpu_first = "decode",
					 .hybrid_cpu_last = "encode"};

static const struct workload single = {.name = "single",
				       .stages = stages,
				       .nstages = 5,
				       .hybrid_cpu_first = "decode",
				       .hybrid_cpu_last = "encode",
				       .single_writer = "write"};

static const struct workload no_cpu = {.name = "no-cpu", .stages = stages, .nstages = 5};

struct row {
	const char *plan;
	const char *layout;
};

static void assert_rows(const struct workload *workload, const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct layout layout;
		struct err err = {0};
		char text[LAYOUT_TEXT_BYTES];

		if (layout_parse(workload, rows[i].plan, &layout, &err) != 0)
			fail_msg("%s: %s", rows[i].plan, err.text);
		layout_format(workload, &layout, text, sizeof text);
		assert_string_equal(text, rows[i].layout);
	}
}

static void a_strategy_is_a_row_that_names_a_layout(void **state)
{
	static const struct row rows[] = {
		{"sequential", "read-write:1t"},
		{"threads:1", "read-write:1t"},
		{"threads:240", "read-write:240t"},
		{"processes:8", "read-write:8p"},
		{"hybrid:2+1", "read:1t | decode-encode:1p | write:1t"},
		{"hybrid:3+1", "read:2t | decode-encode:1p | write:1t"},
		{"hybrid:4+2", "read:2t | decode-encode:2p | write:2t"},
		{"hybrid:5+3", "read:3t | decode-encode:3p | write:2t"},
		{"hybrid: 7 + 2 ", "read:4t | decode-encode:2p | write:3t"},
	};

	(void)state;
	assert_rows(&pictures, rows, sizeof rows / sizeof *rows);
}

static void a_stage_for_one_worker_gets_a_station_of_its_own(void **state)
{
	static const struct row rows[] = {
		{"sequential", "read-write:1t"},
		{"threads:1", "read-write:1t"},
		{"threads:4", "read-encode:4t | write:1t"},
		{"processes:4", "read-encode:4p | write:1p"},
		{"hybrid:3+2", "read:3t | decode-encode:2p | write:1t"},
		{"hybrid:1+1", "read:1t | decode-encode:1p | write:1t"},
		{"read-encode:9t | write:1p", "read-encode:9t | write:1p"},
	};

	(void)state;
	assert_rows(&single, rows, sizeof rows / sizeof *rows);
}

static void a_written_layout_comes_back_as_it_was(void **state)
{
	static const struct row rows[] = {
		{"read-write:1t", "read-write:1t"},
		{"read:1t|decode-encode:4p|write:2t", "read:1t | decode-encode:4p | write:2t"},
		{" read : 4 t @ 2 | decode - write : 3 p ", "read:4t@2 | decode-write:3p"},
		{"read:1t | decode:1t | resize:1p | encode:1t | write:1t",
		 "read:1t | decode:1t | resize:1p | encode:1t | write:1t"},
	};

	(void)state;
	assert_rows(&pictures, rows, sizeof rows / sizeof *rows);
}

static void a_layout_knows_the_strategy_that_it_came_from(void **state)
{
	struct layout layout;
	struct err err = {0};

	(void)state;
	assert_int_equal(layout_parse(&pictures, "hybrid:5+3", &layout, &err), 0);
	assert_string_equal(layout.strategy, "hybrid");
	assert_string_equal(layout.plan, "hybrid:5+3");
	assert_int_equal(layout_workers(&layout), 8);
	assert_int_equal(layout_parse(&pictures, "read:2t|decode-write:1p", &layout, &err), 0);
	assert_string_equal(layout.strategy, "layout");
	assert_string_equal(layout.plan, "read:2t | decode-write:1p");
	assert_int_equal(layout_parse(&pictures, "sequential", &layout, &err), 0);
	assert_string_equal(layout.plan, "sequential");
}

struct refusal {
	const char *plan;
	const char *sentence;
};

#define EXAMPLE "; write for example 'read:1t | decode-encode:4p | write:2t'"

static void assert_refused(const struct workload *workload, const struct refusal *rows,
			   size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct layout layout;
		struct err err = {0};

		if (layout_parse(workload, rows[i].plan, &layout, &err) == 0)
			fail_msg("'%s' was taken", rows[i].plan);
		assert_int_equal(err.kind, ERR_PERMANENT);
		assert_string_equal(err.text, rows[i].sentence);
	}
}

static void a_plan_with_wrong_counts_is_refused(void **state)
{
	static const char form[] = "write sequential, threads:N, processes:N, hybrid:N+M or a "
				   "layout";
	static const char *const wrong[] = {
		"sequential:1", "sequential:", "threads",     "threads:",   "threads:x",
		"threads:0",	"threads:4x",  "threads:4+2", "hybrid:4",   "hybrid:4+",
		"hybrid:0+2",	"hybrid:4+0",  "hybrid:+2",   "threads:-1", "threads:99999999999"};
	char expected[256];

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		snprintf(expected, sizeof expected, "plan '%s': %s", wrong[i], form);
		assert_refused(&pictures, &(struct refusal){wrong[i], expected}, 1);
	}
}

static void counts_out_of_range_are_refused_with_the_range(void **state)
{
	static const struct refusal rows[] = {
		{"threads:241", "workers: 241 is out of range: give a number from 1 to 240"},
		{"hybrid:1+1",
		 "I/O threads (--io): 1 is out of range: give a number from 2 to 240"},
		{"hybrid:2+300",
		 "CPU processes (--cpu): 300 is out of range: give a number from 1 to 240"},
		{"hybrid:200+200", "400 workers are too many: at most 240 in all"},
		{"read:200t | decode-write:41p",
		 "layout 'read:200t | decode-write:41p': 241 workers are too many: at most 240"},
	};
	static const struct refusal no_stages = {
		"hybrid:2+2", "strategy 'hybrid': no-cpu has no CPU stages to put apart"};

	(void)state;
	assert_refused(&pictures, rows, sizeof rows / sizeof *rows);
	assert_refused(&no_cpu, &no_stages, 1);
}

static void a_layout_says_what_is_wrong_and_where(void **state)
{
	static const struct refusal rows[] = {
		{"", "layout '': at '': no such stage; pictures has: read decode resize encode "
		     "write"},
		{"reed:1t", "layout 'reed:1t': at 'reed:1t': no such stage; pictures has: read "
			    "decode resize encode write"},
		{"read", "layout 'read': at '': ':' and a number of workers should follow" EXAMPLE},
		{"read-nix:1t", "layout 'read-nix:1t': at 'nix:1t': no such stage; pictures has: "
				"read decode resize encode write"},
		{"read:t", "layout 'read:t': at 't': a number of workers from 1 to 240 should "
			   "stand here" EXAMPLE},
		{"read:0t", "layout 'read:0t': at 't': a number of workers from 1 to 240 should "
			    "stand here" EXAMPLE},
		{"read:1", "layout 'read:1': at '': 't' (threads) or 'p' (processes) should "
			   "follow" EXAMPLE},
		{"read:2t@3 | decode-write:1t",
		 "layout 'read:2t@3 | decode-write:1t': at ' | decode-write:1t': a number of "
		 "hosts, at most that of the threads, should stand before this" EXAMPLE},
		{"read:2p@2|decode-write:1t", "layout 'read:2p@2|decode-write:1t': at "
					      "'@2|decode-write:1t': '|' or the end should "
					      "follow" EXAMPLE},
		{"write-read:1t", "layout 'write-read:1t': at ':1t': the range runs "
				  "backwards" EXAMPLE},
		{"decode-write:1t", "layout 'decode-write:1t': stage 'read' should come next: "
				    "every stage stands in one station, in order"},
		{"read-decode:1t | decode-write:1t",
		 "layout 'read-decode:1t | decode-write:1t': stage 'resize' should come next: "
		 "every stage stands in one station, in order"},
		{"read-write:1t | read:1t",
		 "layout 'read-write:1t | read:1t': stage '(none)' should come next: every stage "
		 "stands in one station, in order"},
		{"read-encode:1t", "layout 'read-encode:1t': stage 'write' is missing at the end"},
		{"read-write:1t |", "layout 'read-write:1t |': at '': no such stage; pictures "
				    "has: read decode resize encode write"},
	};

	(void)state;
	assert_refused(&pictures, rows, sizeof rows / sizeof *rows);
}

static void a_stage_for_one_worker_takes_no_more_in_a_written_layout(void **state)
{
	static const struct refusal rows[] = {
		{"read-write:2t", "layout 'read-write:2t': stage 'write' can have one worker only"},
		{"read-encode:1t | write:2p",
		 "layout 'read-encode:1t | write:2p': stage 'write' can have one worker only"},
	};

	(void)state;
	assert_refused(&single, rows, sizeof rows / sizeof *rows);
}

static void an_unknown_strategy_is_refused_with_all_names(void **state)
{
	static const struct layout_counts counts = {.workers = 1, .io = 1, .cpu = 1};
	struct layout layout;
	struct err err = {0};

	(void)state;
	assert_int_equal(layout_from_strategy(&pictures, "fast", &counts, &layout, &err), -1);
	assert_string_equal(err.text, "strategy 'fast': there is none of that name; choose "
				      "sequential, threads, processes or hybrid");
	for (size_t i = 0; layout_strategy_at(i) != NULL; i++)
		assert_non_null(strstr(err.text, layout_strategy_at(i)->name));
	assert_null(layout_strategy_find("thread", 6));
	assert_null(layout_strategy_find("threads:", 8));
}

static void the_topology_shows_queues_stations_and_workers(void **state)
{
	static const unsigned capacities[] = {256, 8, 4};
	struct layout layout;
	struct err err = {0};
	char text[256];

	(void)state;
	assert_int_equal(layout_parse(&pictures, "hybrid:3+4", &layout, &err), 0);
	layout_topology(&pictures, &layout, capacities, false, text, sizeof text);
	assert_string_equal(text, "walk → [q 256] → read×2 → [q 8] → decode…encode×4p → "
				  "[q 4] → write×1");
	layout_topology(&pictures, &layout, capacities, true, text, sizeof text);
	assert_string_equal(text, "walk -> [q 256] -> readx2 -> [q 8] -> decode..encodex4p -> "
				  "[q 4] -> writex1");
}

static void a_text_that_is_too_short_is_clipped_and_terminated(void **state)
{
	static const unsigned capacities[] = {1, 1, 1};
	struct layout layout;
	struct err err = {0};
	char text[64];

	(void)state;
	assert_int_equal(layout_parse(&pictures, "hybrid:3+4", &layout, &err), 0);
	for (size_t size = 1; size < sizeof text; size++) {
		memset(text, 'x', sizeof text);
		layout_format(&pictures, &layout, text, size);
		assert_true(strlen(text) < size);
		memset(text, 'x', sizeof text);
		layout_topology(&pictures, &layout, capacities, true, text, size);
		assert_true(strlen(text) < size);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_strategy_is_a_row_that_names_a_layout),
		cmocka_unit_test(a_stage_for_one_worker_gets_a_station_of_its_own),
		cmocka_unit_test(a_written_layout_comes_back_as_it_was),
		cmocka_unit_test(a_layout_knows_the_strategy_that_it_came_from),
		cmocka_unit_test(a_plan_with_wrong_counts_is_refused),
		cmocka_unit_test(counts_out_of_range_are_refused_with_the_range),
		cmocka_unit_test(a_layout_says_what_is_wrong_and_where),
		cmocka_unit_test(a_stage_for_one_worker_takes_no_more_in_a_written_layout),
		cmocka_unit_test(an_unknown_strategy_is_refused_with_all_names),
		cmocka_unit_test(the_topology_shows_queues_stations_and_workers),
		cmocka_unit_test(a_text_that_is_too_short_is_clipped_and_terminated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
