/*
 * scanfile.h - one media file: opened once, its bytes passed over once (floor: media).
 *
 * Two ways with the same results. In stages, for stations that are cut between them:
 *
 *	scanfile_open, scanfile_head     stage read: descriptor, size, times, the first 64 KiB
 *	scanfile_facts                   stage exif: looks further back into the file where it must
 *	scanfile_crc                     stage crc:  streams the rest
 *	mime_sniff(head)                 stage mime
 *
 * or in one go: scanfile_scan, where the search for EXIF reads on in the stream that the checksum
 * is taken of, so that no byte is fetched twice (but for a TIFF whose directory points back).
 *
 * A scanfile belongs to one thread at a time and may move to another, or to another process if the
 * descriptor and the head do (set the fields). A scanfile_buffer is one worker's.
 */
#ifndef IMGTOP_MEDIA_SCANFILE_H
#define IMGTOP_MEDIA_SCANFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "media/facts.h"

enum {
	SCANFILE_HEAD_BYTES = 64 << 10,
	SCANFILE_BLOCK_BYTES = 256 << 10,
};

struct scanfile {
	int fd; /* -1 = closed */
	uint64_t size_bytes;
	int64_t mtime_ns;
	const unsigned char *head; /* the caller's memory: the file's first head_bytes */
	size_t head_bytes;
};

/* Called once per block and more; may be NULL. */
struct scanfile_hooks {
	bool (*cancelled)(void *context);
	void *context;
};

/* What a worker keeps from file to file: the block that is read into, the library for HEIF. */
struct scanfile_buffer;
struct scanfile_buffer *scanfile_buffer_new(void);
void scanfile_buffer_free(struct scanfile_buffer *buffer);

/*
 * Open `name` in the folder dir_fd (or AT_FDCWD). Only regular files: nothing else is waited for,
 * and a link is not followed. The head is empty.
 *   error: permanent, for what the file system will say of this name again; transient
 */
int scanfile_open(struct scanfile *file, int dir_fd, const char *name, struct err *err);

/* Close the descriptor, if it is open. */
void scanfile_close(struct scanfile *file);

/*
 * Read the head into the caller's room (SCANFILE_HEAD_BYTES of it; a smaller file fills less).
 * At most SCANFILE_HEAD_BYTES are read whatever the room.
 *   error: transient
 */
int scanfile_head(struct scanfile *file, void *room, size_t room_bytes, struct err *err);

/*
 * All that the file tells of itself. Needs the head.
 *   error: transient, when the file cannot be read or hooks.cancelled said so; never for what its
 *          bytes are
 */
int scanfile_facts(const struct scanfile *file, struct scanfile_buffer *buffer,
		   const struct scanfile_hooks *hooks, struct facts *facts, struct err *err);

/*
 * CRC-32 (that of zlib and PNG) of the whole file: of the head, then of what is read behind it.
 *   error: transient: cannot be read, cancelled, or its size is no longer that of scanfile_open
 */
int scanfile_crc(const struct scanfile *file, struct scanfile_buffer *buffer,
		 const struct scanfile_hooks *hooks, uint32_t *crc32, struct err *err);

struct scanfile_result {
	struct facts facts;
	unsigned mime; /* see mime.h */
	uint32_t crc32;
};

/*
 * All of it in one pass over an opened file, whose head need not have been read and is not changed.
 *   error: transient, as above
 */
int scanfile_scan(const struct scanfile *file, struct scanfile_buffer *buffer,
		  const struct scanfile_hooks *hooks, struct scanfile_result *result,
		  struct err *err);

#endif
