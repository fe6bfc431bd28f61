/*
 * tiff_samples.h - from the samples of a TIFF file to planes of 8 bits (floor: image; only for the
 * TIFF files).
 */
#ifndef IMGTOP_IMAGE_TIFF_SAMPLES_H
#define IMGTOP_IMAGE_TIFF_SAMPLES_H

#include <stdint.h>

#include "image/colour.h"
#include "image/image.h"
#include "image/tiff_file.h"
#include "image/tiff_layout.h"

enum { TIFF_TABLE = 256 };

struct tiff_samples {
	const struct tiff_layout *layout;
	unsigned char table[TIFF_TABLE]; /* from a sample of up to 8 bits */
	unsigned char palette[3][TIFF_TABLE];
	unsigned char *scratch;	     /* tiff_samples_scratch bytes; the caller's */
	const struct colour *colour; /* prepared for the inks, or NULL; the caller's */
};

/* Bytes of scratch that rows of block_width pixels need. */
size_t tiff_samples_scratch(const struct tiff_layout *layout);

/* Make the tables. error: permanent, for a palette that is not there */
int tiff_samples_init(struct tiff_samples *samples, const struct tiff_layout *layout,
		      const struct tiff_file *file, unsigned char *scratch, struct err *err);

/* Where a part of a row goes. */
struct tiff_part {
	uint32_t x;
	uint32_t y;
	uint32_t count;
};

/* Convert the first `count` pixels of a block's row; `rows` has it in each plane that blocks are
 * read in. */
void tiff_samples_convert(const struct tiff_samples *samples, const unsigned char *const *rows,
			  const struct tiff_part *part, struct image *image);

/* The same for pixels that libtiff converted itself. */
void tiff_samples_take_rgb(const uint32_t *pixels, const struct tiff_part *part,
			   struct image *image);

#endif
