/*
 * exif.h - the few things needed of EXIF: the orientation, and metadata that may be kept
 * (floor: image).
 *
 * EXIF is a TIFF structure (TIFF 6.0, section 2; EXIF 2.32, section 4.5). It is read and changed in
 * place: rewriting it would move maker notes, whose offsets only their makers know.
 */
#ifndef IMGTOP_IMAGE_EXIF_H
#define IMGTOP_IMAGE_EXIF_H

#include <stddef.h>

/* Orientation 1..8 of a TIFF structure (starting with "II" or "MM"); 1 when it has none or is
 * broken. */
unsigned exif_orientation(const void *tiff, size_t length);

/* Make a structure true for an upright picture: orientation 1, and no link to the old thumbnail.
 * Broken structures stay as they are. */
void exif_set_upright(void *tiff, size_t length);

#endif
