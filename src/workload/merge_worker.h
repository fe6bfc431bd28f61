/*
 * merge_worker.h - what one worker of the merge workload keeps, and the parts of its work (floor:
 * workload; only for merge*.c). One thread per worker; no locking.
 */
#ifndef IMGTOP_WORKLOAD_MERGE_WORKER_H
#define IMGTOP_WORKLOAD_MERGE_WORKER_H

#include "base/text.h"
#include "workload/merge_cut.h"
#include "workload/merge_table.h"
#include "workload/workload.h"

enum merge_format { MERGE_FORMAT_AUTO, MERGE_FORMAT_LINES, MERGE_FORMAT_ARRAY };

struct merge_options {
	char *key;
	char *time;
	int format; /* enum merge_format */
	uint64_t chunk;
	uint64_t max_record;
};

/* One input file at hand. */
struct merge_input {
	int fd;	       /* -1: none */
	uint32_t file; /* which */
	struct merge_chunk stamp;
};

enum { MERGE_OPEN_FILES = 64 };

struct merge_worker {
	const struct workload_config *config;
	struct merge_input input[MERGE_OPEN_FILES]; /* the last used, by file modulo */
	struct merge_table chunk;		    /* of the map stage: one chunk's */
	unsigned char *key;			    /* room for one */
	size_t key_room;
	uint32_t line_file; /* lines before line_offset in that file, counted once */
	uint64_t line_offset;
	uint64_t lines;
	struct merge_table all;	    /* of the store stage: everything so far */
	unsigned char *merged;	    /* a bit for each chunk that is in `all` */
	size_t merged_room;	    /* bytes */
	struct merge_chunk *stamps; /* of each input, as the chunks that are in `all` saw it */
	uint32_t nmerged;
	uint32_t nchunks; /* 0: the last one has not been seen */
};

/* What a chunk was found to hold; travels with its completion. */
struct merge_counts {
	uint64_t records; /* good ones */
	uint64_t broken;
	uint64_t keys; /* of the whole run: only finish knows */
};

struct merge_cut_settings merge_settings(const struct workload_config *config);

/* The file of that number, open. error: it cannot be, or has changed since it was cut. NULL stamp:
 * as it is now */
int merge_input_open(struct merge_worker *worker, uint32_t file, const struct merge_chunk *stamp,
		     int *fd, struct err *err);

/* The error of one that has changed since it was cut; returns -1. */
int merge_input_changed(const char *path, struct err *err);

/* Enter the chunk's records into worker->chunk. What is broken is counted and told in warning, with
 * line and column. error: transient */
int merge_map_chunk(struct merge_worker *worker, const struct merge_chunk *chunk,
		    const struct merge_span *bytes, struct merge_counts *counts,
		    struct textbuf *warning, struct err *err);

/* Mark a chunk as merged, and ask. */
void merge_mark(struct merge_worker *worker, const struct merge_chunk *chunk);
bool merge_is_marked(const struct merge_worker *worker, uint32_t number);

/* The workload's finish. */
int merge_finish(void *state, struct workload_ending *ending, struct err *err);

#endif
