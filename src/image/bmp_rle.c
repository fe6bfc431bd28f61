/*
 * bmp_rle.c - the run lengths of BMP files.
 *
 * A pair of bytes is a count and a pixel to repeat; with a count of 0 it is an escape: end of row,
 * end of picture, a jump, or so many pixels as they are, padded to an even number of bytes. Rows go
 * from the bottom up.
 */
#include "config.h"

#include "image/bmp_rle.h"

#include <string.h>

enum { END_OF_ROW = 0, END_OF_PICTURE = 1, JUMP = 2, OPAQUE = 255, POLL_EVERY = 1 << 16 };

struct rle {
	const struct bmp_rle_input *input;
	struct image *image;
	size_t at; /* in the input's bytes */
	uint32_t x;
	uint32_t y;	  /* from the bottom */
	uint32_t over;	  /* pixels that the row had no room for */
	uint64_t written; /* pixels */
	bool padded;
	enum bmp_rle_end fault;
};

static void note(struct rle *rle, enum bmp_rle_end fault)
{
	if (rle->fault == BMP_RLE_WHOLE)
		rle->fault = fault;
}

/* The next bytes, NULL when the data end before. */
static const unsigned char *take(struct rle *rle, size_t count)
{
	const unsigned char *bytes = rle->input->bytes + rle->at;

	if (rle->input->length - rle->at < count)
		return NULL;
	rle->at += count;
	return bytes;
}

static void put(struct rle *rle, const unsigned char rgb[3])
{
	uint32_t row = rle->input->header->height - 1 - rle->y;

	for (unsigned i = 0; i < 3; i++)
		image_row(rle->image, i, row)[rle->x] = rgb[i];
	image_row(rle->image, BMP_ALPHA, row)[rle->x++] = OPAQUE;
}

static void put_index(struct rle *rle, unsigned index)
{
	const struct bmp_palette *palette = rle->input->palette;
	const unsigned char rgb[3] = {palette->plane[0][index], palette->plane[1][index],
				      palette->plane[2][index]};

	if (index >= rle->input->header->colours)
		note(rle, BMP_RLE_NO_COLOUR);
	put(rle, rgb);
}

/* Put pixel number i out of packed bytes. */
static void put_packed(struct rle *rle, const unsigned char *bytes, unsigned i)
{
	switch (rle->input->header->coding) {
	case BMP_RLE8:
		put_index(rle, bytes[i]);
		break;
	case BMP_RLE4:
		put_index(rle, i % 2 == 0 ? bytes[i / 2] >> 4 : bytes[i / 2] & 15);
		break;
	default:
		put(rle,
		    (const unsigned char[3]){bytes[3 * i + 2], bytes[3 * i + 1], bytes[3 * i]});
		break;
	}
}

/* Some writers encode rows of bytes with their padding. */
static uint32_t padding_of(const struct bmp_header *header)
{
	return header->coding == BMP_RLE8 ? (4 - header->width % 4) % 4 : 0;
}

/* How many of so many pixels fit into the row; the others are a fault, but for its padding. */
static unsigned clip(struct rle *rle, unsigned count)
{
	const struct bmp_header *header = rle->input->header;
	uint32_t room = rle->y < header->height ? header->width - rle->x : 0;

	if (count <= room)
		return count;
	rle->over += count - room;
	if (rle->y < header->height && rle->over <= padding_of(header))
		rle->padded = true;
	else
		note(rle, BMP_RLE_OUTSIDE);
	return (unsigned)room;
}

static bool repeat(struct rle *rle, unsigned count, unsigned value)
{
	bool colour = rle->input->header->coding == BMP_RLE24;
	unsigned char pixel[3] = {(unsigned char)value};
	const unsigned char *rest;
	unsigned fitting;

	if (colour) {
		rest = take(rle, 2);
		if (rest == NULL)
			return false;
		memcpy(pixel + 1, rest, 2);
	}
	fitting = clip(rle, count);
	for (unsigned i = 0; i < fitting; i++)
		put_packed(rle, pixel, rle->input->header->coding == BMP_RLE4 ? i % 2 : 0);
	rle->written += fitting;
	return true;
}

static bool copy(struct rle *rle, unsigned count)
{
	enum bmp_coding coding = rle->input->header->coding;
	size_t size = coding == BMP_RLE24  ? 3u * count
		      : coding == BMP_RLE8 ? count
					   : (count + 1) / 2;
	const unsigned char *bytes = take(rle, size);
	unsigned fitting;

	if (bytes == NULL)
		return false;
	fitting = clip(rle, count);
	for (unsigned i = 0; i < fitting; i++)
		put_packed(rle, bytes, i);
	rle->written += fitting;
	/* The padding may be missing where the file ends. */
	if (size % 2 != 0)
		take(rle, 1);
	return true;
}

static bool jump(struct rle *rle)
{
	const struct bmp_header *header = rle->input->header;
	const unsigned char *by = take(rle, 2);

	if (by == NULL)
		return false;
	if (by[0] > header->width - rle->x || by[1] > header->height - rle->y) {
		note(rle, BMP_RLE_OUTSIDE);
		rle->x = by[0] > header->width - rle->x ? header->width : rle->x + by[0];
		rle->y = by[1] > header->height - rle->y ? header->height : rle->y + by[1];
		return true;
	}
	rle->x += by[0];
	rle->y += by[1];
	return true;
}

/* One pair of bytes and what follows from it. False at the end of the data. */
static bool step(struct rle *rle, bool *ended)
{
	const unsigned char *pair = take(rle, 2);

	if (pair == NULL)
		return false;
	if (pair[0] != 0)
		return repeat(rle, pair[0], pair[1]);
	switch (pair[1]) {
	case END_OF_ROW:
		rle->x = 0;
		rle->over = 0;
		if (rle->y < rle->input->header->height)
			rle->y++;
		return true;
	case END_OF_PICTURE:
		*ended = true;
		return true;
	case JUMP:
		return jump(rle);
	default:
		return copy(rle, pair[1]);
	}
}

enum bmp_rle_end bmp_rle_decode(const struct bmp_rle_input *input, struct image *image)
{
	const struct bmp_header *header = input->header;
	const struct image_geometry *geometry = &image->geometry;
	struct rle rle = {.input = input, .image = image};
	uint64_t pixels = (uint64_t)header->width * header->height;
	bool ended = false;

	for (unsigned i = 0; i < geometry->nplanes; i++)
		memset(image->data[i], 0, (size_t)geometry->plane[i].stride * header->height);
	for (unsigned steps = 1; !ended; steps++) {
		if (steps % POLL_EVERY == 0 && input->cancelled != NULL &&
		    input->cancelled(input->context))
			return BMP_RLE_CANCELLED;
		if (!step(&rle, &ended)) {
			/* When nothing but the end mark is missing, nothing is. */
			if (rle.written < pixels)
				note(&rle, BMP_RLE_SHORT);
			break;
		}
		if (input->strict && rle.fault != BMP_RLE_WHOLE)
			return rle.fault;
	}
	if (rle.fault == BMP_RLE_WHOLE && rle.written < pixels)
		return BMP_RLE_GAPS;
	return rle.fault == BMP_RLE_WHOLE && rle.padded ? BMP_RLE_PADDED : rle.fault;
}
