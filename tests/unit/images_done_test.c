/*
 * images_done_test.c - what is said of inputs before any worker has them: done in an earlier run,
 * or, in a dry run, no image.
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
#include <fcntl.h>

#include "base/mem.h"
#include "base/text.h"
#include "image/codec.h"
#include "scratch_folder.h"
#include "workload/images_done.h"
#include "workload/images_options.h"
#include "workload/workload.h"

struct fixture {
	char folder[SCRATCH_FOLDER_BYTES];
	struct images_options options;
	struct textbuf found;
};

static int set_up(void **state)
{
	struct fixture *fixture = mem_calloc(1, sizeof *fixture);

	option_defaults(images_option_specs, IMAGES_OPTIONS, &fixture->options);
	textbuf_init(&fixture->found);
	*state = fixture;
	if (scratch_folder_enter(fixture->folder) != 0)
		return -1;
	return mkdir("in", 0700) | mkdir("out", 0700);
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;
	int rc = scratch_folder_leave(fixture->folder);

	option_release(images_option_specs, IMAGES_OPTIONS, &fixture->options);
	textbuf_free(&fixture->found);
	free(fixture);
	return rc;
}

/* A file of this content, last changed so many nanoseconds after a certain second. */
static void put(const char *path, const char *content, long ns)
{
	int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
	struct timespec times[2] = {
		{.tv_sec = 1000000000 + ns / 1000000000, .tv_nsec = ns % 1000000000},
		{.tv_sec = 1000000000 + ns / 1000000000, .tv_nsec = ns % 1000000000}};

	assert_true(fd >= 0);
	assert_int_equal(write(fd, content, strlen(content)), strlen(content));
	assert_int_equal(futimens(fd, times), 0);
	close(fd);
}

static void only_an_output_that_is_newer_is_done(void **state)
{
	(void)state;
	put("in/a.png", "", 500);
	assert_false(images_is_done("out", "a.jpg", false, "in/a.png"));
	put("out/a.jpg", "", 499);
	assert_false(images_is_done("out", "a.jpg", false, "in/a.png"));
	put("out/a.jpg", "", 500);
	assert_false(images_is_done("out", "a.jpg", false, "in/a.png"));
	put("out/a.jpg", "", 501);
	assert_true(images_is_done("out", "a.jpg", false, "in/a.png"));
	put("in/a.png", "", 999999999);
	put("out/a.jpg", "", 1000000000);
	assert_true(images_is_done("out", "a.jpg", false, "in/a.png"));
	assert_false(images_is_done("out", "a.jpg", false, "in/none.png"));
}

static void an_output_whose_thumb_is_missing_or_old_is_not_done(void **state)
{
	(void)state;
	put("in/a.png", "", 2);
	put("out/a.jpg", "", 3);
	assert_false(images_is_done("out", "a.jpg", true, "in/a.png"));
	put("out/a.thumb.jpg", "", 1);
	assert_false(images_is_done("out", "a.jpg", true, "in/a.png"));
	put("out/a.thumb.jpg", "", 3);
	assert_true(images_is_done("out", "a.jpg", true, "in/a.png"));
	assert_int_equal(unlink("out/a.jpg"), 0);
	assert_false(images_is_done("out", "a.jpg", true, "in/a.png"));
}

static void folders_and_links_in_the_place_of_an_output_are_not_done(void **state)
{
	(void)state;
	put("in/a.png", "", 1);
	put("in/newer.jpg", "", 2);
	assert_int_equal(symlink("../in/newer.jpg", "out/a.jpg"), 0);
	assert_false(images_is_done("out", "a.jpg", false, "in/a.png"));
	assert_int_equal(unlink("out/a.jpg") | mkdir("out/a.jpg", 0700), 0);
	assert_false(images_is_done("out", "a.jpg", false, "in/a.png"));
}

static bool on_emit(struct source *source, const struct source_item *item)
{
	struct fixture *fixture = source->engine;

	textbuf_printf(&fixture->found, "%s>%.*s", item->name, (int)item->payload_length,
		       (const char *)item->payload);
	if (item->verdict != ERR_NONE)
		textbuf_printf(&fixture->found, " %s %s",
			       item->verdict == ERR_SKIP ? "skip" : "fail", item->reason);
	textbuf_printf(&fixture->found, "\n");
	return true;
}

static void assert_found(struct fixture *fixture, bool dry_run, const char *expected)
{
	const char *const inputs[] = {"in"};
	struct workload_config config = {.inputs = inputs,
					 .ninputs = 1,
					 .output = "out",
					 .run_id = "test",
					 .dry_run = dry_run,
					 .values = &fixture->options};
	struct source source = {.config = &config, .emit = on_emit, .engine = fixture};
	struct err err = {0};

	textbuf_free(&fixture->found);
	textbuf_init(&fixture->found);
	assert_int_equal(workload_find("images")->source(&source, &err), 0);
	assert_string_equal(fixture->found.text, expected);
}

static void what_is_done_is_skipped_only_when_that_was_asked_for(void **state)
{
	struct fixture *fixture = *state;

	put("in/a.jpg", "\xff\xd8\xff", 1);
	put("in/b.jpg", "\xff\xd8\xff", 1);
	put("out/a.jpg", "", 2);
	assert_found(fixture, false, "in/a.jpg>a.jpg\nin/b.jpg>b.jpg\n");
	fixture->options.skip_existing = 1;
	assert_found(fixture, false,
		     "in/a.jpg>a.jpg skip done in an earlier run\nin/b.jpg>b.jpg\n");
	fixture->options.thumb = 100;
	assert_found(fixture, false, "in/a.jpg>a.jpg\nin/b.jpg>b.jpg\n");
}

/* Without an output the path that would be looked at is the output folder. */
static void what_gets_no_output_is_never_done(void **state)
{
	struct fixture *fixture = *state;

	put("in/a.jpg", "\xff\xd8\xff", 1);
	put("in/a.txt", "text", 1);
	fixture->options.skip_existing = 1;
	assert_found(fixture, false, "in/a.jpg>a.jpg\nin/a.txt>\n");
}

static void a_dry_run_says_what_reading_would_say(void **state)
{
	struct fixture *fixture = *state;
	char formats[80];
	char expected[512];

	codec_formats(formats, sizeof formats);
	snprintf(expected, sizeof expected,
		 "in/a.jpg>a.jpg\n"
		 "in/b.jpg>b.jpg skip not an image by its first bytes (%s are)\n"
		 "in/c.jpg>c.jpg fail empty file\n"
		 "in/d.jpg>d.jpg fail the file has 5 bytes, more than 4 (--max-bytes)\n"
		 "in/e.jpg>e.jpg fail not a regular file but a FIFO\n",
		 formats);
	put("in/a.jpg", "\xff\xd8\xff", 1);
	put("in/b.jpg", "text", 1);
	put("in/c.jpg", "", 1);
	fixture->options.max_bytes = 4;
	put("in/d.jpg", "\xff\xd8\xff..", 1);
	assert_int_equal(mkfifo("in/e.jpg", 0600), 0);
	assert_found(fixture, true, expected);
	assert_found(fixture, false,
		     "in/a.jpg>a.jpg\nin/b.jpg>b.jpg\nin/c.jpg>c.jpg\nin/d.jpg>d.jpg\n"
		     "in/e.jpg>e.jpg\n");
}

static void a_dry_run_leaves_the_output_folder_alone(void **state)
{
	put("in/a.jpg", "\xff\xd8\xff", 1);
	put("out/.imgtop-old-1", "left by a run", 1);
	assert_found(*state, true, "in/a.jpg>a.jpg\n");
	assert_int_equal(access("out/.imgtop-old-1", F_OK), 0);
	assert_found(*state, false, "in/a.jpg>a.jpg\n");
	assert_int_equal(access("out/.imgtop-old-1", F_OK), -1);
}

int main(void)
{
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		IN_FOLDER(only_an_output_that_is_newer_is_done),
		IN_FOLDER(an_output_whose_thumb_is_missing_or_old_is_not_done),
		IN_FOLDER(folders_and_links_in_the_place_of_an_output_are_not_done),
		IN_FOLDER(what_is_done_is_skipped_only_when_that_was_asked_for),
		IN_FOLDER(what_gets_no_output_is_never_done),
		IN_FOLDER(a_dry_run_says_what_reading_would_say),
		IN_FOLDER(a_dry_run_leaves_the_output_folder_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
