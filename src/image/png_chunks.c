/*
 * png_chunks.c - the chunks that a PNG file is made of, without what is in them.
 */
#include "config.h"

#include "image/png_chunks.h"

#include <stdbool.h>
#include <string.h>

enum {
	TYPE_AT = 4, /* behind the length */
	CONTENT_AT = 8,
	OVERHEAD_BYTES = 12, /* length, type, CRC */
};

static uint32_t read_32(const unsigned char *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
	       bytes[3];
}

/* Step to the chunk at *at: its start and the length of its content. False when it is not whole. */
static bool next_chunk(const unsigned char *file, size_t file_bytes, size_t *at,
		       const unsigned char **chunk, size_t *length)
{
	if (file_bytes < *at || file_bytes - *at < OVERHEAD_BYTES)
		return false;
	*chunk = file + *at;
	*length = read_32(*chunk);
	if (*length > file_bytes - *at - OVERHEAD_BYTES)
		return false;
	*at += *length + OVERHEAD_BYTES;
	return true;
}

const unsigned char *png_chunks_find(const void *file, size_t file_bytes, const char type[4],
				     size_t *length)
{
	size_t at = PNG_CHUNKS_SIGNATURE_BYTES;
	const unsigned char *chunk;

	while (next_chunk(file, file_bytes, &at, &chunk, length))
		if (memcmp(chunk + TYPE_AT, type, 4) == 0)
			return chunk + CONTENT_AT;
	return NULL;
}

uint64_t png_chunks_count_others(const void *file, size_t file_bytes)
{
	size_t at = PNG_CHUNKS_SIGNATURE_BYTES;
	const unsigned char *chunk;
	uint64_t count = 0;
	size_t length;

	while (next_chunk(file, file_bytes, &at, &chunk, &length))
		count += memcmp(chunk + TYPE_AT, "IDAT", 4) != 0 &&
			 memcmp(chunk + TYPE_AT, "fdAT", 4) != 0 &&
			 memcmp(chunk + TYPE_AT, "fcTL", 4) != 0;
	return count;
}
