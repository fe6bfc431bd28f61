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

struct line {
	const double *from;
	size_t from_step;
	long count;   /* samples that there are */
	double start; /* of the box */
	double extent;
	double *to;
	size_t to_step;
	long wanted;
};

static void resample(const struct line *line)
{
	double scale = line->extent / (double)line->wanted;
	double widening = scale > 1 ? scale : 1;

	for (long i = 0; i < line->wanted; i++) {
		double centre = line->start + ((double)i + 0.5) * scale;
		long first = (long)floor(centre - 3 * widening);
		long last = (long)ceil(centre + 3 * widening);
		double sum = 0;
		double weights = 0;

		for (long j = first; j <= last; j++) {
			double weight = lanczos3(((double)j + 0.5 - centre) / widening);

			sum += weight *
			       line->from[(size_t)mirror(j, line->count) * line->from_step];
			weights += weight;
		}
		line->to[(size_t)i * line->to_step] = sum / weights;
	}
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
	for (uint32_t y = 0; y < plane->rows; y++)
		resample(&(struct line){
			.from = samples + (size_t)y * plane->columns,
			.from_step = 1,
			.count = plane->columns,
			.start = plane->box.x,
			.extent = plane->box.width,
			.to = narrow + (size_t)y * columns,
			.to_step = 1,
			.wanted = columns,
		});
	for (uint32_t x = 0; x < columns; x++)
		resample(&(struct line){
			.from = narrow + x,
			.from_step = columns,
			.count = plane->rows,
			.start = plane->box.y,
			.extent = plane->box.height,
			.to = values + x,
			.to_step = columns,
			.wanted = rows,
		});
	free(samples);
	free(narrow);
}
