/*
 * images_fused_test.c - decoding and resizing in one go leaves what the two stages leave.
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

#include "base/mem.h"
#include "images_stages_fixture.h"
#include "workload/images_worker.h"

/* As images_read leaves the slot. */
static void begin_with(struct fixture *fixture, const struct bytes *file)
{
	struct images_worker *worker;
	struct images_record record;
	struct codec_input input;
	struct codec_info info;
	void *start;

	begin(fixture, "in.jpg", "out.jpg");
	worker = fixture->base.worker;
	memset(fixture->slots[0].base, 0x5a, SLOT_BYTES);
	images_slot_begin(&fixture->work, &record);
	assert_int_equal(slot_memory_reserve(&fixture->slots[0], IMAGES_INPUT, file->length, &start,
					     &fixture->base.err),
			 0);
	memcpy(start, file->bytes, file->length);
	input = images_codec_input(&fixture->work, start, file->length);
	if (codec_probe(worker->codec, &input, &info, &fixture->base.err) != 0)
		fail_msg("%s", fixture->base.err.text);
	record.source = info.geometry;
	assert_int_equal(
		images_slot_store(&fixture->work, &record, IMAGES_DECODE, &fixture->base.err), 0);
}

struct outcome {
	int status;
	char error[sizeof((struct err){0}).text];
	char warning[sizeof((struct work){0}).warning];
	bool damaged;
	unsigned char *output;
	size_t length;
};

static struct outcome outcome_of(struct fixture *fixture, int status)
{
	struct outcome outcome = {.status = status, .damaged = fixture->work.damaged};
	struct images_record record;
	const void *bytes;

	snprintf(outcome.warning, sizeof outcome.warning, "%s", fixture->work.warning);
	if (status != 0) {
		snprintf(outcome.error, sizeof outcome.error, "%s", fixture->base.err.text);
		return outcome;
	}
	assert_int_equal(
		images_slot_load(&fixture->work, IMAGES_WRITE, &record, &fixture->base.err), 0);
	assert_int_equal(
		images_slot_span(&fixture->work, IMAGES_OUTPUT,
				 &(struct images_span){0, record.main_output.bytes +
								  record.thumb_output.bytes},
				 &bytes, &fixture->base.err),
		0);
	outcome.length = (size_t)(record.main_output.bytes + record.thumb_output.bytes);
	outcome.output = mem_calloc(outcome.length, 1);
	memcpy(outcome.output, bytes, outcome.length);
	return outcome;
}

static int run_until_encoded(struct fixture *fixture, unsigned first)
{
	for (unsigned i = first; i <= IMAGES_ENCODE; i++)
		if (fixture->base.workload->stages[i].run(&fixture->work, &fixture->base.err) != 0)
			return err_context(&fixture->base.err, "%s",
					   fixture->base.workload->stages[i].name);
	return 0;
}

/* Both ways; the fused one has to apply. */
static void assert_same(struct fixture *fixture, const struct bytes *file, const char *what)
{
	const struct workload_fused *fused = &fixture->base.workload->fused[0];
	struct outcome cut;
	struct outcome whole;
	int status;

	begin_with(fixture, file);
	cut = outcome_of(fixture, run_until_encoded(fixture, IMAGES_DECODE));
	begin_with(fixture, file);
	if (!fused->applies(&fixture->work))
		fail_msg("%s: not decoded in one go", what);
	status = fused->run(&fixture->work, &fixture->base.err);
	if (status == 0) {
		assert_int_equal(fixture->nstages, 2);
		assert_int_equal(fixture->stages[0], IMAGES_DECODE);
		assert_int_equal(fixture->stages[1], IMAGES_RESIZE);
		status = run_until_encoded(fixture, fused->last + 1);
	}
	whole = outcome_of(fixture, status);
	assert_int_equal(cut.status, whole.status);
	assert_string_equal(cut.error, whole.error);
	assert_string_equal(cut.warning, whole.warning);
	assert_int_equal(cut.damaged, whole.damaged);
	if (cut.length != whole.length ||
	    (cut.length != 0 && memcmp(cut.output, whole.output, cut.length) != 0))
		fail_msg("%s: the outputs differ", what);
	free(cut.output);
	free(whole.output);
}

static const struct jpeg_recipe samplings[] = {
	{.h_sampling = 1, .v_sampling = 1},
	{.h_sampling = 2, .v_sampling = 1},
	{.h_sampling = 2, .v_sampling = 2},
	{.h_sampling = 1, .v_sampling = 2},
	{.h_sampling = 4, .v_sampling = 1},
	{.h_sampling = 4, .v_sampling = 2},
	{.h_sampling = 2, .v_sampling = 2, .chroma_v_sampling = 2},
	{.h_sampling = 2, .v_sampling = 2, .progressive = true},
	{.h_sampling = 2, .v_sampling = 2, .restart_rows = 1},
	{.components = 1},
	{.components = 1, .h_sampling = 2, .v_sampling = 2},
};

enum { SAMPLINGS = sizeof samplings / sizeof samplings[0] };

static void paint_noise(uint32_t x, uint32_t y, uint32_t width, uint32_t height,
			unsigned char rgb[3])
{
	uint32_t hash = (x * 2654435761u) ^ (y * 40503u * 65537u);

	paint_asymmetric(x, y, width, height, rgb);
	hash ^= hash >> 13;
	for (unsigned i = 0; i < 3; i++)
		rgb[i] = (unsigned char)(rgb[i] / 2 + (hash >> (8 * i)) % 128);
}

static void compare(struct fixture *fixture, struct jpeg_recipe recipe)
{
	char what[80];
	struct bytes jpeg;

	recipe.paint = paint_noise;
	jpeg = make_jpeg(&recipe);
	snprintf(what, sizeof what, "%ux%u, %dx%d, orientation %u, into %d", recipe.width,
		 recipe.height, recipe.h_sampling, recipe.v_sampling, recipe.orientation,
		 (int)fixture->base.options.max.width_px);
	assert_same(fixture, &jpeg, what);
	free(jpeg.bytes);
}

static void every_sampling_size_and_orientation_leaves_the_same_bytes(void **state)
{
	static const char *const maxima[] = {"310", "110", "47", "22", "9"};
	struct fixture *fixture = *state;

	set(fixture, "thumb", "16");
	set(fixture, "patch", "centre");
	for (size_t i = 0; i < sizeof maxima / sizeof maxima[0]; i++) {
		set(fixture, "max", maxima[i]);
		for (unsigned orientation = 1; orientation <= 8; orientation++)
			for (size_t k = 0; k < SAMPLINGS; k++) {
				struct jpeg_recipe recipe = samplings[k];

				recipe.width = 311 + orientation;
				recipe.height = 203 + (uint32_t)k;
				recipe.orientation = orientation;
				compare(fixture, recipe);
			}
	}
}

static void every_sampling_of_the_output_and_kernel_leaves_the_same_bytes(void **state)
{
	static const char *const modes[] = {"420", "422", "444"};
	struct fixture *fixture = *state;

	set(fixture, "max", "90");
	for (size_t mode = 0; mode < 3; mode++)
		for (size_t kernel = 0; resize_filter_names[kernel] != NULL; kernel++) {
			set(fixture, "subsampling", modes[mode]);
			set(fixture, "kernel", resize_filter_names[kernel]);
			for (size_t k = 0; k < SAMPLINGS; k++) {
				struct jpeg_recipe recipe = samplings[k];

				recipe.width = 203;
				recipe.height = 149;
				recipe.orientation = 3;
				compare(fixture, recipe);
			}
		}
}

static void pictures_smaller_than_the_window_leave_the_same_bytes(void **state)
{
	struct fixture *fixture = *state;

	set(fixture, "max", "5");
	for (uint32_t width = 1; width < 40; width += 3)
		for (uint32_t height = 7; height < 30; height += 4)
			compare(fixture, (struct jpeg_recipe){.width = width,
							      .height = height,
							      .h_sampling = 2,
							      .v_sampling = 2});
}

static void damage_leaves_the_same_bytes_or_the_same_error(void **state)
{
	struct fixture *fixture = *state;
	struct jpeg_recipe recipe = {.width = 203,
				     .height = 149,
				     .h_sampling = 2,
				     .v_sampling = 2,
				     .paint = paint_noise};
	size_t scan;
	struct bytes jpeg;

	for (unsigned tolerate = 0; tolerate < 2; tolerate++)
		for (unsigned progressive = 0; progressive < 2; progressive++) {
			if (tolerate)
				set(fixture, "tolerate", NULL);
			set(fixture, "max", "80");
			recipe.progressive = progressive;
			jpeg = make_jpeg(&recipe);
			scan = find_jpeg_marker(&jpeg, 0xda);
			for (size_t length = scan + 40; length < jpeg.length; length += 997) {
				struct bytes cut = {jpeg.bytes, length};
				unsigned char kept[2] = {jpeg.bytes[length],
							 jpeg.bytes[length - 1]};

				assert_same(fixture, &cut, "a file that ends early");
				/* An SOF in the middle of a scan is an error, no warning. */
				jpeg.bytes[length - 1] = 0xff;
				jpeg.bytes[length] = 0xc3;
				assert_same(fixture, &jpeg, "a wrong marker in the data");
				jpeg.bytes[length] = kept[0];
				jpeg.bytes[length - 1] = kept[1];
			}
			free(jpeg.bytes);
		}
}

static void what_the_stages_would_only_copy_is_left_to_them(void **state)
{
	struct fixture *fixture = *state;
	struct bytes same = make_jpeg(
		&(struct jpeg_recipe){.width = 64, .height = 48, .h_sampling = 2, .v_sampling = 2});
	struct bytes pixels =
		make_jpeg(&(struct jpeg_recipe){.width = 64, .height = 48, .rgb = true});

	begin_with(fixture, &same);
	assert_false(fixture->base.workload->fused[0].applies(&fixture->work));
	set(fixture, "max", "20");
	begin_with(fixture, &same);
	assert_true(fixture->base.workload->fused[0].applies(&fixture->work));
	begin_with(fixture, &pixels);
	assert_false(fixture->base.workload->fused[0].applies(&fixture->work));
	free(same.bytes);
	free(pixels.bytes);
}

static void a_grey_picture_that_its_profile_converts_is_left_to_the_stages(void **state)
{
	static const char *const wishes[] = {"keep", "srgb", "drop"};
	struct fixture *fixture = *state;
	struct bytes icc = make_icc("GRAY");
	struct bytes profiled = make_jpeg(
		&(struct jpeg_recipe){.width = 64, .height = 48, .components = 1, .icc = &icc});

	set(fixture, "max", "20");
	for (size_t i = 0; i < 3; i++) {
		set(fixture, "icc", wishes[i]);
		begin_with(fixture, &profiled);
		assert_int_equal(fixture->base.workload->fused[0].applies(&fixture->work), i == 2);
	}
	assert_same(fixture, &profiled, "a profile that is dropped");
	free(icc.bytes);
	free(profiled.bytes);
}

static void a_damaged_record_is_refused_or_left_to_the_stages(void **state)
{
	static const uint32_t absurd[] = {0, 1, 0x7fffffff, 0xffffffff, 65536};
	struct fixture *fixture = *state;
	struct bytes jpeg = make_jpeg(
		&(struct jpeg_recipe){.width = 64, .height = 48, .h_sampling = 2, .v_sampling = 2});
	const struct workload_fused *fused = &fixture->base.workload->fused[0];
	unsigned refused = 0;

	set(fixture, "max", "20");
	for (size_t at = 0; at < sizeof(struct image_geometry); at += sizeof(uint32_t))
		for (size_t i = 0; i < sizeof absurd / sizeof absurd[0]; i++) {
			unsigned char *record;
			size_t bytes;

			begin_with(fixture, &jpeg);
			record = slot_memory_get(&fixture->slots[0], IMAGES_META, &bytes);
			memcpy(record + offsetof(struct images_record, source) + at, &absurd[i],
			       sizeof absurd[i]);
			if (fused->applies(&fixture->work) &&
			    fused->run(&fixture->work, &fixture->base.err) != 0)
				refused++;
		}
	assert_true(refused > 100);
	free(jpeg.bytes);
}

int main(void)
{
#define WITH_SLOT(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		WITH_SLOT(every_sampling_size_and_orientation_leaves_the_same_bytes),
		WITH_SLOT(every_sampling_of_the_output_and_kernel_leaves_the_same_bytes),
		WITH_SLOT(pictures_smaller_than_the_window_leave_the_same_bytes),
		WITH_SLOT(damage_leaves_the_same_bytes_or_the_same_error),
		WITH_SLOT(what_the_stages_would_only_copy_is_left_to_them),
		WITH_SLOT(a_grey_picture_that_its_profile_converts_is_left_to_the_stages),
		WITH_SLOT(a_damaged_record_is_refused_or_left_to_the_stages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
