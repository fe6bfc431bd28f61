/*
 * crc_avx512.c - fold a message for its CRC-32, 256 bytes at a time.
 *
 * The remainder of a message modulo the polynomial stays the same when its first 128 bits are
 * replaced by their product with x^D modulo the polynomial, added D bits further on. That product
 * is two carry-less multiplications of 64 bits (V. Gopal et al., "Fast CRC Computation for Generic
 * Polynomials Using PCLMULQDQ Instruction", Intel 2009). Here four registers with four such lanes
 * each go over the message, and are folded into one lane at the end.
 *
 * The factors for a distance D are x^(D+32) and x^(D-32) modulo 0x104c11db7, bit-reversed and
 * shifted left by one, for this CRC takes the lowest bit of a byte first.
 */
#include "config.h"

#include "media/crc.h"

#if defined(__x86_64__) && defined(__GNUC__)

#include <immintrin.h>

#define AVX512 __attribute__((target("avx512f,vpclmulqdq,pclmul")))

bool crc_avx512_usable(void)
{
	return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("vpclmulqdq");
}

/* The lanes of `from`, moved on by the distance that the factors are for, added to `to`. */
static inline AVX512 __m512i fold(__m512i from, __m512i factors, __m512i to)
{
	__m512i low = _mm512_clmulepi64_epi128(from, factors, 0x00);
	__m512i high = _mm512_clmulepi64_epi128(from, factors, 0x11);

	return _mm512_ternarylogic_epi64(low, high, to, 0x96);
}

static inline AVX512 __m512i both(uint64_t low, uint64_t high)
{
	return _mm512_set_epi64((long long)high, (long long)low, (long long)high, (long long)low,
				(long long)high, (long long)low, (long long)high, (long long)low);
}

static inline AVX512 __m512i load(const unsigned char *bytes)
{
	return _mm512_loadu_si512(bytes);
}

AVX512 void crc_avx512_fold(uint32_t state, const unsigned char *bytes, size_t blocks,
			    unsigned char folded[16])
{
	const __m512i by_2048 = both(0x11542778a, 0x1322d1430);
	const __m512i by_512 = both(0x154442bd4, 0x1c6e41596);
	/* Lanes 0, 1 and 2 go 384, 256 and 128 bits on, where the last one is. */
	const __m512i to_last = _mm512_set_epi64(0, 0, 0x0ccaa009e, 0x1751997d0, 0x15a546366,
						 0x0f1da05aa, 0x174359406, 0x03db1ecdc);
	__m512i a = load(bytes);
	__m512i b = load(bytes + 64);
	__m512i c = load(bytes + 128);
	__m512i d = load(bytes + 192);
	__m512i lanes;
	__m128i last;

	a = _mm512_xor_si512(a, _mm512_zextsi128_si512(_mm_cvtsi32_si128((int)state)));
	for (size_t i = 1; i < blocks; i++) {
		bytes += CRC_AVX512_BYTES;
		a = fold(a, by_2048, load(bytes));
		b = fold(b, by_2048, load(bytes + 64));
		c = fold(c, by_2048, load(bytes + 128));
		d = fold(d, by_2048, load(bytes + 192));
	}
	d = fold(fold(fold(a, by_512, b), by_512, c), by_512, d);
	last = _mm512_extracti32x4_epi32(d, 3);
	/* Its factors are 0: the last lane has nowhere to go. */
	lanes = fold(d, to_last, _mm512_setzero_si512());
	last = _mm_xor_si128(last, _mm512_extracti32x4_epi32(lanes, 0));
	last = _mm_xor_si128(last, _mm512_extracti32x4_epi32(lanes, 1));
	last = _mm_xor_si128(last, _mm512_extracti32x4_epi32(lanes, 2));
	_mm_storeu_si128((__m128i *)(void *)folded, last);
}

#else

bool crc_avx512_usable(void)
{
	return false;
}

void crc_avx512_fold(uint32_t state, const unsigned char *bytes, size_t blocks,
		     unsigned char folded[16])
{
	(void)state;
	(void)bytes;
	(void)blocks;
	(void)folded;
}

#endif
