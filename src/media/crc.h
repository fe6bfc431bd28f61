/*
 * crc.h - CRC-32 as of zlib, PNG and gzip (floor: media).
 *
 * libdeflate's, but for long stretches on processors that multiply 512 bits at a time: the checksum
 * is what a scan's time goes into besides copying from the page cache, and the libdeflate of
 * today's distributions multiplies 128 (on an EPYC: 11 GB/s instead of 45).
 */
#ifndef IMGTOP_MEDIA_CRC_H
#define IMGTOP_MEDIA_CRC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The checksum of what `crc` is the checksum of (0 of nothing), followed by these bytes. */
uint32_t crc_add(uint32_t crc, const void *bytes, size_t length);

/* Has this processor what crc_avx512_fold needs? */
bool crc_avx512_usable(void);

enum { CRC_AVX512_BYTES = 256 };

/*
 * 16 bytes that stand for many: their remainder is that of the message that they replace.
 *   blocks: of CRC_AVX512_BYTES, at least one
 *   state:  the inverted checksum of what comes before
 */
void crc_avx512_fold(uint32_t state, const unsigned char *bytes, size_t blocks,
		     unsigned char folded[16]);

#endif
