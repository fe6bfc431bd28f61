/*
 * sample_noise.h - value noise in fixed point for sample pictures (floor: image).
 *
 * Integers only, so that a seed gives the same picture on every machine and with every
 * compiler. A row is computed at a time; any thread may call, nothing is kept.
 */
#ifndef IMGTOP_IMAGE_SAMPLE_NOISE_H
#define IMGTOP_IMAGE_SAMPLE_NOISE_H

#include <stdint.h>

/* Where a row of pixels lies in a noise field. Coordinates are in cells of the coarsest octave,
 * in units of 1/65536 cell. */
struct sample_field {
	uint32_t seed;
	int octaves;	  /* each halves the cell of the one before */
	int roughness;	  /* weight of an octave against the one before, in 1/256 */
	int64_t x_q16;	  /* of the first pixel */
	int64_t step_q16; /* from pixel to pixel, > 0 */
	int64_t y_q16;
};

/* A well mixed number of three. */
uint32_t sample_hash(uint32_t seed, uint32_t x, uint32_t y);

/*
 * Multi-octave noise for `width` pixels, about -4096..4096 (most of it within half of that).
 * Octaves finer than two pixels fade out, so a field never aliases however far away it lies.
 */
void sample_field_row(const struct sample_field *field, int32_t *row, int width);

#endif
