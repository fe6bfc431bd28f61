/*
 * snapshot.h - the plain picture of a run at one moment (floor: record).
 *
 * The only thing that screens, batch output and reports are drawn from. It is read from a live page
 * (snapshot_take) or from the events file of a saved report (replay.h).
 */
#ifndef IMGTOP_RECORD_SNAPSHOT_H
#define IMGTOP_RECORD_SNAPSHOT_H

#include "record/page.h"

struct snapshot_worker {
	struct page_worker_live live;
	struct page_worker_counters counters;
};

struct snapshot {
	uint64_t at_ns;		/* CLOCK_MONOTONIC of the run's machine */
	uint64_t page_identity; /* of the page it was taken from, and the state of the plan there: a
				 */
	uint64_t plan_sequence; /* plan that has not changed is not copied again */
	struct page_plan plan;
	struct page_status status;
	struct page_recorder recorder;
	struct page_queue queue[PAGE_QUEUES];
	struct page_host host[PAGE_HOSTS];
	struct snapshot_worker worker[PAGE_WORKERS]; /* status.workers of them */
};

/* Large: allocate, never on the stack. */
struct snapshot *snapshot_new(void);
void snapshot_free(struct snapshot *snapshot);
void snapshot_copy(struct snapshot *to, const struct snapshot *from);

/* Read the page; parts whose writer was inside keep what *snapshot held before. */
void snapshot_take(struct snapshot *snapshot, const struct page *page);

/* Time the worker has spent in a state, the running one included up to snapshot->at_ns. */
uint64_t snapshot_state_ns(const struct snapshot *snapshot, unsigned worker,
			   enum worker_state state);

/* Time it has worked (RUN, IO) in a stage, the running one included. */
uint64_t snapshot_work_ns(const struct snapshot *snapshot, unsigned worker, unsigned stage);

/* Wall time of a worker over its incarnations, and the part of it that was work (RUN, IO, DELAY).
 */
uint64_t snapshot_wall_ns(const struct snapshot *snapshot, unsigned worker);
uint64_t snapshot_busy_ns(const struct snapshot *snapshot, unsigned worker);

/* Items that have left the worker, done, failed, skipped or handed on. */
uint64_t snapshot_items(const struct snapshot *snapshot, unsigned worker);

/* Is it a worker that does the plan's work? Walk and recorder count in no N and in no efficiency.
 */
bool snapshot_counted(const struct snapshot *snapshot, unsigned worker);

/* The worker that holds the lock which this one waits for, or PAGE_WORKERS: it waits for none, or
 * nobody shows that he holds it. */
unsigned snapshot_lock_holder(const struct snapshot *snapshot, unsigned worker);

/* Depth of a queue. */
uint64_t snapshot_depth(const struct snapshot *snapshot, unsigned queue);

/* Time that the producers of a queue were blocked pushing, its consumers blocked popping. */
uint64_t snapshot_push_blocked_ns(const struct snapshot *snapshot, unsigned queue);
uint64_t snapshot_pop_blocked_ns(const struct snapshot *snapshot, unsigned queue);

/* Elapsed time of the run (pauses included) and items that are finished. */
uint64_t snapshot_elapsed_ns(const struct snapshot *snapshot);
uint64_t snapshot_finished(const struct snapshot *snapshot);

#endif
