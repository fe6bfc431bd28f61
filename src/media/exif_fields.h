/*
 * exif_fields.h - the fields of a loaded EXIF structure, as far as they are credible (floor: media;
 * only for exif_block.c and tests).
 */
#ifndef IMGTOP_MEDIA_EXIF_FIELDS_H
#define IMGTOP_MEDIA_EXIF_FIELDS_H

#include <stdbool.h>
#include <stdint.h>

#include <libexif/exif-data.h>

#include "media/facts.h"

/* Named by libexif only from 0.6.22 on. */
enum { EXIF_FIELDS_OFFSET_TIME_ORIGINAL = 0x9011 };

/* Add all fields; those that are known already stay. */
void exif_fields_read(ExifData *data, struct facts *facts);

/* "2021:07:04 12:30:05" as seconds since 1970, as if it were UTC. false for what is no time:
 * blanks, year, month or day 0, hour 24. */
bool exif_fields_time(const char *text, int64_t *seconds);

/* "+05:30" as minutes. false for blanks and for what no place on earth has. */
bool exif_fields_offset(const char *text, int *minutes);

#endif
