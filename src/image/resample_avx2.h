/*
 * resample_avx2.h - the two passes of resample.c with AVX2 (floor: image; only for resample.c).
 */
#ifndef IMGTOP_IMAGE_RESAMPLE_AVX2_H
#define IMGTOP_IMAGE_RESAMPLE_AVX2_H

#include <stdbool.h>
#include <stdint.h>

#include "image/resample.h"

/* Has this processor what the functions below need? */
bool resample_avx2_usable(void);

/* As in resample.c, with the same results. */
void resample_avx2_down(const struct resample_axis *down, uint32_t y,
			const unsigned char *const *rows, uint32_t columns, int16_t *between);
void resample_avx2_across(const struct resample_axis *across, const int16_t *between,
			  unsigned char *to);

#endif
