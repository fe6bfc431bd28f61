/*
 * feed.h - the bytes of a file for those who look into it (floor: media).
 *
 * Whoever looks for EXIF asks for a few bytes at an offset. Most lie in the window: the file's
 * head, or the block at which the stream is that a checksum is taken of. What lies further on moves
 * the stream on, if there is one, so that nothing is fetched twice; all else is read aside.
 *
 * One thread. The first failure stays: from then on nothing is there.
 */
#ifndef IMGTOP_MEDIA_FEED_H
#define IMGTOP_MEDIA_FEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/tiff.h"
#include "media/scanfile.h"

enum { FEED_MOST_BYTES = 2048 };

struct feed {
	int fd; /* -1: the window is all there is */
	uint64_t size_bytes;
	const unsigned char *window;
	uint64_t window_at;
	size_t window_bytes;
	/* Move the window to the bytes right behind it. -1 with err filled on failure. NULL: there
	 * is no stream. */
	int (*advance)(struct feed *feed, struct err *err);
	void *stream;
	const struct scanfile_hooks *hooks; /* may be NULL */
	struct err *err;		    /* filled once `failed` */
	bool failed;			    /* the file could not be read, or was cancelled */
	struct heif_library *heif;	    /* NULL: HEIF tells nothing */
	uint64_t aside_at;
	size_t aside_bytes;
	unsigned char aside[FEED_MOST_BYTES];
};

/* A stretch of the file: the file, a chunk, an EXIF block. */
struct feed_part {
	struct feed *feed;
	uint64_t at;
	uint64_t bytes;
};

/* All of it. */
struct feed_part feed_whole(struct feed *feed);

/* A part of a part; cut short at the end of the outer one. */
struct feed_part feed_within(const struct feed_part *outer, uint64_t at, uint64_t bytes);

/* `bytes` (at most FEED_MOST_BYTES) at an offset of the part, valid until the next call; NULL when
 * they do not all lie within it, or cannot be read. */
const unsigned char *feed_need(const struct feed_part *part, uint64_t at, size_t bytes);

/* Copy any number of bytes. false as above. */
bool feed_copy(const struct feed_part *part, uint64_t at, void *to, size_t bytes);

/* The part as a TIFF structure. The part must outlive the source. */
struct tiff_source feed_tiff_source(struct feed_part *part);

/* -1 with a transient error, and the feed failed, when its hooks say that it is abandoned. */
int feed_check_cancelled(struct feed *feed);

/* Numbers at some bytes: big-endian and little-endian. */
uint32_t feed_be16(const unsigned char *bytes);
uint32_t feed_be32(const unsigned char *bytes);
uint32_t feed_le16(const unsigned char *bytes);
uint32_t feed_le24(const unsigned char *bytes);
uint32_t feed_le32(const unsigned char *bytes);

#endif
