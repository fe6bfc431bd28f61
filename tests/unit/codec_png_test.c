/*
 * codec_png_test.c - PNG files of every kind, and what is refused of them.
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
#include <png.h>

#include "base/mem.h"
#include "image_support.h"
#include "png_support.h"

static const struct png_recipe small = {
	.width = 37, .height = 21, .colours = PNG_COLOR_TYPE_RGB, .depth = 8};

static bool pixel_is_right(const struct png_recipe *recipe, const struct image *image, uint32_t x,
			   uint32_t y)
{
	unsigned char wanted[4];

	png_expected(recipe, x, y, wanted);
	for (unsigned i = 0; i < image->geometry.nplanes; i++)
		if (image_row(image, i, y)[x] != wanted[i])
			return false;
	return true;
}

static void check_recipe(struct codec_state *codecs, const struct png_recipe *recipe)
{
	struct bytes png = make_png(recipe);
	struct codec_input input = input_of(&png);
	struct codec_result result;
	struct image image = decode_well(codecs, &input, &result);
	bool alpha = recipe->transparent || (recipe->colours & PNG_COLOR_MASK_ALPHA) != 0;

	if (alpha)
		assert_int_equal(image.geometry.format, IMAGE_RGBA8);
	else if (recipe->colours == PNG_COLOR_TYPE_GRAY)
		assert_int_equal(image.geometry.format, IMAGE_GRAY8);
	else
		assert_int_equal(image.geometry.format, IMAGE_RGB8);
	assert_string_equal(result.warning, "");
	for (uint32_t y = 0; y < recipe->height; y++)
		for (uint32_t x = 0; x < recipe->width; x++)
			if (!pixel_is_right(recipe, &image, x, y))
				fail_msg("%ux%u colour type %d, %d bits%s%s: wrong at %u,%u",
					 recipe->width, recipe->height, recipe->colours,
					 recipe->depth, recipe->interlaced ? ", interlaced" : "",
					 recipe->transparent ? ", tRNS" : "", x, y);
	free_image(&image);
	free(png.bytes);
}

static void all_colour_types_and_depths_decode_exactly(void **state)
{
	static const struct {
		int colours;
		int depth;
	} kinds[] = {
		{PNG_COLOR_TYPE_GRAY, 1},	 {PNG_COLOR_TYPE_GRAY, 2},
		{PNG_COLOR_TYPE_GRAY, 4},	 {PNG_COLOR_TYPE_GRAY, 8},
		{PNG_COLOR_TYPE_GRAY, 16},	 {PNG_COLOR_TYPE_RGB, 8},
		{PNG_COLOR_TYPE_RGB, 16},	 {PNG_COLOR_TYPE_PALETTE, 1},
		{PNG_COLOR_TYPE_PALETTE, 2},	 {PNG_COLOR_TYPE_PALETTE, 4},
		{PNG_COLOR_TYPE_PALETTE, 8},	 {PNG_COLOR_TYPE_GRAY_ALPHA, 8},
		{PNG_COLOR_TYPE_GRAY_ALPHA, 16}, {PNG_COLOR_TYPE_RGB_ALPHA, 8},
		{PNG_COLOR_TYPE_RGB_ALPHA, 16},
	};
	static const uint32_t sizes[][2] = {{37, 21}, {1, 1}, {5, 3}, {4, 9}, {64, 16}, {3, 1}};

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		for (size_t j = 0; j < sizeof sizes / sizeof sizes[0]; j++)
			for (unsigned variant = 0; variant < 4; variant++) {
				struct png_recipe recipe = {
					.width = sizes[j][0],
					.height = sizes[j][1],
					.colours = kinds[i].colours,
					.depth = kinds[i].depth,
					.interlaced = variant & 1,
					.transparent = variant & 2,
				};

				if (recipe.transparent &&
				    (recipe.colours & PNG_COLOR_MASK_ALPHA) != 0)
					continue;
				check_recipe(*state, &recipe);
			}
}

static void a_colour_profile_is_handed_out_unchanged(void **state)
{
	struct bytes icc = make_icc("RGB ");
	struct png_recipe recipe = small;
	struct codec_result result;
	struct codec_input input;
	struct codec_info info;
	struct bytes png;
	struct image image;
	struct err err;

	recipe.icc = &icc;
	png = make_png(&recipe);
	input = input_of(&png);
	assert_int_equal(codec_probe(*state, &input, &info, &err), 0);
	assert_true(info.has_icc);
	image = decode_well(*state, &input, &result);
	assert_int_equal(result.icc_bytes, icc.length);
	assert_memory_equal(result.icc, icc.bytes, icc.length);
	free_image(&image);
	free(png.bytes);
	free(icc.bytes);
}

static void a_broken_profile_is_dropped_with_a_warning_and_is_no_damage(void **state)
{
	struct bytes icc = make_icc("RGB ");
	struct png_recipe recipe = small;
	struct codec_result result;
	struct codec_input input;
	struct bytes png;
	struct image image;
	size_t chunk;

	recipe.icc = &icc;
	png = make_png(&recipe);
	chunk = find_png_chunk(&png, "iCCP");
	png.bytes[chunk + 8 + 6] ^= 0xff; /* behind "test", NUL and the method: zlib's header */
	fix_crc(&png, chunk);
	input = input_of(&png);
	image = decode_well(*state, &input, &result);
	assert_null(result.icc);
	assert_false(result.damaged);
	assert_non_null(strstr(result.warning, "colour profile was dropped"));
	free_image(&image);
	free(png.bytes);
	free(icc.bytes);
}

/* The largest difference of the red samples from those of the file, each to a power. */
static double gamma_deviation(struct codec_state *codecs, struct bytes *png, double power)
{
	struct codec_input input = input_of(png);
	struct codec_result result;
	struct image image = decode_well(codecs, &input, &result);
	double largest = 0;

	for (uint32_t y = 0; y < small.height; y++)
		for (uint32_t x = 0; x < small.width; x++) {
			unsigned char stored[4];

			png_expected(&small, x, y, stored);
			largest = fmax(largest, fabs(image_row(&image, 0, y)[x] -
						     255 * pow(stored[0] / 255.0, power)));
		}
	free_image(&image);
	return largest;
}

static void samples_that_are_said_to_be_linear_are_corrected(void **state)
{
	struct bytes png = make_png(&small);

	/* In 1/100000; about that of sRGB changes nothing. */
	insert_chunk(&png, "IDAT", "gAMA", "\0\0\xb1\x8f", 4);
	assert_true(gamma_deviation(*state, &png, 1) == 0);
	memcpy(png.bytes + find_png_chunk(&png, "gAMA") + 8, "\0\1\x86\xa0", 4);
	fix_crc(&png, find_png_chunk(&png, "gAMA"));
	assert_true(gamma_deviation(*state, &png, 1 / 2.2) < 1);
	free(png.bytes);
}

static void a_profile_or_srgb_outweighs_gamma(void **state)
{
	struct bytes icc = make_icc("RGB ");
	struct png_recipe recipe = small;

	for (unsigned srgb = 0; srgb < 2; srgb++) {
		struct bytes png;

		recipe.icc = srgb ? NULL : &icc;
		png = make_png(&recipe);
		insert_chunk(&png, "IDAT", "gAMA", "\0\1\x86\xa0", 4);
		if (srgb)
			insert_chunk(&png, "IDAT", "sRGB", "\0", 1);
		assert_true(gamma_deviation(*state, &png, 1) == 0);
		free(png.bytes);
	}
	free(icc.bytes);
}

static void exif_is_found_before_and_behind_the_picture(void **state)
{
	static const char *const places[] = {"IDAT", "IEND"};

	for (size_t i = 0; i < 2; i++) {
		struct bytes png = make_png(&small);
		struct bytes exif = make_exif(6, true);
		struct codec_input input;
		struct codec_result result;
		struct image image;

		insert_chunk(&png, places[i], "eXIf", exif.bytes, exif.length);
		input = input_of(&png);
		image = decode_well(*state, &input, &result);
		assert_int_equal(image.geometry.orientation, 6);
		assert_int_equal(result.exif_bytes, exif.length);
		assert_memory_equal(result.exif, exif.bytes, exif.length);
		free_image(&image);
		free(exif.bytes);
		free(png.bytes);
	}
}

static void an_animation_gives_its_first_picture_and_a_warning(void **state)
{
	struct bytes png = make_png(&small);
	struct codec_input input;
	struct codec_result result;
	struct image image;

	insert_chunk(&png, "IDAT", "acTL", "\0\0\0\2\0\0\0\0", 8);
	insert_chunk(&png, "IDAT", "fcTL",
		     "\0\0\0\0\0\0\0\x25\0\0\0\x15\0\0\0\0\0\0\0\0\0\1\0\x0a\0\0", 26);
	/* A second picture, in whose place anything may stand: it is not looked at. */
	insert_chunk(&png, "IEND", "fcTL",
		     "\0\0\0\1\0\0\0\x25\0\0\0\x15\0\0\0\0\0\0\0\0\0\1\0\x0a\0\0", 26);
	insert_chunk(&png, "IEND", "fdAT", "\0\0\0\2no picture", 14);
	input = input_of(&png);
	image = decode_well(*state, &input, &result);
	assert_non_null(strstr(result.warning, "first picture"));
	assert_false(result.damaged);
	for (uint32_t x = 0; x < small.width; x++)
		assert_true(pixel_is_right(&small, &image, x, 20));
	free_image(&image);
	free(png.bytes);
}

/* Compresses a thousandfold: what is not read cannot hurt. */
static void a_text_that_unpacks_to_megabytes_is_not_unpacked(void **state)
{
	char *text = mem_calloc((32 << 20) + 1, 1);
	struct png_recipe recipe = small;
	struct codec_input input;
	struct codec_result result;
	struct bytes png;
	struct image image;

	memset(text, 'a', 32 << 20);
	recipe.text = text;
	png = make_png(&recipe);
	assert_true(png.length < 1 << 20);
	input = input_of(&png);
	image = decode_well(*state, &input, &result);
	assert_string_equal(result.warning, "");
	free_image(&image);
	free(png.bytes);
	free(text);
}

static void what_is_over_a_limit_is_refused_with_the_option_that_moves_it(void **state)
{
	struct bytes png = make_png(&small);
	unsigned char *large = mem_calloc(20000, 1);
	struct codec_input input = input_of(&png);
	struct codec_limits limits = *input.limits;

	input.limits = &limits;
	limits.pixels = 37 * 21 - 1;
	assert_decoding_refused(*state, &input, ERR_PERMANENT, "--max-pixels");
	limits.pixels++;
	limits.side_px = 36;
	assert_decoding_refused(*state, &input, ERR_PERMANENT, "--max-side");
	limits.side_px++;
	insert_chunk(&png, "IDAT", "teSt", large, 20000);
	input.bytes = png.bytes;
	input.length = png.length;
	limits.png_chunk_bytes = 19999;
	assert_decoding_refused(*state, &input, ERR_PERMANENT, "--png-chunk");
	limits.png_chunk_bytes = 20000;
	for (unsigned i = 0; i < 20; i++)
		insert_chunk(&png, "IDAT", "tEXt", "a\0b", 3);
	input.bytes = png.bytes;
	input.length = png.length;
	/* and the header, the test's own and the end */
	limits.png_cache_chunks = 22;
	assert_decoding_refused(*state, &input, ERR_PERMANENT, "--png-chunks");
	limits.png_cache_chunks = 23;
	free_image(&(struct image){.data = {decode_well(*state, &input, NULL).data[0]}});
	free(large);
	free(png.bytes);
}

static void a_bomb_is_refused_by_its_header(void **state)
{
	struct bytes png = make_png(&small);
	struct codec_input input = input_of(&png);
	struct codec_info info;
	struct err err;

	memcpy(png.bytes + 16, "\0\0\xff\xff\0\0\xff\xff", 8);
	fix_crc(&png, 8);
	assert_int_equal(codec_probe(*state, &input, &info, &err), -1);
	assert_int_equal(err.kind, ERR_PERMANENT);
	assert_non_null(strstr(err.text, "--max-pixels"));
	memcpy(png.bytes + 16, "\x7f\xff\xff\xff\0\0\0\1", 8);
	fix_crc(&png, 8);
	assert_int_equal(codec_probe(*state, &input, &info, &err), -1);
	assert_non_null(strstr(err.text, "--max-side"));
	free(png.bytes);
}

static void an_abandoned_picture_is_a_transient_error(void **state)
{
	struct bytes png = make_png(&small);
	struct codec_input input = input_of(&png);

	assert_abandoned(*state, &input);
	free(png.bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_colour_types_and_depths_decode_exactly),
		cmocka_unit_test(a_colour_profile_is_handed_out_unchanged),
		cmocka_unit_test(a_broken_profile_is_dropped_with_a_warning_and_is_no_damage),
		cmocka_unit_test(samples_that_are_said_to_be_linear_are_corrected),
		cmocka_unit_test(a_profile_or_srgb_outweighs_gamma),
		cmocka_unit_test(exif_is_found_before_and_behind_the_picture),
		cmocka_unit_test(an_animation_gives_its_first_picture_and_a_warning),
		cmocka_unit_test(a_text_that_unpacks_to_megabytes_is_not_unpacked),
		cmocka_unit_test(what_is_over_a_limit_is_refused_with_the_option_that_moves_it),
		cmocka_unit_test(a_bomb_is_refused_by_its_header),
		cmocka_unit_test(an_abandoned_picture_is_a_transient_error),
	};

	return cmocka_run_group_tests(tests, open_codecs, close_codecs);
}
