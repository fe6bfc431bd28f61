/*
 * images_stages_test.c - what comes out of one image, from its file to its outputs.
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

static void a_picture_is_fitted_into_the_box(void **state)
{
	struct fixture *fixture = *state;

	put_jpeg("in.jpg", 500, 200);
	set(fixture, "max", "100x100");
	assert_int_equal(run(fixture, "in.jpg", "a/b.jpg"), 0);
	assert_size("out/a/b.jpg", 100, 40);
	assert_true(fixture->work.bytes_in > 0 && fixture->work.bytes_out > 0);
}

static void a_small_picture_is_not_enlarged(void **state)
{
	struct fixture *fixture = *state;

	put_jpeg("in.jpg", 33, 17);
	assert_int_equal(run(fixture, "in.jpg", "o.jpg"), 0);
	assert_size("out/o.jpg", 33, 17);
	put_png("in.png", 1, 1);
	assert_int_equal(run(fixture, "in.png", "p.jpg"), 0);
	assert_size("out/p.jpg", 1, 1);
}

static void a_turned_picture_comes_out_upright(void **state)
{
	struct fixture *fixture = *state;

	put_turned_jpeg("in.jpg", 400, 200, 6);
	set(fixture, "max", "100x300");
	set(fixture, "metadata", "keep");
	assert_int_equal(run(fixture, "in.jpg", "o.jpg"), 0);
	assert_size("out/o.jpg", 100, 200);
	assert_true(probe("out/o.jpg").has_exif);
	assert_int_equal(probe("out/o.jpg").geometry.orientation, 1);
}

static void metadata_is_stripped_unless_it_shall_be_kept(void **state)
{
	struct fixture *fixture = *state;

	put_turned_jpeg("in.jpg", 40, 20, 1);
	assert_int_equal(run(fixture, "in.jpg", "o.jpg"), 0);
	assert_false(probe("out/o.jpg").has_exif);
	set(fixture, "metadata", "keep");
	set(fixture, "thumb", "10");
	assert_int_equal(run(fixture, "in.jpg", "o.jpg"), 0);
	assert_true(probe("out/o.jpg").has_exif);
	assert_false(probe("out/o.thumb.jpg").has_exif);
}

static void a_thumb_is_written_beside_and_knows_nothing_of_the_patch(void **state)
{
	struct fixture *fixture = *state;

	put_jpeg("in.jpg", 300, 200);
	set(fixture, "max", "150");
	set(fixture, "thumb", "30");
	assert_int_equal(run(fixture, "in.jpg", "plain.jpg"), 0);
	set(fixture, "patch", "centre");
	assert_int_equal(run(fixture, "in.jpg", "patched.jpg"), 0);
	assert_size("out/plain.jpg", 150, 100);
	assert_size("out/plain.thumb.jpg", 30, 20);
	assert_true(same_bytes("out/plain.thumb.jpg", "out/patched.thumb.jpg"));
	assert_false(same_bytes("out/plain.jpg", "out/patched.jpg"));
}

static void a_thumb_of_a_picture_that_is_not_resized_is_not_patched_either(void **state)
{
	struct fixture *fixture = *state;

	put_jpeg("in.jpg", 30, 20);
	set(fixture, "thumb", "30");
	assert_int_equal(run(fixture, "in.jpg", "plain.jpg"), 0);
	set(fixture, "patch", "0,0,30x20");
	assert_int_equal(run(fixture, "in.jpg", "patched.jpg"), 0);
	assert_true(same_bytes("out/plain.thumb.jpg", "out/patched.thumb.jpg"));
	assert_false(same_bytes("out/plain.jpg", "out/patched.jpg"));
}

static void a_patch_outside_of_the_picture_changes_nothing_and_warns(void **state)
{
	struct fixture *fixture = *state;

	put_jpeg("in.jpg", 30, 20);
	assert_int_equal(run(fixture, "in.jpg", "plain.jpg"), 0);
	assert_string_equal(fixture->work.warning, "");
	set(fixture, "patch", "500,500,10x10");
	assert_int_equal(run(fixture, "in.jpg", "patched.jpg"), 0);
	assert_true(same_bytes("out/plain.jpg", "out/patched.jpg"));
	assert_non_null(strstr(fixture->work.warning, "--patch"));
}

static void options_reach_the_encoder(void **state)
{
	struct fixture *fixture = *state;

	put_jpeg("in.jpg", 200, 100);
	assert_int_equal(run(fixture, "in.jpg", "a.jpg"), 0);
	set(fixture, "quality", "20");
	assert_int_equal(run(fixture, "in.jpg", "b.jpg"), 0);
	assert_true(file_bytes("out/b.jpg") < file_bytes("out/a.jpg"));
	set(fixture, "progressive", "yes");
	assert_int_equal(run(fixture, "in.jpg", "c.jpg"), 0);
	assert_false(probe("out/a.jpg").progressive);
	assert_true(probe("out/c.jpg").progressive);
}

static void transparency_shows_the_background(void **state)
{
	struct fixture *fixture = *state;

	put_png("in.png", 64, 64);
	assert_int_equal(run(fixture, "in.png", "white.jpg"), 0);
	set(fixture, "background", "ffffff");
	assert_int_equal(run(fixture, "in.png", "digits.jpg"), 0);
	set(fixture, "background", "black");
	assert_int_equal(run(fixture, "in.png", "black.jpg"), 0);
	assert_true(same_bytes("out/white.jpg", "out/digits.jpg"));
	assert_false(same_bytes("out/white.jpg", "out/black.jpg"));
}

static void results_are_summed_up(void **state)
{
	struct fixture *fixture = *state;
	void *totals = mem_calloc(1, fixture->base.workload->accumulator_size);
	char json[512];

	put_jpeg("in.jpg", 200, 100);
	set(fixture, "max", "100");
	set(fixture, "thumb", "10");
	for (int i = 0; i < 2; i++) {
		assert_int_equal(run(fixture, "in.jpg", "o.jpg"), 0);
		fixture->base.workload->fold(totals, fixture->work.result,
					     fixture->work.result_length);
	}
	fixture->base.workload->fold(totals, "junk", 4);
	fixture->base.workload->describe(totals, json, sizeof json);
	assert_string_equal(json, "{\"images\":2,\"pixels_in\":40000,\"pixels_out\":10000,"
				  "\"thumbs\":2,\"damaged\":0}");
	free(totals);
}

static void every_entry_of_the_option_table_is_complete(void **state)
{
	struct fixture *fixture = *state;

	for (size_t i = 0; i < fixture->base.workload->noptions; i++) {
		const struct option_spec *spec = &fixture->base.workload->options[i];

		assert_non_null(spec->name);
		assert_non_null(spec->help);
		assert_true(spec->kind == OPTION_FLAG || spec->argument != NULL);
		assert_true(spec->kind != OPTION_CHOICE || spec->choices != NULL);
	}
	assert_int_equal(fixture->base.options.max.width_px, 1920);
	assert_int_equal(fixture->base.options.max_bytes, 512 << 20);
}

int main(void)
{
#define WITH_SLOT(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		WITH_SLOT(a_picture_is_fitted_into_the_box),
		WITH_SLOT(a_small_picture_is_not_enlarged),
		WITH_SLOT(a_turned_picture_comes_out_upright),
		WITH_SLOT(metadata_is_stripped_unless_it_shall_be_kept),
		WITH_SLOT(a_thumb_is_written_beside_and_knows_nothing_of_the_patch),
		WITH_SLOT(a_thumb_of_a_picture_that_is_not_resized_is_not_patched_either),
		WITH_SLOT(a_patch_outside_of_the_picture_changes_nothing_and_warns),
		WITH_SLOT(options_reach_the_encoder),
		WITH_SLOT(transparency_shows_the_background),
		WITH_SLOT(results_are_summed_up),
		WITH_SLOT(every_entry_of_the_option_table_is_complete),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
