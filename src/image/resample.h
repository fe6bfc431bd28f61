/*
 * resample.h - samples of one plane at another spacing, row by row (floor: image; only for
 * resize.c).
 *
 * A plane is resampled along both of its axes on its own, each with weights that are made once.
 * Rows come out one by one from the few source rows that they are made of, so that a source need
 * never be there as a whole. All arithmetic is in integers: results are the same on every
 * processor, with vector instructions or without.
 */
#ifndef IMGTOP_IMAGE_RESAMPLE_H
#define IMGTOP_IMAGE_RESAMPLE_H

#include <stdint.h>

#include "base/err.h"

enum resample_kernel {
	RESAMPLE_LANCZOS3,
	RESAMPLE_BICUBIC, /* Catmull-Rom */
	RESAMPLE_BILINEAR,
	RESAMPLE_SPLINE36,
};

enum {
	RESAMPLE_ONE = 1 << 14, /* the weights of a sample add up to exactly this */
	RESAMPLE_SPARE = 64, /* samples of room that a row of either side needs beyond its last */
};

/* All that the weights of an axis depend on, besides the kernel. */
struct resample_key {
	uint32_t from;	   /* source samples */
	uint32_t to;	   /* result samples */
	double start;	   /* the span of the source that the result's samples cover together: */
	double extent;	   /* may begin before its first sample or end after its last */
	uint32_t averaged; /* each source sample is the mean of so many of the stored picture's */
};

struct resample_axis {
	struct resample_key key;
	uint32_t reach;	  /* source samples that a sample is made of, <= from */
	uint32_t taps;	  /* weights that are stored for each: 8, or a multiple of 16 */
	uint32_t *first;  /* source sample of a sample's first weight: first + reach <= from */
	uint32_t *set;	  /* where its weights start: many samples share theirs */
	int16_t *weights; /* sets of `taps` weights, zero from `reach` on */
	void *allocation;
};

/*
 * Make the weights: the kernel around each sample's centre, widened where the axis shrinks, with
 * what lies outside of the source mirrored at its edges.
 *   error: transient, when memory is short
 *   owner: release with resample_axis_free
 */
int resample_axis_init(struct resample_axis *axis, enum resample_kernel kernel,
		       const struct resample_key *key, struct err *err);
void resample_axis_free(struct resample_axis *axis);

/*
 * Make row y of the result.
 *   rows:    source rows down->first[y] and the reach - 1 after it, then any one again
 *   between: room for across->key.from + RESAMPLE_SPARE samples
 *   to:      room for across->key.to + RESAMPLE_SPARE samples
 */
void resample_row(const struct resample_axis *across, const struct resample_axis *down, uint32_t y,
		  const unsigned char *const *rows, int16_t *between, unsigned char *to);

#endif
