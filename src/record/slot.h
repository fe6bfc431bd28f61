/*
 * slot.h - the writing end of one worker's slot (floor: record).
 *
 * A worker opens its slot when it starts and from then on is its only writer. Every change of
 * state goes through here: the time spent in the state before is added to its counter, the change
 * is put into the worker's event ring, and the live part is published behind the seqlock.
 *
 * No call blocks, allocates or fails. One thread only, but slot_fatal, which is async-signal-safe.
 */
#ifndef IMGTOP_RECORD_SLOT_H
#define IMGTOP_RECORD_SLOT_H

#include "record/page.h"

struct slot; /* opaque; the writer's shadow of what is published */

struct slot_identity {
	const char *name;
	enum worker_kind kind;
	unsigned host;
	unsigned station;
	unsigned incarnation;
};

/* Take over slot `worker` of the page for the calling thread (pid and tid are its own); counters of
 * earlier incarnations go on. Starts in WORKER_GET. Release with slot_close. */
struct slot *slot_open(struct page *page, unsigned worker, const struct slot_identity *identity);

/* Publish how the worker ended ("finished", "retired") and release. */
void slot_close(struct slot *slot, const char *ended);

unsigned slot_worker(const struct slot *slot);

/* Enter a state that waits, naming the cause. Returns the time of entry. slot_resume goes back to
 * the state that was left (RUN or IO of the stage at hand, or GET between items). */
uint64_t slot_wait(struct slot *slot, enum worker_state state, enum wait_on on, unsigned target);
uint64_t slot_resume(struct slot *slot);

/* This worker has taken a lock, in the stage and for the item at hand; it is about to let go of it.
 * Called between taking and letting go, so that two are never shown to hold one. */
void slot_lock_taken(struct slot *slot, unsigned lock);
void slot_lock_dropped(struct slot *slot, unsigned lock);

/* An item is in hand. Its name is raw bytes; the end of a long one is kept. */
void slot_item(struct slot *slot, uint64_t job, unsigned attempt, const char *name, size_t length);

/* Stage border: the stage before (if any) ends and enters its histogram, this one begins. io says
 * whether its state is IO or RUN. PAGE_NONE ends the stage without beginning another. */
void slot_stage(struct slot *slot, unsigned stage, bool io);

/* The item leaves this worker: done here for good (status) or handed on (ITEM_PENDING). Bytes are
 * those that this worker has read and written for it. */
void slot_item_end(struct slot *slot, enum item_status status, uint64_t bytes_in,
		   uint64_t bytes_out);

/* Read the thread's CPU time, switches and faults into the counters, unless that was done less
 * than 5 ms ago (force overrides). */
void slot_usage(struct slot *slot, bool force);

/* From a fatal-signal handler of this worker's thread: mark it as the culprit. */
void slot_fatal(struct slot *slot, int signal);

/*
 * The supervisor's side, while no incarnation lives: make the sequence even, end the state that
 * was running at the time `ended_ns`, say how it ended. Also lists a worker before its start
 * (name, kind, station; state WORKER_NEVER_STARTED).
 */
void slot_declare(struct page *page, unsigned worker, const struct slot_identity *identity);

/* The supervisor's word too, while the incarnation lives: it ends after the item in hand. */
void slot_retire(struct page *page, unsigned worker);
void slot_bury(struct page *page, unsigned worker, enum worker_state state, const char *ended,
	       uint64_t ended_ns);

#endif
