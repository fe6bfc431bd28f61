/*
 * image_support.c - pictures for the tests of the image floor.
 */
#include "config.h"

#include "image_support.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jpeglib.h>
#include <libexif/exif-data.h>

#include "base/mem.h"

int open_codecs(void **state)
{
	*state = codec_open();
	return 0;
}

int close_codecs(void **state)
{
	codec_close(*state);
	return 0;
}

void paint_asymmetric(uint32_t x, uint32_t y, uint32_t width, uint32_t height, unsigned char rgb[3])
{
	uint32_t right = 255 * x / (width > 1 ? width - 1 : 1);
	uint32_t down = 255 * y / (height > 1 ? height - 1 : 1);

	rgb[0] = (unsigned char)right;
	rgb[1] = (unsigned char)((right + 3 * down) / 4);
	rgb[2] = (unsigned char)(255 - down);
}

static void paint_row(const struct jpeg_recipe *recipe, uint32_t y, unsigned char *row)
{
	for (uint32_t x = 0; x < recipe->width; x++) {
		unsigned char rgb[3];

		recipe->paint(x, y, recipe->width, recipe->height, rgb);
		for (int i = 0; i < recipe->components; i++)
			row[x * (uint32_t)recipe->components + (uint32_t)i] = rgb[i % 3];
	}
}

static void set_up_jpeg(struct jpeg_compress_struct *cinfo, const struct jpeg_recipe *recipe)
{
	static const J_COLOR_SPACE spaces[] = {[1] = JCS_GRAYSCALE, [3] = JCS_RGB, [4] = JCS_CMYK};

	cinfo->image_width = recipe->width;
	cinfo->image_height = recipe->height;
	cinfo->input_components = recipe->components;
	cinfo->in_color_space = spaces[recipe->components];
	jpeg_set_defaults(cinfo);
	if (recipe->rgb)
		jpeg_set_colorspace(cinfo, JCS_RGB);
	if (recipe->ycck)
		jpeg_set_colorspace(cinfo, JCS_YCCK);
	if (recipe->unmarked)
		cinfo->write_Adobe_marker = FALSE;
	jpeg_set_quality(cinfo, recipe->quality, TRUE);
	cinfo->comp_info[0].h_samp_factor = recipe->h_sampling;
	cinfo->comp_info[0].v_samp_factor = recipe->v_sampling;
	for (int i = 1; i < recipe->components; i++)
		cinfo->comp_info[i].v_samp_factor = recipe->chroma_v_sampling;
	cinfo->restart_in_rows = recipe->restart_rows;
	cinfo->arith_code = recipe->arithmetic;
	if (recipe->progressive)
		jpeg_simple_progression(cinfo);
}

static void write_exif(struct jpeg_compress_struct *cinfo, unsigned orientation)
{
	struct bytes tiff = make_exif(orientation, false);
	unsigned char marker[4096] = "Exif\0";

	assert_true(tiff.length <= sizeof marker - 6);
	memcpy(marker + 6, tiff.bytes, tiff.length);
	jpeg_write_marker(cinfo, JPEG_APP0 + 1, marker, (unsigned)tiff.length + 6);
	free(tiff.bytes);
}

struct bytes make_jpeg(const struct jpeg_recipe *wanted)
{
	struct jpeg_recipe recipe = *wanted;
	struct jpeg_compress_struct cinfo;
	struct jpeg_error_mgr errors;
	unsigned char *bytes = NULL;
	unsigned long length = 0;
	unsigned char *row;

	recipe.components = recipe.components ? recipe.components : 3;
	recipe.h_sampling = recipe.h_sampling ? recipe.h_sampling : 1;
	recipe.v_sampling = recipe.v_sampling ? recipe.v_sampling : 1;
	recipe.chroma_v_sampling = recipe.chroma_v_sampling ? recipe.chroma_v_sampling : 1;
	recipe.quality = recipe.quality ? recipe.quality : 95;
	recipe.paint = recipe.paint ? recipe.paint : paint_asymmetric;
	row = mem_calloc(recipe.width, (size_t)recipe.components);
	cinfo.err = jpeg_std_error(&errors);
	jpeg_create_compress(&cinfo);
	jpeg_mem_dest(&cinfo, &bytes, &length);
	set_up_jpeg(&cinfo, &recipe);
	jpeg_start_compress(&cinfo, TRUE);
	if (recipe.orientation != 0)
		write_exif(&cinfo, recipe.orientation);
	if (recipe.icc != NULL)
		jpeg_write_icc_profile(&cinfo, recipe.icc->bytes, (unsigned)recipe.icc->length);
	for (uint32_t y = 0; y < recipe.height; y++) {
		paint_row(&recipe, y, row);
		jpeg_write_scanlines(&cinfo, &row, 1);
	}
	jpeg_finish_compress(&cinfo);
	jpeg_destroy_compress(&cinfo);
	free(row);
	return (struct bytes){bytes, length};
}

size_t find_jpeg_marker(const struct bytes *jpeg, unsigned char marker)
{
	for (size_t i = 2; i + 1 < jpeg->length; i++)
		if (jpeg->bytes[i] == 0xff && jpeg->bytes[i + 1] == marker)
			return i;
	fail_msg("no marker %02x", marker);
	return 0;
}

static void add_entry(ExifData *data, ExifTag tag, ExifFormat format, const char *text,
		      unsigned number)
{
	ExifEntry *entry = exif_entry_new();

	entry->tag = tag;
	entry->format = format;
	entry->components = text != NULL ? strlen(text) + 1 : 1;
	entry->size = (unsigned)(text != NULL ? entry->components : 2);
	entry->data = malloc(entry->size);
	assert_non_null(entry->data);
	if (text != NULL)
		memcpy(entry->data, text, entry->size);
	else
		exif_set_short(entry->data, exif_data_get_byte_order(data), (ExifShort)number);
	exif_content_add_entry(data->ifd[EXIF_IFD_0], entry);
	exif_entry_unref(entry);
}

struct bytes make_exif(unsigned orientation, bool big_endian)
{
	ExifData *data = exif_data_new();
	unsigned char *bytes = NULL;
	unsigned length = 0;

	exif_data_set_byte_order(data,
				 big_endian ? EXIF_BYTE_ORDER_MOTOROLA : EXIF_BYTE_ORDER_INTEL);
	add_entry(data, EXIF_TAG_DATE_TIME, EXIF_FORMAT_ASCII, "2026:11:20 16:00:00", 0);
	add_entry(data, EXIF_TAG_ORIENTATION, EXIF_FORMAT_SHORT, NULL, orientation);
	exif_data_save_data(data, &bytes, &length);
	exif_data_unref(data);
	assert_true(length > 6);
	memmove(bytes, bytes + 6, length - 6);
	return (struct bytes){bytes, length - 6};
}

struct bytes make_icc(const char space[4])
{
	struct bytes icc = {mem_calloc(1024, 1), 1024};

	for (size_t i = 132; i < icc.length; i++)
		icc.bytes[i] = (unsigned char)(i * i / 7);
	icc.bytes[2] = 1024 >> 8;
	memcpy(icc.bytes + 12, "mntr", 4);
	memcpy(icc.bytes + 16, space, 4);
	memcpy(icc.bytes + 20, "XYZ ", 4);
	memcpy(icc.bytes + 36, "acsp", 4);
	memcpy(icc.bytes + 68, "\0\0\xf6\xd6\0\1\0\0\0\0\xd3\x2d", 12); /* D50 */
	return icc;
}

struct image new_image(const struct image_geometry *geometry)
{
	size_t room = (geometry->bytes + IMAGE_ALIGNMENT) / IMAGE_ALIGNMENT * IMAGE_ALIGNMENT;
	void *base = aligned_alloc(IMAGE_ALIGNMENT, room);
	struct image image;
	struct err err;

	assert_non_null(base);
	memset(base, 0xa5, room);
	if (image_place(geometry, base, geometry->bytes, &image, &err) != 0)
		fail_msg("%s", err.text);
	return image;
}

void free_image(struct image *image)
{
	free(image->data[0]);
}

struct image painted_image(uint32_t width, uint32_t height, paint_fn *paint)
{
	struct image_geometry geometry;
	struct image image;

	image_geometry_init(&geometry, IMAGE_RGB8, width, height);
	image = new_image(&geometry);
	for (uint32_t y = 0; y < height; y++)
		for (uint32_t x = 0; x < width; x++) {
			unsigned char rgb[3];

			paint(x, y, width, height, rgb);
			for (unsigned i = 0; i < 3; i++)
				image_row(&image, i, y)[x] = rgb[i];
		}
	return image;
}

struct codec_input input_of(const struct bytes *bytes)
{
	static struct codec_limits limits;

	codec_limits_init(&limits);
	return (struct codec_input){
		.bytes = bytes->bytes,
		.length = bytes->length,
		.limits = &limits,
	};
}

int decode_any(struct codec_state *state, const struct codec_input *input, struct image *image,
	       struct codec_result *result, struct err *err)
{
	struct codec_info info;

	err_clear(err);
	if (codec_probe(state, input, &info, err) != 0)
		return -1;
	*image = new_image(&info.geometry);
	if (codec_decode(state, input, image, result, err) == 0)
		return 0;
	free_image(image);
	return -1;
}

struct image decode_well(struct codec_state *state, const struct codec_input *input,
			 struct codec_result *result)
{
	struct codec_result unwanted;
	struct image image;
	struct err err;

	if (decode_any(state, input, &image, result != NULL ? result : &unwanted, &err) != 0)
		fail_msg("%s", err.text);
	return image;
}

void assert_decoding_refused(struct codec_state *state, const struct codec_input *input,
			     enum err_kind kind, const char *word)
{
	struct codec_result result;
	struct image image;
	struct err err;

	if (decode_any(state, input, &image, &result, &err) == 0)
		fail_msg("decoded, though it should be refused for: %s", word);
	assert_int_equal(err.kind, kind);
	if (strstr(err.text, word) == NULL)
		fail_msg("\"%s\" does not say: %s", err.text, word);
}

static bool cancel(void *context)
{
	++*(unsigned *)context;
	return true;
}

void assert_abandoned(struct codec_state *state, const struct codec_input *input)
{
	struct codec_input abandoned = *input;
	unsigned asked = 0;

	abandoned.hooks = (struct codec_hooks){.cancelled = cancel, .context = &asked};
	abandoned.tolerate = true;
	assert_decoding_refused(state, &abandoned, ERR_TRANSIENT, "abandoned");
	assert_int_equal(asked, 1);
}

struct difference compare_images(const struct image *a, const struct image *b)
{
	struct difference difference = {0};
	double sum = 0;
	double samples = 0;

	assert_int_equal(a->geometry.format, b->geometry.format);
	for (unsigned i = 0; i < a->geometry.nplanes; i++) {
		const struct image_plane *plane = &a->geometry.plane[i];

		assert_int_equal(plane->columns, b->geometry.plane[i].columns);
		assert_int_equal(plane->rows, b->geometry.plane[i].rows);
		for (uint32_t y = 0; y < plane->rows; y++)
			for (uint32_t x = 0; x < plane->columns; x++) {
				int d = abs(image_row(a, i, y)[x] - image_row(b, i, y)[x]);

				sum += d;
				if (d > difference.largest)
					difference.largest = d;
			}
		samples += (double)plane->rows * plane->columns;
	}
	difference.mean = sum / samples;
	return difference;
}
