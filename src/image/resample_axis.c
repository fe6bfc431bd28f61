/*
 * resample_axis.c - the weights that samples of an axis are made with.
 *
 * A decoder that scales down hands out means: of 2, 4 or 8 samples each way of the picture as it
 * was stored. Taken for samples they would lose detail twice, in the mean and in the kernel. So the
 * kernel is laid over the stored samples, of which the means tell this much: the smoothest curve
 * that has these means, a quadratic spline. (It is also what is expected of a random walk whose
 * means are known.) As the curve depends linearly on the means, each stored sample's share of the
 * result becomes shares of the means around it, and the weights cost nothing more to use.
 */
#include "config.h"

#include "image/resample.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum {
	LINE = 64, /* of the cache; samples are made in groups that divide it */
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

/* What one sample of the result is made of. */
struct view {
	double centre; /* in source samples */
	double widening;
	int64_t start; /* stored samples that the kernel reaches, also beyond the edges */
	int64_t end;
	int64_t first; /* source samples that get weights; they may lie beyond the edges as well */
};

static struct view view_of(const struct resample_axis *axis, enum resample_kernel kernel,
			   uint32_t index)
{
	const struct resample_key *key = &axis->key;
	double scale = key->extent / key->to;
	double finest = 1.0 / key->averaged;
	struct view view = {
		.centre = key->start + (index + 0.5) * scale,
		.widening = scale > finest ? scale : finest,
	};
	double radius = radii[kernel] * view.widening;

	view.start = (int64_t)ceil((view.centre - radius) * key->averaged - 0.5);
	view.end = (int64_t)floor((view.centre + radius) * key->averaged - 0.5) + 1;
	view.first = key->averaged == 1 ? view.start
					: (int64_t)floor(view.centre - axis->reach / 2.0 + 0.5);
	return view;
}

/* Is all that it may see within the source? */
static bool sees_no_edge(const struct resample_axis *axis, const struct view *view)
{
	int64_t spare =
		axis->key.averaged == 1 ? 0 : 1; /* the kernel may reach beyond the weights */

	return view->first >= spare && view->first + axis->reach + spare <= axis->key.from;
}

static int64_t mirror(int64_t index, int64_t count)
{
	int64_t period = 2 * count;

	index = (index % period + period) % period;
	return index < count ? index : period - 1 - index;
}

/* Room to work out the weights of one sample; `reach` of each and one more. */
struct shares {
	double *exact; /* of source samples */
	double *knots; /* of the curve's values where they meet */
	double *ratios;
	uint32_t reach;
};

/* 1 / the mean of u(1 - u) over the middles of so many equal parts of 0..1. */
static double curvature_of(uint32_t averaged)
{
	double square = (double)averaged * averaged;

	return 12 * square / (2 * square + 1);
}

/* A stored sample, at u of 0..1 of the source sample that it is part of. There the curve is
 * p(1 - u) + qu + c(m - (p + q) / 2)u(1 - u), with p and q at its ends and the mean m. */
static void add_part(struct shares *shares, uint32_t at, double u, double curvature, double weight)
{
	double bend = curvature * u * (1 - u);

	shares->exact[at] += weight * bend;
	shares->knots[at] += weight * (1 - u - bend / 2);
	shares->knots[at + 1] += weight * (u - bend / 2);
}

/* Replace the curve's values by the means that they follow from: those for which it has no corners
 * and ends level. A symmetric system of equations, three to a row, which is the same for shares. */
static void resolve_knots(struct shares *shares, double curvature)
{
	double beside = curvature / 2 - 1;
	double *knots = shares->knots;
	uint32_t last = shares->reach;
	double before = 0;

	for (uint32_t i = 0; i <= last; i++) {
		double own = i == 0 || i == last ? 1 + curvature / 2 : 2 + curvature;
		double rest = own - (i > 0 ? beside * shares->ratios[i - 1] : 0);

		shares->ratios[i] = beside / rest;
		knots[i] = (knots[i] - beside * before) / rest;
		before = knots[i];
	}
	for (uint32_t i = last; i > 0; i--)
		knots[i - 1] -= shares->ratios[i - 1] * knots[i];
	for (uint32_t i = 0; i < last; i++)
		shares->exact[i] += curvature * (knots[i] + knots[i + 1]);
}

/* Round the weights, so that they still add up to exactly one: each hands on what it was rounded
 * by. What is left at the end is a whole number and at most a half: nothing. */
static void round_weights(const double *exact, double total, uint32_t count, int16_t *weights)
{
	double carried = 0;

	for (uint32_t i = 0; i < count; i++) {
		double wanted = exact[i] / total * RESAMPLE_ONE + carried;

		weights[i] = (int16_t)lrint(wanted);
		carried = wanted - weights[i];
	}
}

static void make_weights(struct resample_axis *axis, enum resample_kernel kernel,
			 const struct view *view, uint32_t index, struct shares *shares)
{
	const struct resample_key *key = &axis->key;
	int64_t parts = key->averaged;
	int64_t rightmost = (int64_t)key->from - axis->reach;
	int64_t first = view->first < 0 ? 0 : view->first > rightmost ? rightmost : view->first;
	double curvature = curvature_of(key->averaged);
	double total = 0;

	memset(shares->exact, 0, axis->reach * sizeof *shares->exact);
	memset(shares->knots, 0, (axis->reach + 1) * sizeof *shares->knots);
	for (int64_t i = view->start; i < view->end; i++) {
		double place = ((double)i + 0.5) / (double)parts;
		double weight = kernel_at(kernel, (place - view->centre) / view->widening);
		int64_t stored = mirror(i, key->from * parts);
		int64_t at = stored / parts - first;

		total += weight;
		if (parts == 1 || at < 0 || at >= axis->reach)
			shares->exact[at < 0		  ? 0
				      : at >= axis->reach ? axis->reach - 1
							  : at] += weight;
		else
			add_part(shares, (uint32_t)at,
				 ((double)(stored % parts) + 0.5) / (double)parts, curvature,
				 weight);
	}
	if (parts > 1)
		resolve_knots(shares, curvature);
	axis->first[index] = (uint32_t)first;
	round_weights(shares->exact, total, axis->reach, axis->weights + axis->set[index]);
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

static void make_all(struct resample_axis *axis, enum resample_kernel kernel, struct shares *shares)
{
	uint32_t shift = 0;
	uint32_t period = find_period(&axis->key, &shift);
	uint32_t inner = 0; /* samples in a row that see nothing mirrored */
	uint32_t next = 0;

	for (uint32_t i = 0; i < axis->key.to; i++) {
		struct view view = view_of(axis, kernel, i);

		inner = sees_no_edge(axis, &view) ? inner + 1 : 0;
		if (period != 0 && inner > period &&
		    axis->first[i - period] + shift + axis->reach <= axis->key.from) {
			axis->first[i] = axis->first[i - period] + shift;
			axis->set[i] = axis->set[i - period];
			continue;
		}
		axis->set[i] = next;
		memset(axis->weights + next, 0, axis->taps * sizeof *axis->weights);
		make_weights(axis, kernel, &view, i, shares);
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
	struct shares shares;
	size_t weights;

	*axis = (struct resample_axis){.key = *key};
	axis->reach = reach < key->from ? (uint32_t)reach : key->from;
	axis->taps = axis->reach <= SHORT_TAPS ? SHORT_TAPS : round_up(axis->reach, LONG_TAPS);
	weights = (size_t)stored * axis->taps * sizeof *axis->weights;
	axis->allocation = aligned_alloc(LINE, 2 * stored * sizeof(uint32_t) + weights);
	shares.reach = axis->reach;
	shares.exact = mem_try(3 * ((size_t)axis->reach + 1) * sizeof *shares.exact);
	if (axis->allocation == NULL || shares.exact == NULL) {
		free(shares.exact);
		resample_axis_free(axis);
		return err_transient(err, "no memory to resize");
	}
	shares.knots = shares.exact + axis->reach + 1;
	shares.ratios = shares.knots + axis->reach + 1;
	axis->first = axis->allocation;
	axis->set = axis->first + stored;
	axis->weights = (int16_t *)(void *)(axis->set + stored);
	memset(axis->first, 0, 2 * stored * sizeof(uint32_t));
	make_all(axis, kernel, &shares);
	free(shares.exact);
	return 0;
}

void resample_axis_free(struct resample_axis *axis)
{
	free(axis->allocation);
	*axis = (struct resample_axis){0};
}
