/*
 * mend.h - the last row and column of a picture that was scaled down in the DCT (floor: image).
 */
#ifndef IMGTOP_IMAGE_MEND_H
#define IMGTOP_IMAGE_MEND_H

#include <stddef.h>
#include <stdint.h>

#include "image/image.h"

/*
 * Where a plane's box ends within its last row or column, that sample is a mixture of picture and
 * padding. Most encoders pad by repeating the edge, which does no harm; some leave whatever was in
 * their memory. Replace such a row or column by its neighbour when it is far more different from it
 * than the neighbour is from the one before.
 */
void mend_edges(struct image *image);

/* The samples at an edge of a plane, and those one and two further inside. */
struct mend_line {
	unsigned char *last;
	const unsigned char *next;
	const unsigned char *before;
	ptrdiff_t step; /* from sample to sample, of all three */
	uint32_t length;
};

/* The same for lines that are judged together: of the planes of one picture along one edge. */
void mend_lines(const struct mend_line *lines, unsigned count);

#endif
