/*
 * bmp_test.c - BMP files of every kind, and what is refused of them.
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

static void check_recipe(struct codec_state *codecs, const struct bmp_recipe *recipe,
			 uint32_t width, uint32_t height, const char *warning)
{
	struct bytes bmp = make_bmp(recipe, width, height);
	struct codec_input input = input_of(&bmp);
	struct codec_result result;
	struct image image;
	struct err err;

	if (decode_any(codecs, &input, &image, &result, &err) != 0)
		fail_msg("%s: %s", recipe->name, err.text);
	assert_int_equal(image.geometry.width, width);
	assert_int_equal(image.geometry.height, height);
	assert_int_equal(image.geometry.format, bmp_has_alpha(recipe) ? IMAGE_RGBA8 : IMAGE_RGB8);
	assert_false(result.damaged);
	if (warning == NULL && result.warning[0] != '\0')
		fail_msg("%s: %s", recipe->name, result.warning);
	if (warning != NULL && strstr(result.warning, warning) == NULL)
		fail_msg("%s: \"%s\" does not say: %s", recipe->name, result.warning, warning);
	assert_int_equal(result.icc_bytes, recipe->profile ? BMP_PROFILE_BYTES : 0);
	assert_bmp_pixels(recipe, &image);
	free_image(&image);
	free(bmp.bytes);
}

static void all_good_kinds_decode_to_the_pixels_that_were_written(void **state)
{
	static const uint32_t sizes[][2] = {{127, 64}, {1, 1}, {5, 3}, {8, 2}, {33, 7}, {600, 2}};

	for (size_t i = 0; i < bmp_good_count; i++)
		for (size_t j = 0; j < sizeof sizes / sizeof sizes[0]; j++)
			check_recipe(*state, &bmp_good[i], sizes[j][0], sizes[j][1], NULL);
}

static void kinds_that_leave_a_doubt_decode_with_a_warning(void **state)
{
	static const uint32_t sizes[][2] = {{127, 64}, {31, 9}};

	for (size_t i = 0; i < bmp_doubtful_count; i++)
		for (size_t j = 0; j < sizeof sizes / sizeof sizes[0]; j++)
			check_recipe(*state, &bmp_doubtful[i].recipe, sizes[j][0], sizes[j][1],
				     bmp_doubtful[i].warning);
}

static const struct bmp_recipe of_1 = {.header_bytes = 40, .bits = 1, .colours = 2};
static const struct bmp_recipe of_8 = {.header_bytes = 40, .bits = 8, .colours = 256, .told = true};
static const struct bmp_recipe of_16 = {.header_bytes = 40,
					.bits = 16,
					.compression = 3,
					.masks = 3,
					.mask = {0xf800, 0x07e0, 0x001f}};
static const struct bmp_recipe of_24 = {.header_bytes = 40, .bits = 24};
static const struct bmp_recipe of_os2 = {.header_bytes = 64, .bits = 1, .colours = 2};
static const struct bmp_recipe of_rle = {
	.header_bytes = 40, .bits = 8, .compression = 1, .colours = 256};

static void what_contradicts_itself_or_is_not_known_is_refused_with_its_reason(void **state)
{
	/* One field of a good file is changed. */
	static const struct {
		const char *name;
		const struct bmp_recipe *recipe;
		size_t at;
		size_t bytes;
		uint32_t value;
		const char *word;
	} faults[] = {
		{"3 bits", &of_8, 28, 2, 3, "3 bits per pixel"},
		{"64 bits", &of_8, 28, 2, 64, "64 bits per pixel"},
		{"0 bits", &of_8, 28, 2, 0, "0 bits per pixel"},
		{"header of 66 bytes", &of_8, 14, 4, 66, "header of 66 bytes"},
		{"header of 4 GB", &of_8, 16, 2, 0x4000, "header of"},
		{"two planes", &of_8, 26, 2, 2, "2 planes"},
		{"negative width", &of_8, 18, 4, UINT32_MAX, "size cannot be"},
		{"no width", &of_8, 18, 4, 0, "size cannot be"},
		{"no height", &of_8, 22, 4, 0, "size cannot be"},
		{"height that has no opposite", &of_8, 22, 4, 0x80000000, "size cannot be"},
		{"palette of 4 G colours", &of_8, 46, 4, 0xfffffff0, "palette"},
		{"palette that reaches into the pixels", &of_8, 46, 4, 257, "palette"},
		{"no room for a palette", &of_1, 10, 4, 54, "no palette"},
		{"pixels within the header", &of_24, 10, 4, 53, "pixels cannot lie"},
		{"pixels behind the end", &of_24, 10, 4, 1 << 20, "pixels cannot lie"},
		{"no green", &of_16, 58, 4, 0, "mask"},
		{"a mask with a gap", &of_16, 58, 4, 0x0560, "mask"},
		{"masks that overlap", &of_16, 58, 4, 0x0fe0, "mask"},
		{"a mask beyond the pixel", &of_16, 54, 4, 0x1f0000, "mask"},
		{"run lengths from the top", &of_rle, 22, 4, 0 - 16u, "top down"},
		{"run lengths of 1 bit", &of_1, 30, 4, 1, "compression 1"},
		{"masks of 24 bits", &of_24, 30, 4, 3, "compression 3"},
		{"a JPEG inside", &of_24, 30, 4, 4, "JPEG"},
		{"a PNG inside", &of_24, 30, 4, 5, "PNG"},
		{"Huffman", &of_os2, 30, 4, 3, "Huffman"},
		{"compression of the future", &of_24, 30, 4, 99, "compression 99"},
	};

	for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
		struct bytes bmp = make_bmp(faults[i].recipe, 24, 16);
		struct codec_input input = input_of(&bmp);

		for (size_t j = 0; j < faults[i].bytes; j++)
			bmp.bytes[faults[i].at + j] = (unsigned char)(faults[i].value >> 8 * j);
		assert_bmp_refused(*state, &input, faults[i].name, faults[i].word);
		input.tolerate = true;
		assert_bmp_refused(*state, &input, faults[i].name, faults[i].word);
		free(bmp.bytes);
	}
}

static void bombs_are_refused_by_their_headers(void **state)
{
	struct bytes bmp = make_bmp(&of_rle, 24, 16);
	struct codec_input input = input_of(&bmp);

	memcpy(bmp.bytes + 18, "\xff\xff\0\0\xff\xff\0\0", 8);
	assert_bmp_refused(*state, &input, "65535 x 65535", "--max-pixels");
	memcpy(bmp.bytes + 18, "\xc0\xc6\x2d\0\x80\x84\x1e\0", 8);
	assert_bmp_refused(*state, &input, "3000000 x 2000000", "--max-side");
	free(bmp.bytes);
	bmp = make_bmp(&of_24, 24, 16);
	input = input_of(&bmp);
	memcpy(bmp.bytes + 18, "\x10\x27\0\0\x10\x27\0\0", 8);
	assert_bmp_refused(*state, &input, "10000 x 10000 in 1 kB", "ends too early");
	free(bmp.bytes);
}

static bool cancel(void *context)
{
	++*(unsigned *)context;
	return true;
}

static void an_abandoned_picture_is_a_transient_error(void **state)
{
	const struct bmp_recipe *recipes[] = {&of_24, &of_rle};

	for (size_t i = 0; i < 2; i++) {
		struct bytes bmp = make_bmp(recipes[i], 24, 16);
		struct codec_input input = input_of(&bmp);
		struct codec_result result;
		unsigned asked = 0;
		struct image image;
		struct err err;

		input.hooks = (struct codec_hooks){.cancelled = cancel, .context = &asked};
		assert_int_equal(decode_any(*state, &input, &image, &result, &err), -1);
		assert_int_equal(err.kind, ERR_TRANSIENT);
		assert_int_equal(asked, 1);
		free(bmp.bytes);
	}
}

static void text_that_starts_with_the_same_letters_is_no_bmp(void **state)
{
	(void)state;
	assert_null(codec_sniff("BM25 is a way to rank texts", 27));
	assert_string_equal(codec_sniff("BM\0\0\0\0\0\0\0\0\0\0\0\0\x28\0", 16), "BMP");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_good_kinds_decode_to_the_pixels_that_were_written),
		cmocka_unit_test(kinds_that_leave_a_doubt_decode_with_a_warning),
		cmocka_unit_test(
			what_contradicts_itself_or_is_not_known_is_refused_with_its_reason),
		cmocka_unit_test(bombs_are_refused_by_their_headers),
		cmocka_unit_test(an_abandoned_picture_is_a_transient_error),
		cmocka_unit_test(text_that_starts_with_the_same_letters_is_no_bmp),
	};

	return cmocka_run_group_tests(tests, open_codecs, close_codecs);
}
