/*
 * resample_test.c - rows of a plane at another spacing: the arithmetic.
 *
 * Linked so that the processor's vector instructions can be hidden from it.
 */
#include "config.h"

#include "image/resample.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "image/resample_avx2.h"

static bool plain_only;

bool __real_resample_avx2_usable(void);
bool __wrap_resample_avx2_usable(void);

bool __wrap_resample_avx2_usable(void)
{
	return !plain_only && __real_resample_avx2_usable();
}

static const struct resample_key keys[] = {
	{100, 73, 0, 100, 1},
	{640, 480, 0, 640, 1},
	{2001, 777, 0, 2000.625, 1},
	{333, 33, -0.5, 334, 1},
	{33, 100, 0, 32.75, 1},
	{1, 1, 0, 0.125, 1},
	{1, 9, 0, 1, 1},
	{5000, 7, 0, 5000, 1},
	{64, 64, 0, 64, 1},
	{97, 96, 0.3333333333, 96, 1},
	{128, 65, 0, 127.25, 1},
	{300, 299, 0, 299.5, 1},
	{2592, 1920, 0, 2592, 1},
	{7, 3, -1, 9, 1},
	{1296, 1024, 0, 1296, 2},
	{1001, 770, 0, 1000.5, 4},
	{417, 253, 0, 416.125, 8},
	{40, 40, 0, 40, 2},
	{3, 2, 0, 2.25, 8},
	{1, 1, 0, 0.125, 8},
};

enum { KEYS = sizeof keys / sizeof keys[0], KERNELS = RESAMPLE_SPLINE36 + 1 };

static struct resample_axis axis_of(enum resample_kernel kernel, const struct resample_key *key)
{
	struct resample_axis axis;
	struct err err;

	if (resample_axis_init(&axis, kernel, key, &err) != 0)
		fail_msg("%s", err.text);
	return axis;
}

static void weights_add_up_to_one_and_stay_in_the_source(void **state)
{
	(void)state;
	for (int kernel = 0; kernel < KERNELS; kernel++)
		for (size_t i = 0; i < KEYS; i++) {
			struct resample_axis axis = axis_of((enum resample_kernel)kernel, &keys[i]);

			for (uint32_t k = 0; k < keys[i].to; k++) {
				const int16_t *weights = axis.weights + axis.set[k];
				int sum = 0;

				assert_true(axis.first[k] + axis.reach <= keys[i].from);
				for (uint32_t tap = 0; tap < axis.taps; tap++) {
					sum += weights[tap];
					assert_true(tap < axis.reach || weights[tap] == 0);
				}
				assert_int_equal(sum, RESAMPLE_ONE);
			}
			resample_axis_free(&axis);
		}
}

/* An axis of the same scale whose span is too odd for a period to be found. */
static void repeated_weights_are_those_that_would_have_been_made(void **state)
{
	static const struct resample_key periodic[] = {{2592, 1920, 0, 2592, 1},
						       {2001, 777, 0, 2000.625, 1},
						       {640, 480, 0, 640, 1},
						       {1296, 1024, 0, 1296, 2},
						       {1001, 500, 0, 1000.5, 4}};

	(void)state;
	for (size_t i = 0; i < sizeof periodic / sizeof periodic[0]; i++) {
		struct resample_key odd = periodic[i];
		struct resample_axis repeated = axis_of(RESAMPLE_LANCZOS3, &periodic[i]);
		struct resample_axis made;

		odd.extent += 1e-7;
		made = axis_of(RESAMPLE_LANCZOS3, &odd);
		for (uint32_t k = 0; k < odd.to; k++) {
			double centre = 0;
			double other = 0;

			/* Where a sample falls between two, either may come first. */
			assert_true(abs((int)made.first[k] - (int)repeated.first[k]) <= 1);
			for (uint32_t tap = 0; tap < made.reach; tap++) {
				centre += (made.first[k] + tap) *
					  (double)made.weights[made.set[k] + tap];
				other += (repeated.first[k] + tap) *
					 (double)repeated.weights[repeated.set[k] + tap];
			}
			assert_true(abs((int)((centre - other) / RESAMPLE_ONE * 1000)) <= 1);
		}
		resample_axis_free(&made);
		resample_axis_free(&repeated);
	}
}

enum { ROWS = 40, WIDEST = 5000 + 2 * RESAMPLE_SPARE };

/* One row each way; returns its samples. */
static unsigned char *row_by(const struct resample_axis *across, const struct resample_axis *down,
			     uint32_t y, const unsigned char *const *rows)
{
	int16_t *between = mem_calloc(across->key.from + RESAMPLE_SPARE, sizeof *between);
	unsigned char *to = mem_calloc(across->key.to + RESAMPLE_SPARE, 1);

	resample_row(across, down, y, rows, between, to);
	free(between);
	return to;
}

static void vector_instructions_change_nothing(void **state)
{
	const struct resample_key key_down = {ROWS, 25, 0, 39.5, 1};
	unsigned char *noise = aligned_alloc(64, ROWS * WIDEST / 64 * 64 + 64);
	const unsigned char *rows[ROWS + 1];

	(void)state;
	if (!__real_resample_avx2_usable())
		skip();
	srand(1);
	for (size_t i = 0; i < ROWS * WIDEST / 64 * 64; i++)
		noise[i] = (unsigned char)((rand() >> 8) % 3 * 127); /* extremes overshoot most */
	for (int kernel = 0; kernel < KERNELS; kernel++)
		for (size_t i = 0; i < KEYS; i++) {
			struct resample_axis across =
				axis_of((enum resample_kernel)kernel, &keys[i]);
			struct resample_axis down =
				axis_of((enum resample_kernel)kernel, &key_down);

			for (uint32_t y = 0; y < key_down.to; y++) {
				unsigned char *plain;
				unsigned char *vector;

				for (uint32_t k = 0; k <= down.reach; k++)
					rows[k] = noise +
						  (down.first[y] + k) % ROWS * (WIDEST / 64 * 64);
				plain_only = true;
				plain = row_by(&across, &down, y, rows);
				plain_only = false;
				vector = row_by(&across, &down, y, rows);
				assert_memory_equal(plain, vector, keys[i].to);
				free(plain);
				free(vector);
			}
			resample_axis_free(&across);
			resample_axis_free(&down);
		}
	free(noise);
}

enum { FINE = 960, TEXTURE = 5 };

/* What an axis makes of a row, before rounding. */
static double sample_of(const struct resample_axis *axis, uint32_t index, const double *row)
{
	const int16_t *weights = axis->weights + axis->set[index];
	double sum = 0;

	for (uint32_t k = 0; k < axis->reach; k++)
		sum += weights[k] * row[axis->first[index] + k];
	return sum / RESAMPLE_ONE;
}

/* Largest difference between the samples made of a fine row and those made of its means, when the
 * axis is told that they are `told` means. */
static double loss_by_means(const double *fine, uint32_t averaged, uint32_t told)
{
	uint32_t count = FINE / averaged;
	uint32_t to = count * 3 / 4;
	struct resample_axis whole =
		axis_of(RESAMPLE_LANCZOS3, &(struct resample_key){FINE, to, 0, FINE, 1});
	struct resample_axis means =
		axis_of(RESAMPLE_LANCZOS3, &(struct resample_key){count, to, 0, count, told});
	double *row = mem_calloc(count, sizeof *row);
	double largest = 0;

	for (uint32_t i = 0; i < FINE; i++)
		row[i / averaged] += fine[i] / averaged;
	for (uint32_t i = 0; i < to; i++)
		largest =
			fmax(largest, fabs(sample_of(&whole, i, fine) - sample_of(&means, i, row)));
	free(row);
	resample_axis_free(&whole);
	resample_axis_free(&means);
	return largest;
}

static void means_lose_little_of_the_detail_that_they_were_made_of(void **state)
{
	static const uint32_t averages[] = {2, 4, 8};
	double fine[FINE];

	(void)state;
	for (size_t k = 0; k < 3; k++) {
		/* Waves of five means: finer than most, coarser than what the result can hold. */
		for (uint32_t i = 0; i < FINE; i++)
			fine[i] = 128 + 100 * cos(2 * M_PI * (i + 0.5) / (TEXTURE * averages[k]));
		assert_true(loss_by_means(fine, averages[k], averages[k]) < 3);
		assert_true(loss_by_means(fine, averages[k], 1) > 4);
	}
}

static void means_are_mirrored_like_samples(void **state)
{
	const struct resample_key key = {417, 250, 0, 417, 4};
	struct resample_axis axis = axis_of(RESAMPLE_LANCZOS3, &key);
	double row[417];
	double mirrored[417];

	(void)state;
	srand(2);
	for (size_t i = 0; i < 417; i++)
		row[i] = mirrored[416 - i] = rand() % 256;
	for (uint32_t i = 0; i < key.to; i++)
		assert_true(fabs(sample_of(&axis, i, row) -
				 sample_of(&axis, key.to - 1 - i, mirrored)) < 0.2);
	resample_axis_free(&axis);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(weights_add_up_to_one_and_stay_in_the_source),
		cmocka_unit_test(repeated_weights_are_those_that_would_have_been_made),
		cmocka_unit_test(vector_instructions_change_nothing),
		cmocka_unit_test(means_lose_little_of_the_detail_that_they_were_made_of),
		cmocka_unit_test(means_are_mirrored_like_samples),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
