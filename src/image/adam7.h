/*
 * adam7.h - the passes of interlaced PNG files, spread over the planes of a picture (floor: image).
 *
 * Source: PNG 3rd edition, section 8. A sample fills the whole block that it stands for until later
 * passes have filled in the rest: what a cut-short file shows then is coarse, not full of holes.
 */
#ifndef IMGTOP_IMAGE_ADAM7_H
#define IMGTOP_IMAGE_ADAM7_H

#include <stdint.h>

#include "image/image.h"

/* Put row pass_row of a pass (0..6), whose samples are interleaved, where it belongs. */
void adam7_spread_row(struct image *image, int pass, uint32_t pass_row,
		      const unsigned char *samples);

#endif
