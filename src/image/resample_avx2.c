/*
 * resample_avx2.c - the two passes of resample.c with AVX2.
 *
 * Both multiply pairs of 16-bit numbers and add each pair up, an instruction that takes sixteen
 * products at once. Down a column the pairs are samples of two rows, interleaved; along a row they
 * are neighbours, and the sums of eight samples are brought together at the end.
 */
#include "config.h"

#include "image/resample_avx2.h"

#include <string.h>

#if defined(__x86_64__) && defined(__GNUC__)

#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))

enum { DOWN_SHIFT = 8, ACROSS_SHIFT = 20, STEP = 64, GROUP = 8, SHORT_TAPS = 8, LONG_TAPS = 16 };

bool resample_avx2_usable(void)
{
	return __builtin_cpu_supports("avx2");
}

/* Sums of 32 samples: 0..3 and 16..19, 4..7 and 20..23, and so on, as unpacking leaves them. */
struct sums {
	__m256i part[4];
};

/* Add the products of two rows. */
AVX2 static inline void add_rows(const unsigned char *one, const unsigned char *other,
				 __m256i weights, struct sums *sums)
{
	const __m256i zero = _mm256_setzero_si256();
	__m256i a = _mm256_loadu_si256((const __m256i *)(const void *)one);
	__m256i b = _mm256_loadu_si256((const __m256i *)(const void *)other);
	__m256i low = _mm256_unpacklo_epi8(a, b);
	__m256i high = _mm256_unpackhi_epi8(a, b);
	__m256i pairs[4] = {
		_mm256_unpacklo_epi8(low, zero),
		_mm256_unpackhi_epi8(low, zero),
		_mm256_unpacklo_epi8(high, zero),
		_mm256_unpackhi_epi8(high, zero),
	};

#pragma GCC unroll 4
	for (unsigned i = 0; i < 4; i++)
		sums->part[i] =
			_mm256_add_epi32(sums->part[i], _mm256_madd_epi16(pairs[i], weights));
}

AVX2 static inline void store_between(const struct sums *sums, int16_t *between)
{
	__m256i whole[4];
	__m256i a;
	__m256i b;

#pragma GCC unroll 4
	for (unsigned i = 0; i < 4; i++)
		whole[i] = _mm256_srai_epi32(sums->part[i], DOWN_SHIFT);
	a = _mm256_packs_epi32(whole[0], whole[1]);
	b = _mm256_packs_epi32(whole[2], whole[3]);
	_mm256_storeu_si256((__m256i *)(void *)between, _mm256_permute2x128_si256(a, b, 0x20));
	_mm256_storeu_si256((__m256i *)(void *)(between + STEP / 4),
			    _mm256_permute2x128_si256(a, b, 0x31));
}

AVX2 void resample_avx2_down(const struct resample_axis *down, uint32_t y,
			     const unsigned char *const *rows, uint32_t columns, int16_t *between)
{
	const int16_t *weights = down->weights + down->set[y];
	const __m256i half = _mm256_set1_epi32(1 << (DOWN_SHIFT - 1));

	for (uint32_t x = 0; x < columns; x += STEP) {
		struct sums left = {{half, half, half, half}};
		struct sums right = left;

		for (uint32_t k = 0; k < down->reach; k += 2) {
			int32_t both;
			__m256i pair;

			memcpy(&both, weights + k, sizeof both);
			pair = _mm256_set1_epi32(both);
			add_rows(rows[k] + x, rows[k + 1] + x, pair, &left);
			add_rows(rows[k] + x + STEP / 2, rows[k + 1] + x + STEP / 2, pair, &right);
		}
		store_between(&left, between + x);
		store_between(&right, between + x + STEP / 2);
	}
}

AVX2 static inline __m256i load(const int16_t *samples)
{
	return _mm256_loadu_si256((const __m256i *)(const void *)samples);
}

AVX2 static inline __m256i load_two(const int16_t *low, const int16_t *high)
{
	__m128i first = _mm_loadu_si128((const __m128i *)(const void *)low);

	return _mm256_inserti128_si256(_mm256_castsi128_si256(first),
				       _mm_loadu_si128((const __m128i *)(const void *)high), 1);
}

/* Sums of eight samples of up to eight taps: samples i and i + 4 share a register. */
AVX2 static inline __m256i short_sums(const struct resample_axis *axis, const int16_t *between,
				      uint32_t x)
{
	const uint32_t *first = axis->first + x;
	const uint32_t *set = axis->set + x;
	__m256i products[4];

#pragma GCC unroll 4
	for (unsigned i = 0; i < 4; i++)
		products[i] = _mm256_madd_epi16(
			load_two(between + first[i], between + first[i + 4]),
			load_two(axis->weights + set[i], axis->weights + set[i + 4]));
	return _mm256_hadd_epi32(_mm256_hadd_epi32(products[0], products[1]),
				 _mm256_hadd_epi32(products[2], products[3]));
}

AVX2 static inline __m256i long_products(const int16_t *from, const int16_t *weights, uint32_t taps)
{
	__m256i sum = _mm256_madd_epi16(load(from), load(weights));

	for (uint32_t k = LONG_TAPS; k < taps; k += LONG_TAPS)
		sum = _mm256_add_epi32(sum, _mm256_madd_epi16(load(from + k), load(weights + k)));
	return sum;
}

/* The same for more taps: a register for each sample. */
AVX2 static inline __m256i long_sums(const struct resample_axis *axis, const int16_t *between,
				     uint32_t x, uint32_t taps)
{
	__m256i fours[2];

#pragma GCC unroll 2
	for (unsigned i = 0; i < 2; i++) {
		const uint32_t *first = axis->first + x + 4 * i;
		const uint32_t *set = axis->set + x + 4 * i;
		__m256i products[4];

#pragma GCC unroll 4
		for (unsigned k = 0; k < 4; k++)
			products[k] =
				long_products(between + first[k], axis->weights + set[k], taps);
		fours[i] = _mm256_hadd_epi32(_mm256_hadd_epi32(products[0], products[1]),
					     _mm256_hadd_epi32(products[2], products[3]));
	}
	return _mm256_add_epi32(_mm256_permute2x128_si256(fours[0], fours[1], 0x20),
				_mm256_permute2x128_si256(fours[0], fours[1], 0x31));
}

AVX2 static inline void store_result(__m256i sums, unsigned char *to)
{
	const __m256i half = _mm256_set1_epi32(1 << (ACROSS_SHIFT - 1));
	__m256i whole = _mm256_srai_epi32(_mm256_add_epi32(sums, half), ACROSS_SHIFT);
	__m128i words =
		_mm_packs_epi32(_mm256_castsi256_si128(whole), _mm256_extracti128_si256(whole, 1));

	_mm_storel_epi64((__m128i *)(void *)to, _mm_packus_epi16(words, words));
}

AVX2 void resample_avx2_across(const struct resample_axis *across, const int16_t *between,
			       unsigned char *to)
{
	if (across->taps == SHORT_TAPS) {
		for (uint32_t x = 0; x < across->key.to; x += GROUP)
			store_result(short_sums(across, between, x), to + x);
		return;
	}
	/* A number of taps that the compiler knows spares it a loop for each sample. */
	for (uint32_t x = 0; x < across->key.to && across->taps == LONG_TAPS; x += GROUP)
		store_result(long_sums(across, between, x, LONG_TAPS), to + x);
	for (uint32_t x = 0; x < across->key.to && across->taps > LONG_TAPS; x += GROUP)
		store_result(long_sums(across, between, x, across->taps), to + x);
}

#else

bool resample_avx2_usable(void)
{
	return false;
}

void resample_avx2_down(const struct resample_axis *down, uint32_t y,
			const unsigned char *const *rows, uint32_t columns, int16_t *between)
{
	(void)down;
	(void)y;
	(void)rows;
	(void)columns;
	(void)between;
}

void resample_avx2_across(const struct resample_axis *across, const int16_t *between,
			  unsigned char *to)
{
	(void)across;
	(void)between;
	(void)to;
}

#endif
