/*
 * png_damage_test.c - PNG files that were cut short or bent.
 */
#include "config.h"

#include "image/codec.h"

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

static struct png_recipe recipe_of(bool interlaced)
{
	return (struct png_recipe){.width = 61,
				   .height = 47,
				   .colours = PNG_COLOR_TYPE_RGB,
				   .depth = 8,
				   .interlaced = interlaced};
}

static void a_file_cut_anywhere_fails_for_good(void **state)
{
	for (unsigned interlaced = 0; interlaced < 2; interlaced++) {
		struct png_recipe recipe = recipe_of(interlaced);
		struct bytes png = make_png(&recipe);

		for (size_t length = 8; length < png.length; length++) {
			/* Exactly so many bytes, so that a sanitizer sees a step beyond. */
			struct bytes cut = {mem_copy(png.bytes, length), length};
			struct codec_input input = input_of(&cut);
			struct codec_result result;
			struct image image;
			struct err err;

			if (decode_any(*state, &input, &image, &result, &err) == 0)
				fail_msg("decoded %zu of %zu bytes", length, png.length);
			assert_int_equal(err.kind, ERR_PERMANENT);
			free(cut.bytes);
		}
		free(png.bytes);
	}
}

static void flipped_bits_fail_unless_tolerated(void **state)
{
	for (unsigned interlaced = 0; interlaced < 2; interlaced++) {
		struct png_recipe recipe = recipe_of(interlaced);
		struct bytes png = make_png(&recipe);
		struct codec_input input = input_of(&png);
		unsigned damaged = 0;

		for (size_t i = 8; i < png.length; i++) {
			struct codec_result result;
			struct image image;
			struct err err;

			png.bytes[i] ^= (unsigned char)(1u << i % 8);
			input.tolerate = false;
			/* Every bit of a PNG is under some checksum. */
			assert_int_equal(decode_any(*state, &input, &image, &result, &err), -1);
			assert_int_equal(err.kind, ERR_PERMANENT);
			input.tolerate = true;
			if (decode_any(*state, &input, &image, &result, &err) == 0) {
				assert_true(result.damaged);
				assert_non_null(strstr(result.warning, "damaged PNG"));
				damaged++;
				free_image(&image);
			}
			png.bytes[i] ^= (unsigned char)(1u << i % 8);
		}
		assert_true(damaged > png.length / 2);
		free(png.bytes);
	}
}

static void tolerated_damage_keeps_the_rows_before_it_and_greys_the_rest(void **state)
{
	struct png_recipe recipe = recipe_of(false);
	struct bytes png = make_png(&recipe);
	struct codec_input input = input_of(&png);
	struct image whole = decode_well(*state, &input, NULL);
	struct codec_result result;
	struct image half;

	input.length = png.length / 2;
	input.tolerate = true;
	half = decode_well(*state, &input, &result);
	assert_true(result.damaged);
	for (uint32_t x = 0; x < recipe.width; x++) {
		assert_int_equal(image_row(&half, 0, 5)[x], image_row(&whole, 0, 5)[x]);
		assert_int_equal(image_row(&half, 0, 46)[x], 128);
	}
	free_image(&whole);
	free_image(&half);
	free(png.bytes);
}

static void an_interlaced_picture_cut_short_is_coarse_but_has_no_holes(void **state)
{
	struct png_recipe recipe = recipe_of(true);
	struct bytes png = make_png(&recipe);
	struct codec_input input = input_of(&png);
	struct image whole = decode_well(*state, &input, NULL);
	struct codec_result result;
	struct image half;
	unsigned grey = 0;

	input.length = png.length / 3;
	input.tolerate = true;
	half = decode_well(*state, &input, &result);
	assert_true(result.damaged);
	for (uint32_t y = 0; y < recipe.height; y++)
		for (uint32_t x = 0; x < recipe.width; x++) {
			/* First pass: every eighth sample of every eighth row. */
			if (x % 8 == 0 && y % 8 == 0)
				assert_int_equal(image_row(&half, 0, y)[x],
						 image_row(&whole, 0, y)[x]);
			grey += image_row(&half, 0, y)[x] == 128 &&
				image_row(&half, 1, y)[x] == 128 &&
				image_row(&half, 2, y)[x] == 128;
		}
	assert_int_equal(grey, 0);
	free_image(&whole);
	free_image(&half);
	free(png.bytes);
}

static void a_good_file_decodes_the_same_after_a_broken_one(void **state)
{
	struct png_recipe recipe = recipe_of(true);
	struct bytes png = make_png(&recipe);
	struct codec_input input = input_of(&png);
	struct image before = decode_well(*state, &input, NULL);
	struct codec_result result;
	struct image after;
	struct err err;

	input.length /= 2;
	assert_int_equal(decode_any(*state, &input, &after, &result, &err), -1);
	input.length = png.length;
	after = decode_well(*state, &input, NULL);
	assert_int_equal(compare_images(&before, &after).largest, 0);
	free_image(&before);
	free_image(&after);
	free(png.bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_cut_anywhere_fails_for_good),
		cmocka_unit_test(flipped_bits_fail_unless_tolerated),
		cmocka_unit_test(tolerated_damage_keeps_the_rows_before_it_and_greys_the_rest),
		cmocka_unit_test(an_interlaced_picture_cut_short_is_coarse_but_has_no_holes),
		cmocka_unit_test(a_good_file_decodes_the_same_after_a_broken_one),
	};

	return cmocka_run_group_tests(tests, open_codecs, close_codecs);
}
