/*
 * container_jpeg.c - JPEG: the segments before the first scan (ITU-T T.81, annex B).
 *
 * EXIF is the first APP1 segment of its kind. Others may stand before it, some of them large and
 * many: profiles, extended XMP, depth maps.
 */
#include "config.h"

#include <string.h>

#include "media/container.h"
#include "media/exif_block.h"

enum {
	MARKER_SOF0 = 0xc0,
	MARKER_SOF15 = 0xcf,
	MARKER_DHT = 0xc4,
	MARKER_JPG = 0xc8,
	MARKER_DAC = 0xcc,
	MARKER_RST0 = 0xd0,
	MARKER_SOI = 0xd8,
	MARKER_EOI = 0xd9,
	MARKER_SOS = 0xda,
	MARKER_APP1 = 0xe1,
	MARKER_TEM = 0x01,
	EXIF_PREFIX_BYTES = 6,
	MOST_SEGMENTS = 100000,
};

static bool is_frame(unsigned marker)
{
	return marker >= MARKER_SOF0 && marker <= MARKER_SOF15 && marker != MARKER_DHT &&
	       marker != MARKER_JPG && marker != MARKER_DAC;
}

/* Markers that stand alone. */
static bool is_bare(unsigned marker)
{
	return marker == MARKER_TEM || (marker >= MARKER_RST0 && marker <= MARKER_SOI);
}

static bool is_exif(const struct feed_part *segment)
{
	const unsigned char *start = feed_need(segment, 0, EXIF_PREFIX_BYTES);

	/* Of the two NULs one is padding, and not all write it. */
	return start != NULL && memcmp(start, "Exif", 5) == 0;
}

/* Offset of the next marker's code at or behind `at`, its fill bytes skipped; 0 when there is none.
 */
static uint64_t find_marker(const struct feed_part *file, uint64_t at, unsigned *marker)
{
	const unsigned char *bytes = feed_need(file, at, 2);

	if (bytes == NULL || bytes[0] != 0xff)
		return 0;
	while (bytes != NULL && bytes[1] == 0xff)
		bytes = feed_need(file, ++at, 2);
	if (bytes == NULL || bytes[1] == 0)
		return 0;
	*marker = bytes[1];
	return at + 1;
}

/* One segment's body. */
static void read_segment(unsigned marker, const struct feed_part *segment, bool *has_exif,
			 bool *has_size, struct facts *facts)
{
	struct feed_part block;
	const unsigned char *frame;

	if (marker == MARKER_APP1 && !*has_exif && is_exif(segment)) {
		*has_exif = true;
		block = feed_within(segment, EXIF_PREFIX_BYTES, segment->bytes);
		exif_block_read(&block, TIFF_PART_PAGE, facts);
	} else if (is_frame(marker) && !*has_size) {
		frame = feed_need(segment, 0, 5);
		if (frame == NULL)
			return;
		*has_size = true;
		container_size(facts, feed_be16(frame + 3), feed_be16(frame + 1));
	}
}

void container_jpeg(const struct feed_part *file, struct facts *facts)
{
	bool has_exif = false;
	bool has_size = false;
	uint64_t at = 0;
	unsigned marker;

	for (unsigned i = 0; i < MOST_SEGMENTS && !(has_exif && has_size); i++) {
		uint64_t code = find_marker(file, at, &marker);
		const unsigned char *bytes;
		struct feed_part segment;
		uint32_t length;

		if (code == 0 || marker == MARKER_EOI || marker == MARKER_SOS)
			break;
		at = code + 1;
		if (is_bare(marker))
			continue;
		bytes = feed_need(file, at, 2);
		length = bytes != NULL ? feed_be16(bytes) : 0;
		if (length < 2)
			break;
		segment = feed_within(file, at + 2, length - 2);
		read_segment(marker, &segment, &has_exif, &has_size, facts);
		at += length;
	}
	if (!has_size)
		facts_note(facts, "JPEG: no picture before the first scan");
}
