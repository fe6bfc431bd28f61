/*
 * resize_reference.h - the resampling that the tests hold ours against: slow, in double precision,
 * straight from the definition.
 */
#ifndef IMGTOP_TESTS_RESIZE_REFERENCE_H
#define IMGTOP_TESTS_RESIZE_REFERENCE_H

#include "image/image.h"

/*
 * Lanczos with three lobes, widened by the scale where it shrinks, weights normalised, edges
 * mirrored. Reads the box of one plane of source; writes columns x rows values, not rounded.
 */
void reference_lanczos(const struct image *source, unsigned plane, uint32_t columns, uint32_t rows,
		       double *values);

#endif
