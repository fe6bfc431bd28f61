/*
 * jpeg_scale.h - how far a JPEG decoder may scale a picture down that will be reduced further
 * (floor: image; only for the JPEG files).
 *
 * At 1/2, 1/4 and 1/8 the inverse transform gives means of 2, 4 or 8 samples each way. That is
 * fast, but where such a mean is nearly as large as a sample of the result, too much of the detail
 * that the result should have is gone, or folded into what is left.
 */
#ifndef IMGTOP_IMAGE_JPEG_SCALE_H
#define IMGTOP_IMAGE_JPEG_SCALE_H

#include <stdint.h>

/* One side of a plane: how long it is, and how long it will be, in the same unit. */
struct jpeg_side {
	uint64_t full;
	uint64_t wanted;
};

/* N of the smallest scale N/8 of those with fast code (1, 2, 4, 8) that leaves no side shorter than
 * it will be: enough for chroma, which nobody sees as sharply. */
unsigned jpeg_scale_smallest(struct jpeg_side across, struct jpeg_side down);

/* N of the smallest of them that leaves enough detail for luma or RGB. */
unsigned jpeg_scale_good(struct jpeg_side across, struct jpeg_side down);

#endif
