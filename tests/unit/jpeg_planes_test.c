/*
 * jpeg_planes_test.c - pictures that stay planes from JPEG to JPEG: where each sample lies.
 *
 * The picture is a slope, the same in every sampling, size and orientation; what a sample of the
 * result must be follows from its place alone. Half a pixel beside it is seen.
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

#include "image/jpeg_encode.h"
#include "image/orientation.h"
#include "image/reduce.h"
#include "image_support.h"

struct tools {
	struct codec_state *codecs;
	struct resizer *resizer;
	struct jpeg_encoder *encoder;
};

static int set_up(void **state)
{
	static struct tools tools;

	tools = (struct tools){codec_open(), resizer_open(RESIZE_LANCZOS3), jpeg_encoder_open()};
	*state = &tools;
	return 0;
}

static int tear_down(void **state)
{
	struct tools *tools = *state;

	codec_close(tools->codecs);
	resizer_close(tools->resizer);
	jpeg_encoder_close(tools->encoder);
	return 0;
}

/* The colour at a place of the upright picture, both 0..1. */
static void slope(double right, double down, double rgb[3])
{
	rgb[0] = 30 + 190 * right;
	rgb[1] = 40 + 100 * right + 80 * down;
	rgb[2] = 220 - 180 * down;
}

/* JFIF 1.02 */
static double slope_plane(unsigned plane, double right, double down)
{
	static const double weights[3][3] = {
		{0.299, 0.587, 0.114}, {-0.168736, -0.331264, 0.5}, {0.5, -0.418688, -0.081312}};
	double rgb[3];
	double sum = plane == 0 ? 0 : 128;

	slope(right, down, rgb);
	for (unsigned i = 0; i < 3; i++)
		sum += weights[plane][i] * rgb[i];
	return sum;
}

static unsigned stored_orientation;

/* The stored picture, that turned upright from stored_orientation is the slope. */
static void paint_stored(uint32_t x, uint32_t y, uint32_t width, uint32_t height,
			 unsigned char rgb[3])
{
	double across = (x + 0.5) / width;
	double along = (y + 0.5) / height;
	bool swaps = orientation_swaps(stored_orientation);
	double right = swaps ? along : across;
	double down = swaps ? across : along;
	double colour[3];

	if (strchr("2367", '0' + (int)stored_orientation) != NULL)
		right = 1 - right;
	if (strchr("3478", '0' + (int)stored_orientation) != NULL)
		down = 1 - down;
	slope(right, down, colour);
	for (unsigned i = 0; i < 3; i++)
		rgb[i] = (unsigned char)lrint(colour[i]);
}

static struct image reduced(struct tools *tools, const struct bytes *jpeg, uint32_t max,
			    struct image_cell cell)
{
	struct codec_input input = input_of(jpeg);
	struct reduce_target target = {max, max, cell};
	struct image_geometry geometry;
	struct image decoded;
	struct image result;
	struct err err;

	input.max_width = input.max_height = max;
	input.chroma = cell;
	decoded = decode_well(tools->codecs, &input, NULL);
	assert_int_equal(decoded.geometry.format, IMAGE_YCBCR8);
	reduce_plan(&decoded.geometry, &target, &geometry);
	result = new_image(&geometry);
	if (reduce_run(tools->resizer, &decoded, (struct image_colour){0}, &result, NULL, &err) !=
	    0)
		fail_msg("%s", err.text);
	free_image(&decoded);
	return result;
}

struct deviation {
	double drift;	/* mean with its sign: noise cancels out, a displacement does not */
	double largest; /* of all samples */
	double step;	/* of the slope from sample to sample, both ways together */
};

enum { MARGIN = 3 /* samples at the edges, where the kernel mirrors the slope */ };

static struct deviation deviation_of(const struct image *image, unsigned index)
{
	const struct image_plane *plane = &image->geometry.plane[index];
	double wide = plane->box.width;
	double high = plane->box.height;
	struct deviation result = {0};
	unsigned samples = 0;

	result.step = fabs(slope_plane(index, 1 / wide, 0) - slope_plane(index, 0, 0)) +
		      fabs(slope_plane(index, 0, 1 / high) - slope_plane(index, 0, 0));
	for (uint32_t y = 0; y < plane->rows; y++)
		for (uint32_t x = 0; x < plane->columns; x++) {
			double off = image_row(image, index, y)[x] -
				     slope_plane(index, (x + 0.5) / wide, (y + 0.5) / high);

			result.largest = fmax(result.largest, fabs(off));
			if (x < MARGIN || y < MARGIN || x + MARGIN > wide || y + MARGIN > high)
				continue;
			result.drift += off;
			samples++;
		}
	result.drift = fabs(result.drift / samples);
	return result;
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
};

enum { SAMPLINGS = sizeof samplings / sizeof samplings[0] };

static const struct image_cell cells[] = {{2, 2}, {2, 1}, {1, 1}};

static void check_case(struct tools *tools, struct jpeg_recipe recipe, uint32_t max)
{
	struct bytes jpeg;

	stored_orientation = recipe.orientation;
	recipe.paint = paint_stored;
	recipe.quality = 98;
	jpeg = make_jpeg(&recipe);
	for (size_t cell = 0; cell < 3; cell++) {
		struct image result = reduced(tools, &jpeg, max, cells[cell]);

		for (unsigned i = 0; i < 3; i++) {
			struct deviation off = deviation_of(&result, i);

			if (off.drift > 0.45 + 0.02 * off.step || off.largest > 2.5 + off.step)
				fail_msg("%dx%d%s, %ux%u, orientation %u, into %u, cell %zu, plane "
					 "%u, step %.2f: %.2f beside, at most %.2f",
					 recipe.h_sampling, recipe.v_sampling,
					 recipe.progressive ? " progressive" : "", recipe.width,
					 recipe.height, recipe.orientation, max, cell, i, off.step,
					 off.drift, off.largest);
		}
		free_image(&result);
	}
	free(jpeg.bytes);
}

/* Scales 1, 1, 1/2, 1/4 and 1/8; small pictures are steep. */
static const struct {
	uint32_t width;
	uint32_t height;
	uint32_t max;
} sizes[] = {{61, 45, 0}, {203, 149, 161}, {204, 151, 77}, {205, 149, 32}, {403, 301, 30}};

enum { SIZES = sizeof sizes / sizeof sizes[0] };

static void every_sample_of_every_sampling_is_in_its_place(void **state)
{
	for (size_t i = 0; i < SAMPLINGS; i++)
		for (size_t j = 0; j < SIZES; j++) {
			struct jpeg_recipe recipe = samplings[i];

			recipe.width = sizes[j].width;
			recipe.height = sizes[j].height;
			recipe.orientation = 1;
			check_case(*state, recipe, sizes[j].max);
		}
}

static void every_orientation_of_odd_sizes_keeps_chroma_in_its_place(void **state)
{
	for (unsigned orientation = 2; orientation <= 8; orientation++)
		for (size_t i = 0; i < SIZES; i += 2)
			for (size_t j = 0; j < SAMPLINGS; j++) {
				struct jpeg_recipe recipe = samplings[j];

				recipe.width = sizes[i].width;
				recipe.height = sizes[i].height;
				recipe.orientation = orientation;
				check_case(*state, recipe, sizes[i].max);
			}
}

static struct image_geometry probe_geometry(struct tools *tools, struct jpeg_recipe recipe,
					    uint32_t max, struct image_cell cell)
{
	struct bytes jpeg = make_jpeg(&recipe);
	struct codec_input input = input_of(&jpeg);
	struct codec_info info;
	struct err err;

	input.max_width = input.max_height = max;
	input.chroma = cell;
	if (codec_probe(tools->codecs, &input, &info, &err) != 0)
		fail_msg("%s", err.text);
	free(jpeg.bytes);
	return info.geometry;
}

static void each_plane_is_scaled_down_as_far_as_its_own_use_allows(void **state)
{
	static const struct {
		int h;
		int v;
		uint32_t max;
		size_t cell;
		uint32_t luma;
		uint32_t chroma;
	} cases[] = {
		/* luma keeps a margin over the output, a different one at each scale; chroma need
		   not */
		{2, 2, 384, 0, 500, 250},  {2, 2, 385, 0, 1000, 250},  {2, 2, 500, 0, 1000, 250},
		{2, 2, 501, 0, 1000, 500}, {2, 2, 500, 2, 1000, 500},  {1, 1, 384, 0, 500, 250},
		{1, 1, 384, 2, 500, 500},  {2, 1, 160, 0, 250, 125},   {2, 1, 160, 1, 250, 125},
		{4, 1, 160, 0, 250, 125},  {2, 2, 162, 0, 500, 125},   {1, 1, 75, 0, 125, 125},
		{1, 1, 76, 0, 250, 125},   {2, 2, 1000, 2, 1000, 500},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct image_geometry geometry =
			probe_geometry(*state,
				       (struct jpeg_recipe){.width = 1000,
							    .height = 600,
							    .quality = 30,
							    .h_sampling = cases[i].h,
							    .v_sampling = cases[i].v},
				       cases[i].max, cells[cases[i].cell]);

		assert_int_equal(geometry.plane[0].columns, cases[i].luma);
		assert_int_equal(geometry.plane[1].columns, cases[i].chroma);
		assert_int_equal(geometry.plane[2].columns, cases[i].chroma);
	}
}

static void what_planes_do_not_suit_is_decoded_to_rgb(void **state)
{
	const struct image_cell cell = {2, 2};
	const struct jpeg_recipe stored_rgb = {.width = 40, .height = 30, .rgb = true};
	const struct jpeg_recipe more_chroma = {.width = 40,
						.height = 30,
						.h_sampling = 2,
						.v_sampling = 1,
						.chroma_v_sampling = 2};
	const struct jpeg_recipe usual = {.width = 40, .height = 30};
	const struct jpeg_recipe grey = {.width = 40, .height = 30, .components = 1};

	assert_int_equal(probe_geometry(*state, stored_rgb, 0, cell).format, IMAGE_RGB8);
	assert_int_equal(probe_geometry(*state, more_chroma, 0, cell).format, IMAGE_RGB8);
	assert_int_equal(probe_geometry(*state, usual, 0, (struct image_cell){0}).format,
			 IMAGE_RGB8);
	assert_int_equal(probe_geometry(*state, usual, 0, cell).format, IMAGE_YCBCR8);
	assert_int_equal(probe_geometry(*state, grey, 0, cell).format, IMAGE_GRAY8);
}

static void planes_survive_being_encoded_and_decoded_again(void **state)
{
	struct tools *tools = *state;

	stored_orientation = 1;
	for (size_t i = 0; i < 3; i++) {
		/* Large and small: with tables from a sample and without. */
		for (uint32_t width = 1; width < 1000; width = 5 * width + 6) {
			struct jpeg_recipe recipe = {.width = width,
						     .height = width * 3 / 4 + 1,
						     .paint = paint_stored,
						     .quality = 98};
			struct jpeg_encode_options options = {.quality = 98,
							      .sampling = (enum jpeg_sampling)i};
			struct bytes jpeg = make_jpeg(&recipe);
			struct image first = reduced(tools, &jpeg, 0, cells[i]);
			struct jpeg_output output = {
				.room = jpeg_encode_bound(&first.geometry, &options)};
			struct bytes again;
			struct image second;
			struct err err;

			output.bytes = malloc(output.room);
			if (jpeg_encode(tools->encoder, &first, &options, &output, NULL, &err) != 0)
				fail_msg("%s", err.text);
			again = (struct bytes){output.bytes, output.length};
			second = reduced(tools, &again, 0, cells[i]);
			assert_true(compare_images(&first, &second).mean < 0.6);
			free_image(&first);
			free_image(&second);
			free(jpeg.bytes);
			free(again.bytes);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_sample_of_every_sampling_is_in_its_place),
		cmocka_unit_test(every_orientation_of_odd_sizes_keeps_chroma_in_its_place),
		cmocka_unit_test(each_plane_is_scaled_down_as_far_as_its_own_use_allows),
		cmocka_unit_test(what_planes_do_not_suit_is_decoded_to_rgb),
		cmocka_unit_test(planes_survive_being_encoded_and_decoded_again),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
