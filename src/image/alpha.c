/*
 * alpha.c - transparent pictures on their way to opaque ones.
 */
#include "config.h"

#include "image/alpha.h"

#include <assert.h>

enum { ALPHA_PLANE = 3, OPAQUE = 255 };

/* sum / 255, rounded to nearest; exact up to 255 * 255. */
static unsigned char divide(unsigned sum)
{
	sum += 128;
	return (unsigned char)((sum + (sum >> 8)) >> 8);
}

void alpha_flatten(struct image *image, struct image_colour background)
{
	const unsigned under[ALPHA_PLANE] = {background.red, background.green, background.blue};

	assert(image->geometry.format == IMAGE_RGBA8);
	for (uint32_t y = 0; y < image->geometry.height; y++) {
		const unsigned char *restrict alpha = image_row(image, ALPHA_PLANE, y);

		for (unsigned i = 0; i < ALPHA_PLANE; i++) {
			unsigned char *restrict row = image_row(image, i, y);

			for (uint32_t x = 0; x < image->geometry.width; x++)
				row[x] = divide(row[x] * alpha[x] + under[i] * (OPAQUE - alpha[x]));
		}
	}
	image->geometry.format = IMAGE_RGB8;
	image->geometry.nplanes = ALPHA_PLANE;
}
