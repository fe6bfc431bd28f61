/*
 * takeout_boxes.h - bytes of the containers in a sample library (floor: program). For
 * takeout_bodies.c.
 */
#ifndef IMGTOP_TAKEOUT_BOXES_H
#define IMGTOP_TAKEOUT_BOXES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "takeout_bodies.h"

/* A file that is being put together; what does not fit is a bug. */
struct takeout_bytes {
	unsigned char bytes[TAKEOUT_BODY_BYTES];
	size_t length;
};

void takeout_put(struct takeout_bytes *out, const void *bytes, size_t length);
void takeout_put_be(struct takeout_bytes *out, uint64_t value, int bytes);
void takeout_put_le(struct takeout_bytes *out, uint64_t value, int bytes);
void takeout_put_zeros(struct takeout_bytes *out, size_t count);
void takeout_patch_be(unsigned char *at, uint64_t value, int bytes);

/* What all containers carry. */
struct takeout_load {
	const unsigned char *tiff; /* EXIF, without "Exif\0\0" */
	size_t tiff_length;
	const char *serial; /* a text of TAKEOUT_SERIAL_BYTES that is replaced later */
};

enum { TAKEOUT_SERIAL_BYTES = 20 };

/* Each writes a whole file. png is a picture to put the rest into. */
void takeout_write_png(struct takeout_bytes *out, const struct takeout_load *load,
		       const unsigned char *png, size_t png_length);
void takeout_write_webp(struct takeout_bytes *out, const struct takeout_load *load);
void takeout_write_gif(struct takeout_bytes *out, const struct takeout_load *load);
void takeout_write_heic(struct takeout_bytes *out, const struct takeout_load *load);
/* Also MOV. The time stands at *time_at, as seconds since 1904, twice (made and changed). */
void takeout_write_movie(struct takeout_bytes *out, const struct takeout_load *load, bool mov,
			 size_t *time_at);

/* Put the checksums of a PNG's chunks right after bytes in them were replaced. */
void takeout_mend_png(unsigned char *png, size_t length);

#endif
