/*
 * trial.h - what the items of a plan cost: its source counted, its stages tried on a sample (floor:
 * program).
 *
 * One worker, one item after the other, without queues, screens or other processes: what a stage
 * takes by itself, how much of that it computes, and how much memory an item asks for. The process
 * that calls this does a workload's work and can be brought down by it: advise_probe.c forks one
 * for it. One thread.
 */
#ifndef IMGTOP_TRIAL_H
#define IMGTOP_TRIAL_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/plan.h"
#include "trial_sample.h"

enum { TRIAL_NAME_BYTES = 256 };

/* Of one stage, summed over the items that were measured, in nanoseconds. */
struct trial_stage {
	uint64_t wall_ns;   /* from its begin to its end, without queued_ns; --delay included */
	uint64_t cpu_ns;    /* of it, computing */
	uint64_t queued_ns; /* ready to compute, but the CPUs were busy with others */
};

/* Plain data, so that it can lie in memory that two processes share; the writer alone writes. */
struct trial_result {
	uint64_t items;	     /* to be done, as the workload counts them */
	uint64_t skipped;    /* that the source itself would skip, or knows to fail */
	uint64_t bytes;	     /* of the items to be done, where the source knows */
	uint64_t seen;	     /* entries of folders, wanted or not */
	uint64_t counted_ns; /* how long that took */
	bool whole;	     /* the source came to its end; else there are more items */
	unsigned sample;     /* items of the source that are on trial */
	unsigned tried;	     /* of them, so far */
	unsigned failed;     /* of those tried */
	uint64_t units;	     /* measured, as the workload counts */
	uint64_t tried_ns;   /* how long all that took */
	struct trial_stage stage[PAGE_STAGES];
	uint64_t longest_ns;		/* the item that took longest, without queued_ns */
	uint64_t memory_bytes;		/* the most that one item asked of the memory brake */
	bool needs_others;		/* a stage waits for workers that are not there */
	char in_hand[TRIAL_NAME_BYTES]; /* item, for when the process dies of it; "" = none */
	char problem[ERR_TEXT_BYTES];	/* the source's or the worker's, or "" */
};

/* How long to go on; at least one item is always tried. */
struct trial_limits {
	uint64_t look_ns;  /* for finding anything to do */
	uint64_t count_ns; /* for counting, once there is something */
	uint64_t least_ns; /* of work done, and so many items: enough */
	unsigned least_items;
	uint64_t most_ns;   /* no item is begun after that, and waits end */
	uint64_t cancel_ns; /* what an item is in the middle of is given up then */
};

/* The source's items, without anything being written. Those to be tried go into sample (which is
 * empty before). error: in result->problem; what was found by then counts */
void trial_count(const struct plan *plan, const struct trial_limits *limits,
		 struct trial_sample *sample, struct trial_result *result);

/*
 * Do the sample's items. output: path of a folder or file of the trial's own, where the workload
 * has an output: the folder exists. error: in result->problem
 */
void trial_run(const struct plan *plan, const char *output, const struct trial_limits *limits,
	       const struct trial_sample *sample, struct trial_result *result);

#endif
