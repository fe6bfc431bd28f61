/*
 * stacks.h - whose stacks to take in a run, and what is known where there are none (floor: view).
 *
 * One thread. Nothing here waits or touches a process.
 */
#ifndef IMGTOP_VIEW_STACKS_H
#define IMGTOP_VIEW_STACKS_H

#include "stack/stack_job.h"
#include "view/diagnosis.h"

enum { STACKS_FALLBACK_BYTES = 512 };

/* The worker's own thread, and behind it all others of its process; 0: it has none. */
size_t stacks_of_worker(const struct snapshot *snapshot, unsigned worker,
			struct stack_target targets[2]);

/*
 * The thread of each worker, those under suspicion first, then whoever they wait for and who waits
 * in vain; then all other threads of the hosts; at last the supervisor when it has been silent for
 * long. At most STACK_THREADS.
 */
size_t stacks_of_run(const struct snapshot *snapshot, const struct diagnosis *diagnosis,
		     struct stack_target targets[STACK_THREADS]);

/* The worker's own thread in what was taken, in this round; NULL: it was not looked at. */
const struct stack_thread *stacks_find(const struct stack_set *set, const struct snapshot *snapshot,
				       unsigned worker, unsigned round);

/* The worker whose thread it is, PAGE_WORKERS: nobody's. */
unsigned stacks_whose(const struct snapshot *snapshot, const struct stack_thread *thread);

/* Do both stand in the same places? */
bool stacks_same(const struct stack_thread *a, const struct stack_thread *b);

/* Why the worker's thread has no frames (thread may be NULL), in a sentence that says what to do.
 */
const char *stacks_reason(const struct stack_set *set, const struct stack_thread *thread);

/* "decode of a.jpg for 12s; in read of /in/fifo, asleep in pipe_read": what takes the place of a
 * stack that cannot be had. Harmless to show. */
void stacks_fallback(const struct diagnosis *diagnosis, const struct snapshot *snapshot,
		     unsigned worker, char *text, size_t size);

#endif
