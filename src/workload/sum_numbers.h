/*
 * sum_numbers.h - the numbers of the sum workload, and adding them up (floor: workload).
 *
 * Number i of a seed follows from both alone, so any part of the array can be made by itself and
 * the array is the same however it is cut. Numbers are whole, from 0 to SUM_NUMBER_MOST, so that
 * their sum is exact and does not depend on the order of adding.
 *
 * No state; any thread enters.
 */
#ifndef IMGTOP_WORKLOAD_SUM_NUMBERS_H
#define IMGTOP_WORKLOAD_SUM_NUMBERS_H

#include <stddef.h>
#include <stdint.h>

enum { SUM_NUMBER_MOST = 999999 };

struct sum_total {
	uint64_t count;
	uint64_t sum;
	uint32_t least; /* of none: UINT32_MAX */
	uint32_t most;
};

/* Numbers first..first+count-1 (from 0) of the seed's array. */
void sum_numbers_make(uint32_t *numbers, uint64_t first, size_t count, uint64_t seed);

/* The total of these numbers, in one pass at the memory's speed. Each must be at most
 * SUM_NUMBER_MOST. */
struct sum_total sum_numbers_add(const uint32_t *numbers, size_t count);

/* The total of none; and one total added to another. */
struct sum_total sum_total_empty(void);
void sum_total_join(struct sum_total *total, const struct sum_total *more);

/* The mean as decimal text with six places, rounded down; exact arithmetic. "0" of none. */
void sum_total_mean(const struct sum_total *total, char *text, size_t size);

#endif
