/*
 * reduce_test.c - from what a decoder gives to an upright, opaque picture that fits its box.
 */
#include "config.h"

#include "image/reduce.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "image/orientation.h"
#include "image_support.h"

static const struct image_colour white = {255, 255, 255};

static struct image reduced(struct image *source, uint32_t max_width, uint32_t max_height,
			    struct image_colour background)
{
	struct resizer *resizer = resizer_open(RESIZE_LANCZOS3);
	struct image_geometry geometry;
	struct image result;
	struct err err;

	reduce_plan(&source->geometry, &(struct reduce_target){max_width, max_height, {0}},
		    &geometry);
	result = new_image(&geometry);
	if (reduce_run(resizer, source, background, &result, NULL, &err) != 0)
		fail_msg("%s", err.text);
	resizer_close(resizer);
	return result;
}

/* What make_jpeg paints in paint_canvas. */
static const struct image *canvas;

static void paint_canvas(uint32_t x, uint32_t y, uint32_t width, uint32_t height,
			 unsigned char rgb[3])
{
	(void)width;
	(void)height;
	for (unsigned i = 0; i < 3; i++)
		rgb[i] = image_row(canvas, i, y)[x];
}

/* A JPEG of the upright picture as a camera held that way stores it. */
static struct bytes stored_jpeg(const struct image *upright, unsigned orientation)
{
	static const unsigned inverse[] = {0, 1, 2, 3, 4, 5, 8, 7, 6};
	bool swaps = orientation_swaps(orientation);
	struct image_geometry geometry;
	struct image stored;
	struct jpeg_recipe recipe = {.paint = paint_canvas, .orientation = orientation};
	struct bytes jpeg;

	recipe.width = swaps ? upright->geometry.height : upright->geometry.width;
	recipe.height = swaps ? upright->geometry.width : upright->geometry.height;
	image_geometry_init(&geometry, IMAGE_RGB8, recipe.width, recipe.height);
	stored = new_image(&geometry);
	orientation_apply(upright, inverse[orientation], &stored);
	canvas = &stored;
	jpeg = make_jpeg(&recipe);
	free_image(&stored);
	return jpeg;
}

static void check_orientation(const struct image *upright, const struct image *wanted,
			      unsigned orientation, uint32_t max_width, uint32_t max_height)
{
	struct codec_state *codecs = codec_open();
	struct bytes jpeg = stored_jpeg(upright, orientation);
	struct codec_input input = input_of(&jpeg);
	struct image decoded;
	struct image result;
	struct difference difference;

	input.max_width = max_width;
	input.max_height = max_height;
	decoded = decode_well(codecs, &input, NULL);
	assert_int_equal(decoded.geometry.orientation, orientation);
	result = reduced(&decoded, max_width, max_height, white);
	assert_int_equal(result.geometry.orientation, 1);
	difference = compare_images(wanted, &result);
	if (difference.mean > 1.0 || difference.largest > 12)
		fail_msg("orientation %u: mean %.2f, largest %d off", orientation, difference.mean,
			 difference.largest);
	free_image(&decoded);
	free_image(&result);
	free(jpeg.bytes);
	codec_close(codecs);
}

static void all_orientations_come_out_upright_and_the_same(void **state)
{
	static const uint32_t boxes[][2] = {{0, 0}, {100, 100}, {50, 1000}, {1000, 31}};
	struct image upright = painted_image(203, 131, paint_asymmetric);

	(void)state;
	for (size_t i = 0; i < sizeof boxes / sizeof boxes[0]; i++)
		for (unsigned orientation = 1; orientation <= 8; orientation++) {
			struct image copy = upright;
			struct image wanted = reduced(&copy, boxes[i][0], boxes[i][1], white);

			check_orientation(&upright, &wanted, orientation, boxes[i][0], boxes[i][1]);
			free_image(&wanted);
		}
	free_image(&upright);
}

static void the_box_bounds_the_upright_picture_not_the_stored_one(void **state)
{
	struct image_geometry geometry;
	struct image_geometry result;

	(void)state;
	image_geometry_init(&geometry, IMAGE_RGB8, 4000, 3000);
	geometry.orientation = 6;
	reduce_plan(&geometry, &(struct reduce_target){1920, 1080, {0}}, &result);
	assert_int_equal(result.width, 810);
	assert_int_equal(result.height, 1080);
}

/* Left half: red, wholly transparent. Right half: opaque white. */
static struct image half_transparent(uint32_t width, uint32_t height)
{
	static const unsigned char hidden[4] = {255, 0, 0, 0};
	struct image_geometry geometry;
	struct image image;

	image_geometry_init(&geometry, IMAGE_RGBA8, width, height);
	image = new_image(&geometry);
	for (unsigned i = 0; i < 4; i++)
		for (uint32_t y = 0; y < height; y++)
			for (uint32_t x = 0; x < width; x++)
				image_row(&image, i, y)[x] = x < width / 2 ? hidden[i] : 255;
	return image;
}

static bool is_grey(const struct image *image, uint32_t x, uint32_t y)
{
	return abs(image_row(image, 0, y)[x] - image_row(image, 1, y)[x]) <= 1 &&
	       abs(image_row(image, 0, y)[x] - image_row(image, 2, y)[x]) <= 1;
}

static void the_colour_of_transparent_pixels_does_not_bleed(void **state)
{
	static const uint32_t maxima[] = {0, 37, 16};
	static const struct image_colour backgrounds[] = {{255, 255, 255}, {0, 0, 0}, {99, 99, 99}};

	(void)state;
	for (size_t i = 0; i < 9; i++) {
		struct image source = half_transparent(100, 40);
		struct image result =
			reduced(&source, maxima[i % 3], maxima[i % 3], backgrounds[i / 3]);

		assert_int_equal(result.geometry.format, IMAGE_RGB8);
		for (uint32_t y = 0; y < result.geometry.height; y++)
			for (uint32_t x = 0; x < result.geometry.width; x++) {
				assert_true(is_grey(&result, x, y));
				/* White beside white leaves no seam. */
				assert_in_range(image_row(&result, 0, y)[x], i / 3 == 0 ? 254 : 0,
						255);
			}
		free_image(&source);
		free_image(&result);
	}
}

static void the_background_shows_where_the_picture_is_transparent(void **state)
{
	static const struct image_colour background = {10, 200, 30};
	struct image source = half_transparent(100, 40);
	struct image result = reduced(&source, 50, 50, background);

	(void)state;
	assert_int_equal(image_row(&result, 0, 10)[10], 10);
	assert_int_equal(image_row(&result, 1, 10)[10], 200);
	assert_int_equal(image_row(&result, 2, 10)[10], 30);
	assert_int_equal(image_row(&result, 0, 10)[40], 255);
	free_image(&source);
	free_image(&result);
}

static void half_transparent_pixels_mix_with_the_background(void **state)
{
	struct image source = half_transparent(8, 8);
	struct image result;

	(void)state;
	for (uint32_t y = 0; y < 8; y++)
		memset(image_row(&source, 3, y), 51, 8);
	result = reduced(&source, 0, 0, (struct image_colour){0, 100, 255});
	assert_int_equal(image_row(&result, 0, 0)[0], 51);  /* 255 / 5 */
	assert_int_equal(image_row(&result, 1, 0)[0], 80);  /* 4 * 100 / 5 */
	assert_int_equal(image_row(&result, 2, 0)[0], 204); /* 4 * 255 / 5 */
	free_image(&source);
	free_image(&result);
}

/* Black of every opacity, in strokes as fine as those of letters, over hidden noise. */
static unsigned char stroke(unsigned plane, uint32_t x, uint32_t y)
{
	if (plane < 3)
		return (x + y) % 7 < 3 ? 0 : (unsigned char)(x * 31 + y * 17 + plane * 97);
	return (x + y) % 7 < 3 ? 255 : x % 5 == 0 ? (unsigned char)(y * 3) : 0;
}

static void a_transparent_picture_is_reduced_as_the_one_that_it_shows(void **state)
{
	static const unsigned under[] = {250, 128, 0};
	struct image_geometry geometry;
	struct image source;
	struct image shown;
	struct image results[2];

	(void)state;
	image_geometry_init(&geometry, IMAGE_RGBA8, 90, 70);
	source = new_image(&geometry);
	image_geometry_init(&geometry, IMAGE_RGB8, 90, 70);
	shown = new_image(&geometry);
	for (unsigned i = 0; i < 4; i++)
		for (uint32_t y = 0; y < 70; y++)
			for (uint32_t x = 0; x < 90; x++) {
				double alpha = stroke(3, x, y) / 255.0;

				image_row(&source, i, y)[x] = stroke(i, x, y);
				if (i < 3)
					image_row(&shown, i, y)[x] =
						(unsigned char)(alpha * stroke(i, x, y) +
								(1 - alpha) * under[i] + 0.5);
			}
	results[0] = reduced(&source, 31, 31, (struct image_colour){250, 128, 0});
	results[1] = reduced(&shown, 31, 31, white);
	assert_int_equal(compare_images(&results[0], &results[1]).largest, 0);
	free_image(&source);
	free_image(&shown);
	free_image(&results[0]);
	free_image(&results[1]);
}

static void a_grey_picture_stays_grey(void **state)
{
	struct image_geometry geometry;
	struct image source;
	struct image result;

	(void)state;
	image_geometry_init(&geometry, IMAGE_GRAY8, 100, 40);
	geometry.orientation = 8;
	source = new_image(&geometry);
	memset(source.data[0], 99, geometry.bytes);
	result = reduced(&source, 50, 50, white);
	assert_int_equal(result.geometry.format, IMAGE_GRAY8);
	assert_int_equal(result.geometry.width, 20);
	assert_int_equal(image_row(&result, 0, 49)[19], 99);
	free_image(&source);
	free_image(&result);
}

static void only_an_upright_opaque_picture_of_the_right_size_is_its_own_result(void **state)
{
	struct image_geometry source;
	struct image_geometry result;

	(void)state;
	image_geometry_init(&source, IMAGE_RGB8, 64, 64);
	reduce_plan(&source, &(struct reduce_target){1920, 1920, {0}}, &result);
	assert_true(reduce_is_copy(&source, &result));
	reduce_plan(&source, &(struct reduce_target){63, 63, {0}}, &result);
	assert_false(reduce_is_copy(&source, &result));
	reduce_plan(&source, &(struct reduce_target){1920, 1920, {0}}, &result);
	source.orientation = 2;
	assert_false(reduce_is_copy(&source, &result));
	source.orientation = 1;
	source.plane[0].box.width = 63.5;
	assert_false(reduce_is_copy(&source, &result));
	image_geometry_init(&source, IMAGE_RGBA8, 64, 64);
	reduce_plan(&source, &(struct reduce_target){1920, 1920, {0}}, &result);
	assert_false(reduce_is_copy(&source, &result));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_orientations_come_out_upright_and_the_same),
		cmocka_unit_test(the_box_bounds_the_upright_picture_not_the_stored_one),
		cmocka_unit_test(the_colour_of_transparent_pixels_does_not_bleed),
		cmocka_unit_test(the_background_shows_where_the_picture_is_transparent),
		cmocka_unit_test(half_transparent_pixels_mix_with_the_background),
		cmocka_unit_test(a_transparent_picture_is_reduced_as_the_one_that_it_shows),
		cmocka_unit_test(a_grey_picture_stays_grey),
		cmocka_unit_test(
			only_an_upright_opaque_picture_of_the_right_size_is_its_own_result),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
