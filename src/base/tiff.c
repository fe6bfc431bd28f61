/*
 * tiff.c - the directories of a TIFF structure.
 */
#include "config.h"

#include "base/tiff.h"

#include <string.h>

enum { HEADER_BYTES = 8, ENTRY_BYTES = 12 };

static const unsigned char *need_of_memory(void *context, uint64_t at, size_t bytes)
{
	const struct tiff_memory *memory = context;

	if (at > memory->length || bytes > memory->length - at)
		return NULL;
	return memory->bytes + at;
}

struct tiff_source tiff_memory_source(struct tiff_memory *memory)
{
	return (struct tiff_source){need_of_memory, memory};
}

unsigned tiff_16(const struct tiff *tiff, const unsigned char *bytes)
{
	return tiff->big_endian ? (unsigned)bytes[0] << 8 | bytes[1]
				: (unsigned)bytes[1] << 8 | bytes[0];
}

uint32_t tiff_32(const struct tiff *tiff, const unsigned char *bytes)
{
	uint32_t first = tiff_16(tiff, bytes);
	uint32_t second = tiff_16(tiff, bytes + 2);

	return tiff->big_endian ? first << 16 | second : second << 16 | first;
}

static const unsigned char *need(const struct tiff *tiff, uint64_t at, size_t bytes)
{
	return tiff->source.need(tiff->source.context, at, bytes);
}

bool tiff_open(struct tiff *tiff, const struct tiff_source *source, uint32_t *first)
{
	static const char magics[][5] = {"II*\0", "MM\0*", "IIRO", "IIRS", "MMOR", "IIU\0"};
	const unsigned char *header;

	*tiff = (struct tiff){.source = *source};
	header = need(tiff, 0, HEADER_BYTES);
	if (header == NULL)
		return false;
	for (size_t i = 0; i < sizeof magics / sizeof magics[0]; i++) {
		if (memcmp(header, magics[i], 4) != 0)
			continue;
		tiff->big_endian = header[0] == 'M';
		*first = tiff_32(tiff, header + 4);
		return true;
	}
	return false;
}

unsigned tiff_count(const struct tiff *tiff, uint64_t directory)
{
	const unsigned char *bytes = need(tiff, directory, 2);

	return bytes != NULL ? tiff_16(tiff, bytes) : 0;
}

static uint64_t entry_at(uint64_t directory, unsigned index)
{
	return directory + 2 + (uint64_t)index * ENTRY_BYTES;
}

bool tiff_entry(const struct tiff *tiff, uint64_t directory, unsigned index,
		struct tiff_entry *entry)
{
	static const unsigned sizes[] = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4};
	uint64_t at = entry_at(directory, index);
	const unsigned char *bytes = need(tiff, at, ENTRY_BYTES);
	uint64_t length;

	if (bytes == NULL)
		return false;
	memcpy(entry->raw, bytes, ENTRY_BYTES);
	entry->tag = tiff_16(tiff, entry->raw);
	entry->type = tiff_16(tiff, entry->raw + 2);
	entry->count = tiff_32(tiff, entry->raw + 4);
	length = entry->type < sizeof sizes / sizeof sizes[0]
			 ? (uint64_t)sizes[entry->type] * entry->count
			 : 0;
	entry->value_bytes = length <= UINT32_MAX ? (size_t)length : 0;
	entry->value_at = entry->value_bytes > 4 ? tiff_32(tiff, entry->raw + 8) : at + 8;
	return true;
}

uint32_t tiff_next(const struct tiff *tiff, uint64_t directory)
{
	unsigned count = tiff_count(tiff, directory);
	const unsigned char *bytes = need(tiff, entry_at(directory, count), 4);

	return count > 0 && bytes != NULL ? tiff_32(tiff, bytes) : 0;
}

bool tiff_number(const struct tiff *tiff, const struct tiff_entry *entry, uint32_t index,
		 uint32_t *number)
{
	size_t size = entry->type == TIFF_TYPE_SHORT ? 2 : 4;
	const unsigned char *bytes;

	if ((entry->type != TIFF_TYPE_SHORT && entry->type != TIFF_TYPE_LONG) ||
	    index >= entry->count || entry->value_bytes == 0)
		return false;
	bytes = need(tiff, entry->value_at + (uint64_t)index * size, size);
	if (bytes == NULL)
		return false;
	*number = size == 2 ? tiff_16(tiff, bytes) : tiff_32(tiff, bytes);
	return true;
}
