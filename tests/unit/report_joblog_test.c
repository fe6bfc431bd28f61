/*
 * report_joblog_test.c - joblog.tsv: what is written, what a full disk does to it, and what the
 * report reads back from it.
 */
#include "config.h"

#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/text.h"
#include "base/text_utf8.h"
#include "report/joblog_scan.h"
#include "report/report.h"
#include "report_fixture.h"

static const char HEADER[] = "job\tinput\tstatus\treason\tworker\tattempts\tstart\tseconds\tbytes_"
			     "in\tbytes_out\toutput\n";

static int setup(void **state)
{
	struct fixture *fixture = mem_calloc(1, sizeof *fixture);
	char name[] = "/tmp/imgtop-joblog-XXXXXX";

	if (mkdtemp(name) == NULL)
		return -1;
	fixture->dir = mem_strdup(name);
	*state = fixture;
	return 0;
}

static struct joblog_line line_of(uint64_t job, const char *input, enum item_status status,
				  const char *reason)
{
	return (struct joblog_line){.job = job,
				    .input = input,
				    .status = status,
				    .reason = reason,
				    .worker = "decode-1",
				    .attempts = 2,
				    .start_s = 1.5,
				    .seconds = 0.0416667,
				    .bytes_in = 4711,
				    .bytes_out = 815,
				    .output = "out/a.jpg"};
}

static struct joblog *open_log(const struct fixture *fixture)
{
	struct err err = {0};
	struct joblog *log = joblog_open(fixture->dir, &err);

	assert_non_null(log);
	return log;
}

static void close_log(struct joblog *log)
{
	struct err err = {0};

	assert_int_equal(joblog_close(log, &err), 0);
}

static void expect_file(const struct fixture *fixture, const char *expected)
{
	char *text = fixture_read(fixture, JOBLOG_NAME);

	assert_non_null(text);
	assert_string_equal(text, expected);
	free(text);
}

static void a_line_has_eleven_columns_in_the_order_of_the_header(void **state)
{
	struct joblog *log = open_log(*state);
	struct joblog_line line = line_of(12, "2024/a.jpg", ITEM_FAILED, "decode: cut off");
	char *expected = mem_printf("%s%s", HEADER,
				    "12\t2024/a.jpg\tfailed\tdecode: cut off\tdecode-1\t2\t"
				    "1.500000\t0.041667\t4711\t815\tout/a.jpg\n");

	joblog_add(log, &line);
	close_log(log);
	expect_file(*state, expected);
	free(expected);
}

static void a_flush_puts_what_was_added_into_the_file(void **state)
{
	struct fixture *fixture = *state;
	struct joblog *log = open_log(fixture);
	struct joblog_line line = line_of(1, "flushed", ITEM_OK, "");
	struct err err = {0};
	char *text;

	joblog_add(log, &line);
	assert_int_equal(joblog_flush(log, &err), 0);
	text = fixture_read(fixture, JOBLOG_NAME);
	assert_non_null(strstr(text, "\n1\tflushed\tok\t\t"));
	free(text);
	close_log(log);
}

/* The reader's side of the escapes, written from report.h's description alone. */
static char *unescape(const char *text, size_t length)
{
	char *out = mem_calloc(length + 1, 1);
	size_t used = 0, i;

	for (i = 0; i < length; i++) {
		if (text[i] != '\\') {
			out[used++] = text[i];
			continue;
		}
		i++;
		if (text[i] == 'x') {
			char digits[3] = {text[i + 1], text[i + 2], '\0'};

			out[used++] = (char)strtoul(digits, NULL, 16);
			i += 2;
		} else {
			assert_non_null(strchr("tn\\", text[i]));
			out[used++] = text[i] == 't' ? '\t' : text[i] == 'n' ? '\n' : '\\';
		}
	}
	return out;
}

static void assert_fit_to_be_shown(const char *text)
{
	size_t length = strlen(text), at = 0;

	while (at < length) {
		uint32_t point;

		at += text_utf8_decode(text + at, length - at, &point);
		if (point != '\t' && point != '\n')
			assert_true(text_utf8_harmless(point));
	}
}

static void any_bytes_come_back_from_a_log_that_is_valid_utf8(void **state)
{
	static const char *const names[] = {
		"plain.jpg",
		"tab\tnewline\nback\\slash",
		"\\x41\\t\\", /* looks like escapes already */
		"\x1b[31mred\x1b]0;title\x07",
		"bell\x01\x7f",
		"latin1 \xe9t\xe9",
		"cut \xc3",
		"overlong \xc0\xaf surrogate \xed\xa0\x80",
		"c1 \xc2\x9b"
		"31m",
		"bidi \xe2\x80\xae"
		"gpj.exe",
		"gr\xc3\xbc\xc3\x9f"
		"e \xe6\x97\xa5\xe6\x9c\xac \xf0\x9f\x93\xb7",
		"",
	};
	enum { NAMES = sizeof names / sizeof names[0] };
	struct fixture *fixture = *state;
	struct joblog *log = open_log(fixture);
	char *text, *line;
	size_t i;

	for (i = 0; i < NAMES; i++) {
		struct joblog_line add = line_of(i + 1, names[i], ITEM_OK, names[NAMES - 1 - i]);

		joblog_add(log, &add);
	}
	close_log(log);
	text = fixture_read(fixture, JOBLOG_NAME);
	assert_fit_to_be_shown(text);
	line = strchr(text, '\n') + 1;
	for (i = 0; i < NAMES; i++) {
		const char *input = strchr(line, '\t') + 1;
		const char *reason = strchr(strchr(input, '\t') + 1, '\t') + 1;
		char *back = unescape(input, strcspn(input, "\t\n"));

		assert_int_equal(strtoull(line, NULL, 10), i + 1);
		assert_string_equal(back, names[i]);
		free(back);
		back = unescape(reason, strcspn(reason, "\t\n"));
		assert_string_equal(back, names[NAMES - 1 - i]);
		free(back);
		line = strchr(line, '\n') + 1;
	}
	assert_string_equal(line, "");
	free(text);
}

static void a_log_that_is_opened_again_gets_no_second_header(void **state)
{
	struct fixture *fixture = *state;
	struct joblog_line line = line_of(1, "first", ITEM_OK, "");
	struct joblog *log = open_log(fixture);
	char *text;

	joblog_add(log, &line);
	close_log(log);
	log = open_log(fixture);
	line.input = "second";
	joblog_add(log, &line);
	close_log(log);
	text = fixture_read(fixture, JOBLOG_NAME);
	assert_ptr_equal(strstr(text, HEADER), text);
	assert_null(strstr(text + 1, HEADER));
	assert_non_null(strstr(text, "\n1\tfirst\t"));
	assert_non_null(strstr(text, "\n1\tsecond\t"));
	free(text);
}

static void write_file(const struct fixture *fixture, const char *text)
{
	char *path = path_join(fixture->dir, JOBLOG_NAME);
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
	free(path);
}

static void what_it_held_when_it_was_opened_is_counted_in_whole_lines(void **state)
{
	struct textbuf text;
	struct joblog *log = open_log(*state);

	assert_int_equal(joblog_held(log), 0);
	close_log(log);
	textbuf_init(&text);
	textbuf_append(&text, HEADER, strlen(HEADER));
	for (unsigned i = 0; i < 5000; i++) /* in several blocks */
		textbuf_printf(&text, "%u\tdone\tok\n", i);
	textbuf_printf(&text, "5000\tto");
	write_file(*state, text.text);
	log = open_log(*state);
	assert_int_equal(joblog_held(log), 5000);
	close_log(log);
	textbuf_free(&text);
}

static void a_torn_last_line_is_cut_off_before_the_log_goes_on(void **state)
{
	char *torn = mem_printf("%s1\tdone\tok\n2\tto", HEADER);
	char *whole = mem_printf("%s1\tdone\tok\n", HEADER);

	write_file(*state, torn);
	close_log(open_log(*state));
	expect_file(*state, whole);

	write_file(*state, "job\tinp");
	close_log(open_log(*state));
	expect_file(*state, HEADER);
	free(torn);
	free(whole);
}

/* No file may grow beyond this; back to what it was with RLIM_INFINITY. */
static void limit_files(rlim_t bytes)
{
	struct rlimit limit;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = bytes < limit.rlim_max ? bytes : limit.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void a_full_disk_is_a_transient_error_and_later_nothing_is_missing(void **state)
{
	struct fixture *fixture = *state;
	struct joblog *log = open_log(fixture);
	struct joblog_line line = line_of(1, "name-that-fills-a-line-of-the-log", ITEM_OK, "");
	struct err err = {0};
	char *text, *at;
	uint64_t job;
	int refused;

	signal(SIGXFSZ, SIG_IGN);
	for (job = 1; job <= 5000; job++) {
		line.job = job;
		joblog_add(log, &line);
		if (job == 2000)
			limit_files(200001); /* in the middle of a line and of a write */
	}
	refused = joblog_flush(log, &err);
	limit_files(RLIM_INFINITY);
	assert_int_equal(refused, -1);
	assert_int_equal(err.kind, ERR_TRANSIENT);
	assert_non_null(strstr(err.text, JOBLOG_NAME ": File too large"));

	close_log(log);
	text = fixture_read(fixture, JOBLOG_NAME);
	at = strchr(text, '\n') + 1;
	for (job = 1; job <= 5000; job++) {
		assert_int_equal(strtoull(at, NULL, 10), job);
		at = strchr(at, '\n') + 1;
	}
	assert_string_equal(at, "");
	free(text);
}

static void a_folder_that_is_not_there_is_named(void **state)
{
	struct err err = {0};

	(void)state;
	assert_null(joblog_open("/nonexistent/folder", &err));
	assert_int_equal(err.kind, ERR_TRANSIENT);
	assert_string_equal(err.text,
			    "/nonexistent/folder/" JOBLOG_NAME ": No such file or directory");
}

static void the_scan_finds_wanted_names_and_the_first_failures(void **state)
{
	struct fixture *fixture = *state;
	struct joblog *log = open_log(fixture);
	struct joblog_scan scan = {0};
	struct err err = {0};
	uint64_t job;

	for (job = 1; job <= 100; job++) {
		char *name = mem_printf("in\t%" PRIu64, job);
		enum item_status status = job % 5   ? ITEM_OK
					  : job % 2 ? ITEM_FAILED
						    : ITEM_QUARANTINED;
		struct joblog_line line = line_of(job, name, status, "why");

		joblog_add(log, &line);
		free(name);
	}
	close_log(log);
	for (job = 77; job >= 3; job--)
		if (job != 4)
			joblog_scan_want(&scan, job);
	joblog_scan_want(&scan, 77);
	joblog_scan_want(&scan, 0);
	joblog_scan_want(&scan, 101);
	assert_int_equal(joblog_scan_read(&scan, fixture->dir, &err), 0);
	assert_string_equal(joblog_scan_input(&scan, 3), "in\\t3");
	assert_string_equal(joblog_scan_input(&scan, 77), "in\\t77");
	assert_null(joblog_scan_input(&scan, 4));
	assert_null(joblog_scan_input(&scan, 101));
	assert_null(joblog_scan_input(NULL, 3));
	assert_int_equal(scan.failures, 20);
	assert_string_equal(scan.failure[0].input, "in\\t5");
	assert_string_equal(scan.failure[0].status, "failed");
	assert_string_equal(scan.failure[1].status, "quarantined");
	assert_string_equal(scan.failure[9].input, "in\\t50");
	assert_string_equal(scan.failure[9].reason, "why");
	joblog_scan_free(&scan);
}

static void a_missing_log_has_no_lines(void **state)
{
	struct fixture *fixture = *state;
	struct joblog_scan scan = {0};
	struct err err = {0};

	joblog_scan_want(&scan, 1);
	assert_int_equal(joblog_scan_read(&scan, fixture->dir, &err), 0);
	assert_null(joblog_scan_input(&scan, 1));
	assert_int_equal(scan.failures, 0);
	joblog_scan_free(&scan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_line_has_eleven_columns_in_the_order_of_the_header, setup,
			fixture_teardown),
		cmocka_unit_test_setup_teardown(a_flush_puts_what_was_added_into_the_file, setup,
						fixture_teardown),
		cmocka_unit_test_setup_teardown(any_bytes_come_back_from_a_log_that_is_valid_utf8,
						setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(a_log_that_is_opened_again_gets_no_second_header,
						setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			what_it_held_when_it_was_opened_is_counted_in_whole_lines, setup,
			fixture_teardown),
		cmocka_unit_test_setup_teardown(a_torn_last_line_is_cut_off_before_the_log_goes_on,
						setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			a_full_disk_is_a_transient_error_and_later_nothing_is_missing, setup,
			fixture_teardown),
		cmocka_unit_test_setup_teardown(a_folder_that_is_not_there_is_named, setup,
						fixture_teardown),
		cmocka_unit_test_setup_teardown(the_scan_finds_wanted_names_and_the_first_failures,
						setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(a_missing_log_has_no_lines, setup,
						fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
