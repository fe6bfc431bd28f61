/*
 * jpeg_damage_test.c - JPEG files that were cut short, bent, or lack what others brought along.
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
#include <jpeglib.h>

#include "base/mem.h"
#include "image_support.h"

static struct bytes plain_jpeg(bool progressive)
{
	return make_jpeg(&(struct jpeg_recipe){
		.width = 96, .height = 128, .quality = 75, .progressive = progressive});
}

static void a_file_cut_anywhere_fails_for_good(void **state)
{
	for (unsigned progressive = 0; progressive < 2; progressive++) {
		struct bytes jpeg = plain_jpeg(progressive);

		for (size_t length = 3; length < jpeg.length; length++) {
			/* Exactly so many bytes, so that a sanitizer sees a step beyond. */
			struct bytes cut = {mem_copy(jpeg.bytes, length), length};
			struct codec_input input = input_of(&cut);
			struct codec_result result;
			struct image image;
			struct err err;

			if (decode_any(*state, &input, &image, &result, &err) == 0)
				fail_msg("decoded %zu of %zu bytes", length, jpeg.length);
			assert_int_equal(err.kind, ERR_PERMANENT);
			free(cut.bytes);
		}
		free(jpeg.bytes);
	}
}

static void tolerated_damage_keeps_the_rows_before_it_and_greys_the_rest(void **state)
{
	struct bytes jpeg = plain_jpeg(false);
	struct codec_input input = input_of(&jpeg);
	struct image whole = decode_well(*state, &input, NULL);
	struct codec_result result;
	struct image half;

	input.length = jpeg.length * 3 / 4;
	input.tolerate = true;
	half = decode_well(*state, &input, &result);
	assert_true(result.damaged);
	assert_non_null(strstr(result.warning, "damaged JPEG"));
	for (uint32_t x = 0; x < 96; x++) {
		assert_int_equal(image_row(&half, 0, 30)[x], image_row(&whole, 0, 30)[x]);
		assert_int_equal(image_row(&half, 1, 127)[x], image_row(&half, 2, 127)[x]);
	}
	free_image(&whole);
	free_image(&half);
	free(jpeg.bytes);
}

static void a_whole_file_is_not_called_damaged_when_damage_is_tolerated(void **state)
{
	struct bytes jpeg = plain_jpeg(true);
	struct codec_input input = input_of(&jpeg);
	struct codec_result result;
	struct image image;

	input.tolerate = true;
	image = decode_well(*state, &input, &result);
	assert_false(result.damaged);
	assert_string_equal(result.warning, "");
	free_image(&image);
	free(jpeg.bytes);
}

/* Flip one bit of each byte in turn. What comes of it: */
struct outcome {
	unsigned well;
	unsigned failed;
	unsigned damaged;
};

static struct outcome flip_through(struct codec_state *codecs, bool progressive, bool tolerate)
{
	struct bytes jpeg = plain_jpeg(progressive);
	struct codec_input input = input_of(&jpeg);
	struct outcome outcome = {0};

	input.tolerate = tolerate;
	for (size_t i = 2; i < jpeg.length; i++) {
		struct codec_result result;
		struct image image;
		struct err err;

		jpeg.bytes[i] ^= (unsigned char)(1u << i % 8);
		if (decode_any(codecs, &input, &image, &result, &err) == 0) {
			outcome.well += !result.damaged;
			outcome.damaged += result.damaged;
			free_image(&image);
		} else {
			assert_true(err.kind == ERR_PERMANENT || err.kind == ERR_SKIP);
			outcome.failed++;
		}
		jpeg.bytes[i] ^= (unsigned char)(1u << i % 8);
	}
	free(jpeg.bytes);
	return outcome;
}

static void flipped_bits_that_the_decoder_sees_fail_unless_tolerated(void **state)
{
	for (unsigned progressive = 0; progressive < 2; progressive++) {
		struct outcome strict = flip_through(*state, progressive, false);
		struct outcome lenient = flip_through(*state, progressive, true);

		assert_true(strict.failed > 0);
		assert_int_equal(strict.damaged, 0);
		assert_true(lenient.damaged > 0);
		/* Whatever passes strictly passes leniently, and as undamaged. */
		assert_int_equal(strict.well, lenient.well);
		assert_int_equal(strict.failed, lenient.failed + lenient.damaged);
	}
}

/* A file without tables: those who decode it with the tables of the file before show garbage. */
static struct bytes jpeg_without_tables(void)
{
	struct jpeg_compress_struct cinfo;
	struct jpeg_error_mgr errors;
	unsigned char *bytes = NULL;
	unsigned long length = 0;
	unsigned char samples[64 * 3] = {200, 10, 10};
	unsigned char *row = samples;

	cinfo.err = jpeg_std_error(&errors);
	jpeg_create_compress(&cinfo);
	jpeg_mem_dest(&cinfo, &bytes, &length);
	cinfo.image_width = cinfo.image_height = 64;
	cinfo.input_components = 3;
	cinfo.in_color_space = JCS_RGB;
	jpeg_set_defaults(&cinfo);
	jpeg_suppress_tables(&cinfo, TRUE);
	jpeg_start_compress(&cinfo, FALSE);
	while (cinfo.next_scanline < 64)
		jpeg_write_scanlines(&cinfo, &row, 1);
	jpeg_finish_compress(&cinfo);
	jpeg_destroy_compress(&cinfo);
	return (struct bytes){bytes, length};
}

static void a_file_without_tables_does_not_borrow_those_of_the_file_before(void **state)
{
	struct bytes jpeg = plain_jpeg(false);
	struct bytes bare = jpeg_without_tables();
	struct codec_input input = input_of(&jpeg);
	struct codec_result result;
	struct image image = decode_well(*state, &input, NULL);
	struct err err;

	free_image(&image);
	input = input_of(&bare);
	assert_int_equal(decode_any(*state, &input, &image, &result, &err), -1);
	assert_int_equal(err.kind, ERR_PERMANENT);
	free(jpeg.bytes);
	free(bare.bytes);
}

static void a_good_file_decodes_the_same_after_a_broken_one(void **state)
{
	struct bytes jpeg = plain_jpeg(true);
	struct codec_input input = input_of(&jpeg);
	struct image before = decode_well(*state, &input, NULL);
	struct codec_result result;
	struct image after;
	struct err err;

	input.length /= 2;
	assert_int_equal(decode_any(*state, &input, &after, &result, &err), -1);
	input.length = jpeg.length;
	after = decode_well(*state, &input, NULL);
	assert_int_equal(compare_images(&before, &after).largest, 0);
	free_image(&before);
	free_image(&after);
	free(jpeg.bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_cut_anywhere_fails_for_good),
		cmocka_unit_test(tolerated_damage_keeps_the_rows_before_it_and_greys_the_rest),
		cmocka_unit_test(a_whole_file_is_not_called_damaged_when_damage_is_tolerated),
		cmocka_unit_test(flipped_bits_that_the_decoder_sees_fail_unless_tolerated),
		cmocka_unit_test(a_file_without_tables_does_not_borrow_those_of_the_file_before),
		cmocka_unit_test(a_good_file_decodes_the_same_after_a_broken_one),
	};

	return cmocka_run_group_tests(tests, open_codecs, close_codecs);
}
