/*
 * bmp_files.c - BMP files of every kind, and the pixels that they must give.
 *
 * The decoder is not looked at here, nor does it share a line: sizes, offsets and roundings are
 * stated once more.
 */
#include "config.h"

#include "bmp_files.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { RLE8 = 1, RLE4 = 2, OS2_RLE24 = 4, ALPHA_MASKS = 6 };

/* ---- a growing file ---- */

static void put(struct bytes *file, const void *bytes, size_t length)
{
	file->bytes = mem_realloc(file->bytes, file->length + length, 1);
	memcpy(file->bytes + file->length, bytes, length);
	file->length += length;
}

static void put_number(struct bytes *file, uint32_t value, unsigned bytes)
{
	for (; bytes > 0; bytes--, value >>= 8)
		put(file, &(unsigned char){(unsigned char)value}, 1);
}

static void put_filler(struct bytes *file, size_t count, unsigned char value)
{
	for (; count > 0; count--)
		put(file, &value, 1);
}

static void set_32(struct bytes *file, size_t at, uint32_t value)
{
	for (unsigned i = 0; i < 4; i++)
		file->bytes[at + i] = (unsigned char)(value >> 8 * i);
}

uint32_t bmp_pixels_at(const struct bytes *bmp)
{
	return bmp->bytes[10] | (uint32_t)bmp->bytes[11] << 8 | (uint32_t)bmp->bytes[12] << 16;
}

/* ---- what is in the picture ---- */

static unsigned scramble(uint32_t x, uint32_t y, unsigned channel)
{
	unsigned mixed = x * 2654435u + y * 40503u + channel * 9973u + 17;

	return mixed ^ mixed >> 7;
}

static unsigned index_at(const struct bmp_recipe *recipe, uint32_t x, uint32_t y)
{
	unsigned indices = recipe->in_use != 0 ? recipe->in_use : recipe->colours;

	if (indices > 1u << recipe->bits)
		indices = 1u << recipe->bits;
	/* Runs, alternating pairs and noise. */
	switch (x / 11 % 3) {
	case 0:
		return (x / 5 + y) % indices;
	case 1:
		return (x % 2 + y) % indices;
	default:
		return scramble(x, y, 0) % indices;
	}
}

static void palette_at(unsigned index, unsigned char rgb[3])
{
	rgb[0] = (unsigned char)(index * 3 + 9);
	rgb[1] = (unsigned char)(255 - index);
	rgb[2] = (unsigned char)(index * 7);
}

/* Masks that hold where the file has none. */
static void masks_of(const struct bmp_recipe *recipe, uint32_t mask[4])
{
	static const uint32_t of_16[4] = {0x7c00, 0x03e0, 0x001f};
	static const uint32_t of_32[4] = {0xff0000, 0x00ff00, 0x0000ff};

	if (recipe->compression != 0)
		memcpy(mask, recipe->mask, sizeof recipe->mask);
	else
		memcpy(mask, recipe->bits == 16 ? of_16 : of_32, sizeof of_16);
}

static uint32_t largest_of(uint32_t mask)
{
	while (mask != 0 && mask % 2 == 0)
		mask /= 2;
	return mask;
}

static uint32_t sample_at(const struct bmp_recipe *recipe, uint32_t x, uint32_t y, unsigned channel,
			  uint32_t largest)
{
	if (channel == 3 && recipe->clear)
		return 0;
	/* Both ends of the range must occur, and alpha in the smallest picture. */
	if ((x + y + channel % 3) % 5 == 0)
		return largest;
	return (uint32_t)((uint64_t)scramble(x, y, channel) * 2654435761u >> 7 & UINT32_MAX) %
	       (largest / 2 + 1) * ((x + y) % 2 + 1);
}

static uint32_t pixel_at(const struct bmp_recipe *recipe, uint32_t x, uint32_t y)
{
	uint32_t pixel = recipe->unused;
	uint32_t mask[4];

	masks_of(recipe, mask);
	for (unsigned i = 0; i < 4; i++) {
		uint32_t largest = largest_of(mask[i]);

		if (mask[i] != 0)
			pixel |= sample_at(recipe, x, y, i, largest) * (mask[i] / largest);
	}
	return pixel;
}

static void colour_at(uint32_t x, uint32_t y, unsigned char rgb[3])
{
	for (unsigned i = 0; i < 3; i++)
		rgb[i] = (unsigned char)(x / 7 % 2 == 0 ? 40 * i + y : scramble(x, y, i));
}

static bool is_run_length(const struct bmp_recipe *recipe)
{
	return (recipe->bits == 8 && recipe->compression == RLE8) ||
	       (recipe->bits == 4 && recipe->compression == RLE4) ||
	       (recipe->bits == 24 && recipe->compression == OS2_RLE24);
}

/* y counts from the bottom here. */
static bool is_hole(const struct bmp_recipe *recipe, uint32_t x, uint32_t y)
{
	return recipe->holes && (y % 7 == 2 || (x + 2 * y) % 13 < 3);
}

bool bmp_has_alpha(const struct bmp_recipe *recipe)
{
	return is_run_length(recipe) || ((recipe->bits == 16 || recipe->bits == 32) &&
					 recipe->compression != 0 && recipe->mask[3] != 0);
}

void bmp_expected(const struct bmp_recipe *recipe, uint32_t height, uint32_t x, uint32_t y,
		  unsigned char rgba[4])
{
	uint32_t up = height - 1 - y;
	uint32_t mask[4];

	rgba[3] = 255;
	if (is_run_length(recipe) &&
	    (is_hole(recipe, x, up) || (recipe->rows != 0 && up >= recipe->rows))) {
		rgba[3] = 0;
		return;
	}
	if (recipe->bits <= 8) {
		palette_at(index_at(recipe, x, y), rgba);
		return;
	}
	if (recipe->bits == 24) {
		colour_at(x, y, rgba);
		return;
	}
	masks_of(recipe, mask);
	for (unsigned i = 0; i < 4; i++) {
		uint32_t largest = largest_of(mask[i]);

		if (mask[i] != 0)
			rgba[i] = (unsigned char)lround(
				255.0 * sample_at(recipe, x, y, i, largest) / largest);
	}
	/* What would be invisible as a whole is shown. */
	if (recipe->clear)
		rgba[3] = 255;
}

/* ---- rows as they are ---- */

static void put_row(struct bytes *file, const struct bmp_recipe *recipe, uint32_t width, uint32_t y)
{
	size_t start = file->length;
	unsigned pending = 0;
	unsigned char rgb[3];

	for (uint32_t x = 0; x < width; x++) {
		if (recipe->bits <= 8) {
			unsigned last = 8 / recipe->bits - 1;

			pending = pending << recipe->bits | index_at(recipe, x, y);
			if (x % (last + 1) == last || x + 1 == width) {
				pending <<= recipe->bits * (last - x % (last + 1));
				put_number(file, pending, 1);
				pending = 0;
			}
		} else if (recipe->bits == 24) {
			colour_at(x, y, rgb);
			put(file, (unsigned char[]){rgb[2], rgb[1], rgb[0]}, 3);
		} else {
			put_number(file, pixel_at(recipe, x, y), recipe->bits / 8);
		}
	}
	put_filler(file, (4 - (file->length - start) % 4) % 4, 0xee);
}

/* ---- run lengths ---- */

/* A pixel as a number that can be compared. */
static uint32_t value_at(const struct bmp_recipe *recipe, uint32_t x, uint32_t y)
{
	unsigned char rgb[3];

	if (recipe->bits <= 8)
		return index_at(recipe, x, y);
	colour_at(x, y, rgb);
	return rgb[2] | (uint32_t)rgb[1] << 8 | (uint32_t)rgb[0] << 16;
}

/* How many pixels from x on go on as a run: of one value, in 4 bits also of two in turns. */
static unsigned run_at(const struct bmp_recipe *recipe, uint32_t x, uint32_t y, uint32_t end)
{
	unsigned period = recipe->bits == 4 ? 2 : 1;
	unsigned run = 1;

	while (run < 255 && x + run < end &&
	       (run < period ||
		value_at(recipe, x + run, y) == value_at(recipe, x + run - period, y)))
		run++;
	return run;
}

static void put_run(struct bytes *file, const struct bmp_recipe *recipe, uint32_t x, uint32_t y,
		    unsigned run)
{
	uint32_t first = value_at(recipe, x, y);

	put_number(file, run, 1);
	if (recipe->bits == 4)
		put_number(file, first << 4 | (run > 1 ? value_at(recipe, x + 1, y) : 0), 1);
	else
		put_number(file, first, recipe->bits / 8);
}

static void put_as_they_are(struct bytes *file, const struct bmp_recipe *recipe, uint32_t x,
			    uint32_t y, unsigned count)
{
	size_t start;

	put_number(file, 0, 1);
	put_number(file, count, 1);
	start = file->length;
	for (unsigned i = 0; i < count; i++) {
		uint32_t value = value_at(recipe, x + i, y);

		if (recipe->bits != 4)
			put_number(file, value, recipe->bits / 8);
		else if (i % 2 == 0)
			put_number(file, value << 4, 1);
		else
			file->bytes[file->length - 1] |= (unsigned char)value;
	}
	put_filler(file, (file->length - start) % 2, 0xee);
}

/* Pixels x .. end - 1 of a row. */
static void put_stretch(struct bytes *file, const struct bmp_recipe *recipe, uint32_t x,
			uint32_t end, uint32_t y)
{
	while (x < end) {
		unsigned run = run_at(recipe, x, y, end);
		unsigned count = 0;

		while (run < 4 && count < 255 && x + count < end &&
		       run_at(recipe, x + count, y, end) < 4)
			count++;
		/* Fewer than three cannot be told from escapes. */
		if (count >= 3) {
			put_as_they_are(file, recipe, x, y, count);
			x += count;
		} else {
			put_run(file, recipe, x, y, run);
			x += run;
		}
	}
}

static void put_run_lengths(struct bytes *file, const struct bmp_recipe *recipe, uint32_t width,
			    uint32_t height)
{
	uint32_t rows = recipe->rows != 0 && recipe->rows < height ? recipe->rows : height;
	uint32_t jump_rows = 0;

	for (uint32_t up = 0; up < rows; up++) {
		uint32_t at = 0; /* where the file's pen is */

		if (recipe->holes && up % 7 == 2 && up + 1 < rows) {
			jump_rows++;
			continue;
		}
		for (uint32_t x = 0; x < width;) {
			uint32_t end = x;

			while (end < width && !is_hole(recipe, end, up))
				end++;
			if (end > x && (x != at || jump_rows != 0))
				put(file,
				    (unsigned char[]){0, 2, (unsigned char)(x - at),
						      (unsigned char)jump_rows},
				    4);
			if (end > x) {
				put_stretch(file, recipe, x, end, height - 1 - up);
				at = end;
				jump_rows = 0;
			}
			for (x = end; x < width && is_hole(recipe, x, up);)
				x++;
		}
		put_number(file, 0, 2);
	}
	put_number(file, 0x0100, 2);
}

/* ---- headers ---- */

static void put_info_header(struct bytes *file, const struct bmp_recipe *recipe, uint32_t width,
			    uint32_t height)
{
	size_t start = file->length;
	bool small = recipe->header_bytes == 12;

	put_number(file, recipe->header_bytes, 4);
	put_number(file, width, small ? 2 : 4);
	put_number(file, recipe->top_down ? 0 - height : height, small ? 2 : 4);
	put_number(file, 1, 2);
	put_number(file, recipe->bits, 2);
	if (!small) {
		put_number(file, recipe->compression, 4);
		put_number(file, 0, 4);
		put_number(file, 2835, 4);
		put_number(file, 2835, 4);
		put_number(file, recipe->told ? recipe->colours : 0, 4);
		put_number(file, 0, 4);
		if (recipe->header_bytes > 40)
			for (unsigned i = 0; i < 4; i++)
				put_number(file, recipe->mask[i], 4);
		if (recipe->header_bytes >= 108)
			put_number(file, recipe->colour_space, 4);
	}
	if (file->length > start + recipe->header_bytes)
		file->length = start + recipe->header_bytes;
	put_filler(file, start + recipe->header_bytes - file->length, 0);
	for (unsigned i = 0; i < recipe->masks; i++)
		put_number(file, recipe->mask[i], 4);
}

static void put_palette(struct bytes *file, const struct bmp_recipe *recipe)
{
	for (unsigned i = 0; i < recipe->colours; i++) {
		unsigned char rgb[3];

		palette_at(i, rgb);
		put(file, (unsigned char[]){rgb[2], rgb[1], rgb[0], 0},
		    recipe->header_bytes == 12 ? 3 : 4);
	}
}

static void put_profile(struct bytes *file)
{
	unsigned char profile[BMP_PROFILE_BYTES];

	for (unsigned i = 0; i < sizeof profile; i++)
		profile[i] = (unsigned char)i;
	memcpy(profile, "\0\0\0\xc8", 4);
	memcpy(profile + 12, "mntrRGB XYZ ", 12);
	memcpy(profile + 36, "acsp", 4);
	set_32(file, 14 + 112, (uint32_t)file->length - 14);
	set_32(file, 14 + 116, sizeof profile);
	put(file, profile, sizeof profile);
}

struct bytes make_bmp(const struct bmp_recipe *recipe, uint32_t width, uint32_t height)
{
	struct bytes file = {0};

	put(&file, "BM", 2);
	put_filler(&file, 12, 0);
	put_info_header(&file, recipe, width, height);
	put_palette(&file, recipe);
	put_filler(&file, recipe->gap, 0xdd);
	set_32(&file, 10, (uint32_t)file.length);
	if (is_run_length(recipe))
		put_run_lengths(&file, recipe, width, height);
	else
		for (uint32_t i = 0; i < height; i++)
			put_row(&file, recipe, width, recipe->top_down ? i : height - 1 - i);
	if (recipe->profile)
		put_profile(&file);
	set_32(&file, 2, (uint32_t)file.length);
	return file;
}
