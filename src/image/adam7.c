/*
 * adam7.c - the passes of interlaced PNG files.
 */
#include "config.h"

#include "image/adam7.h"

#include <png.h>

/* Write each sample of a pass's row over the columns that it stands for. */
static void spread_samples(unsigned char *row, uint32_t width, int pass,
			   const unsigned char *samples, unsigned step)
{
	uint32_t block = 8u >> (pass + 1) / 2;
	uint32_t first = (uint32_t)PNG_PASS_START_COL(pass);
	uint32_t distance = 1u << PNG_PASS_COL_SHIFT(pass);

	for (uint32_t x = first; x < width; x += distance, samples += step)
		for (uint32_t i = x; i < x + block && i < width; i++)
			row[i] = *samples;
}

void adam7_spread_row(struct image *image, int pass, uint32_t pass_row,
		      const unsigned char *samples)
{
	const struct image_geometry *geometry = &image->geometry;
	uint32_t top = (uint32_t)PNG_PASS_START_ROW(pass) + (pass_row << PNG_PASS_ROW_SHIFT(pass));
	uint32_t block = 8u >> pass / 2;

	for (uint32_t y = top; y < top + block && y < geometry->height; y++)
		for (unsigned i = 0; i < geometry->nplanes; i++)
			spread_samples(image_row(image, i, y), geometry->width, pass, samples + i,
				       geometry->nplanes);
}
