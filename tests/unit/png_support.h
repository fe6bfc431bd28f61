/*
 * png_support.h - PNG files for the tests: every kind of sample, and chunks put in by hand.
 */
#ifndef IMGTOP_TESTS_PNG_SUPPORT_H
#define IMGTOP_TESTS_PNG_SUPPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "image_support.h"

struct png_recipe {
	uint32_t width;
	uint32_t height;
	int colours; /* PNG_COLOR_TYPE_... */
	int depth;
	bool interlaced;
	bool transparent; /* grey and RGB: the colour of (0, 0) is; palette: index i has alpha 255 -
			     i */
	const struct bytes *icc;
	const char *text; /* for a compressed text chunk */
};

struct bytes make_png(const struct png_recipe *recipe);

/* The 8-bit RGBA value that decoding must give at (x, y); grey in all three. */
void png_expected(const struct png_recipe *recipe, uint32_t x, uint32_t y, unsigned char rgba[4]);

/* Put a chunk with a right CRC before the first chunk of type `before`. */
void insert_chunk(struct bytes *png, const char *before, const char *type, const void *content,
		  size_t length);

/* Offset of the first chunk of a type (of its length field). */
size_t find_png_chunk(const struct bytes *png, const char *type);

/* Make the CRC of the chunk at an offset right again. */
void fix_crc(struct bytes *png, size_t chunk);

#endif
