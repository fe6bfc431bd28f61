/*
 * planes.h - between interleaved rows, as libraries have them, and planes (floor: image).
 */
#ifndef IMGTOP_IMAGE_PLANES_H
#define IMGTOP_IMAGE_PLANES_H

#include <stdint.h>

#include "image/image.h"

/* Put the interleaved samples of one row into row y of all planes. */
void planes_split_row(struct image *image, uint32_t y, const unsigned char *samples);

/* The same for `count` pixels from column `left` on. */
void planes_split_part(struct image *image, uint32_t left, uint32_t y, uint32_t count,
		       const unsigned char *samples);

/* Gather row y of an RGB picture as three samples per pixel. */
void planes_join_row(const struct image *image, uint32_t y, unsigned char *samples);

/* What is shown where damaged data left nothing: mid-grey, opaque. */
void planes_fill_grey(struct image *image);

#endif
