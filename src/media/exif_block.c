/*
 * exif_block.c - an EXIF structure somewhere in a file into facts.
 *
 * libexif is told not to follow the specification: it would add what a structure lacks, today's
 * date among it.
 */
#include "config.h"

#include "media/exif_block.h"

#include <stdio.h>
#include <string.h>

#include <libexif/exif-data.h>

#include "media/exif_fields.h"

enum { MOST_VALUE_BYTES = 256, PREFIX_BYTES = 6, BLOCK_BYTES = 4096 };

static const struct {
	enum tiff_part part;
	unsigned tag;
} wanted_tags[] = {
	{TIFF_PART_PAGE, EXIF_TAG_MAKE},
	{TIFF_PART_PAGE, EXIF_TAG_MODEL},
	{TIFF_PART_PAGE, EXIF_TAG_ORIENTATION},
	{TIFF_PART_PAGE, TIFF_TAG_EXIF},
	{TIFF_PART_PAGE, TIFF_TAG_GPS},
	{TIFF_PART_EXIF, EXIF_TAG_DATE_TIME_ORIGINAL},
	{TIFF_PART_EXIF, EXIF_FIELDS_OFFSET_TIME_ORIGINAL},
	{TIFF_PART_EXIF, EXIF_TAG_SUB_SEC_TIME_ORIGINAL},
	{TIFF_PART_EXIF, EXIF_TAG_PIXEL_X_DIMENSION},
	{TIFF_PART_EXIF, EXIF_TAG_PIXEL_Y_DIMENSION},
	{TIFF_PART_GPS, EXIF_TAG_GPS_LATITUDE_REF},
	{TIFF_PART_GPS, EXIF_TAG_GPS_LATITUDE},
	{TIFF_PART_GPS, EXIF_TAG_GPS_LONGITUDE_REF},
	{TIFF_PART_GPS, EXIF_TAG_GPS_LONGITUDE},
	{TIFF_PART_GPS, EXIF_TAG_GPS_ALTITUDE_REF},
	{TIFF_PART_GPS, EXIF_TAG_GPS_ALTITUDE},
};

static bool is_wanted(enum tiff_part part, unsigned tag)
{
	for (size_t i = 0; i < sizeof wanted_tags / sizeof wanted_tags[0]; i++)
		if (wanted_tags[i].part == part && wanted_tags[i].tag == tag)
			return true;
	return false;
}

void facts_note(struct facts *facts, const char *text)
{
	if (facts->note[0] == '\0')
		snprintf(facts->note, sizeof facts->note, "%s", text);
}

static void load(const unsigned char *marker, size_t bytes, struct facts *facts)
{
	ExifData *data = exif_data_new();

	if (data == NULL) {
		facts_note(facts, "EXIF: no memory");
		return;
	}
	exif_data_unset_option(data, EXIF_DATA_OPTION_FOLLOW_SPECIFICATION);
	exif_data_unset_option(data, EXIF_DATA_OPTION_IGNORE_UNKNOWN_TAGS);
	exif_data_load_data(data, marker, (unsigned)bytes);
	exif_fields_read(data, facts);
	exif_data_unref(data);
}

void exif_block_read(struct feed_part *block, enum tiff_part first, struct facts *facts)
{
	static const struct tiff_choice choice = {is_wanted, MOST_VALUE_BYTES};
	struct tiff_source source = feed_tiff_source(block);
	unsigned char marker[PREFIX_BYTES + BLOCK_BYTES] = "Exif\0";
	struct tiff_directory from = {.part = first};
	struct tiff tiff;
	uint32_t at;
	size_t bytes;

	if (!tiff_open(&tiff, &source, &at)) {
		facts_note(facts, "EXIF: it does not begin like TIFF");
		return;
	}
	from.at = at;
	if (tiff_count(&tiff, at) == 0) {
		facts_note(facts, "EXIF: its first directory is missing");
		return;
	}
	bytes = tiff_pick(&tiff, from, &choice, marker + PREFIX_BYTES, BLOCK_BYTES);
	if (bytes > 0)
		load(marker, PREFIX_BYTES + bytes, facts);
}
