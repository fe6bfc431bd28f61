/*
 * bmp_damage_test.c - BMP files that were cut short or bent.
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

#include "base/mem.h"
#include "bmp_checks.h"
#include "bmp_files.h"
#include "bmp_kinds.h"
#include "image_support.h"

static const struct bmp_recipe of_8 = {.header_bytes = 40, .bits = 8, .colours = 256, .told = true};
static const struct bmp_recipe of_24 = {.header_bytes = 40, .bits = 24};

/* A file whose run lengths are these, of two rows and 3 colours. */
static struct bytes with_run_lengths(unsigned bits, uint32_t width, const char *runs, size_t length)
{
	const struct bmp_recipe recipe = {.header_bytes = 40,
					  .bits = bits,
					  .compression = bits == 8 ? 1 : 2,
					  .colours = 3,
					  .told = true};
	struct bytes bmp = make_bmp(&recipe, width, 2);
	size_t at = bmp_pixels_at(&bmp);

	bmp.bytes = mem_realloc(bmp.bytes, at + length, 1);
	memcpy(bmp.bytes + at, runs, length);
	bmp.length = at + length;
	return bmp;
}

static void broken_run_lengths_fail_unless_tolerated(void **state)
{
	static const struct {
		unsigned bits;
		const char *runs;
		size_t length;
		const char *word;
	} faults[] = {
		{8, "\4\1\0\0\5\2\0\1", 8, "outside"},
		{8, "\0\5\1\1\1\1\1\0\0\1", 10, "outside"},
		{8, "\4\1\0\0\4\1\0\0\1\1\0\1", 12, "outside"},
		{8, "\4\1\0\2\1\0\1\1\0\1", 10, "outside"},
		{8, "\0\2\0\3\0\1", 6, "outside"},
		{8, "\4\3\0\0\4\1\0\1", 8, "colour"},
		{8, "\0\4\1\1", 4, "too early"},
		{8, "\4\1\0\0\3\1", 6, "too early"},
		{8, "\4\1\0\0\4", 5, "too early"},
		{8, "\0\2\1", 3, "too early"},
		{4, "\5\x12\0\1", 4, "outside"},
		{4, "\0\5\x11\x11\x10\0\0\1", 8, "outside"},
		{4, "\4\x13\0\0\4\x11\0\1", 8, "colour"},
		{4, "\0\3\x11", 3, "too early"},
	};

	for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
		struct bytes bmp =
			with_run_lengths(faults[i].bits, 4, faults[i].runs, faults[i].length);
		struct codec_input input = input_of(&bmp);
		struct codec_result result;
		struct image image;

		assert_bmp_refused(*state, &input, "run lengths", faults[i].word);
		input.tolerate = true;
		image = decode_well(*state, &input, &result);
		assert_true(result.damaged);
		assert_non_null(strstr(result.warning, faults[i].word));
		free_image(&image);
		free(bmp.bytes);
	}
}

static void a_whole_picture_without_the_end_mark_is_no_damage(void **state)
{
	struct bytes bmp = with_run_lengths(8, 4, "\4\1\0\0\4\2", 6);
	struct codec_input input = input_of(&bmp);
	struct codec_result result;
	struct image image = decode_well(*state, &input, &result);

	assert_string_equal(result.warning, "");
	free_image(&image);
	free(bmp.bytes);
}

/* ImageMagick writes 8 bits so: what fills a row up to 4 bytes is in its runs. */
static void rows_that_are_told_with_their_padding_are_whole(void **state)
{
	static const struct {
		const char *runs;
		size_t length;
		const char *word;
		bool decodes;
	} rows[] = {
		{"\5\1\3\0\0\0\5\2\0\1", 10, "padding", true},
		{"\10\1\0\0\0\6\2\2\2\2\2\0\0\1", 14, "padding", true},
		{"\11\1\0\0\5\2\0\1", 8, "outside", false},
		{"\5\1\2\0\2\0\0\0\5\2\0\1", 12, "outside", false},
		{"\5\1\0\0\5\2\0\0\1\1\0\1", 12, "outside", false},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct bytes bmp = with_run_lengths(8, 5, rows[i].runs, rows[i].length);
		struct codec_input input = input_of(&bmp);
		struct codec_result result;
		struct image image;

		if (rows[i].decodes) {
			image = decode_well(*state, &input, &result);
			assert_false(result.damaged);
			assert_non_null(strstr(result.warning, rows[i].word));
			for (uint32_t x = 0; x < 5; x++) { /* no row moved another */
				assert_int_equal(image_row(&image, 0, 1)[x],
						 image_row(&image, 0, 1)[0]);
				assert_int_equal(image_row(&image, 0, 0)[x],
						 image_row(&image, 0, 0)[0]);
				assert_int_equal(image_row(&image, 3, 0)[x], 255);
			}
			free_image(&image);
		} else {
			assert_bmp_refused(*state, &input, "padding", rows[i].word);
		}
		free(bmp.bytes);
	}
}

static void an_index_beyond_the_palette_is_damage(void **state)
{
	struct bmp_recipe recipe = of_8;
	struct codec_result result;
	struct codec_input input;
	struct bytes bmp;
	struct image image;

	recipe.colours = 100;
	recipe.in_use = 101;
	recipe.gap = 40; /* which is no part of it */
	bmp = make_bmp(&recipe, 303, 2);
	input = input_of(&bmp);
	assert_bmp_refused(*state, &input, "bad index", "palette");
	input.tolerate = true;
	image = decode_well(*state, &input, &result);
	assert_true(result.damaged);
	free_image(&image);
	free(bmp.bytes);
}

static void a_file_cut_anywhere_fails_or_is_whole(void **state)
{
	for (size_t i = 0; i < bmp_good_count; i++) {
		struct bytes bmp = make_bmp(&bmp_good[i], 13, 5);

		for (size_t length = 16; length < bmp.length; length++) {
			/* Exactly so many bytes, so that a sanitizer sees a step beyond. */
			struct bytes cut = {mem_copy(bmp.bytes, length), length};
			struct codec_input input = input_of(&cut);
			struct codec_result result;
			struct image image;
			struct err err;

			if (decode_any(*state, &input, &image, &result, &err) == 0) {
				/* Nothing but padding and end marks may be missing. */
				assert_true(bmp.length - length <= 5);
				assert_bmp_pixels(&bmp_good[i], &image);
				free_image(&image);
			} else {
				assert_int_equal(err.kind, ERR_PERMANENT);
			}
			input.tolerate = true;
			if (decode_any(*state, &input, &image, &result, &err) == 0) {
				assert_true(result.damaged || bmp.length - length <= 5);
				free_image(&image);
			}
			free(cut.bytes);
		}
		free(bmp.bytes);
	}
}

static void bent_bytes_never_lead_outside_of_file_or_picture(void **state)
{
	for (size_t i = 0; i < bmp_good_count; i++) {
		struct bytes bmp = make_bmp(&bmp_good[i], 13, 5);

		for (size_t at = 2; at < bmp.length; at++)
			for (unsigned bit = 0; bit < 8; bit++) {
				struct codec_input input = input_of(&bmp);
				struct codec_limits limits = *input.limits;
				struct codec_result result;
				struct image image;
				struct err err;

				limits.pixels = 100000;
				input.limits = &limits;
				input.tolerate = at % 2;
				bmp.bytes[at] ^= (unsigned char)(1u << bit);
				if (decode_any(*state, &input, &image, &result, &err) == 0)
					free_image(&image);
				bmp.bytes[at] ^= (unsigned char)(1u << bit);
			}
		free(bmp.bytes);
	}
}

static void tolerated_damage_keeps_the_rows_that_are_there(void **state)
{
	struct bytes bmp = make_bmp(&of_24, 24, 16);
	struct codec_input input = input_of(&bmp);
	struct codec_result result;
	unsigned char wanted[4];
	struct image image;

	input.length = bmp_pixels_at(&bmp) + 72 * 4 + 71;
	input.tolerate = true;
	image = decode_well(*state, &input, &result);
	assert_true(result.damaged);
	bmp_expected(&of_24, 16, 3, 12, wanted);
	assert_int_equal(image_row(&image, 0, 12)[3], wanted[0]);
	assert_int_equal(image_row(&image, 0, 11)[3], 128);
	free_image(&image);
	free(bmp.bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(broken_run_lengths_fail_unless_tolerated),
		cmocka_unit_test(a_whole_picture_without_the_end_mark_is_no_damage),
		cmocka_unit_test(rows_that_are_told_with_their_padding_are_whole),
		cmocka_unit_test(an_index_beyond_the_palette_is_damage),
		cmocka_unit_test(a_file_cut_anywhere_fails_or_is_whole),
		cmocka_unit_test(bent_bytes_never_lead_outside_of_file_or_picture),
		cmocka_unit_test(tolerated_damage_keeps_the_rows_that_are_there),
	};

	return cmocka_run_group_tests(tests, open_codecs, close_codecs);
}
