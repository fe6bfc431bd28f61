/*
 * jpeg_huffman.h - Huffman tables made for a picture from a sample of it (floor: image; only for
 * the JPEG files).
 *
 * libjpeg's own optimisation counts the symbols of the whole picture, in code that takes longer
 * than all the rest of encoding. A sample of every eighth row of MCUs gives tables that cost a
 * fraction of a percent in size.
 */
#ifndef IMGTOP_IMAGE_JPEG_HUFFMAN_H
#define IMGTOP_IMAGE_JPEG_HUFFMAN_H

#include <stdint.h>
#include <stdio.h> /* jpeglib.h needs FILE */

#include <jpeglib.h>

enum { JPEG_SYMBOLS = 256, JPEG_TABLES = 2 /* luma, chroma */ };

/* How often each symbol occurred. */
struct jpeg_symbols {
	uint32_t dc[JPEG_TABLES][JPEG_SYMBOLS];
	uint32_t ac[JPEG_TABLES][JPEG_SYMBOLS];
	int last_dc[MAX_COMPONENTS];
};

/* Begin with one of each symbol that a baseline file may hold, so that none is left without a
 * code. */
void jpeg_symbols_init(struct jpeg_symbols *symbols);

/*
 * Count the symbols of a block, ITU-T T.81 F.1.2.
 *   block:     quantised coefficients in natural order
 *   component: whose DC value the block's continues
 */
void jpeg_symbols_add(struct jpeg_symbols *symbols, int table, int component,
		      const JCOEF block[DCTSIZE2]);

/* The best code for these counts with no code longer than 16 bits, ITU-T T.81 K.2. */
void jpeg_huffman_table(const uint32_t counts[JPEG_SYMBOLS], JHUFF_TBL *table);

#endif
