/*
 * report_summary_test.c - the summary of a run as JSON, whose fields are a contract.
 */
#include "config.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/mem.h"
#include "base/text_utf8.h"
#include "record/histogram.h"
#include "report/report.h"
#include "report_fixture.h"

static const char *const command[] = {"imgtop", "run", "images", "in put", NULL};

static json_t *summary_of(const struct fixture *fixture, const struct page *page)
{
	char *text = report_summary_json(fixture->snapshot, page, command);
	json_t *object;

	assert_null(strchr(text, '\n'));
	object = json_loads(text, 0, NULL);
	assert_non_null(object);
	free(text);
	return object;
}

/* "a.b.2.c" from an object; the test fails when something on the way is missing. */
static json_t *at(json_t *value, const char *path)
{
	while (*path != '\0') {
		size_t length = strcspn(path, ".");
		char *key = mem_strndup(path, length);
		json_t *next = json_is_array(value) ? json_array_get(value, strtoul(key, NULL, 10))
						    : json_object_get(value, key);

		if (next == NULL)
			fail_msg("%s is missing", path);
		value = next;
		path += length + (path[length] == '.');
		free(key);
	}
	return value;
}

static void expect_text(json_t *object, const char *path, const char *expected)
{
	assert_true(json_is_string(at(object, path)));
	assert_string_equal(json_string_value(at(object, path)), expected);
}

static void expect_count(json_t *object, const char *path, long long expected)
{
	assert_true(json_is_integer(at(object, path)));
	assert_int_equal(json_integer_value(at(object, path)), expected);
}

static void expect_real(json_t *object, const char *path, double expected)
{
	double value = json_real_value(at(object, path));

	if (!json_is_real(at(object, path)) || value < expected - 1e-9 || value > expected + 1e-9)
		fail_msg("%s is %.12f instead of %.12f", path, value, expected);
}

static void the_plan_and_the_command_are_told(void **state)
{
	json_t *object = summary_of(*state, NULL);

	expect_count(object, "schema", 1);
	expect_text(object, "version", "0.1.0");
	expect_text(object, "workload", "images");
	expect_text(object, "strategy", "hybrid");
	expect_text(object, "layout", "read:1t | decode-write:1p");
	expect_text(object, "plan", "hybrid:1+1");
	expect_text(object, "started", "2026-11-20T16:04:01Z");
	expect_text(object, "command.0", "imgtop");
	expect_text(object, "command.3", "in put");
	assert_int_equal(json_array_size(at(object, "command")), 4);
	json_decref(object);
}

static void without_an_argv_the_command_is_what_the_page_keeps(void **state)
{
	const struct fixture *fixture = *state;
	char *text = report_summary_json(fixture->snapshot, NULL, NULL);
	json_t *object = json_loads(text, 0, NULL);

	expect_text(object, "command.0", "imgtop run images in");
	assert_int_equal(json_array_size(at(object, "command")), 1);
	json_decref(object);
	free(text);
}

static void items_add_up_to_what_was_found(void **state)
{
	json_t *object = summary_of(*state, NULL);
	json_t *items = at(object, "items");

	expect_count(items, "found", 1000);
	expect_count(items, "ok", 900);
	expect_count(items, "failed", 20);
	expect_count(items, "skipped", 60);
	expect_count(items, "quarantined", 3);
	expect_count(items, "pending", 17);
	expect_count(items, "damaged", 7);
	expect_count(items, "retried", 5);
	json_decref(object);
}

static void items_in_flight_are_pending_while_the_run_goes_on(void **state)
{
	const struct fixture *fixture = *state;
	json_t *object;

	fixture->snapshot->status.done[ITEM_PENDING] = 0;
	fixture->snapshot->status.ended_ns = 0;
	object = summary_of(fixture, NULL);
	expect_count(object, "items.pending", 17);
	json_decref(object);
}

static void the_run_s_figures_are_numbers_in_the_units_of_their_names(void **state)
{
	const struct fixture *fixture = *state;
	json_t *object = summary_of(fixture, NULL);

	expect_real(object, "elapsed_s", 10);
	expect_real(object, "startup_s", 0.25);
	expect_real(object, "shutdown_s", 0.5);
	expect_real(object, "rate_per_s", 92.3); /* ok, failed, quarantined */
	expect_count(object, "bytes_in", 61000000);
	expect_count(object, "bytes_out", 12000000);
	expect_count(object, "peak_memory_bytes", 312000000);
	expect_count(object, "exit_code", 1);
	expect_count(object, "result.sum", 42);
	/* read-1: 2 of 9.5 s, decode-1: 8.5 of 9.5 s */
	expect_real(object, "efficiency", 10.5 / 19);
	expect_text(object, "bottleneck", "decode");
	/* decode's work by its one worker; the CPU time of all by two cores is less */
	expect_real(object, "ideal_s", 8.5);
	assert_true(json_is_real(at(object, "cpu_s")));
	assert_true(json_real_value(at(object, "cpu_s")) >= 8 + 2 * 0.5);
	json_decref(object);
}

static void every_queue_tells_its_seven_figures(void **state)
{
	json_t *object = summary_of(*state, NULL);
	json_t *queue = at(object, "queues.1");

	assert_int_equal(json_array_size(at(object, "queues")), 2);
	expect_text(object, "queues.0.name", "intake");
	expect_text(queue, "name", "decode");
	expect_count(queue, "capacity", 8);
	expect_count(queue, "pushed", 940);
	expect_count(queue, "popped", 930);
	expect_count(queue, "high_water", 8);
	expect_real(queue, "push_blocked_s", 6.25); /* read-1 in put */
	expect_real(queue, "pop_blocked_s", 0.75);  /* decode-1 in get */
	expect_real(object, "queues.0.push_blocked_s", 8);
	json_decref(object);
}

static void every_worker_tells_who_it_was_and_how_it_ended(void **state)
{
	json_t *object = summary_of(*state, NULL);
	json_t *worker = at(object, "workers.2");

	assert_int_equal(json_array_size(at(object, "workers")), FIXTURE_WORKERS);
	expect_text(worker, "name", "decode-1");
	expect_text(worker, "kind", "process");
	expect_text(worker, "host", "host-2");
	expect_count(worker, "pid", 811);
	expect_count(worker, "tid", 812);
	expect_count(worker, "incarnation", 2);
	expect_text(worker, "ended", "killed by SIGSEGV");
	expect_text(object, "workers.1.kind", "thread");
	expect_text(object, "workers.1.role", "worker");
	expect_text(object, "workers.0.kind", "process");
	expect_text(object, "workers.0.role", "walk");
	expect_text(object, "workers.3.role", "recorder");
	json_decref(object);
}

static void every_worker_tells_what_it_did_with_its_time(void **state)
{
	json_t *object = summary_of(*state, NULL);
	json_t *worker = at(object, "workers.2");

	expect_count(worker, "ok", 900);
	expect_count(worker, "failed", 23);
	expect_count(object, "workers.1.handed_on", 940);
	expect_real(worker, "start_s", 0.5);
	expect_real(worker, "wall_s", 9.5);
	expect_real(worker, "busy_s", 8.5);
	expect_real(worker, "get_wait_s", 0.75);
	expect_real(worker, "put_wait_s", 0);
	expect_real(worker, "lock_wait_s", 0.25);
	expect_real(worker, "cpu_user_s", 8);
	expect_real(worker, "cpu_sys_s", 0.5);
	expect_count(worker, "ctx_voluntary", 120);
	expect_count(worker, "ctx_involuntary", 33);
	expect_count(worker, "minor_faults", 1200);
	expect_count(worker, "major_faults", 2);
	expect_real(worker, "runqueue_wait_s", 0.75);
	expect_count(worker, "peak_rss_bytes", 81000000);
	expect_count(worker, "bytes_in", 0);
	expect_count(worker, "bytes_out", 12000000);
	expect_real(object, "workers.1.put_wait_s", 6.25);
	json_decref(object);
}

static void stages_tell_their_percentiles_from_the_page(void **state)
{
	const struct fixture *fixture = *state;
	const struct page_worker_counters *counters =
		&fixture->snapshot->worker[FIXTURE_DECODE].counters;
	json_t *object = summary_of(fixture, fixture->page);
	json_t *stages = at(object, "workers.2.stages");
	json_t *decode = at(stages, "decode");
	struct histogram histogram;

	page_read_histogram(fixture->page, FIXTURE_DECODE, 1, &histogram);
	assert_int_equal(json_object_size(stages), 2); /* it never read */
	expect_count(decode, "count", 3);
	expect_real(decode, "total_s", (double)counters->stage[1].total_ns / 1e9);
	expect_real(decode, "mean_ms", (double)(counters->stage[1].total_ns / 3) / 1e6);
	expect_real(decode, "max_ms", (double)counters->stage[1].max_ns / 1e6);
	expect_real(
		decode, "p50_ms",
		(double)histogram_percentile_within_ns(&histogram, 50, counters->stage[1].max_ns) /
			1e6);
	assert_true(json_real_value(at(decode, "p50_ms")) >= 1.75); /* items of 2, 4, 6 ms */
	assert_true(json_real_value(at(decode, "p95_ms")) >= json_real_value(at(decode, "p50_ms")));
	assert_true(json_real_value(at(decode, "p99_ms")) >= json_real_value(at(decode, "p95_ms")));
	assert_true(json_real_value(at(decode, "max_ms")) >= json_real_value(at(decode, "p99_ms")));
	assert_int_equal(json_array_size(at(decode, "slowest")), 3);
	expect_real(decode, "slowest.0.seconds", (double)counters->stage[1].slowest[0].ns / 1e9);
	expect_count(decode, "slowest.0.job", (long long)counters->stage[1].slowest[0].job);
	json_decref(object);
}

static void without_a_page_percentiles_are_left_out(void **state)
{
	json_t *object = summary_of(*state, NULL);
	json_t *decode = at(object, "workers.2.stages.decode");

	expect_count(decode, "count", 3);
	assert_null(json_object_get(decode, "p50_ms"));
	assert_null(json_object_get(decode, "p99_ms"));
	json_decref(object);
}

static void names_with_escape_codes_and_bad_bytes_are_harmless(void **state)
{
	static const char *const hostile[] = {"imgtop", "\x1b[2J\xff\xc3", NULL};
	const struct fixture *fixture = *state;
	struct snapshot *snapshot = fixture->snapshot;
	static const char bad[] = "\x1b[31m\xff\xe2\x80\xae";
	char *text;
	json_t *object;
	size_t used, length;

	memcpy(snapshot->plan.stage[1].name, bad, sizeof bad);
	memcpy(snapshot->queue[0].name, bad, sizeof bad);
	memcpy(snapshot->host[2].name, bad, sizeof bad);
	memcpy(snapshot->status.message, bad, sizeof bad);
	memcpy(snapshot->plan.report_dir, bad, sizeof bad);
	memcpy(snapshot->worker[FIXTURE_DECODE].live.name, bad, sizeof bad);
	memcpy(snapshot->plan.station[2].name, bad, sizeof bad);

	text = report_summary_json(snapshot, fixture->page, hostile);
	object = json_loads(text, 0, NULL);
	assert_non_null(object);
	expect_text(object, "command.1", "?[2J??");
	expect_text(object, "workers.2.name", "?[31m??");
	expect_text(object, "message", "?[31m??");
	expect_count(object, "workers.2.stages.?[31m??.count", 3);
	json_decref(object);
	free(text);

	text = report_summary_text(snapshot);
	length = strlen(text);
	for (used = 0; used < length;) {
		uint32_t point;

		used += text_utf8_decode(text + used, length - used, &point);
		assert_true(point == '\n' || text_utf8_harmless(point));
	}
	free(text);
}

static void a_result_that_is_no_object_is_an_empty_one(void **state)
{
	const struct fixture *fixture = *state;
	json_t *object;

	snprintf(fixture->snapshot->status.result, PAGE_RESULT_BYTES, "{\"torn\":");
	object = summary_of(fixture, NULL);
	assert_true(json_is_object(at(object, "result")));
	assert_int_equal(json_object_size(at(object, "result")), 0);
	json_decref(object);
}

static void a_run_that_never_began_has_a_summary_too(void **state)
{
	struct snapshot *snapshot = snapshot_new();
	char *text = report_summary_json(snapshot, NULL, NULL);
	json_t *object = json_loads(text, 0, NULL);

	(void)state;
	expect_count(object, "items.found", 0);
	expect_real(object, "elapsed_s", 0);
	expect_real(object, "rate_per_s", 0);
	expect_real(object, "startup_s", 0);
	assert_int_equal(json_array_size(at(object, "workers")), 0);
	json_decref(object);
	free(text);
	text = report_summary_text(snapshot);
	assert_non_null(strstr(text, "0 found"));
	assert_non_null(strstr(text, "0.00 items/s"));
	free(text);
	snapshot_free(snapshot);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_plan_and_the_command_are_told, fixture_setup,
						fixture_teardown),
		cmocka_unit_test_setup_teardown(without_an_argv_the_command_is_what_the_page_keeps,
						fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(items_add_up_to_what_was_found, fixture_setup,
						fixture_teardown),
		cmocka_unit_test_setup_teardown(items_in_flight_are_pending_while_the_run_goes_on,
						fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			the_run_s_figures_are_numbers_in_the_units_of_their_names, fixture_setup,
			fixture_teardown),
		cmocka_unit_test_setup_teardown(every_queue_tells_its_seven_figures, fixture_setup,
						fixture_teardown),
		cmocka_unit_test_setup_teardown(every_worker_tells_who_it_was_and_how_it_ended,
						fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(every_worker_tells_what_it_did_with_its_time,
						fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(stages_tell_their_percentiles_from_the_page,
						fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(without_a_page_percentiles_are_left_out,
						fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(names_with_escape_codes_and_bad_bytes_are_harmless,
						fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(a_result_that_is_no_object_is_an_empty_one,
						fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(a_run_that_never_began_has_a_summary_too,
						fixture_setup, fixture_teardown),
	};

	if (setlocale(LC_CTYPE, "C.UTF-8") == NULL)
		return 77;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
