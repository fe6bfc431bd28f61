/*
 * measure_test.c - the ideal reduction and the distances that benchmarks judge quality by: whoever
 * judges is judged first.
 */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/bench/measure.h"

static const double pi = 3.14159265358979323846;

/* Noise that is the same everywhere: a linear congruential generator. */
static struct pixels noise(size_t width, size_t height, unsigned seed)
{
	struct pixels pixels = {width, height, calloc(width * height, 3)};

	assert_non_null(pixels.rgb);
	for (size_t i = 0; i < width * height * 3; i++) {
		seed = seed * 1664525u + 1013904223u;
		pixels.rgb[i] = (unsigned char)(seed >> 24);
	}
	return pixels;
}

static struct measure_box whole(const struct pixels *pixels)
{
	return (struct measure_box){0, 0, pixels->width, pixels->height};
}

static void a_constant_picture_stays_constant_at_every_size(void **state)
{
	static const size_t sides[] = {1, 2, 7, 19, 20, 53};
	struct pixels source = noise(20, 19, 1);

	(void)state;
	for (size_t i = 0; i < (size_t)20 * 19 * 3; i++)
		source.rgb[i] = (unsigned char)(40 + 90 * (i % 3));
	for (size_t i = 0; i < 36; i++) {
		size_t width = sides[i % 6], height = sides[i / 6];
		double *values = measure_reference(&source, width, height);

		for (size_t at = 0; at < width * height * 3; at++)
			assert_true(fabs(values[at] - (40 + 90 * (double)(at % 3))) < 1e-9);
		free(values);
	}
	free(source.rgb);
}

static void the_same_size_is_the_same_picture(void **state)
{
	struct pixels source = noise(23, 17, 2);
	double *values = measure_reference(&source, 23, 17);

	(void)state;
	for (size_t i = 0; i < (size_t)23 * 17 * 3; i++)
		assert_true(fabs(values[i] - source.rgb[i]) < 1e-9);
	free(values);
	free(source.rgb);
}

static double kernel(double x)
{
	if (x == 0)
		return 1;
	if (x <= -3 || x >= 3)
		return 0;
	return 3 * sin(pi * x) * sin(pi * x / 3) / (pi * pi * x * x);
}

/* One value from all of the source at once, in two dimensions, as the definition has it. */
static double brute_force(const struct pixels *source, size_t width, size_t height, size_t x,
			  size_t y, size_t channel)
{
	double scale_x = (double)source->width / (double)width;
	double scale_y = (double)source->height / (double)height;
	double sum = 0, total = 0;

	for (size_t v = 0; v < source->height; v++) {
		for (size_t u = 0; u < source->width; u++) {
			double at_x = ((double)u + 0.5) / scale_x - ((double)x + 0.5);
			double at_y = ((double)v + 0.5) / scale_y - ((double)y + 0.5);
			double weight = kernel(scale_x > 1 ? at_x : at_x * scale_x) *
					kernel(scale_y > 1 ? at_y : at_y * scale_y);

			sum += weight * source->rgb[(v * source->width + u) * 3 + channel];
			total += weight;
		}
	}
	return fmin(fmax(sum / total, 0), 255);
}

static void it_is_the_sum_over_the_whole_picture_that_defines_it(void **state)
{
	static const size_t sizes[][2] = {{5, 4}, {16, 3}, {13, 14}, {31, 9}, {1, 1}};
	struct pixels source = noise(31, 14, 3);

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		size_t width = sizes[i][0], height = sizes[i][1];
		double *values = measure_reference(&source, width, height);

		for (size_t at = 0; at < width * height * 3; at++)
			assert_true(fabs(values[at] - brute_force(&source, width, height,
								  at / 3 % width, at / 3 / width,
								  at % 3)) < 1e-9);
		free(values);
	}
	free(source.rgb);
}

/*
 * Six samples at 0.5 ... 5.5 become three. The middle one's centre is at 3, so the six lie at
 * distances of 5/4, 3/4, 1/4, 1/4, 3/4, 5/4 in the kernel that is twice as wide; the last one's
 * centre is at 5.
 */
static void a_row_of_six_is_halved_as_by_hand(void **state)
{
	const double at_1_4 = 0.8900671, at_3_4 = 0.2701898, at_5_4 = -0.1328710;
	struct pixels source = noise(6, 1, 0);
	double *values;

	(void)state;
	for (size_t i = 0; i < 18; i++)
		source.rgb[i] = i / 3 == 2 ? 200 : 0;
	values = measure_reference(&source, 3, 1);
	assert_true(fabs(values[3] - 200 * at_1_4 / (2 * (at_1_4 + at_3_4 + at_5_4))) < 1e-4);
	/* To the last, the bright sample's weight is negative: clipped. */
	assert_true(values[6] == 0);
	free(values);
	free(source.rgb);
}

/* A pattern finer than the result can hold becomes its mean, no false pattern. */
static void what_is_too_fine_does_not_alias(void **state)
{
	struct pixels source = noise(64, 64, 4);
	double *values;

	(void)state;
	for (size_t i = 0; i < (size_t)64 * 64 * 3; i++)
		source.rgb[i] = i / 3 % 2 != 0 ? 255 : 0;
	values = measure_reference(&source, 20, 20);
	for (size_t i = 0; i < (size_t)20 * 20; i++) {
		if (i % 20 >= 3 && i % 20 < 17)
			assert_true(fabs(values[i * 3] - 127.5) < 3);
	}
	free(values);
	free(source.rgb);
}

static void psnr_is_that_of_the_box(void **state)
{
	struct pixels picture = noise(10, 8, 5);
	double *values = measure_reference(&picture, 10, 8);

	(void)state;
	for (size_t i = 0; i < (size_t)10 * 8 * 3; i++)
		values[i] = picture.rgb[i];
	assert_true(isinf(measure_psnr(values, &picture, whole(&picture))));
	for (size_t i = 0; i < (size_t)10 * 8 * 3; i++)
		values[i] += i % 2 != 0 ? 5 : -5;
	/* 20 log10(255 / 5) */
	assert_true(fabs(measure_psnr(values, &picture, whole(&picture)) - 34.1514) < 1e-4);
	for (size_t i = 0; i < 3; i++)
		values[(7 * 10 + 9) * 3 + i] = picture.rgb[(7 * 10 + 9) * 3 + i] + 51;
	assert_true(fabs(measure_psnr(values, &picture, (struct measure_box){0, 0, 9, 8}) -
			 34.1514) < 1e-4);
	assert_true(fabs(measure_psnr(values, &picture, (struct measure_box){0, 0, 10, 7}) -
			 34.1514) < 1e-4);
	/* 20 log10(255 / 51) */
	assert_true(fabs(measure_psnr(values, &picture, (struct measure_box){9, 7, 1, 1}) -
			 13.9794) < 1e-4);
	free(values);
	free(picture.rgb);
}

static void ssim_is_one_for_the_same_and_falls_with_every_loss(void **state)
{
	struct pixels picture = noise(40, 30, 6);
	double *values = measure_reference(&picture, 40, 30);
	double before = 1;

	(void)state;
	assert_true(fabs(measure_ssim(values, &picture) - 1) < 1e-9);
	for (int loss = 2; loss <= 32; loss *= 2) {
		double now;

		for (size_t i = 0; i < (size_t)40 * 30 * 3; i++)
			values[i] = picture.rgb[i] + (i / 3 % 2 != 0 ? loss : -loss);
		now = measure_ssim(values, &picture);
		assert_true(now < before);
		before = now;
	}
	free(values);
	free(picture.rgb);
}

/* Of constant pictures only the term of the means is left: (2ab + c1) / (aa + bb + c1). */
static void ssim_of_constant_pictures_is_as_by_hand(void **state)
{
	struct pixels picture = noise(11, 12, 7);
	double *values = measure_reference(&picture, 11, 12);

	(void)state;
	for (size_t i = 0; i < (size_t)11 * 12 * 3; i++) {
		picture.rgb[i] = 100;
		values[i] = 50;
	}
	assert_true(fabs(measure_ssim(values, &picture) - 10006.5025 / 12506.5025) < 1e-9);
	picture.height = 10;
	assert_true(isnan(measure_ssim(values, &picture)));
	free(values);
	free(picture.rgb);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_constant_picture_stays_constant_at_every_size),
		cmocka_unit_test(the_same_size_is_the_same_picture),
		cmocka_unit_test(it_is_the_sum_over_the_whole_picture_that_defines_it),
		cmocka_unit_test(a_row_of_six_is_halved_as_by_hand),
		cmocka_unit_test(what_is_too_fine_does_not_alias),
		cmocka_unit_test(psnr_is_that_of_the_box),
		cmocka_unit_test(ssim_is_one_for_the_same_and_falls_with_every_loss),
		cmocka_unit_test(ssim_of_constant_pictures_is_as_by_hand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
