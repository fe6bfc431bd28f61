/*
 * completion.h - how an item leaves its last worker (floor: engine).
 *
 * A completion is sent after the effect. Mostly the effect is there when the last stage returns; a
 * stage that groups effects (a database's rows) holds its items instead. Held items stay with the
 * worker until the workload's commit has succeeded; to the supervisor they are still in this host,
 * so that a death costs them nothing but being done again.
 *
 * Called by the worker's own thread only; takes host.lock (rank 1).
 */
#ifndef IMGTOP_ENGINE_COMPLETION_H
#define IMGTOP_ENGINE_COMPLETION_H

#include "engine/host_private.h"
#include "engine/job.h"

/* The item is over, in worker->work: report it, or hold it when its stage asked for that. owner:
 * takes the job */
void completion_give(struct worker *worker, struct job *job, int result, const struct err *err);

/* Commit and report what is held, if anything is. When the commit fails they all fail as transient.
 */
void completion_commit(struct worker *worker);

/* The same, when the stage has asked for it, or something has been held for long enough. */
void completion_commit_due(struct worker *worker);

/* Do the workload's finish and report it. */
void completion_finish(struct worker *worker, bool complete, uint64_t elapsed_ns);

#endif
