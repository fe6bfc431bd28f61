/*
 * crc.c - CRC-32 as of zlib, PNG and gzip.
 */
#include "config.h"

#include "media/crc.h"

#include <libdeflate.h>

uint32_t crc_add(uint32_t crc, const void *bytes, size_t length)
{
	const unsigned char *rest = bytes;
	size_t blocks = length / CRC_AVX512_BYTES;
	unsigned char folded[16];

	if (blocks > 0 && crc_avx512_usable()) {
		crc_avx512_fold(~crc, rest, blocks, folded);
		/* What comes before is in there: an inverted state of 0. */
		crc = libdeflate_crc32(UINT32_MAX, folded, sizeof folded);
		rest += blocks * CRC_AVX512_BYTES;
		length -= blocks * CRC_AVX512_BYTES;
	}
	return libdeflate_crc32(crc, rest, length);
}
