/*
 * exif.c - the few things needed of EXIF.
 */
#include "config.h"

#include "image/exif.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum {
	TAG_ORIENTATION = 0x0112,
	TYPE_SHORT = 3,
	TYPE_LONG = 4,
	HEADER_BYTES = 8,
	ENTRY_BYTES = 12,
};

struct tiff {
	const unsigned char *bytes;
	size_t length;
	bool big_endian;
	size_t directory; /* offset of the first directory's entries */
	unsigned entries; /* that lie within length */
	bool whole;	  /* all entries do, and so does the link behind them */
};

static unsigned read_16(const struct tiff *tiff, size_t offset)
{
	unsigned a = tiff->bytes[offset];
	unsigned b = tiff->bytes[offset + 1];

	return tiff->big_endian ? a << 8 | b : b << 8 | a;
}

static uint32_t read_32(const struct tiff *tiff, size_t offset)
{
	uint32_t a = read_16(tiff, offset);
	uint32_t b = read_16(tiff, offset + 2);

	return tiff->big_endian ? a << 16 | b : b << 16 | a;
}

static bool open_tiff(struct tiff *tiff, const void *bytes, size_t length)
{
	size_t first;
	unsigned declared;
	size_t room;

	*tiff = (struct tiff){.bytes = bytes, .length = length};
	if (length < HEADER_BYTES)
		return false;
	if (memcmp(bytes, "MM\0*", 4) == 0)
		tiff->big_endian = true;
	else if (memcmp(bytes, "II*\0", 4) != 0)
		return false;
	first = read_32(tiff, 4);
	if (first < HEADER_BYTES || first > length - 2)
		return false;
	declared = read_16(tiff, first);
	tiff->directory = first + 2;
	room = (length - tiff->directory) / ENTRY_BYTES;
	tiff->entries = declared < room ? declared : (unsigned)room;
	tiff->whole = length - tiff->directory >= (size_t)declared * ENTRY_BYTES + 4;
	return true;
}

/* Offset of the orientation's value, 0 when there is none. */
static size_t find_orientation(const struct tiff *tiff, unsigned *type)
{
	for (unsigned i = 0; i < tiff->entries; i++) {
		size_t entry = tiff->directory + (size_t)i * ENTRY_BYTES;

		if (read_16(tiff, entry) != TAG_ORIENTATION)
			continue;
		*type = read_16(tiff, entry + 2);
		if ((*type == TYPE_SHORT || *type == TYPE_LONG) && read_32(tiff, entry + 4) == 1)
			return entry + 8;
		return 0;
	}
	return 0;
}

unsigned exif_orientation(const void *bytes, size_t length)
{
	struct tiff tiff;
	unsigned type;
	size_t offset;
	uint32_t value;

	if (!open_tiff(&tiff, bytes, length))
		return 1;
	offset = find_orientation(&tiff, &type);
	if (offset == 0)
		return 1;
	value = type == TYPE_SHORT ? read_16(&tiff, offset) : read_32(&tiff, offset);
	return value >= 1 && value <= 8 ? value : 1;
}

void exif_set_upright(void *bytes, size_t length)
{
	struct tiff tiff;
	unsigned char *writable = bytes;
	unsigned type;
	size_t offset;
	size_t width;

	if (!open_tiff(&tiff, bytes, length))
		return;
	offset = find_orientation(&tiff, &type);
	if (offset != 0) {
		width = type == TYPE_SHORT ? 2 : 4;
		memset(writable + offset, 0, width);
		writable[tiff.big_endian ? offset + width - 1 : offset] = 1;
	}
	/* The second directory describes the thumbnail, which still lies on its side. */
	if (tiff.whole)
		memset(writable + tiff.directory + (size_t)tiff.entries * ENTRY_BYTES, 0, 4);
}
