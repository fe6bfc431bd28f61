/*
 * orientation.h - turning pictures upright (floor: image).
 *
 * Orientations are those of EXIF and TIFF (tag 0x0112): 1 upright, 2 mirrored left-right, 3 turned
 * by 180 degrees, 4 mirrored top-bottom, 5 transposed, 6 to be turned 90 degrees clockwise, 7
 * transposed over the other diagonal, 8 to be turned 90 degrees counter-clockwise.
 */
#ifndef IMGTOP_IMAGE_ORIENTATION_H
#define IMGTOP_IMAGE_ORIENTATION_H

#include <stdbool.h>

#include "image/image.h"

/* Do width and height change places? (5..8) */
bool orientation_swaps(unsigned orientation);

/* Geometry of the same planes before they are turned upright from `orientation`: sides change
 * places, and the boxes are where they will be turned from. Formats and orientation as in turned.
 */
void orientation_before(const struct image_geometry *turned, unsigned orientation,
			struct image_geometry *before);

/* Write source, turned upright from `orientation`, into destination: same format, planes of the
 * turned size. */
void orientation_apply(const struct image *source, unsigned orientation, struct image *destination);

#endif
