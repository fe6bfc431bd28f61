/*
 * merge_cut_private.h - shared by merge_cut.c and merge_cut_array.c (floor: workload).
 */
#ifndef IMGTOP_WORKLOAD_MERGE_CUT_PRIVATE_H
#define IMGTOP_WORKLOAD_MERGE_CUT_PRIVATE_H

#include "workload/merge_cut.h"

enum { LOOK_BYTES = 64 * 1024 };

struct merge_cutter {
	struct merge_cut_settings settings;
	size_t file; /* at hand */
	int fd;	     /* -1: to be opened */
	struct merge_chunk next;
	struct merge_chunk ready; /* one ahead of what has been given out */
	bool has_ready;
	bool over;
	uint32_t chunks;
	uint64_t at;	       /* in the file: where the next chunk begins */
	bool file_done;	       /* no more chunks in it */
	size_t indent;	       /* of an array's first record; SIZE_MAX: not known yet */
	bool at_start;	       /* of an array: no element has been seen */
	unsigned char *window; /* of an array, from `at` on */
	size_t filled;
	size_t room;
};

/* The next chunk of the array at hand. */
int merge_cut_array(struct merge_cutter *cutter, struct merge_chunk *chunk, struct err *err);

/* Put the file's name before what err says; returns -1. */
int merge_cut_fail(const struct merge_cutter *cutter, struct err *err);

/* A line for the log about the file at hand. */
void merge_cut_warn(const struct merge_cutter *cutter, const char *what);

#endif
