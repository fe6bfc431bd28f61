/*
 * bmp_header.h - what the headers of a BMP file say, checked (floor: image; only for the BMP
 * files).
 *
 * Six headers have been in use, told apart by their size: OS/2 1.x (12), OS/2 2.x (16 to 64) and
 * Windows' (40, 52, 56, 108, 124). Sources: the descriptions of BITMAPFILEHEADER, BITMAPINFOHEADER,
 * BITMAPV4HEADER and BITMAPV5HEADER in the Windows API, and of BITMAPINFOHEADER2 in the OS/2
 * Presentation Manager's programming reference.
 */
#ifndef IMGTOP_IMAGE_BMP_HEADER_H
#define IMGTOP_IMAGE_BMP_HEADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { BMP_COLOURS = 256, BMP_MASKS = 4, BMP_ALPHA = 3 };

enum bmp_coding {
	BMP_PALETTE, /* 1, 2, 4 or 8 bits, packed */
	BMP_RLE4,
	BMP_RLE8,
	BMP_RLE24,
	BMP_MASKED, /* 16 or 32 bits with a mask for each colour */
	BMP_BGR,    /* 24 bits */
};

/* Where a colour's bits lie in a pixel of 16 or 32; no bits: the file has no such colour. */
struct bmp_mask {
	unsigned shift;
	unsigned bits;
};

struct bmp_header {
	enum bmp_coding coding;
	uint32_t width;
	uint32_t height;
	unsigned bits; /* per pixel */
	bool top_down;
	size_t row_bytes;		 /* of uncompressed rows, with their padding */
	size_t pixels_at;		 /* offset in the file */
	unsigned colours;		 /* that the palette holds */
	size_t palette_at;		 /* offset in the file */
	size_t entry_bytes;		 /* of a palette entry, blue first: 3 or 4 */
	struct bmp_mask mask[BMP_MASKS]; /* red, green, blue, alpha */
	size_t profile_at;		 /* offset in the file of an embedded colour profile */
	size_t profile_bytes;		 /* 0 = none */
	bool profile_is_cut;		 /* the file ends before it does */
	bool linked_profile;		 /* the profile is another file, which is not looked for */
};

/* Could a file that starts like this be a BMP? Looks at 16 bytes. */
bool bmp_recognises(const unsigned char *bytes, size_t length);

/* Read and check the headers. error: permanent, when they contradict themselves or ask for what is
 * not supported. Sizes are only checked to be above 0. */
int bmp_header_read(struct bmp_header *header, const unsigned char *bytes, size_t length,
		    struct err *err);

#endif
