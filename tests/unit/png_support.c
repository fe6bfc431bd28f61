/*
 * png_support.c - PNG files for the tests.
 */
#include "config.h"

#include "png_support.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <png.h>

#include "base/mem.h"

static void put_32(unsigned char *bytes, uint32_t value)
{
	for (unsigned i = 0; i < 4; i++)
		bytes[i] = (unsigned char)(value >> (24 - 8 * i));
}

static uint32_t get_32(const unsigned char *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
	       bytes[3];
}

/* PNG 3rd edition, annex D. */
static uint32_t crc_of(const unsigned char *bytes, size_t length)
{
	uint32_t crc = UINT32_MAX;

	for (size_t i = 0; i < length; i++) {
		crc ^= bytes[i];
		for (unsigned bit = 0; bit < 8; bit++)
			crc = crc & 1 ? 0xedb88320u ^ crc >> 1 : crc >> 1;
	}
	return ~crc;
}

static unsigned channels_of(int colours)
{
	switch (colours) {
	case PNG_COLOR_TYPE_RGB:
		return 3;
	case PNG_COLOR_TYPE_RGB_ALPHA:
		return 4;
	case PNG_COLOR_TYPE_GRAY_ALPHA:
		return 2;
	default:
		return 1;
	}
}

/* The sample that a channel has at (x, y), in the file's depth. */
static unsigned sample_at(const struct png_recipe *recipe, uint32_t x, uint32_t y, unsigned channel)
{
	unsigned mixed = x * 2654435u + y * 40503u + channel * 9973u + 17;

	return (mixed ^ mixed >> 7) & ((1u << recipe->depth) - 1);
}

static png_color palette_at(unsigned index)
{
	return (png_color){(png_byte)(index * 3), (png_byte)(255 - index), (png_byte)(index * 7)};
}

static unsigned char to_8_bits(unsigned sample, int depth)
{
	unsigned maximum = (1u << depth) - 1;

	return (unsigned char)((2 * 255 * sample + maximum) / (2 * maximum));
}

static bool is_key(const struct png_recipe *recipe, uint32_t x, uint32_t y)
{
	for (unsigned i = 0; i < channels_of(recipe->colours); i++)
		if (sample_at(recipe, x, y, i) != sample_at(recipe, 0, 0, i))
			return false;
	return true;
}

void png_expected(const struct png_recipe *recipe, uint32_t x, uint32_t y, unsigned char rgba[4])
{
	unsigned channels = channels_of(recipe->colours);
	unsigned colours = channels < 3 ? 1 : 3;

	rgba[3] = 255;
	if (recipe->colours == PNG_COLOR_TYPE_PALETTE) {
		unsigned index = sample_at(recipe, x, y, 0);
		png_color colour = palette_at(index);

		rgba[0] = colour.red;
		rgba[1] = colour.green;
		rgba[2] = colour.blue;
		if (recipe->transparent)
			rgba[3] = (unsigned char)(255 - index);
		return;
	}
	for (unsigned i = 0; i < 3; i++)
		rgba[i] = to_8_bits(sample_at(recipe, x, y, i < colours ? i : 0), recipe->depth);
	if (channels > colours)
		rgba[3] = to_8_bits(sample_at(recipe, x, y, colours), recipe->depth);
	else if (recipe->transparent && is_key(recipe, x, y))
		rgba[3] = 0;
}

static void set_transparency(png_structp png, png_infop info, const struct png_recipe *recipe)
{
	png_color_16 key = {0};
	png_byte alpha[256];

	for (unsigned i = 0; i < 256; i++)
		alpha[i] = (png_byte)(255 - i);
	key.gray = key.red = (png_uint_16)sample_at(recipe, 0, 0, 0);
	key.green = (png_uint_16)sample_at(recipe, 0, 0, 1);
	key.blue = (png_uint_16)sample_at(recipe, 0, 0, 2);
	if (recipe->colours == PNG_COLOR_TYPE_PALETTE)
		png_set_tRNS(png, info, alpha, 1 << recipe->depth, NULL);
	else
		png_set_tRNS(png, info, NULL, 0, &key);
}

static void set_header(png_structp png, png_infop info, const struct png_recipe *recipe)
{
	png_color palette[256];
	png_text text = {.compression = PNG_TEXT_COMPRESSION_zTXt, .key = "Comment"};

	png_set_IHDR(png, info, recipe->width, recipe->height, recipe->depth, recipe->colours,
		     recipe->interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE,
		     PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
	for (unsigned i = 0; i < 256; i++)
		palette[i] = palette_at(i);
	if (recipe->colours == PNG_COLOR_TYPE_PALETTE)
		png_set_PLTE(png, info, palette, 1 << recipe->depth);
	if (recipe->transparent)
		set_transparency(png, info, recipe);
	if (recipe->icc != NULL)
		png_set_iCCP(png, info, "test", PNG_COMPRESSION_TYPE_BASE, recipe->icc->bytes,
			     (png_uint_32)recipe->icc->length);
	if (recipe->text != NULL) {
		text.text = (char *)(uintptr_t)recipe->text;
		text.text_length = strlen(recipe->text);
		png_set_text(png, info, &text, 1);
	}
}

static void on_write(png_structp png, png_bytep bytes, size_t length)
{
	struct bytes *file = png_get_io_ptr(png);

	file->bytes = mem_realloc(file->bytes, file->length + length, 1);
	memcpy(file->bytes + file->length, bytes, length);
	file->length += length;
}

static void on_flush(png_structp png)
{
	(void)png;
}

/* One row of samples, a byte each, or two when they are of 16 bits. */
static void fill_row(const struct png_recipe *recipe, uint32_t y, unsigned char *row)
{
	unsigned channels = channels_of(recipe->colours);

	for (uint32_t x = 0; x < recipe->width; x++)
		for (unsigned i = 0; i < channels; i++) {
			unsigned sample = sample_at(recipe, x, y, i);

			if (recipe->depth == 16)
				*row++ = (unsigned char)(sample >> 8);
			*row++ = (unsigned char)sample;
		}
}

struct bytes make_png(const struct png_recipe *recipe)
{
	png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
	png_infop info = png_create_info_struct(png);
	struct bytes file = {0};
	unsigned char *row = mem_calloc(recipe->width, 8);

	png_set_write_fn(png, &file, on_write, on_flush);
	set_header(png, info, recipe);
	png_write_info(png, info);
	png_set_packing(png);
	for (int pass = png_set_interlace_handling(png); pass > 0; pass--)
		for (uint32_t y = 0; y < recipe->height; y++) {
			fill_row(recipe, y, row);
			png_write_row(png, row);
		}
	png_write_end(png, info);
	png_destroy_write_struct(&png, &info);
	free(row);
	return file;
}

size_t find_png_chunk(const struct bytes *png, const char *type)
{
	size_t at = 8;

	while (at + 12 <= png->length) {
		if (memcmp(png->bytes + at + 4, type, 4) == 0)
			return at;
		at += get_32(png->bytes + at) + 12;
	}
	fail_msg("no chunk %s", type);
	return 0;
}

void fix_crc(struct bytes *png, size_t chunk)
{
	uint32_t length = get_32(png->bytes + chunk);

	put_32(png->bytes + chunk + 8 + length, crc_of(png->bytes + chunk + 4, length + 4));
}

void insert_chunk(struct bytes *png, const char *before, const char *type, const void *content,
		  size_t length)
{
	size_t at = find_png_chunk(png, before);

	png->bytes = mem_realloc(png->bytes, png->length + length + 12, 1);
	memmove(png->bytes + at + length + 12, png->bytes + at, png->length - at);
	png->length += length + 12;
	put_32(png->bytes + at, (uint32_t)length);
	memcpy(png->bytes + at + 4, type, 4);
	memcpy(png->bytes + at + 8, content, length);
	fix_crc(png, at);
}
