/*
 * tiff_file.h - a TIFF file in memory, opened with libtiff (floor: image; only for the TIFF files).
 *
 * libtiff says what goes wrong by messages, many of them about tags that nobody asked for. A file
 * keeps the first that matters: what stops it from being opened, and anything at all that is said
 * while pixels are decoded.
 */
#ifndef IMGTOP_IMAGE_TIFF_FILE_H
#define IMGTOP_IMAGE_TIFF_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "image/codec.h"
#include "image/tiff_library.h"

enum { TIFF_MESSAGE_BYTES = 160 };

struct tiff_file {
	const struct tiff_library *libtiff;
	TIFF *tiff;
	const unsigned char *bytes;
	size_t length;
	uint64_t at;			  /* for libtiff's reading */
	uint64_t most_bytes;		  /* limit of a single allocation */
	bool decoding;			  /* messages are about pixels */
	bool over_limit;		  /* one of them was about the limit */
	bool out_of_memory;		  /* or about memory that there is not */
	bool more_pages;		  /* besides the one that is open */
	char message[TIFF_MESSAGE_BYTES]; /* the first, "" = none */
};

/* Open the first page that is no preview of another. The struct and the library must stay where
 * they are until tiff_file_close, which must also be called after an error.
 *   error: permanent; transient, when memory is short */
int tiff_file_open(struct tiff_file *file, const struct tiff_library *libtiff,
		   const struct codec_input *input, struct err *err);
void tiff_file_close(struct tiff_file *file);

/* Forget what was said. */
void tiff_file_forget(struct tiff_file *file);

/* Fill in the error for a call that failed. Returns -1. */
int tiff_file_failed(const struct tiff_file *file, struct err *err);

#endif
