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

const struct workload_fused *work_find_fused(const struct workload *workload, struct work *work,
					     unsigned stage, unsigned last)
{
	for (unsigned i = 0; i < workload->nfused; i++) {
		const struct workload_fused *fused = &workload->fused[i];

		if (fused->first == stage && fused->last <= last && fused->applies(work))
			return fused;
	}
	return NULL;
}

int work_admit(struct work *work, uint64_t bytes, struct err *err)
{
	if (work->calls == NULL || work->calls->admit == NULL)
		return 0;
	return work->calls->admit(work, bytes, err);
}

void work_lock(struct work *work, unsigned lock)
{
	if (work->calls != NULL && work->calls->lock != NULL)
		work->calls->lock(work, lock);
}

void work_unlock(struct work *work, unsigned lock)
{
	if (work->calls != NULL && work->calls->unlock != NULL)
		work->calls->unlock(work, lock);
}

int work_wait(struct work *work, uint64_t ns, struct err *err)
{
	if (work->calls == NULL || work->calls->wait == NULL)
		return 0;
	return work->calls->wait(work, ns, err);
}

int work_join(struct work *work, unsigned stage, struct err *err)
{
	if (work->calls == NULL || work->calls->join == NULL)
		return 0;
	return work->calls->join(work, stage, err);
}

void work_leave(struct work *work, const char *reason)
{
	if (work->calls != NULL && work->calls->leave != NULL)
		work->calls->leave(work, reason);
}

unsigned work_peers(struct work *work)
{
	return work->calls != NULL && work->calls->peers != NULL ? work->calls->peers(work) : 1;
}
