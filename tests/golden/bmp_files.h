/*
 * bmp_files.h - BMP files of every kind, written from the format's description, and the pixels that
 * they must give.
 */
#ifndef IMGTOP_TESTS_BMP_FILES_H
#define IMGTOP_TESTS_BMP_FILES_H

#include <stdbool.h>
#include <stdint.h>

#include "image_support.h"

struct bmp_recipe {
	const char *name;
	unsigned header_bytes; /* of the header behind the file's own: 12, 16..64, 108, 124 */
	unsigned bits;
	unsigned compression; /* as it stands in the file */
	unsigned colours;     /* that the palette holds, whatever the depth */
	bool told;	      /* the header says how many */
	unsigned in_use;      /* indices 0..in_use - 1 occur; 0 = all that the palette holds */
	uint32_t mask[4];     /* red, green, blue, alpha */
	unsigned masks;	      /* that are written behind a header of 40 bytes */
	uint32_t unused;      /* bits that are set in every pixel and mean nothing */
	bool top_down;
	unsigned gap;  /* bytes between palette and pixels */
	bool holes;    /* run lengths jump over some pixels */
	unsigned rows; /* run lengths end after so many rows; 0 = all */
	uint32_t colour_space;
	bool profile; /* embedded */
	bool clear;   /* alpha is 0 everywhere */
};

struct bytes make_bmp(const struct bmp_recipe *recipe, uint32_t width, uint32_t height);

/* The RGBA value that decoding must give; an alpha of 0 stands for any colour. */
void bmp_expected(const struct bmp_recipe *recipe, uint32_t height, uint32_t x, uint32_t y,
		  unsigned char rgba[4]);

/* Does it give alpha at all? */
bool bmp_has_alpha(const struct bmp_recipe *recipe);

/* Length of the profile that is embedded; its bytes are 0, 1, 2 ... but for what makes it one for
 * RGB. */
enum { BMP_PROFILE_BYTES = 200 };

/* Offset of the pixels, from the file's header. */
uint32_t bmp_pixels_at(const struct bytes *bmp);

#endif
