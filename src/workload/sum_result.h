/*
 * sum_result.h - what the parts of a sum come to: totals, and the time that adding them took
 * (floor: workload). For sum.c alone.
 */
#ifndef IMGTOP_WORKLOAD_SUM_RESULT_H
#define IMGTOP_WORKLOAD_SUM_RESULT_H

#include <stddef.h>
#include <stdint.h>

#include "workload/sum_numbers.h"

enum {
	SUM_SIZES = 16,	      /* counts in one run */
	SUM_PARTS_SHOWN = 32, /* in the result, which has a page of the run's to itself */
};

/* The payload of an item. */
struct sum_part {
	uint64_t first;
	uint64_t count;
	uint32_t size;	/* which of the counts */
	uint32_t index; /* of the part in it */
	uint32_t parts;
	uint32_t unused;
};

/* Its result. */
struct sum_part_result {
	struct sum_part part;
	struct sum_total total;
	uint64_t begin_ns; /* of adding up, by clock_ns */
	uint64_t end_ns;
	uint64_t cpu_ns; /* of the worker, while it added up */
};

/* Adding up the parts of one count. */
struct sum_times {
	uint64_t begin_ns; /* of the first that has begun */
	uint64_t end_ns;
	uint64_t cpu_ns;
	uint64_t parts;
};

struct sum_accumulator {
	struct sum_total all;
	struct sum_total size[SUM_SIZES];
	struct sum_total part[SUM_PARTS_SHOWN]; /* of a run with one count */
	struct sum_times time[SUM_SIZES];
	uint32_t sizes; /* seen so far */
	uint32_t parts;
};

void sum_result_fold(void *folded, const void *result, size_t length);

/* {"count",...,"times":[{"count","parts","add_cpu_s","add_span_s"}],"counts" or "parts":[...]}
 * add_cpu_s: CPU time of all workers; add_span_s: from the first part's beginning to the last one's
 * end. Lists go on as far as there is room. */
void sum_result_describe(const void *folded, char *json, size_t size);

/* Members that differ from plan to plan; NULL-terminated. */
extern const char *const sum_result_varies[];

#endif
