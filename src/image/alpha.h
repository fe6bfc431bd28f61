/*
 * alpha.h - transparent pictures on their way to opaque ones (floor: image).
 *
 * Resizing mixes neighbours. Mixed as stored, the colour of a transparent pixel, which nobody is
 * meant to see, bleeds into the pixels beside it. Multiplied by its alpha it weighs nothing; and
 * with the background laid under before resizing, not after, there is one plane less to resize and
 * none whose overshoot is cut off on its own. But for that both orders come to the same, as the
 * weights of a kernel add up to one.
 */
#ifndef IMGTOP_IMAGE_ALPHA_H
#define IMGTOP_IMAGE_ALPHA_H

#include "image/image.h"

/* Lay the background under an RGBA picture, rounded to nearest: it becomes an RGB one. */
void alpha_flatten(struct image *image, struct image_colour background);

#endif
