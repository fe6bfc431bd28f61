/*
 * stack_job.h - asks a helper process for the stacks of threads (floor: stack).
 *
 * Nothing here touches a thread, and nothing but stack_job_wait waits: a screen starts a job and
 * polls it. The helper is a fork of who asks, which goes on without starting the program anew: that
 * would be a good part of what a stack costs. It keeps no descriptor and no signal handler of the
 * asker's, and ends without a word of what the asker has yet to write or to tidy up. It is killed
 * when its time is over; so is the one that its asker leaves behind when it dies. What it has said
 * until then counts.
 *
 * One thread, and the only one of its process: of several, another might hold a lock that the
 * helper would wait for in vain.
 */
#ifndef IMGTOP_STACK_STACK_JOB_H
#define IMGTOP_STACK_STACK_JOB_H

#include "base/err.h"
#include "stack/stack.h"

struct stack_job;

/*
 * Start a helper for these, in this order (the first STACK_THREADS of them); rounds: 1, or 2 for
 * two looks a second apart.
 *   error: transient: no process could be started
 *   owner: the caller, stack_job_free
 */
struct stack_job *stack_job_start(const struct stack_target *targets, size_t count, unsigned rounds,
				  struct err *err);

/* A job that is over and has said this: for tests of those who use one. */
struct stack_job *stack_job_ready(const char *text);

/* Take what has been said, without waiting; true: it is over. */
bool stack_job_poll(struct stack_job *job);

/* Wait until it is over: for those who have nothing else to do. */
void stack_job_wait(struct stack_job *job);

/* What came of it; NULL while it goes on. Lives as long as the job. */
const struct stack_set *stack_job_result(const struct stack_job *job);

/* Ends the helper if it has not ended. */
void stack_job_free(struct stack_job *job);

#endif
