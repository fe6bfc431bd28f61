/*
 * codec_tiff_test.c - TIFF files of every kind, and what is refused of them.
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
#include <tiffio.h>

#include "base/mem.h"
#include "image_support.h"
#include "tiff_support.h"

static const struct tiff_recipe small = {
	.width = 37, .height = 21, .photometric = PHOTOMETRIC_RGB, .bits = 8};

static void describe(const struct tiff_recipe *recipe, char *text, size_t size)
{
	snprintf(text, size,
		 "%ux%u photometric %u, %u bits, %u extra (%u)%s%s, strips of %u, compression %u%s",
		 recipe->width, recipe->height, recipe->photometric, recipe->bits, recipe->extras,
		 recipe->extra_kind, recipe->separate ? ", separate" : "",
		 recipe->tiled ? ", tiled" : "", recipe->rows_per_strip, recipe->compression,
		 recipe->predictor ? ", predictor" : "");
}

/* How far a pixel is from what it should be; what is transparent weighs less. */
static double deviation(const struct tiff_recipe *recipe, const struct image *image, uint32_t x,
			uint32_t y)
{
	double largest = 0;
	double wanted[4];

	tiff_expected(recipe, x, y, wanted);
	for (unsigned i = 0; i < image->geometry.nplanes; i++) {
		double weight = i < 3 ? wanted[3] / 255 : 1;

		largest = fmax(largest, weight * fabs(image_row(image, i, y)[x] - wanted[i]));
	}
	return largest;
}

static void check_recipe(struct codec_state *codecs, const struct tiff_recipe *recipe,
			 double tolerance)
{
	struct bytes tiff = make_tiff(recipe);
	struct codec_input input = input_of(&tiff);
	bool grey = recipe->photometric <= PHOTOMETRIC_MINISBLACK;
	struct codec_result result;
	struct image image;
	struct err err;
	char text[200];

	describe(recipe, text, sizeof text);
	if (decode_any(codecs, &input, &image, &result, &err) != 0)
		fail_msg("%s: %s", text, err.text);
	if (result.warning[0] != '\0')
		fail_msg("%s: %s", text, result.warning);
	assert_int_equal(image.geometry.format, tiff_has_alpha(recipe) ? IMAGE_RGBA8
						: grey		       ? IMAGE_GRAY8
								       : IMAGE_RGB8);
	for (uint32_t y = 0; y < recipe->height; y++)
		for (uint32_t x = 0; x < recipe->width; x++)
			if (deviation(recipe, &image, x, y) > tolerance)
				fail_msg("%s: wrong at %u,%u", text, x, y);
	free_image(&image);
	free(tiff.bytes);
}

/* In strips of one row, of some, of all, and in tiles; samples together and apart. */
static void check_arrangements(struct codec_state *codecs, struct tiff_recipe recipe,
			       double tolerance)
{
	static const uint32_t strips[] = {1, 7, 0};

	for (unsigned separate = 0; separate < 2; separate++) {
		recipe.separate = separate;
		recipe.tiled = false;
		for (size_t i = 0; i < 3; i++) {
			recipe.rows_per_strip = strips[i];
			check_recipe(codecs, &recipe, tolerance);
		}
		recipe.tiled = true;
		check_recipe(codecs, &recipe, tolerance);
	}
}

static void all_colours_depths_and_arrangements_decode_to_what_was_written(void **state)
{
	static const struct {
		unsigned photometric;
		unsigned most_bits;
		double tolerance; /* a bit more than half a step for each rounding */
	} kinds[] = {
		{PHOTOMETRIC_MINISBLACK, 16, 0.51}, {PHOTOMETRIC_MINISWHITE, 16, 0.51},
		{PHOTOMETRIC_PALETTE, 8, 0.51},	    {PHOTOMETRIC_RGB, 16, 0.51},
		{PHOTOMETRIC_SEPARATED, 16, 1.51},
	};

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		for (unsigned bits = 1; bits <= kinds[i].most_bits; bits++) {
			struct tiff_recipe recipe = small;

			recipe.photometric = kinds[i].photometric;
			recipe.bits = bits;
			check_arrangements(*state, recipe, kinds[i].tolerance);
		}
}

static void alpha_of_both_kinds_is_found_among_the_extra_samples(void **state)
{
	static const unsigned kinds[] = {PHOTOMETRIC_MINISBLACK, PHOTOMETRIC_RGB,
					 PHOTOMETRIC_SEPARATED};
	static const unsigned extra[] = {EXTRASAMPLE_UNSPECIFIED, EXTRASAMPLE_ASSOCALPHA,
					 EXTRASAMPLE_UNASSALPHA};

	for (size_t i = 0; i < 3; i++)
		for (size_t k = 0; k < 3; k++)
			for (unsigned bits = 8; bits <= 16; bits += 8) {
				struct tiff_recipe recipe = small;

				recipe.photometric = kinds[i];
				recipe.bits = bits;
				recipe.extras = 1;
				recipe.extra_kind = extra[k];
				/* Nobody multiplies alpha into inks. */
				if (kinds[i] == PHOTOMETRIC_SEPARATED && k == 1)
					continue;
				check_arrangements(*state, recipe, 1.51);
				recipe.extras = 2;
				if (kinds[i] != PHOTOMETRIC_SEPARATED)
					check_arrangements(*state, recipe, 1.51);
			}
}

static void all_lossless_compressions_give_the_same_pixels(void **state)
{
	static const unsigned compressions[] = {COMPRESSION_LZW, COMPRESSION_ADOBE_DEFLATE,
						COMPRESSION_DEFLATE, COMPRESSION_PACKBITS,
						COMPRESSION_ZSTD};
	static const unsigned depths[] = {1, 4, 8, 12, 16};

	for (size_t i = 0; i < sizeof compressions / sizeof compressions[0]; i++)
		for (size_t k = 0; k < 5; k++)
			for (unsigned predictor = 0; predictor < 2; predictor++) {
				struct tiff_recipe recipe = small;

				recipe.bits = depths[k];
				recipe.compression = compressions[i];
				recipe.predictor = predictor;
				if (!TIFFIsCODECConfigured((uint16_t)compressions[i]))
					continue;
				/* PackBits has none, and it differs bytes. */
				if (predictor &&
				    (compressions[i] == COMPRESSION_PACKBITS || depths[k] % 8 != 0))
					continue;
				check_arrangements(*state, recipe, 0.51);
			}
}

static void fax_pages_decode_exactly(void **state)
{
	static const unsigned compressions[] = {COMPRESSION_CCITTRLE, COMPRESSION_CCITTFAX3,
						COMPRESSION_CCITTFAX4};

	for (size_t i = 0; i < 3; i++) {
		struct tiff_recipe recipe = small;

		recipe.photometric = PHOTOMETRIC_MINISWHITE;
		recipe.bits = 1;
		recipe.compression = compressions[i];
		check_recipe(*state, &recipe, 0);
		recipe.reversed = true;
		recipe.rows_per_strip = 7;
		check_recipe(*state, &recipe, 0);
	}
}

static void jpeg_compression_gives_the_colours_that_went_in(void **state)
{
	static const unsigned kinds[] = {PHOTOMETRIC_MINISBLACK, PHOTOMETRIC_RGB, PHOTOMETRIC_YCBCR,
					 PHOTOMETRIC_SEPARATED};

	for (size_t i = 0; i < 4; i++)
		for (unsigned tiled = 0; tiled < 2; tiled++) {
			struct tiff_recipe recipe = {.width = 96,
						     .height = 64,
						     .photometric = kinds[i],
						     .bits = 8,
						     .compression = COMPRESSION_JPEG,
						     .smooth = true,
						     .tiled = tiled,
						     .rows_per_strip = 32};

			check_recipe(*state, &recipe, 16);
		}
}

static void byte_orders_and_large_files_decode_the_same(void **state)
{
	static const char *const modes[] = {"wl", "wb", "wl8", "wb8"};

	for (size_t i = 0; i < 4; i++)
		for (unsigned bits = 8; bits <= 16; bits += 4) {
			struct tiff_recipe recipe = small;

			recipe.mode = modes[i];
			recipe.bits = bits;
			check_recipe(*state, &recipe, 0.51);
		}
}

static void a_palette_of_8_bits_in_the_place_of_16_is_understood(void **state)
{
	struct tiff_recipe recipe = small;

	recipe.photometric = PHOTOMETRIC_PALETTE;
	recipe.small_palette = true;
	check_recipe(*state, &recipe, 0);
}

/* 12 x 6 pixels, of which two by two share their chroma: four of Y, then Cb and Cr. A grey file of
 * as many bytes is rewritten. */
static struct bytes make_subsampled(void)
{
	struct tiff_recipe recipe = {
		.width = 12, .height = 9, .photometric = PHOTOMETRIC_MINISBLACK, .bits = 8};
	struct bytes tiff = make_tiff(&recipe);
	uint32_t at;

	memcpy(&at, tiff.bytes + find_tiff_tag(&tiff, TIFFTAG_STRIPOFFSETS) + 8, 4);
	for (unsigned i = 0; i < 18; i++) {
		for (unsigned k = 0; k < 4; k++)
			tiff.bytes[at + 6 * i + k] = (unsigned char)(40 + 10 * i);
		tiff.bytes[at + 6 * i + 4] = (unsigned char)(100 + 3 * i);
		tiff.bytes[at + 6 * i + 5] = (unsigned char)(150 - 3 * i);
	}
	memcpy(tiff.bytes + find_tiff_tag(&tiff, TIFFTAG_IMAGELENGTH) + 8, &(uint16_t){6}, 2);
	memcpy(tiff.bytes + find_tiff_tag(&tiff, TIFFTAG_ROWSPERSTRIP) + 8, &(uint16_t){6}, 2);
	memcpy(tiff.bytes + find_tiff_tag(&tiff, TIFFTAG_PHOTOMETRIC) + 8,
	       &(uint16_t){PHOTOMETRIC_YCBCR}, 2);
	memcpy(tiff.bytes + find_tiff_tag(&tiff, TIFFTAG_SAMPLESPERPIXEL) + 8, &(uint16_t){3}, 2);
	return tiff;
}

static void subsampled_ycbcr_without_jpeg_is_converted(void **state)
{
	struct bytes tiff = make_subsampled();
	struct codec_input input = input_of(&tiff);
	struct image image = decode_well(*state, &input, NULL);

	assert_int_equal(image.geometry.format, IMAGE_RGB8);
	for (uint32_t y = 0; y < 6; y++)
		for (uint32_t x = 0; x < 12; x++) {
			unsigned i = y / 2 * 6 + x / 2;
			double luma = 40 + 10 * i;
			double blue = 100 + 3.0 * i - 128;
			double red = 150 - 3.0 * i - 128;
			double wanted[3] = {luma + 1.402 * red,
					    luma - 0.344136 * blue - 0.714136 * red,
					    luma + 1.772 * blue};

			for (unsigned k = 0; k < 3; k++) {
				double value = fmin(fmax(wanted[k], 0), 255);

				assert_true(fabs(image_row(&image, k, y)[x] - value) <= 2);
			}
		}
	free_image(&image);
	free(tiff.bytes);
}

static void the_orientation_is_told_and_the_profile_handed_out(void **state)
{
	struct bytes icc = make_icc("RGB ");

	for (unsigned orientation = 0; orientation <= 8; orientation++) {
		struct tiff_recipe recipe = small;
		struct codec_result result;
		struct codec_input input;
		struct codec_info info;
		struct bytes tiff;
		struct image image;
		struct err err;

		recipe.orientation = orientation;
		recipe.icc = &icc;
		tiff = make_tiff(&recipe);
		input = input_of(&tiff);
		assert_int_equal(codec_probe(*state, &input, &info, &err), 0);
		assert_true(info.has_icc);
		image = decode_well(*state, &input, &result);
		assert_int_equal(image.geometry.orientation, orientation != 0 ? orientation : 1);
		assert_int_equal(result.icc_bytes, icc.length);
		assert_memory_equal(result.icc, icc.bytes, icc.length);
		free_image(&image);
		free(tiff.bytes);
	}
	free(icc.bytes);
}

static void of_several_pages_the_first_that_is_no_preview_is_used(void **state)
{
	for (unsigned pages = 0; pages < 3; pages++)
		for (unsigned previews = 0; previews < 3; previews++) {
			struct tiff_recipe recipe = small;
			struct codec_result result;
			struct codec_input input;
			struct bytes tiff;
			struct image image;

			recipe.pages = pages;
			recipe.previews = previews;
			tiff = make_tiff(&recipe);
			input = input_of(&tiff);
			image = decode_well(*state, &input, &result);
			assert_int_equal(image.geometry.width, 37);
			assert_int_equal(strstr(result.warning, "first picture") != NULL,
					 pages > 0);
			assert_false(result.damaged);
			free_image(&image);
			free(tiff.bytes);
		}
}

/* ---- what is refused ---- */

static void what_cannot_be_shown_rightly_is_refused_with_its_reason(void **state)
{
	/* One value of a tag of a good file is changed. */
	static const struct {
		unsigned tag;
		uint16_t value;
		const char *word;
	} faults[] = {
		{TIFFTAG_BITSPERSAMPLE, 32, "32 bits"},
		{TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_CIELAB, "colour space 8"},
		{TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_CFA, "colour space 32803"},
		{TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_RGB, "too few"},
		{TIFFTAG_COMPRESSION, COMPRESSION_OJPEG, "compression 6"},
		{TIFFTAG_COMPRESSION, COMPRESSION_JBIG, "compression 34661"},
		{TIFFTAG_COMPRESSION, 9999, "compression 9999"},
		{TIFFTAG_SUBFILETYPE, FILETYPE_REDUCEDIMAGE, "previews"},
		{TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_IEEEFP, "floating point"},
		{TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_INT, "signed"},
	};

	for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
		struct tiff_recipe recipe = small;
		struct codec_input input;
		struct bytes tiff;

		recipe.photometric = PHOTOMETRIC_MINISBLACK;
		recipe.sample_format = SAMPLEFORMAT_VOID;
		tiff = make_tiff(&recipe);
		memcpy(tiff.bytes + find_tiff_tag(&tiff, faults[i].tag) + 8, &faults[i].value, 2);
		input = input_of(&tiff);
		assert_decoding_refused(*state, &input, ERR_PERMANENT, faults[i].word);
		free(tiff.bytes);
	}
}

static void raw_files_of_cameras_are_refused(void **state)
{
	struct bytes tiff = make_tiff(&small);
	struct codec_input input = input_of(&tiff);
	size_t entry = find_tiff_tag(&tiff, TIFFTAG_PLANARCONFIG);
	unsigned char version[12] = {0x12, 0xc6, 1, 0, 4, 0, 0, 0, 1, 4, 0, 0};

	memcpy(tiff.bytes + entry, version, sizeof version);
	assert_decoding_refused(*state, &input, ERR_PERMANENT, "raw");
	free(tiff.bytes);
}

static void what_is_over_a_limit_is_refused_with_the_option_that_moves_it(void **state)
{
	struct tiff_recipe recipe = small;
	struct codec_limits limits;
	struct codec_input input;
	struct bytes tiff;

	recipe.tiled = true;
	tiff = make_tiff(&recipe);
	input = input_of(&tiff);
	limits = *input.limits;
	input.limits = &limits;
	limits.pixels = 37 * 21 - 1;
	assert_decoding_refused(*state, &input, ERR_PERMANENT, "--max-pixels");
	limits.pixels++;
	limits.side_px = 36;
	assert_decoding_refused(*state, &input, ERR_PERMANENT, "--max-side");
	limits.side_px++;
	limits.tiff_memory_bytes = 32 * 16 * 3 - 1;
	assert_decoding_refused(*state, &input, ERR_PERMANENT, "--tiff-memory");
	limits.tiff_memory_bytes++;
	free_image(&(struct image){.data = {decode_well(*state, &input, NULL).data[0]}});
	free(tiff.bytes);
}

static void bombs_are_refused_by_their_tags(void **state)
{
	struct tiff_recipe recipe = small;
	struct bytes tiff = make_tiff(&recipe);
	struct codec_input input = input_of(&tiff);
	size_t width = find_tiff_tag(&tiff, TIFFTAG_IMAGEWIDTH);
	size_t height = find_tiff_tag(&tiff, TIFFTAG_IMAGELENGTH);
	size_t rows = find_tiff_tag(&tiff, TIFFTAG_ROWSPERSTRIP);

	memcpy(tiff.bytes + width + 8, &(uint16_t){60000}, 2);
	memcpy(tiff.bytes + height + 8, &(uint16_t){60000}, 2);
	memcpy(tiff.bytes + rows + 8, &(uint16_t){60000}, 2);
	assert_decoding_refused(*state, &input, ERR_PERMANENT, "--max-pixels");
	memcpy(tiff.bytes + width + 8, &(uint16_t){9000}, 2);
	memcpy(tiff.bytes + height + 8, &(uint16_t){9000}, 2);
	assert_decoding_refused(*state, &input, ERR_PERMANENT, "ends too early");
	free(tiff.bytes);
}

static void an_abandoned_picture_is_a_transient_error(void **state)
{
	struct bytes tiff = make_tiff(&small);
	struct codec_input input = input_of(&tiff);

	assert_abandoned(*state, &input);
	free(tiff.bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_colours_depths_and_arrangements_decode_to_what_was_written),
		cmocka_unit_test(alpha_of_both_kinds_is_found_among_the_extra_samples),
		cmocka_unit_test(all_lossless_compressions_give_the_same_pixels),
		cmocka_unit_test(fax_pages_decode_exactly),
		cmocka_unit_test(jpeg_compression_gives_the_colours_that_went_in),
		cmocka_unit_test(byte_orders_and_large_files_decode_the_same),
		cmocka_unit_test(a_palette_of_8_bits_in_the_place_of_16_is_understood),
		cmocka_unit_test(subsampled_ycbcr_without_jpeg_is_converted),
		cmocka_unit_test(the_orientation_is_told_and_the_profile_handed_out),
		cmocka_unit_test(of_several_pages_the_first_that_is_no_preview_is_used),
		cmocka_unit_test(what_cannot_be_shown_rightly_is_refused_with_its_reason),
		cmocka_unit_test(raw_files_of_cameras_are_refused),
		cmocka_unit_test(what_is_over_a_limit_is_refused_with_the_option_that_moves_it),
		cmocka_unit_test(bombs_are_refused_by_their_tags),
		cmocka_unit_test(an_abandoned_picture_is_a_transient_error),
	};

	TIFFSetWarningHandler(NULL);
	return cmocka_run_group_tests(tests, open_codecs, close_codecs);
}
