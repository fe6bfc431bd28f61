/*
 * reduce.h - from a decoded picture to one that can be encoded: upright, opaque, fitted into a box
 * (floor: image).
 *
 * The background is laid under before resizing, so that the colour of transparent pixels never
 * shows. Turning comes last, where the picture is smallest.
 */
#ifndef IMGTOP_IMAGE_REDUCE_H
#define IMGTOP_IMAGE_REDUCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "image/codec.h"
#include "image/image.h"
#include "image/resize.h"

/* What a picture is reduced to. */
struct reduce_target {
	uint32_t max_width; /* box that the upright picture is fitted into; 0 = no bound */
	uint32_t max_height;
	struct image_cell chroma; /* of a YCbCr result; 0 = as with 1, one sample for each pixel */
};

/* Geometry of the result of reducing source. Needs no samples, so it can be had before decoding. */
void reduce_plan(const struct image_geometry *source, const struct reduce_target *target,
		 struct image_geometry *result);

/* Would reduce_run only copy? Then the source may be used as it is. */
bool reduce_is_copy(const struct image_geometry *source, const struct image_geometry *result);

/*
 * Fill result, which was placed with a geometry from reduce_plan.
 *   source: used up; it gets opaque where it was not
 *   error:  transient, when memory is short or hooks.cancelled said so
 */
int reduce_run(struct resizer *resizer, struct image *source, struct image_colour background,
	       struct image *result, const struct codec_hooks *hooks, struct err *err);

/*
 * The same for a source that passes by in pieces, which has no alpha: reduce_begin, then what it
 * sets up is fed (resize_feed), then reduce_end.
 *   resized: the picture that is fed to; may lie in the resizer's scratch memory
 */
int reduce_begin(struct resizer *resizer, const struct image_geometry *source, struct image *result,
		 struct image *resized, struct err *err);
void reduce_end(const struct image_geometry *source, const struct image *resized,
		struct image *result);

#endif
