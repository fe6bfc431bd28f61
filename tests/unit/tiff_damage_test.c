/*
 * tiff_damage_test.c - TIFF files that were cut short or bent.
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
#include <tiffio.h>

#include "base/mem.h"
#include "image_support.h"
#include "tiff_support.h"

static const struct tiff_recipe kinds[] = {
	{.width = 40, .height = 30, .photometric = PHOTOMETRIC_RGB, .bits = 8},
	{.width = 40,
	 .height = 30,
	 .photometric = PHOTOMETRIC_RGB,
	 .bits = 8,
	 .compression = COMPRESSION_LZW,
	 .rows_per_strip = 8},
	{.width = 40,
	 .height = 30,
	 .photometric = PHOTOMETRIC_SEPARATED,
	 .bits = 16,
	 .compression = COMPRESSION_ADOBE_DEFLATE,
	 .separate = true,
	 .rows_per_strip = 8},
	{.width = 40,
	 .height = 30,
	 .photometric = PHOTOMETRIC_PALETTE,
	 .bits = 4,
	 .compression = COMPRESSION_PACKBITS},
	{.width = 40,
	 .height = 30,
	 .photometric = PHOTOMETRIC_RGB,
	 .bits = 12,
	 .tiled = true,
	 .extras = 1,
	 .extra_kind = EXTRASAMPLE_ASSOCALPHA},
	{.width = 64,
	 .height = 48,
	 .photometric = PHOTOMETRIC_YCBCR,
	 .bits = 8,
	 .compression = COMPRESSION_JPEG,
	 .smooth = true,
	 .rows_per_strip = 16},
	{.width = 40,
	 .height = 30,
	 .photometric = PHOTOMETRIC_MINISWHITE,
	 .bits = 1,
	 .compression = COMPRESSION_CCITTFAX4,
	 .pages = 1,
	 .previews = 1},
};

/* A value of a tag that holds where the pixels of strips or tiles lie, or how many there are; set
 * to another one unless that is 0. */
static uint32_t exchange(const struct bytes *tiff, unsigned tag, unsigned index, uint32_t another)
{
	size_t entry = find_tiff_tag(tiff, tag);
	uint32_t count;
	uint32_t at;
	uint32_t value = 0;
	uint16_t type;

	memcpy(&type, tiff->bytes + entry + 2, 2);
	memcpy(&count, tiff->bytes + entry + 4, 4);
	memcpy(&at, tiff->bytes + entry + 8, 4);
	if (count * (type == TIFF_SHORT ? 2 : 4) <= 4)
		at = (uint32_t)entry + 8;
	at += index * (type == TIFF_SHORT ? 2u : 4u);
	memcpy(&value, tiff->bytes + at, type == TIFF_SHORT ? 2 : 4);
	if (another != 0)
		memcpy(tiff->bytes + at, &another, type == TIFF_SHORT ? 2 : 4);
	return value;
}

static uint32_t offset_of(const struct bytes *tiff, unsigned tag, unsigned index)
{
	return exchange(tiff, tag, index, 0);
}

/* libtiff puts the page behind its pixels. Here they get another copy behind the page, so that a
 * file that is cut short lacks pixels only. */
static void put_pixels_last(struct bytes *tiff, bool tiled)
{
	unsigned offsets = tiled ? TIFFTAG_TILEOFFSETS : TIFFTAG_STRIPOFFSETS;
	unsigned counts = tiled ? TIFFTAG_TILEBYTECOUNTS : TIFFTAG_STRIPBYTECOUNTS;
	uint32_t blocks;

	memcpy(&blocks, tiff->bytes + find_tiff_tag(tiff, offsets) + 4, 4);
	for (unsigned i = 0; i < blocks; i++) {
		uint32_t length = offset_of(tiff, counts, i);
		uint32_t from = exchange(tiff, offsets, i, (uint32_t)tiff->length);

		tiff->bytes = mem_realloc(tiff->bytes, tiff->length + length, 1);
		memcpy(tiff->bytes + tiff->length, tiff->bytes + from, length);
		tiff->length += length;
	}
}

static void a_file_cut_anywhere_never_gives_other_pixels(void **state)
{
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		struct bytes tiff = make_tiff(&kinds[i]);
		size_t with_page = tiff.length;
		struct codec_input whole_input;
		struct image whole;
		unsigned tolerated = 0;
		size_t step = kinds[i].separate ? 6 : 0; /* the largest */

		if (kinds[i].previews == 0)
			put_pixels_last(&tiff, kinds[i].tiled);
		whole_input = input_of(&tiff);
		whole = decode_well(*state, &whole_input, NULL);

		for (size_t length = 8; length < tiff.length; length += 1 + step) {
			/* Exactly so many bytes, so that a sanitizer sees a step beyond. */
			struct bytes cut = {mem_copy(tiff.bytes, length), length};
			struct codec_input input = input_of(&cut);
			struct codec_result result;
			struct image image;
			struct err err;

			if (decode_any(*state, &input, &image, &result, &err) == 0) {
				assert_int_equal(compare_images(&whole, &image).largest, 0);
				free_image(&image);
			} else {
				assert_int_equal(err.kind, ERR_PERMANENT);
			}
			input.tolerate = true;
			if (decode_any(*state, &input, &image, &result, &err) == 0) {
				tolerated += result.damaged;
				free_image(&image);
			}
			free(cut.bytes);
		}
		/* What stands before the cut is shown; of separate planes the last is needed. */
		if (kinds[i].previews == 0)
			assert_true(tolerated >
				    (tiff.length - with_page) / (kinds[i].separate ? 35 : 2));
		free_image(&whole);
		free(tiff.bytes);
	}
}

static void bent_bytes_never_lead_outside_of_file_or_picture(void **state)
{
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		struct bytes tiff = make_tiff(&kinds[i]);

		for (size_t at = 2; at < tiff.length; at++) {
			struct bytes bent = {mem_copy(tiff.bytes, tiff.length), tiff.length};
			struct codec_input input = input_of(&bent);
			struct codec_limits limits = *input.limits;
			struct codec_result result;
			struct image image;
			struct err err;

			limits.pixels = 1000000;
			limits.tiff_memory_bytes = 4 << 20;
			input.limits = &limits;
			input.tolerate = at % 2;
			bent.bytes[at] ^= (unsigned char)(1u << at % 8);
			if (decode_any(*state, &input, &image, &result, &err) == 0)
				free_image(&image);
			free(bent.bytes);
		}
		free(tiff.bytes);
	}
}

/* Every bit of deflate's data is under a checksum. */
static void a_bent_bit_of_deflated_pixels_is_seen(void **state)
{
	struct tiff_recipe recipe = kinds[0];
	struct codec_input input;
	struct bytes tiff;
	uint32_t start;
	uint32_t length;

	recipe.compression = COMPRESSION_ADOBE_DEFLATE;
	tiff = make_tiff(&recipe);
	input = input_of(&tiff);
	start = offset_of(&tiff, TIFFTAG_STRIPOFFSETS, 0);
	length = offset_of(&tiff, TIFFTAG_STRIPBYTECOUNTS, 0);
	for (uint32_t i = 2; i < length; i++) {
		struct codec_result result;
		struct image image;
		struct err err;

		tiff.bytes[start + i] ^= (unsigned char)(1u << i % 8);
		if (decode_any(*state, &input, &image, &result, &err) == 0)
			fail_msg("byte %u of %u is bent and nobody saw", i, length);
		assert_int_equal(err.kind, ERR_PERMANENT);
		assert_non_null(strstr(err.text, "damaged TIFF"));
		tiff.bytes[start + i] ^= (unsigned char)(1u << i % 8);
	}
	free(tiff.bytes);
}

/* The strip of rows 20 to 39 is broken in its middle: rows before it, its first ones and those
 * behind it are there. */
static void check_salvage(struct codec_state *codecs, bool row_by_row)
{
	struct tiff_recipe recipe = {.width = 2000,
				     .height = 60,
				     .photometric = PHOTOMETRIC_RGB,
				     .bits = 8,
				     .compression = COMPRESSION_LZW,
				     .rows_per_strip = 20};
	struct bytes tiff = make_tiff(&recipe);
	struct codec_input input = input_of(&tiff);
	struct codec_limits limits = *input.limits;
	uint32_t start = offset_of(&tiff, TIFFTAG_STRIPOFFSETS, 1);
	uint32_t length = offset_of(&tiff, TIFFTAG_STRIPBYTECOUNTS, 1);
	struct image whole = decode_well(codecs, &input, NULL);
	struct codec_result result;
	struct image image;
	struct err err;

	if (row_by_row)
		limits.tiff_memory_bytes = 100000; /* a strip takes 120000 */
	input.limits = &limits;
	memset(tiff.bytes + start + length / 2, 0xff, length / 4);
	assert_int_equal(decode_any(codecs, &input, &image, &result, &err), -1);
	assert_int_equal(err.kind, ERR_PERMANENT);
	assert_non_null(strstr(err.text, "damaged TIFF"));
	input.tolerate = true;
	image = decode_well(codecs, &input, &result);
	assert_true(result.damaged);
	assert_non_null(strstr(result.warning, "damaged TIFF"));
	for (uint32_t y = 0; y < 60; y++) {
		bool there = memcmp(image_row(&image, 1, y), image_row(&whole, 1, y), 2000) == 0;

		if (y < 23 || y >= 40)
			assert_true(there);
		if (y == 39)
			assert_int_equal(image_row(&image, 1, y)[100], 128);
	}
	free_image(&image);
	free_image(&whole);
	free(tiff.bytes);
}

static void tolerated_damage_leaves_all_rows_but_those_behind_it_in_its_strip(void **state)
{
	check_salvage(*state, false);
	check_salvage(*state, true);
}

static void tolerated_damage_of_a_tile_leaves_the_others(void **state)
{
	struct tiff_recipe recipe = {.width = 64,
				     .height = 32,
				     .photometric = PHOTOMETRIC_MINISBLACK,
				     .bits = 8,
				     .compression = COMPRESSION_ADOBE_DEFLATE,
				     .tiled = true};
	struct bytes tiff = make_tiff(&recipe);
	struct codec_input input = input_of(&tiff);
	struct image whole = decode_well(*state, &input, NULL);
	struct codec_result result;
	struct image image;

	tiff.bytes[offset_of(&tiff, TIFFTAG_TILEOFFSETS, 1) + 20] ^= 0xff;
	input.tolerate = true;
	image = decode_well(*state, &input, &result);
	assert_true(result.damaged);
	for (uint32_t y = 0; y < 32; y++)
		for (uint32_t x = 0; x < 64; x++) {
			bool damaged = x >= 32 && y < 16;

			assert_int_equal(image_row(&image, 0, y)[x],
					 damaged ? 128 : image_row(&whole, 0, y)[x]);
		}
	free_image(&image);
	free_image(&whole);
	free(tiff.bytes);
}

/* libjpeg goes on with grey where its data end, and says so in a warning only. */
static void a_warning_on_pixels_is_damage(void **state)
{
	struct tiff_recipe recipe = kinds[5];
	struct bytes tiff = make_tiff(&recipe);
	struct codec_input input = input_of(&tiff);
	uint32_t start = offset_of(&tiff, TIFFTAG_STRIPOFFSETS, 1);
	uint32_t length = offset_of(&tiff, TIFFTAG_STRIPBYTECOUNTS, 1);
	struct codec_result result;
	struct image image;
	struct err err;

	memcpy(tiff.bytes + start + length * 3 / 4, "\xff\xd9", 2);
	assert_int_equal(decode_any(*state, &input, &image, &result, &err), -1);
	assert_int_equal(err.kind, ERR_PERMANENT);
	assert_non_null(strstr(err.text, "damaged TIFF"));
	input.tolerate = true;
	image = decode_well(*state, &input, &result);
	assert_true(result.damaged);
	free_image(&image);
	free(tiff.bytes);
}

static void a_broken_page_behind_the_first_is_not_its_fault(void **state)
{
	struct bytes tiff = make_tiff(&kinds[0]);
	struct codec_input input = input_of(&tiff);
	struct codec_result result;
	struct image image;
	uint32_t directory;
	uint16_t entries;

	memcpy(&directory, tiff.bytes + 4, 4);
	memcpy(&entries, tiff.bytes + directory, 2);
	memcpy(tiff.bytes + directory + 2 + 12 * (size_t)entries, &(uint32_t){0x7fffff00}, 4);
	image = decode_well(*state, &input, &result);
	assert_string_equal(result.warning, "");
	free_image(&image);
	free(tiff.bytes);
}

static void a_picture_of_which_nothing_can_be_read_is_an_error_also_when_tolerated(void **state)
{
	struct tiff_recipe recipe = kinds[0];
	struct codec_input input;
	struct codec_result result;
	struct bytes tiff;
	struct image image;
	struct err err;

	recipe.compression = COMPRESSION_ADOBE_DEFLATE;
	tiff = make_tiff(&recipe);
	memset(tiff.bytes + offset_of(&tiff, TIFFTAG_STRIPOFFSETS, 0), 0, 40);
	input = input_of(&tiff);
	input.tolerate = true;
	assert_int_equal(decode_any(*state, &input, &image, &result, &err), -1);
	assert_int_equal(err.kind, ERR_PERMANENT);
	free(tiff.bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_cut_anywhere_never_gives_other_pixels),
		cmocka_unit_test(bent_bytes_never_lead_outside_of_file_or_picture),
		cmocka_unit_test(a_bent_bit_of_deflated_pixels_is_seen),
		cmocka_unit_test(tolerated_damage_leaves_all_rows_but_those_behind_it_in_its_strip),
		cmocka_unit_test(tolerated_damage_of_a_tile_leaves_the_others),
		cmocka_unit_test(a_warning_on_pixels_is_damage),
		cmocka_unit_test(a_broken_page_behind_the_first_is_not_its_fault),
		cmocka_unit_test(
			a_picture_of_which_nothing_can_be_read_is_an_error_also_when_tolerated),
	};

	TIFFSetWarningHandler(NULL);
	return cmocka_run_group_tests(tests, open_codecs, close_codecs);
}
