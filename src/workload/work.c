/*
 * work.c - the engine's services to a stage (floor: workload).
 *
 * A stage that runs without an engine (in a test, say) has nobody to ask: nothing is published,
 * nothing cancelled, all memory granted.
 */
#include "config.h"

#include "workload/workload.h"

void work_stage(struct work *work, unsigned stage)
{
	if (work->calls != NULL && work->calls->stage != NULL)
		work->calls->stage(work, stage);
}

bool work_cancelled(struct work *work)
{
	return work->calls != NULL && work->calls->cancelled != NULL &&
	       work->calls->cancelled(work);
}

int work_admit(struct work *work, uint64_t bytes, struct err *err)
{
	if (work->calls == NULL || work->calls->admit == NULL)
		return 0;
	return work->calls->admit(work, bytes, err);
}
