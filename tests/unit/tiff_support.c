/*
 * tiff_support.c - TIFF files for the tests.
 */
#include "config.h"

#include "tiff_support.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <tiffio.h>

#include "base/mem.h"

enum { TILE_WIDTH = 32, TILE_HEIGHT = 16 };

/* ---- a file in memory ---- */

struct memory {
	struct bytes file;
	size_t at;
};

static tmsize_t on_read(thandle_t handle, void *to, tmsize_t size)
{
	struct memory *memory = handle;
	size_t rest = memory->file.length - memory->at;
	size_t count = (size_t)size < rest ? (size_t)size : rest;

	memcpy(to, memory->file.bytes + memory->at, count);
	memory->at += count;
	return (tmsize_t)count;
}

static tmsize_t on_write(thandle_t handle, void *from, tmsize_t size)
{
	struct memory *memory = handle;
	size_t end = memory->at + (size_t)size;

	if (end > memory->file.length) {
		memory->file.bytes = mem_realloc(memory->file.bytes, end, 1);
		memset(memory->file.bytes + memory->file.length, 0, end - memory->file.length);
		memory->file.length = end;
	}
	memcpy(memory->file.bytes + memory->at, from, (size_t)size);
	memory->at = end;
	return size;
}

static toff_t on_seek(thandle_t handle, toff_t offset, int whence)
{
	struct memory *memory = handle;

	if (whence == SEEK_CUR)
		offset += memory->at;
	else if (whence == SEEK_END)
		offset += memory->file.length;
	return memory->at = offset;
}

static int on_close(thandle_t handle)
{
	(void)handle;
	return 0;
}

static toff_t on_size(thandle_t handle)
{
	return ((const struct memory *)handle)->file.length;
}

/* ---- what is in the picture ---- */

static unsigned colours_of(const struct tiff_recipe *recipe)
{
	switch (recipe->photometric) {
	case PHOTOMETRIC_RGB:
	case PHOTOMETRIC_YCBCR:
		return 3;
	case PHOTOMETRIC_SEPARATED:
		return 4;
	default:
		return 1;
	}
}

static unsigned samples_of(const struct tiff_recipe *recipe)
{
	return colours_of(recipe) + recipe->extras;
}

static unsigned most_of(const struct tiff_recipe *recipe)
{
	return (1u << recipe->bits) - 1;
}

bool tiff_has_alpha(const struct tiff_recipe *recipe)
{
	return recipe->extras > 0 && recipe->extra_kind != EXTRASAMPLE_UNSPECIFIED;
}

unsigned tiff_sample(const struct tiff_recipe *recipe, uint32_t x, uint32_t y, unsigned channel)
{
	unsigned mixed = x * 2654435u + y * 40503u + channel * 9973u + 17;
	bool alpha = tiff_has_alpha(recipe) && channel + 1 == samples_of(recipe);
	unsigned char rgb[3];

	if (recipe->smooth) {
		paint_asymmetric(x, y, recipe->width, recipe->height, rgb);
		return channel < 3 ? rgb[channel] : (unsigned)(x + y) / 2;
	}
	mixed = (mixed ^ mixed >> 7) & most_of(recipe);
	/* Colours that alpha is multiplied into are not above it. */
	if (!alpha && tiff_has_alpha(recipe) && recipe->extra_kind == EXTRASAMPLE_ASSOCALPHA)
		return mixed % (tiff_sample(recipe, x, y, samples_of(recipe) - 1) + 1);
	return mixed;
}

static unsigned palette_at(const struct tiff_recipe *recipe, unsigned index, unsigned colour)
{
	unsigned value = (index * 40503u + colour * 9973u) & 0xffff;

	return recipe->small_palette ? value >> 8 : value | 0x8000;
}

void tiff_expected(const struct tiff_recipe *recipe, uint32_t x, uint32_t y, double rgba[4])
{
	unsigned colours = colours_of(recipe);
	double most = most_of(recipe);
	double black;

	for (unsigned i = 0; i < 3; i++)
		rgba[i] = 255 * tiff_sample(recipe, x, y, i < colours ? i : 0) / most;
	rgba[3] = 255;
	if (tiff_has_alpha(recipe))
		rgba[3] = 255 * tiff_sample(recipe, x, y, samples_of(recipe) - 1) / most;
	for (unsigned i = 0; i < 3; i++)
		switch (recipe->photometric) {
		case PHOTOMETRIC_MINISWHITE:
			rgba[i] = 255 - rgba[i];
			break;
		case PHOTOMETRIC_PALETTE:
			rgba[i] = palette_at(recipe, tiff_sample(recipe, x, y, 0), i);
			rgba[i] /= recipe->small_palette ? 1 : 257;
			break;
		case PHOTOMETRIC_SEPARATED:
			black = 255 * tiff_sample(recipe, x, y, 3) / most;
			rgba[i] = (255 - rgba[i]) * (255 - black) / 255;
			break;
		default:
			break;
		}
	for (unsigned i = 0; i < 3; i++)
		if (tiff_has_alpha(recipe) && recipe->extra_kind == EXTRASAMPLE_ASSOCALPHA &&
		    rgba[3] > 0)
			rgba[i] = 255 * rgba[i] / rgba[3];
}

/* ---- samples as the file has them ---- */

struct packer {
	unsigned char *to;
	unsigned pending;
	unsigned bits; /* of pending */
};

static void pack(struct packer *packer, unsigned sample, unsigned bits)
{
	uint16_t native = (uint16_t)sample;

	if (bits == 16) {
		memcpy(packer->to, &native, 2);
		packer->to += 2;
		return;
	}
	packer->pending = packer->pending << bits | sample;
	for (packer->bits += bits; packer->bits >= 8; packer->bits -= 8)
		*packer->to++ = (unsigned char)(packer->pending >> (packer->bits - 8));
}

/* A part of the picture, of one plane or all. What lies beyond the edges is noise. */
static void pack_block(const struct tiff_recipe *recipe, const uint32_t box[4], unsigned plane,
		       unsigned char *to)
{
	struct packer packer = {.to = to};
	unsigned first = recipe->separate ? plane : 0;
	unsigned last = recipe->separate ? plane : samples_of(recipe) - 1;

	for (uint32_t y = box[1]; y < box[1] + box[3]; y++) {
		for (uint32_t x = box[0]; x < box[0] + box[2]; x++)
			for (unsigned i = first; i <= last; i++)
				pack(&packer, tiff_sample(recipe, x, y, i), recipe->bits);
		if (packer.bits > 0)
			pack(&packer, 0, 8 - packer.bits);
	}
}

static void write_samples(TIFF *tiff, const struct tiff_recipe *recipe)
{
	uint32_t rows = recipe->rows_per_strip != 0 ? recipe->rows_per_strip : recipe->height;
	uint32_t across = recipe->tiled ? TILE_WIDTH : recipe->width;
	uint32_t down = recipe->tiled ? TILE_HEIGHT : rows;
	size_t room = (size_t)(across + 8) * down * samples_of(recipe) * 2;
	unsigned char *block = mem_calloc(room, 1);

	for (unsigned plane = 0; plane < (recipe->separate ? samples_of(recipe) : 1); plane++)
		for (uint32_t y = 0; y < recipe->height; y += down)
			for (uint32_t x = 0; x < recipe->width; x += across) {
				uint32_t left = recipe->height - y;
				uint32_t box[4] = {x, y, across,
						   recipe->tiled || down < left ? down : left};
				tmsize_t size = recipe->tiled ? TIFFTileSize(tiff)
							      : TIFFVStripSize(tiff, box[3]);
				uint16_t sample = (uint16_t)plane;

				assert_true((size_t)size <= room);
				pack_block(recipe, box, plane, block);
				if (recipe->tiled)
					size = TIFFWriteEncodedTile(
						tiff, TIFFComputeTile(tiff, x, y, 0, sample), block,
						size);
				else
					size = TIFFWriteEncodedStrip(
						tiff, TIFFComputeStrip(tiff, y, sample), block,
						size);
				assert_true(size > 0);
			}
	free(block);
}

static void set_palette(TIFF *tiff, const struct tiff_recipe *recipe)
{
	static uint16_t map[3][256];

	for (unsigned i = 0; i < 3; i++)
		for (unsigned k = 0; k < 1u << recipe->bits; k++)
			map[i][k] = (uint16_t)palette_at(recipe, k, i);
	TIFFSetField(tiff, TIFFTAG_COLORMAP, map[0], map[1], map[2]);
}

static void write_page(TIFF *tiff, const struct tiff_recipe *recipe, bool preview)
{
	uint16_t kinds[4] = {EXTRASAMPLE_UNSPECIFIED, EXTRASAMPLE_UNSPECIFIED,
			     EXTRASAMPLE_UNSPECIFIED, EXTRASAMPLE_UNSPECIFIED};
	unsigned compression = recipe->compression != 0 ? recipe->compression : COMPRESSION_NONE;

	TIFFSetField(tiff, TIFFTAG_SUBFILETYPE, preview ? FILETYPE_REDUCEDIMAGE : 0);
	TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, recipe->width);
	TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, recipe->height);
	TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, recipe->bits);
	TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, samples_of(recipe));
	TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, recipe->photometric);
	TIFFSetField(tiff, TIFFTAG_PLANARCONFIG,
		     recipe->separate ? PLANARCONFIG_SEPARATE : PLANARCONFIG_CONTIG);
	TIFFSetField(tiff, TIFFTAG_COMPRESSION, compression);
	if (recipe->predictor)
		TIFFSetField(tiff, TIFFTAG_PREDICTOR, PREDICTOR_HORIZONTAL);
	if (recipe->photometric == PHOTOMETRIC_YCBCR)
		TIFFSetField(tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
	if (recipe->reversed)
		TIFFSetField(tiff, TIFFTAG_FILLORDER, FILLORDER_LSB2MSB);
	if (recipe->orientation != 0)
		TIFFSetField(tiff, TIFFTAG_ORIENTATION, recipe->orientation);
	if (recipe->sample_format != 0)
		TIFFSetField(tiff, TIFFTAG_SAMPLEFORMAT, recipe->sample_format);
	if (recipe->extras > 0) {
		kinds[recipe->extras - 1] = (uint16_t)recipe->extra_kind;
		TIFFSetField(tiff, TIFFTAG_EXTRASAMPLES, recipe->extras, kinds);
	}
	if (recipe->story) {
		TIFFSetField(tiff, TIFFTAG_MAKE, "A maker of cameras");
		TIFFSetField(tiff, TIFFTAG_EXIFIFD, (uint64_t)0);
	}
	if (recipe->icc != NULL)
		TIFFSetField(tiff, TIFFTAG_ICCPROFILE, recipe->icc->length, recipe->icc->bytes);
	if (recipe->photometric == PHOTOMETRIC_PALETTE)
		set_palette(tiff, recipe);
	if (recipe->tiled) {
		TIFFSetField(tiff, TIFFTAG_TILEWIDTH, TILE_WIDTH);
		TIFFSetField(tiff, TIFFTAG_TILELENGTH, TILE_HEIGHT);
	} else {
		TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP,
			     recipe->rows_per_strip != 0 ? recipe->rows_per_strip : recipe->height);
	}
	write_samples(tiff, recipe);
	assert_int_equal(TIFFWriteDirectory(tiff), 1);
}

/* An EXIF directory for the first page, which has a place for its offset. */
static void write_story(TIFF *tiff)
{
	uint64_t at;

	assert_int_equal(TIFFCreateEXIFDirectory(tiff), 0);
	TIFFSetField(tiff, EXIFTAG_EXPOSURETIME, 1.0 / 250);
	TIFFSetField(tiff, EXIFTAG_DATETIMEORIGINAL, "2026:11:20 16:00:00");
	TIFFSetField(tiff, EXIFTAG_MAKERNOTE, 5, "notes");
	assert_int_equal(TIFFWriteCustomDirectory(tiff, &at), 1);
	assert_int_equal(TIFFSetDirectory(tiff, 0), 1);
	TIFFSetField(tiff, TIFFTAG_EXIFIFD, at);
	assert_int_equal(TIFFRewriteDirectory(tiff), 1);
}

struct bytes make_tiff(const struct tiff_recipe *recipe)
{
	struct memory memory = {0};
	TIFF *tiff = TIFFClientOpen("test", recipe->mode != NULL ? recipe->mode : "w", &memory,
				    on_read, on_write, on_seek, on_close, on_size, NULL, NULL);
	struct tiff_recipe small = {
		.width = 8, .height = 4, .photometric = PHOTOMETRIC_RGB, .bits = 8};

	assert_non_null(tiff);
	for (unsigned i = 0; i < recipe->previews; i++)
		write_page(tiff, &small, true);
	write_page(tiff, recipe, false);
	for (unsigned i = 0; i < recipe->pages; i++)
		write_page(tiff, &small, false);
	if (recipe->story)
		write_story(tiff);
	TIFFClose(tiff);
	return memory.file;
}

size_t find_tiff_tag(const struct bytes *tiff, unsigned tag)
{
	uint32_t directory;
	uint16_t entries;

	memcpy(&directory, tiff->bytes + 4, 4);
	memcpy(&entries, tiff->bytes + directory, 2);
	for (size_t i = 0; i < entries; i++) {
		uint16_t found;

		memcpy(&found, tiff->bytes + directory + 2 + 12 * i, 2);
		if (found == tag)
			return directory + 2 + 12 * i;
	}
	fail_msg("no tag %u", tag);
	return 0;
}
