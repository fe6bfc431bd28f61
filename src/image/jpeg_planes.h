/*
 * jpeg_planes.h - a JPEG file as the planes that it is made of (floor: image; only for the JPEG
 * files).
 *
 * Most pictures are stored as they will be stored again: brightness at full size, colour at half.
 * Handed on as they are, they need neither colour conversion nor enlarged chroma, and each plane
 * is scaled down in its inverse transform as far as its own use allows.
 */
#ifndef IMGTOP_IMAGE_JPEG_PLANES_H
#define IMGTOP_IMAGE_JPEG_PLANES_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h> /* jpeglib.h needs FILE */

#include <jpeglib.h>

#include "image/codec.h"
#include "image/image.h"

enum { JPEG_PLANES_MAX = 3 };

/* N of the scale N/8 of each plane: 1, 2, 4 or 8, those that have fast code. */
struct jpeg_planes {
	unsigned nplanes;
	int scale[JPEG_PLANES_MAX];
};

/*
 * With the header read: may the picture be decoded to planes for this input's output? It may when
 * the output's chroma cells are named, the picture is stored as YCbCr or grey, and no chroma plane
 * has more samples than the luma plane, either way.
 */
bool jpeg_planes_suit(const struct jpeg_decompress_struct *cinfo, const struct codec_input *input);

/*
 * Choose each plane's scale, the smallest that is good enough for its use (see jpeg_scale.h), set
 * the decoder up for it and describe what it will give. orientation: of the picture, 1..8
 */
void jpeg_planes_plan(struct jpeg_decompress_struct *cinfo, const struct codec_input *input,
		      unsigned orientation, struct jpeg_planes *planes,
		      struct image_geometry *geometry);

/* Once the decoder is started: make it use the planned scales, where libjpeg would enlarge chroma
 * to the size of luma as far as a smaller reduction does that. */
void jpeg_planes_start(struct jpeg_decompress_struct *cinfo, const struct jpeg_planes *planes);

/* Rows of a plane that one row of MCUs holds. */
unsigned jpeg_planes_mcu_rows(const struct jpeg_decompress_struct *cinfo,
			      const struct jpeg_planes *planes, unsigned plane);

/* Where the rows of a plane go. */
struct jpeg_rows {
	unsigned char *start;
	size_t stride; /* multiple of IMAGE_ALIGNMENT */
	uint32_t room; /* rows */
	bool wraps;    /* row r lies at row r modulo room; else there is none beyond the room */
};

static inline unsigned char *jpeg_rows_at(const struct jpeg_rows *rows, uint32_t row)
{
	return rows->start + (rows->wraps ? row % rows->room : row) * rows->stride;
}

/*
 * Decode the next row of MCUs.
 *   to:    for each plane
 *   spare: takes rows that there is no room for; as long as the longest of them
 */
void jpeg_planes_read(struct jpeg_decompress_struct *cinfo, const struct jpeg_planes *planes,
		      const struct jpeg_rows *to, unsigned char *spare);

#endif
