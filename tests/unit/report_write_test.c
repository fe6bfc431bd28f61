/*
 * report_write_test.c - the report folder: which files it holds, and what is in them.
 */
#include "config.h"

#include <locale.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/text.h"
#include "record/slot.h"
#include "report/profile.h"
#include "report/report.h"
#include "report_fixture.h"

static const char *const names[FIXTURE_WORKERS] = {"walk-1", "read-1", "decode-1", "recorder"};
static const char *const command[] = {"imgtop", "run", "images", "in", NULL};

static int write_report(const struct fixture *fixture, struct err *err)
{
	const struct report_input input = {.dir = fixture->dir,
					   .snapshot = fixture->snapshot,
					   .page = fixture->page,
					   .command = command};

	err_clear(err);
	return report_write(&input, err);
}

static void expect_written(const struct fixture *fixture)
{
	struct err err;

	if (write_report(fixture, &err) != 0)
		fail_msg("%s", err.text);
}

static void log_items(const struct fixture *fixture, unsigned ok, unsigned failed)
{
	struct err err = {0};
	struct joblog *log = joblog_open(fixture->dir, &err);
	unsigned job;

	for (job = 1; job <= ok + failed; job++) {
		char *name = mem_printf("in/\x1b[%u.jpg", job);
		struct joblog_line line = {.job = job,
					   .input = name,
					   .status = job <= ok ? ITEM_OK : ITEM_FAILED,
					   .reason = job <= ok ? "" : "decode: cut off",
					   .worker = "decode-1",
					   .attempts = 1,
					   .output = ""};

		joblog_add(log, &line);
		free(name);
	}
	assert_int_equal(joblog_close(log, &err), 0);
}

static char *read_worker(const struct fixture *fixture, const char *worker, const char *ending)
{
	char *name = mem_printf("workers/%s.%s", worker, ending);
	char *text = fixture_read(fixture, name);

	if (text == NULL)
		fail_msg("%s is missing", name);
	free(name);
	return text;
}

static json_t *parse(char *text)
{
	json_t *object = json_loads(text, 0, NULL);

	assert_non_null(object);
	free(text);
	return object;
}

static void expect_in(const char *text, const char *part)
{
	if (strstr(text, part) == NULL)
		fail_msg("\"%s\" is not in:\n%s", part, text);
}

static void every_worker_gets_both_its_files(void **state)
{
	unsigned i;

	expect_written(*state);
	for (i = 0; i < FIXTURE_WORKERS; i++) {
		char *text = read_worker(*state, names[i], "txt");
		json_t *object = parse(read_worker(*state, names[i], "json"));

		expect_in(text, names[i]);
		assert_string_equal(json_string_value(json_object_get(object, "name")), names[i]);
		assert_int_equal(json_integer_value(json_object_get(object, "schema")), 1);
		json_decref(object);
		free(text);
	}
}

static void a_worker_s_json_is_its_part_of_the_summary(void **state)
{
	json_t *summary, *worker;

	log_items(*state, 3, 0);
	expect_written(*state);
	summary = parse(fixture_read(*state, "summary.json"));
	worker = parse(read_worker(*state, "decode-1", "json"));
	json_object_del(worker, "schema");
	assert_true(json_equal(
		worker, json_array_get(json_object_get(summary, "workers"), FIXTURE_DECODE)));
	json_decref(worker);
	json_decref(summary);
}

static void the_slowest_items_have_their_inputs_names(void **state)
{
	const struct fixture *fixture = *state;
	uint64_t slowest =
		fixture->snapshot->worker[FIXTURE_DECODE].counters.stage[1].slowest[0].job;
	char *name = mem_printf("in/\\x1B[%u.jpg", (unsigned)slowest);
	json_t *worker, *items;
	char *text;

	log_items(fixture, 3, 0);
	expect_written(fixture);
	worker = parse(read_worker(fixture, "decode-1", "json"));
	items = json_object_get(json_object_get(json_object_get(worker, "stages"), "decode"),
				"slowest");
	assert_string_equal(json_string_value(json_object_get(json_array_get(items, 0), "input")),
			    name);
	json_decref(worker);
	text = read_worker(fixture, "decode-1", "txt");
	expect_in(text, name);
	free(text);
	free(name);
}

static void the_profile_is_readable_and_within_eighty_columns(void **state)
{
	char *text, *line, *rest;

	log_items(*state, 3, 0);
	expect_written(*state);
	text = read_worker(*state, "decode-1", "txt");
	expect_in(text, "decode-1 mostly computed: 84 % of its time; then it waited for a job");
	expect_in(text, "Of its stages decode cost the most");
	expect_in(text, "decode-1 (process, station decode)");
	expect_in(text, "host-2, pid 811, tid 812, incarnation 2");
	expect_in(text, "killed by SIGSEGV");
	expect_in(text, "wall 9.50 s, busy 8.50 s (89 %)");
	expect_in(text, "get 750 ms (8 %), put 0 s (0 %), lock 250 ms (3 %)");
	expect_in(text, "user 8.000 s, system 0.500 s: 89 % of its wall time");
	expect_in(text, "120 voluntary, 33 involuntary; waited 750 ms for a\n            core");
	expect_in(text, "peak 81 MB of its process; page faults 1200 minor, 2 major");
	expect_in(text, "900 ok, 23 failed, 0 skipped, 0 handed on; 0 B read, 12 MB written");
	expect_in(text, "\nSTAGE          COUNT    TOTAL     MEAN      P50      P95      P99");
	expect_in(text, "\ndecode             3 ");
	rest = text;
	while ((line = strsep(&rest, "\n")) != NULL)
		if (text_width(line) > 80)
			fail_msg("%d columns: %s", text_width(line), line);
	free(text);
}

static void the_summary_lists_ten_failures_and_counts_the_rest(void **state)
{
	const struct fixture *fixture = *state;
	char *text;

	log_items(fixture, 2, 12);
	expect_written(fixture);
	text = fixture_read(fixture, "summary.txt");
	expect_in(text, "\nFailures (12)\n  in/\\x1B[3.jpg: failed: decode: cut off\n");
	expect_in(text, "  in/\\x1B[12.jpg: failed: decode: cut off\n");
	assert_null(strstr(text, "x1B[13"));
	expect_in(text, "and 2 more in joblog.tsv\n");
	expect_in(text, fixture->dir);
	free(text);
}

static void without_failures_the_summary_has_no_such_part(void **state)
{
	char *text;

	log_items(*state, 5, 0);
	expect_written(*state);
	text = fixture_read(*state, "summary.txt");
	assert_null(strstr(text, "Failures"));
	free(text);
}

static void the_saved_page_opens_and_says_the_same(void **state)
{
	const struct fixture *fixture = *state;
	struct snapshot *saved = snapshot_new();
	char *path = path_join(fixture->dir, "run.page");
	struct err err = {0};
	struct page *page;
	struct stat status;

	expect_written(fixture);
	page = page_open(path, &err);
	assert_non_null(page);
	snapshot_take(saved, page);
	assert_string_equal(saved->plan.run_id, "20261120-160401-4711");
	assert_int_equal(saved->status.found, 1000);
	assert_int_equal(saved->worker[FIXTURE_DECODE].counters.stage[1].count, 3);
	assert_string_equal(saved->worker[FIXTURE_DECODE].live.ended, "finished");
	page_close(page);
	snapshot_free(saved);

	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_size, page_size());
	assert_int_equal(status.st_mode & 0777, 0600);
	assert_true((size_t)status.st_blocks * 512 <
		    page_size() / 4); /* untouched parts are holes */
	free(path);
}

static void nothing_but_the_report_is_left_in_the_folder(void **state)
{
	const struct fixture *fixture = *state;
	char *list =
		mem_printf("cd '%s' && rm the.page && "
			   "test \"$(LC_ALL=C ls -A . | tr '\\n' ' ')\" = "
			   "'chart.svg joblog.tsv run.page summary.json summary.txt workers ' && "
			   "test \"$(LC_ALL=C ls -A workers | wc -l)\" = 8",
			   fixture->dir);

	log_items(fixture, 1, 0);
	expect_written(fixture);
	assert_int_equal(system(list), 0);
	free(list);
}

static void limit_files(rlim_t bytes)
{
	struct rlimit limit;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = bytes < limit.rlim_max ? bytes : limit.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void a_full_disk_is_named_and_what_fits_is_written(void **state)
{
	struct err err;
	char *text;
	int result;

	signal(SIGXFSZ, SIG_IGN);
	limit_files(2500);
	result = write_report(*state, &err);
	limit_files(RLIM_INFINITY);
	assert_int_equal(result, -1);
	assert_int_equal(err.kind, ERR_TRANSIENT);
	expect_in(err.text, "/summary.json: write: File too large");
	assert_null(fixture_read(*state, "summary.json"));
	assert_null(fixture_read(*state, "run.page"));
	text = read_worker(*state, "recorder", "txt");
	expect_in(text, "recorder");
	free(text);
}

static void the_first_of_several_errors_is_told(void **state)
{
	const struct fixture *fixture = *state;
	char *make = mem_printf("mkdir '%s/summary.txt' '%s/run.page'", fixture->dir, fixture->dir);
	struct err err;

	assert_int_equal(system(make), 0);
	assert_int_equal(write_report(fixture, &err), -1);
	expect_in(err.text, "/summary.txt: rename: Is a directory");
	free(read_worker(fixture, "decode-1", "json"));
	free(make);
}

static void names_that_lead_out_of_the_folder_are_refused(void **state)
{
	const struct fixture *fixture = *state;
	char *stranger;
	struct err err;

	snprintf(fixture->snapshot->worker[FIXTURE_READ].live.name, PAGE_NAME_BYTES, "../stranger");
	assert_int_equal(write_report(fixture, &err), -1);
	expect_in(err.text, "worker 1 has a name");
	stranger = fixture_read(fixture, "stranger.txt");
	assert_null(stranger);
	free(read_worker(fixture, "decode-1", "json"));

	assert_true(profile_name_is_safe("decode-12"));
	assert_false(profile_name_is_safe(""));
	assert_false(profile_name_is_safe(".hidden"));
	assert_false(profile_name_is_safe("a/b"));
	assert_false(profile_name_is_safe("a\x1b"));
}

static void without_a_page_the_rest_is_written(void **state)
{
	const struct fixture *fixture = *state;
	const struct report_input input = {
		.dir = fixture->dir, .snapshot = fixture->snapshot, .command = command};
	struct err err = {0};
	char *page;

	assert_int_equal(report_write(&input, &err), 0);
	page = fixture_read(fixture, "run.page");
	assert_null(page);
	free(read_worker(fixture, "decode-1", "txt"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_worker_gets_both_its_files, fixture_setup,
						fixture_teardown),
		cmocka_unit_test_setup_teardown(a_worker_s_json_is_its_part_of_the_summary,
						fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(the_slowest_items_have_their_inputs_names,
						fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(the_profile_is_readable_and_within_eighty_columns,
						fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(the_summary_lists_ten_failures_and_counts_the_rest,
						fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(without_failures_the_summary_has_no_such_part,
						fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(the_saved_page_opens_and_says_the_same,
						fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(nothing_but_the_report_is_left_in_the_folder,
						fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(a_full_disk_is_named_and_what_fits_is_written,
						fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(the_first_of_several_errors_is_told, fixture_setup,
						fixture_teardown),
		cmocka_unit_test_setup_teardown(names_that_lead_out_of_the_folder_are_refused,
						fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(without_a_page_the_rest_is_written, fixture_setup,
						fixture_teardown),
	};

	if (setlocale(LC_CTYPE, "C.UTF-8") == NULL)
		return 77;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
