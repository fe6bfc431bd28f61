/*
 * codec_jpeg_test.c - JPEG files of every kind, and what is refused of them.
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

/* Decode and compare with what was painted. */
static void check_recipe(struct codec_state *codecs, const struct jpeg_recipe *recipe)
{
	struct bytes jpeg = make_jpeg(recipe);
	struct codec_input input = input_of(&jpeg);
	struct image painted = painted_image(recipe->width, recipe->height, paint_asymmetric);
	struct image decoded = decode_well(codecs, &input, NULL);
	struct difference difference;

	if (recipe->components == 1) {
		/* Grey files hold the first colour. */
		painted.geometry.format = IMAGE_GRAY8;
		painted.geometry.nplanes = 1;
	}
	difference = compare_images(&painted, &decoded);
	if (difference.mean > 2.0 || difference.largest > 16)
		fail_msg("%ux%u, sampling %dx%d: mean %.2f, largest %d off", recipe->width,
			 recipe->height, recipe->h_sampling, recipe->v_sampling, difference.mean,
			 difference.largest);
	free_image(&painted);
	free_image(&decoded);
	free(jpeg.bytes);
}

static void all_sampling_factors_decode_to_what_was_painted(void **state)
{
	static const struct jpeg_recipe samplings[] = {
		{.h_sampling = 1, .v_sampling = 1}, /* 4:4:4 */
		{.h_sampling = 2, .v_sampling = 1}, /* 4:2:2 */
		{.h_sampling = 1, .v_sampling = 2}, /* 4:4:0 */
		{.h_sampling = 2, .v_sampling = 2}, /* 4:2:0 */
		{.h_sampling = 4, .v_sampling = 1}, /* 4:1:1 */
		{.h_sampling = 4, .v_sampling = 2}, /* 4:1:0 */
		{.h_sampling = 2, .v_sampling = 2, .chroma_v_sampling = 2},
		{.components = 1},
		{.components = 1, .h_sampling = 1, .v_sampling = 2},
		{.components = 1, .h_sampling = 2, .v_sampling = 2},
		{.components = 1, .h_sampling = 4, .v_sampling = 2},
		{.rgb = true},
	};

	for (size_t i = 0; i < sizeof samplings / sizeof samplings[0]; i++) {
		struct jpeg_recipe recipe = samplings[i];

		recipe.width = 187;
		recipe.height = 133;
		check_recipe(*state, &recipe);
		recipe.progressive = true;
		check_recipe(*state, &recipe);
		recipe.progressive = false;
		recipe.restart_rows = 2;
		check_recipe(*state, &recipe);
	}
}

static void arithmetic_coding_decodes_or_is_refused_with_a_reason(void **state)
{
	struct bytes jpeg =
		make_jpeg(&(struct jpeg_recipe){.width = 64, .height = 48, .arithmetic = true});
	struct codec_input input = input_of(&jpeg);
	struct codec_result result;
	struct image image;
	struct err err;

	if (decode_any(*state, &input, &image, &result, &err) == 0)
		free_image(&image);
	else
		assert_non_null(strstr(err.text, "rithmetic"));
	free(jpeg.bytes);
}

static void formats_are_told_by_their_first_bytes(void **state)
{
	struct bytes text = {(unsigned char[]){"GIF89a, or so it says"}, 20};
	struct bytes nothing = {text.bytes, 0};
	struct codec_input input = input_of(&text);
	struct codec_info info;
	struct err err;
	char formats[64];

	assert_string_equal(codec_sniff("\xff\xd8\xff\xe0", 4), "JPEG");
	assert_string_equal(codec_sniff("\x89PNG\r\n\x1a\n", 8), "PNG");
	assert_null(codec_sniff("\x89PNG\r\n\x1a\n", 7));
	assert_null(codec_sniff("\xff\xd8", 2));
	assert_int_equal(codec_probe(*state, &input, &info, &err), -1);
	assert_int_equal(err.kind, ERR_SKIP);
	assert_non_null(strstr(err.text, "JPEG, PNG"));
	input = input_of(&nothing);
	assert_int_equal(codec_probe(*state, &input, &info, &err), -1);
	assert_int_equal(err.kind, ERR_SKIP);
	codec_formats(formats, sizeof formats);
	assert_non_null(strstr(formats, "JPEG, PNG"));
	assert_non_null(strstr(formats, " and "));
}

static void profile_and_exif_are_handed_out_unchanged(void **state)
{
	struct bytes icc = make_icc("RGB ");
	struct bytes exif = make_exif(3, false);
	struct codec_result result;
	struct bytes jpeg;
	struct codec_input input;
	struct image image;

	/* Long enough for three markers. */
	icc.bytes = mem_realloc(icc.bytes, 150000, 1);
	for (size_t i = icc.length; i < 150000; i++)
		icc.bytes[i] = (unsigned char)(i * 7 / 5);
	icc.length = 150000;
	jpeg = make_jpeg(
		&(struct jpeg_recipe){.width = 8, .height = 8, .orientation = 3, .icc = &icc});
	input = input_of(&jpeg);
	image = decode_well(*state, &input, &result);
	assert_int_equal(result.icc_bytes, icc.length);
	assert_memory_equal(result.icc, icc.bytes, icc.length);
	assert_int_equal(result.exif_bytes, exif.length);
	assert_memory_equal(result.exif, exif.bytes, exif.length);
	assert_string_equal(result.warning, "");
	free_image(&image);
	free(jpeg.bytes);
	free(exif.bytes);
	free(icc.bytes);
}

static void a_profile_of_another_colour_space_is_dropped_with_a_warning(void **state)
{
	struct bytes icc = make_icc("CMYK");
	struct bytes jpeg = make_jpeg(
		&(struct jpeg_recipe){.width = 8, .height = 8, .components = 1, .icc = &icc});
	struct codec_input input = input_of(&jpeg);
	struct codec_result result;
	struct image image = decode_well(*state, &input, &result);

	assert_null(result.icc);
	assert_non_null(strstr(result.warning, "fits no RGB picture"));
	assert_false(result.damaged);
	free_image(&image);
	free(jpeg.bytes);
	free(icc.bytes);
}

static void metadata_of_one_picture_is_not_given_to_the_next(void **state)
{
	struct bytes icc = make_icc("RGB ");
	struct bytes with = make_jpeg(
		&(struct jpeg_recipe){.width = 8, .height = 8, .orientation = 3, .icc = &icc});
	struct bytes without = make_jpeg(&(struct jpeg_recipe){.width = 8, .height = 8});
	struct codec_input input = input_of(&with);
	struct codec_result result;
	struct image image = decode_well(*state, &input, &result);

	assert_non_null(result.icc);
	free_image(&image);
	input = input_of(&without);
	image = decode_well(*state, &input, &result);
	assert_null(result.icc);
	assert_null(result.exif);
	assert_int_equal(image.geometry.orientation, 1);
	free_image(&image);
	free(with.bytes);
	free(without.bytes);
	free(icc.bytes);
}

static void what_is_over_a_limit_is_refused_with_the_option_that_moves_it(void **state)
{
	struct bytes jpeg = make_jpeg(&(struct jpeg_recipe){
		.width = 200, .height = 100, .progressive = true, .quality = 50});
	struct codec_input input = input_of(&jpeg);
	struct codec_limits limits = *input.limits;
	struct codec_info info;
	struct err err;

	input.limits = &limits;
	limits.pixels = 200 * 100 - 1;
	assert_decoding_refused(*state, &input, ERR_PERMANENT, "--max-pixels");
	limits.pixels++;
	limits.side_px = 199;
	assert_decoding_refused(*state, &input, ERR_PERMANENT, "--max-side");
	limits.side_px++;
	limits.jpeg_scans = 3;
	assert_decoding_refused(*state, &input, ERR_PERMANENT, "--max-scans");
	limits.jpeg_scans = 100;
	limits.jpeg_memory_bytes = 200 * 100;
	/* Known from the header, before any of it is allocated. */
	assert_int_equal(codec_probe(*state, &input, &info, &err), -1);
	assert_non_null(strstr(err.text, "--jpeg-memory"));
	limits.jpeg_memory_bytes = 200 * 100 * 10;
	free_image(&(struct image){.data = {decode_well(*state, &input, NULL).data[0]}});
	free(jpeg.bytes);
}

static void a_bomb_is_refused_by_its_header(void **state)
{
	struct bytes jpeg = make_jpeg(&(struct jpeg_recipe){.width = 16, .height = 16});
	struct codec_input input = input_of(&jpeg);
	struct codec_info info;
	struct err err;

	memset(jpeg.bytes + find_jpeg_marker(&jpeg, 0xc0) + 5, 0xf0, 4);
	assert_int_equal(codec_probe(*state, &input, &info, &err), -1);
	assert_int_equal(err.kind, ERR_PERMANENT);
	assert_non_null(strstr(err.text, "--max-pixels"));
	free(jpeg.bytes);
}

static void twelve_bits_are_refused_with_a_reason(void **state)
{
	struct bytes deep = make_jpeg(&(struct jpeg_recipe){.width = 16, .height = 16});
	struct codec_input input;

	deep.bytes[find_jpeg_marker(&deep, 0xc0) + 4] = 12;
	input = input_of(&deep);
	assert_decoding_refused(*state, &input, ERR_PERMANENT, "precision 12");
	free(deep.bytes);
}

static bool cancel_at_second(void *context)
{
	return ++*(unsigned *)context == 2;
}

static void an_abandoned_picture_is_a_transient_error(void **state)
{
	struct bytes jpeg = make_jpeg(&(struct jpeg_recipe){.width = 16, .height = 500});
	struct codec_input input = input_of(&jpeg);
	unsigned asked = 0;

	input.hooks = (struct codec_hooks){.cancelled = cancel_at_second, .context = &asked};
	assert_decoding_refused(*state, &input, ERR_TRANSIENT, "abandoned");
	assert_int_equal(asked, 2);
	input.tolerate = true;
	asked = 0;
	assert_decoding_refused(*state, &input, ERR_TRANSIENT, "abandoned");
	free(jpeg.bytes);
}

static void memory_placed_for_another_picture_is_refused(void **state)
{
	struct bytes jpeg = make_jpeg(&(struct jpeg_recipe){.width = 64, .height = 64});
	struct codec_input input = input_of(&jpeg);
	struct image other = painted_image(64, 63, paint_asymmetric);
	struct codec_result result;
	struct err err;

	assert_int_equal(codec_decode(*state, &input, &other, &result, &err), -1);
	assert_int_equal(err.kind, ERR_PERMANENT);
	free_image(&other);
	free(jpeg.bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_sampling_factors_decode_to_what_was_painted),
		cmocka_unit_test(arithmetic_coding_decodes_or_is_refused_with_a_reason),
		cmocka_unit_test(formats_are_told_by_their_first_bytes),
		cmocka_unit_test(profile_and_exif_are_handed_out_unchanged),
		cmocka_unit_test(a_profile_of_another_colour_space_is_dropped_with_a_warning),
		cmocka_unit_test(metadata_of_one_picture_is_not_given_to_the_next),
		cmocka_unit_test(what_is_over_a_limit_is_refused_with_the_option_that_moves_it),
		cmocka_unit_test(a_bomb_is_refused_by_its_header),
		cmocka_unit_test(twelve_bits_are_refused_with_a_reason),
		cmocka_unit_test(an_abandoned_picture_is_a_transient_error),
		cmocka_unit_test(memory_placed_for_another_picture_is_refused),
	};

	return cmocka_run_group_tests(tests, open_codecs, close_codecs);
}
