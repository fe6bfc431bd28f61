/*
 * container.h - what each kind of file tells, and where it keeps its EXIF (floor: media; only for
 * container*.c, scanfile.c and tests).
 *
 * Headers are walked here and not by the image libraries: those want the whole file or decode more
 * than is asked for, and here the walk moves the stream on that the checksum is taken of. HEIF,
 * whose items may lie anywhere, is libheif's. No file is trusted; what is not there or makes no
 * sense leaves its fields absent.
 */
#ifndef IMGTOP_MEDIA_CONTAINER_H
#define IMGTOP_MEDIA_CONTAINER_H

#include "media/facts.h"
#include "media/feed.h"

/* Fill the facts (zeroed first) of a file of this type. */
void container_read(struct feed *feed, unsigned mime, struct facts *facts);

void container_bmp(const struct feed_part *file, struct facts *facts);
void container_gif(const struct feed_part *file, struct facts *facts);
void container_heif(const struct feed_part *file, struct facts *facts);
void container_jpeg(const struct feed_part *file, struct facts *facts);
void container_movie(const struct feed_part *file, struct facts *facts);
void container_png(const struct feed_part *file, struct facts *facts);
void container_raf(const struct feed_part *file, struct facts *facts);
void container_raw(const struct feed_part *file, struct facts *facts);
void container_tiff(const struct feed_part *file, struct facts *facts);
void container_webp(const struct feed_part *file, struct facts *facts);

/* Set width and height, unless one is 0. What a header says outweighs EXIF. */
void container_size(struct facts *facts, uint32_t width, uint32_t height);

/* Read an EXIF block that may have the six bytes "Exif\0\0" before it, as some writers leave them
 * where they do not belong. */
void container_exif(const struct feed_part *block, struct facts *facts);

#endif
