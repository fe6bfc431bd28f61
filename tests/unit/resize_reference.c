/*
 * resize_reference.c - the resampling that the tests hold ours against.
 */
#include "config.h"

#include "resize_reference.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

static const double pi = 3.14159265358979323846;

static double sinc(double x)
{
	return fabs(x) < 1e-9 ? 1 : sin(pi * x) / (pi * x);
}

static double lanczos3(double x)
{
	return fabs(x) < 3 ? sinc(x) * sinc(x / 3) : 0;
}

static long mirror(long index, long count)
{
	while (index < 0 || index >= count)
		index = index < 0 ? -1 - index : 2 * count - 1 - index;
	return index;
}

/* A bundle of lines that are resampled alike. */
struct bundle {
	const double *from;
	size_t from_step; /* from sample to sample */
	size_t from_line; /* from line to line */
	long count;	  /* samples that there are */
	double start;	  /* of the box */
	double extent;
	double *to;
	size_t to_step;
	size_t to_line;
	long wanted;
	size_t lines;
};

/* Sample i of every line. */
static void resample_at(const struct bundle *bundle, long i, double *weights)
{
	double scale = bundle->extent / (double)bundle->wanted;
	double widening = scale > 1 ? scale : 1;
	double centre = bundle->start + ((double)i + 0.5) * scale;
	long first = (long)floor(centre - 3 * widening);
	long last = (long)ceil(centre + 3 * widening);
	double total = 0;

	for (long j = first; j <= last; j++) {
		weights[j - first] = lanczos3(((double)j + 0.5 - centre) / widening);
		total += weights[j - first];
	}
	for (size_t line = 0; line < bundle->lines; line++) {
		const double *from = bundle->from + line * bundle->from_line;
		double sum = 0;

		for (long j = first; j <= last; j++)
			sum += weights[j - first] *
			       from[(size_t)mirror(j, bundle->count) * bundle->from_step];
		bundle->to[line * bundle->to_line + (size_t)i * bundle->to_step] = sum / total;
	}
}

static void resample(const struct bundle *bundle)
{
	double scale = bundle->extent / (double)bundle->wanted;
	double *weights = mem_calloc((size_t)(6 * (scale > 1 ? scale : 1)) + 4, sizeof(double));

	for (long i = 0; i < bundle->wanted; i++)
		resample_at(bundle, i, weights);
	free(weights);
}

void reference_lanczos(const struct image *source, unsigned index, uint32_t columns, uint32_t rows,
		       double *values)
{
	const struct image_plane *plane = &source->geometry.plane[index];
	double *samples = mem_calloc((size_t)plane->columns * plane->rows, sizeof(double));
	double *narrow = mem_calloc((size_t)columns * plane->rows, sizeof(double));

	for (uint32_t y = 0; y < plane->rows; y++)
		for (uint32_t x = 0; x < plane->columns; x++)
			samples[(size_t)y * plane->columns + x] = image_row(source, index, y)[x];
	resample(&(struct bundle){
		.from = samples,
		.from_step = 1,
		.from_line = plane->columns,
		.count = plane->columns,
		.start = plane->box.x,
		.extent = plane->box.width,
		.to = narrow,
		.to_step = 1,
		.to_line = columns,
		.wanted = columns,
		.lines = plane->rows,
	});
	resample(&(struct bundle){
		.from = narrow,
		.from_step = columns,
		.from_line = 1,
		.count = plane->rows,
		.start = plane->box.y,
		.extent = plane->box.height,
		.to = values,
		.to_step = columns,
		.to_line = 1,
		.wanted = rows,
		.lines = columns,
	});
	free(samples);
	free(narrow);
}
