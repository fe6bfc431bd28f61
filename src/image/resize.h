/*
 * resize.h - a picture at another size (floor: image).
 *
 * Sample i of n covers i/n .. (i + 1)/n of the picture's box, in source and destination alike:
 * source = (destination + 0.5) * scale - 0.5, so that mirroring and resizing may change places.
 * When shrinking the kernel widens by the scale, and its weights sum to one.
 *
 * A struct resizer belongs to one worker and is used by one thread. It keeps the filters of the
 * geometries used last, because building them costs as much as resizing a plane.
 */
#ifndef IMGTOP_IMAGE_RESIZE_H
#define IMGTOP_IMAGE_RESIZE_H

#include <stdint.h>

#include "base/err.h"
#include "image/codec.h"
#include "image/image.h"

enum resize_filter { RESIZE_LANCZOS3, RESIZE_BICUBIC, RESIZE_BILINEAR, RESIZE_SPLINE36 };

/* "lanczos3", "bicubic", ...: in the order of the enum, NULL-terminated. */
extern const char *const resize_filter_names[];

struct resizer;

struct resizer *resizer_open(enum resize_filter filter);
void resizer_close(struct resizer *resizer);

/* Largest size with the same aspect that fits into max_width x max_height: never larger than the
 * picture, at least 1 pixel a side, rounded to nearest. A maximum of 0 means no bound. */
void resize_fit(uint32_t width, uint32_t height, uint32_t max_width, uint32_t max_height,
		uint32_t *fit_width, uint32_t *fit_height);

/*
 * Resize every plane of source into the plane of the same number of destination. Formats must be
 * equal; boxes of both sides are honoured. Alpha must have been multiplied in (reduce.h does).
 *   error: transient, when memory is short or hooks.cancelled said so
 */
int resize_image(struct resizer *resizer, const struct image *source, struct image *destination,
		 const struct codec_hooks *hooks, struct err *err);

/* Scratch memory of the resizer, at least bytes of it, aligned like a plane; NULL when there is
 * none. Holds until the next call. */
void *resizer_scratch(struct resizer *resizer, size_t bytes);

#endif
