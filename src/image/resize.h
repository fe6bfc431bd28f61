/*
 * resize.h - a picture at another size (floor: image).
 *
 * Pixel i of n covers i .. i + 1: sample centres follow source = (destination + 0.5) * scale - 0.5,
 * so mirroring and resizing commute. Where the picture shrinks the kernel widens, and its weights
 * always sum to one.
 *
 * A struct resizer belongs to one worker and is used by one thread. It keeps the weights it used
 * last, and the memory that a row needs.
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
 * equal; boxes of both sides are honoured. There must be no alpha any more (reduce.h sees to it).
 *   error: transient, when memory is short or hooks.cancelled said so
 */
int resize_image(struct resizer *resizer, const struct image *source, struct image *destination,
		 const struct codec_hooks *hooks, struct err *err);

/*
 * The same with a source that is never there as a whole: resize_begin, then resize_feed for each
 * plane whenever more of its rows are there, in order. The results are the same.
 *   source:      geometry of the whole picture
 *   destination: stays the caller's; must live until the last row was fed
 * No other picture may be resized by this resizer in between.
 */
int resize_begin(struct resizer *resizer, const struct image_geometry *source,
		 struct image *destination, struct err *err);

/* How many rows of a source plane must be there at once, at most. */
uint32_t resize_window(const struct resizer *resizer, unsigned plane);

/* More rows of a plane are there. */
void resize_feed(struct resizer *resizer, unsigned plane, const struct image_rows *source);

/* Scratch memory of the resizer, at least bytes of it, aligned like a plane; NULL when there is
 * none. Holds until the next call. */
void *resizer_scratch(struct resizer *resizer, size_t bytes);

#endif
