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

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "image/resample_avx2.h"

enum {
	WEIGHT_BITS = 14,
	FRACTION_BITS = 6, /* of samples between the passes */
	DOWN_SHIFT = WEIGHT_BITS - FRACTION_BITS,
	ACROSS_SHIFT = WEIGHT_BITS + FRACTION_BITS,
	CHUNK = 64, /* samples whose sums stay in registers or the nearest cache */
	LINE = 64,  /* of the cache; samples are made in groups that divide it */
	SHORT_TAPS = 8,
	LONG_TAPS = 16,
	PERIOD_UNITS = 64,
};

static const double pi = 3.14159265358979323846;

static double sinc(double x)
{
	return fabs(x) < 1e-9 ? 1 : sin(pi * x) / (pi * x);
}

/* The cubic that has 1 at 0, 0 at 1 and 2 and the slope -1/2 at 1. */
static double catmull_rom(double x)
{
	if (x < 1)
		return (1.5 * x - 2.5) * x * x + 1;
	return ((-0.5 * x + 2.5) * x - 4) * x + 2;
}

/* Natural cubic spline through six points, as in Panorama Tools. */
static double spline36(double x)
{
	if (x < 1)
		return ((13.0 / 11 * x - 453.0 / 209) * x - 3.0 / 209) * x + 1;
	if (x < 2)
		return ((-6.0 / 11 * (x - 1) + 270.0 / 209) * (x - 1) - 156.0 / 209) * (x - 1);
	return ((1.0 / 11 * (x - 2) - 45.0 / 209) * (x - 2) + 26.0 / 209) * (x - 2);
}

static const double radii[] = {
	[RESAMPLE_LANCZOS3] = 3,
	[RESAMPLE_BICUBIC] = 2,
	[RESAMPLE_BILINEAR] = 1,
	[RESAMPLE_SPLINE36] = 3,
};

static double kernel_at(enum resample_kernel kernel, double x)
{
	x = fabs(x);
	if (x >= radii[kernel])
		return 0;
	switch (kernel) {
	case RESAMPLE_BICUBIC:
		return catmull_rom(x);
	case RESAMPLE_BILINEAR:
		return 1 - x;
	case RESAMPLE_SPLINE36:
		return spline36(x);
	default:
		return sinc(x) * sinc(x / 3);
	}
}

/* How the source is seen from one sample of the result. */
struct view {
	double centre;
	double widening;
	int64_t first; /* source samples that the kernel reaches, also beyond the edges */
	int64_t last;
};

static struct view view_of(const struct resample_key *key, enum resample_kernel kernel,
			   uint32_t index)
{
	double scale = key->extent / key->to;
	struct view view = {
		.centre = key->start + (index + 0.5) * scale,
		.widening = scale > 1 ? scale : 1,
	};
	double radius = radii[kernel] * view.widening;

	view.first = (int64_t)ceil(view.centre - radius - 0.5);
	view.last = (int64_t)floor(view.centre + radius - 0.5);
	return view;
}

static int64_t mirror(int64_t index, int64_t count)
{
	int64_t period = 2 * count;

	index = (index % period + period) % period;
	return index < count ? index : period - 1 - index;
}

/* Round the weights, so that they add up to exactly one: each hands on what it was rounded by, and
 * what is left at the end goes where it matters least. */
static void round_weights(const double *exact, double total, uint32_t count, int16_t *weights)
{
	double carried = 0;
	int sum = 0;
	uint32_t largest = 0;

	for (uint32_t i = 0; i < count; i++) {
		double wanted = exact[i] / total * RESAMPLE_ONE + carried;

		weights[i] = (int16_t)lrint(wanted);
		carried = wanted - weights[i];
		sum += weights[i];
		if (weights[i] > weights[largest])
			largest = i;
	}
	weights[largest] = (int16_t)(weights[largest] + RESAMPLE_ONE - sum);
}

static void make_weights(struct resample_axis *axis, enum resample_kernel kernel,
			 const struct view *view, uint32_t index, double *exact)
{
	const struct resample_key *key = &axis->key;
	int64_t rightmost = (int64_t)key->from - axis->reach;
	int64_t first = view->first < 0 ? 0 : view->first > rightmost ? rightmost : view->first;
	double total = 0;

	memset(exact, 0, axis->reach * sizeof *exact);
	for (int64_t i = view->first; i <= view->last; i++) {
		double weight =
			kernel_at(kernel, ((double)i + 0.5 - view->centre) / view->widening);
		int64_t at = mirror(i, key->from) - first;

		exact[at < 0 ? 0 : at >= axis->reach ? axis->reach - 1 : at] += weight;
		total += weight;
	}
	axis->first[index] = (uint32_t)first;
	round_weights(exact, total, axis->reach, axis->weights + axis->set[index]);
}

static uint64_t greatest_divisor(uint64_t a, uint64_t b)
{
	while (b != 0) {
		uint64_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

/* Samples after which the view repeats itself, so many whole source samples further on. 0 = never:
 * the span is no multiple of 1/64, which those of all DCT scales are. */
static uint32_t find_period(const struct resample_key *key, uint32_t *shift)
{
	double extent = key->extent * PERIOD_UNITS;
	uint64_t units = (uint64_t)key->to * PERIOD_UNITS;
	uint64_t divisor;

	if (!(extent >= 1 && extent < INT32_MAX) || extent != floor(extent))
		return 0;
	divisor = greatest_divisor((uint64_t)extent, units);
	*shift = (uint32_t)((uint64_t)extent / divisor);
	return (uint32_t)(units / divisor);
}

static void make_all(struct resample_axis *axis, enum resample_kernel kernel, double *exact)
{
	uint32_t shift = 0;
	uint32_t period = find_period(&axis->key, &shift);
	uint32_t inner = 0; /* samples in a row that see nothing mirrored */
	uint32_t next = 0;

	for (uint32_t i = 0; i < axis->key.to; i++) {
		struct view view = view_of(&axis->key, kernel, i);

		inner = view.first >= 0 && view.first + axis->reach <= axis->key.from ? inner + 1
										      : 0;
		if (period != 0 && inner > period &&
		    axis->first[i - period] + shift + axis->reach <= axis->key.from) {
			axis->first[i] = axis->first[i - period] + shift;
			axis->set[i] = axis->set[i - period];
			continue;
		}
		axis->set[i] = next;
		memset(axis->weights + next, 0, axis->taps * sizeof *axis->weights);
		make_weights(axis, kernel, &view, i, exact);
		next += axis->taps;
	}
}

static uint32_t round_up(uint32_t value, uint32_t step)
{
	return (value + step - 1) / step * step;
}

int resample_axis_init(struct resample_axis *axis, enum resample_kernel kernel,
		       const struct resample_key *key, struct err *err)
{
	double scale = key->extent / key->to;
	double reach = floor(2 * radii[kernel] * (scale > 1 ? scale : 1)) + 1;
	uint32_t stored = round_up(key->to, LINE);
	size_t weights;
	double *exact;

	*axis = (struct resample_axis){.key = *key};
	axis->reach = reach < key->from ? (uint32_t)reach : key->from;
	axis->taps = axis->reach <= SHORT_TAPS ? SHORT_TAPS : round_up(axis->reach, LONG_TAPS);
	weights = (size_t)stored * axis->taps * sizeof *axis->weights;
	axis->allocation = aligned_alloc(LINE, 2 * stored * sizeof(uint32_t) + weights);
	exact = mem_try(axis->reach * sizeof *exact);
	if (axis->allocation == NULL || exact == NULL) {
		free(exact);
		resample_axis_free(axis);
		return err_transient(err, "no memory to resize");
	}
	axis->first = axis->allocation;
	axis->set = axis->first + stored;
	axis->weights = (int16_t *)(void *)(axis->set + stored);
	memset(axis->first, 0, 2 * stored * sizeof(uint32_t));
	make_all(axis, kernel, exact);
	free(exact);
	return 0;
}

void resample_axis_free(struct resample_axis *axis)
{
	free(axis->allocation);
	*axis = (struct resample_axis){0};
}

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
