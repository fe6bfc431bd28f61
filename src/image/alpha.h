/*
 * alpha.h - transparent pictures on their way to opaque ones (floor: image).
 *
 * Resizing mixes neighbours. Mixed as stored, the colour of a transparent pixel, which nobody is
 * meant to see, bleeds into the pixels beside it; multiplied by its alpha first, it weighs nothing.
 */
#ifndef IMGTOP_IMAGE_ALPHA_H
#define IMGTOP_IMAGE_ALPHA_H

#include "image/image.h"

/* Multiply alpha into the colours of an RGBA picture, rounded to nearest. */
void alpha_premultiply(struct image *image);

/* Lay the background under an RGBA picture that was premultiplied: it becomes an RGB one. */
void alpha_flatten(struct image *image, struct image_colour background);

#endif
