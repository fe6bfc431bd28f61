/*
 * image.h - a picture in memory that somebody else owns (floor: image).
 *
 * A picture is one to four planes of 8-bit samples, never interleaved: resizing, turning, patching
 * and padding are then one loop each, the same for grey, RGB, alpha and subsampled YCbCr.
 *
 * Its description, struct image_geometry, holds numbers and offsets only. It may be stored beside
 * the samples in memory that several processes map at different addresses, and it is believed
 * only after image_place has checked every number against the room there is.
 *
 * No call allocates; any thread may work on its own images.
 */
#ifndef IMGTOP_IMAGE_IMAGE_H
#define IMGTOP_IMAGE_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum {
	IMAGE_PLANES = 4,
	IMAGE_ALIGNMENT = 64,	/* bytes: of every plane's start and stride */
	IMAGE_ROW_PADDING = 16, /* rows are allocated in multiples of the tallest MCU */
	IMAGE_SIDE_MAX = 65535, /* pixels */
	IMAGE_AVERAGED_MAX = 8,
};

enum image_format {
	IMAGE_GRAY8,  /* 1 plane */
	IMAGE_RGB8,   /* 3 planes: red, green, blue */
	IMAGE_RGBA8,  /* 4 planes, alpha not multiplied in */
	IMAGE_YCBCR8, /* 3 planes, JPEG's full range; the chroma planes may have other sizes */
	IMAGE_FORMATS,
};

/* A rectangle in samples of its plane; pixel i covers i .. i + 1. */
struct image_box {
	double x;
	double y;
	double width;
	double height;
};

struct image_plane {
	uint64_t offset;  /* of the first sample from the base, multiple of IMAGE_ALIGNMENT */
	uint32_t stride;  /* bytes from row to row, multiple of IMAGE_ALIGNMENT */
	uint32_t columns; /* samples that were decoded or computed */
	uint32_t rows;
	uint32_t room_rows; /* allocated, >= rows */
	uint32_t averaged;  /* each sample is the mean of so many a side, 1..8, of the picture as
			     * it was stored; 1 = it is one of those */
	uint32_t reserved;
	struct image_box box; /* the part that is the picture; fractional after DCT scaling */
};

struct image_geometry {
	uint32_t format; /* enum image_format */
	uint32_t nplanes;
	uint32_t width; /* of plane 0, in pixels */
	uint32_t height;
	uint32_t full_width; /* of the picture before the decoder scaled it down */
	uint32_t full_height;
	uint32_t orientation; /* 1..8 as in EXIF: how to turn it upright; 1 = it is */
	uint32_t reserved;
	uint64_t bytes; /* that all planes need */
	struct image_plane plane[IMAGE_PLANES];
};

/* Do both say the same, to the last bit of the boxes? */
bool image_geometry_equals(const struct image_geometry *a, const struct image_geometry *b);

struct image {
	struct image_geometry geometry;
	unsigned char *data[IMAGE_PLANES];
};

/* Some rows of a plane that is not there as a whole: rows 0 .. end - 1 have been there, of which
 * the last ones still are, row r at row r modulo `rows` of the memory. */
struct image_rows {
	const unsigned char *start;
	size_t stride; /* multiple of IMAGE_ALIGNMENT */
	uint32_t rows;
	uint32_t end;
};

/* So many pixels share one chroma sample. */
struct image_cell {
	uint8_t columns;
	uint8_t rows;
};

struct image_colour {
	uint8_t red;
	uint8_t green;
	uint8_t blue;
};

/* Planes that a format has. */
unsigned image_format_planes(enum image_format format);

/* Describe a picture whose planes all have width x height samples (both 1..IMAGE_SIDE_MAX),
 * upright, with the whole plane as its box. */
void image_geometry_init(struct image_geometry *geometry, enum image_format format, uint32_t width,
			 uint32_t height);

/*
 * Describe an upright YCbCr picture whose chroma planes have one sample for each cell of pixels.
 *   chroma: columns and rows of the cell; both 1 = chroma at full size
 * Where the cells do not divide the picture, the last of them reach beyond it: there are as many
 * samples as it takes, and the box, in fractions of a sample, ends where the picture does.
 */
void image_geometry_init_ycbcr(struct image_geometry *geometry, uint32_t width, uint32_t height,
			       struct image_cell chroma);

/* Place the planes one after the other and sum up bytes; for those who set columns, rows and boxes
 * of each plane themselves. */
void image_geometry_layout(struct image_geometry *geometry);

/* Are format, sides and orientation such as there are? Says nothing of the planes. */
bool image_header_is_sane(const struct image_geometry *geometry);

/*
 * Make an image of numbers that came from elsewhere and the memory that holds, or will hold, its
 * samples.
 *   base:  aligned to IMAGE_ALIGNMENT, room bytes
 *   error: permanent, when the numbers describe nothing that lies within the room
 *   owner: the samples stay the caller's
 */
int image_place(const struct image_geometry *geometry, void *base, size_t room, struct image *image,
		struct err *err);

/* Repeat each plane's last column and row into its padding, so that neither an older picture nor
 * a hard edge is found there by what reads whole blocks. */
void image_pad(struct image *image);

/* Start of a row of a plane. */
static inline unsigned char *image_row(const struct image *image, unsigned plane, uint32_t row)
{
	return image->data[plane] + (size_t)row * image->geometry.plane[plane].stride;
}

#endif
