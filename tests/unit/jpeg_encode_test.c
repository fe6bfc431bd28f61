/*
 * jpeg_encode_test.c - what is in the files that are written.
 */
#include "config.h"

#include "image/jpeg_encode.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jpeglib.h>

#include "base/mem.h"
#include "image/exif.h"
#include "image_support.h"

static int set_up(void **state)
{
	*state = jpeg_encoder_open();
	return 0;
}

static int tear_down(void **state)
{
	jpeg_encoder_close(*state);
	return 0;
}

static struct bytes encoded(struct jpeg_encoder *encoder, const struct image *image,
			    const struct jpeg_encode_options *options)
{
	struct jpeg_output output = {.room = jpeg_encode_bound(&image->geometry, options)};
	struct err err;

	output.bytes = mem_calloc(output.room, 1);
	if (jpeg_encode(encoder, image, options, &output, NULL, &err) != 0)
		fail_msg("%s", err.text);
	return (struct bytes){output.bytes, output.length};
}

/* The header as libjpeg reads it. */
static void read_header(const struct bytes *jpeg, struct jpeg_decompress_struct *cinfo,
			struct jpeg_error_mgr *errors)
{
	cinfo->err = jpeg_std_error(errors);
	jpeg_create_decompress(cinfo);
	jpeg_mem_src(cinfo, jpeg->bytes, jpeg->length);
	for (int i = 0; i < 16; i++)
		jpeg_save_markers(cinfo, JPEG_APP0 + i, 0xffff);
	jpeg_save_markers(cinfo, JPEG_COM, 0xffff);
	jpeg_read_header(cinfo, TRUE);
}

static void outputs_have_three_components_and_decode_to_the_picture(void **state)
{
	struct image colour = painted_image(123, 77, paint_asymmetric);
	struct image grey = colour;
	const struct image *images[] = {&colour, &grey};

	grey.geometry.format = IMAGE_GRAY8;
	grey.geometry.nplanes = 1;
	for (unsigned i = 0; i < 2; i++) {
		struct codec_state *codecs = codec_open();
		struct bytes jpeg =
			encoded(*state, images[i], &(struct jpeg_encode_options){.quality = 95});
		struct codec_input input = input_of(&jpeg);
		struct image decoded = decode_well(codecs, &input, NULL);
		struct image wanted = *images[i];

		if (i == 1) {
			wanted.geometry = colour.geometry;
			wanted.data[1] = wanted.data[2] = wanted.data[0];
		}
		assert_int_equal(decoded.geometry.format, IMAGE_RGB8);
		assert_true(compare_images(&wanted, &decoded).mean < 1.5);
		free_image(&decoded);
		free(jpeg.bytes);
		codec_close(codecs);
	}
	free_image(&colour);
}

static void sampling_and_scans_are_as_asked(void **state)
{
	static const int factors[][2] = {{2, 2}, {2, 1}, {1, 1}};
	struct image image = painted_image(64, 48, paint_asymmetric);

	for (int sampling = 0; jpeg_sampling_names[sampling] != NULL; sampling++)
		for (unsigned progressive = 0; progressive < 2; progressive++) {
			struct jpeg_decompress_struct cinfo;
			struct jpeg_error_mgr errors;
			struct bytes jpeg =
				encoded(*state, &image,
					&(struct jpeg_encode_options){
						.quality = 85,
						.sampling = (enum jpeg_sampling)sampling,
						.progressive = progressive});

			read_header(&jpeg, &cinfo, &errors);
			assert_int_equal(cinfo.num_components, 3);
			assert_int_equal(cinfo.jpeg_color_space, JCS_YCbCr);
			assert_int_equal(cinfo.progressive_mode, progressive);
			assert_int_equal(cinfo.comp_info[0].h_samp_factor, factors[sampling][0]);
			assert_int_equal(cinfo.comp_info[0].v_samp_factor, factors[sampling][1]);
			assert_int_equal(cinfo.comp_info[1].h_samp_factor, 1);
			jpeg_destroy_decompress(&cinfo);
			free(jpeg.bytes);
		}
	free_image(&image);
}

static void nothing_is_written_beside_the_picture_unless_asked(void **state)
{
	struct image image = painted_image(16, 16, paint_asymmetric);
	struct bytes jpeg = encoded(*state, &image, &(struct jpeg_encode_options){.quality = 85});
	struct jpeg_decompress_struct cinfo;
	struct jpeg_error_mgr errors;

	read_header(&jpeg, &cinfo, &errors);
	assert_non_null(cinfo.marker_list);
	assert_int_equal(cinfo.marker_list->marker, JPEG_APP0); /* JFIF */
	assert_null(cinfo.marker_list->next);
	jpeg_destroy_decompress(&cinfo);
	free(jpeg.bytes);
	free_image(&image);
}

static void profile_and_exif_are_written_and_the_exif_is_upright(void **state)
{
	struct image image = painted_image(16, 16, paint_asymmetric);
	struct bytes icc = make_icc("RGB ");
	struct bytes exif = make_exif(6, true);
	struct bytes jpeg = encoded(*state, &image,
				    &(struct jpeg_encode_options){.quality = 85,
								  .icc = icc.bytes,
								  .icc_bytes = icc.length,
								  .exif = exif.bytes,
								  .exif_bytes = exif.length});
	struct codec_state *codecs = codec_open();
	struct codec_input input = input_of(&jpeg);
	struct codec_result result;
	struct image decoded = decode_well(codecs, &input, &result);

	assert_int_equal(decoded.geometry.orientation, 1);
	assert_int_equal(result.icc_bytes, icc.length);
	assert_memory_equal(result.icc, icc.bytes, icc.length);
	assert_int_equal(exif_orientation(exif.bytes, exif.length), 6);
	exif_set_upright(exif.bytes, exif.length);
	assert_int_equal(result.exif_bytes, exif.length);
	assert_memory_equal(result.exif, exif.bytes, exif.length);
	free_image(&decoded);
	codec_close(codecs);
	free(jpeg.bytes);
	free(exif.bytes);
	free(icc.bytes);
	free_image(&image);
}

static void paint_noise(uint32_t x, uint32_t y, uint32_t width, uint32_t height,
			unsigned char rgb[3])
{
	uint32_t mixed = (y * width + x + height) * 2654435761u;

	for (unsigned i = 0; i < 3; i++) {
		mixed ^= mixed << 13;
		mixed ^= mixed >> 17;
		mixed ^= mixed << 5;
		rgb[i] = mixed & 1 ? 255 : 0;
	}
}

static void noise_at_the_best_quality_fits_the_bound(void **state)
{
	static const uint32_t sizes[][2] = {{1, 1}, {17, 9}, {160, 96}, {333, 201}};

	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
		for (unsigned variant = 0; variant < 6; variant++) {
			struct image image = painted_image(sizes[i][0], sizes[i][1], paint_noise);
			struct bytes jpeg =
				encoded(*state, &image,
					&(struct jpeg_encode_options){
						.quality = 100,
						.sampling = (enum jpeg_sampling)(variant / 2),
						.progressive = variant % 2});

			assert_true(jpeg.length > 0);
			free(jpeg.bytes);
			free_image(&image);
		}
}

static void an_output_without_room_is_an_error_and_touches_nothing_beyond(void **state)
{
	struct image image = painted_image(160, 96, paint_noise);
	const struct jpeg_encode_options options = {.quality = 85};
	struct bytes whole = encoded(*state, &image, &options);

	for (size_t room = 0; room < whole.length; room += 97) {
		/* Exactly so many bytes, so that a sanitizer sees a step beyond. */
		struct jpeg_output output = {.bytes = mem_calloc(room, 1), .room = room};
		struct err err;

		assert_int_equal(jpeg_encode(*state, &image, &options, &output, NULL, &err), -1);
		assert_int_equal(err.kind, ERR_PERMANENT);
		assert_non_null(strstr(err.text, "room"));
		assert_int_equal(output.length, 0);
		free(output.bytes);
	}
	free(whole.bytes);
	free_image(&image);
}

static void the_same_picture_gives_the_same_bytes_whatever_came_before(void **state)
{
	struct image image = painted_image(160, 96, paint_asymmetric);
	struct image other = painted_image(33, 201, paint_noise);
	const struct jpeg_encode_options options = {.quality = 85};
	struct jpeg_encoder *fresh = jpeg_encoder_open();
	struct bytes first = encoded(fresh, &image, &options);
	struct bytes between = encoded(
		*state, &other,
		&(struct jpeg_encode_options){.quality = 20, .sampling = JPEG_SAMPLING_444});
	struct bytes second = encoded(*state, &image, &options);

	assert_int_equal(first.length, second.length);
	assert_memory_equal(first.bytes, second.bytes, first.length);
	jpeg_encoder_close(fresh);
	free(first.bytes);
	free(between.bytes);
	free(second.bytes);
	free_image(&image);
	free_image(&other);
}

static bool cancel(void *context)
{
	++*(unsigned *)context;
	return true;
}

static void an_abandoned_picture_is_a_transient_error(void **state)
{
	struct image image = painted_image(160, 96, paint_noise);
	const struct jpeg_encode_options options = {.quality = 85};
	unsigned char room[1024];
	struct jpeg_output output = {.bytes = room, .room = sizeof room};
	unsigned asked = 0;
	struct codec_hooks hooks = {.cancelled = cancel, .context = &asked};
	struct err err;

	assert_int_equal(jpeg_encode(*state, &image, &options, &output, &hooks, &err), -1);
	assert_int_equal(err.kind, ERR_TRANSIENT);
	assert_int_equal(asked, 1);
	free_image(&image);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(outputs_have_three_components_and_decode_to_the_picture),
		cmocka_unit_test(sampling_and_scans_are_as_asked),
		cmocka_unit_test(nothing_is_written_beside_the_picture_unless_asked),
		cmocka_unit_test(profile_and_exif_are_written_and_the_exif_is_upright),
		cmocka_unit_test(noise_at_the_best_quality_fits_the_bound),
		cmocka_unit_test(an_output_without_room_is_an_error_and_touches_nothing_beyond),
		cmocka_unit_test(the_same_picture_gives_the_same_bytes_whatever_came_before),
		cmocka_unit_test(an_abandoned_picture_is_a_transient_error),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
