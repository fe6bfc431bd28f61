/*
 * tiff_samples.c - from the samples of a TIFF file to planes of 8 bits.
 *
 * Samples of other than 8 and 16 bits lie one behind the other without gaps, the highest bit first;
 * those of 16 bits were put into this machine's order by libtiff.
 */
#include "config.h"

#include "image/tiff_samples.h"

#include <string.h>

enum { OPAQUE = 255, ALPHA_PLANE = 3, RGB = 3, INKS = 4 };

/* One sample out of each pixel of a row. */
struct column {
	const unsigned char *row;
	unsigned first; /* number of the sample in the first pixel */
	unsigned step;	/* samples from pixel to pixel */
};

static unsigned stretch(unsigned sample, unsigned bits)
{
	unsigned most = (1u << bits) - 1;

	return (sample * 510 + most) / (2 * most);
}

static unsigned divide(unsigned a, unsigned b)
{
	unsigned quotient = (a * OPAQUE + b / 2) / b;

	return quotient < OPAQUE ? quotient : OPAQUE;
}

/* Some writers put 8 bits where 16 belong: then no entry uses more. */
static int read_palette(struct tiff_samples *samples, const struct tiff_file *file, struct err *err)
{
	unsigned colours = 1u << samples->layout->bits;
	uint16_t *map[3];
	unsigned largest = 0;

	if (!file->libtiff->get(file->tiff, TIFFTAG_COLORMAP, &map[0], &map[1], &map[2]))
		return err_permanent(err, "damaged TIFF: no palette");
	for (unsigned i = 0; i < 3; i++)
		for (unsigned k = 0; k < colours; k++)
			largest = map[i][k] > largest ? map[i][k] : largest;
	for (unsigned i = 0; i < 3; i++)
		for (unsigned k = 0; k < colours; k++)
			samples->palette[i][k] =
				(unsigned char)(largest < TIFF_TABLE ? map[i][k]
								     : stretch(map[i][k], 16));
	return 0;
}

size_t tiff_samples_scratch(const struct tiff_layout *layout)
{
	return (layout->kind == TIFF_CMYK ? 1 + INKS + RGB : 1) * (size_t)layout->block_width;
}

int tiff_samples_init(struct tiff_samples *samples, const struct tiff_layout *layout,
		      const struct tiff_file *file, unsigned char *scratch, struct err *err)
{
	*samples = (struct tiff_samples){.layout = layout, .scratch = scratch};
	if (layout->bits <= 8)
		for (unsigned i = 0; i < 1u << layout->bits; i++)
			samples->table[i] = (unsigned char)(layout->kind == TIFF_PALETTE
								    ? i
								    : stretch(i, layout->bits));
	return layout->kind == TIFF_PALETTE ? read_palette(samples, file, err) : 0;
}

static unsigned read_bits(const unsigned char *row, uint64_t at, unsigned bits)
{
	uint64_t last = at + bits - 1;
	unsigned value = 0;

	for (uint64_t i = at / 8; i <= last / 8; i++)
		value = value << 8 | row[i];
	return value >> (7 - last % 8) & ((1u << bits) - 1);
}

static void unpack(const struct tiff_samples *samples, const struct column *column, uint32_t count,
		   unsigned char *restrict to)
{
	unsigned bits = samples->layout->bits;
	unsigned step = column->step;
	const unsigned char *table = samples->table;

	if (bits == 8) {
		const unsigned char *from = column->row + column->first;

		for (uint32_t i = 0; i < count; i++)
			to[i] = from[(size_t)i * step];
	} else if (bits == 16) {
		const unsigned char *from = column->row + 2 * (size_t)column->first;

		for (uint32_t i = 0; i < count; i++, from += 2 * (size_t)step) {
			uint16_t sample;

			memcpy(&sample, from, sizeof sample);
			/* As stretch, but for the division. */
			to[i] = (unsigned char)((sample * 255u + 32895) >> 16);
		}
	} else {
		uint64_t at = (uint64_t)column->first * bits;

		for (uint32_t i = 0; i < count; i++, at += (uint64_t)step * bits) {
			unsigned sample = read_bits(column->row, at, bits);

			to[i] = (unsigned char)(bits < 8 ? table[sample] : stretch(sample, bits));
		}
	}
}

static struct column column_of(const struct tiff_layout *layout, const unsigned char *const *rows,
			       unsigned sample)
{
	if (layout->separate)
		return (struct column){rows[sample], 0, 1};
	return (struct column){rows[0], sample, layout->stored};
}

/* Colours of a palette, in place of the indices in scratch. */
static void look_up(const struct tiff_samples *samples, const struct tiff_part *part,
		    struct image *image)
{
	for (unsigned i = 0; i < 3; i++) {
		unsigned char *to = image_row(image, i, part->y) + part->x;

		for (uint32_t x = 0; x < part->count; x++)
			to[x] = samples->palette[i][samples->scratch[x]];
	}
}

static void print_inks(const struct tiff_samples *samples, const unsigned char *const *rows,
		       const struct tiff_part *part, struct image *image)
{
	unsigned char *plane = samples->scratch;
	unsigned char *inks = plane + samples->layout->block_width;
	unsigned char *rgb = inks + INKS * (size_t)samples->layout->block_width;

	for (unsigned i = 0; i < INKS; i++) {
		struct column column = column_of(samples->layout, rows, i);

		unpack(samples, &column, part->count, plane);
		for (uint32_t x = 0; x < part->count; x++)
			inks[INKS * (size_t)x + i] = plane[x];
	}
	if (samples->colour != NULL)
		colour_convert(samples->colour, inks, rgb, part->count);
	else
		colour_convert_plainly(COLOUR_CMYK, inks, rgb, part->count);
	for (unsigned i = 0; i < RGB; i++) {
		unsigned char *row = image_row(image, i, part->y) + part->x;

		for (uint32_t x = 0; x < part->count; x++)
			row[x] = rgb[RGB * (size_t)x + i];
	}
}

static void convert_colours(const struct tiff_samples *samples, const unsigned char *const *rows,
			    const struct tiff_part *part, struct image *image)
{
	const struct tiff_layout *layout = samples->layout;
	struct column column;

	if (layout->kind == TIFF_PALETTE) {
		column = column_of(layout, rows, 0);
		unpack(samples, &column, part->count, samples->scratch);
		look_up(samples, part, image);
		return;
	}
	if (layout->kind == TIFF_CMYK) {
		print_inks(samples, rows, part, image);
		return;
	}
	for (unsigned i = 0; i < layout->colours; i++) {
		unsigned char *to = image_row(image, i, part->y) + part->x;

		column = column_of(layout, rows, i);
		unpack(samples, &column, part->count, to);
		for (uint32_t x = 0; layout->inverted && x < part->count; x++)
			to[x] = (unsigned char)(OPAQUE - to[x]);
	}
}

static void convert_alpha(const struct tiff_samples *samples, const unsigned char *const *rows,
			  const struct tiff_part *part, struct image *image)
{
	const struct tiff_layout *layout = samples->layout;
	struct column column = column_of(layout, rows, (unsigned)layout->alpha);
	unsigned char *alpha = image_row(image, ALPHA_PLANE, part->y) + part->x;

	unpack(samples, &column, part->count, alpha);
	for (unsigned i = 0; i < ALPHA_PLANE; i++) {
		unsigned char *row = image_row(image, i, part->y) + part->x;

		if (layout->kind == TIFF_GRAY && i > 0)
			memcpy(row, image_row(image, 0, part->y) + part->x, part->count);
		else if (layout->associated)
			for (uint32_t x = 0; x < part->count; x++)
				if (alpha[x] != 0)
					row[x] = (unsigned char)divide(row[x], alpha[x]);
	}
}

void tiff_samples_convert(const struct tiff_samples *samples, const unsigned char *const *rows,
			  const struct tiff_part *part, struct image *image)
{
	convert_colours(samples, rows, part, image);
	if (samples->layout->alpha != TIFF_NO_ALPHA)
		convert_alpha(samples, rows, part, image);
}

void tiff_samples_take_rgb(const uint32_t *pixels, const struct tiff_part *part,
			   struct image *image)
{
	for (unsigned i = 0; i < 3; i++) {
		unsigned char *to = image_row(image, i, part->y) + part->x;

		for (uint32_t x = 0; x < part->count; x++)
			to[x] = (unsigned char)(pixels[x] >> 8 * i);
	}
}
