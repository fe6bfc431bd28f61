/*
 * resize_test.c - sizes, pixel centres, kernels and source boxes.
 */
#include "config.h"

#include "image/resize.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "image/orientation.h"
#include "image_support.h"
#include "resize_reference.h"

static struct image resized(struct resizer *resizer, const struct image *source, uint32_t width,
			    uint32_t height)
{
	struct image_geometry geometry;
	struct image result;
	struct err err;

	image_geometry_init(&geometry, source->geometry.format, width, height);
	result = new_image(&geometry);
	if (resize_image(resizer, source, &result, NULL, &err) != 0)
		fail_msg("%ux%u to %ux%u: %s", source->geometry.width, source->geometry.height,
			 width, height, err.text);
	return result;
}

static void assert_fits(uint32_t width, uint32_t height, uint32_t max_width, uint32_t max_height,
			uint32_t fit_width, uint32_t fit_height)
{
	uint32_t w;
	uint32_t h;

	resize_fit(width, height, max_width, max_height, &w, &h);
	if (w != fit_width || h != fit_height)
		fail_msg("%ux%u into %ux%u gave %ux%u, not %ux%u", width, height, max_width,
			 max_height, w, h, fit_width, fit_height);
}

static void pictures_are_fitted_with_their_aspect_and_never_enlarged(void **state)
{
	(void)state;
	assert_fits(4000, 3000, 1920, 1920, 1920, 1440);
	assert_fits(3000, 4000, 1920, 1920, 1440, 1920);
	assert_fits(2688, 1520, 1920, 1920, 1920, 1086); /* 1085.7 */
	assert_fits(4064, 2704, 1920, 1920, 1920, 1277); /* 1277.5 would be 1278, 1277.48 is not */
	assert_fits(800, 600, 1920, 1920, 800, 600);
	assert_fits(800, 600, 0, 0, 800, 600);
	assert_fits(800, 600, 400, 0, 400, 300);
	assert_fits(800, 600, 0, 300, 400, 300);
	assert_fits(800, 600, 1920, 300, 400, 300);
	assert_fits(65535, 1, 100, 100, 100, 1);
	assert_fits(1, 65535, 100, 100, 1, 100);
	assert_fits(65535, 65535, 65534, 65535, 65534, 65534);
	assert_fits(1, 1, 1, 1, 1, 1);
}

static void a_constant_picture_stays_constant(void **state)
{
	static const uint32_t sizes[][4] = {
		{300, 200, 299, 199}, {300, 200, 150, 100}, {301, 203, 77, 52},
		{1000, 900, 3, 2},    {5, 5, 1, 1},	    {2000, 1, 3, 1},
		{1, 2000, 1, 3},      {2, 3, 1, 2},	    {4000, 7, 20, 1},
	};
	static const unsigned char levels[] = {0, 1, 77, 128, 254, 255};

	(void)state;
	for (int filter = 0; resize_filter_names[filter] != NULL; filter++) {
		struct resizer *resizer = resizer_open((enum resize_filter)filter);

		for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
			unsigned char level = levels[i % sizeof levels];
			struct image_geometry geometry;
			struct image source;
			struct image result;

			image_geometry_init(&geometry, IMAGE_GRAY8, sizes[i][0], sizes[i][1]);
			source = new_image(&geometry);
			memset(source.data[0], level, geometry.bytes);
			result = resized(resizer, &source, sizes[i][2], sizes[i][3]);
			for (uint32_t y = 0; y < sizes[i][3]; y++)
				for (uint32_t x = 0; x < sizes[i][2]; x++)
					assert_int_equal(image_row(&result, 0, y)[x], level);
			free_image(&source);
			free_image(&result);
		}
		resizer_close(resizer);
	}
}

/* Rings of ever higher frequency, up to what the picture can just hold. Their contrast leaves room
 * for the kernel's overshoot, which integers clip between the two directions. */
static void paint_zone_plate(uint32_t x, uint32_t y, uint32_t width, uint32_t height,
			     unsigned char rgb[3])
{
	double dx = x - width / 3.0;
	double dy = y - height / 3.0;
	double phase = (dx * dx + dy * dy) * 3.14159265358979 / (2 * width);

	for (unsigned i = 0; i < 3; i++)
		rgb[i] = (unsigned char)lrint(127.5 + 90 * cos(phase + i));
}

struct deviation {
	double mean;
	double largest;
	double edge_mean; /* of the last two rows and columns */
};

static struct deviation against_reference(const struct image *source, const struct image *result)
{
	uint32_t width = result->geometry.width;
	uint32_t height = result->geometry.height;
	double *wanted = mem_calloc((size_t)width * height, sizeof(double));
	struct deviation deviation = {0};
	double edge_samples = 0;

	reference_lanczos(source, 0, width, height, wanted);
	for (uint32_t y = 0; y < height; y++)
		for (uint32_t x = 0; x < width; x++) {
			double value = fmin(fmax(wanted[(size_t)y * width + x], 0), 255);
			double d = fabs(value - image_row(result, 0, y)[x]);

			deviation.mean += d / ((double)width * height);
			deviation.largest = fmax(deviation.largest, d);
			if (x + 2 < width && y + 2 < height)
				continue;
			deviation.edge_mean += d;
			edge_samples++;
		}
	deviation.edge_mean /= edge_samples;
	free(wanted);
	return deviation;
}

static void a_zone_plate_does_not_alias_and_matches_the_reference(void **state)
{
	static const uint32_t sizes[][2] = {{399, 299}, {200, 150}, {133, 97}, {64, 48}, {31, 17}};
	struct resizer *resizer = resizer_open(RESIZE_LANCZOS3);
	struct image source = painted_image(400, 300, paint_zone_plate);

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		struct image result = resized(resizer, &source, sizes[i][0], sizes[i][1]);
		struct deviation deviation = against_reference(&source, &result);

		/* Rounding alone is up to 0.5. */
		if (deviation.mean > 0.45 || deviation.largest > 0.75)
			fail_msg("%ux%u: mean %.3f, largest %.3f off", sizes[i][0], sizes[i][1],
				 deviation.mean, deviation.largest);
		free_image(&result);
	}
	free_image(&source);
	resizer_close(resizer);
}

static void resize_then_mirror_equals_mirror_then_resize(void **state)
{
	static const uint32_t sizes[][2] = {{200, 150}, {133, 97}, {399, 298}};
	struct resizer *resizer = resizer_open(RESIZE_LANCZOS3);
	struct image source = painted_image(401, 301, paint_zone_plate);
	struct image mirrored = new_image(&source.geometry);

	(void)state;
	orientation_apply(&source, 3, &mirrored);
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		struct image result = resized(resizer, &source, sizes[i][0], sizes[i][1]);
		struct image after = new_image(&result.geometry);
		struct image before = resized(resizer, &mirrored, sizes[i][0], sizes[i][1]);
		struct difference difference;

		orientation_apply(&result, 3, &after);
		difference = compare_images(&before, &after);
		/* One step of rounding, where the exact value lies between two. */
		assert_in_range(difference.largest, 0, 1);
		assert_true(difference.mean < 0.01);
		free_image(&result);
		free_image(&after);
		free_image(&before);
	}
	free_image(&source);
	free_image(&mirrored);
	resizer_close(resizer);
}

static void a_fractional_source_box_is_honoured_to_its_edges(void **state)
{
	struct resizer *resizer = resizer_open(RESIZE_LANCZOS3);
	struct image source = painted_image(101, 76, paint_zone_plate);
	struct image result;
	struct deviation deviation;

	(void)state;
	for (unsigned i = 0; i < 3; i++)
		source.geometry.plane[i].box =
			(struct image_box){.x = 0, .width = 100.125, .height = 75.25};
	result = resized(resizer, &source, 60, 45);
	deviation = against_reference(&source, &result);
	assert_true(deviation.mean < 0.35);
	assert_true(deviation.edge_mean < 0.35);
	assert_true(deviation.largest < 0.75);
	free_image(&result);
	free_image(&source);
	resizer_close(resizer);
}

/* A destination whose samples reach beyond the picture, as odd widths do in 4:2:0 chroma. */
static void a_destination_box_smaller_than_its_samples_keeps_the_scale(void **state)
{
	struct resizer *resizer = resizer_open(RESIZE_BILINEAR);
	struct image source = painted_image(100, 80, paint_asymmetric);
	struct image_geometry geometry;
	struct image result;
	struct err err;

	(void)state;
	image_geometry_init(&geometry, IMAGE_RGB8, 26, 20);
	for (unsigned i = 0; i < 3; i++)
		geometry.plane[i].box = (struct image_box){.x = 0.5, .width = 25, .height = 20};
	result = new_image(&geometry);
	assert_int_equal(resize_image(resizer, &source, &result, NULL, &err), 0);
	/* Sample 10 covers 4 source columns per sample from (10 - 0.5) * 4 = 38 to 42. */
	assert_in_range(image_row(&result, 0, 10)[10], 255 * 39 / 99 - 1, 255 * 40 / 99 + 1);
	free_image(&result);
	free_image(&source);
	resizer_close(resizer);
}

static void more_geometries_than_are_kept_give_the_same_pictures_again(void **state)
{
	struct resizer *resizer = resizer_open(RESIZE_LANCZOS3);
	struct image source = painted_image(90, 60, paint_zone_plate);
	struct image first[30];

	(void)state;
	for (uint32_t i = 0; i < 30; i++)
		first[i] = resized(resizer, &source, 80 - i, 50 - i);
	for (uint32_t i = 0; i < 30; i++) {
		struct image again = resized(resizer, &source, 80 - i, 50 - i);

		assert_int_equal(compare_images(&first[i], &again).largest, 0);
		free_image(&again);
		free_image(&first[i]);
	}
	free_image(&source);
	resizer_close(resizer);
}

static void pictures_of_one_size_with_different_boxes_are_told_apart(void **state)
{
	struct resizer *resizer = resizer_open(RESIZE_LANCZOS3);
	struct image source = painted_image(90, 60, paint_asymmetric);
	struct image_box boxes[] = {
		{.x = 0, .y = 0, .width = 90, .height = 60},
		{.x = 8, .y = 0, .width = 80, .height = 60},
		{.x = 0, .y = 8, .width = 90, .height = 50},
		{.x = 0, .y = 0, .width = 80, .height = 60},
		{.x = 0, .y = 0, .width = 90, .height = 50},
	};
	enum { BOXES = sizeof boxes / sizeof boxes[0] };
	struct image results[BOXES];

	(void)state;
	for (unsigned i = 0; i < BOXES; i++) {
		for (unsigned plane = 0; plane < 3; plane++)
			source.geometry.plane[plane].box = boxes[i];
		results[i] = resized(resizer, &source, 45, 30);
		for (unsigned j = 0; j < i; j++)
			assert_true(compare_images(&results[j], &results[i]).largest > 3);
	}
	for (unsigned i = 0; i < BOXES; i++)
		free_image(&results[i]);
	free_image(&source);
	resizer_close(resizer);
}

static bool cancel(void *context)
{
	++*(unsigned *)context;
	return true;
}

static void an_abandoned_picture_is_a_transient_error(void **state)
{
	struct resizer *resizer = resizer_open(RESIZE_LANCZOS3);
	struct image source = painted_image(90, 60, paint_zone_plate);
	struct image_geometry geometry;
	struct image result;
	unsigned asked = 0;
	struct codec_hooks hooks = {.cancelled = cancel, .context = &asked};
	struct err err = {0};

	(void)state;
	image_geometry_init(&geometry, IMAGE_RGB8, 40, 30);
	result = new_image(&geometry);
	assert_int_equal(resize_image(resizer, &source, &result, &hooks, &err), -1);
	assert_int_equal(err.kind, ERR_TRANSIENT);
	assert_int_equal(asked, 1);
	free_image(&result);
	free_image(&source);
	resizer_close(resizer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pictures_are_fitted_with_their_aspect_and_never_enlarged),
		cmocka_unit_test(a_constant_picture_stays_constant),
		cmocka_unit_test(a_zone_plate_does_not_alias_and_matches_the_reference),
		cmocka_unit_test(resize_then_mirror_equals_mirror_then_resize),
		cmocka_unit_test(a_fractional_source_box_is_honoured_to_its_edges),
		cmocka_unit_test(a_destination_box_smaller_than_its_samples_keeps_the_scale),
		cmocka_unit_test(more_geometries_than_are_kept_give_the_same_pictures_again),
		cmocka_unit_test(pictures_of_one_size_with_different_boxes_are_told_apart),
		cmocka_unit_test(an_abandoned_picture_is_a_transient_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
