/*
 * sum_numbers.c - the numbers of the sum workload, and adding them up.
 *
 * Adding must not be what limits the sum: the memory is. The inner loop runs over blocks of a fixed
 * number of elements, so that the compiler makes vector code of it at -O2, and each block's sum
 * fits 32 bits, so that no lane needs widening inside the block.
 */
#include "config.h"

#include "workload/sum_numbers.h"

#include <assert.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>

/* A block's sum must fit 32 bits. */
enum { BLOCK = 4096 };
static_assert((uint64_t)BLOCK * SUM_NUMBER_MOST <= UINT32_MAX, "a block's sum fits 32 bits");

/* SplitMix64 (Steele, Lea, Flood 2014) as a function of the position: its state advances by a
 * constant, so that any step can be computed by itself. */
static uint64_t random_bits(uint64_t seed, uint64_t position)
{
	uint64_t bits =
		seed * UINT64_C(0xd1342543de82ef95) + (position + 1) * UINT64_C(0x9e3779b97f4a7c15);

	bits = (bits ^ bits >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	bits = (bits ^ bits >> 27) * UINT64_C(0x94d049bb133111eb);
	return bits ^ bits >> 31;
}

/* 32 random bits scaled to 0..SUM_NUMBER_MOST (Lemire 2019, without the rejection: the bias is
 * below 1 in 4000). */
static uint32_t number_of(uint32_t bits)
{
	return (uint32_t)((uint64_t)bits * (SUM_NUMBER_MOST + 1) >> 32);
}

/* Two numbers come from one position. */
static uint32_t number_at(uint64_t index, uint64_t seed)
{
	return number_of((uint32_t)(random_bits(seed, index / 2) >> (index % 2 * 32)));
}

void sum_numbers_make(uint32_t *numbers, uint64_t first, size_t count, uint64_t seed)
{
	size_t i = 0;

	if (count != 0 && first % 2 != 0) {
		numbers[0] = number_at(first, seed);
		i = 1;
	}
	for (; i + 1 < count; i += 2) {
		uint64_t bits = random_bits(seed, (first + i) / 2);

		numbers[i] = number_of((uint32_t)bits);
		numbers[i + 1] = number_of((uint32_t)(bits >> 32));
	}
	if (i < count)
		numbers[i] = number_at(first + i, seed);
}

struct sum_total sum_total_empty(void)
{
	return (struct sum_total){.least = UINT32_MAX};
}

void sum_total_join(struct sum_total *total, const struct sum_total *more)
{
	total->count += more->count;
	total->sum += more->sum;
	if (more->least < total->least)
		total->least = more->least;
	if (more->most > total->most)
		total->most = more->most;
}

/* Compared as signed numbers, since that is what plain vector units can do. Inlined, so that each
 * caller has it for its own processor. */
__attribute__((always_inline)) static inline struct sum_total block_total(const uint32_t *numbers)
{
	uint32_t sum = 0;
	int32_t least = INT32_MAX, most = 0;

	for (size_t i = 0; i < BLOCK; i++) {
		int32_t number = (int32_t)numbers[i];

		sum += numbers[i];
		least = number < least ? number : least;
		most = number > most ? number : most;
	}
	return (struct sum_total){
		.count = BLOCK, .sum = sum, .least = (uint32_t)least, .most = (uint32_t)most};
}

/* Whole blocks alone. */
static void add_blocks(const uint32_t *numbers, size_t blocks, struct sum_total *total)
{
	for (size_t i = 0; i < blocks; i++) {
		struct sum_total block = block_total(numbers + i * BLOCK);

		sum_total_join(total, &block);
	}
}

#if defined(__x86_64__) && defined(__GNUC__)

/* The same for processors with AVX2: without it min and max take several instructions each, and
 * adding would be slower than the memory. */
__attribute__((target("avx2"))) static void add_blocks_avx2(const uint32_t *numbers, size_t blocks,
							    struct sum_total *total)
{
	for (size_t i = 0; i < blocks; i++) {
		struct sum_total block = block_total(numbers + i * BLOCK);

		sum_total_join(total, &block);
	}
}

static bool avx2_usable(void)
{
	return __builtin_cpu_supports("avx2");
}

#else

static void add_blocks_avx2(const uint32_t *numbers, size_t blocks, struct sum_total *total)
{
	add_blocks(numbers, blocks, total);
}

static bool avx2_usable(void)
{
	return false;
}

#endif

struct sum_total sum_numbers_add(const uint32_t *numbers, size_t count)
{
	struct sum_total total = sum_total_empty();
	size_t blocks = count / BLOCK;

	if (avx2_usable())
		add_blocks_avx2(numbers, blocks, &total);
	else
		add_blocks(numbers, blocks, &total);
	for (size_t i = blocks * BLOCK; i < count; i++)
		sum_total_join(&total, &(struct sum_total){.count = 1,
							   .sum = numbers[i],
							   .least = numbers[i],
							   .most = numbers[i]});
	return total;
}

void sum_total_mean(const struct sum_total *total, char *text, size_t size)
{
	if (total->count == 0) {
		snprintf(text, size, "0");
		return;
	}
	/* The remainder is below count, at most 10^12: a million times it fits 64 bits. */
	snprintf(text, size, "%" PRIu64 ".%06" PRIu64, total->sum / total->count,
		 total->sum % total->count * 1000000 / total->count);
}
