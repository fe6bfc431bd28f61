/*
 * sample_noise.c - see sample_noise.h.
 *
 * Value noise (random numbers on a lattice, smoothly interpolated), octave upon octave. Within
 * a cell only the weight changes, hence the runs: the lattice is asked once per cell, which
 * keeps the cost proportional to the pixels.
 */
#include "config.h"

#include "image/sample_noise.h"

#include <string.h>

enum { Q12 = 4096 };

uint32_t sample_hash(uint32_t seed, uint32_t x, uint32_t y)
{
	uint32_t h = seed ^ x * UINT32_C(0x9e3779b1) ^ y * UINT32_C(0x85ebca77);

	h = (h ^ h >> 16) * UINT32_C(0x7feb352d);
	h = (h ^ h >> 15) * UINT32_C(0x846ca68b);
	return h ^ h >> 16;
}

/* 3t² - 2t³ of t in 1/4096 */
static int32_t smooth(int32_t t)
{
	return (t * t >> 12) * (3 * Q12 - 2 * t) >> 12;
}

/* The value of lattice column x between lattice rows y and y + 1, -4096..4095. */
static int32_t column(uint32_t seed, int32_t x, int32_t y, int32_t weight)
{
	int32_t upper = (int32_t)(sample_hash(seed, (uint32_t)x, (uint32_t)y) >> 19) - Q12;
	int32_t lower = (int32_t)(sample_hash(seed, (uint32_t)x, (uint32_t)y + 1) >> 19) - Q12;

	return upper + ((lower - upper) * weight >> 12);
}

static void add_octave(const struct sample_field *at, int32_t amplitude, int32_t *row, int width)
{
	int32_t y = (int32_t)(at->y_q16 >> 16);
	int32_t weight_y = smooth((int32_t)(at->y_q16 & 0xffff) >> 4);
	int32_t x = (int32_t)(at->x_q16 >> 16);
	int32_t fraction = (int32_t)(at->x_q16 & 0xffff);
	int32_t step = (int32_t)at->step_q16;
	int32_t left = column(at->seed, x, y, weight_y) * amplitude >> 12;
	int32_t right = column(at->seed, x + 1, y, weight_y) * amplitude >> 12;

	for (int i = 0; i < width;) {
		int run = (65536 - fraction + step - 1) / step;
		int end = run < width - i ? i + run : width;
		for (; i < end; i++, fraction += step)
			row[i] += left + ((right - left) * smooth(fraction >> 4) >> 12);
		fraction -= 65536;
		x++;
		left = right;
		right = column(at->seed, x + 1, y, weight_y) * amplitude >> 12;
	}
}

void sample_field_row(const struct sample_field *field, int32_t *row, int width)
{
	struct sample_field at = *field;
	int32_t amplitude = Q12 / 2;

	memset(row, 0, (size_t)width * sizeof(*row));
	for (int octave = 0; octave < field->octaves && at.step_q16 < 32768; octave++) {
		int32_t fade = at.step_q16 > 16384 ? (int32_t)(32768 - at.step_q16) >> 2 : Q12;
		add_octave(&at, amplitude * fade >> 12, row, width);
		amplitude = amplitude * field->roughness >> 8;
		at.seed = sample_hash(at.seed, 1, (uint32_t)octave);
		/* shifted, lest the lattices of all octaves share their lines */
		at.x_q16 = at.x_q16 * 2 + 0x5a83;
		at.y_q16 = at.y_q16 * 2 + 0x93c7;
		at.step_q16 *= 2;
	}
}
