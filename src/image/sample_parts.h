/*
 * sample_parts.h - what sample.c is made of: the writers of the formats (floor: image).
 * Only the sample files include it.
 */
#ifndef IMGTOP_IMAGE_SAMPLE_PARTS_H
#define IMGTOP_IMAGE_SAMPLE_PARTS_H

#include "image/sample.h"

/* Pixels as stored: rows from top to bottom without padding. */
struct sample_pixels {
	int width_px;
	int height_px;
	unsigned char *rgb;
	unsigned char *alpha; /* NULL unless the format has it */
};

enum { SAMPLE_EXIF_BYTES = 1024 };

/* Calendar date of a time, UTC: Howard Hinnant's civil-from-days. */
struct sample_date {
	int year, month, day, hour, minute, second;
};
void sample_date(int64_t since_1970_s, struct sample_date *date);

/*
 * An EXIF block (with its "Exif\0\0" head) of about 500 bytes. Byte order and camera follow from
 * the scene's seed. Returns its length. Layout: CIPA DC-008 (Exif 2.32), TIFF 6.0.
 */
size_t sample_exif(const struct sample *sample, unsigned char block[SAMPLE_EXIF_BYTES]);

int sample_write_jpeg(const struct sample *sample, const struct sample_pixels *pixels,
		      struct sample_bytes *file, struct err *err);
int sample_write_png(const struct sample *sample, const struct sample_pixels *pixels,
		     struct sample_bytes *file, struct err *err);

#endif
