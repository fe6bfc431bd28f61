/*
 * report_text_test.c - the summary of a run as people read it.
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

#include "base/text.h"
#include "report/lines.h"
#include "report/report.h"
#include "report_fixture.h"

static void expect_in(const char *text, const char *part)
{
	if (strstr(text, part) == NULL)
		fail_msg("\"%s\" is not in:\n%s", part, text);
}

static void words_are_cut_only_when_they_are_wider_than_the_page(void **state)
{
	char words[2000] = "", *line;
	struct textbuf out;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof words - 1; i++)
		words[i] = i % 97 % 13 == 12 ? ' ' : 'w';
	words[sizeof words - 1] = '\0';
	textbuf_init(&out);
	lines_wrapped(&out, 1, words);
	for (line = out.text; (line = strchr(line, '\n')) != NULL && line[1] != '\0';)
		memmove(line, line + 1, strlen(line)); /* the indentation is the space between */
	out.text[strlen(out.text) - 1] = '\0';
	assert_string_equal(out.text + 1, words);
	textbuf_free(&out);

	memset(words, 'x', 200);
	words[200] = '\0';
	textbuf_init(&out);
	lines_paragraph(&out, "Label", words);
	assert_int_equal(out.length, 12 + 68 + 1 + 12 + 68 + 1 + 12 + 64 + 1);
	textbuf_free(&out);
}

static void the_text_says_what_a_reader_looks_for(void **state)
{
	const struct fixture *fixture = *state;
	char *text = report_summary_text(fixture->snapshot);

	expect_in(text, "bottleneck: decode");
	expect_in(text, "imgtop 0.1.0, images, hybrid:1+1");
	expect_in(text, "1000 found: 900 ok (7 of them damaged), 20 failed, 60 skipped, 3\n");
	expect_in(text, "            quarantined, 17 pending; 5 retried\n");
	expect_in(text, "00:10.0, of it start-up 0.25 s, shut-down 0.50 s, paused 0.12 s");
	expect_in(text, "92.3 items/s; read 61 MB (6.1 MB/s), wrote 12 MB (1.2 MB/s)");
	expect_in(text, "busy 55 % of their time; ideal 8.50 s");
	expect_in(text, "on 2 cores");
	expect_in(text, "peak 312 MB");
	expect_in(text, "\nResult      sum 42, by (P1 3, P2 1)\n");
	expect_in(text, "\ndecode            1p       9.5s    89     8     0      3    89     923"
			"      23\n");
	expect_in(text, "\nread-1            t        9.5s    21    11    66      3     5     940"
			"       0\n");
	expect_in(text, "\ndecode                   8       940       930      8            66"
			"            8\n");
	free(text);
}

static void the_text_is_at_most_eighty_columns_wide(void **state)
{
	const struct fixture *fixture = *state;
	struct snapshot *snapshot = fixture->snapshot;
	char *text, *line, *rest;
	unsigned i;

	for (i = 0; i < PAGE_TEXT_BYTES - 1; i++) /* words of every length */
		snapshot->status.message[i] = 20 * i % 23 < 3 ? ' ' : 'm';
	memset(snapshot->plan.plan, 'p', PAGE_TEXT_BYTES - 1);
	memset(snapshot->worker[FIXTURE_DECODE].live.name, 'n', PAGE_NAME_BYTES - 1);
	memset(snapshot->queue[1].name, 'q', PAGE_NAME_BYTES - 1);
	text = report_summary_text(snapshot);
	rest = text;
	while ((line = strsep(&rest, "\n")) != NULL)
		if (text_width(line) > 80)
			fail_msg("%d columns: %s", text_width(line), line);
	free(text);
}

static void the_text_says_where_the_report_lies_or_why_it_does_not(void **state)
{
	const struct fixture *fixture = *state;
	struct snapshot *snapshot = fixture->snapshot;
	char *text;

	snprintf(snapshot->plan.report_dir, PAGE_PATH_BYTES, "/a/folder");
	snapshot->recorder.report_state = 1;
	text = report_summary_text(snapshot);
	expect_in(text, "\nReport      /a/folder\n");
	free(text);

	snapshot->recorder.report_state = 2;
	snprintf(snapshot->recorder.report_error, PAGE_TEXT_BYTES, "No space left on device");
	text = report_summary_text(snapshot);
	expect_in(text, "\nReport      could not be saved in /a/folder\n");
	expect_in(text, "No space left on device\n");
	free(text);

	snapshot->plan.report_dir[0] = '\0';
	text = report_summary_text(snapshot);
	expect_in(text, "\nReport      could not be saved\n");
	expect_in(text, "No space left on device\n");
	free(text);

	snapshot->recorder.report_state = 0;
	text = report_summary_text(snapshot);
	expect_in(text, "\nReport      none was asked for\n");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_cut_only_when_they_are_wider_than_the_page),
		cmocka_unit_test_setup_teardown(the_text_says_what_a_reader_looks_for,
						fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(the_text_is_at_most_eighty_columns_wide,
						fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			the_text_says_where_the_report_lies_or_why_it_does_not, fixture_setup,
			fixture_teardown),
	};

	if (setlocale(LC_CTYPE, "C.UTF-8") == NULL)
		return 77;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
