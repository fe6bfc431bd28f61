/*
 * merge_cut.h - files of JSON records cut into chunks at record borders (floor: workload).
 *
 * JSON Lines are cut at line ends, which takes a look at one place per chunk. An array has to be
 * read from its start, for only that tells a string from what looks like one; strings and brackets
 * are all that is looked at. Cutting the same files twice gives the same chunks. Memory is bounded
 * by a chunk and a record.
 *
 * A cutter is its caller's alone; no locking.
 */
#ifndef IMGTOP_WORKLOAD_MERGE_CUT_H
#define IMGTOP_WORKLOAD_MERGE_CUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* Whole records; what a chunk's item carries. */
struct merge_chunk {
	uint64_t offset;
	uint64_t length;
	uint64_t file_bytes; /* the file when it was cut: one that has changed since is refused */
	int64_t file_mtime_ns;
	uint32_t file;	 /* as the user named them, from 0 */
	uint32_t number; /* of all chunks, from 0 */
	uint32_t array;	 /* elements with commas between, else lines */
	uint32_t last;	 /* of all */
};

struct merge_cut_settings {
	const char *const *paths;
	size_t npaths;
	uint64_t chunk_bytes;			       /* about */
	uint64_t max_record_bytes;		       /* a longer record is a broken one */
	void (*warn)(void *context, const char *text); /* NULL: nobody listens */
	void *context;
};

struct merge_cutter;

struct merge_cutter *merge_cutter_new(const struct merge_cut_settings *settings);
void merge_cutter_free(struct merge_cutter *cutter); /* NULL is fine */

/* The next chunk: 1, or 0 when there is none. Every file has at least one, which may be empty.
 *   error: -1, a file cannot be read */
int merge_cutter_next(struct merge_cutter *cutter, struct merge_chunk *chunk, struct err *err);

/* Most bytes of a chunk that need to be read: whatever comes behind is part of a record that is too
 * long. */
uint64_t merge_cut_read_bytes(const struct merge_cut_settings *settings,
			      const struct merge_chunk *chunk);

/* Open a file of records. error: it is none, or cannot be read; the file's name is in the text */
int merge_cut_open(const char *path, struct merge_chunk *stamp, int *fd, struct err *err);

/* Is it an array? The file's first byte that is no blank says so. */
int merge_cut_is_array(int fd, bool *array, struct err *err);

/* Read exactly so many bytes. error: transient; the file may have become shorter */
int merge_cut_read(int fd, void *bytes, size_t length, uint64_t offset, struct err *err);

#endif
