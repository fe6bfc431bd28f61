/*
 * item_names_test.c - names of items from a joblog, good and broken.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tui/item_names.h"

struct fixture {
	char folder[64];
	char path[96];
};

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	strcpy(fixture->folder, "/tmp/imgtop-names-XXXXXX");
	if (mkdtemp(fixture->folder) == NULL)
		return -1;
	(void)snprintf(fixture->path, sizeof(fixture->path), "%s/joblog.tsv", fixture->folder);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	unlink(fixture->path);
	rmdir(fixture->folder);
	free(fixture);
	return 0;
}

static struct item_names *names_of(struct fixture *fixture, const char *text)
{
	FILE *file = fopen(fixture->path, "w");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
	return item_names_read(fixture->path);
}

static void a_job_has_the_name_of_its_line(void **state)
{
	struct item_names *names = names_of(*state, "job\tinput\tstatus\n"
						    "2\tb c.jpg\tok\n"
						    "1\ta.jpg\tfailed\n");

	assert_string_equal(item_names_of(names, 1), "a.jpg");
	assert_string_equal(item_names_of(names, 2), "b c.jpg");
	assert_null(item_names_of(names, 3));
	assert_null(item_names_of(names, 0));
	assert_null(item_names_of(names, UINT64_MAX));
	item_names_free(names);
}

static void what_is_no_line_of_a_joblog_is_passed_over(void **state)
{
	struct item_names *names =
		names_of(*state, "\n\t\n12\nx\ty\n-1\tnegative\tok\n0\tnull\tok\n"
				 "99999999999999999999\tfar\tok\n"
				 "4\tgood\tok\n5\ttorn");

	assert_string_equal(item_names_of(names, 4), "good");
	assert_null(item_names_of(names, 5));
	assert_null(item_names_of(names, 0));
	assert_null(item_names_of(names, 12));
	item_names_free(names);
}

static void a_long_file_is_read_whole(void **state)
{
	struct fixture *fixture = *state;
	FILE *file = fopen(fixture->path, "w");

	assert_non_null(file);
	for (unsigned job = 20000; job > 0; job--)
		(void)fprintf(file, "%u\tfolder/name of %u\tok\n", job, job);
	assert_int_equal(fclose(file), 0);
	struct item_names *names = item_names_read(fixture->path);
	assert_string_equal(item_names_of(names, 1), "folder/name of 1");
	assert_string_equal(item_names_of(names, 20000), "folder/name of 20000");
	item_names_free(names);
}

static void what_is_no_regular_file_gives_no_names_and_holds_nobody_up(void **state)
{
	struct fixture *fixture = *state;

	assert_null(item_names_read(fixture->path));
	assert_int_equal(mkfifo(fixture->path, 0600), 0);
	assert_null(item_names_read(fixture->path));
	assert_null(item_names_read(fixture->folder));
	assert_null(item_names_of(NULL, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		CASE(a_job_has_the_name_of_its_line),
		CASE(what_is_no_line_of_a_joblog_is_passed_over),
		CASE(a_long_file_is_read_whole),
		CASE(what_is_no_regular_file_gives_no_names_and_holds_nobody_up),
#undef CASE
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
