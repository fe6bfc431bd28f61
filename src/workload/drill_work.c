/*
 * drill_work.c - computing that takes a known amount of work.
 */
#include "config.h"

#include "workload/drill_work.h"

#include <math.h>

#include "base/clock.h"

/* The best of a few: what disturbs a measurement only makes it longer. */
enum { MEASUREMENTS = 3, ROUNDS = 1 << 20 };

uint64_t drill_work_rounds(uint64_t rounds)
{
	uint64_t word = 1;

	/* Each round needs the one before (xorshift): nothing to run side by side. */
	for (uint64_t i = 0; i < rounds; i++) {
		word ^= word << 13;
		word ^= word >> 7;
		word ^= word << 17;
	}
	return word;
}

uint64_t drill_work_measure(void)
{
	uint64_t best_ns = UINT64_MAX;
	uint64_t sum = 0;

	for (int i = 0; i < MEASUREMENTS; i++) {
		uint64_t begin_ns = clock_thread_cpu_ns();
		uint64_t ns;

		sum += drill_work_rounds(ROUNDS);
		ns = clock_thread_cpu_ns() - begin_ns;
		if (ns < best_ns)
			best_ns = ns;
	}
	/* sum is never 0: each round maps other words than 0 to such. */
	if (best_ns == 0 || sum == 0)
		best_ns = CLOCK_MS_NS;
	return ROUNDS * CLOCK_MS_NS / best_ns;
}

double drill_work_squares(uint64_t count)
{
	double sum = 0;

	for (uint64_t i = 1; i <= count; i++)
		sum += (double)i * (double)i;
	return sum;
}

double drill_work_sines(uint64_t count)
{
	double sum = 0;

	for (uint64_t i = 1; i <= count; i++) {
		double x = (double)i;

		sum += sin(x) * cos(x) + sqrt(x) * log(x + 1);
	}
	return sum;
}
