/*
 * exif.c - the few things needed of EXIF.
 */
#include "config.h"

#include "image/exif.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/tiff.h"

enum { TAG_ORIENTATION = 0x0112, HEADER_BYTES = 8, ENTRY_BYTES = 12 };

struct structure {
	struct tiff_memory memory;
	struct tiff tiff;
	uint32_t directory;
};

/* The structure must not be moved: its source points into it. */
static bool open_structure(struct structure *structure, const void *bytes, size_t length)
{
	struct tiff_source source = tiff_memory_source(&structure->memory);

	structure->memory = (struct tiff_memory){bytes, length};
	return tiff_open(&structure->tiff, &source, &structure->directory) &&
	       structure->directory >= HEADER_BYTES;
}

/* The entry of the orientation, if it is one. */
static bool find_orientation(const struct structure *structure, struct tiff_entry *entry)
{
	unsigned count = tiff_count(&structure->tiff, structure->directory);

	for (unsigned i = 0; i < count; i++) {
		if (!tiff_entry(&structure->tiff, structure->directory, i, entry))
			return false;
		if (entry->tag == TAG_ORIENTATION)
			return entry->count == 1 &&
			       (entry->type == TIFF_TYPE_SHORT || entry->type == TIFF_TYPE_LONG);
	}
	return false;
}

unsigned exif_orientation(const void *bytes, size_t length)
{
	struct structure structure;
	struct tiff_entry entry;
	uint32_t value;

	if (!open_structure(&structure, bytes, length) || !find_orientation(&structure, &entry) ||
	    !tiff_number(&structure.tiff, &entry, 0, &value))
		return 1;
	return value >= 1 && value <= 8 ? value : 1;
}

void exif_set_upright(void *bytes, size_t length)
{
	struct structure structure;
	unsigned char *writable = bytes;
	struct tiff_entry entry;
	uint64_t link;

	if (!open_structure(&structure, bytes, length))
		return;
	if (find_orientation(&structure, &entry)) {
		size_t last = entry.value_bytes - 1;

		memset(writable + entry.value_at, 0, entry.value_bytes);
		writable[entry.value_at + (structure.tiff.big_endian ? last : 0)] = 1;
	}
	/* The second directory describes the thumbnail, which still lies on its side. */
	link = (uint64_t)structure.directory + 2 +
	       (uint64_t)tiff_count(&structure.tiff, structure.directory) * ENTRY_BYTES;
	if (link + 4 <= length)
		memset(writable + link, 0, 4);
}
