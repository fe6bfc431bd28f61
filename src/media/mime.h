/*
 * mime.h - what a file is, by its first bytes (floor: media).
 *
 * One table (mime.c) holds every type that a photo library has; the names are those of IANA where
 * it has one, else the ones in common use. A type travels as its number, which is its row.
 */
#ifndef IMGTOP_MEDIA_MIME_H
#define IMGTOP_MEDIA_MIME_H

#include <stddef.h>

/* So many bytes are enough. Raw files of some makers are told by their first directory, which a few
 * of them put further back: those are TIFF to us. */
enum { MIME_SNIFF_BYTES = 16 << 10 };

enum mime_class { MIME_CLASS_UNKNOWN, MIME_CLASS_IMAGE, MIME_CLASS_RAW, MIME_CLASS_VIDEO };

/* Who can find EXIF and dimensions in it. */
enum mime_container {
	MIME_CONTAINER_NONE,
	MIME_CONTAINER_BMP,
	MIME_CONTAINER_GIF,
	MIME_CONTAINER_HEIF,
	MIME_CONTAINER_JPEG,
	MIME_CONTAINER_MOVIE, /* MP4 and its kin */
	MIME_CONTAINER_PNG,
	MIME_CONTAINER_RAF,
	MIME_CONTAINER_TIFF,
	MIME_CONTAINER_WEBP,
};

/* Number of the type that starts with these bytes; 0 when it is none of ours. */
unsigned mime_sniff(const void *bytes, size_t length);

/* "image/jpeg"; "application/octet-stream" for 0 and for what is no number of a type. */
const char *mime_name(unsigned mime);

enum mime_class mime_class(unsigned mime);
enum mime_container mime_container(unsigned mime);

#endif
