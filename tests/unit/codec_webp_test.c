/*
 * codec_webp_test.c - WebP files of every kind, what is refused of them, and damage.
 *
 * Pictures are encoded by libwebp; the container around them is written here (WebP container
 * specification, "Extended file format").
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
#include <webp/decode.h>
#include <webp/encode.h>

#include "base/mem.h"
#include "image_support.h"

enum { FLAG_ANIMATION = 0x02, FLAG_EXIF = 0x08, FLAG_ALPHA = 0x10, FLAG_ICC = 0x20 };

/* ---- files ---- */

struct picture {
	uint32_t width;
	uint32_t height;
	bool alpha;
	bool lossy;
};

static void paint(const struct picture *picture, uint32_t x, uint32_t y, unsigned char rgba[4])
{
	paint_asymmetric(x, y, picture->width, picture->height, rgba);
	if (!picture->lossy)
		rgba[1] = (rgba[1] ^ (x * 2654435u + y * 40503u) >> 9) & 255;
	rgba[3] = picture->alpha ? (unsigned char)(250 - 200 * x / picture->width) : 255;
}

/* A file with nothing but the picture. */
static struct bytes make_webp(const struct picture *picture)
{
	int width = (int)picture->width;
	int height = (int)picture->height;
	unsigned channels = picture->alpha ? 4 : 3;
	int stride = width * (int)channels;
	unsigned char *pixels = mem_calloc((size_t)picture->height, (size_t)stride);
	unsigned char *file = NULL;
	struct bytes webp;

	for (uint32_t y = 0; y < picture->height; y++)
		for (uint32_t x = 0; x < picture->width; x++) {
			unsigned char rgba[4];

			paint(picture, x, y, rgba);
			memcpy(pixels + (size_t)y * (size_t)stride + x * channels, rgba, channels);
		}
	if (picture->lossy)
		webp.length = picture->alpha
				      ? WebPEncodeRGBA(pixels, width, height, stride, 90, &file)
				      : WebPEncodeRGB(pixels, width, height, stride, 90, &file);
	else
		webp.length = picture->alpha
				      ? WebPEncodeLosslessRGBA(pixels, width, height, stride, &file)
				      : WebPEncodeLosslessRGB(pixels, width, height, stride, &file);
	assert_true(webp.length > 12);
	webp.bytes = mem_copy(file, webp.length);
	WebPFree(file);
	free(pixels);
	return webp;
}

static void put(struct bytes *file, const void *bytes, size_t length)
{
	file->bytes = mem_realloc(file->bytes, file->length + length, 1);
	memcpy(file->bytes + file->length, bytes, length);
	file->length += length;
}

static void put_number(struct bytes *file, size_t value, unsigned bytes)
{
	for (; bytes > 0; bytes--, value >>= 8)
		put(file, &(unsigned char){(unsigned char)value}, 1);
}

static void put_chunk(struct bytes *file, const char *name, const void *bytes, size_t length)
{
	put(file, name, 4);
	put_number(file, length, 4);
	put(file, bytes, length);
	put_number(file, 0, length % 2);
}

static struct bytes begin_extended(unsigned flags, uint32_t width, uint32_t height)
{
	struct bytes file = {0};
	struct bytes header = {0};

	put(&file, "RIFF\0\0\0\0WEBP", 12);
	put_number(&header, flags, 4);
	put_number(&header, width - 1, 3);
	put_number(&header, height - 1, 3);
	put_chunk(&file, "VP8X", header.bytes, header.length);
	free(header.bytes);
	return file;
}

static void end_file(struct bytes *file)
{
	size_t size = file->length - 8;

	for (unsigned i = 0; i < 4; i++)
		file->bytes[4 + i] = (unsigned char)(size >> 8 * i);
}

/* The first picture covers 20 x 10 pixels at (6, 4) of a canvas of 40 x 30. */
static const struct picture first_frame = {.width = 20, .height = 10};

static struct bytes make_animation(void)
{
	struct bytes file = begin_extended(FLAG_ANIMATION, 40, 30);

	put_chunk(&file, "ANIM", "\xff\xff\xff\xff\0\0", 6);
	for (unsigned i = 0; i < 2; i++) {
		const struct picture second = {.width = 8, .height = 8};
		const struct picture *picture = i == 0 ? &first_frame : &second;
		struct bytes webp = make_webp(picture);
		struct bytes frame = {0};

		put_number(&frame, 6 / 2, 3);
		put_number(&frame, 4 / 2, 3);
		put_number(&frame, picture->width - 1, 3);
		put_number(&frame, picture->height - 1, 3);
		put_number(&frame, 100, 3);
		put_number(&frame, 0, 1);
		put(&frame, webp.bytes + 12, webp.length - 12);
		put_chunk(&file, "ANMF", frame.bytes, frame.length);
		free(frame.bytes);
		free(webp.bytes);
	}
	end_file(&file);
	return file;
}

/* ---- whole files ---- */

static void lossless_pictures_decode_exactly(void **state)
{
	static const uint32_t sizes[][2] = {{37, 21}, {1, 1}, {5, 3}, {64, 16}, {300, 200}};

	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
		for (unsigned alpha = 0; alpha < 2; alpha++) {
			struct picture picture = {
				.width = sizes[i][0], .height = sizes[i][1], .alpha = alpha};
			struct bytes webp = make_webp(&picture);
			struct codec_input input = input_of(&webp);
			struct codec_result result;
			struct image image = decode_well(*state, &input, &result);

			assert_int_equal(image.geometry.format, alpha ? IMAGE_RGBA8 : IMAGE_RGB8);
			assert_string_equal(result.warning, "");
			for (uint32_t y = 0; y < picture.height; y++)
				for (uint32_t x = 0; x < picture.width; x++) {
					unsigned char rgba[4];

					paint(&picture, x, y, rgba);
					for (unsigned k = 0; k < image.geometry.nplanes; k++)
						assert_int_equal(image_row(&image, k, y)[x],
								 rgba[k]);
				}
			free_image(&image);
			free(webp.bytes);
		}
}

static void lossy_pictures_decode_to_what_the_library_gives_at_once(void **state)
{
	for (unsigned alpha = 0; alpha < 2; alpha++) {
		struct picture picture = {
			.width = 333, .height = 517, .alpha = alpha, .lossy = true};
		struct bytes webp = make_webp(&picture);
		struct codec_input input = input_of(&webp);
		struct image image = decode_well(*state, &input, NULL);
		unsigned channels = image.geometry.nplanes;
		int width;
		int height;
		unsigned char *wanted =
			alpha ? WebPDecodeRGBA(webp.bytes, webp.length, &width, &height)
			      : WebPDecodeRGB(webp.bytes, webp.length, &width, &height);

		assert_int_equal(channels, alpha ? 4 : 3);
		for (uint32_t y = 0; y < picture.height; y++)
			for (uint32_t x = 0; x < picture.width; x++)
				for (unsigned i = 0; i < channels; i++)
					assert_int_equal(
						image_row(&image, i, y)[x],
						wanted[(y * picture.width + x) * channels + i]);
		WebPFree(wanted);
		free_image(&image);
		free(webp.bytes);
	}
}

static void profile_and_exif_are_handed_out_and_the_orientation_is_told(void **state)
{
	const struct picture picture = {.width = 24, .height = 16};

	for (unsigned orientation = 1; orientation <= 8; orientation++) {
		struct bytes webp = make_webp(&picture);
		struct bytes icc = make_icc("RGB ");
		struct bytes exif = make_exif(orientation, orientation % 2);
		struct bytes file = begin_extended(FLAG_EXIF | FLAG_ICC, 24, 16);
		struct bytes prefixed = {0};
		struct codec_input input;
		struct codec_result result;
		struct codec_info info;
		struct image image;
		struct err err;

		/* Some writers put JPEG's prefix before it. */
		if (orientation > 4)
			put(&prefixed, "Exif\0\0", 6);
		put(&prefixed, exif.bytes, exif.length);
		put_chunk(&file, "ICCP", icc.bytes, icc.length);
		put(&file, webp.bytes + 12, webp.length - 12);
		put_chunk(&file, "EXIF", prefixed.bytes, prefixed.length);
		end_file(&file);
		input = input_of(&file);
		assert_int_equal(codec_probe(*state, &input, &info, &err), 0);
		assert_true(info.has_icc && info.has_exif);
		image = decode_well(*state, &input, &result);
		assert_int_equal(image.geometry.orientation, orientation);
		assert_int_equal(result.exif_bytes, exif.length);
		assert_memory_equal(result.exif, exif.bytes, exif.length);
		assert_int_equal(result.icc_bytes, icc.length);
		assert_memory_equal(result.icc, icc.bytes, icc.length);
		assert_string_equal(result.warning, "");
		free_image(&image);
		free(prefixed.bytes);
		free(file.bytes);
		free(exif.bytes);
		free(icc.bytes);
		free(webp.bytes);
	}
}

static void an_animation_gives_its_first_picture_on_a_transparent_canvas(void **state)
{
	struct bytes file = make_animation();
	struct codec_input input = input_of(&file);
	struct codec_result result;
	struct image image = decode_well(*state, &input, &result);

	assert_non_null(strstr(result.warning, "first picture"));
	assert_false(result.damaged);
	assert_int_equal(image.geometry.format, IMAGE_RGBA8);
	assert_int_equal(image.geometry.width, 40);
	assert_int_equal(image.geometry.height, 30);
	for (uint32_t y = 0; y < 30; y++)
		for (uint32_t x = 0; x < 40; x++) {
			bool inside = x >= 6 && x < 26 && y >= 4 && y < 14;
			unsigned char rgba[4];

			assert_int_equal(image_row(&image, 3, y)[x], inside ? 255 : 0);
			if (!inside)
				continue;
			paint(&first_frame, x - 6, y - 4, rgba);
			for (unsigned i = 0; i < 3; i++)
				assert_int_equal(image_row(&image, i, y)[x], rgba[i]);
		}
	free_image(&image);
	free(file.bytes);
}

/* ---- limits ---- */

static void what_is_over_a_limit_is_refused_with_the_option_that_moves_it(void **state)
{
	const struct picture picture = {.width = 37, .height = 21, .lossy = true};
	struct bytes webp = make_webp(&picture);
	struct codec_input input = input_of(&webp);
	struct codec_limits limits = *input.limits;

	input.limits = &limits;
	limits.pixels = 37 * 21 - 1;
	assert_decoding_refused(*state, &input, ERR_PERMANENT, "--max-pixels");
	limits.pixels++;
	limits.side_px = 36;
	assert_decoding_refused(*state, &input, ERR_PERMANENT, "--max-side");
	free(webp.bytes);
}

static void a_bomb_is_refused_by_its_header(void **state)
{
	struct bytes file = begin_extended(FLAG_ANIMATION, 60000, 60000);
	struct bytes still = {0};
	struct codec_input input;

	put_chunk(&file, "ANIM", "\xff\xff\xff\xff\0\0", 6);
	put_chunk(&file, "ANMF",
		  "\0\0\0\0\0\0\xff\x3f\0\xff\x3f\0\0\0\0\0VP8L\6\0\0\0\x2f\xff\xff\xff\x0f\0", 30);
	end_file(&file);
	input = input_of(&file);
	input.tolerate = true;
	assert_decoding_refused(*state, &input, ERR_PERMANENT, "--max-pixels");
	/* 16384 x 16384, lossless */
	put(&still, "RIFF\0\0\0\0WEBP", 12);
	put_chunk(&still, "VP8L", "\x2f\xff\xff\xff\x0f\0\0\0\0\0", 10);
	end_file(&still);
	input = input_of(&still);
	assert_decoding_refused(*state, &input, ERR_PERMANENT, "--max-pixels");
	free(still.bytes);
	free(file.bytes);
}

/* ---- damage ---- */

static const struct picture kinds[] = {
	{.width = 61, .height = 47},
	{.width = 61, .height = 47, .alpha = true},
	{.width = 61, .height = 47, .lossy = true},
	{.width = 61, .height = 47, .lossy = true, .alpha = true},
};

static void a_file_cut_anywhere_fails_for_good(void **state)
{
	for (size_t i = 0; i <= sizeof kinds / sizeof kinds[0]; i++) {
		bool animation = i == sizeof kinds / sizeof kinds[0];
		struct bytes webp = animation ? make_animation() : make_webp(&kinds[i]);

		for (size_t length = 12; length < webp.length; length++) {
			/* Exactly so many bytes, so that a sanitizer sees a step beyond. */
			struct bytes cut = {mem_copy(webp.bytes, length), length};
			struct codec_input input = input_of(&cut);
			struct codec_result result;
			struct image image;
			struct err err;

			if (decode_any(*state, &input, &image, &result, &err) == 0)
				fail_msg("decoded %zu of %zu bytes", length, webp.length);
			assert_int_equal(err.kind, ERR_PERMANENT);
			input.tolerate = true;
			if (decode_any(*state, &input, &image, &result, &err) == 0) {
				assert_true(result.damaged);
				assert_non_null(strstr(result.warning, "damaged WebP"));
				free_image(&image);
			}
			free(cut.bytes);
		}
		free(webp.bytes);
	}
}

static void bent_bytes_never_lead_outside_of_file_or_picture(void **state)
{
	for (size_t i = 0; i <= sizeof kinds / sizeof kinds[0]; i++) {
		bool animation = i == sizeof kinds / sizeof kinds[0];
		struct bytes webp = animation ? make_animation() : make_webp(&kinds[i]);

		for (size_t at = 12; at < webp.length; at++) {
			struct codec_input input = input_of(&webp);
			struct codec_limits limits = *input.limits;
			struct codec_result result;
			struct image image;
			struct err err;

			limits.pixels = 1000000;
			input.limits = &limits;
			input.tolerate = at % 2;
			webp.bytes[at] ^= (unsigned char)(1u << at % 8);
			if (decode_any(*state, &input, &image, &result, &err) == 0)
				free_image(&image);
			webp.bytes[at] ^= (unsigned char)(1u << at % 8);
		}
		free(webp.bytes);
	}
}

static void tolerated_damage_keeps_the_rows_before_it_and_greys_the_rest(void **state)
{
	for (unsigned lossy = 0; lossy < 2; lossy++) {
		struct picture picture = {.width = 300, .height = 400, .lossy = lossy};
		struct bytes webp = make_webp(&picture);
		struct codec_input input = input_of(&webp);
		struct image whole = decode_well(*state, &input, NULL);
		struct codec_result result;
		struct image half;

		input.length = webp.length * 2 / 3;
		input.tolerate = true;
		half = decode_well(*state, &input, &result);
		assert_true(result.damaged);
		for (uint32_t x = 0; x < picture.width; x++) {
			assert_int_equal(image_row(&half, 0, 5)[x], image_row(&whole, 0, 5)[x]);
			assert_int_equal(image_row(&half, 0, 399)[x], 128);
		}
		free_image(&whole);
		free_image(&half);
		free(webp.bytes);
	}
}

static void an_abandoned_picture_is_a_transient_error(void **state)
{
	struct bytes webp = make_webp(&kinds[0]);
	struct codec_input input = input_of(&webp);

	assert_abandoned(*state, &input);
	free(webp.bytes);
}

static void other_riff_files_are_no_webp(void **state)
{
	(void)state;
	assert_null(codec_sniff("RIFF\0\0\0\0WAVEfmt ", 16));
	assert_string_equal(codec_sniff("RIFF\0\0\0\0WEBPVP8 ", 16), "WebP");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lossless_pictures_decode_exactly),
		cmocka_unit_test(lossy_pictures_decode_to_what_the_library_gives_at_once),
		cmocka_unit_test(profile_and_exif_are_handed_out_and_the_orientation_is_told),
		cmocka_unit_test(an_animation_gives_its_first_picture_on_a_transparent_canvas),
		cmocka_unit_test(what_is_over_a_limit_is_refused_with_the_option_that_moves_it),
		cmocka_unit_test(a_bomb_is_refused_by_its_header),
		cmocka_unit_test(a_file_cut_anywhere_fails_for_good),
		cmocka_unit_test(bent_bytes_never_lead_outside_of_file_or_picture),
		cmocka_unit_test(tolerated_damage_keeps_the_rows_before_it_and_greys_the_rest),
		cmocka_unit_test(an_abandoned_picture_is_a_transient_error),
		cmocka_unit_test(other_riff_files_are_no_webp),
	};

	return cmocka_run_group_tests(tests, open_codecs, close_codecs);
}
