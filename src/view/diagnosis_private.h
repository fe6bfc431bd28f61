/*
 * diagnosis_private.h - what a diagnosis remembers (floor: view; internal to diagnosis*.c).
 */
#ifndef IMGTOP_VIEW_DIAGNOSIS_PRIVATE_H
#define IMGTOP_VIEW_DIAGNOSIS_PRIVATE_H

#include "view/diagnosis.h"

struct diagnosis_worker {
	unsigned watched;     /* looks for which its row counts as seen */
	uint32_t incarnation; /* these four tell whether it still does the same thing */
	uint32_t serial;
	uint32_t state;
	uint64_t job;
	uint64_t asked_ns;
	unsigned traced_looks; /* in a row */
	struct kernel_sample first;
	struct kernel_sample last;
	struct kernel_sample named; /* the last in which its system call had its own name */
	unsigned cycle;		    /* certain one that it is in; GRAPH_CYCLES: none */
	struct finding_result result;
};

struct diagnosis_stage {
	uint64_t at_ns;
	struct finding_usual usual;
};

struct diagnosis {
	uint64_t identity;     /* of the page that the memory is about */
	struct kernel *kernel; /* NULL: not to be asked */
	uint64_t round_ns;     /* when it was asked last */
	uint64_t looks;
	uint64_t looked_ns;
	uint64_t moved;			 /* sum of all that moves, at the last look */
	struct kernel_sample supervisor; /* `seen` or `gone` only of one that has been silent */
	struct graph *graph;
	struct graph *before; /* of the look before */
	struct diagnosis_stage stage[PAGE_STAGES];
	struct diagnosis_worker worker[PAGE_WORKERS];
	struct diagnosis_run run;
};

/* diagnosis_run.c: from the workers' findings to the run's. */
void diagnosis_judge(struct diagnosis *diagnosis, const struct snapshot *snapshot);

#endif
