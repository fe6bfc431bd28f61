/*
 * tiff_exif.c - what a TIFF page tells of how it was taken, as an EXIF structure.
 *
 * EXIF is TIFF without the picture: the tags that describe it are copied, in the file's own byte
 * order, with their values behind them. Left out are what describes the samples, and maker notes,
 * which hold offsets that only their makers know. Files of more than 4 GB (BigTIFF) have none.
 */
#include "config.h"

#include "image/tiff_exif.h"

#include <stdbool.h>

#include "base/tiff.h"

enum {
	TAG_MAKER_NOTE = 0x927c,
	TAG_INTEROPERABILITY = 0xa005,
	MOST_VALUE_BYTES = 8 << 10,
};

/* Tags of a page that tell of the picture and not of its samples. */
static const unsigned page_tags[] = {
	0x010e, 0x010f, 0x0110, 0x0112, 0x011a,	       0x011b,	     0x0128,
	0x0131, 0x0132, 0x013b, 0x8298, TIFF_TAG_EXIF, TIFF_TAG_GPS,
};

static bool is_wanted(enum tiff_part part, unsigned tag)
{
	if (part != TIFF_PART_PAGE)
		return tag != TAG_MAKER_NOTE && tag != TAG_INTEROPERABILITY;
	for (size_t i = 0; i < sizeof page_tags / sizeof page_tags[0]; i++)
		if (tag == page_tags[i])
			return true;
	return false;
}

size_t tiff_exif_collect(const unsigned char *file, size_t length, uint64_t directory,
			 unsigned char *to, size_t room)
{
	static const struct tiff_choice choice = {is_wanted, MOST_VALUE_BYTES};
	struct tiff_memory memory = {file, length};
	struct tiff_source source = tiff_memory_source(&memory);
	struct tiff_directory page = {directory, TIFF_PART_PAGE};
	struct tiff tiff;
	uint32_t first;

	if (!tiff_open(&tiff, &source, &first))
		return 0;
	return tiff_pick(&tiff, page, &choice, to, room);
}
