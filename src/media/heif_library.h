/*
 * heif_library.h - libheif, loaded when the first HEIF file comes along (floor: media).
 *
 * It brings codecs of several megabytes that only decoding needs. Linked, they would cost every
 * process of a run 8 ms of start and 4 MB of memory, with or without HEIF files.
 */
#ifndef IMGTOP_MEDIA_HEIF_LIBRARY_H
#define IMGTOP_MEDIA_HEIF_LIBRARY_H

#include <stdbool.h>

/* One worker's. */
struct heif_library;
struct heif_library *heif_library_new(void);
void heif_library_free(struct heif_library *library);

/* Was support for HEIF built in, and is the library there? Loads it. */
bool heif_library_works(struct heif_library *library);

#endif
