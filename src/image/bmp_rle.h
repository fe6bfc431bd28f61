/*
 * bmp_rle.h - the run lengths of BMP files (floor: image; only for the BMP files).
 *
 * Run lengths need not say every pixel: they may jump ahead, and end early. What they leave out was
 * meant to show what the picture is drawn upon, and so it is transparent here.
 */
#ifndef IMGTOP_IMAGE_BMP_RLE_H
#define IMGTOP_IMAGE_BMP_RLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "image/bmp_header.h"
#include "image/image.h"

/* Red, green and blue of each index; black behind the last colour. */
struct bmp_palette {
	unsigned char plane[3][BMP_COLOURS];
};

enum bmp_rle_end {
	BMP_RLE_WHOLE,
	BMP_RLE_PADDED,	   /* runs of 8 bits went on through the padding of rows to 4 bytes */
	BMP_RLE_GAPS,	   /* as it should be, but some pixels were left out */
	BMP_RLE_SHORT,	   /* the data end in the middle */
	BMP_RLE_OUTSIDE,   /* a run went past a row's end or the last row: it was cut */
	BMP_RLE_NO_COLOUR, /* a colour that the palette has not: black */
	BMP_RLE_CANCELLED,
};

/* Decode into an RGBA picture of the header's size. `strict` stops at the first fault; else faults
 * are passed over and the first kind of them is returned. */
struct bmp_rle_input {
	const struct bmp_header *header;
	const struct bmp_palette *palette;
	const unsigned char *bytes;
	size_t length;
	bool strict;
	bool (*cancelled)(void *context); /* may be NULL */
	void *context;
};

enum bmp_rle_end bmp_rle_decode(const struct bmp_rle_input *input, struct image *image);

#endif
