/*
 * images_walk_test.c - what is never walked, never an input, and refused before anything starts.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "images_source_fixture.h"

static void the_output_folder_is_never_walked(void **state)
{
	folder("in");
	folder("in/out");
	folder("in/out/deep");
	image("in/a.jpg");
	image("in/out/a.jpg");
	image("in/out/deep/b.jpg");
	assert_int_equal(symlink("out/deep", "in/link") | symlink("out", "in/other"), 0);
	((struct fixture *)*state)->base.config.output = "in/out";
	assert_int_equal(check(*state, "in", NULL), 0);
	assert_found(*state, "in", NULL, "in/a.jpg>a.jpg\n");
}

static void an_input_folder_that_is_the_output_folder_needs_a_suffix(void **state)
{
	struct fixture *fixture = *state;

	folder("in");
	folder("in/sub");
	image("in/a.jpg");
	image("in/a-s.jpg");
	image("in/a-s.thumb.jpg");
	image("in/sub/b-s.jpg");
	put_file("in/.imgtop-old-1", "left", 4);
	assert_int_equal(symlink("in", "out"), 0);
	assert_check_says(fixture, "in", NULL, "--suffix");
	assert_check_says(fixture, "in/a.jpg", NULL, "--suffix");
	set(fixture, "suffix", "-s");
	assert_int_equal(check(fixture, "in", NULL), 0);
	assert_int_equal(check(fixture, "in/a.jpg", "in/a-s.jpg"), 0);
	assert_found(fixture, "in", NULL,
		     "in/a-s.jpg!skip: carries the suffix: an output of an earlier run, by its "
		     "name\n"
		     "in/a-s.thumb.jpg!skip: carries the suffix: an output of an earlier run, by "
		     "its name\n"
		     "in/a.jpg>a-s.jpg\n"
		     "in/sub/b-s.jpg!skip: carries the suffix: an output of an earlier run, by its "
		     "name\n");
	assert_int_equal(access("in/.imgtop-old-1", F_OK), -1);
	assert_found(fixture, "in/a.jpg", "in/a-s.jpg",
		     "in/a-s.jpg!skip: carries the suffix: an output of an earlier run, by its "
		     "name\n"
		     "in/a.jpg>a-s.jpg\n");
}

static void inputs_that_lie_in_the_output_folder_are_refused(void **state)
{
	folder("out");
	folder("out/photos");
	folder("outer");
	image("out/photos/a.jpg");
	assert_check_says(*state, "out/photos", NULL, "lies in the output folder");
	assert_int_equal(find(*state, "out/photos", NULL), -1);
	assert_check_says(*state, "outer", "out", "lies in the output folder");
	assert_int_equal(check(*state, "outer", NULL), 0);
	assert_int_equal(check(*state, "out/photos/a.jpg", NULL), 0);
}

static void links_do_not_lead_outputs_to_inputs(void **state)
{
	struct fixture *fixture = *state;

	folder("in");
	folder("out");
	folder("out/in");
	image("in/a.jpg");
	image("out/b.jpg");
	image("out/in/c.jpg");
	assert_int_equal(
		symlink("../out/b.jpg", "in/b.jpg") | symlink("../in/a.jpg", "out/link.jpg"), 0);
	assert_found(fixture, "in", NULL,
		     "in/b.jpg!skip: a link into the output folder\nin/a.jpg>a.jpg\n");
	assert_check_says(fixture, "in/b.jpg", NULL, "lies in the output folder");
	assert_check_says(fixture, "out/link.jpg", NULL, "lies in the output folder");
	assert_int_equal(check(fixture, "in/a.jpg", "out/in/c.jpg"), 0);
	assert_check_says(fixture, "in", "out/in/c.jpg", "could replace inputs");
}

static void what_cannot_start_is_refused_with_a_sentence(void **state)
{
	struct fixture *fixture = *state;

	assert_check_says(fixture, NULL, NULL, "no input");
	assert_check_says(fixture, "none", NULL, "none: No such file");
	image("a.jpg");
	set(fixture, "background", "pink");
	assert_check_says(fixture, "a.jpg", NULL, "--background");
	set(fixture, "background", "#aabbc");
	assert_check_says(fixture, "a.jpg", NULL, "--background");
	set(fixture, "background", "00aAfF");
	assert_int_equal(check(fixture, "a.jpg", NULL), 0);
	set(fixture, "suffix", "a/b");
	assert_check_says(fixture, "a.jpg", NULL, "--suffix");
	set(fixture, "suffix", "");
	set(fixture, "patch", "1,2");
	assert_check_says(fixture, "a.jpg", NULL, "--patch");
	set(fixture, "patch", "");
	fixture->base.config.output = NULL;
	assert_check_says(fixture, "a.jpg", NULL, "-o");
}

static void folders_that_cannot_be_read_and_loops_are_reported(void **state)
{
	struct fixture *fixture = *state;

	folder("in");
	folder("in/sub");
	image("in/a.jpg");
	assert_int_equal(symlink("..", "in/sub/up"), 0);
	assert_found(fixture, "in", NULL, "in/a.jpg>a.jpg\n");
	assert_non_null(strstr(fixture->warnings.text, "in/sub/up: leads back"));
	if (geteuid() == 0)
		return; /* who may read everything */
	assert_int_equal(chmod("in/sub", 0), 0);
	assert_found(fixture, "in", NULL,
		     "in/a.jpg>a.jpg\nin/sub!open folder: Permission denied\n");
}

static void a_fifo_is_handed_on_without_being_opened(void **state)
{
	folder("in");
	assert_int_equal(mkfifo("in/a.jpg", 0600), 0);
	image("in/a.png");
	assert_found(*state, "in", NULL, "in/a.jpg>\nin/a.png>a.jpg\n");
}

static void leftovers_of_earlier_runs_are_swept_and_never_inputs(void **state)
{
	folder("in");
	folder("out");
	folder("out/sub");
	folder("in/sub");
	image("in/.imgtop-x-1");
	image("in/sub/a.jpg");
	image("out/.imgtop-old-1");
	image("out/sub/.imgtop-old-2");
	image("out/sub/.imgtop-test-1");
	assert_found(*state, "in", NULL, "in/sub/a.jpg>sub/a.jpg\n");
	assert_int_equal(access("out/.imgtop-old-1", F_OK), -1);
	assert_int_equal(access("out/sub/.imgtop-old-2", F_OK), -1);
	assert_int_equal(access("out/sub/.imgtop-test-1", F_OK), 0);
	assert_int_equal(access("in/.imgtop-x-1", F_OK), 0);
}

static void a_stopped_run_is_not_searched_on(void **state)
{
	struct fixture *fixture = *state;

	folder("in");
	folder("in/sub");
	image("in/a.jpg");
	image("in/b.jpg");
	image("in/sub/c.jpg");
	fixture->emits_left = 1;
	assert_found(fixture, "in", NULL, "in/a.jpg>a.jpg\n");
}

int main(void)
{
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		IN_FOLDER(the_output_folder_is_never_walked),
		IN_FOLDER(an_input_folder_that_is_the_output_folder_needs_a_suffix),
		IN_FOLDER(inputs_that_lie_in_the_output_folder_are_refused),
		IN_FOLDER(links_do_not_lead_outputs_to_inputs),
		IN_FOLDER(what_cannot_start_is_refused_with_a_sentence),
		IN_FOLDER(folders_that_cannot_be_read_and_loops_are_reported),
		IN_FOLDER(a_fifo_is_handed_on_without_being_opened),
		IN_FOLDER(leftovers_of_earlier_runs_are_swept_and_never_inputs),
		IN_FOLDER(a_stopped_run_is_not_searched_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
