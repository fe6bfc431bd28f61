/*
 * sample_test.c - sample pictures: the same bytes for a seed, each kind a valid file, each
 * orientation undone by its tag.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <libexif/exif-data.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#include "base/mem.h"
#include "image/sample.h"

struct decoded {
	int width, height;
	unsigned char *rgb;
	int h_factor, v_factor; /* of the first component */
	int components;
	bool progressive;
};

static struct sample_bytes encoded(const struct sample *sample)
{
	struct sample_bytes file;
	struct err err;

	assert_int_equal(sample_encode(sample, &file, &err), 0);
	return file;
}

static struct sample_bytes encoded_index(uint64_t seed, int64_t index, int width, int height)
{
	struct sample sample;

	sample_choose(&sample, seed, index, width, height);
	return encoded(&sample);
}

static bool same_bytes(struct sample_bytes a, struct sample_bytes b)
{
	return a.length == b.length && memcmp(a.bytes, b.bytes, a.length) == 0;
}

static void fail_on_message(j_common_ptr jpeg, int level)
{
	if (level < 0)
		jpeg->err->error_exit(jpeg); /* a warning is a defect of the file */
}

static struct decoded decode_jpeg(struct sample_bytes file)
{
	struct jpeg_decompress_struct jpeg;
	struct jpeg_error_mgr errors;
	struct decoded out;

	jpeg.err = jpeg_std_error(&errors);
	errors.emit_message = fail_on_message;
	jpeg_create_decompress(&jpeg);
	jpeg_mem_src(&jpeg, file.bytes, file.length);
	jpeg_read_header(&jpeg, TRUE);
	jpeg.out_color_space = JCS_RGB;
	jpeg_start_decompress(&jpeg);
	out = (struct decoded){
		.width = (int)jpeg.output_width,
		.height = (int)jpeg.output_height,
		.rgb = mem_calloc((size_t)jpeg.output_width * jpeg.output_height, 3),
		.h_factor = jpeg.comp_info[0].h_samp_factor,
		.v_factor = jpeg.comp_info[0].v_samp_factor,
		.components = jpeg.num_components,
		.progressive = jpeg.progressive_mode,
	};
	while (jpeg.output_scanline < jpeg.output_height) {
		JSAMPROW row = out.rgb + (size_t)jpeg.output_scanline * jpeg.output_width * 3;
		jpeg_read_scanlines(&jpeg, &row, 1);
	}
	jpeg_finish_decompress(&jpeg);
	jpeg_destroy_decompress(&jpeg);
	return out;
}

static unsigned char *decode_png(struct sample_bytes file, int width, int height)
{
	png_image image = {.version = PNG_IMAGE_VERSION};
	unsigned char *rgba = mem_calloc((size_t)width * (size_t)height, 4);

	assert_true(png_image_begin_read_from_memory(&image, file.bytes, file.length));
	assert_int_equal(image.width, width);
	assert_int_equal(image.height, height);
	image.format = PNG_FORMAT_RGBA;
	assert_true(png_image_finish_read(&image, NULL, rgba, 0, NULL));
	assert_int_equal(image.warning_or_error, 0);
	return rgba;
}

static int exif_orientation(struct sample_bytes file)
{
	ExifData *data = exif_data_new_from_data(file.bytes, (unsigned int)file.length);
	ExifEntry *entry;
	int value;

	assert_non_null(data);
	entry = exif_content_get_entry(data->ifd[EXIF_IFD_0], EXIF_TAG_ORIENTATION);
	assert_non_null(entry);
	value = exif_get_short(entry->data, exif_data_get_byte_order(data));
	exif_data_unref(data);
	return value;
}

/*
 * What a viewer shows, worked out from the words of the Exif standard: tag value N says on which
 * side the file's row 0 and column 0 are to be seen.
 */
static struct decoded as_shown(struct decoded file, int orientation)
{
	static const struct {
		char row0, column0;
	} sides[9] = {{0, 0},	  {'t', 'l'}, {'t', 'r'}, {'b', 'r'}, {'b', 'l'},
		      {'l', 't'}, {'r', 't'}, {'r', 'b'}, {'l', 'b'}};
	char row0 = sides[orientation].row0;
	char column0 = sides[orientation].column0;
	bool sideways = row0 == 'l' || row0 == 'r';
	struct decoded shown = {.width = sideways ? file.height : file.width,
				.height = sideways ? file.width : file.height};

	shown.rgb = mem_calloc((size_t)file.width * (size_t)file.height, 3);
	for (int y = 0; y < file.height; y++) {
		for (int x = 0; x < file.width; x++) {
			int along_rows = sideways ? y : x; /* what becomes the shown x */
			int along_columns = sideways ? x : y;
			char x_side = sideways ? row0 : column0;
			char y_side = sideways ? column0 : row0;
			int shown_x = x_side == 'l' ? along_rows : shown.width - 1 - along_rows;
			int shown_y =
				y_side == 't' ? along_columns : shown.height - 1 - along_columns;
			memcpy(shown.rgb + 3 * ((size_t)shown_y * (size_t)shown.width +
						(size_t)shown_x),
			       file.rgb + 3 * ((size_t)y * (size_t)file.width + (size_t)x), 3);
		}
	}
	return shown;
}

static double mean_square_error(struct decoded a, struct decoded b)
{
	size_t count = (size_t)a.width * (size_t)a.height * 3;
	double sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += (a.rgb[i] - b.rgb[i]) * (a.rgb[i] - b.rgb[i]);
	return sum / (double)count;
}

/* How much neighbours differ: the sky is smooth, the ground is not, however bright each is. */
static double roughness(struct decoded picture, int from, int to)
{
	double sum = 0;

	for (int y = from; y < to; y++) {
		const unsigned char *row = picture.rgb + (size_t)y * (size_t)picture.width * 3;
		for (int x = 3; x < picture.width * 3; x++)
			sum += abs(row[x] - row[x - 3]);
	}
	return sum / (to - from) / picture.width / 3;
}

static void the_same_seed_gives_the_same_bytes(void **state)
{
	(void)state;
	for (int64_t index = 0; index < 24; index++) {
		struct sample_bytes first = encoded_index(7, index, 97, 61);
		struct sample_bytes second = encoded_index(7, index, 97, 61);
		assert_true(same_bytes(first, second));
		free(first.bytes);
		free(second.bytes);
	}
}

static void the_bytes_are_those_of_every_other_machine(void **state)
{
	struct sample sample;
	struct sample_bytes file;
	uint32_t sum = 0;

	(void)state;
	/* PNG is lossless: what is decoded is what was painted, whatever the libraries' versions */
	sample_choose(&sample, 1, 3, 200, 150);
	file = encoded(&sample);
	unsigned char *rgba = decode_png(file, 200, 150);
	for (size_t i = 0; i < 200 * 150 * 4; i++)
		sum = sum * 31 + rgba[i];
	assert_int_equal(sum, UINT32_C(0x717285f1));
	free(rgba);
	free(file.bytes);
}

static void another_seed_gives_another_picture_and_another_index_too(void **state)
{
	struct sample_bytes first = encoded_index(1, 0, 160, 120);
	struct sample_bytes other_seed = encoded_index(2, 0, 160, 120);
	struct sample_bytes high_seed = encoded_index(1 + (UINT64_C(1) << 32), 0, 160, 120);
	struct sample_bytes other_index = encoded_index(1, 24, 160, 120);

	(void)state;
	assert_false(same_bytes(first, other_seed));
	assert_false(same_bytes(first, high_seed));
	assert_false(same_bytes(first, other_index));
	free(first.bytes);
	free(other_seed.bytes);
	free(high_seed.bytes);
	free(other_index.bytes);
}

static void twelve_megapixels_take_three_to_six_megabytes(void **state)
{
	struct sample sample;
	struct sample_bytes file;

	(void)state;
	sample_choose(&sample, 1, 0, 4000, 3000);
	assert_int_equal(sample.format, SAMPLE_JPEG);
	assert_int_equal(sample.chroma, SAMPLE_420);
	file = encoded(&sample);
	assert_in_range(file.length, 3000000, 6000000);
	free(file.bytes);
}

static void without_a_size_pictures_have_three_to_twelve_megapixels(void **state)
{
	int largest = 0;

	(void)state;
	for (int64_t index = 0; index < 500; index++) {
		struct sample sample;
		sample_choose(&sample, 3, index, 0, 0);
		int pixels = sample.width_px * sample.height_px;
		assert_in_range(pixels, 3000000, 12500000);
		largest = pixels > largest ? pixels : largest;
	}
	assert_true(largest >= 12000000);
}

static void every_orientation_occurs_early_and_its_tag_turns_the_sky_up(void **state)
{
	unsigned seen = 0;

	(void)state;
	for (int64_t index = 0; index < 16; index++) {
		struct sample sample;
		sample_choose(&sample, 5, index, 320, 200);
		if (sample.format != SAMPLE_JPEG)
			continue;
		struct sample_bytes file = encoded(&sample);
		int orientation = exif_orientation(file);
		assert_in_range(orientation, 1, 8);
		seen |= 1U << orientation;
		struct decoded stored = decode_jpeg(file);
		assert_int_equal(stored.width, 320);
		assert_int_equal(stored.height, 200);
		struct decoded shown = as_shown(stored, orientation);
		assert_true(2 * roughness(shown, 0, shown.height / 8) <
			    roughness(shown, shown.height * 7 / 8, shown.height));
		/* and nothing is mirrored: the same scene, stored upright, looks the same */
		sample.orientation = 1;
		sample.width_px = shown.width;
		sample.height_px = shown.height;
		struct sample_bytes upright_file = encoded(&sample);
		struct decoded upright = decode_jpeg(upright_file);
		assert_true(mean_square_error(shown, upright) < 60);
		free(file.bytes);
		free(upright_file.bytes);
		free(stored.rgb);
		free(shown.rgb);
		free(upright.rgb);
	}
	assert_int_equal(seen, 0x1fe);
}

static void every_jpeg_kind_occurs_and_is_what_it_says(void **state)
{
	unsigned chromas = 0;
	bool progressive = false;

	(void)state;
	for (int64_t index = 0; index < 24; index++) {
		struct sample sample;
		sample_choose(&sample, 9, index, 90, 70);
		if (sample.format != SAMPLE_JPEG)
			continue;
		struct sample_bytes file = encoded(&sample);
		struct decoded picture = decode_jpeg(file);
		bool half_wide = sample.chroma == SAMPLE_420 || sample.chroma == SAMPLE_422;
		assert_int_equal(picture.components, sample.chroma == SAMPLE_GRAY ? 1 : 3);
		assert_int_equal(picture.h_factor, half_wide ? 2 : 1);
		assert_int_equal(picture.v_factor, sample.chroma == SAMPLE_420 ? 2 : 1);
		assert_int_equal(picture.progressive, sample.progressive);
		chromas |= 1U << sample.chroma;
		progressive |= sample.progressive;
		free(picture.rgb);
		free(file.bytes);
	}
	assert_int_equal(chromas, 0xf);
	assert_true(progressive);
}

/* Colour type, depth and interlacing from the IHDR chunk: PNG specification, 11.2.2. */
static void assert_png_kind(struct sample_bytes file, enum sample_format format)
{
	static const unsigned char want[][3] = {
		[SAMPLE_PNG_RGB] = {8, 2, 0},	     [SAMPLE_PNG_RGBA] = {8, 6, 0},
		[SAMPLE_PNG_PALETTE] = {8, 3, 0},    [SAMPLE_PNG_GRAY16] = {16, 0, 0},
		[SAMPLE_PNG_INTERLACED] = {8, 2, 1},
	};

	assert_int_equal(file.bytes[24], want[format][0]);
	assert_int_equal(file.bytes[25], want[format][1]);
	assert_int_equal(file.bytes[28], want[format][2]);
}

/* How far a pixel of this format may be from the painted one: the palette has steps of 51. */
static void assert_pixel(const unsigned char *got, const unsigned char *want,
			 enum sample_format format)
{
	int luma = (77 * want[0] + 151 * want[1] + 29 * want[2]) / 257;
	bool gray = format == SAMPLE_PNG_GRAY16;

	for (int i = 0; i < 3; i++) {
		int target = gray ? luma : want[i];
		int tolerance = format == SAMPLE_PNG_PALETTE ? 51 : gray ? 1 : 0;
		assert_true(abs(got[i] - target) <= tolerance);
	}
	if (format != SAMPLE_PNG_RGBA)
		assert_int_equal(got[3], 255);
}

static void every_png_kind_occurs_and_decodes_to_the_scene(void **state)
{
	unsigned seen = 0;

	(void)state;
	for (int64_t index = 0; index < 24; index++) {
		struct sample sample;
		sample_choose(&sample, 11, index, 241, 179);
		if (sample.format == SAMPLE_JPEG)
			continue;
		struct sample_bytes file = encoded(&sample);
		unsigned char *rgba = decode_png(file, 241, 179);
		assert_png_kind(file, sample.format);
		seen |= 1U << sample.format;
		enum sample_format format = sample.format;
		sample.format = SAMPLE_PNG_RGB;
		struct sample_bytes plain_file = encoded(&sample);
		unsigned char *plain = decode_png(plain_file, 241, 179);
		for (size_t i = 0; i < 241 * 179; i++)
			assert_pixel(rgba + 4 * i, plain + 4 * i, format);
		free(plain);
		free(plain_file.bytes);
		free(rgba);
		free(file.bytes);
	}
	assert_int_equal(seen, 0x3e);
}

static void alpha_fades_softly(void **state)
{
	struct sample sample;
	unsigned soft = 0;

	(void)state;
	sample_choose(&sample, 1, 0, 200, 100);
	sample.format = SAMPLE_PNG_RGBA;
	sample.orientation = 1;
	struct sample_bytes file = encoded(&sample);
	unsigned char *rgba = decode_png(file, 200, 100);
	assert_int_equal(rgba[3], 0);
	assert_int_equal(rgba[4 * (50 * 200 + 100) + 3], 255);
	for (size_t x = 0; x < 200; x++)
		soft += rgba[4 * (50 * 200 + x) + 3] % 255 != 0;
	assert_true(soft > 20);
	free(rgba);
	free(file.bytes);
}

static void names_are_unique_and_some_are_awkward(void **state)
{
	enum { COUNT = 400 };
	char(*names)[SAMPLE_NAME_BYTES] = mem_calloc(COUNT, SAMPLE_NAME_BYTES);
	unsigned spaces = 0, parentheses = 0, beyond_ascii = 0;

	(void)state;
	for (int i = 0; i < COUNT; i++) {
		struct sample sample;
		sample_choose(&sample, 1, i, 64, 64);
		memcpy(names[i], sample.name, SAMPLE_NAME_BYTES);
		for (int j = 0; j < i; j++)
			assert_string_not_equal(names[i], names[j]);
		spaces += strchr(names[i], ' ') != NULL;
		parentheses += strchr(names[i], '(') != NULL;
		for (const char *c = names[i]; *c != '\0'; c++)
			beyond_ascii += (*c & 0x80) != 0;
		assert_int_equal(names[i][4], '/');
		assert_int_equal(names[i][7], '/');
	}
	assert_true(spaces > 0 && parentheses > 0 && beyond_ascii > 0);
	free(names);
}

static void the_smallest_and_the_narrowest_pictures_are_made_too(void **state)
{
	static const int sizes[][2] = {{1, 1}, {1, 300}, {300, 1}, {7, 5}, {2, 2000}, {16, 16}};

	(void)state;
	for (size_t size = 0; size < sizeof(sizes) / sizeof(sizes[0]); size++) {
		for (int64_t index = 0; index < 24; index++) {
			struct sample_bytes file =
				encoded_index(13, index, sizes[size][0], sizes[size][1]);
			assert_true(file.length > 0);
			free(file.bytes);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_seed_gives_the_same_bytes),
		cmocka_unit_test(the_bytes_are_those_of_every_other_machine),
		cmocka_unit_test(another_seed_gives_another_picture_and_another_index_too),
		cmocka_unit_test(twelve_megapixels_take_three_to_six_megabytes),
		cmocka_unit_test(without_a_size_pictures_have_three_to_twelve_megapixels),
		cmocka_unit_test(every_orientation_occurs_early_and_its_tag_turns_the_sky_up),
		cmocka_unit_test(every_jpeg_kind_occurs_and_is_what_it_says),
		cmocka_unit_test(every_png_kind_occurs_and_decodes_to_the_scene),
		cmocka_unit_test(alpha_fades_softly),
		cmocka_unit_test(names_are_unique_and_some_are_awkward),
		cmocka_unit_test(the_smallest_and_the_narrowest_pictures_are_made_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
