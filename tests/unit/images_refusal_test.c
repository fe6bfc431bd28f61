/*
 * images_refusal_test.c - what does not come out of one image, and what is said of it.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "images_stages_fixture.h"

static void only_regular_files_are_read_and_nothing_blocks(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(mkfifo("pipe.jpg", 0600) | mkdir("folder.jpg", 0700), 0);
	assert_refused(fixture, "pipe.jpg", ERR_PERMANENT, "a FIFO");
	assert_refused(fixture, "folder.jpg", ERR_PERMANENT, "a folder");
	assert_refused(fixture, "/dev/null", ERR_PERMANENT, "a device");
	put_file("empty.jpg", "", 0);
	assert_refused(fixture, "empty.jpg", ERR_PERMANENT, "empty file");
}

static void a_file_that_cannot_be_opened_fails_and_says_why(void **state)
{
	struct fixture *fixture = *state;

	assert_refused(fixture, "none.jpg", ERR_PERMANENT, "No such file");
	if (geteuid() == 0)
		return; /* who may read everything */
	put_jpeg("secret.jpg", 8, 8);
	assert_int_equal(chmod("secret.jpg", 0), 0);
	assert_refused(fixture, "secret.jpg", ERR_PERMANENT, "Permission denied");
}

static void what_is_no_image_by_its_first_bytes_is_skipped(void **state)
{
	struct fixture *fixture = *state;

	put_file("text.jpg", "hello", 5);
	assert_refused(fixture, "text.jpg", ERR_SKIP, "JPEG");
	put_jpeg("picture.txt", 8, 8);
	assert_int_equal(run(fixture, "picture.txt", "o.jpg"), 0);
	put_png("png.jpg", 8, 8);
	assert_int_equal(run(fixture, "png.jpg", "p.jpg"), 0);
}

static void a_cut_file_fails_and_writes_nothing(void **state)
{
	static const char *const inputs[] = {"in.jpg", "in.png"};
	struct fixture *fixture = *state;

	put_jpeg("in.jpg", 200, 200);
	put_png("in.png", 200, 200);
	for (size_t i = 0; i < 2; i++) {
		struct bytes file = read_file(inputs[i]);

		put_file("cut", file.bytes, file.length / 2);
		assert_refused(fixture, "cut", ERR_PERMANENT, "");
		put_file("cut", file.bytes, 20);
		assert_refused(fixture, "cut", ERR_PERMANENT, "");
		free(file.bytes);
	}
}

static void tolerated_damage_is_written_and_counted(void **state)
{
	struct fixture *fixture = *state;
	void *totals = mem_calloc(1, fixture->base.workload->accumulator_size);
	struct bytes file;
	char json[512];

	put_jpeg("in.jpg", 200, 200);
	file = read_file("in.jpg");
	put_file("cut.jpg", file.bytes, file.length * 3 / 4);
	set(fixture, "tolerate", "yes");
	assert_int_equal(run(fixture, "cut.jpg", "o.jpg"), 0);
	assert_size("out/o.jpg", 200, 200);
	assert_true(fixture->work.damaged);
	assert_string_not_equal(fixture->work.warning, "");
	fixture->base.workload->fold(totals, fixture->work.result, fixture->work.result_length);
	fixture->base.workload->describe(totals, json, sizeof json);
	assert_non_null(strstr(json, "\"damaged\":1"));
	free(totals);
	free(file.bytes);
}

static void limits_are_named_with_their_options(void **state)
{
	struct fixture *fixture = *state;

	put_jpeg("in.jpg", 200, 100);
	set(fixture, "max-pixels", "19999");
	assert_refused(fixture, "in.jpg", ERR_PERMANENT, "--max-pixels");
	set(fixture, "max-pixels", "20000");
	set(fixture, "max-side", "199");
	assert_refused(fixture, "in.jpg", ERR_PERMANENT, "--max-side");
	set(fixture, "max-side", "200");
	set(fixture, "max-bytes", "100");
	assert_refused(fixture, "in.jpg", ERR_PERMANENT, "--max-bytes");
	set(fixture, "max-bytes", "1M");
	assert_int_equal(run(fixture, "in.jpg", "o.jpg"), 0);
}

static void what_was_no_image_when_it_was_listed_is_not_written(void **state)
{
	struct fixture *fixture = *state;

	put_jpeg("in.jpg", 40, 30);
	assert_int_equal(run(fixture, "in.jpg", ""), -1);
	assert_int_equal(fixture->base.err.kind, ERR_TRANSIENT);
	put_file("in.jpg", "text", 4);
	assert_int_equal(run(fixture, "in.jpg", ""), -1);
	assert_int_equal(fixture->base.err.kind, ERR_SKIP);
}

static void a_thumb_gets_its_name_before_the_main_output(void **state)
{
	struct fixture *fixture = *state;

	put_jpeg("in.jpg", 40, 30);
	set(fixture, "thumb", "10");
	assert_int_equal(mkdir("out", 0700) | mkdir("out/o.jpg", 0700), 0);
	assert_int_equal(run(fixture, "in.jpg", "o.jpg"), -1);
	assert_true(exists("out/o.thumb.jpg"));
	/* So that whoever finds the main output finds the thumb as well. */
	assert_int_equal(rmdir("out/o.jpg") | unlink("out/o.thumb.jpg"), 0);
	assert_int_equal(mkdir("out/o.thumb.jpg", 0700), 0);
	assert_int_equal(run(fixture, "in.jpg", "o.jpg"), -1);
	assert_false(exists("out/o.jpg"));
}

static void sweeping_removes_what_a_killed_writer_left(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(mkdir("out", 0700) | mkdir("out/a", 0700), 0);
	put_file("out/a/.imgtop-test-7", "x", 1);
	put_file("out/a/.imgtop-test-7-thumb", "x", 1);
	put_file("out/a/.imgtop-test-71", "x", 1);
	fixture->base.workload->sweep(&fixture->base.config, "in.jpg", "a/o.jpg", 7, 7);
	assert_false(exists("out/a/.imgtop-test-7"));
	assert_false(exists("out/a/.imgtop-test-7-thumb"));
	assert_true(exists("out/a/.imgtop-test-71"));
}

int main(void)
{
#define WITH_SLOT(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		WITH_SLOT(only_regular_files_are_read_and_nothing_blocks),
		WITH_SLOT(a_file_that_cannot_be_opened_fails_and_says_why),
		WITH_SLOT(what_is_no_image_by_its_first_bytes_is_skipped),
		WITH_SLOT(a_cut_file_fails_and_writes_nothing),
		WITH_SLOT(tolerated_damage_is_written_and_counted),
		WITH_SLOT(limits_are_named_with_their_options),
		WITH_SLOT(what_was_no_image_when_it_was_listed_is_not_written),
		WITH_SLOT(a_thumb_gets_its_name_before_the_main_output),
		WITH_SLOT(sweeping_removes_what_a_killed_writer_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
