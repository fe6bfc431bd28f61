/*
 * jpeg_scaling_test.c - pictures that the JPEG decoder scales down: which scale it takes, and what
 * is at the edges.
 */
#include "config.h"

#include "image/codec.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "image/reduce.h"
#include "image_support.h"
#include "resize_reference.h"

static struct image_geometry probe_geometry(struct codec_state *codecs, struct jpeg_recipe recipe,
					    uint32_t max_width, uint32_t max_height)
{
	struct bytes jpeg = make_jpeg(&recipe);
	struct codec_input input = input_of(&jpeg);
	struct codec_info info;
	struct err err;

	input.max_width = max_width;
	input.max_height = max_height;
	if (codec_probe(codecs, &input, &info, &err) != 0)
		fail_msg("%s", err.text);
	free(jpeg.bytes);
	return info.geometry;
}

static void the_smallest_fast_scale_that_leaves_enough_detail_is_taken(void **state)
{
	static const struct {
		uint32_t max;
		uint32_t width;
		double box;
	} cases[] = {
		{0, 1003, 1003},    {386, 1003, 1003}, {385, 502, 501.5},  {162, 502, 501.5},
		{161, 251, 250.75}, {76, 251, 250.75}, {75, 126, 125.375}, {10, 126, 125.375},
	};
	const struct jpeg_recipe recipe = {.width = 1003, .height = 701, .quality = 30};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct image_geometry geometry =
			probe_geometry(*state, recipe, cases[i].max, cases[i].max);

		assert_int_equal(geometry.width, cases[i].width);
		assert_true(geometry.plane[0].box.width == cases[i].box);
		assert_true(geometry.plane[2].box.height == 701 * cases[i].box / 1003);
		assert_int_equal(geometry.plane[1].averaged, lrint(1003 / cases[i].box));
		assert_int_equal(geometry.full_width, 1003);
		assert_int_equal(geometry.full_height, 701);
	}
}

static void the_scale_is_chosen_for_the_turned_box(void **state)
{
	const struct jpeg_recipe lying = {
		.width = 1000, .height = 200, .orientation = 6, .quality = 30};
	struct image_geometry geometry = probe_geometry(*state, lying, 76, 1000);

	assert_int_equal(geometry.orientation, 6);
	assert_int_equal(geometry.width, 500);
	assert_int_equal(geometry.height, 100);
	geometry = probe_geometry(*state, lying, 1000, 75);
	assert_int_equal(geometry.width, 125);
}

static void paint_waves(uint32_t x, uint32_t y, uint32_t width, uint32_t height,
			unsigned char rgb[3])
{
	double wave = sin(0.03 * x + 0.02 * y) + sin(0.01 * x - 0.04 * y);

	(void)width;
	(void)height;
	for (unsigned i = 0; i < 3; i++)
		rgb[i] = (unsigned char)lrint(128 + 50 * wave);
}

struct edges {
	double inside;
	double last; /* mean over the last two rows and columns */
};

/* How far a picture reduced by way of DCT scaling is from the full one, reduced exactly. */
static struct edges deviation_by_scaling(struct codec_state *codecs, const struct bytes *jpeg,
					 uint32_t max)
{
	struct codec_input input = input_of(jpeg);
	struct image full = decode_well(codecs, &input, NULL);
	struct resizer *resizer = resizer_open(RESIZE_LANCZOS3);
	struct image_geometry geometry;
	struct image scaled;
	struct image result;
	struct edges edges = {0};
	double *wanted;
	double samples[2] = {0};
	struct err err;

	input.max_width = input.max_height = max;
	scaled = decode_well(codecs, &input, NULL);
	assert_true(scaled.geometry.width < full.geometry.width);
	reduce_plan(&scaled.geometry, &(struct reduce_target){max, max, {0}}, &geometry);
	result = new_image(&geometry);
	assert_int_equal(
		reduce_run(resizer, &scaled, (struct image_colour){0}, &result, NULL, &err), 0);
	wanted = mem_calloc((size_t)geometry.width * geometry.height, sizeof(double));
	reference_lanczos(&full, 0, geometry.width, geometry.height, wanted);
	for (uint32_t y = 0; y < geometry.height; y++)
		for (uint32_t x = 0; x < geometry.width; x++) {
			bool last = x + 2 >= geometry.width || y + 2 >= geometry.height;

			*(last ? &edges.last : &edges.inside) +=
				fabs(wanted[(size_t)y * geometry.width + x] -
				     image_row(&result, 0, y)[x]);
			samples[last]++;
		}
	edges.inside /= samples[0];
	edges.last /= samples[1];
	free(wanted);
	free_image(&full);
	free_image(&scaled);
	free_image(&result);
	resizer_close(resizer);
	return edges;
}

static void scaled_pictures_do_not_drift_and_keep_their_last_rows(void **state)
{
	/* One pixel beyond a whole number of blocks is worst: seven eighths of the block are
	 * padding. */
	static const uint32_t sizes[][2] = {{1001, 713}, {1003, 701}, {1008, 720}, {1015, 727}};
	static const uint32_t maxima[] = {380, 160, 75};

	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
		for (size_t j = 0; j < sizeof maxima / sizeof maxima[0]; j++) {
			struct bytes jpeg = make_jpeg(&(struct jpeg_recipe){.width = sizes[i][0],
									    .height = sizes[i][1],
									    .h_sampling = 2,
									    .v_sampling = 2,
									    .paint = paint_waves});
			struct edges edges = deviation_by_scaling(*state, &jpeg, maxima[j]);

			if (edges.inside > 0.5 || edges.last > 0.8)
				fail_msg("%ux%u into %u: %.2f off inside, %.2f at the last rows",
					 sizes[i][0], sizes[i][1], maxima[j], edges.inside,
					 edges.last);
			free(jpeg.bytes);
		}
}

enum { ODD_WIDTH = 1001, ODD_HEIGHT = 713 };

/* As above, but with black where a picture of the odd size has only padding. */
static void paint_waves_and_black(uint32_t x, uint32_t y, uint32_t width, uint32_t height,
				  unsigned char rgb[3])
{
	memset(rgb, 0, 3);
	if (x < ODD_WIDTH && y < ODD_HEIGHT)
		paint_waves(x, y, width, height, rgb);
}

static void padding_that_the_encoder_left_foreign_does_not_show_at_the_edges(void **state)
{
	static const uint32_t maxima[] = {380, 160, 75};
	struct bytes jpeg = make_jpeg(&(struct jpeg_recipe){.width = 1008,
							    .height = 720,
							    .h_sampling = 2,
							    .v_sampling = 2,
							    .paint = paint_waves_and_black});
	unsigned char *size = jpeg.bytes + find_jpeg_marker(&jpeg, 0xc0) + 5;

	size[0] = ODD_HEIGHT >> 8;
	size[1] = ODD_HEIGHT & 0xff;
	size[2] = ODD_WIDTH >> 8;
	size[3] = ODD_WIDTH & 0xff;
	for (size_t i = 0; i < 3; i++) {
		struct edges edges = deviation_by_scaling(*state, &jpeg, maxima[i]);

		if (edges.inside > 0.5 || edges.last > 2.5)
			fail_msg("into %u: %.2f off inside, %.2f at the last rows", maxima[i],
				 edges.inside, edges.last);
	}
	free(jpeg.bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_smallest_fast_scale_that_leaves_enough_detail_is_taken),
		cmocka_unit_test(the_scale_is_chosen_for_the_turned_box),
		cmocka_unit_test(scaled_pictures_do_not_drift_and_keep_their_last_rows),
		cmocka_unit_test(padding_that_the_encoder_left_foreign_does_not_show_at_the_edges),
	};

	return cmocka_run_group_tests(tests, open_codecs, close_codecs);
}
