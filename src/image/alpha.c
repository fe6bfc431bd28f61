/*
 * alpha.c - transparent pictures on their way to opaque ones.
 */
#include "config.h"

#include "image/alpha.h"

#include <assert.h>

enum { ALPHA_PLANE = 3, OPAQUE = 255 };

/* a * b / 255, rounded to nearest; exact for all products of two bytes. */
static unsigned scale_byte(unsigned a, unsigned b)
{
	unsigned product = a * b + 128;

	return (product + (product >> 8)) >> 8;
}

void alpha_premultiply(struct image *image)
{
	assert(image->geometry.format == IMAGE_RGBA8);
	for (uint32_t y = 0; y < image->geometry.height; y++) {
		const unsigned char *restrict alpha = image_row(image, ALPHA_PLANE, y);

		for (unsigned i = 0; i < ALPHA_PLANE; i++) {
			unsigned char *restrict row = image_row(image, i, y);

			for (uint32_t x = 0; x < image->geometry.width; x++)
				row[x] = (unsigned char)scale_byte(row[x], alpha[x]);
		}
	}
}

void alpha_flatten(struct image *image, struct image_colour background)
{
	const unsigned under[ALPHA_PLANE] = {background.red, background.green, background.blue};

	assert(image->geometry.format == IMAGE_RGBA8);
	for (uint32_t y = 0; y < image->geometry.height; y++) {
		const unsigned char *restrict alpha = image_row(image, ALPHA_PLANE, y);

		for (unsigned i = 0; i < ALPHA_PLANE; i++) {
			unsigned char *restrict row = image_row(image, i, y);

			for (uint32_t x = 0; x < image->geometry.width; x++) {
				/* The kernel overshoots at edges, each plane by itself. */
				unsigned sum = row[x] + scale_byte(under[i], OPAQUE - alpha[x]);

				row[x] = (unsigned char)(sum < OPAQUE ? sum : OPAQUE);
			}
		}
	}
	image->geometry.format = IMAGE_RGB8;
	image->geometry.nplanes = ALPHA_PLANE;
}
