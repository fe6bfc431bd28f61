/*
 * queue.h - bounded hand-over between two stations of one host (floor: engine).
 *
 * Threads of one process only: a mutex and two condition variables must never be shared with a
 * process that may be killed. Lock: queue.lock guards every field, rank 2 (after host.lock, rank 1;
 * never the other way round). No stage code runs under it.
 *
 * The host's input queue is one of these too; what lies in it has been prefetched and counts
 * against the capacity that the supervisor keeps, so its own capacity is without bound.
 *
 * The page shows the counters of this very queue: they are published under the lock.
 */
#ifndef IMGTOP_ENGINE_QUEUE_H
#define IMGTOP_ENGINE_QUEUE_H

#include <stdbool.h>
#include <stddef.h>

#include "record/page.h"
#include "record/slot.h"

enum queue_result { QUEUE_OK, QUEUE_CLOSED, QUEUE_INTERRUPTED, QUEUE_TIMEOUT, QUEUE_EMPTY };

struct queue;
struct job;

/* page_index: the page's queue slot, published here when `publish`; name as shown. capacity 0: no
 * bound. Release with queue_free (must be empty). */
struct queue *queue_new(struct page *page, unsigned page_index, bool publish,
			const struct page_queue *identity);
void queue_free(struct queue *queue);

/*
 * Append job, waiting while the queue is full; the wait is published in slot (NULL for a
 * caller that may not wait: the job is appended past the bound).
 *   error:  QUEUE_CLOSED after queue_close(); nothing was stored
 *   owner:  on QUEUE_OK the job is the consumer's, otherwise still yours
 */
enum queue_result queue_push(struct queue *queue, struct job *job, struct slot *slot);

/*
 * Take the oldest job, waiting while there is none; the wait is published in slot (NULL for a
 * caller that does not wait: QUEUE_EMPTY).
 *   error:  QUEUE_CLOSED when closed and empty; QUEUE_INTERRUPTED when *stop is set (checked under
 *           the lock; whoever sets it calls queue_wake); QUEUE_TIMEOUT when nothing has come for
 *           as long as queue_set_patience says
 *   owner:  the job is yours
 */
enum queue_result queue_pop(struct queue *queue, struct job **job, struct slot *slot,
			    const bool *stop);

/* Take without waiting; NULL when empty. */
struct job *queue_take(struct queue *queue);

/* No more pushes; what is in it can still be popped. */
void queue_close(struct queue *queue);

/* Change the bound; shrinking drops nothing. */
void queue_set_capacity(struct queue *queue, unsigned capacity);

/* Bound the time that a pop waits; 0 = for ever. */
void queue_set_patience(struct queue *queue, uint64_t ns);

/* Set *flag under the lock and wake all waiters so that they look at it. */
void queue_wake(struct queue *queue, bool *flag);

/* Jobs in it now. */
size_t queue_length(struct queue *queue);

#endif
