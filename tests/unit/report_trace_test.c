/*
 * report_trace_test.c - the trace and the folded stacks of a run that never was, read back as JSON
 * and held against the Trace Event Format.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "record/replay.h"
#include "report/report.h"
#include "report/trace.h"
#include "tests/unit/report_fixture.h"

enum { PLENTY = 1 << 20 };

static const uint64_t BEGIN_NS = UINT64_C(100000000000);
static const uint64_t MS = 1000000;

/* Job 7 is read, waits for room, is decoded elsewhere; then a pause, and a wait for the next. */
static const struct page_event events[] = {
	{.at_ns = 10, .worker = FIXTURE_READ, .state = WORKER_GET, .stage = PAGE_NONE, .target = 0},
	{.at_ns = 20, .worker = FIXTURE_READ, .state = WORKER_IO, .job = 7, .target = PAGE_NONE},
	{.at_ns = 25,
	 .worker = FIXTURE_READ,
	 .state = WORKER_PUT,
	 .job = 7,
	 .stage = PAGE_NONE,
	 .target = 1},
	{.at_ns = 30,
	 .worker = FIXTURE_READ,
	 .state = WORKER_FINISHED,
	 .stage = PAGE_NONE,
	 .target = PAGE_NONE},
	{.at_ns = 30,
	 .worker = FIXTURE_DECODE,
	 .state = WORKER_RUN,
	 .job = 7,
	 .stage = 1,
	 .target = PAGE_NONE},
	{.at_ns = 42,
	 .worker = FIXTURE_DECODE,
	 .state = WORKER_PAUSED,
	 .job = 7,
	 .stage = 1,
	 .target = PAGE_NONE},
	{.at_ns = 60,
	 .worker = FIXTURE_DECODE,
	 .state = WORKER_RUN,
	 .job = 7,
	 .stage = 2,
	 .target = PAGE_NONE},
	{.at_ns = 61,
	 .worker = FIXTURE_DECODE,
	 .state = WORKER_FINISHED,
	 .stage = PAGE_NONE,
	 .target = PAGE_NONE},
};

static void record_snapshot(const struct fixture *fixture, struct replay_writer *writer,
			    uint64_t at_ms, enum run_state run)
{
	struct err err = {0};

	fixture->snapshot->at_ns = BEGIN_NS + at_ms * MS;
	fixture->snapshot->status.state = run;
	assert_int_equal(replay_add_snapshot(writer, fixture->snapshot, &err), 0);
}

/* paused_ms: the run is seen paused from then on for 4 ms; 0: it never is. */
static void record_paused(const struct fixture *fixture, uint64_t lost, uint64_t paused_ms)
{
	char *path = path_join(fixture->dir, "run.events");
	struct err err = {0};
	struct replay_writer *writer = replay_create(path, &err);
	struct page_event event[sizeof events / sizeof *events];

	assert_non_null(writer);
	memcpy(event, events, sizeof event);
	for (size_t i = 0; i < sizeof events / sizeof *events; i++)
		event[i].at_ns = BEGIN_NS + events[i].at_ns * MS;
	fixture->snapshot->queue[1].pushed = 5;
	fixture->snapshot->queue[1].popped = 2;
	if (paused_ms != 0) {
		record_snapshot(fixture, writer, paused_ms, RUN_PAUSED);
		record_snapshot(fixture, writer, paused_ms + 4, RUN_PAUSED);
	}
	record_snapshot(fixture, writer, 30, RUN_RUNNING);
	assert_int_equal(
		replay_add_events(writer, event, sizeof events / sizeof *events, lost, &err), 0);
	assert_int_equal(replay_finish(writer, &err), 0);
	free(path);
}

static void record(const struct fixture *fixture, uint64_t lost)
{
	record_paused(fixture, lost, 0);
}

static void log_item(const struct fixture *fixture)
{
	const struct joblog_line line = {.job = 7,
					 .input = "in/\"quoted\"\x1b.jpg",
					 .status = ITEM_OK,
					 .reason = "",
					 .worker = "decode-1",
					 .attempts = 1,
					 .start_s = 0.02,
					 .seconds = 0.041,
					 .output = ""};
	struct err err = {0};
	struct joblog *log = joblog_open(fixture->dir, &err);

	assert_non_null(log);
	joblog_add(log, &line);
	assert_int_equal(joblog_close(log, &err), 0);
}

static json_t *trace_of(const struct fixture *fixture, uint64_t most_bytes)
{
	struct err err = {0};
	json_t *trace;
	char *text;

	if (trace_write(fixture->dir, fixture->snapshot, most_bytes, &err) != 0)
		fail_msg("%s", err.text);
	text = fixture_read(fixture, TRACE_NAME);
	trace = json_loads(text, 0, NULL);
	assert_non_null(trace);
	free(text);
	return trace;
}

static const char *text_of(const json_t *event, const char *key)
{
	const char *text = json_string_value(json_object_get(event, key));

	return text != NULL ? text : "";
}

static double number_of(const json_t *event, const char *key)
{
	return json_number_value(json_object_get(event, key));
}

/* The index-th event of that phase and name; NULL when there are not so many. */
static const json_t *find(const json_t *trace, const char *phase, const char *name, size_t index)
{
	const json_t *event;
	size_t i;

	json_array_foreach(json_object_get(trace, "traceEvents"), i, event)
	{
		if (strcmp(text_of(event, "ph"), phase) == 0 &&
		    strcmp(text_of(event, "name"), name) == 0 && index-- == 0)
			return event;
	}
	return NULL;
}

/* A slice with its start and duration in ms since the start. */
static void expect_slice(const json_t *trace, const char *name, double ts_ms, double dur_ms)
{
	const json_t *slice = find(trace, "X", name, 0);

	if (slice == NULL)
		fail_msg("no slice %s", name);
	assert_true(number_of(slice, "ts") == ts_ms * 1000);
	assert_true(number_of(slice, "dur") == dur_ms * 1000);
	assert_null(find(trace, "X", name, 1));
}

static void every_event_has_what_its_phase_needs(void **state)
{
	static const char *const phases = "MXCbestf";
	const json_t *event;
	json_t *trace;
	size_t i;

	record(*state, 0);
	log_item(*state);
	trace = trace_of(*state, PLENTY);
	json_array_foreach(json_object_get(trace, "traceEvents"), i, event)
	{
		const char *phase = text_of(event, "ph");

		assert_true(strlen(phase) == 1 && strchr(phases, phase[0]) != NULL);
		assert_true(json_is_string(json_object_get(event, "name")));
		assert_true(json_is_integer(json_object_get(event, "pid")));
		if (phase[0] != 'M')
			assert_true(json_is_number(json_object_get(event, "ts")));
		if (phase[0] == 'X')
			assert_true(number_of(event, "dur") >= 0);
		if (strchr("bestf", phase[0]) != NULL)
			assert_true(json_is_integer(json_object_get(event, "id")));
	}
	assert_true(i > 10);
	json_decref(trace);
}

static void stages_and_waits_are_slices_and_a_pause_is_a_gap(void **state)
{
	json_t *trace;

	record(*state, 0);
	trace = trace_of(*state, PLENTY);
	expect_slice(trace, "get", 10, 10);
	expect_slice(trace, "read", 20, 5);
	expect_slice(trace, "put", 25, 5);
	expect_slice(trace, "decode", 30, 12);
	expect_slice(trace, "write", 60, 1);
	assert_null(find(trace, "X", "paused", 0));
	assert_string_equal(text_of(json_object_get(find(trace, "X", "put", 0), "args"), "queue"),
			    "queue decode");
	json_decref(trace);
}

/* Who waits for a job while all is paused waits for the user. */
static void a_wait_has_a_gap_where_the_run_was_paused(void **state)
{
	json_t *trace;
	const json_t *before, *after;

	record_paused(*state, 0, 12);
	trace = trace_of(*state, PLENTY);
	before = find(trace, "X", "get", 0);
	after = find(trace, "X", "get", 1);
	assert_non_null(before);
	assert_non_null(after);
	assert_true(number_of(before, "ts") == 10000 && number_of(before, "dur") == 2000);
	assert_true(number_of(after, "ts") == 16000 && number_of(after, "dur") == 4000);
	assert_null(find(trace, "X", "get", 2));
	expect_slice(trace, "read", 20, 5);
	json_decref(trace);
}

static void an_arrow_follows_an_item_from_worker_to_worker(void **state)
{
	json_t *trace;
	const json_t *from, *to;

	record(*state, 0);
	trace = trace_of(*state, PLENTY);
	from = find(trace, "s", "item", 0);
	to = find(trace, "f", "item", 0);
	assert_non_null(from);
	assert_non_null(to);
	assert_int_equal(number_of(from, "id"), 7);
	assert_int_equal(number_of(to, "id"), 7);
	assert_true(number_of(from, "ts") == 20000 && number_of(to, "ts") == 30000);
	assert_string_equal(text_of(to, "bp"), "e");
	assert_null(find(trace, "s", "item", 1));
	assert_null(find(trace, "t", "item", 0));
	assert_null(find(trace, "f", "item", 1));
	json_decref(trace);
}

static void items_have_their_names_and_queues_their_depths(void **state)
{
	json_t *trace;
	const json_t *depth;

	record(*state, 0);
	log_item(*state);
	trace = trace_of(*state, PLENTY);
	assert_non_null(find(trace, "b", "in/\"quoted\"\\x1B.jpg", 0));
	assert_true(number_of(find(trace, "e", "in/\"quoted\"\\x1B.jpg", 0), "ts") == 61000);
	depth = find(trace, "C", "queue decode", 0);
	assert_non_null(depth);
	assert_int_equal(number_of(json_object_get(depth, "args"), "depth"), 3);
	assert_string_equal(
		text_of(json_object_get(find(trace, "M", "thread_name", 1), "args"), "name"),
		"read-1");
	json_decref(trace);
}

static void what_is_too_much_is_left_out_and_counted(void **state)
{
	json_t *whole, *part, *other;

	record(*state, 9);
	whole = trace_of(*state, PLENTY);
	part = trace_of(*state, 500);
	other = json_object_get(part, "otherData");
	assert_int_equal(json_array_size(json_object_get(whole, "traceEvents")),
			 json_array_size(json_object_get(part, "traceEvents")) +
				 (size_t)number_of(other, "left_out"));
	assert_true(number_of(other, "left_out") > 0);
	assert_int_equal(number_of(other, "lost"), 9);
	json_decref(whole);
	json_decref(part);
}

static void without_a_recording_there_is_an_error_and_no_file(void **state)
{
	const struct fixture *fixture = *state;
	struct err err = {0};

	assert_int_equal(trace_write(fixture->dir, fixture->snapshot, PLENTY, &err), -1);
	assert_non_null(strstr(err.text, "run.events"));
	assert_null(fixture_read(fixture, TRACE_NAME));
	assert_null(fixture_read(fixture, ".imgtop-report-trace"));
}

static void folded_lines_say_where_each_workers_time_went(void **state)
{
	const struct fixture *fixture = *state;
	struct page_worker_counters *decode = &fixture->snapshot->worker[FIXTURE_DECODE].counters;
	struct textbuf text;

	memset(decode->state_ns, 0, sizeof decode->state_ns);
	memset(decode->stage, 0, sizeof decode->stage);
	decode->stage[1].total_ns = 5300 * MS;
	decode->stage[1].work_ns = 5000 * MS;
	decode->state_ns[WORKER_RUN] = 5070 * MS;
	decode->state_ns[WORKER_DELAY] = 300 * MS;
	decode->state_ns[WORKER_GET] = 250 * MS;
	textbuf_init(&text);
	trace_folded(fixture->snapshot, &text);
	assert_non_null(strstr(text.text, ";decode-1;work;decode 5000000\n"));
	assert_non_null(strstr(text.text, ";decode-1;work;between stages 70000\n"));
	assert_non_null(strstr(text.text, ";decode-1;wait;get 250000\n"));
	assert_non_null(strstr(text.text, ";decode-1;wait;delay 300000\n"));
	/* the walk is in no stage */
	assert_non_null(strstr(text.text, ";walk-1;work;between stages 1000000\n"));
	textbuf_free(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_event_has_what_its_phase_needs, fixture_setup,
						fixture_teardown),
		cmocka_unit_test_setup_teardown(stages_and_waits_are_slices_and_a_pause_is_a_gap,
						fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(a_wait_has_a_gap_where_the_run_was_paused,
						fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(an_arrow_follows_an_item_from_worker_to_worker,
						fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(items_have_their_names_and_queues_their_depths,
						fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(what_is_too_much_is_left_out_and_counted,
						fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(without_a_recording_there_is_an_error_and_no_file,
						fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(folded_lines_say_where_each_workers_time_went,
						fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
