/*
 * formats_test.c - the same picture in every format that can hold it, turned and with alpha, must
 * become the same output.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libexif/exif-data.h>
#include <png.h>
#include <tiffio.h>
#include <webp/encode.h>

#include "base/clock.h"
#include "base/mem.h"
#include "image/codec.h"
#include "image/reduce.h"
#include "image_support.h"
#include "png_support.h"
#include "tiff_support.h"

enum { BOX = 32 };

struct tools {
	struct codec_state *codecs;
	struct resizer *resizer;
};

static int set_up(void **state)
{
	struct tools *tools = mem_calloc(1, sizeof *tools);

	tools->codecs = codec_open();
	tools->resizer = resizer_open(RESIZE_LANCZOS3);
	*state = tools;
	return 0;
}

static int tear_down(void **state)
{
	struct tools *tools = *state;

	codec_close(tools->codecs);
	resizer_close(tools->resizer);
	free(tools);
	return 0;
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

/* Interleaved, with alpha. */
static unsigned char *join(const struct image *image)
{
	uint32_t width = image->geometry.width;
	unsigned char *pixels = mem_calloc((size_t)width * image->geometry.height, 4);

	for (uint32_t y = 0; y < image->geometry.height; y++)
		for (uint32_t x = 0; x < width; x++)
			for (unsigned i = 0; i < 4; i++)
				pixels[4 * ((size_t)y * width + x) + i] = image_row(image, i, y)[x];
	return pixels;
}

static struct bytes as_png(const struct image *image)
{
	png_image png = {.version = PNG_IMAGE_VERSION,
			 .width = image->geometry.width,
			 .height = image->geometry.height,
			 .format = PNG_FORMAT_RGBA};
	unsigned char *pixels = join(image);
	struct bytes exif = make_exif(image->geometry.orientation, true);
	png_alloc_size_t length = 0;
	struct bytes file;

	assert_true(png_image_write_get_memory_size(png, length, 0, pixels, 0, NULL));
	file = (struct bytes){mem_calloc(length, 1), length};
	assert_true(png_image_write_to_memory(&png, file.bytes, &length, 0, pixels, 0, NULL));
	file.length = length;
	insert_chunk(&file, "IDAT", "eXIf", exif.bytes, exif.length);
	free(exif.bytes);
	free(pixels);
	return file;
}

static struct bytes as_webp(const struct image *image)
{
	uint32_t width = image->geometry.width;
	uint32_t height = image->geometry.height;
	unsigned char *pixels = join(image);
	struct bytes exif = make_exif(image->geometry.orientation, false);
	struct bytes file = {0};
	unsigned char *picture;
	size_t length =
		WebPEncodeLosslessRGBA(pixels, (int)width, (int)height, (int)width * 4, &picture);

	assert_true(length > 12);
	put(&file, "RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\x18\0\0\0", 24);
	put_number(&file, width - 1, 3);
	put_number(&file, height - 1, 3);
	put(&file, picture + 12, length - 12);
	put(&file, "EXIF", 4);
	put_number(&file, exif.length, 4);
	put(&file, exif.bytes, exif.length);
	put_number(&file, 0, exif.length % 2);
	for (unsigned i = 0; i < 4; i++)
		file.bytes[4 + i] = (unsigned char)((file.length - 8) >> 8 * i);
	WebPFree(picture);
	free(exif.bytes);
	free(pixels);
	return file;
}

/* BMP knows no turning. */
static struct bytes as_bmp(const struct image *image)
{
	unsigned char *pixels = join(image);
	size_t bytes = (size_t)image->geometry.width * image->geometry.height * 4;
	struct bytes file = {0};

	put(&file, "BM\0\0\0\0\0\0\0\0\x8a\0\0\0\x7c\0\0\0", 18);
	put_number(&file, image->geometry.width, 4);
	put_number(&file, 0 - (size_t)image->geometry.height, 4);
	put(&file, "\1\0\x20\0\3\0\0\0", 8);
	put_number(&file, 0, 10);
	put_number(&file, 0, 10);
	put(&file, "\xff\0\0\0\0\xff\0\0\0\0\xff\0\0\0\0\xff", 16);
	for (size_t i = file.length; i < 138; i++)
		put_number(&file, 0, 1);
	put(&file, pixels, bytes);
	free(pixels);
	return file;
}

static struct image decode(struct tools *tools, const struct bytes *file)
{
	struct codec_input input = input_of(file);

	return decode_well(tools->codecs, &input, NULL);
}

static struct image reduced(struct tools *tools, const struct bytes *file)
{
	const struct image_colour background = {200, 100, 50};
	const struct reduce_target target = {.max_width = BOX, .max_height = BOX};
	struct image decoded = decode(tools, file);
	struct image_geometry geometry;
	struct image result;
	struct err err;

	reduce_plan(&decoded.geometry, &target, &geometry);
	result = new_image(&geometry);
	if (reduce_run(tools->resizer, &decoded, background, &result, NULL, &err) != 0)
		fail_msg("%s", err.text);
	free_image(&decoded);
	return result;
}

static void a_turned_transparent_picture_is_the_same_in_every_format(void **state)
{
	struct tools *tools = *state;

	for (unsigned orientation = 1; orientation <= 8; orientation++) {
		const struct tiff_recipe recipe = {.width = 90,
						   .height = 50,
						   .photometric = PHOTOMETRIC_RGB,
						   .bits = 8,
						   .extras = 1,
						   .extra_kind = EXTRASAMPLE_UNASSALPHA,
						   .orientation = orientation};
		struct bytes tiff = make_tiff(&recipe);
		struct image source = decode(tools, &tiff);
		struct image wanted = reduced(tools, &tiff);
		struct bytes others[] = {as_png(&source), as_webp(&source), as_bmp(&source)};

		assert_int_equal(wanted.geometry.width, orientation > 4 ? 18 : 32);
		for (size_t i = 0; i < (orientation == 1 ? 3 : 2); i++) {
			struct image got = reduced(tools, &others[i]);

			assert_int_equal(compare_images(&wanted, &got).largest, 0);
			free_image(&got);
		}
		for (size_t i = 0; i < 3; i++)
			free(others[i].bytes);
		free_image(&source);
		free_image(&wanted);
		free(tiff.bytes);
	}
}

/* Pixels that nobody can see must not change those beside them: rule of all formats with alpha. */
static void colours_of_transparent_pixels_never_show(void **state)
{
	struct tools *tools = *state;
	struct image_geometry geometry;
	struct image image;

	image_geometry_init(&geometry, IMAGE_RGBA8, 90, 50);
	image = new_image(&geometry);
	for (uint32_t y = 0; y < 50; y++)
		for (uint32_t x = 0; x < 90; x++) {
			bool seen = x % 20 < 10;
			const unsigned char rgba[4] = {200, seen ? 100 : 255, seen ? 50 : 0,
						       seen ? 255 : 0};

			for (unsigned i = 0; i < 4; i++)
				image_row(&image, i, y)[x] = rgba[i];
		}
	struct bytes files[] = {as_png(&image), as_webp(&image), as_bmp(&image)};

	for (size_t i = 0; i < 3; i++) {
		struct image got = reduced(tools, &files[i]);

		/* What is seen has the background's colour, so all has, but for what the kernel
		 * overshoots at the edges of alpha. */
		for (uint32_t y = 0; y < got.geometry.height; y++)
			for (uint32_t x = 0; x < got.geometry.width; x++) {
				assert_in_range(image_row(&got, 0, y)[x], 180, 220);
				assert_in_range(image_row(&got, 1, y)[x], 90, 110);
				assert_in_range(image_row(&got, 2, y)[x], 45, 55);
			}
		free_image(&got);
		free(files[i].bytes);
	}
	free_image(&image);
}

static void assert_tag(ExifData *data, ExifIfd ifd, ExifTag tag, const char *wanted)
{
	ExifEntry *entry = exif_content_get_entry(data->ifd[ifd], tag);
	char text[100];

	assert_non_null(entry);
	assert_string_equal(exif_entry_get_value(entry, text, sizeof text), wanted);
}

static void a_tiff_page_tells_its_story_as_exif(void **state)
{
	static const char *const modes[] = {"wl", "wb"};
	struct tools *tools = *state;

	for (size_t i = 0; i < 2; i++) {
		const struct tiff_recipe recipe = {.width = 20,
						   .height = 10,
						   .photometric = PHOTOMETRIC_RGB,
						   .bits = 8,
						   .orientation = 6,
						   .mode = modes[i],
						   .story = true};
		struct bytes tiff = make_tiff(&recipe);
		struct codec_input input = input_of(&tiff);
		struct bytes prefixed = {0};
		struct codec_result result;
		struct codec_info info;
		struct image image;
		ExifData *data;
		struct err err;

		assert_int_equal(codec_probe(tools->codecs, &input, &info, &err), 0);
		assert_true(info.has_exif);
		image = decode_well(tools->codecs, &input, &result);
		assert_true(result.exif_bytes > 0 && result.exif_bytes < 1000);
		put(&prefixed, "Exif\0\0", 6);
		put(&prefixed, result.exif, result.exif_bytes);
		data = exif_data_new_from_data(prefixed.bytes, (unsigned)prefixed.length);
		assert_tag(data, EXIF_IFD_0, EXIF_TAG_MAKE, "A maker of cameras");
		assert_tag(data, EXIF_IFD_0, EXIF_TAG_ORIENTATION, "Right-top");
		assert_tag(data, EXIF_IFD_EXIF, EXIF_TAG_DATE_TIME_ORIGINAL, "2026:11:20 16:00:00");
		assert_tag(data, EXIF_IFD_EXIF, EXIF_TAG_EXPOSURE_TIME, "1/250 sec.");
		assert_null(exif_content_get_entry(data->ifd[EXIF_IFD_0], EXIF_TAG_STRIP_OFFSETS));
		assert_null(exif_content_get_entry(data->ifd[EXIF_IFD_EXIF], EXIF_TAG_MAKER_NOTE));
		exif_data_unref(data);
		free(prefixed.bytes);
		free_image(&image);
		free(tiff.bytes);
	}
}

/* The work began an hour ago. own: this thread computed all the time. */
static struct codec_hooks begun_long_ago(uint64_t max_cpu_ns, bool own)
{
	const uint64_t hour_ns = 3600 * CLOCK_SECOND_NS;

	return (struct codec_hooks){.max_cpu_ns = max_cpu_ns,
				    .begun_ns = clock_ns() - hour_ns,
				    .begun_cpu_ns = clock_thread_cpu_ns() - (own ? hour_ns : 0)};
}

static void assert_decodes(struct tools *tools, const struct codec_input *input)
{
	struct image image = decode_well(tools->codecs, input, NULL);

	free_image(&image);
}

static void computing_is_limited_and_waiting_is_not(void **state)
{
	const struct tiff_recipe recipe = {.width = 90,
					   .height = 50,
					   .photometric = PHOTOMETRIC_RGB,
					   .bits = 8,
					   .extras = 1,
					   .extra_kind = EXTRASAMPLE_UNASSALPHA};
	struct tools *tools = *state;
	struct bytes tiff = make_tiff(&recipe);
	struct image source = decode(tools, &tiff);
	struct bytes files[] = {tiff, as_png(&source), as_webp(&source), as_bmp(&source),
				make_jpeg(&(struct jpeg_recipe){.width = 90, .height = 50})};

	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		struct codec_input input = input_of(&files[i]);

		input.tolerate = true; /* it is no damage */
		input.hooks = begun_long_ago(CLOCK_SECOND_NS, true);
		assert_decoding_refused(tools->codecs, &input, ERR_PERMANENT, "--max-seconds");
		input.hooks = begun_long_ago(600 * CLOCK_SECOND_NS, false);
		assert_decodes(tools, &input);
		input.hooks = begun_long_ago(0, true);
		assert_decodes(tools, &input);
		free(files[i].bytes);
	}
	free_image(&source);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_turned_transparent_picture_is_the_same_in_every_format),
		cmocka_unit_test(colours_of_transparent_pixels_never_show),
		cmocka_unit_test(computing_is_limited_and_waiting_is_not),
		cmocka_unit_test(a_tiff_page_tells_its_story_as_exif),
	};

	TIFFSetWarningHandler(NULL);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
