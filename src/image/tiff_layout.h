/*
 * tiff_layout.h - what the tags of a TIFF page say of its samples, checked (floor: image; only for
 * the TIFF files).
 *
 * Source: TIFF 6.0, and its Technical Note 2 for JPEG.
 */
#ifndef IMGTOP_IMAGE_TIFF_LAYOUT_H
#define IMGTOP_IMAGE_TIFF_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "image/image.h"
#include "image/tiff_file.h"

enum tiff_kind {
	TIFF_GRAY,
	TIFF_PALETTE,
	TIFF_RGB,
	TIFF_CMYK,
	TIFF_YCBCR, /* not of JPEG: libtiff converts it to RGB */
};

/* How samples are read: in blocks of a tile, of a strip, or of a single row where a strip is too
 * large to be had at once. */
enum tiff_blocks { TIFF_TILES, TIFF_STRIPS, TIFF_ROWS };

enum { TIFF_SAMPLES = 5, TIFF_NO_ALPHA = -1 };

struct tiff_layout {
	enum tiff_kind kind;
	uint32_t width;
	uint32_t height;
	unsigned orientation;
	unsigned bits;	  /* per sample, 1 to 16 */
	unsigned stored;  /* samples per pixel in the file */
	unsigned colours; /* of them, the first ones: 1, 3 or 4 */
	int alpha;	  /* number of the sample that is, or TIFF_NO_ALPHA */
	bool associated;  /* alpha is multiplied into the colours */
	bool inverted;	  /* 0 is white */
	bool plain;	  /* neither compressed nor subsampled */
	bool separate;	  /* each sample has its own plane */
	enum tiff_blocks blocks;
	uint32_t block_width;
	uint32_t block_height;
	uint32_t strip_rows; /* of a strip that is read row by row */
	size_t row_bytes;    /* of a block; of one plane when they are separate */
	size_t block_bytes;  /* likewise */
};

/* Read and check the tags of the open page, and make libtiff convert what it is to convert. The
 * size is not checked against the limits.
 *   error: permanent */
int tiff_layout_read(struct tiff_layout *layout, const struct tiff_file *file, struct err *err);

enum image_format tiff_layout_format(const struct tiff_layout *layout);

/* Planes that a block is read in. */
unsigned tiff_layout_planes(const struct tiff_layout *layout);

#endif
