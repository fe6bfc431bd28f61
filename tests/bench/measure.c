/*
 * measure.c - how far a reduced picture is from the ideal one (benchmarks).
 *
 * Resampling is separable: first every row of the source is narrowed, then rows are added up. A
 * picture of 22 megapixels takes about 200 MB that way.
 */
#include "measure.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { CHANNELS = 3, WINDOW = 11 };

static const double pi = 3.14159265358979323846;

static double *allocate(size_t count)
{
	double *values = calloc(count != 0 ? count : 1, sizeof *values);

	if (values == NULL) {
		fprintf(stderr, "measure: no memory for %zu numbers\n", count);
		exit(1);
	}
	return values;
}

/* ---- the ideal picture -----------------------------------------------------------------------*/

static double sinc(double x)
{
	return fabs(x) < 1e-12 ? 1 : sin(pi * x) / (pi * x);
}

static double lanczos3(double x)
{
	return fabs(x) < 3 ? sinc(x) * sinc(x / 3) : 0;
}

/* The source samples that make up one sample of the result. */
struct taps {
	size_t first;
	size_t count;
	double *weights; /* room for taps_room() */
};

static double widening(size_t from, size_t to)
{
	return to < from ? (double)from / (double)to : 1;
}

static size_t taps_room(size_t from, size_t to)
{
	return (size_t)(6 * widening(from, to)) + 3;
}

static void find_taps(size_t from, size_t to, size_t index, struct taps *taps)
{
	double centre = ((double)index + 0.5) * (double)from / (double)to;
	double wide = widening(from, to);
	double first = ceil(centre - 3 * wide - 0.5);
	double last = floor(centre + 3 * wide - 0.5);
	double total = 0;

	taps->first = first > 0 ? (size_t)first : 0;
	taps->count = (size_t)fmin(last, (double)from - 1) - taps->first + 1;
	for (size_t i = 0; i < taps->count; i++) {
		taps->weights[i] = lanczos3(((double)(taps->first + i) + 0.5 - centre) / wide);
		total += taps->weights[i];
	}
	for (size_t i = 0; i < taps->count; i++)
		taps->weights[i] /= total;
}

/* Every row of the source at the new width. */
static double *narrowed(const struct pixels *source, size_t width)
{
	double *values = allocate(width * source->height * CHANNELS);
	struct taps taps = {.weights = allocate(taps_room(source->width, width))};

	for (size_t x = 0; x < width; x++) {
		find_taps(source->width, width, x, &taps);
		for (size_t y = 0; y < source->height; y++) {
			const unsigned char *from =
				source->rgb + (y * source->width + taps.first) * CHANNELS;
			double *to = values + (y * width + x) * CHANNELS;

			for (size_t i = 0; i < taps.count * CHANNELS; i++)
				to[i % CHANNELS] += taps.weights[i / CHANNELS] * from[i];
		}
	}
	free(taps.weights);
	return values;
}

double *measure_reference(const struct pixels *source, size_t width, size_t height)
{
	size_t row = width * CHANNELS;
	double *rows = narrowed(source, width);
	double *values = allocate(row * height);
	struct taps taps = {.weights = allocate(taps_room(source->height, height))};

	for (size_t y = 0; y < height; y++) {
		find_taps(source->height, height, y, &taps);
		for (size_t i = 0; i < taps.count; i++) {
			for (size_t x = 0; x < row; x++)
				values[y * row + x] +=
					taps.weights[i] * rows[(taps.first + i) * row + x];
		}
	}
	for (size_t i = 0; i < row * height; i++)
		values[i] = fmin(fmax(values[i], 0), 255);
	free(taps.weights);
	free(rows);
	return values;
}

/* ---- distances -------------------------------------------------------------------------------*/

double measure_psnr(const double *reference, const struct pixels *picture, struct measure_box box)
{
	double sum = 0;

	for (size_t y = box.y; y < box.y + box.height; y++) {
		for (size_t x = box.x * CHANNELS; x < (box.x + box.width) * CHANNELS; x++) {
			size_t at = y * picture->width * CHANNELS + x;
			double difference = reference[at] - picture->rgb[at];

			sum += difference * difference;
		}
	}
	return 10 * log10(255.0 * 255.0 * (double)(box.width * box.height * CHANNELS) / sum);
}

static double luma(double red, double green, double blue)
{
	return 0.299 * red + 0.587 * green + 0.114 * blue;
}

static void gaussian(double weights[WINDOW])
{
	double total = 0;

	for (int i = 0; i < WINDOW; i++) {
		int x = i - WINDOW / 2;

		weights[i] = exp(-(double)(x * x) / (2 * 1.5 * 1.5));
		total += weights[i];
	}
	for (int i = 0; i < WINDOW; i++)
		weights[i] /= total;
}

/* In place: values becomes the window's mean around each sample that has a whole window; the others
 * are left as they are and must not be read. scratch is of the same size. */
static void blur(double *values, double *scratch, size_t width, size_t height)
{
	double weights[WINDOW];

	gaussian(weights);
	for (size_t y = 0; y < height; y++) {
		for (size_t x = WINDOW / 2; x + WINDOW / 2 < width; x++) {
			const double *from = values + y * width + x - WINDOW / 2;
			double sum = 0;

			for (int i = 0; i < WINDOW; i++)
				sum += weights[i] * from[i];
			scratch[y * width + x] = sum;
		}
	}
	for (size_t y = WINDOW / 2; y + WINDOW / 2 < height; y++) {
		for (size_t x = WINDOW / 2; x + WINDOW / 2 < width; x++) {
			const double *from = scratch + (y - WINDOW / 2) * width + x;
			double sum = 0;

			for (size_t i = 0; i < WINDOW; i++)
				sum += weights[i] * from[i * width];
			values[y * width + x] = sum;
		}
	}
}

/* Means of a, b, aa, bb and ab, each a map of the picture's size. */
enum { A, B, AA, BB, AB, MAPS };

static double similarity(const double mean[MAPS])
{
	const double c1 = 0.01 * 255 * 0.01 * 255;
	const double c2 = 0.03 * 255 * 0.03 * 255;
	double variance_a = mean[AA] - mean[A] * mean[A];
	double variance_b = mean[BB] - mean[B] * mean[B];
	double covariance = mean[AB] - mean[A] * mean[B];

	return (2 * mean[A] * mean[B] + c1) * (2 * covariance + c2) /
	       ((mean[A] * mean[A] + mean[B] * mean[B] + c1) * (variance_a + variance_b + c2));
}

static void fill_maps(double *map[MAPS], const double *reference, const struct pixels *picture)
{
	for (size_t i = 0; i < picture->width * picture->height; i++) {
		const double *one = reference + i * CHANNELS;
		const unsigned char *other = picture->rgb + i * CHANNELS;
		double a = luma(one[0], one[1], one[2]);
		double b = luma(other[0], other[1], other[2]);

		map[A][i] = a;
		map[B][i] = b;
		map[AA][i] = a * a;
		map[BB][i] = b * b;
		map[AB][i] = a * b;
	}
}

double measure_ssim(const double *reference, const struct pixels *picture)
{
	size_t width = picture->width;
	size_t height = picture->height;
	double *scratch;
	double *map[MAPS];
	double sum = 0;

	if (width < WINDOW || height < WINDOW)
		return NAN;
	scratch = allocate(width * height);
	for (int i = 0; i < MAPS; i++)
		map[i] = allocate(width * height);
	fill_maps(map, reference, picture);
	for (int i = 0; i < MAPS; i++)
		blur(map[i], scratch, width, height);
	for (size_t y = WINDOW / 2; y + WINDOW / 2 < height; y++) {
		for (size_t x = WINDOW / 2; x + WINDOW / 2 < width; x++) {
			size_t at = y * width + x;

			sum += similarity((double[MAPS]){map[A][at], map[B][at], map[AA][at],
							 map[BB][at], map[AB][at]});
		}
	}
	free(scratch);
	for (int i = 0; i < MAPS; i++)
		free(map[i]);
	return sum / (double)((width - WINDOW + 1) * (height - WINDOW + 1));
}
