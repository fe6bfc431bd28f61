/*
 * tiff.h - the directories of a TIFF structure, and copies of chosen tags of them (floor: base).
 *
 * TIFF files, raw files of most cameras and EXIF are TIFF structures (TIFF 6.0, section 2; EXIF
 * 2.32, section 4.5). Where their bytes are is the caller's affair: a source fetches what is
 * asked for. Nothing is trusted: all that does not lie within the source is not there.
 */
#ifndef IMGTOP_BASE_TIFF_H
#define IMGTOP_BASE_TIFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	TIFF_TAG_EXIF = 0x8769,
	TIFF_TAG_GPS = 0x8825,
	TIFF_TYPE_SHORT = 3,
	TIFF_TYPE_LONG = 4,
};

struct tiff_source {
	/* These bytes of the structure, NULL when they are not all there. Valid until the next
	 * call. */
	const unsigned char *(*need)(void *context, uint64_t at, size_t bytes);
	void *context;
};

/* A structure that lies in memory. The record must outlive the source. */
struct tiff_memory {
	const unsigned char *bytes;
	size_t length;
};
struct tiff_source tiff_memory_source(struct tiff_memory *memory);

struct tiff {
	struct tiff_source source;
	bool big_endian;
};

struct tiff_entry {
	unsigned tag;
	unsigned type;
	uint32_t count;
	uint64_t value_at;  /* where the value lies */
	size_t value_bytes; /* 0 when the type is not known, or for more than 4 GB */
	unsigned char raw[12];
};

/* Read the header. false when it is none. The raw formats of Olympus and Panasonic, which are TIFF
 * under other magic numbers, are some. first: offset of the first directory. */
bool tiff_open(struct tiff *tiff, const struct tiff_source *source, uint32_t *first);

/* Numbers in the structure's byte order. */
unsigned tiff_16(const struct tiff *tiff, const unsigned char *bytes);
uint32_t tiff_32(const struct tiff *tiff, const unsigned char *bytes);

/* How many entries a directory claims; 0 when there is none. */
unsigned tiff_count(const struct tiff *tiff, uint64_t directory);

/* Its index-th entry; false when it lies outside. */
bool tiff_entry(const struct tiff *tiff, uint64_t directory, unsigned index,
		struct tiff_entry *entry);

/* Offset of the directory behind this one; 0 when it is the last. */
uint32_t tiff_next(const struct tiff *tiff, uint64_t directory);

/* The index-th number of a value of type SHORT or LONG; false when there is none. */
bool tiff_number(const struct tiff *tiff, const struct tiff_entry *entry, uint32_t index,
		 uint32_t *number);

enum tiff_part { TIFF_PART_PAGE, TIFF_PART_EXIF, TIFF_PART_GPS };

struct tiff_directory {
	uint64_t at;
	enum tiff_part part; /* only a page leads to others */
};

/* Which tags of a part are worth a copy. The links from the page to the other parts are asked about
 * too, and copied only with what they lead to; they are not followed anywhere else. */
struct tiff_choice {
	bool (*wanted)(enum tiff_part part, unsigned tag);
	size_t most_value_bytes; /* larger values are left out */
};

/*
 * Copy the chosen tags of a directory, and of what it leads to, into a structure of its own, in the
 * same byte order.
 *   to:      room for `room` bytes
 *   returns: how many were written, 0 when there is nothing to copy or it does not fit
 */
size_t tiff_pick(const struct tiff *tiff, struct tiff_directory from,
		 const struct tiff_choice *choice, unsigned char *to, size_t room);

#endif
