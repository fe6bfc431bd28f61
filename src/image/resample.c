/*
 * resample.c - samples of one plane at another spacing, row by row.
 *
 * Each row of the result is first a weighted sum of source rows, at the source's width, and then
 * resampled along. That order does the costly pass, along, only for rows that are wanted, and lets
 * a row be made as soon as its source rows are there. Between the passes samples keep six bits
 * behind the point, and as much room as the kernels overshoot.
 *
 * Why not zimg: its rows are as fast, but making its weights takes as long as a picture of a few
 * megapixels, and pictures of one folder rarely share them; and it asks for rows, plane by plane,
 * where a decoder hands them out for all planes together.
 */
#include "config.h"

#include "image/resample.h"

#include "image/resample_avx2.h"

enum {
	WEIGHT_BITS = 14,
	FRACTION_BITS = 6, /* of samples between the passes */
	DOWN_SHIFT = WEIGHT_BITS - FRACTION_BITS,
	ACROSS_SHIFT = WEIGHT_BITS + FRACTION_BITS,
	CHUNK = 64, /* samples whose sums stay in registers or the nearest cache */
};

static int clamp(int value, int lowest, int highest)
{
	return value < lowest ? lowest : value > highest ? highest : value;
}

static void plain_down(const struct resample_axis *down, uint32_t y,
		       const unsigned char *const *rows, uint32_t columns, int16_t *between)
{
	const int16_t *weights = down->weights + down->set[y];

	for (uint32_t left = 0; left < columns; left += CHUNK) {
		uint32_t count = columns - left < CHUNK ? columns - left : CHUNK;
		int sums[CHUNK];

		for (uint32_t x = 0; x < count; x++)
			sums[x] = 1 << (DOWN_SHIFT - 1);
		for (uint32_t k = 0; k < down->reach; k++)
			for (uint32_t x = 0; x < count; x++)
				sums[x] += weights[k] * rows[k][left + x];
		for (uint32_t x = 0; x < count; x++)
			between[left + x] =
				(int16_t)clamp(sums[x] >> DOWN_SHIFT, INT16_MIN, INT16_MAX);
	}
}

static void plain_across(const struct resample_axis *across, const int16_t *between,
			 unsigned char *to)
{
	for (uint32_t x = 0; x < across->key.to; x++) {
		const int16_t *weights = across->weights + across->set[x];
		const int16_t *from = between + across->first[x];
		int sum = 1 << (ACROSS_SHIFT - 1);

		for (uint32_t k = 0; k < across->reach; k++)
			sum += weights[k] * from[k];
		to[x] = (unsigned char)clamp(sum >> ACROSS_SHIFT, 0, UINT8_MAX);
	}
}

void resample_row(const struct resample_axis *across, const struct resample_axis *down, uint32_t y,
		  const unsigned char *const *rows, int16_t *between, unsigned char *to)
{
	if (resample_avx2_usable()) {
		resample_avx2_down(down, y, rows, across->key.from, between);
		resample_avx2_across(across, between, to);
	} else {
		plain_down(down, y, rows, across->key.from, between);
		plain_across(across, between, to);
	}
}
