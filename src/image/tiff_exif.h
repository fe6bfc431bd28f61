/*
 * tiff_exif.h - what a TIFF page tells of how it was taken, as an EXIF structure (floor: image;
 * only for the TIFF files).
 */
#ifndef IMGTOP_IMAGE_TIFF_EXIF_H
#define IMGTOP_IMAGE_TIFF_EXIF_H

#include <stddef.h>
#include <stdint.h>

/*
 * Collect from the page whose directory lies at an offset of a file.
 *   to:      room for `room` bytes
 *   returns: how many were written, 0 when there is nothing to tell or it does not fit
 */
size_t tiff_exif_collect(const unsigned char *file, size_t length, uint64_t directory,
			 unsigned char *to, size_t room);

#endif
