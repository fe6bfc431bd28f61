/*
 * planes.c - between interleaved rows, as libraries have them, and planes.
 */
#include "config.h"

#include "image/planes.h"

#include <assert.h>
#include <string.h>

enum { MID_GREY = 128, OPAQUE = 255 };

void planes_split_part(struct image *image, uint32_t left, uint32_t y, uint32_t count,
		       const unsigned char *restrict samples)
{
	unsigned nplanes = image->geometry.nplanes;

	if (nplanes == 1) {
		memcpy(image_row(image, 0, y) + left, samples, count);
		return;
	}
	if (nplanes == 3) {
		unsigned char *restrict a = image_row(image, 0, y) + left;
		unsigned char *restrict b = image_row(image, 1, y) + left;
		unsigned char *restrict c = image_row(image, 2, y) + left;

		for (uint32_t x = 0; x < count; x++) {
			a[x] = samples[3 * (size_t)x];
			b[x] = samples[3 * (size_t)x + 1];
			c[x] = samples[3 * (size_t)x + 2];
		}
		return;
	}
	for (unsigned i = 0; i < nplanes; i++) {
		unsigned char *restrict to = image_row(image, i, y) + left;

		for (uint32_t x = 0; x < count; x++)
			to[x] = samples[(size_t)x * nplanes + i];
	}
}

void planes_split_row(struct image *image, uint32_t y, const unsigned char *samples)
{
	planes_split_part(image, 0, y, image->geometry.width, samples);
}

void planes_join_row(const struct image *image, uint32_t y, unsigned char *restrict samples)
{
	uint32_t width = image->geometry.width;
	const unsigned char *a = image_row(image, 0, y);
	const unsigned char *b = image_row(image, 1, y);
	const unsigned char *c = image_row(image, 2, y);

	assert(image->geometry.format == IMAGE_RGB8);
	for (uint32_t x = 0; x < width; x++) {
		samples[3 * (size_t)x] = a[x];
		samples[3 * (size_t)x + 1] = b[x];
		samples[3 * (size_t)x + 2] = c[x];
	}
}

void planes_fill_grey(struct image *image)
{
	for (unsigned i = 0; i < image->geometry.nplanes; i++) {
		const struct image_plane *plane = &image->geometry.plane[i];
		bool alpha = image->geometry.format == IMAGE_RGBA8 && i == 3;

		memset(image->data[i], alpha ? OPAQUE : MID_GREY,
		       (size_t)plane->stride * plane->rows);
	}
}
