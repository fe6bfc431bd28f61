/*
 * png_chunks.h - the chunks that a PNG file is made of, without what is in them (floor: image; only
 * for codec_png.c).
 *
 * Source: PNG specification, third edition, 5.3.
 */
#ifndef IMGTOP_IMAGE_PNG_CHUNKS_H
#define IMGTOP_IMAGE_PNG_CHUNKS_H

#include <stddef.h>
#include <stdint.h>

enum { PNG_CHUNKS_SIGNATURE_BYTES = 8 };

/* Content of the first whole chunk of a type, NULL when there is none. The file has at least its
 * signature. */
const unsigned char *png_chunks_find(const void *file, size_t file_bytes, const char type[4],
				     size_t *length);

/* Whole chunks that hold no pixels, of the picture or of an animation. */
uint64_t png_chunks_count_others(const void *file, size_t file_bytes);

#endif
