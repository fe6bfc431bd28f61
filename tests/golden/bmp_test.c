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
#include "bmp_files.h"
#include "image_support.h"

static int set_up(void **state)
{
	*state = codec_open();
	return 0;
}

static int tear_down(void **state)
{
	codec_close(*state);
	return 0;
}

#define MASKS_565                                                                                  \
	{                                                                                          \
		0xf800, 0x07e0, 0x001f                                                             \
	}

/* Kinds whose meaning is beyond doubt. */
static const struct bmp_recipe good[] = {
	{.name = "1 bit", .header_bytes = 40, .bits = 1, .colours = 2},
	{.name = "1 bit, count told", .header_bytes = 40, .bits = 1, .colours = 2, .told = true},
	{.name = "2 bits", .header_bytes = 40, .bits = 2, .colours = 4, .told = true},
	{.name = "4 bits", .header_bytes = 40, .bits = 4, .colours = 16},
	{.name = "4 bits, 12 colours", .header_bytes = 40, .bits = 4, .colours = 12, .told = true},
	{.name = "8 bits", .header_bytes = 40, .bits = 8, .colours = 256},
	{.name = "8 bits, 252 colours",
	 .header_bytes = 40,
	 .bits = 8,
	 .colours = 252,
	 .told = true},
	{.name = "8 bits, 300 colours",
	 .header_bytes = 40,
	 .bits = 8,
	 .colours = 300,
	 .told = true},
	{.name = "8 bits, top down",
	 .header_bytes = 40,
	 .bits = 8,
	 .colours = 256,
	 .top_down = true},
	{.name = "8 bits, gap",
	 .header_bytes = 40,
	 .bits = 8,
	 .colours = 252,
	 .told = true,
	 .gap = 100},
	{.name = "8 bits, V4", .header_bytes = 108, .bits = 8, .colours = 252, .told = true},
	{.name = "8 bits, V5",
	 .header_bytes = 124,
	 .bits = 8,
	 .colours = 252,
	 .told = true,
	 .colour_space = 0x73524742},
	{.name = "OS/2 1.x, 1 bit", .header_bytes = 12, .bits = 1, .colours = 2},
	{.name = "OS/2 1.x, 4 bits", .header_bytes = 12, .bits = 4, .colours = 16},
	{.name = "OS/2 1.x, 8 bits", .header_bytes = 12, .bits = 8, .colours = 256},
	{.name = "OS/2 1.x, short palette", .header_bytes = 12, .bits = 8, .colours = 252},
	{.name = "OS/2 1.x, 24 bits", .header_bytes = 12, .bits = 24},
	{.name = "OS/2 2.x, 16 bytes", .header_bytes = 16, .bits = 8, .colours = 256},
	{.name = "OS/2 2.x, 8 bits", .header_bytes = 64, .bits = 8, .colours = 252, .told = true},
	{.name = "OS/2 2.x, 24 bits", .header_bytes = 64, .bits = 24},
	{.name = "OS/2 2.x, RLE8", .header_bytes = 64, .bits = 8, .compression = 1, .colours = 256},
	{.name = "OS/2 2.x, RLE24", .header_bytes = 64, .bits = 24, .compression = 4},
	{.name = "RLE8",
	 .header_bytes = 40,
	 .bits = 8,
	 .compression = 1,
	 .colours = 252,
	 .told = true},
	{.name = "RLE4", .header_bytes = 40, .bits = 4, .compression = 2, .colours = 16},
	{.name = "RLE4, 12 colours",
	 .header_bytes = 40,
	 .bits = 4,
	 .compression = 2,
	 .colours = 12,
	 .told = true},
	{.name = "16 bits", .header_bytes = 40, .bits = 16},
	{.name = "16 bits, highest set", .header_bytes = 40, .bits = 16, .unused = 0x8000},
	{.name = "16 bits, 555 told",
	 .header_bytes = 40,
	 .bits = 16,
	 .compression = 3,
	 .masks = 3,
	 .mask = {0x7c00, 0x03e0, 0x001f}},
	{.name = "16 bits, 565",
	 .header_bytes = 40,
	 .bits = 16,
	 .compression = 3,
	 .masks = 3,
	 .mask = MASKS_565},
	{.name = "16 bits, 565 and palette",
	 .header_bytes = 40,
	 .bits = 16,
	 .compression = 3,
	 .masks = 3,
	 .mask = MASKS_565,
	 .colours = 256,
	 .told = true},
	{.name = "16 bits, 231",
	 .header_bytes = 40,
	 .bits = 16,
	 .compression = 3,
	 .masks = 3,
	 .mask = {0x30, 0x0e, 0x01}},
	{.name = "16 bits, 3103",
	 .header_bytes = 40,
	 .bits = 16,
	 .compression = 3,
	 .masks = 3,
	 .mask = {0xe000, 0x1ff8, 0x0007}},
	{.name = "16 bits, 4444",
	 .header_bytes = 124,
	 .bits = 16,
	 .compression = 3,
	 .mask = {0x0f00, 0x00f0, 0x000f, 0xf000}},
	{.name = "16 bits, 5551",
	 .header_bytes = 124,
	 .bits = 16,
	 .compression = 3,
	 .mask = {0x7c00, 0x03e0, 0x001f, 0x8000}},
	{.name = "16 bits, 1924",
	 .header_bytes = 124,
	 .bits = 16,
	 .compression = 3,
	 .mask = {0x8000, 0x7fc0, 0x0030, 0x000f}},
	{.name = "24 bits", .header_bytes = 40, .bits = 24},
	{.name = "24 bits, top down", .header_bytes = 40, .bits = 24, .top_down = true},
	{.name = "24 bits and palette",
	 .header_bytes = 40,
	 .bits = 24,
	 .colours = 300,
	 .told = true},
	{.name = "24 bits, V5 with profile",
	 .header_bytes = 124,
	 .bits = 24,
	 .colour_space = 0x4d424544,
	 .profile = true},
	{.name = "32 bits", .header_bytes = 40, .bits = 32},
	{.name = "32 bits, fourth byte set", .header_bytes = 40, .bits = 32, .unused = 0x7f000000},
	{.name = "32 bits, V5, fourth byte set",
	 .header_bytes = 124,
	 .bits = 32,
	 .unused = 0x7f000000},
	{.name = "32 bits, masks",
	 .header_bytes = 40,
	 .bits = 32,
	 .compression = 3,
	 .masks = 3,
	 .mask = {0xff000000, 0x00ff0000, 0x0000ff00}},
	{.name = "32 bits, top down",
	 .header_bytes = 40,
	 .bits = 32,
	 .compression = 3,
	 .masks = 3,
	 .mask = {0xff, 0xff00, 0xff0000},
	 .top_down = true},
	{.name = "32 bits, 11 11 10",
	 .header_bytes = 40,
	 .bits = 32,
	 .compression = 3,
	 .masks = 3,
	 .mask = {0xffe00000, 0x001ffc00, 0x000003ff}},
	{.name = "32 bits, 7 18 7",
	 .header_bytes = 40,
	 .bits = 32,
	 .compression = 3,
	 .masks = 3,
	 .mask = {0xfe000000, 0x01ffff80, 0x0000007f}},
	{.name = "32 bits, V2",
	 .header_bytes = 52,
	 .bits = 32,
	 .compression = 3,
	 .mask = {0xff0000, 0xff00, 0xff}},
	{.name = "32 bits with alpha, V3",
	 .header_bytes = 56,
	 .bits = 32,
	 .compression = 3,
	 .mask = {0xff0000, 0xff00, 0xff, 0xff000000}},
	{.name = "32 bits with alpha, V4",
	 .header_bytes = 108,
	 .bits = 32,
	 .compression = 3,
	 .mask = {0xff0000, 0xff00, 0xff, 0xff000000}},
	{.name = "32 bits with alpha, V5",
	 .header_bytes = 124,
	 .bits = 32,
	 .compression = 3,
	 .mask = {0xff000000, 0xff0000, 0xff00, 0xff}},
	{.name = "32 bits with alpha, masks behind",
	 .header_bytes = 40,
	 .bits = 32,
	 .compression = 6,
	 .masks = 4,
	 .mask = {0xff0000, 0xff00, 0xff, 0xff000000}},
	{.name = "32 bits, 10 10 10 2",
	 .header_bytes = 124,
	 .bits = 32,
	 .compression = 3,
	 .mask = {0x3ff00000, 0x000ffc00, 0x000003ff, 0xc0000000}},
	{.name = "32 bits, 8 12 8 4",
	 .header_bytes = 124,
	 .bits = 32,
	 .compression = 3,
	 .mask = {0xff000000, 0x00fff000, 0x00000ff0, 0x0000000f}},
};

/* Kinds that can be shown, with a word on what had to be guessed. */
static const struct {
	struct bmp_recipe recipe;
	const char *warning;
} doubtful[] = {
	{{.name = "RLE8 with holes",
	  .header_bytes = 40,
	  .bits = 8,
	  .compression = 1,
	  .colours = 252,
	  .told = true,
	  .holes = true},
	 "left out"},
	{{.name = "RLE4 with holes",
	  .header_bytes = 40,
	  .bits = 4,
	  .compression = 2,
	  .colours = 16,
	  .holes = true},
	 "left out"},
	{{.name = "RLE24 with holes",
	  .header_bytes = 64,
	  .bits = 24,
	  .compression = 4,
	  .holes = true},
	 "left out"},
	{{.name = "RLE8 that ends early",
	  .header_bytes = 40,
	  .bits = 8,
	  .compression = 1,
	  .colours = 256,
	  .rows = 2},
	 "left out"},
	{{.name = "RLE4 that ends early",
	  .header_bytes = 40,
	  .bits = 4,
	  .compression = 2,
	  .colours = 16,
	  .rows = 2},
	 "left out"},
	{{.name = "alpha without any",
	  .header_bytes = 124,
	  .bits = 32,
	  .compression = 3,
	  .mask = {0xff0000, 0xff00, 0xff, 0xff000000},
	  .clear = true},
	 "opaque"},
	{{.name = "linked profile", .header_bytes = 124, .bits = 24, .colour_space = 0x4c494e4b},
	 "profile"},
};

static void check_pixels(const struct bmp_recipe *recipe, const struct image *image)
{
	const struct image_geometry *geometry = &image->geometry;

	for (uint32_t y = 0; y < geometry->height; y++)
		for (uint32_t x = 0; x < geometry->width; x++) {
			unsigned char wanted[4];
			bool right = true;

			bmp_expected(recipe, geometry->height, x, y, wanted);
			for (unsigned i = wanted[3] == 0 ? 3 : 0; i < geometry->nplanes; i++)
				right = right && image_row(image, i, y)[x] == wanted[i];
			if (!right)
				fail_msg("%s, %u x %u: wrong at %u,%u", recipe->name,
					 geometry->width, geometry->height, x, y);
		}
}

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
	check_pixels(recipe, &image);
	free_image(&image);
	free(bmp.bytes);
}

static void all_good_kinds_decode_to_the_pixels_that_were_written(void **state)
{
	static const uint32_t sizes[][2] = {{127, 64}, {1, 1}, {5, 3}, {8, 2}, {33, 7}, {600, 2}};

	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
		for (size_t j = 0; j < sizeof sizes / sizeof sizes[0]; j++)
			check_recipe(*state, &good[i], sizes[j][0], sizes[j][1], NULL);
}

static void kinds_that_leave_a_doubt_decode_with_a_warning(void **state)
{
	static const uint32_t sizes[][2] = {{127, 64}, {31, 9}};

	for (size_t i = 0; i < sizeof doubtful / sizeof doubtful[0]; i++)
		for (size_t j = 0; j < sizeof sizes / sizeof sizes[0]; j++)
			check_recipe(*state, &doubtful[i].recipe, sizes[j][0], sizes[j][1],
				     doubtful[i].warning);
}

static void assert_refused(struct codec_state *codecs, const struct codec_input *input,
			   const char *name, const char *word)
{
	struct codec_result result;
	struct image image;
	struct err err;

	if (decode_any(codecs, input, &image, &result, &err) == 0)
		fail_msg("%s: decoded, though it should be refused for: %s", name, word);
	assert_int_equal(err.kind, ERR_PERMANENT);
	if (strstr(err.text, word) == NULL)
		fail_msg("%s: \"%s\" does not say: %s", name, err.text, word);
}

static const struct bmp_recipe of_1 = {.header_bytes = 40, .bits = 1, .colours = 2};
static const struct bmp_recipe of_8 = {.header_bytes = 40, .bits = 8, .colours = 256, .told = true};
static const struct bmp_recipe of_16 = {
	.header_bytes = 40, .bits = 16, .compression = 3, .masks = 3, .mask = MASKS_565};
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
		assert_refused(*state, &input, faults[i].name, faults[i].word);
		input.tolerate = true;
		assert_refused(*state, &input, faults[i].name, faults[i].word);
		free(bmp.bytes);
	}
}

static void bombs_are_refused_by_their_headers(void **state)
{
	struct bytes bmp = make_bmp(&of_rle, 24, 16);
	struct codec_input input = input_of(&bmp);

	memcpy(bmp.bytes + 18, "\xff\xff\0\0\xff\xff\0\0", 8);
	assert_refused(*state, &input, "65535 x 65535", "--max-pixels");
	memcpy(bmp.bytes + 18, "\xc0\xc6\x2d\0\x80\x84\x1e\0", 8);
	assert_refused(*state, &input, "3000000 x 2000000", "--max-side");
	free(bmp.bytes);
	bmp = make_bmp(&of_24, 24, 16);
	input = input_of(&bmp);
	memcpy(bmp.bytes + 18, "\x10\x27\0\0\x10\x27\0\0", 8);
	assert_refused(*state, &input, "10000 x 10000 in 1 kB", "ends too early");
	free(bmp.bytes);
}

/* A file whose run lengths are these, of 4 x 2 pixels and 3 colours. */
static struct bytes with_run_lengths(unsigned bits, const char *runs, size_t length)
{
	const struct bmp_recipe recipe = {.header_bytes = 40,
					  .bits = bits,
					  .compression = bits == 8 ? 1 : 2,
					  .colours = 3,
					  .told = true};
	struct bytes bmp = make_bmp(&recipe, 4, 2);
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
			with_run_lengths(faults[i].bits, faults[i].runs, faults[i].length);
		struct codec_input input = input_of(&bmp);
		struct codec_result result;
		struct image image;

		assert_refused(*state, &input, "run lengths", faults[i].word);
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
	struct bytes bmp = with_run_lengths(8, "\4\1\0\0\4\2", 6);
	struct codec_input input = input_of(&bmp);
	struct codec_result result;
	struct image image = decode_well(*state, &input, &result);

	assert_string_equal(result.warning, "");
	free_image(&image);
	free(bmp.bytes);
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
	bmp = make_bmp(&recipe, 303, 2);
	input = input_of(&bmp);
	assert_refused(*state, &input, "bad index", "palette");
	input.tolerate = true;
	image = decode_well(*state, &input, &result);
	assert_true(result.damaged);
	free_image(&image);
	free(bmp.bytes);
}

static void a_file_cut_anywhere_fails_or_is_whole(void **state)
{
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		struct bytes bmp = make_bmp(&good[i], 13, 5);

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
				check_pixels(&good[i], &image);
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
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		struct bytes bmp = make_bmp(&good[i], 13, 5);

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

		input.hooks = (struct codec_hooks){cancel, &asked};
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
		cmocka_unit_test(broken_run_lengths_fail_unless_tolerated),
		cmocka_unit_test(a_whole_picture_without_the_end_mark_is_no_damage),
		cmocka_unit_test(an_index_beyond_the_palette_is_damage),
		cmocka_unit_test(a_file_cut_anywhere_fails_or_is_whole),
		cmocka_unit_test(bent_bytes_never_lead_outside_of_file_or_picture),
		cmocka_unit_test(tolerated_damage_keeps_the_rows_that_are_there),
		cmocka_unit_test(an_abandoned_picture_is_a_transient_error),
		cmocka_unit_test(text_that_starts_with_the_same_letters_is_no_bmp),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
