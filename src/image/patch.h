/*
 * patch.h - cut a rectangle out of a picture, change its colour, paste it back (floor: image).
 */
#ifndef IMGTOP_IMAGE_PATCH_H
#define IMGTOP_IMAGE_PATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "image/image.h"

enum patch_colour { PATCH_SWAP_RED_BLUE };

/* In pixels of the picture that is patched; with `centre`, the middle of it, a quarter of each
 * side long (at least one pixel), x, y, width, height unused. */
struct patch {
	bool centre;
	uint32_t x;
	uint32_t y;
	uint32_t width;
	uint32_t height;
	enum patch_colour colour;
};

/* Read "X,Y,WxH" or "centre" ("center").
 *   error: permanent, with what is allowed */
int patch_parse(const char *text, struct patch *patch, struct err *err);

/* Change the part of the rectangle that lies in the picture; false when there is none. The picture
 * is opaque and upright. In YCbCr the result is that of RGB with each chroma sample standing for
 * all pixels of its cell. */
bool patch_apply(const struct patch *patch, struct image *image);

#endif
