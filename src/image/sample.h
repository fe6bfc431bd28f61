/*
 * sample.h - deterministic, photo-like sample pictures in the formats people have
 * (floor: image).
 *
 * Picture number `index` of a seed is always the same file, whatever the number of pictures and
 * whoever makes it: every choice is a function of (seed, index, size). Any thread may call;
 * nothing is kept between calls.
 */
#ifndef IMGTOP_IMAGE_SAMPLE_H
#define IMGTOP_IMAGE_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum sample_format {
	SAMPLE_JPEG,
	SAMPLE_PNG_RGB,
	SAMPLE_PNG_RGBA,    /* alpha fades towards the borders */
	SAMPLE_PNG_PALETTE, /* 252 colours, dithered */
	SAMPLE_PNG_GRAY16,
	SAMPLE_PNG_INTERLACED,
};

enum sample_chroma { SAMPLE_420, SAMPLE_422, SAMPLE_444, SAMPLE_GRAY };

enum { SAMPLE_NAME_BYTES = 96, SAMPLE_SIDE_MAX = 32768, SAMPLE_JPEG_QUALITY = 90 };

/* What a file will be. The fields may be changed before sample_encode. */
struct sample {
	uint32_t scene_seed;
	enum sample_format format;
	enum sample_chroma chroma; /* JPEG only, like the next three */
	bool progressive;
	int orientation; /* 1..8 as in EXIF; the pixels are stored turned so that viewers undo it */
	int64_t taken_s; /* seconds since 1970, for EXIF and the folder */
	int width_px;	 /* as stored, before a viewer turns it */
	int height_px;
	char name[SAMPLE_NAME_BYTES]; /* "2021/07/Sunset (12).jpg": unique per index, UTF-8 */
};

/* An encoded file; release bytes with free(). */
struct sample_bytes {
	unsigned char *bytes;
	size_t length;
};

/*
 * Decide what picture `index` (>= 0) of a seed is. width_px and height_px fix the stored size;
 * 0 leaves it to the index (3 to 12 megapixels).
 */
void sample_choose(struct sample *sample, uint64_t seed, int64_t index, int width_px,
		   int height_px);

/* Paint and encode. Transient error when memory runs out. */
int sample_encode(const struct sample *sample, struct sample_bytes *file, struct err *err);

#endif
